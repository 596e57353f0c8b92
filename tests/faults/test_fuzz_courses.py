"""Any valid events in any order: nothing is refused, nothing raises, the rows are the same.

`python -m tests.fuzz courses` does the same for as long as one likes.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from dondoc.connector.contract.attributes import HEADER_PREFIXES, JSON_TYPE, STRUCTURED_TYPE
from dondoc.connector.contract.data.derived_schemas import SCHEMAS
from dondoc.connector.contract.data.fields import ContractField, Corrections
from dondoc.connector.contract.guard import Limits, Message
from dondoc.connector.contract.verdicts import Admitted
from dondoc.connector.examining import examine
from dondoc.connector.lines import read_lines
from fuzz.courses import make
from fuzz.courses.machine import lines_of
from fuzz.courses.messages import TYPES, Sent, sent
from fuzz.courses.values import value_of
from fuzz.rounds import DATABASES, Plan
from hypothesis import HealthCheck, Phase, given, settings
from support.envelopes import EnvelopeSchema

SEED, ROUNDS = 1, 1
FEW = settings(
    max_examples=60,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("database", DATABASES)
def test_any_valid_course_is_taken_and_any_order_of_it_gives_the_same_rows(
    database: str, tmp_path: Path
) -> None:
    generator = make(Plan(database, SEED, tmp_path))
    print(f"seed {SEED}")
    try:
        for number in range(ROUNDS):
            print(number, generator.round(random.Random(f"{SEED}:{number}")))
    finally:
        generator.close()


def examples(*types: str) -> list[Sent]:
    """What the generator makes of events of *types*."""
    found: list[Sent] = []

    @FEW
    @given(sent(types))
    def look(each: Sent) -> None:
        found.append(each)

    look()
    return found


@pytest.mark.parametrize("type_", TYPES)
def test_every_field_of_every_type_comes_and_all_that_comes_is_valid(type_: str) -> None:
    found = examples(type_)
    schema = SCHEMAS.get(type_)
    for key, field in ({} if schema is None else schema.fields).items():
        name = field.data_key or key
        said = [each.data[name] for each in found if name in each.data]
        assert said, name
        if isinstance(field, Corrections):
            listed = {each.data_key or one for one, each in field.schema.fields.items()}
            assert set().union(*said) >= listed
    for each in found:
        line = each.message
        verdict = examine(Message(line.body, line.content_type, line.headers), Limits())
        assert isinstance(verdict, Admitted), verdict


def test_both_modes_come_with_each_attribute() -> None:
    # A rare attribute in a rare way of carrying it: of sixty events now and then one has none.
    found = [each for types in (TYPES, *((type_,) for type_ in TYPES)) for each in examples(*types)]
    headers = {name for each in found for name in each.message.headers}
    for name in EnvelopeSchema().fields:
        assert {f"{prefix}{name}" for prefix in HEADER_PREFIXES} <= headers, name
    media = {each.message.content_type for each in found if not each.message.headers}
    assert {STRUCTURED_TYPE, JSON_TYPE} <= media


def test_what_is_kept_of_a_course_is_what_replay_takes() -> None:
    found = examples("task.assigned")
    read = [line for _, line in read_lines(lines_of(found).splitlines(True), "course.jsonl")]
    assert [(line.body, line.headers) for line in read] == [
        (each.message.body, each.message.headers) for each in found
    ]


def test_a_kind_of_field_that_the_generator_does_not_know_is_refused() -> None:
    class Later(ContractField):
        pass

    with pytest.raises(TypeError, match="Later"):
        value_of("later", Later(), narrow=False)
