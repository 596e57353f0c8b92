"""The file of a whole database, or of an archive: one JSON value a line, a header first, and at
the end how many lines there were and their digest, so that a file that was cut off is known.

`{"dondoc": …}` begins it, `{"end": …}` ends it, and each line between has one name, its kind. A
format that this version does not know is refused; so is a line that is none.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Any

import orjson

from ...rules.mendable import Mendable
from ...storage.moving.carried import EVENT
from ...storage.moving.leaving import DatabaseStanding
from ...storage.moving.writing import check_line
from .event_lines import EventLine

FORMAT = 1
"""The version of the format; what reads an older one reads it for good (docs/moving.md)."""
ALL, ARCHIVE = "all", "archive"
"""What a file is of: a whole database, or streams that were closed."""
_BEGIN = '{"dondoc":'
_END = "end"


class ExportFault(Mendable):
    """A file that cannot be taken for an export; one line, which quotes nothing of it."""


@dataclass(frozen=True, slots=True)
class Header:
    """What the first line says. ``id`` names the file; ``kind`` is ALL or ARCHIVE; ``made_at`` is
    an ISO time with an offset; ``standing`` how the whole database stood; ``before`` the day that
    an archive is of what was over by then, ``rows`` whether rows go and not only words."""

    id: str
    kind: str
    version: str
    made_at: str
    events: int
    standing: DatabaseStanding | None = None
    before: date | None = None
    rows: bool = False

    def line(self) -> bytes:
        """The header as a line."""
        told = asdict(replace(self, standing=None))
        told["standing"] = None if self.standing is None else asdict(self.standing)
        return _line("dondoc", {"format": FORMAT, **told})


def is_export(line: str | None) -> bool:
    """Whether *line* begins such a file."""
    return line is not None and line.startswith(_BEGIN)


class Writing:
    """Makes the lines of a file, and what has to stand at its end."""

    def __init__(self) -> None:
        self._digest = sha256()
        self._counts: dict[str, int] = {}

    def begin(self, header: Header) -> bytes:
        """The first line."""
        return self._taken(header.line())

    def line(self, kind: str, told: Mapping[str, Any]) -> bytes:
        """The line of an object of *kind*."""
        self._counts[kind] = self._counts.get(kind, 0) + 1
        return self._taken(_line(kind, told))

    def end(self) -> bytes:
        """The last line."""
        told = {"lines": self._counts, "sha256": self._digest.hexdigest()}
        return _line(_END, told)

    def _taken(self, line: bytes) -> bytes:
        self._digest.update(line)
        return line


class ExportReading:
    """Reads a file line by line; each is looked at as far as it can be without a database."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._digest = sha256()
        self._counts: dict[str, int] = {}
        self.ended = False

    def header(self, line: str) -> Header:
        """What the first *line* says. Raises ExportFault."""
        self._digest.update(_bytes(line))
        try:
            told = json.loads(line)["dondoc"]
            number = told.pop("format")
            if number == FORMAT:
                return _header(told)
            newer = isinstance(number, int) and number > FORMAT
            version = str(told.get("version"))[:20]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise self.fault(1, "no header of an export") from None
        if not newer:
            raise self.fault(1, "no header of an export")
        raise ExportFault.of(
            "newer_export",
            "{file}: is of a newer dondoc ({version}): install that version",
            file=self._name,
            version=version,
        )

    def line(self, number: int, line: str | None) -> tuple[str, Any] | None:
        """The kind and the object of the line of that *number*; of an event an `EventLine`. None
        for the last. Raises ExportFault."""
        if line is None or self.ended:
            raise self.fault(number, "too long" if line is None else "a line behind the end")
        try:
            ((kind, told),) = json.loads(line).items()
        except (ValueError, AttributeError, RecursionError):
            raise self.fault(number, "no line of an export") from None
        if kind == _END:
            self._end(number, told)
            return None
        self._digest.update(_bytes(line))
        self._counts[kind] = self._counts.get(kind, 0) + 1
        try:
            if kind == EVENT:
                return kind, EventLine.of(told)
            check_line(kind, told)
        except ValueError as error:
            raise self.fault(number, str(error)) from None
        return kind, told

    def require_end(self) -> None:
        """Raise ExportFault where the last line did not come."""
        if not self.ended:
            raise ExportFault.of("cut_off", "{file}: is cut off; copy it again", file=self._name)

    def fault(self, number: int, problem: str) -> ExportFault:
        """A line that is not what it has to be."""
        return ExportFault.of(
            "no_export_line",
            "{file}:{number}: is damaged, or no export of dondoc's: {problem}",
            file=self._name,
            number=number,
            problem=problem,
        )

    def _end(self, number: int, told: Any) -> None:
        if told != {"lines": self._counts, "sha256": self._digest.hexdigest()}:
            raise self.fault(number, "it is not what was written")
        self.ended = True


def lines_between(
    reading: ExportReading, lines: Iterator[tuple[int, str | None]]
) -> Iterator[tuple[int, str, Any]]:
    """The number, kind and object of each of *lines*, whose first is the header, that stands
    between it and the end. Raises ExportFault, also where the end is missing."""
    for number, line in lines:
        if number == 1:
            continue
        found = reading.line(number, line)
        if found is not None:
            yield number, *found
    reading.require_end()


def _header(told: dict[str, Any]) -> Header:
    standing = told.pop("standing")
    if standing is not None:
        count, digest = standing.pop("obligations")
        since, through = (date.fromisoformat(standing.pop(name)) for name in ("since", "through"))
        standing = DatabaseStanding(
            since, through, **standing, obligations=(int(count), str(digest))
        )
    before = told.pop("before")
    header = Header(
        **told,
        standing=standing,
        before=None if before is None else date.fromisoformat(before),
    )
    if header.kind not in (ALL, ARCHIVE) or (header.kind == ALL) != (standing is not None):
        raise ValueError
    if {type(header.id), type(header.version)} != {str} or type(header.events) is not int:
        raise ValueError
    return header


def _line(kind: str, told: object) -> bytes:
    return orjson.dumps({kind: told}) + b"\n"


def _bytes(line: str) -> bytes:
    return line.encode(errors="surrogateescape") + b"\n"
