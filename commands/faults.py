"""A fault of dondoc itself, told so that it can be reported: where it was raised, and nothing else.

The text of an error may quote a row or a message: a database says which key was there already. It
must never be shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from traceback import extract_tb

_PACKAGE = Path(__file__).resolve().parents[1]


def tell_fault(error: BaseException) -> str:
    """The kinds and places of *error* and of what caused it, the last cause first."""
    lines = ["a fault of dondoc itself; report these lines, which hold nothing of a document:"]
    for each in reversed(list(_chain(error))):
        lines.append(f"{type(each).__module__}.{type(each).__qualname__}")
        lines += [
            f"  {_short(frame.filename)}:{frame.lineno} {frame.name}"
            for frame in extract_tb(each.__traceback__)
        ]
    return "\n".join(lines)


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    each: BaseException | None = error
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        yield each
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)


def _short(filename: str) -> str:
    path = Path(filename)
    return str(path.relative_to(_PACKAGE)) if path.is_relative_to(_PACKAGE) else path.name
