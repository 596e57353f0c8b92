"""The data of every event: what is accepted, and how what is wrong is named."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from dondoc.connector.contract.data.derived_schemas import SCHEMAS
from dondoc.connector.contract.data.validation import validate
from dondoc.connector.contract.guard import Admitted, Limits, Malformed
from dondoc.rules.event_facts import CORRECTABLE_TEXTS, OPTIONAL_TEXTS
from dondoc.rules.event_types import EVENT_TYPES
from dondoc.rules.events import LOCAL, Event, streams_of
from dondoc.rules.fields import Kind
from dondoc.rules.reading.stored import decode_stored
from marshmallow import Schema
from support.envelopes import ReminderData
from support.hscv import DATA, as_json, binary, event, structured, verdict, without


def judged(type_: str, data: dict[str, Any], **changes: Any) -> Malformed | None:
    """What the contract says to an event with that data."""
    found = verdict(structured(event(type_, data=data, **changes)))
    assert isinstance(found, Admitted), found
    return validate(found)


def fault(type_: str, **changes: Any) -> tuple[str, str]:
    """The path and reason of the valid event with *changes* to its data."""
    wrong = judged(type_, {**DATA[type_], **changes})
    assert wrong is not None
    assert wrong.event_id == "e-1"
    return wrong.path, wrong.reason


def accepts(type_: str, **changes: Any) -> bool:
    return judged(type_, {**DATA[type_], **changes}) is None


def keys_of(schema: Schema) -> set[str]:
    return {field.data_key or name for name, field in schema.fields.items()}


def required_of(schema: Schema) -> set[str]:
    return {field.data_key or name for name, field in schema.fields.items() if field.required}


# The guard has put a level into document.secrecy_changed before it gets here (test_guard_secrecy).
JUDGED = [item for item in SCHEMAS.items() if item[0] != "document.secrecy_changed"]
REQUIRED = [(type_, name) for type_, schema in JUDGED for name in sorted(required_of(schema))]
LISTED = [(type_, name) for type_, schema in JUDGED for name in sorted(keys_of(schema))]


@pytest.mark.parametrize("type_", SCHEMAS)
def test_a_full_event_of_every_type_is_accepted(type_: str) -> None:
    assert set(DATA[type_]) == keys_of(SCHEMAS[type_])
    assert accepts(type_)


@pytest.mark.parametrize("type_", SCHEMAS)
def test_an_event_with_nothing_but_what_is_required_is_accepted(type_: str) -> None:
    instead = {name for name, field in EVENT_TYPES[type_].items() if field.unless is not None}
    needed = required_of(SCHEMAS[type_]) | instead
    data = {name: value for name, value in DATA[type_].items() if name in needed}
    assert judged(type_, data) is None


@pytest.mark.parametrize(("type_", "name"), REQUIRED)
def test_a_required_field_that_is_missing_is_named(type_: str, name: str) -> None:
    wrong = judged(type_, without(DATA[type_], name))
    assert wrong is not None
    assert (wrong.path, wrong.reason) == (f"data.{name}", "is required")


@pytest.mark.parametrize(("type_", "name"), LISTED)
def test_null_is_no_value_except_for_a_deadline(type_: str, name: str) -> None:
    # An extension is of a date, never of none.
    removable = (name.endswith("due_on") or name == "recurrence") and not type_.startswith(
        "task.extension_"
    )
    assert accepts(type_, **{name: None}) == removable


def each(type_: str, name: str, *values: Any, path: str | None = None) -> list[Any]:
    """Parameters for every one of *values* in the field *name*; the fault is the field's own."""
    return [(type_, name, value, path or f"data.{name}") for value in values]


WRONG: tuple[tuple[str, str, Any, str], ...] = (
    *each("task.assigned", "task_id", "", " ", " a", 5, []),
    *each("task.assigned", "lead", "", [], 5, {}, True, "a\n", ["A"] * 1001),
    *each("task.assigned", "lead", ["A", ""], ["A", 3], path="data.lead[1]"),
    *each("task.assigned", "coordinating", "A", {}, ["A"] * 1001),
    *each("task.assigned", "coordinating", ["A", None], path="data.coordinating[1]"),
    *each("task.assigned", "kind", "Report", "", 1, ["report"]),
    *each("task.assigned", "class", 4.1, "4.3", "41"),
    *each("task.assigned", "content", 5, [], {}, True, "a\x00b"),
    *each("task.assigned", "due_on", "", 20260320, True, "9999-12-31", "0001-01-01"),
    *each("task.assigned", "due_on", "1989-12-31", "2200-01-01", "2026-02-30", "2026-3-2"),
    *each("task.assigned", "due_on", "02/03/2026", "20260302", "2026-W10-1", "2026-03-02 "),
    *each("task.assigned", "due_on", "2026-03-02T00:00:00+07:00", "２026-03-02"),
    *each("document.issued", "task_count", "1", True, 1.0, -1, 10_001),
    *each("document.issued", "consultation", 1, "true", 0),
    *each("document.issued", "symbol", "", "  ", 15, "a" * 256, "a\x00"),
    *each("document.issued", "authority", "UBND"),
    *each("document.issued", "urgency", ""),
    *each("document.received", "authority", "ubnd"),
    *each("document.corrected", "fields", "x", [], 5),
    *each(
        "document.corrected",
        "fields",
        {"issued_on": "2026-13-01"},
        path="data.fields.issued_on",
    ),
    *each("document.corrected", "fields", {"symbol": None}, path="data.fields.symbol"),
    *each("task.corrected", "fields", {"class": "5"}, path="data.fields.class"),
    *each("task.written_update", "recipients", [""], path="data.recipients[0]"),
    *each("inspection.decided", "bodies", []),
    *each("report.requested", "bodies", []),
    *each("report.requested", "bodies", ["A", {}], path="data.bodies[1]"),
    *each("report.submitted", "period", "2026-13", "2026-00", "2026-Q5", "2026-H3", "26"),
    *each("report.submitted", "period", "2026-9", 2026, "1989", "2026\n"),
    *each("report.submitted", "period", "2026-W00", "2026-W54", "2027-W53", "2026-W1", "2026W10"),
    *each("report.submitted", "covers", ["2026-01", "x"], path="data.covers[1]"),
    *each("report.submitted", "report", "", " weekly", "a" * 256, "a\nb", 5),
    *each("report.published", "channels", []),
    *each("report.published", "channels", ["hscv", "Portal"], path="data.channels[1]"),
    *each("plan.approved", "year", "2026", 1989, 2200, 9999),
)


@pytest.mark.parametrize(("type_", "name", "value", "path"), WRONG, ids=repr)
def test_a_value_that_is_wrong_is_named_by_its_path(
    type_: str, name: str, value: Any, path: str
) -> None:
    assert fault(type_, **{name: value})[0] == path


FINE: tuple[tuple[str, str, Any], ...] = (
    ("task.assigned", "lead", "PYT"),
    ("task.reassigned", "lead", ["PYT"] * 990),
    ("task.assigned", "coordinating", []),
    ("task.assigned", "content", ""),
    ("task.assigned", "content", "dòng 1\ndòng 2\t\u000b"),
    ("task.assigned", "task_id", "chưa từng giao"),
    ("task.assigned", "lead", "NOT-IN-THE-DIRECTORY"),
    *(("task.assigned", "due_on", value) for value in ("1990-01-01", "2199-12-31", "2024-02-29")),
    ("document.issued", "symbol", " 15/CT-UBND "),
    ("document.issued", "issued_on", "2026-03-09"),
    ("document.corrected", "fields", {}),
    *(("report.submitted", "period", value) for value in ("2026-09", "2026-Q3", "2026-H1", "2026")),
    *(("report.submitted", "period", value) for value in ("2026-W01", "2026-W53", "2027-W52")),
    ("report.requested", "report", "Báo cáo đột xuất về hạn hán"),
    ("report.submitted", "report", "đột xuất"),
    ("report.published", "report", "a" * 255),
    ("inspection.reported", "notified_bodies", ["A", "B"]),
)


@pytest.mark.parametrize(("type_", "name", "value"), FINE, ids=repr)
def test_a_value_that_the_contract_allows_is_accepted(type_: str, name: str, value: Any) -> None:
    assert accepts(type_, **{name: value})


_IDENTIFIERS: tuple[Any, ...] = ("", " ", " a", "a ", "a\n", "a" * 256, [], {}, True)
_LINES: tuple[Any, ...] = ("", "  ", "a" * 256, "a\x00", [], {}, True)
WRONG_OF: dict[Kind, tuple[Any, ...]] = {
    Kind.TEXT: ("a\x00b", [], ["a"], {}, True),
    Kind.LINE: _LINES,
    Kind.BODY: _IDENTIFIERS,
    Kind.TASK: _IDENTIFIERS,
    Kind.REQUEST: _IDENTIFIERS,
    Kind.REPORT: (*_IDENTIFIERS, 5),
    Kind.DAY: ("", 20260302, True, "2026-02-30", "02/03/2026", "2026-03-02 ", ["2026-03-02"], {}),
    Kind.PERIOD: ("", 2026, "2026-13", "2026-W00", "2026-W54", "2027-W53", "2026-W1", "26", []),
    Kind.RECURRENCE: (
        *("", "monthly", "monthly:0", "monthly:32", "monthly:05", "Monthly:25", "weekly:8"),
        *("quarterly:4-20", "half_yearly:7-1", "yearly:13-1", "monthly:25\n", 25, ["monthly:25"]),
    ),
    Kind.YEAR: ("2026", 1989, 2200, True, 2026.0, []),
    Kind.COUNT: ("1", True, 1.0, -1, 10_001, []),
    Kind.REGISTERED: ("", "Nguyễn Văn A", "TD-215", "1" * 9, " 5", "５", True, [], {}),
    Kind.FLAG: (1, 0, "true", "", []),
    Kind.CHOICE: ("", "?", 1, True, []),
    Kind.LEADS: ("", [], 5, {}, True, "a\n", ["A"] * 1001),
    Kind.CORRECTIONS: ("x", [], 5, True),
}
"""Values that no field of a kind may have."""
FINE_OF: dict[Kind, tuple[Any, ...]] = {
    Kind.TEXT: ("", "dòng 1\ndòng 2\t"),
    Kind.LINE: (" 15/CT-UBND ", "a" * 255),
    Kind.BODY: ("NOT-IN-THE-DIRECTORY",),
    Kind.TASK: ("chưa từng giao",),
    Kind.REQUEST: ("YC 5/2026",),
    Kind.REPORT: ("đột xuất",),
    Kind.DAY: ("1990-01-01", "2024-02-29"),
    Kind.PERIOD: ("2026-09", "2026-Q3", "2026-H1", "2026", "2026-W01", "2026-W53", "2027-W52"),
    Kind.RECURRENCE: ("weekly:5", "monthly:31", "monthly:last", "quarterly:2-20", "yearly:12-10"),
    Kind.YEAR: (1990, 2199),
    Kind.COUNT: (0, 10_000),
    Kind.REGISTERED: ("215", "00000215"),
    Kind.FLAG: (True, False),
    Kind.CHOICE: (),
    Kind.LEADS: ("PYT", ["PYT", "PTCKH"]),
    Kind.CORRECTIONS: ({},),
}
"""Values that every field of a kind may have; of a choice, each of its own."""


def test_of_every_kind_of_field_it_is_said_what_is_wrong_and_what_is_fine() -> None:
    assert set(WRONG_OF) == set(FINE_OF) == set(Kind)


@pytest.mark.parametrize("type_", [type_ for type_, _ in JUDGED])
def test_every_field_of_every_type_takes_what_its_kind_takes_and_nothing_else(type_: str) -> None:
    for name, field in EVENT_TYPES[type_].items():
        item = "" if field.least is None else "[0]"
        for value in WRONG_OF[field.kind]:
            path = f"data.{name}{item}"
            assert fault(type_, **{name: [value] if item else value})[0] == path, (name, value)
        for value in (*FINE_OF[field.kind], *field.values):
            assert accepts(type_, **{name: [value] if item else value}), (name, value)
        for inner, told in field.fields.items():
            for value in WRONG_OF[told.kind]:
                path = f"data.{name}.{inner}"
                assert fault(type_, **{name: {inner: value}})[0] == path, (inner, value)
            for value in (*FINE_OF[told.kind], *told.values):
                assert accepts(type_, **{name: {inner: value}}), (inner, value)


TEXTS = [(type_, name) for type_, names in OPTIONAL_TEXTS.items() for name in sorted(names)]
NUMBERS = ("31", "0", "-7", "3.10", "1e3", "9" * 200)


@pytest.mark.parametrize(("type_", "name"), TEXTS)
def test_a_number_in_an_optional_text_is_its_digits_at_intake_and_when_read_again(
    type_: str, name: str
) -> None:
    for digits in NUMBERS:
        body = as_json(event(type_, data={**DATA[type_], name: "N"}))
        body = body.replace(b'"N"', digits.encode())
        found = verdict(structured(body))
        assert isinstance(found, Admitted)
        assert validate(found) is None
        assert found.data[name] == digits
        if not type_.startswith("petition."):  # of which only what is listed is kept
            assert found.body == body
        assert decode_stored(found.body, found.structured, type_) == found.data


@pytest.mark.parametrize("type_", CORRECTABLE_TEXTS)
def test_a_number_in_a_correction_of_an_optional_text_is_its_digits_too(type_: str) -> None:
    fields = dict.fromkeys(CORRECTABLE_TEXTS[type_], 31)
    data = {**DATA[type_], "fields": {**fields, "other": 31}}
    found = verdict(structured(event(type_, data=data)))
    assert isinstance(found, Admitted)
    assert validate(found) is None
    assert found.data["fields"] == dict.fromkeys(fields, "31")
    assert decode_stored(found.body, found.structured, type_) == found.data


@pytest.mark.parametrize(("type_", "name"), TEXTS)
def test_what_is_no_number_is_no_text_either(type_: str, name: str) -> None:
    values: tuple[Any, ...] = (True, False, None, [], ["a"], {}, [31])
    for value in values:
        assert fault(type_, **{name: value})[0] == f"data.{name}"


@pytest.mark.parametrize("name", ["symbol", "abstract", "doc_type", "urgency", "consultation"])
def test_a_number_in_any_other_field_is_refused_in_a_correction_too(name: str) -> None:
    assert fault("document.issued", **{name: 31})[0] == f"data.{name}"
    assert fault("document.corrected", fields={name: 31})[0] == f"data.fields.{name}"


def test_half_of_a_surrogate_pair_is_refused_where_it_is_read_and_only_there() -> None:
    body = as_json(event(data={**DATA["task.assigned"], "extra": "\\u"}))
    for written in (rb"\ud800", rb"\u0000"):
        ignored = verdict(structured(body.replace(rb"\\u", written)))
        assert isinstance(ignored, Admitted)
        assert validate(ignored) is None
        for name, text in (("content", "Báo cáo kết quả"), ("lead[1]", "PTCKH")):
            refused = verdict(structured(body.replace(text.encode(), written)))
            assert isinstance(refused, Admitted)
            wrong = validate(refused)
            assert wrong is not None
            assert wrong.path == f"data.{name}"


PAST = (
    ("document.received", "endorsed_on"),
    ("task.completed", "completed_on"),
    ("inspection.ended", "ended_on"),
    ("report.submitted", "submitted_on"),
    ("report.published", "published_on"),
)


@pytest.mark.parametrize(("type_", "name"), PAST)
def test_what_has_happened_does_not_lie_after_its_event(type_: str, name: str) -> None:
    # 18:00 UTC on the 2nd is 01:00 on the 3rd in Vietnam.
    data = {**DATA[type_], name: "2026-03-03"}
    assert judged(type_, data, time="2026-03-02T18:00:00Z") is None
    assert judged(type_, data, time="2026-03-03T01:00:00+07:00") is None
    wrong = judged(type_, data, time="2026-03-02T16:59:59Z")
    assert wrong is not None
    assert (wrong.path, wrong.reason) == (f"data.{name}", "lies after the event's own local date")


def test_a_report_names_its_period_or_its_request() -> None:
    data = DATA["report.submitted"]
    assert judged("report.submitted", without(data, "period")) is None
    assert judged("report.submitted", without(data, "request_id")) is None
    wrong = judged("report.submitted", without(data, "period", "request_id"))
    assert wrong is not None
    assert (wrong.path, wrong.reason) == ("data.period", "is required without request_id")


def test_a_deadline_is_moved_or_removed_but_never_left_unsaid() -> None:
    assert accepts("task.due_changed", due_on="2026-04-01")
    assert accepts("task.due_changed", due_on=None)
    wrong = judged("task.due_changed", without(DATA["task.due_changed"], "due_on"))
    assert wrong is not None
    assert wrong.path == "data.due_on"


def test_an_unknown_type_is_accepted() -> None:
    assert judged("document.praised.v2", {"anything": [None, {"a": 1}]}) is None
    assert judged("task.praised", {"task_id": 5, "body": {}}) is None


def test_an_unknown_type_is_refused_where_its_streams_cannot_be_told() -> None:
    for data, path in (
        ({"bodies": [{}]}, "data.bodies[0]"),
        ({"bodies": []}, "data.bodies"),
        ({"body": ["A"]}, "data.body"),
    ):
        wrong = judged("report.praised", data)
        assert wrong is not None
        assert wrong.path == path


def test_a_body_that_is_asked_twice_in_one_request_has_one_stream() -> None:
    asked = {**DATA["report.requested"], "bodies": ["NV", "TP", "NV"]}
    assert streams_of("report.requested", "R1", asked, "VP") == ["reports:NV", "reports:TP"]


def test_events_of_one_time_go_by_sequence_and_then_by_source_and_id() -> None:
    """One without a sequence comes first."""
    nine = datetime(2026, 3, 2, 9, tzinfo=LOCAL)

    def told(source: str, id_: str, sequence: int | None, minutes: int = 0) -> Event:
        at = nine + timedelta(minutes=minutes)
        return Event(source, id_, "task.progress", "VB-1", at, sequence, {}, at.date())

    in_order = [
        told("/z", "z", 9, minutes=-1),
        told("/b", "z", None),
        told("/a", "b", 0),
        told("/a", "c", 0),
        told("/b", "a", 0),
        told("/a", "a", 1),
    ]
    arrived = in_order[::-1]
    assert sorted(arrived, key=lambda each: each.order) == in_order


def test_every_accepted_event_has_a_stream() -> None:
    for type_, data in DATA.items():
        assert streams_of(type_, "VB-1", data, "VP")


def test_binary_mode_is_judged_alike() -> None:
    found = verdict(binary(event(data={**DATA["task.assigned"], "lead": ["A", ""]})))
    assert isinstance(found, Admitted)
    wrong = validate(found)
    assert wrong is not None
    assert wrong.path == "data.lead[1]"


def test_a_list_longer_than_the_setting_is_refused_with_the_setting_and_without_its_items() -> None:
    for type_, name, item in (
        ("task.assigned", "lead", "PYT"),
        ("task.written_update", "recipients", "PYT"),
        ("report.praised", "bodies", 5),
    ):
        for length, refused in ((11, True), (10, item == 5)):
            data = {**DATA.get(type_, {}), name: [item] * length}
            found = verdict(structured(event(type_, data=data)))
            assert isinstance(found, Admitted)
            wrong = validate(found, max_items=10)
            assert (wrong is not None) == refused
            if wrong is not None and length == 11:
                reason = "has more than 10 items; raise [limits] list_items"
                assert (wrong.path, wrong.reason) == (f"data.{name}", reason)


@pytest.mark.parametrize(
    ("type_", "lists"),
    [
        ("task.assigned", {"lead": 5, "coordinating": 6}),
        ("task.assigned", {"lead": 11, "coordinating": 0}),
        ("task.reassigned", {"coordinating": 11}),
        ("inspection.decided", {"bodies": 11}),
        ("inspection.reported", {"notified_bodies": 11}),
        ("report.requested", {"bodies": 11}),
        ("report.praised", {"bodies": 11}),
        ("task.written_update", {"recipients": 11}),
    ],
)
def test_more_bodies_than_the_setting_are_refused_by_the_list_that_passes_it(
    type_: str, lists: dict[str, int]
) -> None:
    for fewer, refused in ((0, True), (1, False)):
        said = {name: ["PYT"] * (count - fewer * (count > 5)) for name, count in lists.items()}
        data = {**DATA.get(type_, {}), "lead": "PYT", **said}
        found = verdict(structured(event(type_, data=data)))
        assert isinstance(found, Admitted)
        wrong = validate(found, max_bodies=10)
        assert (wrong is not None) == refused
        if wrong is not None:
            assert wrong.path == f"data.{max(lists, key=lists.__getitem__)}"
            assert wrong.reason.endswith("more than 10 bodies; raise [limits] named_bodies")
    assert Limits().max_bodies == 200


def test_a_reminder_of_dondoc_says_all_that_its_contract_lists() -> None:
    reminder: dict[str, Any] = {
        "obligation": "o-1",
        "rule": "execution",
        "cite": "Điều 10.2.a",
        "body": "PYT",
        "role": "obligor",
        "symbol": None,
        "abstract": None,
        "task_id": None,
        "content": None,
        "target": None,
        "due": None,
        "target_at": None,
        "due_at": None,
        "working_days_left": None,
        "text": "Đề nghị báo cáo",
        "trace": {},
    }
    assert ReminderData().validate(reminder) == {}
    dated = {**reminder, "target": "2026-03-20", "due": "2026-03-20", "working_days_left": -3}
    assert ReminderData().validate(dated) == {}
    for name in reminder:
        assert list(ReminderData().validate(without(reminder, name))) == [name]
