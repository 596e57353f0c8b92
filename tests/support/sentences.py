"""Holds every sentence of an explanation to what happened: no sentence may say what is untrue.

What is said is taken as it is filled in, by the key of its text and its values, so that one check
goes for every language; a text without a check here is refused. What happened is read from the
events alone, never from what the judging made of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from dondoc.rules.directory import Directory
from dondoc.rules.event_types import EVENT_TYPES
from dondoc.rules.events import LOCAL, Event
from dondoc.rules.explaining.explanation import explain
from dondoc.rules.law import Law
from dondoc.rules.moments import reached
from dondoc.rules.obligations import MET, MET_LATE, VOID, Obligation
from dondoc.rules.rule import DATA_DATE, DEADLINE_STARTS, Rule
from dondoc.rules.wording import Texts
from dondoc.rules.working_hours import begins_at

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_PLAIN = re.compile(r"(\d{2})/(\d{1,2})/(\d{4})")


@dataclass(frozen=True)
class Said:
    """One text that was filled in."""

    key: str
    values: Mapping[str, Any]
    line: str


@dataclass(frozen=True)
class Witness(Texts):
    """Texts that remember what was said with them."""

    said: list[Said] = field(default_factory=list)

    def fill(self, key: str, **values: object) -> str:
        line = super().fill(key, **values)
        self.said.append(Said(key, values, line))
        return line


@dataclass(frozen=True)
class Facts:
    """What is known at the end of ``as_of``: the obligation, and the events of its stream."""

    obligation: Obligation
    history: tuple[Event, ...]
    law: Law
    as_of: date

    @property
    def rule(self) -> Rule:
        """The rule that it is an obligation of."""
        regulation = self.law.regulations.get(self.obligation.regulation)
        found = regulation.rule(self.obligation.rule) if regulation else None
        assert found is not None
        return found

    @property
    def directory(self) -> Directory:
        """The bodies."""
        return self.law.directory

    def event(self, source: str, id_: str) -> Event | None:
        """The event of that source and id, as far as it has happened."""
        return next((e for e in self.history if (e.source, e.id) == (source, id_)), None)

    def opener(self) -> Event | None:
        """The event that opened it; None where a day did."""
        told = self.obligation.trace.get("opened_by")
        return self.event(told["source"], told["id"]) if told else None

    def came(self) -> list[Event]:
        """Every event since it opened that is of a type which fulfils it, about the same thing, and
        told by whoever owes it or by somebody who has no part in the task."""
        return [event for event in self.history if self._could_count(event)]

    def _could_count(self, event: Event) -> bool:
        owed, opener, rule = self.obligation, self.opener(), self.rule
        opened_with = opener.data if opener else {}
        ways = [
            way
            for way in rule.fulfilled
            if way.event == event.type
            and all(opened_with.get(name) in wanted for name, wanted in way.opened_where)
        ]
        about = owed.task_id is None or event.data.get("task_id") == owed.task_id
        ended = owed.ended_on is not None and event.on > owed.ended_on
        since = max(owed.opened_on, event.on) == event.on
        comes_round = "occurrence" in rule.per  # each opens with a day, whatever opened the first
        if opener is not None and not rule.earlier_counts and not comes_round:
            since = event.order > opener.order
        if not ways or not about or ended or not (since or rule.earlier_counts):
            return False
        name = owed.trace.get("period", {}).get("name")
        if name and ("period" in event.data or "year" in event.data):
            said = {str(event.data.get("period", event.data.get("year")))}
            since = name in said.union(event.data.get("covers") or ())
        naming = any(
            all(event.data.get(n) in w for n, w in way.where if n in ("report", "kind"))
            and all(event.data.get(n) == (opener.data.get(n) if opener else None) for n in way.same)
            for way in ways
        )
        return since and naming and self._is_its_own(event, any(way.by for way in ways))

    def _is_its_own(self, event: Event, asked: bool) -> bool:
        body, owed = event.data.get("body"), self.obligation.body
        if not isinstance(body, str):
            return True
        if event.type.startswith("report."):
            return owed in self.acting(event)
        if not asked:
            return True
        acting = self.acting(event)
        return owed in acting or not self.charged(event.data.get("task_id")) & acting

    def acting(self, event: Event) -> set[str]:
        """Whose act *event* is, in what they were last charged with by then."""
        actor, task_id = str(event.data["body"]), event.data.get("task_id")
        found = set()
        for code in self.directory.acts_for(actor, event.on):
            days = [
                each.on
                for each in self.history
                if each.on <= event.on and code in self.charged(task_id, [each])
            ]
            since = max(days, default=self.obligation.opened_on)
            if self.directory.is_act_for(actor, code, event.on, since):
                found.add(code)
        return found

    def charged(self, task_id: object, history: Sequence[Event] | None = None) -> set[str]:
        """Whoever was ever charged with a task, in all that happened or in *history*."""
        found: set[str] = set()
        for event in self.history if history is None else history:
            if event.data.get("task_id") == task_id and event.type in (
                "task.assigned",
                "task.reassigned",
            ):
                lead = event.data.get("lead") or []
                found.update([lead] if isinstance(lead, str) else lead)
                found.update(event.data.get("coordinating") or ())
        return found


def days_in(line: str) -> Iterator[date]:
    """Every date that stands in *line*, as either language writes one."""
    for year, month, day in _ISO.findall(line):
        yield date(int(year), int(month), int(day))
    for day, month, year in _PLAIN.findall(line):
        yield date(int(year), int(month), int(day))


def untrue(facts: Facts, texts: Texts) -> list[str]:
    """What an explanation says on the day of *facts* that is not so, one line each."""
    witness = Witness(texts.templates)
    symbol = next(
        (
            fields["symbol"]
            for event in reversed(facts.history)
            for fields in (event.data, event.data.get("fields") or {})
            if event.type.startswith("document.") and fields.get("symbol")
        ),
        None,
    )
    told = explain(facts.obligation, facts.law, witness, facts.as_of, (), symbol)
    found = []
    spoken = {said.line for said in witness.said}
    for section in told.sections:
        for line in section.lines:
            if line not in spoken and not any(part in line for part in spoken):
                found.append(f"nothing says it: {line}")
    for said in witness.said:
        problem = _check(said, facts, witness.said)
        if problem:
            found.append(f"{said.key}: {problem}: {said.line}")
    return found


Check = Callable[[Said, Facts], str | None]


def _check(said: Said, facts: Facts, every: list[Said]) -> str | None:
    if said.key.startswith(_WORDS):
        return None
    check = CHECKS.get(said.key)
    if check is None:
        return "has no check in tests/support/sentences.py"
    problem = check(said, facts)
    if problem is None and not said.key.startswith(_OF_THE_FUTURE):
        late = [day for day in days_in(said.line) if day > facts.as_of]
        problem = f"{late[0]} is still to come" if late else None
    return problem


_WORDS = (
    *("period.", "citation.", "date", "end.", "document.", "lacking.", "explain.heading."),
    *(
        "explain.day",
        "explain.days.",
        "explain.body",
        "explain.reading.",
        "explain.calendar.",
        "explain.step.",
    ),
    *("explain.start.", "explain.weekday.", "explain.role.", "explain.reason.", "explain.language"),
    *("explain.condition", "explain.way.", "explain.short.not.", "explain.short.said"),
    "explain.own_condition.",
    *("explain.exception.", "explain.state.", "explain.event."),
)
"""Words within a sentence, what a day is by the calendar, and what the regulation's file says: what
is said with them is checked with the sentence, or by test_explanation*.py."""

_OF_THE_FUTURE = (
    *("explain.term.", "explain.opening.period", "explain.breach.will", "explain.breach.not_yet"),
    *("explain.short.early", "explain.moves.moved", "explain.short.another_value"),
    *("explain.outcome.silent", "explain.paused.between", "explain.paused.cut"),
    "explain.paused.cut_at",
    "explain.extension.",
    *("explain.duty.", "explain.outcome.came", "explain.moves.over", "explain.breach.excused"),
    *(
        "explain.opening.on",
        "explain.default.",
        "explain.opening.at",
        "explain.opening.deadline",
        "explain.subject.",
        *("explain.breach.in_time", "explain.law.opening"),
    ),
)
"""Sentences that may name a day still to come: a deadline, the end of a period."""


def _true(_: Said, __: Facts) -> str | None:
    return None


def _told(said: Said, facts: Facts) -> str | None:
    """An event: it has happened, on that day, and was of that kind and body."""
    event = facts.event(str(said.values["source"]), str(said.values["id"]))
    if event is None:
        return "no such event has happened"
    if event.on not in days_in(str(said.values["date"])):
        return f"it was on {event.on}"
    if event.type not in EVENT_TYPES:
        return f"nobody sends {event.type}"
    if "body" in said.values:
        stated = str(event.data.get("body"))
        codes = facts.directory.acts_for(stated, event.on)
        if not any(f" {code})" in str(said.values["body"]) for code in codes) and (
            stated not in str(said.values["body"])
        ):
            return f"it was of {stated}"
    return None


def _cite(said: Said, facts: Facts) -> str | None:
    owed = facts.obligation
    kind = facts.directory.kind(owed.body, owed.opened_on)
    numbers = re.findall(r"\d+", owed.cite)
    if not all(number in said.line for number in numbers):
        return f"it is under {owed.cite}"
    wrong = {"department": "Điều 20", "commune": "Điều 19"}.get(kind or "")
    if wrong and owed.role == "body" and wrong in said.line:
        return f"{wrong} is not of a {kind}"
    if "khoản 2 Điều 5" in said.line and owed.rule != "secret_report":
        return "Điều 5.2 is for secret reports"
    return None


def _by_the_day(said: Said, facts: Facts) -> str | None:
    """The law in force on the day that is named is the one by which it was judged."""
    day = next(days_in(str(said.values["date"])))
    law = facts.law.regulations.of_the_day(facts.obligation.rule, day).regulation
    return None if law and law.id == facts.obligation.regulation else f"{law and law.id} was"


def _document(said: Said, facts: Facts) -> str | None:
    fields: dict[str, Any] = {}
    for event in facts.history:
        if event.type in ("document.issued", "document.received"):
            fields.update(event.data)
        elif event.type == "document.corrected":
            fields.update(event.data["fields"])
    if str(fields.get("symbol", "")).strip() not in said.line:
        return f"its symbol is {fields.get('symbol')}"
    if fields.get("authority") == "province" and re.search(r"\d{4} (của|by) ", said.line):
        return "whoever issued it is not known: the province has many bodies"
    named = re.sub(re.escape(str(fields["symbol"])), "", said.line)
    dates = set(days_in(named))
    return None if dates <= {date.fromisoformat(fields["issued_on"])} else "another date"


def _parties(said: Said, facts: Facts) -> str | None:
    named = [
        (name, event.data[name])
        for event in facts.history
        if event.type == "feedback.received"
        for name in ("from_body", "about_body")
    ]
    wrong = [name for name, code in named if code not in str(said.values.get(name, code))]
    return f"another {wrong[0]}" if wrong else None


def _obligor(said: Said, facts: Facts) -> str | None:
    return None if facts.obligation.body in said.line else f"it is {facts.obligation.body}'s"


def _successor(said: Said, facts: Facts) -> str | None:
    owed_by = facts.obligation.owed_by(facts.directory, facts.as_of)
    missing = [code for code in owed_by if code not in said.line]
    return f"{missing} owe it" if missing else None


def _opened(said: Said, facts: Facts) -> str | None:
    return _on(said, facts.obligation.opened_on)


def _on(said: Said, day: date | None, name: str = "date") -> str | None:
    stated = next(days_in(str(said.values[name])), None)
    return None if stated == day else f"it is {day}"


def _not_yet(_: Said, facts: Facts) -> str | None:
    return None if facts.obligation.opened_on > facts.as_of else "it has opened"


def _open(_: Said, facts: Facts) -> str | None:
    """Nothing was recorded: nothing came that could count, nor a part of what is needed."""
    owed, rule = facts.obligation, facts.rule
    if owed.state(facts.as_of) in (MET, MET_LATE, VOID):
        return "it is closed"
    came = facts.came()
    for each in rule.accumulates:
        for event in facts.history:
            if event.type == each.event and _adds(event, each.field, each.where, facts):
                came.append(event)
    if rule.complete:
        return "information is there or missing"
    return f"there was {came[0].type} on {came[0].on} ({came[0].id})" if came else None


def _adds(event: Event, name: str, where: Any, facts: Facts) -> bool:
    needed = facts.obligation.trace.get("needed", {}).get(name, ())
    value = event.data.get(name)
    named = value if isinstance(value, list) else [value]
    since = facts.rule.earlier_counts or event.on >= facts.obligation.opened_on
    period = event.data.get("period")
    about = period is None or period == facts.obligation.subject
    agrees = all(event.data.get(key) in wanted for key, wanted in where)
    told = [each for each in named if each not in (None, False) and each not in needed]
    return bool(told) and since and about and agrees


def _unmet(_: Said, facts: Facts) -> str | None:
    return "it is closed" if facts.obligation.state(facts.as_of) in (MET, MET_LATE, VOID) else None


def _assigned(said: Said, facts: Facts) -> str | None:
    tasks = {e.data["task_id"] for e in facts.history if e.type == "task.assigned"}
    return None if said.values["assigned"] == len(tasks) else f"there are {len(tasks)}"


def _met(said: Said, facts: Facts) -> str | None:
    if facts.obligation.state(facts.as_of) not in (MET, MET_LATE):
        return "it is not met"
    return _on(said, facts.obligation.met_on)


def _ended(said: Said, facts: Facts) -> str | None:
    if facts.obligation.state(facts.as_of) != VOID:
        return "it has not ended"
    return _on(said, facts.obligation.ended_on)


def _came(said: Said, facts: Facts) -> str | None:
    owed = facts.obligation
    found = [
        told
        for told in owed.trace["came"]
        if told["id"] in str(said.values["event"]) and told["source"] in str(said.values["event"])
    ]
    problems = [_short(told, facts) for told in found]
    return "it is not in the trace" if not found else problems[0]


def _short(told: Mapping[str, Any], facts: Facts) -> str | None:
    """Why the event that is *told* does not count, asked of the events."""
    event = facts.event(told["source"], told["id"])
    check = _SHORT.get(told["why"])
    if event is None:
        return "it has not happened"
    return f"{told['why']} is no reason" if check is None else check(told, event, facts)


def _undone(told: Mapping[str, Any], event: Event, facts: Facts) -> str | None:
    by = facts.event(told["by"]["source"], told["by"]["id"])
    office = by is not None and by.type == "task.completion_rejected"
    fits = by is not None and by.order > event.order and office == (told["why"] == "rejected")
    return None if fits else "nothing took it back"


def _other_body(told: Mapping[str, Any], event: Event, facts: Facts) -> str | None:
    acting = facts.acting(event)
    part = facts.charged(event.data.get("task_id")) & acting
    return f"{part} have a part in it" if part or facts.obligation.body in acting else None


def _another_value(told: Mapping[str, Any], event: Event, facts: Facts) -> str | None:
    other = [name for name, value in told["said"].items() if event.data.get(name) != value]
    ways = [dict(way.where) for way in facts.rule.fulfilled if way.event == event.type]
    fits = [way for way in ways if all(event.data.get(n) in wanted for n, wanted in way.items())]
    return "it says so" if other or fits else None


def _early(told: Mapping[str, Any], event: Event, _: Facts) -> str | None:
    dates = [event.data[n] for n in ("submitted_on",) if n in event.data] or [event.on.isoformat()]
    return None if dates[0] < told["from"] else "it was not early"


def _before(_: Mapping[str, Any], event: Event, facts: Facts) -> str | None:
    opener = facts.opener()
    before = event.on < facts.obligation.opened_on or (opener and event.order < opener.order)
    return None if before else "it came after the opening"


def _served(told: Mapping[str, Any], _: Event, facts: Facts) -> str | None:
    period = facts.obligation.trace.get("period")
    own = (
        period["name"] if period else _due(facts).isoformat()
    )  # an occurrence is called by its day
    return None if told["period"] != own else "it is this period's"


def _earlier_charge(_: Mapping[str, Any], event: Event, facts: Facts) -> str | None:
    """Between it and now the task was given to somebody else, or taken away."""
    taken = ("task.reassigned", "task.assigned", "task.withdrawn", "document.withdrawn")
    later = [e for e in facts.history if e.type in taken and e.order > event.order]
    return None if later else "the body has had it since"


def _partial(_: Mapping[str, Any], event: Event, facts: Facts) -> str | None:
    adds = [
        each
        for each in facts.rule.accumulates
        if each.event == event.type and _adds(event, each.field, each.where, facts)
    ]
    return None if adds else "it adds nothing"


_SHORT: Mapping[str, Callable[[Mapping[str, Any], Event, Facts], str | None]] = {
    "rejected": _undone,
    "taken_back": _undone,
    "other_body": _other_body,
    "another_value": _another_value,
    "early": _early,
    "before": _before,
    "served": _served,
    "earlier_charge": _earlier_charge,
    "partial": _partial,
}


def _lacking(said: Said, facts: Facts) -> str | None:
    return "it is met" if facts.obligation.state(facts.as_of) in (MET, MET_LATE) else None


def _missing(said: Said, facts: Facts) -> str | None:
    stated = {f"{said.values['point']}"}
    points = {name.partition(":")[0] for name in facts.obligation.trace["missing"]}
    return None if stated <= points else "it is not missing"


def _standing(said: Said, facts: Facts) -> str | None:
    return _on(said, facts.as_of)


def _breach(said: Said, facts: Facts) -> str | None:
    owed = facts.obligation
    return None if owed.counts_as_breach(facts.as_of) else "it is no breach"


def _no_breach(_: Said, facts: Facts) -> str | None:
    return "it is a breach" if facts.obligation.counts_as_breach(facts.as_of) else None


def _will(said: Said, facts: Facts) -> str | None:
    day, as_of = facts.obligation.breach_on, facts.as_of
    begins = day is not None and day >= as_of and not facts.obligation.counts_as_breach(as_of)
    return None if begins else "it does not become one"


def _in_time(said: Said, facts: Facts) -> str | None:
    closed, due = facts.obligation.closed_on, facts.obligation.due
    fits = closed is not None and due is not None and closed <= min(due, facts.as_of)
    fits = fits and not facts.obligation.was_late
    return None if fits else "it was not closed in time"


def _within(said: Said, facts: Facts) -> str | None:
    due = facts.obligation.due
    passed = due is None or facts.obligation.is_past(facts.as_of)
    return "it has passed" if passed else None


def _no_date(_: Said, facts: Facts) -> str | None:
    owed = facts.obligation
    return f"it is due on {owed.due}" if owed.due else None


def _no_clock(_: Said, facts: Facts) -> str | None:
    """The regulation sets no term: no rule of it does, and no deadline was ever set."""
    if facts.rule.has_clock:
        return "the regulation has a term"
    return _no_date(_, facts)


def _unset(_: Said, facts: Facts) -> str | None:
    """Whoever asks is to set it, and has not."""
    due = facts.rule.due
    if due is None or due.kind != DATA_DATE:
        return "nobody is to set it"
    opener = facts.opener()
    dates = _deadlines(facts)
    return f"it was set to {dates[-1]}" if opener and dates and dates[-1] else _no_date(_, facts)


def _no_deadline(_: Said, facts: Facts) -> str | None:
    """It counts from a deadline, and none was set."""
    terms = [facts.rule.due, *(each.due for each in facts.rule.exceptions)]
    if not any(term is not None and term.start in DEADLINE_STARTS for term in terms):
        return "it counts from no deadline"
    dates = _deadlines(facts)
    return f"it was set to {dates[-1]}" if dates and dates[-1] else _no_date(_, facts)


def _past(_: Said, facts: Facts) -> str | None:
    """It is asked before a deadline, and was over when that was set."""
    if not facts.rule.is_before_deadline:
        return "it is asked before no deadline"
    if not any(_deadlines(facts)):
        return "no deadline was set"
    return _no_date(_, facts)


def _awaiting(said: Said, facts: Facts) -> str | None:
    """A date was set, and was over by then; nobody awaits another once it is closed."""
    return _unmet(said, facts) or _not_bound(facts)


def _awaited(said: Said, facts: Facts) -> str | None:
    """A date was set, and was over by then; and none was set until it was closed."""
    if _unmet(said, facts) is None:
        return "it is open"
    other = "date" in said.values and _on(said, facts.obligation.closed_on)
    return other or _not_bound(facts)


def _not_bound(facts: Facts) -> str | None:
    if not any(_deadlines(facts)):
        return "no date was set"
    due = facts.obligation.due
    return f"it is due on {due}" if due else None


def _deadlines(facts: Facts) -> list[date | None]:
    owed = facts.obligation
    about = [
        event
        for event in facts.history
        if {"due_on", "coordinating_due_on"} & event.data.keys()
        and event.type != "task.extension_requested"
        and (owed.task_id is None or event.data.get("task_id") == owed.task_id)
        and event.data.get("request_id") in (None, owed.subject)
    ]
    about_others = ("coordinating_due_on",) if owed.role == "coordinating" else ()
    named = [
        event.data[name] and date.fromisoformat(event.data[name])
        for event in about
        for name in ("due_on", *about_others)
        if name in event.data
    ]
    given = owed.trace.get("default_deadline")
    return [*named, date.fromisoformat(given["due_on"])] if given else named


def _given(said: Said, facts: Facts) -> str | None:
    """The regulation gives tasks a deadline, and somebody assigned this one without."""
    regulation = facts.law.regulations.get(facts.obligation.regulation)
    if regulation is None or not regulation.default_deadlines:
        return "the regulation gives none"
    silent = [
        event
        for event in facts.history
        if event.type == "task.assigned"
        and event.data.get("task_id") == facts.obligation.task_id
        and event.data.get("due_on") is None
    ]
    return None if silent else "somebody named one"


def _moved(said: Said, facts: Facts) -> str | None:
    dates = [day for day in _deadlines(facts) if day]
    told = [*days_in(str(said.values["old"])), *days_in(str(said.values["new"]))]
    if _is_capped(facts):
        return None if all(min(dates) <= day <= max(dates) for day in told) else "beyond any date"
    return None if all(day in dates for day in told) else "no event set that date"


def _is_capped(facts: Facts) -> bool:
    """Whether of an extension only what the regulation allows binds: a day that no event names."""
    regulation = facts.law.regulations.get(facts.obligation.regulation)
    return bool(regulation and regulation.extension and not regulation.extension.binds_beyond)


def _over(said: Said, facts: Facts) -> str | None:
    return None if next(days_in(str(said.values["date"])), None) in _deadlines(facts) else "not set"


def _due(facts: Facts) -> date:
    assert facts.obligation.due is not None
    return facts.obligation.due


def _silence(_: Said, facts: Facts) -> str | None:
    """Nothing came by the due date that fulfils it, nor anything that objects to it."""
    came = [event for event in facts.came() if event.on <= _due(facts)]
    came += [
        e
        for e in facts.history
        if e.type in facts.rule.objected_by and facts.obligation.opened_on < e.on <= _due(facts)
    ]
    return f"there was {came[0].type}" if came else None


def _turned(said: Said, facts: Facts) -> str | None:
    """Decided on a day after the opening; whether in time, by the dates of the obligation."""
    day = max(days_in(str(said.values["event"])))
    if not any(event.on == day for event in facts.history):
        return "nothing was told then"
    if said.key == "explain.turned.counts" and day < facts.obligation.opened_on:
        return "it had not opened"
    late = said.key == "explain.turned.late"
    return "it was in time" if late and day <= _due(facts) else None


def _stopping(facts: Facts) -> list[Event]:
    begins = {type_ for each in facts.rule.pauses for type_ in each.begins}
    return [event for event in facts.history if event.type in begins]


def _paused(said: Said, facts: Facts) -> str | None:
    """From the day after what stopped the clock to the day of what let it go on."""
    if "first" not in said.values:
        return None if _stopping(facts) else "nothing stopped it"
    first = next(days_in(str(said.values["first"])))
    if not any((first - event.on).days == 1 for event in _stopping(facts)):
        return "nothing stopped it on the day before"
    last = next(days_in(str(said.values["last"])))
    if said.key.startswith("explain.paused.cut"):
        return _cut_short(said, facts, first, last)
    return None if any(event.on == last for event in facts.history) else "nothing came then"


def _cut_short(said: Said, facts: Facts, first: date, last: date) -> str | None:
    """It ran again on the day after, had not stood still longer than it may, and no event that
    lets it go on had come by then."""
    if next(days_in(str(said.values["resumed"]))) != last + timedelta(days=1):
        return "it did not run again then"
    ends = {type_ for each in facts.rule.pauses for type_ in each.ends}
    if any(e.type in ends and first <= e.on <= last for e in facts.history):
        return "it was let go on before"
    most = _most_days(said, facts)
    if isinstance(most, str):
        return most
    number, working = most
    calendar = facts.law.calendar
    span = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    stood = sum(calendar.is_working(each) or not working for each in span)
    return None if stood <= number else f"it stood still for {stood}"


def _most_days(said: Said, facts: Facts) -> tuple[int, bool] | str:
    """The days that a pause may last, and whether they are working days; what is untrue of them."""
    text = str(said.values["most"])
    (number,) = map(int, re.findall(r"\d+", text))
    if number not in [each.most for each in facts.rule.pauses]:
        return f"no pause may last {number}"
    working = (facts.obligation.trace.get("due") or {}).get("kind") == "working_days"
    if working != ("working" in text or "làm việc" in text):
        return "days of another kind"
    return number, working


def _stands(said: Said, facts: Facts) -> str | None:
    """Nothing has let the clock go on since."""
    first = next(days_in(str(said.values["first"])))
    stopped = [event for event in _stopping(facts) if (first - event.on).days in (0, 1)]
    if not stopped:
        return "nothing stopped it then"
    ends = {type_ for each in facts.rule.pauses for type_ in each.ends}
    on = [e for e in facts.history if e.type in ends and e.order > stopped[-1].order]
    return f"{on[0].type} has come" if on else None


def _paused_by_the_clock(said: Said, facts: Facts) -> str | None:
    """From the moment of what stopped the clock, to that of something where it was not cut."""
    told = {_clock(begins_at(event.time)) for event in facts.history}
    first, last = (_moment_said(str(said.values.get(each, ""))) for each in ("first", "last"))
    if first not in {_clock(begins_at(event.time)) for event in _stopping(facts)}:
        return "nothing stopped it then"
    if last is None:
        return _stands(said, facts)
    if said.key == "explain.paused.cut_at":
        return None if any(each.most_hours for each in facts.rule.pauses) else "nothing cuts it"
    return None if last in told else "nothing came then"


def _late_pause(said: Said, facts: Facts) -> str | None:
    due_at, due = facts.obligation.due_at, facts.obligation.due
    days = set(days_in(said.line))
    stopped = [event for event in _stopping(facts) if event.on in days]
    if due_at is not None:
        over = any(event.time > due_at for event in stopped)
    else:
        over = due is not None and any(event.on > due for event in stopped)
    return None if over else "it was not over by then"


def _moment_said(value: str) -> tuple[date, int, int] | None:
    day, clock = next(days_in(value), None), re.search(r"(\d{1,2})(?: giờ |:)(\d{2})", value)
    return None if day is None or clock is None else (day, int(clock[1]), int(clock[2]))


def _clocks(said: Said) -> set[tuple[date, int, int] | None]:
    """The moments in the values of what was said, to the minute."""
    found = set[tuple[date, int, int] | None]()
    for value in map(str, said.values.values()):
        day = next(days_in(value), None)
        for hour, minute in re.findall(r"(\d{1,2})(?: giờ |:)(\d{2})", value):
            if day is not None:
                found.add((day, int(hour), int(minute)))
    return found


def _clock(moment: datetime | None) -> tuple[date, int, int] | None:
    if moment is None:
        return None
    local = moment.astimezone(LOCAL)
    return local.date(), local.hour, local.minute


def _hours_from(said: Said, facts: Facts) -> str | None:
    """From the event that opened it, if any did, or from the moment that a trace names."""
    opener = facts.opener()
    if opener is None:
        return None if facts.obligation.trace.get("follows") else "nothing opened it"
    return None if _clock(opener.time) in _clocks(said) else f"it opened at {opener.time}"


def _met_at(said: Said, facts: Facts) -> str | None:
    told = facts.obligation.trace.get("met_by")
    event = facts.event(told["source"], told["id"]) if told else None
    return None if event and _clock(event.time) in _clocks(said) else "it was told at another time"


def _extension_told(said: Said, facts: Facts) -> str | None:
    """Asked for, granted or refused of this task, to the day that is named."""
    name = said.key.rpartition(".")[2]
    named = {"asked": "requested", "cut": "granted", "cut_whole": "granted"}
    type_ = named.get(name, name)
    type_ = f"task.extension_{type_.removesuffix('_no_longer')}"
    told = [e for e in _extensions(facts, type_) if e.on in days_in(str(said.values["event"]))]
    if "date" in said.values:
        (day,) = days_in(str(said.values["date"]))
        capped = _is_capped(facts)
        told = [
            event
            for event in told
            if event.data["due_on"] == day.isoformat()
            or (capped and event.data["due_on"] > day.isoformat())
        ]
    if not told:
        return f"there was no such {type_}"
    if "granted" in said.values and not _is_cut(said, facts, told):
        return "that was not granted, or is allowed"
    number = said.values.get("number")
    granted = len(_extensions(facts, "task.extension_granted"))
    return None if number is None or 1 <= int(str(number)) <= granted else "not so often"


def _is_cut(said: Said, facts: Facts, told: Sequence[Event]) -> bool:
    """Whether the day that was granted is one of an event, later than the one that counts, and it
    is told by a limit that the file has."""
    (granted,) = days_in(str(said.values["granted"]))
    (counts,) = days_in(str(said.values["date"]))
    regulation = facts.law.regulations.get(facts.obligation.regulation)
    limit = regulation.extension if regulation else None
    named = {int(each) for each in re.findall(r"\d+", str(said.values["limits"]))}
    return (
        any(event.data["due_on"] == granted.isoformat() for event in told)
        and counts < granted
        and limit is not None
        and bool(named)
        and named <= {limit.at_most, limit.days, limit.days_in_all}
    )


def _extensions(facts: Facts, type_: str) -> list[Event]:
    about = facts.obligation.task_id
    return [e for e in facts.history if e.type == type_ and e.data.get("task_id") == about]


def _decided_by(said: Said, facts: Facts) -> str | None:
    """One of those events says who decided."""
    told = facts.obligation.trace.get("extensions", ())
    events = [facts.event(each["source"], each["id"]) for each in told if "by" in each]
    decided = [event for event in events if event and event.data.get("decided_by")]
    return None if decided else "nobody said who decided"


def _extended_in_all(said: Said, facts: Facts) -> str | None:
    owed, granted = facts.obligation, len(_extensions(facts, "task.extension_granted"))
    number = int(str(said.values["number"]))
    if number != owed.extensions or number > granted:
        return f"there were {owed.extensions}, of {granted} that were granted"
    return _on(said, owed.first_due or owed.due, "first")


def _limit(said: Said, facts: Facts) -> str | None:
    regulation = facts.law.regulations.get(facts.obligation.regulation)
    limit = regulation and regulation.extension
    if not limit:
        return "the regulation has no limit"
    if said.key == "explain.extension.at_most" and said.values["number"] != limit.at_most:
        return f"at most {limit.at_most} are allowed"
    return None if limit.cite in str(said.values.get("cite", limit.cite)) else "another article"


def _awaits_acceptance(_: Said, facts: Facts) -> str | None:
    """Whoever owes it has said that it is done, and nothing has accepted that."""
    owed = facts.obligation
    others = facts.charged(owed.task_id) - {owed.body}
    about = [
        event
        for event in facts.history
        if event.data.get("task_id") == owed.task_id and event.data.get("body") not in others
    ]
    done = [event for event in about if event.type in ("task.completed", "task.progress")]
    if not done:
        return "it is not done"
    accepted = [e for e in about if e.type == "task.result_accepted" and e.order > done[-1].order]
    return f"accepted on {accepted[0].on}" if accepted else None


def _accepted(said: Said, facts: Facts) -> str | None:
    days = list(days_in(str(said.values["event"])))
    told = [e for e in facts.history if e.type == "task.result_accepted" and e.on in days]
    return None if told else "nothing was accepted on that day"


CHECKS: Mapping[str, Check] = {
    **{
        f"explain.extension.{name}": _extension_told
        for name in ("asked", "granted", "granted_no_longer", "cut", "cut_whole", "refused")
    },
    "explain.extension.by": _decided_by,
    "explain.extension.days": _true,
    "explain.extension.in_all": _extended_in_all,
    "explain.extension.in_all_days": _extended_in_all,
    **{
        f"explain.extension.{name}": _limit
        for name in ("limit", "at_most", "each", "together", "beyond", "beyond_limited")
    },
    "explain.outcome.awaiting": _awaits_acceptance,
    "explain.outcome.accepted": _accepted,
    "explain.told": _told,
    "explain.told_by": _told,
    "explain.told_about": _told,
    "explain.duty.rule": lambda s, f: None if f.obligation.rule in s.line else "another rule",
    "explain.duty.cite": _cite,
    "explain.duty.cite_ended": _cite,
    "explain.law.opening": _by_the_day,
    "explain.law.document": _by_the_day,
    "explain.law.transition": lambda s, f: (
        None if f.obligation.regulation in str(s.values["regulation"]) else "another law"
    ),
    "explain.law.kept": lambda s, f: (
        None
        if (now := f.law.regulations.of_the_day(f.obligation.rule, f.as_of).regulation)
        and now.id == s.values["later"]
        else "another law is in force"
    ),
    "explain.duty.task": _document,
    "explain.duty.document": _document,
    "explain.duty.task_unnamed": lambda s, f: (
        "the document has a symbol"
        if any(e.data.get("symbol") for e in f.history if e.type.startswith("document."))
        else None
    ),
    "explain.duty.feedback": _parties,
    "explain.duty.inspection": _parties,
    "explain.duty.parent": lambda s, f: (
        None
        if s.values["task"] in {e.data.get("parent_task") for e in f.history}
        else "no such task is above it"
    ),
    "explain.duty.period": lambda s, f: (
        None if f.obligation.trace.get("period") else "it is for no period"
    ),
    "explain.duty.other": _true,
    "explain.duty.request": lambda s, f: None if f.obligation.subject in s.line else "another",
    "explain.duty.obligor": _obligor,
    "explain.duty.successor": _successor,
    "explain.duty.successors": _successor,
    "explain.duty.id": lambda s, f: None if f.obligation.id in s.line else "another id",
    **{
        f"explain.subject.{kind}": _true
        for kind in ("document", "feedback", "inspection", "petition", "reports")
    },
    "explain.opening.on": _opened,
    "explain.opening.not_yet": _not_yet,
    "explain.opening.event": _true,
    "explain.default.by": _given,
    **{
        f"explain.default.{name}": _true
        for name in ("working_days", "calendar_days", "calendar_months", "task", "document")
    },
    "explain.opening.legal_date": _opened,
    "explain.opening.outside": lambda s, f: (
        None if any(e.type == "task.assigned" for e in f.history) else "no task was assigned"
    ),
    "explain.opening.added": lambda s, f: None if f.obligation.task_id else "it is of no task",
    "explain.opening.deadline": lambda s, f: (
        None if next(days_in(s.line), None) in _deadlines(f) else "no such deadline was set"
    ),
    "explain.opening.period": lambda s, f: (
        None
        if [d.isoformat() for d in days_in(f"{s.values['first']} {s.values['last']}")]
        == [f.obligation.trace["period"]["first"], f.obligation.trace["period"]["last"]]
        else "another period"
    ),
    "explain.opening.comes_round": lambda s, f: (
        None
        if "occurrence" in f.rule.per and (e := f.opener()) and f.obligation.opened_on > e.on
        else "it is the first time, or it does not come round"
    ),
    "explain.opening.within": lambda s, f: (
        None
        if (e := f.opener())
        and e.on == f.obligation.opened_on
        and e.on.isoformat() > f.obligation.trace["period"]["first"]
        else "it opened with the period, or by no event"
    ),
    "explain.opening.overdue": _true,
    "explain.opening.met": _true,
    **{
        f"explain.term.{name}": _true
        for name in (
            *("working_days", "working_days_inclusive", "calendar_days", "calendar_days_inclusive"),
            *("calendar_months", "calendar_months_inclusive"),
            *("working_days_before", "calendar_days_before"),
            *("data_date", "fixed_date", "beyond", "ends", "later"),
        )
    },
    "explain.term.working_hours": _hours_from,
    "explain.term.usual_hours": lambda s, f: (
        None if f.law.calendar.hours and not f.law.calendar.hours.confirmed else "confirmed"
    ),
    "explain.term.ends_at": lambda s, f: (
        None
        if _clocks(s) & {_clock(f.obligation.due_at), _clock(f.obligation.target_at)}
        else "it ends at another moment"
    ),
    "explain.opening.at": lambda s, f: (
        None
        if _clock(datetime.fromisoformat(f.obligation.trace["opened_at"])) in _clocks(s)
        else "it opened at another moment"
    ),
    "explain.breach.standing_at": lambda s, f: (
        None if _clock(reached(f.as_of)) in _clocks(s) else "that is another moment"
    ),
    "explain.outcome.met_at": _met_at,
    "explain.outcome.met_some_time": lambda s, f: _on(s, f.obligation.met_on),
    "explain.term.no_clock": _no_clock,
    "explain.term.unset": _unset,
    "explain.term.no_deadline": _no_deadline,
    "explain.term.awaiting": _awaiting,
    "explain.term.past": _past,
    "explain.term.awaited": _awaited,
    "explain.moves.moved": _moved,
    "explain.moves.over": _over,
    "explain.missing.field": _missing,
    "explain.missing.value": _lacking,
    "explain.outcome.met": _met,
    "explain.outcome.superseded": _ended,
    "explain.outcome.ended": _ended,
    "explain.outcome.earlier": lambda s, f: None if f.rule.earlier_counts else "it does not",
    "explain.outcome.stated": _true,
    "explain.outcome.complete": lambda s, f: None if f.rule.complete else "no information",
    "explain.outcome.accumulated": lambda s, f: None if f.rule.accumulates else "no parts",
    "explain.outcome.tasks": lambda s, f: None if f.rule.counts_tasks else "tasks do not count",
    "explain.outcome.open": _open,
    "explain.outcome.silence": _silence,
    "explain.outcome.silent": lambda s, f: None if f.rule.silence else "silence says nothing",
    "explain.outcome.objected": lambda s, f: (
        None
        if any(e.type in f.rule.objected_by and e.on <= _due(f) for e in f.history)
        else "nobody did"
    ),
    "explain.outcome.incomplete": lambda s, f: (
        None if f.rule.complete and not _unmet(s, f) else "it is not about information"
    ),
    "explain.outcome.unclassified": lambda s, f: (
        "it was classified" if any(e.type == "document.classified" for e in f.history) else None
    ),
    "explain.outcome.assigned": _assigned,
    "explain.outcome.short": _unmet,
    "explain.outcome.before": lambda s, f: None if f.obligation.trace.get("came") else "nothing",
    "explain.outcome.came": _came,
    "explain.outcome.stands": _true,
    "explain.outcome.way": _unmet,
    "explain.outcome.ways": _unmet,
    "explain.outcome.each": _unmet,
    **{
        f"explain.short.{why}": _true
        for why in ("rejected", "taken_back", "early", "served", "another_value")
    },
    "explain.short.unfinished": lambda s, _: (
        "it says that it is done"
        if any(done in str(s.values["said"]) for done in ("đã hoàn thành", ": done"))
        else None
    ),
    "explain.breach.standing": _standing,
    "explain.breach.counts": _breach,
    "explain.breach.counts_of": lambda s, f: (
        None if str(f.obligation.breach_of(f.directory)) in s.line else "another answered"
    ),
    "explain.breach.counts_of_several": lambda s, f: (
        None
        if f.obligation.breach_on
        and all(
            f" {code})" in s.line
            for code in f.directory.answerable(
                f.obligation.body, f.obligation.breach_on, f.obligation.owed_since
            )
        )
        else "others answered"
    ),
    "explain.breach.counts_met": _breach,
    "explain.breach.counts_ended": _breach,
    "explain.breach.will": _will,
    "explain.breach.no_clock": _no_clock,
    "explain.breach.unset": _unset,
    "explain.breach.no_deadline": _no_deadline,
    "explain.breach.awaiting": _awaiting,
    "explain.breach.past": _past,
    "explain.breach.awaited": _awaited,
    "explain.breach.age": _unmet,
    "explain.breach.no_date": _no_date,
    "explain.breach.in_time": _in_time,
    "explain.breach.not_yet": _within,
    "explain.breach.never": _true,
    "explain.breach.unless_met_by": _no_breach,
    "explain.breach.none": _no_breach,
    "explain.breach.excused": _true,
    "explain.breach.excused_until": _true,
    "explain.breach.excused_open": _true,
    "explain.breach.while_late": _true,
    "explain.breach.returned": lambda s, f: (
        None if any(e.type == "task.returned" for e in f.history) else "nothing was returned"
    ),
    "explain.breach.silence": lambda _, f: (
        None if f.rule.breach_met_by else "no act of theirs ends it as a breach"
    ),
    "explain.breach.by_silence": _silence,
    "explain.breach.paused": _stands,
    "explain.turned.counts": _turned,
    "explain.turned.late": _turned,
    "explain.turned.over": _turned,
    "explain.paused.between": _paused,
    "explain.paused.cut": _paused,
    "explain.paused.cut_until": _paused,
    "explain.paused.stands": _stands,
    "explain.paused.no_day": _paused,
    "explain.paused.spent": _paused,
    "explain.paused.no_hours": _paused,
    **{f"explain.paused.{each}_at": _paused_by_the_clock for each in ("between", "stands", "cut")},
    "explain.paused.late": _late_pause,
}
