"""The rules of a regulation as a table to look over: what opens each, by when, what fulfils it.

Each cell is wrapped, and nothing is cut: whoever checks a regulation has to read all of it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Any

from ...rules.explaining.rule_words import RuleInWords, in_words
from ...rules.mendable import Mendable
from ...rules.regulation import Regulation
from ..assembly.clock import today
from ..assembly.loading import load_regulations, load_texts
from .fitted import room
from .options import Context
from .presentation import clean, say
from .regulation_phrases import RegulationPhrases
from .widths import padded, wrapped
from .words import words

_SHARES = (24, 24, 28, 24)
"""How many of a hundred columns each column has."""
_BETWEEN = "  "
_WIDEST, _NARROWEST = 160, 60
"""Columns of a line at most, and where there is no terminal; and at least."""


def in_force(context: Context) -> tuple[Regulation, ...]:
    """The regulations in force today; none where they cannot be read, which `check` finds."""
    try:
        return load_regulations(context.settings.tracking.regulations).shown_on(today())
    except Mendable:
        return ()


def say_rules(regulations: Iterable[Regulation], *, asked: bool) -> None:
    """Show a person the tables of *regulations*; elsewhere only where they are *asked* for: a log
    has no use for them."""
    if asked or sys.stdout.isatty():
        told = words()
        for each in regulations:
            say("\n".join(("", *rule_table(each))))
            RegulationPhrases(told, load_texts(told.language), each).say_parts(each)


def rule_table(regulation: Regulation) -> list[str]:
    """The lines of the table of *regulation*, headed by its id and title, as wide as the terminal
    is."""
    width = max(min(room() or _WIDEST, _WIDEST), _NARROWEST)
    free = width - len(_BETWEEN) * (len(_SHARES) - 1)
    widths = [free * share // 100 for share in _SHARES]
    told = words()
    headings = [
        told.say("check.table.rule"),
        told.say("check.table.opens"),
        told.say("check.table.due"),
        told.say("check.table.fulfilled"),
    ]
    rows = [headings, ["─" * each for each in widths]]
    rows += [_cells(each) for each in in_words(regulation, load_texts(told.language))]
    heading = told.say("check.table.heading", id=regulation.id, title=regulation.title)
    return [*wrapped(clean(heading), width), "", *_lines(rows, widths)]


def rules_of(regulations: Iterable[Regulation]) -> list[dict[str, Any]]:
    """The same of *regulations* as JSON has it."""
    texts = load_texts(words().language)
    return [
        {
            "id": each.id,
            "title": each.title,
            "in_force_from": each.in_force_from,
            "in_force_to": each.in_force_to,
            "rules": [rule._asdict() for rule in in_words(each, texts)],
        }
        for each in regulations
    ]


def _cells(rule: RuleInWords) -> list[str]:
    named = f"{rule.id} ({rule.cite}): {rule.title}"
    return [clean(each) for each in (named, rule.opens, rule.due, rule.fulfilled)]


def _lines(rows: Sequence[Sequence[str]], widths: Sequence[int]) -> Iterator[str]:
    for place, row in enumerate(rows):
        cells = [wrapped(cell, width) for cell, width in zip(row, widths, strict=True)]
        for parts in zip_longest(*cells, fillvalue=""):
            shown = [padded(part, width) for part, width in zip(parts, widths, strict=True)]
            yield _BETWEEN.join(shown).rstrip()
        if place > 1:
            yield ""
