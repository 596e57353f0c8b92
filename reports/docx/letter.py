"""A letter as a value: what stands in a document of an office, part by part, before it has a look.

Its texts may hold whatever somebody has typed; what a file cannot hold is taken out where the
file is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of a part of the content; ``chief`` for the numbered ones, in capitals."""

    text: str
    chief: bool = False


@dataclass(frozen=True, slots=True)
class ContentParagraph:
    """A paragraph of the content."""

    text: str


@dataclass(frozen=True, slots=True)
class GridColumn:
    """A column of a table: its label, its share of the width, and whether it stands centred."""

    label: str
    share: float
    centred: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its title and rows of texts, each as long as ``columns``; the rows at ``strong``,
    counted from 0, are bold. ``grounds``: by the place of a column, what stands behind each of its
    cells, "RRGGBB", "" for nothing."""

    title: str
    columns: tuple[GridColumn, ...]
    rows: Sequence[Sequence[str]]
    strong: frozenset[int] = frozenset()
    grounds: Mapping[int, Sequence[str]] = field(default_factory=dict)


Block: TypeAlias = Heading | ContentParagraph | Grid


@dataclass(frozen=True, slots=True)
class OfficeLetter:
    """A letter. ``kind`` is its title ("BÁO CÁO"), ``summary`` what it is about.

    ``number`` and ``day`` are None until it is numbered and dated: room is left for them.
    ``signing``: by whose right and in which office somebody signs, a line each. ``basis``: what it
    rests on, a line each, without a sign at its end. ``addressees`` are the "Kính gửi".
    ``recipients`` of "Nơi nhận" stand without dash and semicolon; ``kept`` is what its last line
    says ("VT"). ``appendices`` are tables that stand on pages of their own, across.
    """

    organ: str
    place: str
    symbol: str
    kind: str
    summary: str
    made_at: datetime
    signing: tuple[str, ...]
    signer: str
    parent: str | None = None
    number: int | None = None
    day: date | None = None
    basis: tuple[str, ...] = ()
    addressees: tuple[str, ...] = ()
    content: tuple[Block, ...] = ()
    recipients: tuple[str, ...] = ()
    kept: str = "VT"
    appendices: tuple[Grid, ...] = ()
