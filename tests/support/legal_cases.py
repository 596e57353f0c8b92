"""Reads the legal cases (tests/legal/*.toml) and judges them.

A case is for a lawyer to read: what happened, on which days one looks, and every obligation of
the named rules that must follow. What an event leaves unsaid gets the natural value of
`natural_events`, so that a case names only what matters to it. A file that cannot be understood is
refused by file, case and key, and so is an event that the contract would not accept.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from hashlib import sha256
from pathlib import Path
from typing import Any

from dondoc.connector.contract.data.validation import validate
from dondoc.connector.contract.verdicts import Admitted
from dondoc.rules.calendar import Calendar
from dondoc.rules.directory import Directory
from dondoc.rules.event_types import fields_of
from dondoc.rules.events import LOCAL, Event, local_date, streams_by
from dondoc.rules.in_force import Regulations
from dondoc.rules.judging.projection import project
from dondoc.rules.moments import so_far
from dondoc.rules.obligations import STATES, Obligation, Projection
from dondoc.rules.places import Place
from dondoc.rules.reading.regulation import parse_regulation
from dondoc.rules.reading.side_by_side import together
from support.case_law import REGULATION, calendar, directory_with, regulation_data
from support.natural_events import natural

CASES = Path(__file__).parents[1] / "legal"

NINE = time(9, tzinfo=LOCAL)
"""An event of which only the day is given happened at nine in the morning."""

UNOPENED = "-"
"""The state of an obligation on a day before it opens."""

_ENVELOPE = ("type", "time", "subject", "source", "id", "sequence", "without")
_CASE = (
    *("name", "cite", "reasoning", "rules", "as_of", "since", "streams", "regulations"),
    *("instead", "bodies", "event", "expect", "task", "flags", "calendars"),
)
_EXPECT = (
    *("rule", "body", "opened", "target", "due", "state"),
    *("task", "subject", "role", "met", "ended", "breach", "missing", "regulation"),
    *("owed_by", "cite", "first", "extensions", "target_at", "due_at"),
)
_TASK = ("task", "lead", "due", "status", "done", "ended")


@dataclass(frozen=True)
class Expected:
    """One obligation that must follow; ``states``: one for each day of the case. ``also``:
    what else it says of the obligation, by the key of the file."""

    rule: str
    body: str
    opened: date
    target: date | None
    due: date | None
    states: tuple[str, ...]
    also: Mapping[str, Any]


@dataclass(frozen=True)
class LegalCase:
    """One case as it is written, with the law it is judged by."""

    where: str
    rules: tuple[str, ...]
    as_of: tuple[date, ...]
    since: date
    streams: tuple[str, ...]
    events: tuple[Event, ...]
    regulations: Regulations
    calendar: Calendar
    directory: Directory
    expected: tuple[Expected, ...]
    tasks: tuple[Mapping[str, Any], ...]
    flags: tuple[str, ...]

    def projections(self, arrived: Sequence[Event]) -> list[Projection]:
        """What follows from the events *arrived*, in whatever order, stream by stream."""
        return [self._project(stream, self.history(stream, arrived)) for stream in self.streams]

    def history(self, stream: str, arrived: Sequence[Event]) -> list[Event]:
        """The events of *stream* among *arrived*, in the contract's order."""
        history = sorted(arrived, key=lambda event: event.order)
        return [event for event in history if stream in self._streams_of(event)]

    def _project(self, stream: str, history: Sequence[Event]) -> Projection:
        return project(
            stream,
            history,
            self.regulations,
            self.calendar,
            self.directory,
            self.since,
            max(self.as_of),
        )

    def _streams_of(self, event: Event) -> list[str]:
        return _streams(event, self.directory)


def case_files() -> list[Path]:
    """The files with cases, one for each article."""
    return sorted(CASES.glob("*.toml"))


def read_cases(path: Path) -> list[LegalCase]:
    """The cases in *path*. Raises FileError for whatever is unknown, missing or impossible."""
    file = Place(path.name, "", tomllib.loads(path.read_text(encoding="utf-8")))
    file.only("article", "case")
    file.at("article").text()
    return [_case(place) for place in file.at("case").items(named_by="name")]


def _case(place: Place) -> LegalCase:
    place.only(*_CASE)
    for key in ("name", "cite", "reasoning"):
        place.at(key).text()
    rules = place.at("rules").texts()
    as_of = _days(place.at("as_of"))
    bodies = place.find("bodies")
    directory = directory_with(tuple(item.table() for item in bodies.items()) if bodies else ())
    events = tuple(_event(item, number) for number, item in enumerate(_items(place, "event"), 1))
    streams, since, flags = place.find("streams"), place.find("since"), place.find("flags")
    named = streams.texts() if streams else ()
    layers = place.find("calendars")
    if not events and not (named and since):
        raise place.at("streams" if since else "since").error("is needed where nothing happens")
    found = dict.fromkeys(stream for event in events for stream in _streams(event, directory))
    return LegalCase(
        where=f"{place.file}: {place.key}",
        rules=rules,
        as_of=as_of,
        since=since.date() if since else min(event.on for event in events),
        streams=named or tuple(found),
        events=events,
        regulations=_regulations(place),
        calendar=calendar(*(layers.texts() if layers else ())),
        directory=directory,
        expected=tuple(_expected(item, rules, as_of) for item in _items(place, "expect")),
        tasks=tuple(_task(item) for item in _items(place, "task")),
        flags=flags.texts() if flags else (),
    )


def _items(place: Place, key: str) -> Iterator[Place]:
    found = place.find(key)
    return found.items() if found else iter(())


def _days(place: Place) -> tuple[date, ...]:
    if isinstance(place.value, list):
        return tuple(_day(item) for item in place.items())
    return (_day(place),)


def _day(place: Place) -> date:
    """A day, of which one looks at the end, or a time of it."""
    timed = isinstance(place.value, str) and "T" in place.value
    return so_far(_time(place), asked=True) if timed else place.date()


def _expected(place: Place, rules: Sequence[str], as_of: Sequence[date]) -> Expected:
    place.only(*_EXPECT)
    states = place.at("state").texts()
    for state in states:
        Place(place.file, f"{place.key}.state", state).choice((*STATES, UNOPENED))
    if len(states) != len(as_of):
        raise place.at("state").error(f"must be one for each of the {len(as_of)} days of as_of")
    target, due = place.find("target"), place.find("due")
    also = {
        key: value
        for key, value in place.table().items()
        if key in _EXPECT[_EXPECT.index("task") :]
    }
    return Expected(
        rule=place.at("rule").choice(rules),
        body=place.at("body").text(),
        opened=place.at("opened").date(),
        target=target.date() if target else None,
        due=due.date() if due else None,
        states=states,
        also=also,
    )


def _task(place: Place) -> Mapping[str, Any]:
    place.only(*_TASK)
    place.at("task").text()
    return dict(place.table())


def _event(place: Place, number: int) -> Event:
    type_ = place.at("type").text()
    happened = _time(place.at("time"))
    without = place.find("without")
    data = {
        **natural(type_, local_date(happened)),
        **{
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in place.table().items()
            if name not in _ENVELOPE
        },
    }
    for name in without.texts() if without else ():
        del data[name]
    for name in data:
        if name not in fields_of(type_):
            raise place.at(name).error(f"{type_} has no such field")
    admitted = Admitted(
        id=str(place.value.get("id", f"e{number:03}")),
        source=str(place.value.get("source", "/hscv")),
        type=type_,
        subject=str(place.value.get("subject", "VB-1")),
        time=happened,
        sequence=place.value.get("sequence", number),
        data=data,
        structured=False,
        body=b"",
        sha256=sha256(b"").digest(),
    )
    refused = validate(admitted)
    if refused is not None:
        raise place.error(f"{refused.path} {refused.reason}")
    return admitted.event()


def _time(place: Place) -> datetime:
    if isinstance(place.value, date) and not isinstance(place.value, datetime):
        return datetime.combine(place.value, NINE)
    try:
        happened = datetime.fromisoformat(place.text())
    except ValueError:
        raise place.error("must be a day, or a time such as 2026-03-02T09:00+07:00") from None
    if happened.tzinfo is None:
        raise place.error("needs its offset, such as +07:00")
    return happened


def _streams(event: Event, directory: Directory) -> list[str]:
    return streams_by(event.type, event.subject, event.data, event.on, directory)


def _regulations(place: Place) -> Regulations:
    """The regulations of a case; `instead` changes the first of them, as an office would that
    reads its text otherwise."""
    named, instead = place.find("regulations"), place.find("instead")
    names = named.texts() if named else (REGULATION,)
    parsed = [regulation_data(name) for name in names]
    if instead is not None:
        _change(parsed[0], instead)
    pairs = zip(parsed, names, strict=True)
    return together([(parse_regulation(data, name), name) for data, name in pairs])


def _change(data: dict[str, Any], instead: Place) -> None:
    tables = {"regulation": data, **{rule["id"]: rule for rule in data["rule"]}}
    for rule_id in instead.table():
        place = instead.at(rule_id)
        if rule_id not in tables:
            raise place.error("the regulation has no such rule")
        for key, value in place.table().items():
            if key == "remove":
                for name in place.at("remove").texts():
                    del tables[rule_id][name]
            elif key == "schedule":
                data["schedule"].update(value)
            else:
                tables[rule_id][key] = value


UNTOLD = frozenset({"no_document"})
"""Flags that need not be expected: most cases leave the document out, as it does not matter."""


def differences(case: LegalCase, found: Sequence[Projection]) -> list[str]:
    """What of *found* is not as *case* expects it, one line each; empty where all is."""
    actual = [each for one in found for each in one.obligations if each.rule in case.rules]
    lines = []
    # Those that say most first, so that none takes an obligation that only another fits.
    for expected in sorted(case.expected, key=lambda each: -len(each.also)):
        match = next((each for each in actual if _fits(expected, each, case)), None)
        if match is None:
            lines.append(f"missing: {_expected_line(expected)}")
        else:
            actual.remove(match)
    lines += [f"unexpected: {_actual_line(each, case)}" for each in actual]
    lines += _task_differences(case, found)
    flags = {flag for one in found for flag in one.flags}
    lines += [f"not flagged: {flag}" for flag in case.flags if flag not in flags]
    return lines + [f"flagged: {flag}" for flag in sorted(flags.difference(case.flags, UNTOLD))]


def _fits(expected: Expected, actual: Obligation, case: LegalCase) -> bool:
    plain = (actual.rule, actual.body, actual.opened_on, actual.target, actual.due)
    wanted = (expected.rule, expected.body, expected.opened, expected.target, expected.due)
    told = _also(actual, case)
    return (
        plain == wanted
        and expected.states == _states(actual, case.as_of)
        and all(told[key] == value for key, value in expected.also.items())
    )


def _also(actual: Obligation, case: LegalCase) -> dict[str, Any]:
    """What else a case may say of an obligation; ``owed_by``: on the last day of the case."""
    return {
        "task": actual.task_id,
        "subject": actual.subject,
        "role": actual.role,
        "met": actual.met_on,
        "ended": actual.ended_on,
        "breach": actual.breach_on or False,
        "missing": actual.trace.get("missing", []),
        "regulation": actual.regulation,
        "owed_by": list(actual.owed_by(case.directory, max(case.as_of))),
        "cite": actual.cite,
        "first": actual.first_due or False,
        "extensions": actual.extensions,
        "target_at": _written(actual.target_at),
        "due_at": _written(actual.due_at),
    }


def _written(moment: datetime | None) -> str:
    return "" if moment is None else moment.isoformat(timespec="minutes")


def _states(actual: Obligation, as_of: Sequence[date]) -> tuple[str, ...]:
    return tuple(actual.state(day) if actual.has_opened(day) else UNOPENED for day in as_of)


def _task_differences(case: LegalCase, found: Sequence[Projection]) -> list[str]:
    if not case.tasks:
        return []
    actual: list[dict[str, Any]] = [
        {
            "task": task.task_id,
            "lead": task.lead,
            "due": task.due,
            "status": task.status,
            "done": task.done_on,
            "ended": task.ended_on,
        }
        for one in found
        for task in one.tasks
    ]
    lines = []
    for wanted in case.tasks:
        match = next((each for each in actual if {**each, **wanted} == each), None)
        if match is None:
            lines.append(f"missing task: {wanted}")
        else:
            actual.remove(match)
    return lines + [f"unexpected task: {each}" for each in actual]


def _expected_line(each: Expected) -> str:
    told = " ".join(f"{key}={value}" for key, value in each.also.items())
    return (
        f"{each.rule} of {each.body}, opened {each.opened}, target {each.target}, "
        f"due {each.due}, {', '.join(each.states)} {told}"
    )


def _actual_line(each: Obligation, case: LegalCase) -> str:
    told = " ".join(f"{key}={value}" for key, value in _also(each, case).items())
    return (
        f"{each.rule} of {each.body}, opened {each.opened_on}, target {each.target}, "
        f"due {each.due}, {', '.join(_states(each, case.as_of))} {told}"
    )
