"""Data files that are refused: what their first lines say is wrong with them, and what is told."""

from __future__ import annotations

from dondoc.rules.file_faults import faults_of
from dondoc.rules.places import FileError

_REFUSED = "# refused: "


def refusals(text: str, name: str) -> list[str]:
    """Every fault of the file *name*, as its lines "# refused: …" have them."""
    lines = [line for line in text.splitlines() if line.startswith(_REFUSED)]
    return [f"{name}: {line.removeprefix(_REFUSED)}" for line in lines]


def faults_told(error: FileError) -> list[str]:
    """Every fault that *error* tells."""
    return [str(each) for each in faults_of(error)]
