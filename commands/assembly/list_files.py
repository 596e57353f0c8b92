"""The rows of a list that an office has as a file, a CSV in UTF-8 or an XLSX, as they are read."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

from ...reports.formats.sheet_rows import sheet_lines
from ...rules.places import FileError
from .reading import UTF16, not_utf8, unreadable, utf16

_BEGINNING = 65_536
"""Characters, among which the headings are looked for."""
_DELIMITERS = ",;\t"
"""What Excel writes between the cells, by the country that it is set up for."""

Known = Callable[[Sequence[Sequence[str]]], int]
"""How many headings are known in the row of some rows that has the most of them."""


def list_rows(
    file: Path, known: Known, most: int, most_bytes: int | None = None
) -> Iterator[list[str]]:
    """The rows of *file*: at most *most* and one more. The delimiter of a CSV is the one that shows
    the most headings that are *known*. *most_bytes*: of an XLSX when it is unpacked; None: what a
    list of bodies may have. Raises FileError, also while rows are read."""
    ending, name = file.suffix.lower(), str(file)
    if ending not in (".csv", ".xlsx"):
        raise FileError.of(
            "no_list",
            '{file}: is neither .csv nor .xlsx; save it as "CSV UTF-8" or .xlsx',
            file=file,
        )
    try:
        with file.open("rb") as content:
            if ending == ".xlsx":
                bounds = () if most_bytes is None else (most_bytes,)
                yield from sheet_lines(content, name, most, *bounds)
                return
            if content.peek(2)[:2] in UTF16:
                raise utf16(name)
            text = TextIOWrapper(content, "utf-8-sig", newline="")
            yield from _csv_rows(text, name, known, most)
    except FileNotFoundError:
        raise FileError.of("no_file", "{file}: there is no such file", file=file) from None
    except OSError as error:
        raise unreadable(name, error) from error


def _csv_rows(text: TextIO, name: str, known: Known, most: int) -> Iterator[list[str]]:
    """The rows of the CSV *text*, at most *most* and one more."""
    number = 0
    try:
        beginning = text.read(_BEGINNING).splitlines()
        text.seek(0)
        delimiter = max(_DELIMITERS, key=lambda each: known(_split(beginning, each)))
        rows = csv.reader(text, delimiter=delimiter, strict=True)
        for number, row in enumerate(rows, 1):
            yield row
            if number > most:
                return
    except csv.Error as error:
        raise FileError.of(
            "not_csv",
            '{file}:{row}: is not CSV: {problem}; save it again as "CSV UTF-8"',
            file=name,
            row=number + 1,
            problem=error,
        ) from None
    except UnicodeDecodeError:
        raise not_utf8(name) from None


def _split(lines: list[str], delimiter: str) -> list[list[str]]:
    """*lines* cut at *delimiter*, whatever else a CSV may have."""
    return [[cell.strip('"') for cell in line.split(delimiter)] for line in lines]
