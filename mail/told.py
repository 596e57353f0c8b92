"""What a message in the queue of mail tells: which reminder of which obligation, or which digest of
the first start.

Nothing else of it is read: what a letter says comes from the stored state.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from ..rules.reminding.catch_up import TYPE
from ..rules.reminding.message import TYPE_PREFIX


@dataclass(frozen=True, slots=True)
class ToldByQueue:
    """What messages tell: ``reminders`` by their ids, each with its obligation; ``digests`` of the
    first start by theirs; ``unread``: how many were neither."""

    reminders: dict[str, str]
    digests: frozenset[str]
    unread: int


def told_in(bodies: Iterable[bytes]) -> ToldByQueue:
    """What the messages *bodies* tell."""
    reminders: dict[str, str] = {}
    digests: set[str] = set()
    unread = 0
    for type_, id_, obligation in map(_read, bodies):
        if type_ == TYPE and id_:
            digests.add(id_)
        elif type_.startswith(TYPE_PREFIX) and id_ and obligation:
            reminders[id_] = obligation
        else:
            unread += 1
    return ToldByQueue(reminders, frozenset(digests), unread)


def _read(body: bytes) -> tuple[str, str, str]:
    """Type, id and obligation of a message; empty where it has none that could be ours."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return "", "", ""
    if not isinstance(said, dict):
        return "", "", ""
    data = said.get("data")
    obligation = data.get("obligation") if isinstance(data, dict) else None
    return str(said.get("type")), _name(said.get("id")), _name(obligation)


def _name(said: object) -> str:
    """An id of ours; empty for anything else: no database need be asked for it."""
    return said if isinstance(said, str) and said.isascii() and said.isalnum() else ""
