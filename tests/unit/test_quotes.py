"""A name is recognised however it is written and whatever stands beside it, in linear time."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import date, datetime
from time import process_time
from typing import Any

import pytest
from dondoc.connector.contract.data import fields
from dondoc.connector.contract.data.derived_schemas import SCHEMAS
from dondoc.rules.event_facts import NAMED_FREELY, UNREAD_TEXT
from dondoc.rules.event_types import REQUESTED
from dondoc.rules.events import LOCAL, Event
from dondoc.rules.judging.projection import project
from dondoc.rules.obligations import Projection
from dondoc.rules.reading.stored import decode_stored
from dondoc.storage.secrecy.folding import folded, runs, shape_of
from dondoc.storage.secrecy.quotes import (
    StoredEvent,
    Wanted,
    can_quote,
    left_of,
    name_listed,
    names_from,
    quotes_in,
    quotes_in_event,
    quotes_in_own_subject,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import Schema
from support.case_law import calendar, default_directory, default_regulations
from support.histories import STREAMS, histories, of_stream
from support.quoting import WRITTEN

SYMBOL = "15/QĐ-UBND"
NAMES = (SYMBOL, "VB-2026-77", "Công văn 15/CV-UBND", "15/2026")
MEGABYTE = 1024 * 1024

BESIDE = [
    *":…—–|=+.,;/\\()[]{}<>\"'&?!#@%^*~`_-·•“”«»",
    "\u00a0",
    "\u200b",
    "\u2011",
    "&nbsp;",
    "\t",
]


def is_quoted(name: str, text: str) -> bool:
    return Wanted.of(names_from(name)).named_by({"content": text})


@pytest.mark.parametrize("way", WRITTEN)
@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_recognised_however_it_is_written(name: str, way: str) -> None:
    for text in (WRITTEN[way](name), f"Theo {WRITTEN[way](name)} của huyện"):
        assert is_quoted(name, text), ascii(text)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_recognised_beside_whatever_is_no_letter_or_digit(name: str) -> None:
    for before in BESIDE:
        for after in BESIDE:
            assert is_quoted(name, f"cũ{before}{name}{after}mới"), (before, after)


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(NAMES),
    st.sampled_from(sorted(WRITTEN)),
    st.text(max_size=30),
    st.text(max_size=9),
)
def test_a_name_is_recognised_between_any_two_texts(
    name: str, way: str, before: str, after: str
) -> None:
    before, after = before.replace("<", ""), after.replace("<", "")
    assert is_quoted(name, f"{before} | {WRITTEN[way](name)} | {after}")


@pytest.mark.parametrize(
    "text",
    [
        "115/QĐ-UBND",
        "15/QĐ-UBNDX",
        "5/QĐ-UBND",
        "15/QĐ-UBN",
        "1 5/QĐ-UBND",
        "1.5/QĐ-UBND",
        "15/QĐ",
        "QĐ-UBND 15",
    ],
)
def test_another_name_is_not_taken_for_it(text: str) -> None:
    assert not is_quoted(SYMBOL, text)


def test_a_name_may_be_a_key_a_number_or_bytes() -> None:
    wanted = Wanted.of(names_from("VB-2026-77") | names_from("123456"))
    for value in (
        {"links": {"VB-2026-77": True}},
        {"number": 123456},
        [b"xem VB-2026-77", 1],
        {"a": [{"b": ("c", {"vb-2026-77": None})}]},
    ):
        assert wanted.named_by(value), value
    assert not wanted.named_by({"a": [12, 1.5, None, True, "VB-2026"]})


def test_a_fraction_quotes_by_its_digits_as_they_were_sent() -> None:
    wanted = Wanted.of(names_from("12.50"))
    body = b'{"task_id": 12.50, "content": "x"}'
    said = StoredEvent("feedback.received", "PA-1", "hscv", "1", structured=False, body=body)
    assert wanted.among(quotes_in_event(said, wanted.shapes))


def test_a_digit_of_any_script_is_one() -> None:
    assert is_quoted("\u1369/CT-UBND", "xem \u1369/CT-UBND")
    assert is_quoted("\u0661\u0662/CT-UBND", "xem \u0661\u0662/CT-UBND")


def test_a_short_number_is_a_name_only_where_one_is_expected() -> None:
    wanted = Wanted.of(names_from("15"))
    for text in ("15", "１５", "1\u200b5", "số 15", " 15\u00a0"):
        assert wanted.named_by({"task_id": text}), text
        assert wanted.named_by({"subject": text}), text
    for value in ({"content": "15 ngày"}, {"task_id": "VB-15-1"}, {"amount": 15}):
        assert not wanted.named_by(value), value


def test_a_number_in_the_subject_of_another_kind_is_one_of_that_kind() -> None:
    wanted = Wanted.of(names_from("12345") | names_from("VB-77"))
    for subject, quotes in (("12345", False), ("PA-12345", False), ("PA/VB-77", True)):
        assert wanted.among(quotes_in_own_subject(subject, wanted.shapes)) is quotes, subject


def test_a_name_of_no_letter_or_digit_is_still_one() -> None:
    assert is_quoted("§§", "theo §§ cũ")
    assert names_from("  ") == set()


def test_a_listed_name_is_read_as_it_was_written() -> None:
    for name in names_from(SYMBOL) | names_from("§"):
        assert name_listed(name.listed()) == name
    for wrong in ("xy", "00:1", "00:1:2:3", "00:a:b"):
        with pytest.raises(ValueError, match=r"."):
            name_listed(wrong)


@pytest.mark.parametrize(
    "unit",
    [
        "a\u0301",
        "&#9",
        "&amp;",
        "\\",
        "\\u00",
        "%25",
        "<",
        "\u200b1",
        "1 ",
        "a-",
        "\uff9e",
        "&#x1;",
    ],
)
def test_the_time_for_a_megabyte_is_bounded_whatever_it_holds(unit: str) -> None:
    text = unit * (MEGABYTE // len(unit.encode()))
    begun = process_time()
    quotes_in(text, [shape_of(folded(f"{number}/QĐ-UBND")) for number in (1, 15, 150)])
    assert process_time() - begun < 6, "some tenths of a second, on a machine at rest"


def test_a_megabyte_of_prose_is_searched_within_a_second() -> None:
    chance = random.Random(1)
    words = ["".join(chance.choices("abcdghiklmnoptuvêếđốượ", k=4)) for _ in range(3000)]
    words += [str(number) for number in range(100)]
    text = " ".join(chance.choices(words, k=160_000))
    shapes = [
        shape_of(folded(f"{number}/{kind}-UBND"))
        for number in (5, 50, 500)
        for kind in ("QĐ", "CT", "KH", "TBX")
    ]
    begun = process_time()
    quotes_in(text, shapes)
    assert process_time() - begun < 2, "half a second, on a machine at rest"


def test_where_nothing_is_remembered_nothing_is_looked_at() -> None:
    assert quotes_in(object(), ()) == set()
    assert list(runs(SYMBOL, ())) == []


def words_of(schema: Schema) -> dict[str, str | None]:
    """The fields in which a person's words stand, and the one that names a task; what the contract
    requires must be there, and be text, without them."""

    def is_words(name: str, field: object) -> bool:
        inner = field.item if isinstance(field, fields.ListOf) else field
        return isinstance(inner, fields.Text | fields.Line) or name == "task_id"

    declared = schema.fields.items()
    instead = {name: "…" if isinstance(each, fields.Line) else "" for name, each in declared}
    return {
        name: instead[name] if each.required else None
        for name, each in declared
        if is_words(name, each)
    }


@pytest.mark.parametrize("type_", [type_ for type_ in SCHEMAS if can_quote(type_)])
def test_every_field_of_words_of_every_event_that_can_quote_is_erased(type_: str) -> None:
    assert words_of(SCHEMAS[type_]) == UNREAD_TEXT.get(type_, {})


@pytest.mark.parametrize("type_", [type_ for type_ in SCHEMAS if can_quote(type_)])
def test_what_such_an_event_keeps_is_a_code_a_date_or_one_of_a_list(type_: str) -> None:
    codes = {"from_body", "about_body", "lead", "bodies", "notified_bodies", "body"}
    for name, field in SCHEMAS[type_].fields.items():
        inner = field.item if isinstance(field, fields.ListOf) else field
        if isinstance(inner, fields.Identifier) and name not in UNREAD_TEXT.get(type_, {}):
            assert name in codes | NAMED_FREELY, f"{type_}.{name}: may it quote?"


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([each for each in STREAMS if not each.startswith("document:")]), st.data())
def test_without_its_words_an_event_means_the_same(stream: str, data: st.DataObject) -> None:
    arrived = data.draw(histories(stream.partition(":")[0]))
    blank = [replace(each, data=left(each)) for each in arrived]
    assert judged(stream, blank) == judged(stream, arrived)


def test_a_deadline_that_is_taken_away_stays_so_without_the_words() -> None:
    asked = {"report": "x", "request_id": "R1", "bodies": ["PYT"], "due_on": "2026-01-01"}
    time = datetime(2026, 1, 1, 8, tzinfo=LOCAL)
    arrived = [
        Event("hscv", id_, REQUESTED, "VB-1", time, None, {**asked, "due_on": due_on}, time.date())
        for id_, due_on in (("e0", "2026-01-01"), ("e1", None))
    ]
    blank = [replace(each, data=left(each)) for each in arrived]
    assert judged("reports:PYT", blank) == judged("reports:PYT", arrived)
    assert judged("reports:PYT", arrived[:1]) != judged("reports:PYT", arrived)


def judged(stream: str, arrived: list[Event]) -> Projection:
    law = default_regulations(), calendar(), default_directory()
    return project(stream, of_stream(stream, arrived), *law, date(2025, 11, 1), date(2026, 8, 31))


def left(event: Event) -> dict[str, Any]:
    body = json.dumps(event.data).encode()
    said = StoredEvent(event.type, event.subject, event.source, event.id, False, body)
    kept = left_of(said, Wanted.of(()))
    assert kept is not None
    return decode_stored(kept.body, kept.structured, kept.type)
