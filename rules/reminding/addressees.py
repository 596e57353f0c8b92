"""Who may be told of an obligation: the bodies behind a policy's roles on one day.

It must never decide whether they are told; `decision` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from ..directory import Directory
from ..obligations import Obligation
from .policy import COORDINATING, OBLIGOR, Policy


@dataclass(frozen=True, slots=True)
class Addressee:
    """A body that may be told of an obligation, and in which roles, the nearest first.

    A body that is both, say, the obligor and the Office is one addressee: at each step it is
    told once, in the first of its roles that the step is for.
    """

    body: str
    roles: tuple[str, ...]


def addressees(
    obligation: Obligation,
    coordinating: Iterable[str],
    policy: Policy,
    directory: Directory,
    day: date,
) -> tuple[Addressee, ...]:
    """The bodies that *policy* may tell of *obligation* on *day*, the obligor first.

    *coordinating* are the bodies that coordinate with the obligor. Whoever has been abolished
    by *day* is represented by its successor, by all of them where it was split; where no Office
    is valid, nobody stands for it.
    """
    wanted = policy.schedule(obligation.rule, clocked=obligation.target is not None).roles
    roles: dict[str, dict[str, None]] = {}
    for role, body in _holders(obligation, coordinating, policy, directory, day):
        if role in wanted:
            roles.setdefault(body, {})[role] = None
    return tuple(Addressee(body, tuple(held)) for body, held in roles.items())


def roles_of(
    body: str,
    obligation: Obligation,
    coordinating: Iterable[str],
    policy: Policy,
    directory: Directory,
    day: date,
) -> tuple[str, ...]:
    """The roles in which *body* may be told of *obligation*, the nearest first; otherwise as
    `addressees`."""
    found = addressees(obligation, coordinating, policy, directory, day)
    return next((each.roles for each in found if each.body == body), ())


def _holders(
    obligation: Obligation,
    coordinating: Iterable[str],
    policy: Policy,
    directory: Directory,
    day: date,
) -> Iterator[tuple[str, str]]:
    for answering in directory.answerable(obligation.body, day, obligation.owed_since):
        yield OBLIGOR, answering
    for body in coordinating:
        for answering in directory.answerable(body, day):
            yield COORDINATING, answering
    for level in policy.levels:
        if level.body is not None:
            for answering in directory.answerable(level.body, day):
                yield level.name, answering
        elif (office := directory.office(day)) is not None:
            yield level.name, office
