"""Whether a file of a dialect was named, or a format in its place."""

from __future__ import annotations

from pathlib import Path

from ...connector.dialects.files.dialect_file import FORMATS
from ...rules.mendable import Mendable
from ..terminal.words import words


def refuse_a_format(file: Path) -> None:
    """Raises Mendable where *file* is no file and is called as a format is."""
    if str(file) in FORMATS and not file.exists():
        raise Mendable(words().say("dialect.is_format", format=file))
