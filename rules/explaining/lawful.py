"""By which regulation an obligation goes, and why, where an office has been under several."""

from __future__ import annotations

from collections.abc import Iterator

from ..trace import TracedLaw
from .words import Asked, one_line


def law_lines(asked: Asked) -> Iterator[str]:
    """Why it goes by the regulation that it goes by; nothing where there has been only one."""
    obligation, regulation = asked.obligation, asked.regulation
    if regulation is None or len(asked.law.regulations.all) == 1:
        return
    name = one_line(regulation.id)
    told = asked.trace.get("law")
    if told is not None and told.get("by") == "transition":
        yield asked.say("law.transition", clause=_clause(asked, told), regulation=name)
        return
    if told is not None:
        day = asked.written(told.get("on", "?"))
        yield asked.say("law.document", date=day, regulation=name)
    else:
        yield asked.say("law.opening", date=asked.on(obligation.opened_on), regulation=name)
    now = asked.law.regulations.of_the_day(obligation.rule, asked.as_of).regulation
    if now is not None and regulation.in_force_from < now.in_force_from:
        since = asked.on(now.in_force_from)
        yield asked.say("law.kept", later=one_line(now.id), since=since, regulation=name)


def _clause(asked: Asked, told: TracedLaw) -> str:
    """A transitional clause, cited with the regulation that it stands in."""
    id_ = str(told.get("of", "?"))
    regulation = asked.law.regulations.get(id_)
    named = regulation.cited_as if regulation else id_
    return asked.texts.citation(one_line(told.get("cite", "?")), one_line(named))
