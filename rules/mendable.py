"""`Mendable`: an error whose text is one line for a person, with what to mend."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self


class Mendable(Exception):
    """An error whose text is one line: what happened, where, and what to mend.

    The command line prints it as it is; whatever is not one of these is a fault of dondoc. One
    that people meet often has a ``code``, by which the command line has words for it in other
    languages, and the ``values`` in them.
    """

    code: str | None = None
    values: Mapping[str, object] = {}

    @classmethod
    def of(cls, code: str, text: str, **values: object) -> Self:
        """The error *code*, with *values* in the braces of its English *text*."""
        error = cls(text.format_map(values))
        error.code, error.values = code, values
        return error
