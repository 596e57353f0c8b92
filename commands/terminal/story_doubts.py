"""What of a story counts for nothing by the law that it is tried by: a slip would vanish."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from ...rules.event_facts import NAMING_REPORTS
from ...rules.event_types import EVENT_TYPES
from ...rules.events import Event
from ...rules.law import Law
from .presentation import clean, few
from .unknown_types import unknown_types_told
from .unlisted import unlisted_in_event
from .words import words

_TYPE = re.compile(r"[a-z][a-z0-9_.-]*")


def doubts_of(events: Sequence[Event], law: Law, bodies: str) -> Iterator[str]:
    """A line for each kind of thing in *events* that nothing is made of: types that nobody knows,
    bodies that the directory in the file *bodies* lacks, reports that no regulation lists, and what
    happens before there is a law."""
    told = words()
    unknown = Counter(_as_type(each.type) for each in events if each.type not in EVENT_TYPES)
    if unknown:
        yield told.say("regulation.try.unknown_types", types=unknown_types_told(unknown))
    codes = [
        code
        for each in events
        for found in unlisted_in_event(each.type, each.data, law.directory).values()
        for code in found
    ]
    if codes:
        yield told.say("regulation.try.unknown_bodies", bodies=few(codes), file=bodies)
    named = [str(each.data["report"]) for each in events if each.type in NAMING_REPORTS]
    lacking = [name for name in named if name not in law.regulations.reports]
    if lacking:
        known = few(sorted(law.regulations.reports))
        yield told.say("regulation.try.unknown_reports", reports=few(lacking), known=known)
    first = min(law.regulations.all, key=lambda each: each.in_force_from)
    reached = [each.opened_from for each in first.transitions if each.opened_from]
    start = min([first.in_force_from, *reached])
    early = [each.on for each in events if each.on < start]
    if early:
        said = {"number": len(early), "first": min(early), "start": start}
        yield told.say("regulation.try.too_early", regulation=clean(first.id), **said)


def _as_type(name: str) -> str:
    """*name*, where that is formed as types are: others could be a word of a document's."""
    return name if _TYPE.fullmatch(name) else "…"
