"""Reads the names of the reports that a regulation knows, and asks whether its rules keep to it."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from ..event_facts import names_reports
from ..normalising import one_form
from ..places import Place
from ..prose import Prose
from ..regulation import REPORTS_LISTED_BY_NONE, NamedReport, Regulation
from ..rule import Rule, Where
from .readings import prose_of

MAX_NAME = 255
"""Most characters of the name of a report: as many as the contract takes."""


def reports(file: Place) -> tuple[NamedReport, ...]:
    """The reports that the regulation in *file* lists, or those of a file that lists none. Raises
    FileError."""
    listed = file.find("reports")
    if listed is None:
        return tuple(map(NamedReport, REPORTS_LISTED_BY_NONE))
    named: list[tuple[Place, str, Prose | None]] = []
    if isinstance(listed.value, list):
        named += [(item, item.text(), None) for item in listed.items()]
    else:
        for written in listed.table():
            said = listed.find(written)
            if said is not None:
                named.append((said, written, prose_of(said)))
    found: dict[str, NamedReport] = {}
    for place, written, title in named:
        name = one_form(written)
        if name in found:
            raise place.error(f"the report {name} is listed twice")
        if name != name.strip() or not 1 <= len(name) <= MAX_NAME or not name.isprintable():
            raise place.error(
                f"must be a name of 1 to {MAX_NAME} characters, without spaces around"
            )
        found[name] = NamedReport(name, title)
    return tuple(found.values())


def report_problems(rule: Rule, regulation: Regulation) -> Iterator[str]:
    """Reports that *rule* waits for and *regulation* does not list, each as ".key: problem"."""
    known = [each.name for each in regulation.reports]
    for key, event, where in _asked(rule, regulation):
        for name, wanted in where:
            if not names_reports(event, name):
                continue
            for value in wanted:
                if value not in known:
                    near = get_close_matches(str(value), known, 1, cutoff=0.75)
                    if near:
                        yield f"{key}: reports lists no {value!r}; did you mean {near[0]!r}?"
                    else:
                        yield f"{key}: reports lists no {value!r}; add it to reports"


def _asked(rule: Rule, regulation: Regulation) -> Iterator[tuple[str, str, Where]]:
    """What the *rule* of *regulation* asks of the fields of each event that it names."""
    sources = [each for each in regulation.rules if each.id in rule.opens.met]
    openers = rule.opens.events.union(*(each.fulfilling for each in sources))
    for event in sorted(openers):
        yield ".opens.where", event, rule.opens.where
    for way in rule.fulfilled:
        yield ".fulfilled.where", way.event, way.where
    for each in rule.accumulates:
        yield ".accumulates.where", each.event, each.where
        yield ".accumulates", each.event, ((each.field, each.needs),)
