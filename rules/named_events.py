"""The events that a rule names, wherever its file names one: what it can be judged by beside its
file's own conditions."""

from __future__ import annotations

from collections.abc import Iterator

from .rule import Rule


def named_events(rule: Rule) -> Iterator[tuple[str, str]]:
    """Every event that *rule* names, with the key that names it."""
    yield from ((".opens.events", event) for event in sorted(rule.opens.events))
    yield from ((".fulfilled", each.event) for each in rule.fulfilled)
    yield from ((".accumulates", each.event) for each in rule.accumulates)
    yield from ((".accumulates", each.needs_event) for each in rule.accumulates if each.needs_event)
    yield from ((".breach_met_by", event) for event in sorted(rule.breach_met_by))
    if " of " in rule.owes:
        yield ".owes", rule.owes.partition(" of ")[2]
    for pause in rule.pauses:
        yield from ((".pause.from", each) for each in sorted(pause.begins))
        yield from ((".pause.to", each) for each in sorted(pause.ends))
    yield from ((".objected_by", each) for each in sorted(rule.objected_by))
    if rule.excuse is not None and rule.excuse.by is not None:
        yield from ((".excuse", each) for each in (rule.excuse.by, *sorted(rule.excuse.until)))
