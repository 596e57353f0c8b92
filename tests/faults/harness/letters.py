"""Letters under faults: what a mail server does to them meanwhile, and what must hold of them in
the end, counted from what it has really taken.

Each loss is one line; an empty list is the promise kept.
"""

from __future__ import annotations

import random
import tomllib
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any

from dondoc.rules.reading.directory import parse_directory
from dondoc.rules.reminding.reminder import Reminder
from dondoc.storage.database import DatabaseUnavailable, open_store
from dondoc.storage.transaction import Transaction
from support.smtp_server import CUT, CUT_BEFORE, Letter, Receiver

from .audit import arrived_since

_ANSWERS = ("250 OK", CUT, CUT_BEFORE, "451 4.3.0 later", "421 4.3.2 too busy")
_WEIGHTS = (90, 3, 3, 2, 2)


@dataclass(frozen=True)
class Mailed:
    """What the database holds of letters at the end."""

    mailings: dict[str, str]
    """The state of each, by its Message-ID."""
    lines: dict[str, str | None]
    """Of each reminder that is told by mail, the letter."""
    untold: frozenset[str]
    """The bodies for which something waits, and which have had no digest to take it in."""
    wanted: list[tuple[str, str, str, float]]
    """Reminders that are true still: id, body, obligation, and when they were decided."""


def disturb_mail(receiver: Receiver, rng: random.Random) -> None:
    """Have the mail server answer the next letters as it likes."""
    receiver.to_letter += rng.choices(_ANSWERS, _WEIGHTS, k=50)


def addressed() -> frozenset[str]:
    """The bodies of the sample that have an address."""
    resource = files("dondoc.sample").joinpath("bodies.toml")
    directory = parse_directory(tomllib.loads(resource.read_text("utf-8")), "bodies.toml")
    return frozenset(body.code for body in directory if body.emails)


def hurry(url: str) -> bool:
    """Have what waits for its next try be tried now; gives whether nothing is on its way."""
    store = open_store(url)
    known = addressed()

    def work(tx: Transaction) -> bool:
        tx.run("UPDATE mailing SET next_attempt_at=1 WHERE ended_at IS NULL")
        rows = tx.rows("SELECT 1 FROM mailing WHERE ended_at IS NULL LIMIT 1")
        return not rows and not known & _untold(tx)

    try:
        return store.transact(work)
    except DatabaseUnavailable:
        return False
    finally:
        store.close()


def look_at_mail(url: str, today: date) -> Mailed:
    """Read all of it, in one transaction."""
    store = open_store(url)

    def read(tx: Transaction) -> Mailed:
        return Mailed(
            mailings=dict(tx.rows("SELECT message_id, state FROM mailing")),
            lines=dict(tx.rows("SELECT reminder, mailing FROM mailing_line")),
            untold=_untold(tx),
            wanted=[
                (_id_of(row[:6]), row[5], row[0], row[6] / 1_000_000)
                for row in tx.rows(
                    "SELECT r.obligation, r.step, r.target, r.occurrence, r.role, r.body,"
                    " r.decided_at FROM reminder r JOIN obligation o ON o.id = r.obligation"
                    " WHERE (o.closed_on IS NULL OR o.closed_on > %s)"
                    " AND COALESCE(CAST(o.target AS TEXT), '') = r.target",
                    today.isoformat(),
                )
            ],
        )

    try:
        return store.read(read)
    finally:
        store.close()


def _untold(tx: Transaction) -> frozenset[str]:
    rows = tx.rows(
        "SELECT DISTINCT l.body FROM mailing_line l WHERE l.mailing IS NULL AND NOT EXISTS"
        " (SELECT 1 FROM mailing m WHERE m.body = l.body AND m.kind = 'digest')"
    )
    return frozenset(body for (body,) in rows)


def _id_of(row: Sequence[Any]) -> str:
    obligation, step, target, occurrence, role, body = row
    due = date.fromisoformat(target) if target else None
    return Reminder(obligation, step, due, occurrence, role, body, 0, date.min).id


def lost_letters(
    mailed: Mailed, letters: Sequence[Letter], arrivals: dict[str, list[float]]
) -> Iterator[str]:
    """Every letter that is lost, that came as another one, or that nobody knows of."""
    came: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for letter in letters:
        came[letter.message_id].add(letter.recipients)
    # Of what is done before a server has answered nobody knows whether it came: that is no loss.
    ended = {"sent", "void", "refused"}
    for id_, state in mailed.mailings.items():
        if state not in ended:
            yield f"letter {id_} is {state}"
        elif state == "sent" and id_ not in came:
            yield f"letter {id_} counts as sent and never came"
    for id_, recipients in came.items():
        if id_ not in mailed.mailings:
            yield f"letter {id_} came and is recorded nowhere: its reminders go in another"
        if len(recipients) > 1:
            yield f"letter {id_} came to different recipients: {sorted(recipients)}"
    known = addressed()
    for body in known & mailed.untold:
        yield f"{body} is never told of what waits for it"
    for id_, body, obligation, decided in mailed.wanted:
        # What was not true for a while may have been left out then.
        if body in known and not arrived_since(arrivals, obligation, decided):
            yield from _untold_of(mailed, id_, f"reminder {id_} of {obligation} to {body}", came)


def _untold_of(mailed: Mailed, reminder: str, named: str, came: Collection[str]) -> Iterator[str]:
    """What is lost of a *reminder* that is true still, where *came* has the letters that came."""
    if reminder not in mailed.lines:
        yield f"{named} is in no letter"
        return
    letter = mailed.lines[reminder] or ""
    if mailed.mailings.get(letter) == "refused" and letter not in came:
        yield f"{named} is in a letter that was given up and never came"


def letters_again(letters: Sequence[Letter]) -> int:
    """How many letters came more than once, as they may."""
    return len(letters) - len({each.message_id for each in letters})
