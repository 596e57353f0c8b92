"""`dondoc report verify`: whether any DOCX keeps Phụ lục I of Nghị định 30/2020/NĐ-CP."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from ...reports.decree30.deviation import ALIGN, BOLD, CAPITALS, ITALIC, Deviation
from ...rules.mendable import Mendable
from ..terminal.documented import Command
from ..terminal.options import DONE, FAILED, FOUND, format_option
from ..terminal.presentation import say, show_rows
from ..terminal.words import words

_COLUMNS = (
    *("file", "point", "fault", "detail", "found", "wanted", "law", "section", "paragraph"),
    *("table", "row", "cell", "excerpt", "times"),
)
_CHECKING = f"{__name__.partition('.')[0]}.reports.decree30.checking"
_DECIMAL = re.compile(r"(?<=\d)\.(?=\d)")
_YES_OR_NO = (BOLD, ITALIC, CAPITALS)


@click.command("verify", cls=Command)
@click.argument(
    "files",
    metavar="FILE…",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path),
)
@format_option
def command(files: Sequence[Path], form: str) -> None:
    """Whether a DOCX keeps Phụ lục I of Nghị định 30/2020/NĐ-CP, and what is off in it.

    Exits with 3 where something is off. What it checks, and what it cannot, is in
    docs/decree-30.md.
    """
    read, unread = _checked(files)
    if form == "table":
        for file, found in read.items():
            for line in _told(str(file), found):
                say(line)
    else:
        show_rows(_rows(read), _COLUMNS, form)
    for why in unread:
        say(why, err=True)
    if unread:
        sys.exit(FAILED)
    sys.exit(FOUND if any(read.values()) else DONE)


def _checked(files: Sequence[Path]) -> tuple[dict[Path, tuple[Deviation, ...]], list[str]]:
    """What is off in each file that can be read, and why others cannot."""
    check_file = _checker()
    read: dict[Path, tuple[Deviation, ...]] = {}
    unread = []
    for file in files:
        try:
            read[file] = check_file(file)
        except Mendable as error:
            unread.append(words().told(error))
    return read, unread


def _checker() -> Callable[[Path], tuple[Deviation, ...]]:
    """What checks a file, where the library that it works with is there."""
    try:
        check: Callable[[Path], tuple[Deviation, ...]] = import_module(_CHECKING).check_file
    except ModuleNotFoundError as error:
        if error.name != "lxml":
            raise
        raise click.ClickException(words().say("report.verify.no_library")) from None
    return check


def _rows(read: Mapping[Path, tuple[Deviation, ...]]) -> Iterator[dict[str, Any]]:
    for file, found in read.items():
        for each in found:
            cell = each.cell
            yield {
                "file": str(file),
                "point": each.point,
                "fault": each.fault,
                "detail": each.detail or None,
                "found": each.found or None,
                "wanted": each.wanted or None,
                "law": each.place_in_law,
                "section": each.section or None,
                "paragraph": each.paragraph or None,
                "table": cell.table if cell else None,
                "row": cell.row if cell else None,
                "cell": cell.column if cell else None,
                "excerpt": each.excerpt or None,
                "times": each.times,
            }


def _told(file: str, found: Sequence[Deviation]) -> Iterator[str]:
    """What is off in *file*, for a person."""
    said = words()
    if not found:
        yield said.say("report.verify.right", file=file)
        return
    yield said.say("report.verify.off", file=file, number=len(found))
    for each in found:
        name = said.say(f"report.verify.point.{each.point}")
        yield ""
        yield f"{name}: {_fault(each)}"
        yield f"  {each.place_in_law}"
        if place := _place(each):
            yield f"  {place}"


def _fault(each: Deviation) -> str:
    """What is wrong, in words: of the point where it has words of its own."""
    said = words()
    found, wanted = (_measure(value, said.language) for value in (each.found, each.wanted))
    own = f"report.verify.of.{each.point}_{each.fault}"
    if said.find(own):
        side = said.say(f"report.verify.margin.{each.detail}") if each.detail else ""
        return said.say(own, found=found, wanted=wanted, side=side)
    if each.fault in _YES_OR_NO:
        which = "no" if each.wanted == "-" else "yes"
        return said.say(f"report.verify.fault.{each.fault}_{which}")
    if each.fault == ALIGN:
        found, wanted = (
            said.find(f"report.verify.side.{side}") or side for side in (found, wanted)
        )
    return said.say(f"report.verify.fault.{each.fault}", found=found, wanted=wanted)


def _measure(value: str, language: str) -> str:
    """*value* with the decimal comma of the language that has one."""
    return _DECIMAL.sub(",", value) if language == "vi" else value


def _place(each: Deviation) -> str:
    said = words()
    parts = []
    if each.paragraph:
        parts.append(said.say("report.verify.where.paragraph", number=each.paragraph))
    elif each.section:
        parts.append(said.say("report.verify.where.section", number=each.section))
    if each.cell:
        cell = each.cell
        parts.append(
            said.say("report.verify.where.cell", table=cell.table, row=cell.row, column=cell.column)
        )
    if each.excerpt:
        parts.append(f"“{each.excerpt}”")
    if each.times > 1:
        parts.append(said.say("report.verify.where.more", number=each.times - 1))
    return ", ".join(parts)
