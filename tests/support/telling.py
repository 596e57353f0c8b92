"""What the command line says, in this process and with nothing of its surroundings."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Iterator
from unittest import mock

from dondoc.cli import main


def told(*line: str, lang: str | None = None) -> tuple[int, list[str]]:
    """The exit code of *line* and the lines that it says on either stream, in *lang*."""
    asked = () if lang is None else ("--lang", lang)
    said = io.StringIO()
    with _alone(), contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            main([*asked, *line])
        except SystemExit as ended:
            code = ended.code
    return int(code or 0), said.getvalue().splitlines()


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Without settings of whoever runs the tests."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("DONDOC_", "LC_", "LANG"))
    }
    with mock.patch.dict(os.environ, kept, clear=True):
        yield
