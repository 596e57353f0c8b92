"""The sample keeps what docs/sample.md promises: the same bytes, true labels, a real quarter."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from dondoc.connector.contract.data.derived_schemas import SCHEMAS
from dondoc.connector.contract.data.validation import validate
from dondoc.connector.contract.guard import (
    Admitted,
    Limits,
    Malformed,
    Message,
    Secret,
    Verdict,
    inspect,
)
from dondoc.connector.lines import to_line
from dondoc.rules.calendar import build_calendar
from dondoc.rules.events import local_date
from dondoc.rules.reading.calendar import parse_layer
from dondoc.rules.reading.directory import parse_directory
from dondoc.sample.assignments import UNKNOWN_BODY
from dondoc.sample.generator import (
    ENDING,
    LABELS,
    SECRET_MARK,
    SampleMessage,
    directory_toml,
    generate,
    since,
)
from support.reminding import shipped
from support.sample import sample_law, sample_streams

DIGEST = "c3194476de0e3cfb043767434a5438636d59692c72561329f59aef39bfd6a79e"
"""Of the default sample. Another one means that everybody's sample changes: say so."""

SUNDAY = date(2026, 6, 28)
NEW_YEARS_EVE = date(2026, 12, 31)


@cache
def quarter(ending: date) -> tuple[SampleMessage, ...]:
    return tuple(generate(ending))


@cache
def events_of(ending: date) -> list[Admitted]:
    return admitted(quarter(ending))


@pytest.fixture
def sample() -> tuple[SampleMessage, ...]:
    return quarter(ENDING)


@pytest.fixture
def events() -> list[Admitted]:
    return events_of(ENDING)


def digest(messages: Iterable[SampleMessage]) -> str:
    total = sha256()
    for message in messages:
        total.update(f"{message.label} {to_line(message)}\n".encode())
    return total.hexdigest()


def verdict(message: SampleMessage) -> Verdict:
    found = inspect(Message(message.body, message.content_type, message.headers), Limits())
    return (validate(found) or found) if isinstance(found, Admitted) else found


def admitted(messages: Iterable[SampleMessage]) -> list[Admitted]:
    """The events of the messages labelled valid."""
    found = []
    for message in messages:
        if message.label == "valid":
            event = verdict(message)
            assert isinstance(event, Admitted)
            found.append(event)
    return found


@pytest.mark.parametrize("ending", [ENDING, SUNDAY, NEW_YEARS_EVE], ids=str)
def test_every_label_is_what_guard_and_contract_make_of_the_message(ending: date) -> None:
    seen = set()
    for message in quarter(ending):
        found = verdict(message)
        if isinstance(found, Admitted):
            key = (found.source, found.id)
            label = "duplicate" if key in seen else "valid"
            seen.add(key)
        elif isinstance(found, Malformed):
            label = "malformed"
        else:
            label = "secret" if isinstance(found, Secret) else "unestablished"
        assert message.label == label, (message, found)


def test_the_default_sample_changes_only_on_purpose(sample: tuple[SampleMessage, ...]) -> None:
    assert digest(sample) == DIGEST


def test_the_same_arguments_give_the_same_bytes_in_every_process() -> None:
    code = (
        "import sys; from hashlib import sha256; from datetime import date\n"
        "from dondoc.sample.generator import generate\n"
        "total = sha256()\n"
        "for m in generate(date(2026, 6, 28), 1, 7): total.update(m.body)\n"
        "print(total.hexdigest())"
    )
    here = sha256()
    for message in generate(SUNDAY, 1, 7):
        here.update(message.body)
    for hash_seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        told = subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, check=True
        )
        assert told.stdout.decode().strip() == here.hexdigest()


def test_another_seed_gives_another_quarter(sample: tuple[SampleMessage, ...]) -> None:
    lines = {to_line(message) for message in sample}
    assert not any(to_line(message) in lines for message in generate(seed=1))


def test_the_sample_is_a_quarter_of_plausible_size(sample: tuple[SampleMessage, ...]) -> None:
    labels = Counter(message.label for message in sample)
    assert labels.keys() == set(LABELS)
    assert 6_000 <= len(sample) <= 9_000
    assert 10 <= labels["duplicate"] <= 50
    assert labels["malformed"] == 15
    assert labels["secret"] == 6
    assert labels["unestablished"] == 8
    documents = {m.routing_key for m in sample} & {"document.issued", "document.received"}
    issued = sum(m.routing_key in documents and m.label == "valid" for m in sample)
    assert 580 <= issued <= 620


def test_every_type_of_the_contract_occurs_and_one_of_a_later_version(
    events: list[Admitted],
) -> None:
    assert {event.type for event in events} == {*SCHEMAS, "document.read"}


SAID_BESIDE = {"task.extension_requested", "task.extension_refused", "task.result_accepted"}
"""What is said about tasks, and obliges nobody by the regulation that ships."""


def test_what_is_said_beside_a_task_and_about_petitions_obliges_nobody_by_02_2015() -> None:
    law = sample_law()
    seen = set()
    for stream, history in sample_streams().items():
        seen |= {event.type for event in history}
        kept = tuple(event for event in history if event.type not in SAID_BESIDE)
        if stream.startswith("petition:"):
            assert not law.project(stream, history, since(), ENDING).obligations
        elif kept != history:
            # That a result was accepted is told in the trace.
            assert [
                each._replace(trace={})
                for each in law.project(stream, history, since(), ENDING).obligations
            ] == [
                each._replace(trace={})
                for each in law.project(stream, kept, since(), ENDING).obligations
            ]
    assert seen >= SAID_BESIDE


def test_tasks_stand_below_each_other_come_round_and_have_dates_of_their_own(
    events: list[Admitted],
) -> None:
    assigned = {e.data["task_id"]: e.data for e in events if e.type == "task.assigned"}
    below = [data for data in assigned.values() if "parent_task" in data]
    assert len(below) >= 6
    assert {data["parent_task"] for data in below} <= assigned.keys()
    assert all("coordinating_due_on" in assigned[data["parent_task"]] for data in below)
    again = {task: data["recurrence"] for task, data in assigned.items() if "recurrence" in data}
    assert set(again.values()) == {"monthly:25", "weekly:5"}
    done = Counter(e.data["task_id"] for e in events if e.type == "task.completed")
    assert max(done[task] for task in again) > 4


def test_more_time_is_asked_for_before_it_is_granted_or_refused(events: list[Admitted]) -> None:
    asked = {e.data["task_id"]: e for e in events if e.type == "task.extension_requested"}
    answers = [e for e in events if e.type in ("task.extension_granted", "task.extension_refused")]
    answered = [e for e in answers if e.data["task_id"] in asked]
    assert len(answered) > 0.6 * len(answers)
    assert any(e.type == "task.extension_granted" for e in answered)


def test_a_petition_goes_its_way_and_names_no_person(events: list[Admitted]) -> None:
    ways: dict[str, list[str]] = defaultdict(list)
    for event in sorted(events, key=lambda each: each.time):
        if event.type.startswith("petition."):
            ways[event.subject].append(event.type.removeprefix("petition."))
    assert len(ways) == 24
    assert all(way[0] == "received" for way in ways.values())
    assert {way[-1] for way in ways.values()} >= {"accepted", "resolved"}
    numbers = [e.data["from"] for e in events if e.type == "petition.received"]
    assert all(number.isdigit() for number in numbers)


def test_every_text_is_in_nfc(sample: tuple[SampleMessage, ...]) -> None:
    for message in sample:
        text = message.body.decode(errors="ignore")
        assert unicodedata.is_normalized("NFC", text)


def test_only_a_duplicate_repeats_an_event_and_it_comes_after_it(
    sample: tuple[SampleMessage, ...],
) -> None:
    first: dict[tuple[str, str], bytes] = {}
    conflicts = 0
    for message in sample:
        event = verdict(message)
        if not isinstance(event, Admitted):
            continue
        key = (event.source, event.id)
        if message.label == "duplicate":
            conflicts += first[key] != message.body
        else:
            assert key not in first
            first[key] = message.body
    assert conflicts == 1


def test_the_secret_mark_stands_in_nothing_that_may_be_kept(
    sample: tuple[SampleMessage, ...],
) -> None:
    marked = Counter(m.label for m in sample if SECRET_MARK.encode() in m.body)
    assert marked.keys() == {"secret", "unestablished"}
    assert marked["secret"] == 6


@pytest.mark.parametrize("ending", [ENDING, SUNDAY, NEW_YEARS_EVE], ids=str)
def test_nothing_happens_outside_the_quarter(ending: date) -> None:
    days = {local_date(event.time) for event in events_of(ending)}
    assert since(ending) <= min(days)
    assert ending - timedelta(days=3) <= max(days) <= ending
    assert (ending - since(ending)).days == 89


def test_nobody_works_on_official_days_off_but_for_telegrams(events: list[Admitted]) -> None:
    calendar = build_calendar(parse_layer(shipped("calendars/vietnam.toml"), "vietnam.toml"))
    off = [event for event in events if not calendar.day(local_date(event.time)).working]
    telegrams = {
        event.subject
        for event in events
        if event.type == "document.issued" and event.data["doc_type"] in ("CD", "CĐ")
    }
    assert 0 < len(off) < 30
    assert {event.subject for event in off} <= telegrams
    assert any(date(2026, 1, 10) == local_date(event.time) for event in events), (
        "a swapped Saturday"
    )


def test_documents_are_issued_on_working_days_but_for_a_few(events: list[Admitted]) -> None:
    weekend = [
        date.fromisoformat(event.data["issued_on"]).weekday() > 4
        for event in events
        if event.type == "document.issued"
    ]
    assert 0 < sum(weekend) < len(weekend) * 0.05


def test_some_events_arrive_out_of_order_and_few_days_late(events: list[Admitted]) -> None:
    latest = events[0].time
    late = []
    for event in events:
        latest = max(latest, event.time)
        if latest - event.time > timedelta(minutes=1):
            late.append(latest - event.time)
    assert 0.005 < len(late) / len(events) < 0.03
    assert 5 <= sum(by > timedelta(days=1) for by in late) <= 60


def test_both_instances_send_their_share_in_every_form_of_the_contract(
    sample: tuple[SampleMessage, ...], events: list[Admitted]
) -> None:
    sources = Counter(event.source for event in events)
    assert len(sources) == 2
    assert all(0.3 < count / len(events) < 0.7 for count in sources.values())
    forms = Counter(
        (message.content_type, next(iter(message.headers), "")[:12])
        for message in sample
        if message.label == "valid"
    )
    assert forms.keys() == {
        ("application/cloudevents+json", ""),
        ("application/json", ""),
        ("application/json", "cloudEvents_"),
        ("application/json", "cloudEvents:"),
    }


def test_every_body_is_in_the_directory_but_the_one_that_shall_not_be(
    events: list[Admitted],
) -> None:
    directory = parse_directory(tomllib.loads(directory_toml().decode()), "bodies.toml")
    named: set[str] = set()
    for event in events:
        for name in ("body", "from_body", "about_body", "submitted_by"):
            named.update([event.data[name]] if name in event.data else [])
        for name in ("lead", "coordinating", "bodies", "notified_bodies"):
            value: Any = event.data.get(name, [])
            named.update([value] if isinstance(value, str) else value)
    assert named - {body.code for body in directory} == {UNKNOWN_BODY}
    kinds = Counter(body.kind for body in directory)
    assert kinds == {"office": 1, "department": 13, "commune": 19, "other": 7}


def test_four_of_five_tasks_are_done_in_time_and_known_bodies_are_late(
    events: list[Admitted],
) -> None:
    due: dict[tuple[str, str], str] = {}
    moved = {e.data["task_id"] for e in events if e.type in ("task.due_changed", "task.withdrawn")}
    done: dict[tuple[str, str], str] = {}
    for event in events:
        data = event.data
        if event.type == "task.assigned" and isinstance(data["lead"], str):
            due[data["task_id"], data["lead"]] = data.get("due_on", "")
        elif event.type == "task.completed":
            done.setdefault((data["task_id"], data["body"]), data["completed_on"])
        elif event.type == "task.progress" and data["status"] == "done":
            done.setdefault((data["task_id"], data["body"]), local_date(event.time).isoformat())
    in_time: dict[str, list[bool]] = defaultdict(list)
    for (task_id, body), day in due.items():
        if day and day <= ENDING.isoformat() and task_id not in moved:
            in_time[body].append(done.get((task_id, body), "9999") <= day)
    every = [each for body in in_time.values() for each in body]
    assert 0.7 < sum(every) / len(every) < 0.9
    shares = {body: sum(each) / len(each) for body, each in in_time.items()}
    assert shares["TNMT"] < shares["TCKH"]


def test_a_secrecy_change_ends_the_document_but_for_one_event_on_its_way(
    events: list[Admitted],
) -> None:
    [change] = [event for event in events if event.type == "document.secrecy_changed"]
    assert change.data.keys() == {"level"}
    assert change.time.date() > ENDING - timedelta(days=20)
    of_it = [event for event in events if event.subject == change.subject]
    assert len(of_it) > 5
    assert sum(event.time > change.time for event in of_it) <= 1


def test_a_scale_multiplies_with_other_contents_and_ids() -> None:
    three = list(generate(scale=3))
    events = admitted(three)
    assert len({(event.source, event.id) for event in events}) == len(events)
    issued = [event for event in events if event.type in ("document.issued", "document.received")]
    assert 1_740 <= len(issued) <= 1_860
    assert len({event.subject for event in issued}) == len(issued)
    assert len({event.data["abstract"] for event in issued}) > len(issued) / 2
    labels = Counter(message.label for message in three)
    assert (labels["malformed"], labels["secret"], labels["unestablished"]) == (45, 18, 24)


@pytest.mark.parametrize("ending", [date(2015, 12, 31), date(9999, 12, 31), date.min], ids=str)
def test_an_impossible_last_day_is_refused_in_one_line(ending: date) -> None:
    with pytest.raises(ValueError, match="the sample cannot end on"):
        generate(ending)


def test_a_scale_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="scale must be 1 or more, not 0"):
        generate(scale=0)


def test_the_first_and_the_last_possible_endings_work() -> None:
    for ending in (date(2016, 1, 1), date(2096, 2, 29), date(2098, 12, 31)):
        assert len(admitted(generate(ending))) > 5_000


@pytest.mark.parametrize("ending", [ENDING, SUNDAY, date(2026, 9, 30), NEW_YEARS_EVE], ids=str)
def test_no_gap_is_left_in_a_text_in_any_season(ending: date) -> None:
    for event in events_of(ending):
        for value in event.data.values():
            assert not isinstance(value, str) or "{" not in value


def test_the_page_names_every_body_by_its_code() -> None:
    page = (Path(__file__).parents[2] / "docs" / "sample.md").read_text("utf-8")
    table = page.partition("## Its bodies")[2].partition("\n## ")[0]
    codes = {body.code for body in parse_directory(tomllib.loads(directory_toml().decode()), "b")}
    assert set(re.findall(r"`([A-Z]+)`", table)) == codes | {UNKNOWN_BODY}
