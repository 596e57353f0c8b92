"""What is known of subjects whose rows were archived: that they were, and the names they go by.

A late event of such a subject must not be taken for the first of a new one, and what it quotes must
still be found when it becomes secret.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date

from ..rules.document_names import DocumentName
from ..rules.streams import DOCUMENTS, parts_of
from .numbering import Coming, NumberTold, known_sources, tell_numbers
from .secrecy.quotes import (
    SecretName,
    concealed,
    digest_of_stream,
    is_digest,
    name_listed,
    names_from,
)
from .tables.forms import from_micros, to_json
from .transaction import Awaited, Transaction

Counted = tuple[str, str, str, str, int]
"""Body, rule, month, outcome and how many."""


def archived_among(tx: Transaction, keys: Collection[str]) -> set[str]:
    """Those of the streams *keys* whose rows were archived."""
    return ask_archived(tx, keys)()


def ask_archived(tx: Transaction, keys: Collection[str]) -> Awaited[set[str]]:
    """The same, asked for."""
    digests = {digest_of_stream(key): key for key in keys}
    rows = tx.ask_among(
        "SELECT stream FROM archived_stream WHERE whole=%s AND {among}", "stream", digests, True
    )
    return lambda: {digests[digest] for (digest,) in rows()}


def archived_called(tx: Transaction, key: str) -> list[str]:
    """The digests of the archived documents of edXML that go by the subject of the stream *key*,
    with organ and year, though it is not the one that they had first."""
    kind, subject = parts_of(key)
    if kind != DOCUMENTS or DocumentName.of(subject) is None:
        return []
    own = digest_of_stream(key)
    # Names are a list in one text; it is read where something that nobody knows is answered.
    found = {
        stream
        for name in names_from(subject)
        for (stream,) in tx.rows(
            "SELECT stream FROM archived_stream WHERE whole=%s AND names LIKE %s",
            True,
            f'%"{name.listed()}"%',
        )
    }
    return sorted(found - {own})


def names_archived(tx: Transaction, stream: str) -> set[SecretName]:
    """The names that the archived *stream*, a key or its digest, goes by; none where it is not
    archived."""
    rows = tx.rows("SELECT names FROM archived_stream WHERE stream=%s", _digest(stream))
    return {name_listed(each) for (names,) in rows for each in json.loads(names)}


def numbers_kept(told: Iterable[tuple[str, int, object]]) -> str:
    """What is kept of the numbers of events that go: each number once for each that it was of, by
    a digest of its source, which may name something. *told*: source, number, and what tells apart
    what may not share a number."""
    numbers: dict[str, list[int]] = defaultdict(list)
    for source, number, _ in set(told):
        numbers[concealed(source)].append(number)
    return to_json({source: sorted(found) for source, found in sorted(numbers.items())})


def forget_archived(tx: Transaction, keys: Collection[str], *, restored: bool) -> None:
    """The streams *keys*, or their digests, are no longer archived: they are secret now, or were
    *restored*, and then what they had added to the counts is taken away."""
    for key in sorted(keys):
        digest = _digest(key)
        rows = tx.rows("SELECT counts FROM archived_stream WHERE stream=%s", digest)
        for (counts,) in rows if restored else ():
            add_counts(tx, [(*each[:4], -each[4]) for each in json.loads(counts)])
        if not restored:
            _expect_again(tx, digest)
        tx.run("DELETE FROM archived_stream WHERE stream=%s", digest)


def _expect_again(tx: Transaction, digest: str) -> None:
    """An archived stream is secret now: the numbers that its events had may come again, as those of
    what is erased (`numbering.expect_again`)."""
    for numbers, archived_at in tx.rows(
        "SELECT numbers, archived_at FROM archived_stream WHERE numbers IS NOT NULL AND stream=%s",
        digest,
    ):
        known = {form: each for each in known_sources(tx) for form in (each, concealed(each))}
        erased = (
            NumberTold(known[source], number, Coming.ERASED, place)
            for source, found in json.loads(numbers).items()
            for place, number in enumerate(found if source in known else ())
        )
        tell_numbers(tx, erased, from_micros(archived_at))


def add_counts(tx: Transaction, counted: Iterable[Counted]) -> None:
    """Add to the counts of what is archived."""
    for body, rule, month, outcome, number in counted:
        tx.run(
            "INSERT INTO archived_count (body, rule, month, outcome, number)"
            " VALUES (%s, %s, %s, %s, %s) ON CONFLICT (body, rule, month, outcome)"
            " DO UPDATE SET number=archived_count.number+excluded.number",
            body,
            rule,
            month,
            outcome,
            number,
        )
    tx.run("DELETE FROM archived_count WHERE number=0")


def _digest(stream: str) -> str:
    return stream if is_digest(stream) else digest_of_stream(stream)


def archived_between(
    tx: Transaction, first: date, last: date, bodies: Collection[str] | None = None
) -> int:
    """How many archived obligations were due, or closed where they had no clock, in the months from
    that of *first* to that of *last*; of *bodies*, None: of all."""
    months = f"{first:%Y-%m}", f"{last:%Y-%m}"
    rows = tx.rows(
        "SELECT body, number FROM archived_count WHERE month >= %s AND month <= %s", *months
    )
    return sum(number for body, number in rows if bodies is None or body in bodies)


def archived_counts(tx: Transaction) -> list[Counted]:
    """How many archived obligations came out how, by body, rule and month ("2025-03")."""
    rows: list[Counted] = tx.rows(
        "SELECT body, rule, month, outcome, number FROM archived_count"
        " ORDER BY month, body, rule, outcome"
    )
    return rows
