"""What a rule of each kind needs: that its opening, terms, obligor and excuse fit what it is per.

What is of no use to a kind of rule is refused by `regulation_uses`, what cannot fulfil it by
`regulation_ways`. Each refusal names what would do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from ..event_facts import bodies_named, naming_no_body
from ..event_types import DOCUMENT_OPENERS, EXTENSION_GRANTED, fields_of
from ..rule import (
    ADDED_TASK,
    BACK,
    CHARGED,
    COORDINATING,
    DATA_DATE,
    DEADLINE_STARTS,
    DELIVERY,
    DOCUMENT,
    EVENT,
    LEAD,
    LEAD_PERIOD,
    OBLIGATION,
    OCCURRENCE,
    PERIOD,
    Rule,
    Term,
)
from ..streams import REPORTS, kind_of
from .regulation_uses import FIELD, USES, Use, condition_problems, together, use_problems
from .regulation_ways import fulfilment_problems
from .term import in_order

_DEADLINES = frozenset({"task.assigned", "task.reassigned", "task.due_changed"})
_OPENERS = {
    DOCUMENT: DOCUMENT_OPENERS,
    DELIVERY: frozenset(
        {
            *("task.assigned", "task.reassigned", "task.corrected", "task.due_changed"),
            EXTENSION_GRANTED,
        }
    ),
}
"""What can open a document, and what delivers a task."""
_HAS = "has_deadline"
_NEVER = "no case that it is for has a deadline (has_deadline); count from something else"
_WHOLE_DAY = 24 * 60
"""The minute with which a day ends."""
_PAIRS = ({DOCUMENT, ADDED_TASK}, {LEAD, COORDINATING})
"""What one rule can be owed for together."""


def shape_problems(rule: Rule, earlier: Mapping[str, Rule]) -> Iterator[str]:
    """What is missing from *rule*, or of no use to it, each as ".key: problem"."""
    if len(rule.per) > 1 and set(rule.per) not in _PAIRS:
        yield (
            ".per: only document and added_task, or lead and coordinating, go together; write a "
            "rule for each"
        )
        return
    if not rule.per:
        yield ".per: is empty; say what it is owed for"
        return
    use = together([USES[kind] for kind in rule.per])
    yield from use_problems(rule, use)
    yield from condition_problems(rule, use)
    yield from _opening(rule, earlier)
    yield from _terms(rule, use, earlier)
    yield from _never_counted(rule, earlier)
    yield from _periods(rule)
    yield from fulfilment_problems(rule)
    yield from _obligor(rule, use, earlier)
    yield from _excuse(rule, earlier)


def stream_of(rule: Rule, earlier: Mapping[str, Rule]) -> str | None:
    """The kind of stream that a rule is judged in ("document", "reports", "feedback" …)."""
    if PERIOD in rule.per:
        return REPORTS
    if OBLIGATION in rule.per:
        found = [
            stream_of(earlier[each], earlier) for each in rule.opens.sources if each in earlier
        ]
        return found[0] if found else None
    if EVENT in rule.per:
        return next((kind_of(event) for event in sorted(rule.opens.events)), None)
    return "document"


def _opening(rule: Rule, earlier: Mapping[str, Rule]) -> Iterator[str]:
    events = rule.opens.events
    known = _OPENERS.get(rule.per[0])
    if known is not None:
        if not events:
            yield f".opens.events: is missing; {' and '.join(sorted(known))} can open it"
        for event in sorted(events - known):
            yield (
                f".opens.events: {' and '.join(sorted(known))} open a rule per {rule.per[0]}, "
                f"not {event}"
            )
    charged = LEAD in rule.per or COORDINATING in rule.per
    if charged and not rule.opens.after_deadline and events != _DEADLINES:
        yield (
            f".opens: a rule per {rule.per[0]} opens with events = "
            f"{', '.join(sorted(_DEADLINES))}, or with after_deadline"
        )
    if EVENT in rule.per:
        yield from _opened_by_events(rule)
        other = earlier.get(rule.opens.leaves_to or "")
        if other is not None and not events & other.opens.events:
            yield f".opens.leaves_to: no event opens both this rule and {other.id}"
    if OBLIGATION in rule.per:
        yield from _opened_by_obligations(rule, earlier)


def _opened_by_obligations(rule: Rule, earlier: Mapping[str, Rule]) -> Iterator[str]:
    opens = rule.opens
    if (opens.overdue is None) == (not opens.met):
        yield ".opens: names the rule whose obligation opens it in one of overdue and met"
    if opens.overdue is not None and opens.where:
        yield ".opens.where: is of no use beside overdue; no event has met what is overdue"
    known = [earlier[each] for each in opens.sources if each in earlier]
    if len({stream_of(each, earlier) for each in known}) > 1:
        yield ".opens.met: are not about one kind of subject; write a rule for each"


def _opened_by_events(rule: Rule) -> Iterator[str]:
    events = rule.opens.events
    if not events:
        yield ".opens.events: is missing; say which event opens it"
    if len({kind_of(event) for event in events}) > 1:
        yield ".opens.events: are not about one kind of subject; write a rule for each"
    for name in rule.opens.once_for:
        if name != "subject" and any(name not in fields_of(event) for event in events):
            yield f".opens.once_for: not every event that opens it has a field {name!r}"


def _terms(rule: Rule, use: Use, earlier: Mapping[str, Rule]) -> Iterator[str]:
    pairs = [("", rule.target, rule.due)]
    pairs += [(f".exception[{each.name}]", each.target, each.due) for each in rule.exceptions]
    for where, target, due in pairs:
        if due is None and (target is not None or where):
            yield f"{where}.due: is missing" + (" beside target" if target else "")
        for key, term in (("target", target), ("due", due)):
            if term is None:
                continue
            if term.past_binds and (key == "target" or not set(rule.per) & {LEAD, EVENT}):
                yield f"{where}.{key}.past_binds: is for the due date of a rule per lead or event"
            if term.days < 0 and not _opens_before_deadline(rule):
                yield (
                    f"{where}.{key}.days: only a rule per lead, coordinating, occurrence or event "
                    f"opens before a deadline, and can be due before it"
                )
            if term.kind == DATA_DATE and not _has_deadline(rule, earlier):
                yield f"{where}.{key}.kind: nothing that opens it has a deadline (due_on)"
            elif term.start not in use.starts or (
                term.start in DEADLINE_STARTS and not _has_deadline(rule, earlier)
            ):
                yield f"{where}.{key}.from: nothing that opens it has a {term.start}"
        if _sure_to_be_later(target, due):
            yield f"{where}.target: is later than due"
    if rule.silence and rule.by_the_clock:
        yield ".silence: lasts until the end of a day; leave out the time of the clock"


def _opens_before_deadline(rule: Rule) -> bool:
    before = {LEAD, COORDINATING, OCCURRENCE, EVENT}
    return bool(set(rule.per) & before) and not rule.opens.after_deadline


def _has_deadline(rule: Rule, earlier: Mapping[str, Rule]) -> bool:
    if {LEAD, COORDINATING, OCCURRENCE} & set(rule.per):
        return True
    if EVENT in rule.per:
        return all("due_on" in fields_of(event) for event in rule.opens.events)
    sources = [earlier[each] for each in rule.opens.sources if each in earlier]
    known = OBLIGATION in rule.per and bool(sources)
    return known and all(_has_deadline(each, earlier) for each in sources)


def _never_counted(rule: Rule, earlier: Mapping[str, Rule]) -> Iterator[str]:
    """Terms that count from a deadline where by its conditions no case has one."""
    without = _is_without_deadline(rule, earlier)
    taken = any(each.when == (_HAS,) and not each.unless for each in rule.exceptions)
    places = [("", rule.target, rule.due, without or taken)]
    places += [
        (f".exception[{each.name}]", each.target, each.due, without or _HAS in each.unless)
        for each in rule.exceptions
    ]
    for where, target, due, never in places:
        for key, term in (("target", target), ("due", due)):
            if never and term is not None and term.kind == DATA_DATE:
                yield f"{where}.{key}.kind: {_NEVER}"
            elif never and term is not None and term.start in DEADLINE_STARTS:
                yield f"{where}.{key}.from: {_NEVER}"


def _is_without_deadline(rule: Rule, earlier: Mapping[str, Rule]) -> bool:
    """Whether no case of *rule* has a deadline: by its own conditions, or by those of every rule
    that opens it."""
    if _HAS in rule.unless:
        # What is both asked for and excluded is told as that.
        return _HAS not in rule.when
    sources = [earlier[each] for each in rule.opens.sources if each in earlier]
    return bool(sources) and all(_is_without_deadline(each, earlier) for each in sources)


def _sure_to_be_later(target: Term | None, due: Term | None) -> bool:
    """Whether *target* comes after *due* whatever the calendar: counted alike, and longer."""
    if target is None or due is None or (target.kind, target.start) != (due.kind, due.start):
        return False
    if due.rolls == BACK and target.rolls != BACK and replace(due, rolls=target.rolls) == target:
        return True
    return target.inclusive == due.inclusive and _length(target) > _length(due)


def _length(term: Term) -> tuple[int, ...]:
    """What orders *term* among those that are counted alike."""
    until = _WHOLE_DAY if term.until is None else term.until
    if term.on is not None:
        return *in_order(term.on), until
    return term.months, term.hours or term.days, until


def _periods(rule: Rule) -> Iterator[str]:
    if PERIOD not in rule.per and LEAD_PERIOD not in rule.per:
        return
    if not rule.periods:
        yield ".period: is missing; say for which schedules it is owed"
    for term in rule.periods:
        where = f".period[{term.schedule}]"
        if rule.off is None and term.due is None:
            yield f"{where}.due: is missing; say it, or why the rule is off"
        if _sure_to_be_later(term.target, term.due):
            yield f"{where}.target: is later than due"


def _obligor(rule: Rule, use: Use, earlier: Mapping[str, Rule]) -> Iterator[str]:
    name, of, event = rule.owes.partition(" of ")
    if (FIELD if of else rule.owes) not in use.owes:
        field = _obligor_named(rule, earlier) if FIELD in use.owes else None
        known = sorted(f'"{field}"' if each == FIELD and field else each for each in use.owes)
        yield (
            f".owes: a rule per {' and '.join(rule.per)} is owed by "
            f"{' or '.join(known)}, not {rule.owes!r}"
        )
    elif of and not fields_of(event).issuperset(name.split(" or ")):
        yield f".owes: {event} has no field {name!r}"
    elif of and (wrong := naming_no_body(event, *name.split(" or "))):
        able = f"these do: {these}" if (these := ", ".join(bodies_named(event))) else "none does"
        yield f".owes: {wrong!r} of {event} does not hold the code of one body; {able}"
    elif rule.owes == "body" and {EVENT, OBLIGATION} & set(rule.per):
        if stream_of(rule, earlier) not in (None, REPORTS):
            field = _obligor_named(rule, earlier)
            hint = f'; write "{field}"' if field else ""
            yield f".owes: body is whose reports these are; here nobody is{hint}"
    elif rule.owes == "lead" and OBLIGATION in rule.per:
        for source in (earlier[each] for each in rule.opens.sources if each in earlier):
            if source.owes == CHARGED or not set(source.per) & {LEAD, LEAD_PERIOD}:
                yield f".owes: {source.id} is not about a task's lead"


def _obligor_named(rule: Rule, earlier: Mapping[str, Rule]) -> str | None:
    """The field of what opens *rule*, directly or by another rule, that names whose it may be;
    None where there is none."""
    for event in sorted(rule.opens.events):
        names = bodies_named(event)
        if names:
            return f"{'body' if 'body' in names else names[0]} of {event}"
    sources = (earlier[each] for each in rule.opens.sources if each in earlier)
    return next((found for each in sources if (found := _obligor_named(each, earlier))), None)


def _excuse(rule: Rule, earlier: Mapping[str, Rule]) -> Iterator[str]:
    excuse = rule.excuse
    if excuse is None:
        return
    if excuse.rule is not None:
        source = earlier.get(excuse.rule)
        if DOCUMENT not in rule.per:
            yield ".excuse.while_late: only a rule per document can be excused by another"
        elif source is not None and DOCUMENT not in source.per:
            yield f".excuse.while_late: {excuse.rule} is not per document"
    else:
        source = earlier.get(excuse.in_time_of or "")
        if DOCUMENT in rule.per:
            yield ".excuse.by: only a rule per lead or coordinating can be excused by an event"
        elif source is not None and DELIVERY not in source.per:
            yield f".excuse.in_time_of: {excuse.in_time_of} is not per delivery"
        if "body" not in fields_of(excuse.by or ""):
            yield f".excuse.by: {excuse.by} names no body"
