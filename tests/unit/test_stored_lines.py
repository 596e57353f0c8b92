"""A stored event that is exported and replayed is the event that was stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from dondoc.connector.contract.data.validation import validate
from dondoc.connector.contract.verdicts import Admitted, Message
from dondoc.connector.lines import from_line, to_line
from dondoc.connector.moving.stored_lines import message_of
from dondoc.rules.event_types import EVENT_TYPES
from dondoc.sample.generator import generate
from dondoc.storage.moving.log import LoggedEvent
from dondoc.storage.secrecy.quotes import StoredEvent, Wanted, left_of, names_from
from hypothesis import given
from hypothesis import strategies as st
from support.hscv import admitted, binary, event, structured, verdict

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
IDENTIFIERS = st.text(min_size=1, max_size=255).filter(
    lambda text: text.strip() == text and text.isprintable() and text.isascii()
)


def stored(seen: Admitted) -> LoggedEvent:
    said = (seen.type, seen.subject, seen.source, seen.id, seen.time, seen.sequence)
    return LoggedEvent(1, *said, seen.structured, seen.body, seen.sha256, NOW, 0)


def again(logged: LoggedEvent) -> Admitted:
    """What the guard makes of *logged*, exported and read again."""
    line = to_line(message_of(logged))
    assert "\n" not in line
    back = from_line(line)
    return admitted(Message(back.body, back.content_type, back.headers, back.content_encoding))


def test_every_event_of_the_sample_comes_back_from_its_line() -> None:
    for message in generate():
        seen = verdict(Message(message.body, message.content_type, message.headers))
        if isinstance(seen, Admitted):
            back = again(stored(seen))
            assert replace(back, sha256=b"") == replace(seen, sha256=b"")


@pytest.mark.parametrize("type_", EVENT_TYPES)
@pytest.mark.parametrize("mode", [structured, binary])
def test_an_event_of_every_type_comes_back_and_is_valid(type_: str, mode: object) -> None:
    level = {"data": {"level": "normal"}} if type_ == "document.secrecy_changed" else {}
    told = event(type_, **level)
    seen = admitted(structured(told) if mode is structured else binary(told))
    back = again(stored(seen))
    assert replace(back, sha256=b"") == replace(seen, sha256=b"")
    assert validate(back) is None


@given(subject=IDENTIFIERS, id_=IDENTIFIERS, sequence=st.none() | st.integers(0, 2**63 - 1))
def test_any_name_and_sequence_come_back(subject: str, id_: str, sequence: int | None) -> None:
    said = {} if sequence is None else {"sequence": sequence}
    seen = admitted(binary(event(subject=subject, id=id_, **said)))
    back = again(stored(seen))
    assert (back.subject, back.id, back.sequence) == (seen.subject, seen.id, seen.sequence)


@pytest.mark.parametrize("type_", ["feedback.received", "report.requested", "inspection.decided"])
def test_what_lost_a_quote_is_exported_without_it_and_still_valid(type_: str) -> None:
    told = event(type_, subject="P-7", id="about 15/CT-UBND")
    told["data"] |= {"content": "như 15/CT-UBND", "grounds": "15/CT-UBND", "report": "15/CT-UBND"}
    logged = stored(admitted(structured(told)))
    said = StoredEvent(
        *(logged.type, logged.subject, logged.source, logged.id, logged.structured, logged.body)
    )
    left = left_of(said, Wanted.of(names_from("15/CT-UBND")))
    assert left is not None
    erased = replace(logged, source=left.source, id=left.id, structured=False, body=left.body)
    back = again(erased)
    assert "15/CT" not in to_line(message_of(erased))
    assert (back.id, back.body) == (left.id, left.body)
    assert validate(back) is None
