"""Rows as Debezium sends them: every form, both sides of a change, and what a snapshot repeats."""

from __future__ import annotations

import json
from typing import Any

import pytest
from dondoc.connector.contract.verdicts import Malformed, Secret, Unestablished
from dondoc.connector.dialects.saying import EventsSaid, Nothing, Withdrawn
from support.dialects import made, said, say
from support.hscv import event

ROWS = """
name = "hang"
format = "debezium"
times = ["micros", "iso"]
subject = "vb"
time = "luc"
[secrecy]
path = "do_mat"
subject = "vb"
words = { "0" = "normal", "1" = "mat" }
[[event]]
type = "document.classified"
when = { "@table" = "van_ban" }
fields = { task_count = "so" }
[[event]]
type = "document.withdrawn"
when = { "@op" = "d" }
time = "@time"
fields = { reason = { value = "Xóa" } }
[[event]]
type = "task.accepted"
when = { "@table" = "nhiem_vu", trang_thai = 2 }
changed = "trang_thai"
fields = { task_id = "id", body = "don_vi" }
"""
DIALECT = made(ROWS)
ROW = {"vb": "VB-1", "luc": 1_772_440_200_000_000, "do_mat": 0, "so": 3}
SOURCE = {"ts_ms": 1_772_415_000_000, "db": "h", "schema": "public", "table": "van_ban"}


def change(op: str, before: Any, after: Any, **source: Any) -> dict[str, Any]:
    return {"before": before, "after": after, "source": SOURCE | source, "op": op, "ts_ms": 9}


def cloudevent(data: Any, op: str = "c") -> dict[str, Any]:
    return {
        "id": "name:h;lsn:1",
        "source": "/debezium/postgresql/h",
        "specversion": "1.0",
        "type": "io.debezium.connector.postgresql.DataChangeEvent",
        "time": "2026-03-02T01:30:00.000Z",
        "datacontenttype": "application/json",
        "iodebeziumop": op,
        "iodebeziumtable": "van_ban",
        "iodebeziumtsms": "1772415000000",
        "data": data,
    }


def with_schema(payload: Any) -> dict[str, Any]:
    return {"schema": {"type": "struct", "fields": [{"field": "do_mat"}]}, "payload": payload}


FORMS = [
    change("c", None, ROW),
    change("u", ROW | {"so": 2}, ROW),
    change("r", None, ROW, snapshot="true", ts_ms=5),
    with_schema(change("c", None, ROW)),
    cloudevent({"before": None, "after": ROW}),
    cloudevent(with_schema({"before": None, "after": ROW})),
    cloudevent(ROW),
    ROW | {"__op": "c", "__table": "van_ban", "__deleted": "false", "__source_ts_ms": 5},
    with_schema(ROW | {"__table": "van_ban"}),
]


@pytest.mark.parametrize("form", FORMS)
def test_a_row_is_one_event_in_every_form(form: Any) -> None:
    (one,) = said(DIALECT, form)
    (plain,) = said(DIALECT, FORMS[0])
    assert one == plain
    assert one.time.isoformat() == "2026-03-02T08:30:00+07:00"


@pytest.mark.parametrize("body", [b"", b"null", b"default"])
def test_a_tombstone_tells_of_nothing(body: bytes) -> None:
    assert say(DIALECT, body) == Nothing("tombstone")
    assert isinstance(say(DIALECT, body, headers={"do_mat": "?"}), Unestablished)
    assert say(DIALECT, body, headers={"do_mat": "Mật"}) == Secret("mat")


def test_a_deleted_row_is_told_by_what_it_was_at_the_time_of_the_commit() -> None:
    deleted = change("d", ROW, None)
    flat = ROW | {"__deleted": "true", "__op": "d", "__source_ts_ms": 1_772_415_000_000}
    for form in (
        deleted,
        flat,
        cloudevent(deleted["before"] and {"before": ROW, "after": None}, "d"),
    ):
        (one,) = said(DIALECT, form)
        assert (one.type, one.time.isoformat()) == (
            "document.withdrawn",
            "2026-03-02T08:30:00+07:00",
        )


def test_a_row_that_becomes_secret_withdraws_its_document() -> None:
    assert say(DIALECT, change("u", ROW, ROW | {"do_mat": 1})) == Withdrawn("mat", "VB-1")
    assert say(DIALECT, change("d", ROW | {"do_mat": 1}, None)) == Withdrawn("mat", "VB-1")


def test_a_row_that_ceases_to_be_secret_is_not_read_since_it_shows_what_it_was() -> None:
    assert say(DIALECT, change("u", ROW | {"do_mat": 1}, ROW)) == Secret("mat")
    assert isinstance(say(DIALECT, change("u", ROW, ROW)), EventsSaid)


@pytest.mark.parametrize(
    "form",
    [
        change("c", None, {"vb": "VB-1", "luc": 1, "so": 3}),
        change("u", ROW | {"do_mat": 7}, ROW),
        change("u", ROW, ROW | {"do_mat": None}),
        change("d", {"vb": "VB-1", "do_mat": None}, None),
        {"op": "t", "source": SOURCE, "before": None, "after": None},
        {"ts_ms": 5},
        {"status": "BEGIN", "id": "571"},
        {"schema": {}, "payload": None},
        {"schema": {}, "payload": [ROW]},
        cloudevent("AAAA"),
        "default",
    ],
)
def test_a_row_without_a_secrecy_of_its_own_is_not_established(form: Any) -> None:
    assert isinstance(say(DIALECT, form), Unestablished)


def test_a_changed_column_is_told_once_and_again_by_a_snapshot() -> None:
    task = ROW | {"id": 5, "don_vi": "PYT", "trang_thai": 2}
    new = change("u", task | {"trang_thai": 1}, task, table="nhiem_vu")
    other = change("u", task | {"so": 1}, task, table="nhiem_vu")
    read = change("r", None, task, table="nhiem_vu")
    assert said(DIALECT, new) == said(DIALECT, read)
    assert say(DIALECT, other) == Nothing("no_rule")


def test_a_time_with_its_zone_is_that_instant() -> None:
    (one,) = said(DIALECT, change("c", None, ROW | {"luc": "2026-03-02T01:30:00.000000Z"}))
    assert one == said(DIALECT, FORMS[0])[0]


OUTBOX = made('name = "hop"\nformat = "debezium"\ncontract = "payload"\n')
WHOLE = made('name = "hop"\nformat = "debezium"\ncontract = "."\n')


def row_of(payload: Any) -> dict[str, Any]:
    return change("c", None, {"id": 1, "payload": payload}, table="outbox")


@pytest.mark.parametrize("written", [json.dumps, lambda value: value])
def test_an_outbox_carries_an_event_of_the_contract(written: Any) -> None:
    sent = event("document.classified", id="x-1")
    for one in (
        *said(OUTBOX, row_of(written(sent))),
        *said(WHOLE, written(sent)),
        *said(OUTBOX, {"id": 1, "payload": written(sent), "__op": "c"}),
    ):
        assert (one.type, one.id, one.source) == ("document.classified", "x-1", sent["source"])
        assert one.data == sent["data"]


def test_what_an_outbox_carries_goes_through_the_guard_of_the_contract() -> None:
    secret = event(secrecy="toimat")
    assert say(OUTBOX, row_of(json.dumps(secret))) == Secret("toimat")
    assert say(OUTBOX, row_of(secret)) == Secret("toimat")
    for doubtful in (
        event(secrecy="Normal"),
        {name: value for name, value in event().items() if name != "secrecy"},
        '{"specversion": "1.0", ',
        '{"specversion": "1.0", "secrecy": "normal", "secrecy": "normal"}',
        None,
        7,
    ):
        found = say(OUTBOX, row_of(doubtful), normal=True)
        assert isinstance(found, Unestablished), (doubtful, found)
    found = say(OUTBOX, row_of(event(time="hôm qua")))
    assert isinstance(found, Malformed)
    assert found.path == "time"


def test_a_change_of_secrecy_in_an_outbox_takes_effect_however_it_is_stamped() -> None:
    change_ = event("document.secrecy_changed", data={"level": "mat"}, subject="VB-7")
    (one,) = said(OUTBOX, row_of(json.dumps(change_)))
    assert one.data == {"level": "mat"}
    stamped = change_ | {"secrecy": "mat"}
    assert say(OUTBOX, row_of(json.dumps(stamped))) == Withdrawn("mat", "VB-7")


def test_what_stands_around_an_event_can_only_make_it_secret_or_doubtful() -> None:
    carried = json.dumps(event())
    row = {"id": 1, "payload": carried}
    assert say(OUTBOX, change("c", None, row | {"do_mat": "Mật"})) == Secret("mat")
    assert isinstance(say(OUTBOX, change("c", None, row | {"do_mat": "Thường"})), Unestablished)
    assert isinstance(say(OUTBOX, change("c", None, row | {"do_mat": "normal"})), EventsSaid)


def test_a_text_that_was_left_out_is_refused_and_not_taken_for_one() -> None:
    task = {"id": 5, "don_vi": "__debezium_unavailable_value", "trang_thai": 2}
    found = say(DIALECT, change("u", None, ROW | task, table="nhiem_vu"))
    assert isinstance(found, Malformed)
    assert (found.path, found.reason.partition(";")[0]) == (
        "don_vi",
        "body: was left out by Debezium",
    )
