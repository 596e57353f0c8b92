"""A report as a value: whose, for which period, as what was known when, its figures and tables.

Every form of a report (terminal, CSV, JSON, XLSX, DOCX, a page) is written from this value alone,
so that all of them say the same. Labels are keys of reports/texts/vi.toml; nothing here reads a
database, a file or a clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

BODY_PROGRESS, OFFICE_PROGRESS = "body_progress", "office_progress"
INSPECTION_SUMMARY = "inspection_summary"
KINDS = (BODY_PROGRESS, OFFICE_PROGRESS, INSPECTION_SUMMARY)
"""What the regulation has handed in: by a body (Điều 19.1, 20.1), by the Office over all of them
(18.2), and on inspections (16.3)."""

TEXT, NUMBER, DAY = "text", "number", "day"
"""What the cells of a column are: str, int, date; or None, which is shown empty."""

ReportCell: TypeAlias = str | int | date | None


@dataclass(frozen=True, slots=True)
class ReportPeriod:
    """What a report covers, both days inclusive and local. ``name`` is the period's ("2026-10",
    "2026-Q3", "2026-H1", "2026"), empty where only its days were given."""

    name: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that can be opened: ``ids`` are what it counts, obligations as `dondoc list` names
    them, so that there are ``number`` of them and the same ones can be looked up as of the
    report's day. ``key``: its label, ``[figure]`` of the texts. ``detail`` tells figures of one
    key apart: an article ("Điều 6.2.b")."""

    key: str
    number: int
    ids: tuple[str, ...] = ()
    detail: str = ""


@dataclass(frozen=True, slots=True)
class BodyFigures:
    """The figures of one body: its ``code``, its ``name`` and ``head`` (None: the directory names
    none) on the report's day. Every body of a report has the same keys in the same order, but for
    those with a ``detail``."""

    code: str
    name: str
    head: str | None
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class ReportColumn:
    """A column of a table: its label, ``[column]`` of the texts, and the kind of its cells."""

    key: str
    kind: str = TEXT


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A table of a report: its title, ``[table]`` of the texts, and rows as wide as ``columns``.
    ``ids``: for each row the obligation that it is about, "" where it is about none."""

    key: str
    columns: tuple[ReportColumn, ...]
    rows: tuple[tuple[ReportCell, ...], ...]
    ids: tuple[str, ...]

    def has(self, key: str) -> bool:
        """Whether one of its columns is *key*."""
        return any(column.key == key for column in self.columns)


@dataclass(frozen=True, slots=True)
class Report:
    """A report of one of `KINDS`.

    ``as_of``: the last day that it looks at, by what had been said by its end; before
    ``period.last`` where the period has not ended. ``known_at``: events stored later are left out;
    ``made_at``: when it was made; both aware. ``unit``: what the office is called. ``body``: the
    code of the body that it is about, None for all of them. ``figures`` are of all ``bodies``
    together. ``ranked``: bodies stand in the order of what they have done in time, which somebody
    asked for; otherwise in that of the directory. ``archived``: how many obligations of its months
    are in no figure, since their rows are in an archive. ``givers``: who gives the tasks, as the
    regulation of ``as_of`` calls them ("UBND huyện", "Chủ tịch UBND huyện").
    """

    kind: str
    period: ReportPeriod
    as_of: date
    known_at: datetime
    made_at: datetime
    unit: str
    body: str | None
    figures: tuple[Figure, ...]
    bodies: tuple[BodyFigures, ...]
    tables: tuple[ReportTable, ...]
    ranked: bool = False
    archived: int = 0
    givers: tuple[str, ...] = ()

    @property
    def so_far(self) -> bool:
        """Whether the period has not ended: the report says "so far, as of …"."""
        return self.as_of < self.period.last

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to report on: it then says so."""
        listed = any(table.rows for table in self.tables)
        return not listed and not any(figure.number for figure in self.figures)
