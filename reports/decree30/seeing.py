"""What is seen of a paragraph: its words in one form, whether it is a line, what stands side by
side in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ...rules.normalising import has_too_many_marks, one_form
from .values import Paragraph, Run

_STROKES = re.compile(r"[_‗─━—–\-]{3,}")


def plain(text: str) -> str:
    """*text* in one form and in capitals, to be compared."""
    formed = text if has_too_many_marks(text) else one_form(text)
    return formed.upper().replace("HOÀ", "HÒA").replace("–", "-")


def is_rule(paragraph: Paragraph) -> bool:
    """Whether *paragraph* is or has a line: a border, a drawn line, or strokes in its text."""
    strokes = _STROKES.fullmatch(paragraph.text.replace(" ", ""))
    return bool(paragraph.drawn or paragraph.lines.ruled or strokes)


def is_stroke(paragraph: Paragraph) -> bool:
    """Whether *paragraph* says nothing but a line of strokes."""
    return _STROKES.fullmatch(paragraph.text.replace(" ", "")) is not None


def divided(paragraph: Paragraph, sign: str) -> Iterator[Paragraph]:
    """*paragraph* divided where it has *sign*: at tabs, what stands side by side without a
    table."""
    runs: list[Run] = []
    for run in paragraph.runs:
        first, *others = run.text.split(sign)
        if first:
            runs.append(replace(run, text=first))
        for other in others:
            if runs:
                yield replace(paragraph, runs=tuple(runs))
            runs = [replace(run, text=other)] if other else []
    if runs or not paragraph.runs:
        yield replace(paragraph, runs=tuple(runs))
