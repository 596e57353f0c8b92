"""A fault of dondoc itself, told so that it can be reported: where it was raised, and nothing else.

It stands here because every part may meet one. The text of an error may quote a row or a message:
a database says which key was there already. It must never be shown, nor the line of source that
a traceback would show.
"""

from __future__ import annotations

from collections.abc import Iterator
from traceback import walk_tb

_PACKAGE = __file__.removesuffix("rules/faults.py")
_LAST_PLACES = 15


def tell_fault(error: BaseException) -> str:
    """The kinds and places of *error* and of what caused it, a line each, the last cause first."""
    lines = ["a fault of dondoc itself; report these lines, which hold nothing of a document:"]
    for each in reversed(list(_chain(error))):
        lines.append(f"{type(each).__module__}.{type(each).__qualname__}")
        lines += _places(each)
    return "\n".join(lines)


def tell_fault_briefly(error: BaseException) -> str:
    """The kind of *error* and where it was raised, in a few words."""
    places = [f"{frame.f_code.co_qualname}:{line}" for frame, line in walk_tb(error.__traceback__)]
    return " at ".join([type(error).__name__, *places[-1:]])


def _places(error: BaseException) -> list[str]:
    """Where *error* passed through, outermost first; what recursion repeats is left out."""
    places = [
        f"  {_short(frame.f_code.co_filename)}:{line} {frame.f_code.co_name}"
        for frame, line in walk_tb(error.__traceback__)
    ]
    way, last = places[:-_LAST_PLACES], places[-_LAST_PLACES:]
    told = list(dict.fromkeys(way))
    left_out = len(way) - len(told)
    return [*told, *([f"  … {left_out} more"] if left_out else []), *last]


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    each: BaseException | None = error
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        yield each
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)


def _short(filename: str) -> str:
    inside = filename.removeprefix(_PACKAGE)
    return inside if inside != filename else filename.rpartition("/")[2]
