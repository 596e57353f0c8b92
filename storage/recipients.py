"""Whom a letter goes to, and who of them has it: as values, and as the table has them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from .tables.forms import object_of, to_json


@dataclass(frozen=True, slots=True)
class Recipients:
    """Whom a letter goes to and who gets copies; ``left``: those of them that no server has taken
    it for yet."""

    to: tuple[str, ...]
    copies: tuple[str, ...]
    left: tuple[str, ...]

    @classmethod
    def of(cls, to: Collection[str], copies: Collection[str] = ()) -> Recipients:
        """All of them, none of which has it yet."""
        everybody = dict.fromkeys((*to, *copies))
        return cls(tuple(to), tuple(copies), tuple(everybody))

    @property
    def some_have_it(self) -> bool:
        """Whether a server has taken it for some of them."""
        return set(self.left) != {*self.to, *self.copies}

    def stored(self) -> str:
        """As the table has it."""
        return to_json({"to": self.to, "copies": self.copies, "left": self.left})


def recipients_of(stored: str) -> Recipients:
    """The recipients as the table has them."""
    told = object_of(stored)
    return Recipients(*(tuple(told[name]) for name in ("to", "copies", "left")))
