"""A list of bodies from the file that an office has it in, and as the TOML of a directory."""

from __future__ import annotations

from pathlib import Path

from ...rules.reading.body_list import MOST_ROWS, BodyList, known_headings, read_body_list
from .list_files import list_rows
from .toml_writing import toml_value


def load_body_list(file: Path) -> BodyList:
    """The bodies that *file* lists, a CSV in UTF-8 or an XLSX. Raises FileError."""
    return read_body_list([*list_rows(file, known_headings, MOST_ROWS)], str(file))


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
