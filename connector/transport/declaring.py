"""Procedures that make the topology exist and that find out where it is not as it should be.

Objects are looked for passively and only what is missing is declared, so that an object that
somebody made with other arguments is used as it is. Nothing is ever deleted or changed, but for
bindings of ours that the settings no longer want.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass

from .errors import (
    ACCESS_REFUSED,
    NOT_FOUND,
    PRECONDITION_FAILED,
    ChannelRefused,
    TopologyError,
)
from .procedures import Procedure, Step, bind, declare_exchange, declare_queue, unbind
from .topology import Binding, Exchange, Queue, Topology

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Problem:
    """Something about an object on the broker that an operator should mend."""

    object: str
    text: str

    def __str__(self) -> str:
        return f"{self.object}: {self.text}"


def declare(wanted: Topology) -> Procedure[tuple[str, ...]]:
    """Declare what is missing of `wanted`; gives kind and name of what was.

    Raises TopologyError, naming the object, when the broker refuses.
    """
    created: list[str] = []
    for each in wanted.objects:
        if not (yield from _exists(each)):
            yield from _create(each)
            created.append(_named(each))
    for binding in wanted.bindings:
        # There is no asking for a binding, but binding again changes nothing.
        yield from _bound(bind, binding)
    # After the others, so that no event is missed by a queue that is bound by other patterns now.
    for binding in wanted.former:
        yield from _bound(unbind, binding)
    return tuple(created)


def missing(wanted: Topology) -> Procedure[tuple[str, ...]]:
    """Kind and name of what `declare` would declare. Only asks, which needs no permission."""
    found: list[str] = []
    for each in wanted.objects:
        if not (yield from _exists(each)):
            found.append(_named(each))
    return tuple(found)


def tell_declared(created: tuple[str, ...]) -> None:
    """Say in the log what was missing; what was in it before is gone."""
    if created:
        log.warning("declared on the broker, where it was missing: %s", ", ".join(created))


def inspect(wanted: Topology) -> Procedure[tuple[Problem, ...]]:
    """What AMQP alone tells of differences: missing objects, and of each other object the first
    argument that differs, where the user has `configure` on it. Policies and bindings cannot be
    seen this way.
    """
    problems: list[Problem] = []
    for each in wanted.objects:
        if not (yield from _exists(each)):
            problems.append(Problem(_named(each), _THEIRS_MISSING if _theirs(each) else _MISSING))
            continue
        try:
            yield _declaration(each, passive=False)
        except ChannelRefused as refused:
            # Whoever may not declare it may not compare it either, and uses it as it is.
            if refused.code != ACCESS_REFUSED:
                problems.append(Problem(_named(each), _difference(refused)))
    return tuple(problems)


_MISSING = "is missing; `dondoc declare` makes it, or an administrator by `dondoc declare --as`"
_THEIRS_MISSING = (
    "is missing; it is HSCV's: have HSCV declare it, or an administrator by `dondoc declare --as`"
)
_REFUSED = (
    "is missing and may not be declared: have an administrator declare it by `dondoc declare --as`,"
    " or grant the user `configure` on it"
)
_THEIRS_REFUSED = (
    "is missing and may not be declared: it is HSCV's: have HSCV declare it, or an administrator by"
    " `dondoc declare --as`"
)


def _theirs(each: Exchange | Queue) -> bool:
    return isinstance(each, Exchange) and each.theirs


def _declaration(each: Exchange | Queue, *, passive: bool) -> Step:
    if isinstance(each, Exchange):
        return declare_exchange(each, passive=passive)
    return declare_queue(each, passive=passive)


def _named(each: Exchange | Queue) -> str:
    return f"{type(each).__name__.lower()} {each.name}"


def _exists(each: Exchange | Queue) -> Procedure[bool]:
    try:
        yield _declaration(each, passive=True)
    except ChannelRefused as refused:
        if refused.code == NOT_FOUND:
            return False
        raise TopologyError(f"{_named(each)}: {_plain(refused)}") from refused
    return True


def _create(each: Exchange | Queue) -> Procedure[None]:
    try:
        yield _declaration(each, passive=False)
    except ChannelRefused as refused:
        if refused.code == ACCESS_REFUSED:
            text = _THEIRS_REFUSED if _theirs(each) else _REFUSED
        else:
            text = f"cannot be declared: {_plain(refused)}"
        raise TopologyError(f"{_named(each)} {text}") from refused


def _bound(change: Callable[[Binding], Step], binding: Binding) -> Procedure[None]:
    try:
        yield change(binding)
    except ChannelRefused as refused:
        text = f"queue {binding.queue} cannot be bound to exchange {binding.exchange}"
        if refused.code == ACCESS_REFUSED:
            mend = "grant the user `write` on the queue and `read` on the exchange"
        else:
            mend = _plain(refused)
        raise TopologyError(f"{text}: {mend}") from refused


def _difference(refused: ChannelRefused) -> str:
    """What a declaration that was refused says about the object that is there."""
    if refused.code == PRECONDITION_FAILED:
        found = re.search(r"inequivalent arg '([^']+)'.*?received (.*)", refused.text)
        if found:
            return f"{found[1]} is not as dondoc declares it: received {found[2]}"
        return _plain(refused)
    return _plain(refused)


def _plain(refused: ChannelRefused) -> str:
    return " ".join(refused.text.split())
