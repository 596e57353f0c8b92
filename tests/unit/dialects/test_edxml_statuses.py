"""Statuses in edXML: what a body answers, as events of its task."""

from __future__ import annotations

from datetime import datetime

import pytest
from dondoc.connector.contract.data.validation import validate
from dondoc.connector.dialects.edxml.dates import day_of, time_of
from dondoc.connector.dialects.saying import EventsSaid, SaidEvent, Saying
from support.edxml import ARRIVAL, admitted, changed, put, read, sample, word_of

DONE, ACCEPTED, RETURNED = "10-status-06", "09-status-03", "19-status-02"
OWN = "000.00.41.Z99"
TASK = f"{OWN},2026,15/CT-UBND#RV"


def only(saying: Saying) -> SaidEvent:
    """The one event of *saying*, as the contract wants it."""
    assert isinstance(saying, EventsSaid), saying
    (event,) = saying.events
    assert validate(admitted(event)) is None
    return event


@pytest.mark.parametrize(
    ("code", "type_", "said"),
    [
        ("02", "task.returned", {"reason": "Xong"}),
        ("03", "task.accepted", {}),
        ("04", "task.progress", {"status": "not_started", "note": "Xong"}),
        ("05", "task.progress", {"status": "in_progress", "note": "Xong"}),
        ("06", "task.completed", {"completed_on": "2026-03-20", "note": "Xong"}),
    ],
)
def test_a_status_is_an_event_of_the_task(code: str, type_: str, said: dict[str, str]) -> None:
    for written in (code, code.lstrip("0"), f"0{code}", f" {code}\n"):
        event = only(read(changed(DONE, StatusCode=written, Description="Xong")))
        assert event.type == type_
        assert event.data == {"task_id": TASK, "body": "RV", **said}


@pytest.mark.parametrize("code", ["01", "1", "13", "15", "16"])
def test_a_status_that_says_nothing_of_the_work_is_nothing(code: str) -> None:
    message = changed(DONE, StatusCode=code, Timestamp="x", Code="", DocumentId="")
    assert word_of(read(message)) == f"status_{code.zfill(2)}"


@pytest.mark.parametrize(
    "code", ["0", "00", "7", "07", "14", "17", "106", "x", "-3", "6.0", "٣", "03,05"]
)
def test_an_unknown_status_is_refused(code: str) -> None:
    assert word_of(read(changed(DONE, StatusCode=code))) == "status StatusCode"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"StatusCode": ""}, "required StatusCode"),
        ({"Timestamp": "x"}, "date Timestamp"),
        ({"Timestamp": "2026/02/30 10:00:00"}, "date Timestamp"),
        ({"Timestamp": "2026/03/26 08:00:01"}, "date Timestamp"),
        ({"DocumentId": "20417", "Code": ""}, "required Code"),
        ({"DocumentId": "20417", "PromulgationDate": ""}, "required PromulgationDate"),
        ({"DocumentId": "20417", "PromulgationDate": "01/13/2026"}, "date PromulgationDate"),
        ({"DocumentId": "", "Code": ""}, "identity ResponseFor"),
        ({"Code": "16/CT-UBND"}, "identity DocumentId"),
    ],
)
def test_what_a_status_must_have_is_named(changes: dict[str, str], expected: str) -> None:
    assert word_of(read(changed(DONE, **changes))) == expected


def test_a_status_may_be_as_far_ahead_as_clocks_differ() -> None:
    event = only(read(changed(DONE, Timestamp="2026/03/26 08:00:00")))
    assert event.data["completed_on"] == "2026-03-26"
    early = only(read(changed(DONE, Timestamp="2015/09/20")))
    assert early.data["completed_on"] == "2015-09-20", "before its document: accepted"


def test_without_a_timestamp_it_happened_when_it_arrived() -> None:
    event = only(read(changed(DONE, Timestamp="")))
    assert (event.time, event.data["completed_on"]) == (ARRIVAL, "2026-03-25")
    later = only(read(changed(DONE, Timestamp=""), arrival=ARRIVAL.replace(day=27)))
    assert later.id == event.id


def test_the_document_is_named_by_its_parts_where_no_id_names_it() -> None:
    event = only(read(changed(DONE, DocumentId="7b0d7c1e-52b5-4a38-9d0f-000000000041")))
    assert event.data["task_id"] == TASK
    assert event.id == only(read(sample(DONE))).id


def test_whose_answer_it_is() -> None:
    text = sample(DONE).decode()
    stranger = text.replace("000.07.41.Z99", "000.99.41.z99")
    assert only(read(stranger)).data["body"] == "000.99.41.Z99"
    assert word_of(read(text.replace("000.07.41.Z99", OWN))) == "not_ours"
    assert word_of(read(text.replace(OWN, "000.00.77.Z99"))) == "not_ours"
    nobody = text.replace("<edXML:OrganId>000.07.41.Z99<", "<edXML:OrganId>null<")
    assert word_of(read(nobody)) == "required From/OrganId"


def test_a_status_stands_in_one_place() -> None:
    both = put(DONE, "</edXML:edXMLHeader>", "<Status><StatusCode>06</StatusCode></Status>")
    assert word_of(read(both)) == "repeated Status"
    twice = put(ACCEPTED, "</edXML:edXMLHeader>", "<Status/>")
    assert word_of(read(twice)) == "repeated Status"
    document = put(
        "01-new-qcvn-issued", "</edXML:edXMLHeader>", "<Status><StatusCode>06</StatusCode></Status>"
    )
    assert word_of(read(document)) == "status Status"
    answers = put(DONE, "<edXML:StaffInfo>", "<edXML:ResponseFor/>")
    assert word_of(read(answers)) == "repeated ResponseFor"


def test_a_status_in_the_body_of_a_soap_message_is_one() -> None:
    text = sample(ACCEPTED).decode()
    status = text[text.index("<edXML:Status>") : text.index("</edXML:Status>") + 15]
    bare = status.replace("edXML:", "")
    for header in ("", "<s:Header/>", "<s:Header><MessageHeader/></s:Header>"):
        soap = f'<s:Envelope xmlns:s="x">{header}<s:Body>{bare}</s:Body></s:Envelope>'
        assert read(soap) == read(text)


def test_a_task_too_long_to_be_one_is_refused() -> None:
    message = changed(DONE, DocumentId=f"{OWN},2026,15/{'x' * 234}", Code="")
    assert word_of(read(message)) == "identity DocumentId"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026/03/02", "2026-03-02T00:00:00+07:00"),
        ("2026/3/2", "2026-03-02T00:00:00+07:00"),
        ("02/03/2026", "2026-03-02T00:00:00+07:00"),
        ("2/3/2026 9:05", "2026-03-02T09:05:00+07:00"),
        ("2026-03-02", "2026-03-02T00:00:00+07:00"),
        ("02-03-2026", "2026-03-02T00:00:00+07:00"),
        ("2026/03/02 16:55:10", "2026-03-02T16:55:10+07:00"),
        ("2026-03-01T17:00:00.000Z", "2026-03-01T17:00:00+00:00"),
        ("2026-03-02T00:00:00.1234567+07:00", "2026-03-02T00:00:00.123456+07:00"),
        ("2026-03-02T00:00:00-0530", "2026-03-02T00:00:00-05:30"),
        ("1990/01/01", "1990-01-01T00:00:00+07:00"),
        ("2199/12/31", "2199-12-31T00:00:00+07:00"),
        *((text, None) for text in ("", "x", "03/13/2026", "2026/13/03", "2026/02/30", "02/03/26")),
        *((text, None) for text in ("0022/07/12", "01/01/1900", "1989/12/31", "2200/01/01")),
        *((text, None) for text in ("3/2/2026 12:00:00 AM", "2026/03-02", "2026/03/02 24:00")),
        *((text, None) for text in ("2026/03/02 10:60", "2026-03-02T10:00+07:60", "20260302")),
        *((text, None) for text in ("2199-12-31T20:00:00Z", "1989-12-31T20:00:00Z", "٢٠٢٦/٠٣/٠٢")),
        *((text, None) for text in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:00:00-12:00")),
        *((text, None) for text in ("2026-03-02+07:00", "2026-03-02T10:00+25:00", "2026/03/02x")),
    ],
)
def test_a_day_is_read_day_before_month_or_not_at_all(written: str, expected: str | None) -> None:
    found = time_of(written)
    assert found == (None if expected is None else datetime.fromisoformat(expected))
    if expected is not None:
        assert found is not None
        assert found.isoformat() == datetime.fromisoformat(expected).isoformat()


def test_the_day_of_a_time_is_the_local_one() -> None:
    assert str(day_of("2026-02-28T17:00:00.000Z")) == "2026-03-01"
    assert str(day_of("2026-02-28T16:59:59Z")) == "2026-02-28"
