"""What remains of what was redacted: which erasures are not done, what to search for, and
`erased_at` once nothing is left.

Deleting rows is the first stage of an erasure (`first_stage`). The second overwrites the copies,
and may be done at any time after it, again after any failure, and by any instance: the connector's
`secrecy.erasing_copies` leads it, and asks and tells here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ..catch_ups import recalled_everywhere, recalled_messages
from ..database import Store
from ..projecting import Basis, Lawful, project_streams
from ..streams import claim_streams, lock_streams
from ..tables.forms import from_micros, to_micros
from ..transaction import Transaction
from .emptied import drop_empty
from .first_stage import (
    Redaction,
    erase_quotes,
    redact,
    redact_unknown,
    redactions,
    remember,
)
from .names import all_names, remember_names
from .quotes import SecretName, Wanted, digest_of_stream, is_digest, name_listed
from .trail import conceal_keys

TABLES = (
    *("event", "event_stream", "conflict", "stream", "task"),
    *(
        "obligation",
        "former_deadline",
        "reminder",
        "catch_up",
        "found_later",
        "outbox",
        "rejection",
        "audit",
        "archived_stream",
        "mailing",
        "mailing_line",
        "snooze",
    ),
    *("numbering", "number_run", "number_told"),
)
"""The tables that a redaction deletes from."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What is redacted and not yet erased everywhere, as queues are searched for it: the streams
    (or their digests) and the names they go by, also as texts are searched for them; and the ids of
    the ``messages`` that tell of them among others."""

    redactions: tuple[Redaction, ...]
    streams: frozenset[str]
    names: frozenset[SecretName]
    wanted: Wanted
    messages: frozenset[str]

    def has_stream(self, key: str) -> bool:
        """Whether *key* is one of the redacted streams."""
        return key in self.streams or digest_of_stream(key) in self.streams


@dataclass(frozen=True, slots=True)
class Listed:
    """A redaction as an exported list has it: with its names (`SecretName.listed`)."""

    stream: str
    level: str
    redacted_at: datetime
    names: tuple[str, ...] = ()


def redact_listed(store: Store, law: Lawful, listed: Sequence[Listed]) -> None:
    """Make what is *listed* secret, as events would: stage one. What is redacted already is
    erased once more: a restored backup may have brought it back."""

    def work(tx: Transaction) -> None:
        plain = [each for each in listed if not is_digest(each.stream)]
        streams = claim_streams(tx, {each.stream for each in plain})
        names: set[SecretName] = set()
        for each in plain:
            names |= redact(tx, {each.stream: each.level}, streams, each.redacted_at)
        for each in listed:
            remember(tx, {each.stream: each.level}, each.redacted_at)
            told = {name_listed(name) for name in each.names}
            remember_names(tx, each.stream, told)
            names |= told
        _erase_quotes(tx, law, names)

    store.transact(work)


def list_redactions(store: Store) -> list[Listed]:
    """Everything that is redacted, to be applied to a database restored from a backup."""

    def read(tx: Transaction) -> list[Listed]:
        names: dict[str, list[str]] = defaultdict(list)
        for name, stream in all_names(tx):
            names[stream].append(name.listed())
        return [
            Listed(each.stream, each.level, each.redacted_at, tuple(names[each.stream]))
            for each in redactions(tx)
        ]

    return store.read(read)


def redact_untold(store: Store, law: Lawful, levels: Mapping[str, str], at: datetime) -> None:
    """As `redact_now`, told by an event of which nothing may be stored: of a stream that is not
    there already nothing but a digest is kept."""

    def work(tx: Transaction) -> None:
        rows = tx.rows_among("SELECT key FROM stream WHERE {among}", "key", levels)
        known = {key: levels[key] for (key,) in rows}
        if known:
            names = redact(tx, known, claim_streams(tx, known.keys()), at)
            _erase_quotes(tx, law, names)
        unknown = {key: level for key, level in levels.items() if key not in known}
        _erase_quotes(tx, law, redact_unknown(tx, unknown, at))

    store.transact(work)


def sought(store: Store) -> Sought:
    """What is still to be erased."""
    return store.read(_sought)


def unerased(tx: Transaction) -> frozenset[tuple[str, datetime, int]]:
    """What is redacted and not erased everywhere yet, each with the aware time since when, and with
    how many names of it are known: with each further one more is to be erased."""
    found = tx.rows("SELECT stream, redacted_at FROM redaction WHERE erased_at IS NULL")
    if not found:
        return frozenset()
    names = Counter[str]()
    for stream, number in tx.rows("SELECT stream, COUNT(*) FROM redacted_name GROUP BY stream"):
        names.update(dict.fromkeys((stream, digest_of_stream(stream)), number))
    return frozenset((stream, from_micros(at), names[stream]) for stream, at in found)


def settle(store: Store, law: Lawful, wanted: Sought) -> None:
    """Erase what another instance stored while it could not yet see that *wanted* is redacted."""
    unknown = {each.stream: each for each in wanted.redactions if is_digest(each.stream)}
    told = {
        key: unknown[digest_of_stream(key)].level
        for key in (store.read(_keys) if unknown else ())
        if digest_of_stream(key) in unknown
    }
    if told:
        at = min(each.redacted_at for each in unknown.values())
        store.transact(lambda tx: _redact_known(tx, law, told, at))
    keys = [each.stream for each in wanted.redactions if not is_digest(each.stream)]

    def erase(tx: Transaction) -> None:
        conceal_keys(tx, [*keys, *told])
        _erase_quotes(tx, law, wanted.names)

    store.transact(erase)


def mark_erased(store: Store, done: Sought, at: datetime) -> bool:
    """Nothing is left of *done* at the aware time *at*; False, and nothing is marked, where more
    has become known of it meanwhile, so that it has to be looked for once more."""

    def mark(tx: Transaction) -> bool:
        found = _sought(tx)
        if not (found.names <= done.names and found.messages <= done.messages):
            return False
        recalled_everywhere(tx, done.messages)
        streams = [each.stream for each in done.redactions]
        tx.run_among(
            "UPDATE redaction SET erased_at=%s WHERE {among}", "stream", streams, to_micros(at)
        )
        return True

    return store.transact(mark)


def _sought(tx: Transaction) -> Sought:
    found = tuple(each for each in redactions(tx) if each.erased_at is None)
    streams = frozenset(each.stream for each in found)
    names = {
        name
        for name, stream in all_names(tx)
        if stream in streams or digest_of_stream(stream) in streams
    }
    messages = recalled_messages(tx)
    return Sought(found, streams, frozenset(names), Wanted.of(names), messages)


def _redact_known(tx: Transaction, law: Lawful, levels: Mapping[str, str], at: datetime) -> None:
    _erase_quotes(tx, law, redact(tx, levels, claim_streams(tx, levels.keys()), at))


def _erase_quotes(tx: Transaction, law: Lawful, names: Collection[SecretName]) -> None:
    concerned = erase_quotes(tx, names)
    if concerned:
        project_streams(tx, Basis(law, *tx.period()), lock_streams(tx, concerned))
        drop_empty(tx, concerned)


def _keys(tx: Transaction) -> list[str]:
    return [key for (key,) in tx.rows("SELECT key FROM stream WHERE event_count > 0")]
