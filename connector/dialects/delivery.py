"""What comes beside a message says of its secrecy: its headers, and whoever runs dondoc.

Read as the guard reads them; the message itself is its dialect's affair.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ...rules.secrecy import ATTRIBUTE, NORMAL, strictest
from ..contract.attributes import HEADER_PREFIXES
from ..contract.statements import said_in

_HEADERS = frozenset({ATTRIBUTE, *(f"{prefix}{ATTRIBUTE}" for prefix in HEADER_PREFIXES)})


@dataclass(frozen=True, slots=True)
class SecrecyBeside:
    """``level``: the secret level that is said; ``doubtful``: something is said that is neither a
    level nor normal; ``normal``: it is said to be normal, and nothing against it."""

    level: str | None
    doubtful: bool
    normal: bool

    @classmethod
    def of(cls, headers: Mapping[str, object], *, normal: bool) -> SecrecyBeside:
        """What *headers* say; *normal*: whoever runs dondoc has established that all that comes
        this way is of normal secrecy."""
        stated = said_in(headers).stated
        doubtful = any(value != NORMAL for value in stated)
        named = not _HEADERS.isdisjoint(headers)
        return cls(strictest(stated), doubtful, (normal or named) and not doubtful)
