"""What was read of a document: its paragraphs with the look that they have in the end, its
sections, and what stands in its headers. Lengths are in points."""

from __future__ import annotations

from dataclasses import dataclass, field

SINGLE = 240
"""A line, as documents count them."""


@dataclass(frozen=True, slots=True)
class Lettering:
    """How letters look. The fonts are for plain Latin, other Latin, East Asian and complex
    scripts; ``colour`` is "auto" or RRGGBB; ``east`` and ``complex`` say that they are treated as
    of those scripts."""

    ascii: str = ""
    other: str = ""
    east_asian: str = ""
    complex_script: str = ""
    size: float = 10.0
    bold: bool = False
    italic: bool = False
    capitals: bool = False
    underlined: bool = False
    hidden: bool = False
    colour: str = "auto"
    east: bool = False
    complex: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one look."""

    text: str
    letters: Lettering

    @property
    def shown(self) -> str:
        """The text as it is seen."""
        return self.text.upper() if self.letters.capitals else self.text


@dataclass(frozen=True, slots=True)
class LinePlacing:
    """How the lines of a paragraph stand. ``line`` counts 240ths of a line where ``rule`` is
    "auto", and twentieths of a point otherwise. ``ruled``: a plain line above or below it."""

    align: str = "left"
    left: float = 0.0
    right: float = 0.0
    first: float = 0.0
    before: float = 0.0
    after: float = 0.0
    line: float = SINGLE
    rule: str = "auto"
    contextual: bool = False
    ruled: bool = False
    tabbed_to_centre: bool = False
    framed_in_centre: bool = False


@dataclass(frozen=True, slots=True)
class TableCell:
    """Where in a table a paragraph stands, counted from 1, and how wide the cell's text is (None:
    nobody says)."""

    table: int
    row: int
    column: int
    width: float | None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, the ``number``-th of the document. ``drawn`` are the lengths of the straight
    lines drawn at it; ``fields`` what it has counted ("PAGE")."""

    number: int
    runs: tuple[Run, ...]
    lines: LinePlacing
    style: str = ""
    cell: TableCell | None = None
    section: int = 0
    drawn: tuple[float, ...] = ()
    fields: tuple[str, ...] = ()
    boxed: bool = False

    @property
    def text(self) -> str:
        """What is seen of it, on one line, trimmed."""
        return " ".join("".join(run.shown for run in self.runs).split())


@dataclass(frozen=True, slots=True)
class PageSection:
    """Pages of one kind; headers by kind ("default", "first", "even")."""

    width: float = 612.0
    height: float = 792.0
    top: float = 72.0
    bottom: float = 72.0
    left: float = 72.0
    right: float = 72.0
    own_first: bool = False
    starts_at: int | None = None
    number_form: str = "decimal"
    headers: dict[str, tuple[Paragraph, ...]] = field(default_factory=dict)

    @property
    def text_width(self) -> float:
        """Between the margins."""
        return self.width - self.left - self.right


@dataclass(frozen=True, slots=True)
class Odd:
    """Letters in another font or colour than the appendix has: the first place, and how often."""

    point: str
    found: str
    paragraph: Paragraph
    times: int = 1


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """A document. ``odd``: fonts and colours, also of tables that were not kept whole; ``pages``
    is how many it says that it has."""

    paragraphs: tuple[Paragraph, ...]
    sections: tuple[PageSection, ...]
    odd: tuple[Odd, ...] = ()
    pages: int | None = None
    even_differ: bool = False
