"""A list of bodies from the file that an office has it in, and as the TOML of a directory."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

from ...reports.formats.sheet_rows import sheet_rows
from ...rules.places import FileError
from ...rules.reading.body_list import MOST_ROWS, BodyList, known_headings, read_body_list
from .reading import read_text, unreadable
from .toml_writing import toml_value

_BEGINNING = 65_536
"""Characters, among which the headings are looked for."""
_DELIMITERS = ",;\t"
"""What Excel writes between the cells, by the country that it is set up for."""


def load_body_list(file: Path) -> BodyList:
    """The bodies that *file* lists, a CSV in UTF-8 or an XLSX. Raises FileError."""
    ending = file.suffix.lower()
    if ending == ".csv":
        return read_body_list(_rows(read_text(file, str(file)), str(file)), str(file))
    if ending == ".xlsx":
        try:
            content = file.read_bytes()
        except FileNotFoundError:
            raise FileError.of("no_file", "{file}: there is no such file", file=file) from None
        except OSError as error:
            raise unreadable(str(file), error) from error
        return read_body_list(sheet_rows(content, str(file), MOST_ROWS), str(file))
    raise FileError.of(
        "no_list", '{file}: is neither .csv nor .xlsx; save it as "CSV UTF-8" or .xlsx', file=file
    )


def body_toml(found: BodyList, guess: str) -> str:
    """The directory of *found* as TOML, with the comment *guess* behind a kind that was guessed."""
    tables = []
    for body in found.bodies:
        lines = ["[[body]]"]
        for key, value in body.items():
            note = f"    # {guess}" if key == "kind" and body["code"] in found.guessed else ""
            lines.append(f"{key} = {toml_value(value)}{note}")
        tables.append("\n".join(lines) + "\n")
    return "\n".join(tables)


def _split(lines: list[str], delimiter: str) -> list[list[str]]:
    """*lines* cut at *delimiter*, whatever else a CSV may have."""
    return [[cell.strip('"') for cell in line.split(delimiter)] for line in lines]


def _rows(text: str, name: str) -> list[list[str]]:
    """The rows of the CSV *text*, by the delimiter that shows the most headings."""
    beginning = text[:_BEGINNING].splitlines()
    delimiter = max(_DELIMITERS, key=lambda each: known_headings(_split(beginning, each)))
    rows = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found: list[list[str]] = []
    try:
        for row in rows:
            found.append(row)
            if len(found) > MOST_ROWS:
                break
    except csv.Error as error:
        raise FileError.of(
            "not_csv",
            '{file}:{row}: is not CSV: {problem}; save it again as "CSV UTF-8"',
            file=name,
            row=len(found) + 1,
            problem=error,
        ) from None
    return found
