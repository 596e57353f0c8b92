"""Whether what is said of an outcome is so: met, ended, open still, or what is missing."""

from __future__ import annotations

from collections.abc import Mapping

from dondoc.rules.obligations import MET, MET_LATE, VOID

from .facts import Facts, due_of
from .said import Check, Said, clock, clocks, days_in, on_day, true
from .shortcomings import adds, falls_short


def _open(_: Said, facts: Facts) -> str | None:
    """Nothing was recorded: nothing came that could count, nor a part of what is needed."""
    owed, rule = facts.obligation, facts.rule
    if owed.state(facts.as_of) in (MET, MET_LATE, VOID):
        return "it is closed"
    came = facts.came()
    for each in rule.accumulates:
        for event in facts.history:
            if event.type == each.event and adds(event, each.field, each.where, facts):
                came.append(event)
    if rule.complete:
        return "information is there or missing"
    return f"there was {came[0].type} on {came[0].on} ({came[0].id})" if came else None


def unmet(_: Said, facts: Facts) -> str | None:
    """It is neither met nor ended."""
    return "it is closed" if facts.obligation.state(facts.as_of) in (MET, MET_LATE, VOID) else None


def _assigned(said: Said, facts: Facts) -> str | None:
    tasks = {e.data["task_id"] for e in facts.history if e.type == "task.assigned"}
    return None if said.values["assigned"] == len(tasks) else f"there are {len(tasks)}"


def _met(said: Said, facts: Facts) -> str | None:
    if facts.obligation.state(facts.as_of) not in (MET, MET_LATE):
        return "it is not met"
    return on_day(said, facts.obligation.met_on)


def _ended(said: Said, facts: Facts) -> str | None:
    if facts.obligation.state(facts.as_of) != VOID:
        return "it has not ended"
    return on_day(said, facts.obligation.ended_on)


def _came(said: Said, facts: Facts) -> str | None:
    owed = facts.obligation
    found = [
        told
        for told in owed.trace["came"]
        if told["id"] in str(said.values["event"]) and told["source"] in str(said.values["event"])
    ]
    problems = [falls_short(told, facts) for told in found]
    return "it is not in the trace" if not found else problems[0]


def _lacking(said: Said, facts: Facts) -> str | None:
    return "it is met" if facts.obligation.state(facts.as_of) in (MET, MET_LATE) else None


def _missing(said: Said, facts: Facts) -> str | None:
    stated = {f"{said.values['point']}"}
    points = {name.partition(":")[0] for name in facts.obligation.trace["missing"]}
    return None if stated <= points else "it is not missing"


def silence(_: Said, facts: Facts) -> str | None:
    """Nothing came by the due date that fulfils it, nor anything that objects to it."""
    came = [event for event in facts.came() if event.on <= due_of(facts)]
    came += [
        e
        for e in facts.history
        if e.type in facts.rule.objected_by and facts.obligation.opened_on < e.on <= due_of(facts)
    ]
    return f"there was {came[0].type}" if came else None


def _met_at(said: Said, facts: Facts) -> str | None:
    told = facts.obligation.trace.get("met_by")
    event = facts.event(told["source"], told["id"]) if told else None
    return None if event and clock(event.time) in clocks(said) else "it was told at another time"


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
    "explain.outcome.awaiting": _awaits_acceptance,
    "explain.outcome.accepted": _accepted,
    "explain.outcome.met_at": _met_at,
    "explain.outcome.met_some_time": lambda s, f: on_day(s, f.obligation.met_on),
    "explain.missing.field": _missing,
    "explain.missing.value": _lacking,
    "explain.outcome.met": _met,
    "explain.outcome.superseded": _ended,
    "explain.outcome.ended": _ended,
    "explain.outcome.earlier": lambda s, f: None if f.rule.earlier_counts else "it does not",
    "explain.outcome.stated": true,
    "explain.outcome.complete": lambda s, f: None if f.rule.complete else "no information",
    "explain.outcome.accumulated": lambda s, f: None if f.rule.accumulates else "no parts",
    "explain.outcome.tasks": lambda s, f: None if f.rule.counts_tasks else "tasks do not count",
    "explain.outcome.open": _open,
    "explain.outcome.silence": silence,
    "explain.outcome.silent": lambda s, f: None if f.rule.silence else "silence says nothing",
    "explain.outcome.objected": lambda s, f: (
        None
        if any(e.type in f.rule.objected_by and e.on <= due_of(f) for e in f.history)
        else "nobody did"
    ),
    "explain.outcome.incomplete": lambda s, f: (
        None if f.rule.complete and not unmet(s, f) else "it is not about information"
    ),
    "explain.outcome.unclassified": lambda s, f: (
        "it was classified" if any(e.type == "document.classified" for e in f.history) else None
    ),
    "explain.outcome.assigned": _assigned,
    "explain.outcome.short": unmet,
    "explain.outcome.before": lambda s, f: None if f.obligation.trace.get("came") else "nothing",
    "explain.outcome.came": _came,
    "explain.outcome.stands": true,
    "explain.outcome.way": unmet,
    "explain.outcome.ways": unmet,
    "explain.outcome.each": unmet,
}
"""By the key of the text that is said."""
