"""Whom a letter goes to, and who of them has it: as values, and as the table has them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from .tables.forms import object_of, to_json


@dataclass(frozen=True, slots=True)
class Recipients:
    """Whom a letter goes to and who gets copies; ``left``: those of them that no server has taken
    it for yet; ``unanswered``: how often a server was handed it and never answered."""

    to: tuple[str, ...]
    copies: tuple[str, ...]
    left: tuple[str, ...]
    unanswered: int = 0

    @classmethod
    def of(cls, to: Collection[str], copies: Collection[str] = ()) -> Recipients:
        """All of them, none of which has it yet."""
        everybody = dict.fromkeys((*to, *copies))
        return cls(tuple(to), tuple(copies), tuple(everybody))

    @property
    def some_have_it(self) -> bool:
        """Whether a server has taken it for some of them."""
        return set(self.left) != {*self.to, *self.copies}

    def to_look_up(self) -> Recipients:
        """Those who have it alone; who is left is to be looked up (`or_known`)."""
        left = set(self.left)
        to, copies = (
            [each for each in some if each not in left] for some in (self.to, self.copies)
        )
        return Recipients(tuple(to), tuple(copies), ())

    def or_known(self, known: Recipients) -> Recipients:
        """The same where it says who is left; otherwise who has it, and of the *known* the rest."""
        if self.left:
            return self
        to = dict.fromkeys((*self.to, *known.to))
        copies = dict.fromkeys((*self.copies, *known.copies))
        left = [each for each in known.left if each not in {*self.to, *self.copies}]
        return Recipients(tuple(to), tuple(copies), tuple(left))

    def stored(self) -> str:
        """As the table has it."""
        told: dict[str, object] = {"to": self.to, "copies": self.copies, "left": self.left}
        return to_json({**told, "unanswered": self.unanswered} if self.unanswered else told)


def recipients_of(stored: str) -> Recipients:
    """The recipients as the table has them."""
    told = object_of(stored)
    to, copies, left = (tuple(told[name]) for name in ("to", "copies", "left"))
    return Recipients(to, copies, left, told.get("unanswered", 0))
