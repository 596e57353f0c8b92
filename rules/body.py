"""An administrative body as the directory has it, or one period of it under one name.

Whose successor it is, and who answers for it, is for the directory to say.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class MailPreference(StrEnum):
    """How a body wants to be written to by e-mail."""

    DIGEST = "digest"
    """One letter a day, and at once only what the policy names."""
    SINGLE = "single"
    """A letter for each reminder, at once."""
    NONE = "none"
    """Nothing: it is told another way."""


@dataclass(frozen=True, slots=True)
class Body:
    """An administrative body, or one period of it under one name; valid from and to both
    inclusive, None where open. ``successor``: who answers for it from the day after ``valid_to``,
    several where it was split.

    ``emails``: where letters to it go, ``copies``: where a copy of each goes; checked addresses,
    each one ASCII word with one "@". ``salutation``: whom a letter addresses, None where ``head``
    says it. ``aliases``: what other programs call it: a code of theirs, an OrganId, a name."""

    code: str
    name: str
    kind: str
    head: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    successor: str | tuple[str, ...] | None = None
    emails: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    salutation: str | None = None
    mail: MailPreference = MailPreference.DIGEST
    aliases: tuple[str, ...] = ()

    def valid_on(self, day: date) -> bool:
        """Whether the body exists on *day*."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )

    @property
    def lacks_address(self) -> bool:
        """Whether letters should go to it and none can."""
        return not self.emails and self.mail is not MailPreference.NONE

    @property
    def successors(self) -> tuple[str, ...]:
        """The codes of ``successor``; none where it has none."""
        if self.successor is None:
            return ()
        return (self.successor,) if isinstance(self.successor, str) else self.successor


def codes_by_alias(bodies: Iterable[Body]) -> dict[str, str]:
    """The code of each of *bodies* by what other programs call it."""
    return {alias: body.code for body in bodies for alias in body.aliases}
