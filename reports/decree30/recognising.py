"""Which paragraph of a document is what: its head, title, content, end, and its appendices.

Documents differ in how they are made (tables without lines, tabs, text boxes), so parts are known
by what they say and where they stand, never by a style's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from .requirements import AUTHORITIES, COUNTRY, KINDS, MOTTO, RECIPIENTS, TO
from .seeing import divided, is_rule, is_stroke, plain
from .values import Paragraph, ReadDocument, TableCell

_HEAD = 60
_TO = TO.rstrip(":").upper()
"""Paragraphs among which the title is looked for."""
_NUMBER = re.compile(r"số\s*[:\d]|số$", re.IGNORECASE)
_DATE = re.compile(r"ngày.{0,12}tháng.{0,12}năm", re.IGNORECASE)
_APPENDIX = re.compile(r"phụ lục(?:\s+(?:số\s+)?[IVXLC\d]+)?[.:]?", re.IGNORECASE)
_BASIS = re.compile(r"(?:căn cứ|theo đề nghị)\b", re.IGNORECASE)
_ABOUT = re.compile(r"v/v\b|về việc\b", re.IGNORECASE)
_ASIDE = re.compile(r"[(\[].*[)\]]\.?")
_STARTS_A_NAME = re.compile(
    r"(?:UBND|HĐND|UBMTTQ|ỦY BAN|UỶ BAN|HỘI ĐỒNG|BỘ|SỞ|CỤC|TỔNG CỤC|CHI CỤC|VỤ|VIỆN|VĂN PHÒNG"
    r"|PHÒNG|BAN|TRƯỜNG|TRUNG TÂM|CHÍNH PHỦ|THANH TRA|KHO BẠC|TÒA ÁN|CÔNG AN|BAN CHỈ HUY)\b"
)


@dataclass(slots=True)
class Parts:
    """What was found; a part that is not there is None or empty. ``ruled`` are the lines at the
    head, ``below_title`` those under the title; ``flow`` is the content in its order with the
    empty paragraphs."""

    country: Paragraph | None = None
    motto: Paragraph | None = None
    parent_organ: list[Paragraph] = field(default_factory=list)
    organ: list[Paragraph] = field(default_factory=list)
    number: Paragraph | None = None
    place_and_date: Paragraph | None = None
    dispatch_summary: list[Paragraph] = field(default_factory=list)
    title: Paragraph | None = None
    summary: list[Paragraph] = field(default_factory=list)
    addressees: list[Paragraph] = field(default_factory=list)
    basis: list[Paragraph] = field(default_factory=list)
    flow: list[Paragraph] = field(default_factory=list)
    recipients: Paragraph | None = None
    recipient_list: list[Paragraph] = field(default_factory=list)
    signing: list[Paragraph] = field(default_factory=list)
    signer: Paragraph | None = None
    appendices: list[list[Paragraph]] = field(default_factory=list)
    ruled: list[Paragraph] = field(default_factory=list)
    below_title: list[Paragraph] = field(default_factory=list)


def recognised(document: ReadDocument) -> Parts:
    """The parts of *document*."""
    parts = Parts()
    every = list(_unfolded(document.paragraphs))
    title_at = _title_at(every)
    end_at = _end_at(every, title_at)
    appendix_at = _appendix_at(every, end_at)
    head = [piece for each in every[:title_at] for piece in divided(each, "\t")]
    _take_head(parts, head, every[:title_at])
    rest = list(every[title_at:end_at])
    if rest and plain(rest[0].text) in KINDS:
        parts.title = rest.pop(0)
        _take_summary(parts, rest)
        # A drawn line hangs on whatever paragraph the pen was at.
        parts.below_title += [each for each in (parts.title, *rest[:1]) if each.drawn]
    _take_content(parts, rest)
    _take_end(parts, every[end_at:appendix_at])
    _take_appendices(parts, every[appendix_at:])
    return parts


def _unfolded(paragraphs: Sequence[Paragraph]) -> Iterator[Paragraph]:
    """The paragraphs, those of the head divided that hold two parts on a line each."""
    for at, each in enumerate(paragraphs):
        first, _, rest = "".join(run.text for run in each.runs).partition("\n")
        said = plain(" ".join(first.split()))
        if at < _HEAD and rest.strip() and (said in KINDS or COUNTRY in said):
            yield from divided(each, "\n")
        else:
            yield each


def _title_at(every: Sequence[Paragraph]) -> int:
    """Where the title stands; without one, where the head is over."""
    last = 0
    for at, each in enumerate(every[:_HEAD]):
        if plain(each.text) in KINDS:
            return at
        if plain(each.text).startswith(_TO):
            return at
        said = plain(each.text)
        if COUNTRY in said or plain(MOTTO) in said or _DATE.search(said) or _NUMBER.match(said):
            last = at + 1
    # Of the cell that the last of the head stands in, and of the lines at it, all belong to it.
    while last < min(len(every), _HEAD) and (every[last].cell or is_rule(every[last])):
        last += 1
    return last


def _end_at(every: Sequence[Paragraph], start: int) -> int:
    """Where the end begins: at "Nơi nhận", or in the row where whoever signs stands before it."""
    found = [at for at, each in enumerate(every) if at >= start and _is_recipients(each.text)]
    if not found:
        return _signature_without_recipients(every, start)
    at = found[0]
    cell = every[at].cell
    while cell and at > start and (before := every[at - 1].cell) and before.table == cell.table:
        at -= 1
    return at


def _signature_without_recipients(every: Sequence[Paragraph], start: int) -> int:
    for at in range(len(every) - 1, start, -1):
        said = plain(every[at].text)
        if said.startswith(AUTHORITIES) and every[at].text.isupper():
            return at
    return len(every)


def _is_recipients(text: str) -> bool:
    return plain(text).startswith(plain(RECIPIENTS.rstrip(":")))


def _appendix_at(every: Sequence[Paragraph], end: int) -> int:
    for at in range(end, len(every)):
        if every[at].cell is None and _APPENDIX.fullmatch(every[at].text):
            return at
    return len(every)


def _take_head(parts: Parts, head: Sequence[Paragraph], whole: Sequence[Paragraph]) -> None:
    names: list[Paragraph] = []
    for each in head:
        said = plain(each.text)
        if COUNTRY.split(" VIỆT")[0][:20] in said and parts.country is None:
            parts.country = each
        elif said.startswith("ĐỘC LẬP") and parts.motto is None:
            parts.motto = each
        elif parts.place_and_date is None and _DATE.search(said):
            parts.place_and_date = each
        elif parts.number is None and _NUMBER.match(said):
            parts.number = each
        elif _ABOUT.match(said) or (parts.dispatch_summary and said and not is_stroke(each)):
            parts.dispatch_summary.append(each)
        elif said and not is_stroke(each) and not _ASIDE.fullmatch(each.text):
            names.append(each)
    parts.ruled = [each for each in whole if is_rule(each)]
    if parts.number is not None:
        names = [each for each in names if each.number <= parts.number.number]
    last = _organ_at(names)
    parts.parent_organ, parts.organ = names[:last], names[last:]


def _organ_at(names: Sequence[Paragraph]) -> int:
    """Where among the *names* at the head that of the organ itself begins, which may take several
    lines: after the last that is not bold, or else at the last that begins as names do."""
    bold = [all(run.letters.bold for run in each.runs if run.text.strip()) for each in names]
    if bold[-1:] == [True] and False in bold:
        return len(bold) - bold[::-1].index(False)
    begins = [at for at, each in enumerate(names) if _STARTS_A_NAME.match(plain(each.text))]
    return begins[-1] if begins else max(0, len(names) - 1)


def _take_summary(parts: Parts, rest: list[Paragraph]) -> None:
    """What the document is about, and the line under it, taken off *rest*."""
    while rest and not rest[0].text and not is_rule(rest[0]):
        rest.pop(0)
    while rest and rest[0].text and not is_stroke(rest[0]) and _may_be_summary(parts, rest[0]):
        each = rest.pop(0)
        parts.summary.append(each)
        if is_rule(each):
            parts.below_title.append(each)
    while rest and (is_rule(rest[0]) or not rest[0].text):
        parts.below_title.append(rest.pop(0))


def _may_be_summary(parts: Parts, each: Paragraph) -> bool:
    if plain(each.text).startswith(_TO) or _BASIS.match(each.text) or each.cell:
        return False
    looks = [run.letters for run in each.runs if run.text.strip()]
    upright = not all(letters.italic for letters in looks)
    centred_and_bold = each.lines.align == "center" and all(letters.bold for letters in looks)
    # The first is what it is about, however it looks: what is wrong with it can be told.
    return not parts.summary or (upright and centred_and_bold)


def _take_content(parts: Parts, rest: Sequence[Paragraph]) -> None:
    at = 0
    while at < len(rest) and (not rest[at].text or is_stroke(rest[at])):
        at += 1
    if at < len(rest) and plain(rest[at].text).startswith(_TO):
        cell = rest[at].cell
        parts.addressees.append(rest[at])
        at += 1
        while at < len(rest) and (
            rest[at].text.startswith(("-", "–"))
            or _in_one_table(cell, rest[at].cell)
            or not rest[at].text
        ):
            if rest[at].text:
                parts.addressees.append(rest[at])
            at += 1
    while at < len(rest) and (not rest[at].text or _is_basis(parts.basis, rest[at])):
        if rest[at].text:
            parts.basis.append(rest[at])
        at += 1
    parts.flow = list(rest[at:])


def _in_one_table(one: TableCell | None, other: TableCell | None) -> bool:
    return one is not None and other is not None and one.table == other.table


def _is_basis(before: Sequence[Paragraph], each: Paragraph) -> bool:
    """Whether *each* is one of what the document rests on, and no sentence that begins so."""
    if not _BASIS.match(each.text) or each.cell:
        return False
    slanted = any(run.letters.italic for run in each.runs if run.text.strip())
    goes_on = bool(before) and before[-1].text.endswith(";")
    return slanted or each.text.endswith(";") or goes_on


def _take_end(parts: Parts, end: Sequence[Paragraph]) -> None:
    pieces = [piece for each in end for piece in divided(each, "\t") if piece.text]
    at = next((at for at, each in enumerate(pieces) if _is_recipients(each.text)), None)
    signs: Iterable[Paragraph] = pieces
    if at is not None:
        parts.recipients = pieces[at]
        cell = pieces[at].cell
        if cell is not None:
            inside = [each for each in pieces if each.cell and each.cell.table == cell.table]
            left = [each for each in inside if each.cell and each.cell.column == cell.column]
            parts.recipient_list = left[left.index(pieces[at]) + 1 :]
            signs = [each for each in inside if each.cell and each.cell.column != cell.column]
        else:
            parts.recipient_list = [each for each in pieces[at:] if each.text.startswith("-")]
            listed = {id(each) for each in parts.recipient_list}
            signs = [each for each in pieces if id(each) not in listed and each is not pieces[at]]
    signs = [each for each in signs if not _ASIDE.fullmatch(each.text) and not is_stroke(each)]
    if signs and not _is_office(signs[-1]):
        parts.signer = signs[-1]
        signs = signs[:-1]
    parts.signing = list(signs)


def _is_office(paragraph: Paragraph) -> bool:
    return paragraph.text.isupper()


def _take_appendices(parts: Parts, rest: Sequence[Paragraph]) -> None:
    """The heads of the appendices: each from its number to the note of what it belongs to."""
    open_ = False
    for each in rest:
        if each.cell is None and _APPENDIX.fullmatch(each.text):
            parts.appendices.append([each])
            open_ = True
        elif open_ and each.cell is None and each.text and not is_stroke(each):
            parts.appendices[-1].append(each)
            open_ = not each.text.startswith("(")
        elif each.cell is not None:
            open_ = False
