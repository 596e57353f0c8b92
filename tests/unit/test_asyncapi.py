"""docs/asyncapi.yaml: a valid AsyncAPI 3 document that says what the code does.

Each field is tried in both with the same values, so that a type, a limit, a choice or a null
that one of them allows and the other does not makes a test fail.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from dondoc.connector.contract.data.derived_schemas import SCHEMAS
from dondoc.connector.contract.data.fields import Choice, Corrections, ListOf
from dondoc.connector.contract.data.validation import validate
from dondoc.connector.contract.guard import (
    Admitted,
    Limits,
    Malformed,
    Message,
    Secret,
    Unestablished,
)
from dondoc.connector.contract.guard import inspect as guard
from dondoc.connector.contract.verdicts import Foreign
from dondoc.connector.dead_letters import dead_letter
from dondoc.connector.transport import Delivery
from dondoc.connector.transport.topology import BrokerNames, topology
from dondoc.rules.reading.listed import only_listed
from dondoc.rules.reminding.catch_up import LISTED, CaughtUp, catch_up_event
from dondoc.rules.reminding.message import reminder_event
from dondoc.rules.reminding.reminder import Reminder
from dondoc.rules.reminding.text import Quotes
from dondoc.rules.wording import Names
from jsonschema import Draft7Validator, FormatChecker  # type: ignore[import-untyped]
from marshmallow import Schema
from support.envelopes import BinaryEnvelope, ReminderData, StructuredEnvelope
from support.hscv import DATA, binary, event
from support.reminding import DIRECTORY, obligation, texts

TESTS = Path(__file__).parents[1]
DOCUMENT = yaml.safe_load((TESTS.parent / "docs" / "asyncapi.yaml").read_text("utf-8"))
META = json.loads((TESTS / "fixtures/asyncapi/asyncapi-3.0.0.json").read_text("utf-8"))
NAMED = DOCUMENT["components"]["schemas"]
MESSAGES = {
    message["title"].removeprefix("hscv."): message
    for message in DOCUMENT["components"]["messages"].values()
    if message["title"].startswith("hscv.")
}
FORMATS = FormatChecker(["date"])

REMINDER_DATA: dict[str, Any] = {
    "obligation": "o-1",
    "rule": "execution",
    "cite": "Điều 10.2.a",
    "body": "PYT",
    "role": "obligor",
    "symbol": "15/CT-UBND",
    "abstract": "Về việc …",
    "task_id": "T1",
    "content": "Báo cáo",
    "target": "2026-03-20",
    "due": "2026-03-20",
    "target_at": None,
    "due_at": "2026-03-20T14:00:00+07:00",
    "working_days_left": 3,
    "text": "Đề nghị …",
    "trace": {"steps": []},
}


def at(pointer: str) -> Any:
    """What a local reference points to."""
    found = DOCUMENT
    for part in pointer.removeprefix("#/").split("/"):
        found = found[part]
    return found


def parts(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The schema and all that it is made of by reference and allOf."""
    yield schema
    if "$ref" in schema:
        yield from parts(at(schema["$ref"]))
    for part in schema.get("allOf", ()):
        yield from parts(part)


def properties(schema: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for part in parts(schema):
        for name, value in part.get("properties", {}).items():
            found.setdefault(name, value)
    return found


def required(schema: Mapping[str, Any]) -> set[str]:
    return {name for part in parts(schema) for name in part.get("required", ())}


@cache
def validator(name: str) -> Draft7Validator:
    return Draft7Validator(
        {"$ref": f"#/components/schemas/{name}", "components": DOCUMENT["components"]},
        format_checker=FORMATS,
    )


@cache
def whole(type_: str) -> Draft7Validator:
    """What the document promises of an event of *type_* in structured mode."""
    payload = MESSAGES[type_]["payload"]
    return Draft7Validator(
        {**payload, "components": DOCUMENT["components"]}, format_checker=FORMATS
    )


def keys_of(schema: Schema) -> set[str]:
    return {field.data_key or name for name, field in schema.fields.items()}


# The document itself


def test_the_document_is_valid_asyncapi_3() -> None:
    assert DOCUMENT["asyncapi"] == "3.0.0"
    assert [error.message for error in Draft7Validator(META).iter_errors(DOCUMENT)] == []


def test_the_check_of_the_document_can_fail() -> None:
    for broken in (
        {
            **DOCUMENT,
            "operations": {"x": {"action": "eat", "channel": {"$ref": "#/channels/dead"}}},
        },
        {**DOCUMENT, "channels": {"x": {"adress": "y"}}},
        {**DOCUMENT, "channels": {"x": {"bindings": {"amqp": {"is": "exchange"}}}}},
    ):
        assert not Draft7Validator(META).is_valid(broken)


def test_every_reference_leads_somewhere() -> None:
    def references(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            if "$ref" in value:
                yield value["$ref"]
            for inner in value.values():
                yield from references(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from references(inner)

    found = set(references(DOCUMENT))
    for pointer in found:
        assert at(pointer) is not None
    unused = {
        f"#/components/{kind}/{name}"
        for kind in ("schemas", "messages")
        for name in DOCUMENT["components"][kind]
    } - found
    assert unused == set()


def test_every_schema_of_the_document_is_a_json_schema() -> None:
    for schema in NAMED.values():
        Draft7Validator.check_schema(schema)


def test_every_type_is_a_message_of_the_channel_of_events() -> None:
    assert MESSAGES.keys() == SCHEMAS.keys()
    channel = {message["$ref"] for message in DOCUMENT["channels"]["events"]["messages"].values()}
    components = DOCUMENT["components"]["messages"]
    of_hscv = {name for name in components if name not in ("reminder", "catchUp", "rejected")}
    assert channel == {f"#/components/messages/{name}" for name in of_hscv}
    assert {part["$ref"] for part in components["binaryMode"]["payload"]["anyOf"]} == {
        f"#/components/schemas/{type(schema).__name__}" for schema in SCHEMAS.values()
    }


def test_the_channels_are_what_dondoc_declares() -> None:
    names, declared = BrokerNames(), topology()
    exchanges = {exchange.name: exchange.kind for exchange in declared.exchanges}
    queues = {queue.name for queue in declared.queues}
    for channel in DOCUMENT["channels"].values():
        binding = channel["bindings"]["amqp"]
        if binding["is"] == "queue":
            assert channel["address"] == binding["queue"]["name"]
            assert binding["queue"]["name"] in queues
        else:
            assert exchanges[binding["exchange"]["name"]] == binding["exchange"]["type"]
    assert set(DOCUMENT["channels"]) == {"events", "reminders", "digests", "dead", "unrouted"}
    assert DOCUMENT["channels"]["events"]["title"] == names.source


def test_the_headers_of_a_rejected_event_are_those_that_dondoc_writes() -> None:
    delivery = Delivery(
        tag=1,
        body=b"{}",
        content_type=None,
        headers={"own": "kept"},
        redelivered=False,
        routing_key="task.assigned",
        received=0.0,
    )
    why = Malformed("is required", "time", None, b"")
    dead = dead_letter("dondoc.dead", delivery, why, datetime(2026, 3, 24, 1, tzinfo=UTC))
    headers = DOCUMENT["components"]["messages"]["rejected"]["headers"]
    assert Draft7Validator(headers).is_valid(dict(dead.headers))
    assert set(headers["required"]) == set(dead.headers) - {"own"}
    # Of a dialect.
    why = Malformed("is required", "time", None, b"", frozenset({"VB-1"}))
    now = datetime(2026, 3, 24, 1, tzinfo=UTC)
    dead = dead_letter("dondoc.dead", delivery, why, now, "hscv.cong-van")
    assert Draft7Validator(headers).is_valid(dict(dead.headers))
    assert set(dead.headers) - {"own"} == set(headers["properties"])


# Field by field


PAIRS: dict[str, tuple[Schema, Mapping[str, Any]]] = {
    **{type(schema).__name__: (schema, DATA[type_]) for type_, schema in SCHEMAS.items()},
    "DocumentFields": (SCHEMAS["document.corrected"].fields["fields"].schema, {}),  # type: ignore[attr-defined]
    "TaskFields": (SCHEMAS["task.corrected"].fields["fields"].schema, {}),  # type: ignore[attr-defined]
    "StructuredEnvelope": (StructuredEnvelope(), event()),
    "ReminderData": (ReminderData(), REMINDER_DATA),
}

NUMBERS = (-1, 0, 1, 1989, 1990, 2026, 2199, 2200, 10_000, 10_001, 10**5, 2**63 - 1, 2**63, 0.5)
DATES = ("1989-12-31", "1990-01-01", "2026-02-30", "2026-03-02", "2199-12-31", "2200-01-01")
PERIODS = ("2026", "2026-09", "2026-13", "2026-Q4", "2026-Q5", "2026-H2", "2026-H3", "1989", "2200")
TIMES = (
    "2026-03-02T09:14:05+07:00",
    "2026-03-02t09:14:05.1234567z",
    "2026-03-02T09:14:05",
    *(f"2026-03-02T{rest}" for rest in ("09:14:05+07:60", "09:14:05+24:00", "09:14:05,5+07:00")),
    *(f"2026-03-02T{rest}+07:00" for rest in ("24:00:00", "23:60:00", "23:59:60")),
    "1989-12-31T23:59:59Z",
    "2200-01-01T00:00:00Z",
)
WORDS = ("", " ", "a", "a ", " a", "a b", "a\tb", "\x7f", "x" * 255, "x" * 256, "hscv.", "hscv.x")
BODIES = ("PYT", "Phòng Y tế", 1, None)


def choices() -> Iterator[str]:
    """Every value that either side lists anywhere."""

    def in_document(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            yield from value.get("enum", ())
            for inner in value.values():
                yield from in_document(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from in_document(inner)

    yield from in_document(NAMED)
    for schema, _ in PAIRS.values():
        for field in schema.fields.values():
            single = field.item if isinstance(field, ListOf) else field
            if isinstance(single, Choice):
                yield from single.values


TEXTS = tuple(dict.fromkeys((*choices(), *DATES, *PERIODS, *TIMES, *WORDS)))
PROBES: tuple[Any, ...] = (
    None,
    True,
    False,
    *NUMBERS,
    *TEXTS,
    *([text] for text in TEXTS),
    [],
    *([each] for each in BODIES),
    ["a", "b"],
    ["a"] * 1000,
    ["a"] * 1001,
    ["hscv"] * 1000,
    ["hscv"] * 1001,
    ["2026"] * 1000,
    ["2026"] * 1001,
    {},
    {"a": 1},
    {"title": 1},
    {"content": 1},
    {"symbol": "a", "task_count": 1},
    {"symbol": None},
    {"class": "4.1"},
    {"class": "4"},
)


TYPES = {type(schema).__name__: type_ for type_, schema in SCHEMAS.items()}


def as_read(name: str, data: dict[str, Any]) -> Mapping[str, Any]:
    """*data* as the code reads it before the schema of that *name* sees it."""
    if name in ("DocumentFields", "TaskFields"):
        whole = f"{name.removesuffix('Fields').lower()}.corrected"
        fields: Mapping[str, Any] = only_listed(whole, {"fields": data})["fields"]
        return fields
    return only_listed(TYPES[name], data) if name in TYPES else data


@pytest.mark.parametrize("name", PAIRS)
def test_document_and_schema_have_the_same_fields(name: str) -> None:
    schema, _ = PAIRS[name]
    assert properties(NAMED[name]).keys() == keys_of(schema)
    assert required(NAMED[name]) == {
        field.data_key or key for key, field in schema.fields.items() if field.required
    }


@pytest.mark.parametrize("name", PAIRS)
def test_document_and_schema_accept_the_same_values(name: str) -> None:
    schema, full = PAIRS[name]
    assert schema.validate(full) == {}
    assert list(validator(name).iter_errors(full)) == []
    # As little as possible beside the field that is tried, since every run looks at all of it.
    least = {key: full[key] for key in full if key in required(NAMED[name]) | {"period"}}
    disagreed = [
        (field, probe)
        for field in sorted(keys_of(schema))
        for probe in PROBES
        if (schema.validate(as_read(name, {**least, field: probe})) == {})
        != validator(name).is_valid({**least, field: probe})
    ]
    assert disagreed == []


def test_the_probes_tell_kinds_of_field_apart() -> None:
    for name, (schema, full) in PAIRS.items():
        for key, field in schema.fields.items():
            place = field.data_key or key
            accepted = [not schema.validate({**full, place: probe}) for probe in PROBES]
            assert any(accepted), f"{name}.{place} accepts no probe"
            assert not all(accepted), f"{name}.{place} refuses no probe"


def test_corrections_are_compared_too() -> None:
    for name in ("DocumentCorrected", "TaskCorrected"):
        nested = PAIRS[name][0].fields["fields"]
        assert isinstance(nested, Corrections)
        reference = properties(NAMED[name])["fields"]["$ref"]
        assert reference == f"#/components/schemas/{type(nested.schema).__name__}"


@pytest.mark.parametrize("missing", [("period",), ("request_id",), ("period", "request_id")])
def test_both_want_a_report_to_name_its_period_or_its_request(missing: tuple[str, ...]) -> None:
    data = {key: value for key, value in DATA["report.submitted"].items() if key not in missing}
    assert validator("ReportSubmitted").is_valid(data) == (len(missing) == 1)
    assert (SCHEMAS["report.submitted"].validate(data) == {}) == (len(missing) == 1)


def test_the_headers_of_binary_mode_are_the_attributes() -> None:
    headers = NAMED["BinaryHeaders"]
    prefixed = {f"cloudEvents_{name}" for name in keys_of(BinaryEnvelope())}
    assert properties(headers).keys() == prefixed
    assert required(headers) == prefixed - {"cloudEvents_sequence", "cloudEvents_unit"}
    for type_ in DATA:
        message = binary(event(type_, sequence="7"))
        assert list(validator("BinaryHeaders").iter_errors(message.headers)) == []


def test_a_message_says_its_own_type() -> None:
    for type_ in MESSAGES:
        assert whole(type_).is_valid(event(type_))
        assert not whole(type_).is_valid(event(type_, type="hscv.other"))


def test_a_reminder_as_it_is_made_is_a_reminder_as_it_is_promised() -> None:
    payload = DOCUMENT["components"]["messages"]["reminder"]["payload"]
    promised = Draft7Validator({**payload, "components": DOCUMENT["components"]})
    for target in (date(2026, 3, 27), None):
        owed = obligation(target=target, trace={"opened_on": "2026-03-02"})
        reminder = Reminder(
            obligation=owed.id,
            step="due_soon",
            target=target,
            occurrence=-3,
            role="obligor",
            body="NV",
            offset=-3,
            on=date(2026, 3, 24),
        )
        made = reminder_event(
            *(reminder, owed, Quotes(), DIRECTORY, texts(), Names(owed.regulation)),
            datetime(2026, 3, 24, 1, tzinfo=UTC),
        )
        plain = json.loads(json.dumps(made))
        assert list(promised.iter_errors(plain)) == []
        assert ReminderData().validate(plain["data"]) == {}
        assert plain["data"].keys() == properties(NAMED["ReminderData"]).keys()


def test_a_digest_as_it_is_made_is_a_digest_as_it_is_promised() -> None:
    message = DOCUMENT["components"]["messages"]["catchUp"]
    promised = Draft7Validator({**message["payload"], "components": DOCUMENT["components"]})
    entries = [
        CaughtUp(
            f"r-{number}", f"o-{number}", "execution", "office", date(2026, 3, 27), True, "việc"
        )
        for number in range(LISTED + 1)
    ]
    at = datetime(2026, 3, 31, 2, tzinfo=UTC)
    for of in (entries, entries[:1]):
        made = json.loads(json.dumps(catch_up_event("NV", of, DIRECTORY, texts(), at)))
        assert list(promised.iter_errors(made)) == []
        assert made["data"].keys() == properties(NAMED["CatchUpData"]).keys()
    assert NAMED["CatchUpData"]["properties"]["obligations"]["maxItems"] == LISTED
    (example,) = message["examples"]
    assert list(promised.iter_errors(example["payload"])) == []
    assert example["payload"]["data"].keys() == made["data"].keys()


# The sample


def test_every_event_of_the_sample_is_what_its_label_says_in_both() -> None:
    from dondoc.sample.generator import generate

    seen: dict[str, int] = {}
    for sample in generate(ending=date(2026, 3, 31), scale=1, seed=1):
        seen[sample.label] = seen.get(sample.label, 0) + 1
        message = Message(sample.body, sample.content_type, sample.headers)
        found = guard(message, Limits())
        if isinstance(found, Secret):
            assert sample.label == "secret"
        elif isinstance(found, Unestablished):
            assert sample.label == "unestablished"
        else:
            assert not isinstance(found, Foreign)
            wrong = found if isinstance(found, Malformed) else validate(found)
            assert (wrong is not None) == (sample.label == "malformed"), wrong
            if isinstance(found, Admitted) and found.type in SCHEMAS:
                name = type(SCHEMAS[found.type]).__name__
                promised = validator(name).is_valid(dict(found.data))
                # The document cannot say that a date must not lie after its event.
                assert promised == (wrong is None or "local date" in wrong.reason)
                if wrong is None and found.structured:
                    assert whole(found.type).is_valid(json.loads(sample.body))
    assert seen.keys() == {"valid", "duplicate", "malformed", "secret", "unestablished"}
