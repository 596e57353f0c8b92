"""Loads dialect files: how an HSCV speaks, with what the directory's bodies are called besides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...connector.dialects.files.dialect_file import parse_dialect
from ...connector.dialects.saying import Dialect
from ...rules.body import codes_by_alias
from ...rules.directory import Directory
from .reading import read_toml_and_digest, telling_lines


@dataclass(frozen=True, slots=True)
class DialectFile:
    """A dialect and what its file says as it is written; ``aliases``: the directory's codes by
    what bodies are called besides, which hold where the file says nothing."""

    dialect: Dialect
    data: Mapping[str, Any] = field(repr=False)
    aliases: Mapping[str, str] = field(repr=False)


def load_dialect(file: Path, directory: Directory | None) -> Dialect:
    """The dialect in *file*, named with the first digits of the SHA-256 of its bytes; bodies that
    it does not name itself go by the aliases in *directory*.

    Raises FileError where the file cannot be read, and FileRefused with every fault of it.
    """
    return load_dialect_file(file, directory).dialect


def load_dialect_file(file: Path, directory: Directory | None) -> DialectFile:
    """The same, with what the file says."""
    data, digest = read_toml_and_digest(file)
    aliases = codes_by_alias((*directory.earlier, *directory)) if directory else {}
    with telling_lines(file):
        return DialectFile(parse_dialect(data, str(file), digest, aliases), data, aliases)
