"""What makes a subject secret, and keeps it so: everything stored of it is erased at once, and
nothing of it is stored again until an operator lifts the redaction.

This is the first of two stages (docs/secrecy.md): rows are gone when the transaction commits.
Copies in free pages and logs of the database are overwritten afterwards (`remains`), and
`erased_at` then says when. A name of what is secret is kept as a digest only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from ...rules.events import local_date
from ...rules.reading.stored import DamagedEvent, decode_stored
from ...rules.secrecy import LEVELS
from ...rules.streams import parts_of
from ..archived import archived_called, forget_archived, names_archived
from ..catch_ups import recall
from ..mail_lines import forget_answers, forget_lines
from ..numbering import conceal_sources, expect_again
from ..streams import CONTENT_COLUMNS, Stream
from ..tables.forms import from_micros, to_micros
from ..tables.models import StreamRow
from ..tables.secrecy_models import RedactionRow
from ..transaction import Awaited, Transaction
from ..withdrawing import look_again, withdraw
from .marks import marks_of, may_quote
from .names import remember_names
from .quotes import (
    SecretName,
    Wanted,
    digest_of_stream,
    left_of,
    names_from,
    names_of,
    quotes_in_event,
)
from .trail import conceal_keys, conceal_naming, forget_reasons


@dataclass(frozen=True, slots=True)
class Redaction:
    """A redacted stream. ``stream`` is its key, or a digest of the key where nothing but an event
    that was secret itself has ever told it; times are aware."""

    stream: str
    level: str
    redacted_at: datetime
    erased_at: datetime | None


def redacted_among(tx: Transaction, keys: Collection[str]) -> set[str]:
    """Those of the streams *keys* that are redacted."""
    return ask_redacted(tx, keys)()


def ask_redacted(tx: Transaction, keys: Collection[str]) -> Awaited[set[str]]:
    """The same, asked for."""
    by_stored = {stored: key for key in keys for stored in (key, digest_of_stream(key))}
    rows = tx.ask_among("SELECT stream FROM redaction WHERE {among}", "stream", by_stored)
    return lambda: {by_stored[stored] for (stored,) in rows()}


def redact(
    tx: Transaction, levels: Mapping[str, str], streams: Mapping[str, Stream], at: datetime
) -> set[SecretName]:
    """Redact the streams that *levels* names (key: level); the caller holds them in *streams*.
    Gives the names they went by, for `erase_quotes`.

    The redaction is written first and stays whatever arrives before or after. Redacting again
    erases again.
    """
    remember(tx, levels, at)
    ids = {streams[key].id: key for key in levels}
    stored = names_stored(tx, ids)
    found = _redact_archived(tx, levels, at)
    for stream_id, key in ids.items():
        names = stored.get(stream_id, set()) | names_from(parts_of(key)[1])
        names |= names_archived(tx, key)
        remember_names(tx, key, names)
        found |= names
    # Obligations first: a scheduler that is deciding about one holds it, and what it writes
    # must be there to be erased by the statements after.
    for table in ("obligation", "former_deadline", "found_later", "snooze", "outbox"):
        tx.run_among(f"DELETE FROM {table} WHERE {{among}}", "stream_id", ids)
    recall(tx, ids)
    for table in ("reminder", "task"):
        tx.run_among(f"DELETE FROM {table} WHERE {{among}}", "stream_id", ids)
    forget_lines(tx, ids)
    expect_again(tx, ids, at)
    for table in ("event_stream", "conflict"):
        tx.run_among(
            f"DELETE FROM {table} WHERE event IN (SELECT id FROM event WHERE {{among}})",
            "stream_id",
            ids,
        )
    tx.run_among("DELETE FROM event_stream WHERE {among}", "stream_id", ids)
    tx.run_among("DELETE FROM event WHERE {among}", "stream_id", ids)
    conceal_keys(tx, levels)
    forget_archived(tx, levels, restored=False)
    nothing = (None, None, None, None, None, None, 0, None, tx.version)
    tx.update(StreamRow, CONTENT_COLUMNS, [(id_, *nothing) for id_ in ids])
    return found


def redact_unknown(tx: Transaction, levels: Mapping[str, str], at: datetime) -> set[SecretName]:
    """Redact streams of which nothing is stored, keeping only digests of their keys. Gives the
    names that those which were archived go by, for `erase_quotes`."""
    remember(tx, {digest_of_stream(key): level for key, level in levels.items()}, at)
    conceal_keys(tx, levels)
    found = _redact_archived(tx, levels, at)
    for key in levels:
        archived = names_archived(tx, key)
        remember_names(tx, digest_of_stream(key), names_from(parts_of(key)[1]) | archived)
        found |= archived
    forget_archived(tx, levels, restored=False)
    return found


def _redact_archived(tx: Transaction, levels: Mapping[str, str], at: datetime) -> set[SecretName]:
    """Redact the archived documents that the streams *levels* name by a symbol which these got;
    gives the names they go by."""
    found: set[SecretName] = set()
    for key, level in levels.items():
        for digest in archived_called(tx, key):
            remember(tx, {digest: level}, at)
            names = names_archived(tx, digest)
            remember_names(tx, digest, names)
            forget_archived(tx, [digest], restored=False)
            found |= names
    return found


def remember(tx: Transaction, levels: Mapping[str, str], at: datetime) -> None:
    """Write that the streams, or digests of streams, that *levels* names are redacted, without
    erasing anything; what was redacted before keeps its time, but is to be erased."""
    if not levels:
        return
    tx.engine.ensure(
        RedactionRow,
        ("stream", "level", "redacted_at"),
        [(stream, level, to_micros(at)) for stream, level in sorted(levels.items())],
    )
    raise_levels(tx, levels)
    tx.run_among("UPDATE redaction SET erased_at=NULL WHERE {among}", "stream", levels)


def raise_levels(tx: Transaction, levels: Mapping[str, str]) -> None:
    """Let the redacted streams that *levels* names have at least that level, whichever was told
    first; what the operator redacted keeps saying so."""
    for milder, level in pairwise(LEVELS):
        told = [stream for stream, wanted in levels.items() if wanted in _from(level)]
        stored = [stored for stream in told for stored in (stream, digest_of_stream(stream))]
        tx.run_among(
            "UPDATE redaction SET level=%s WHERE level=%s AND {among}",
            "stream",
            stored,
            level,
            milder,
        )


def _from(level: str) -> tuple[str, ...]:
    return LEVELS[LEVELS.index(level) :]


def names_stored(tx: Transaction, stream_ids: Collection[int]) -> dict[int, set[SecretName]]:
    """The names that the stored events of the streams tell, by stream."""
    names: dict[int, set[SecretName]] = {}
    for stream_id, type_, subject, structured, body in tx.rows_among(
        "SELECT stream_id, type, subject, structured, body FROM event WHERE {among}",
        "stream_id",
        stream_ids,
    ):
        try:
            data = decode_stored(body, bool(structured), type_)
        except DamagedEvent:
            # It is about to be erased; that it cannot be read must not prevent it.
            data = {}
        names.setdefault(stream_id, set()).update(names_of(type_, subject, data))
    return names


def erase_quotes(tx: Transaction, names: Collection[SecretName]) -> set[int]:
    """Erase what stored events of other subjects quote of documents of these *names*; gives the
    streams concerned, which the caller projects anew, and then gives to `drop_empty`.

    Such an event keeps its place and what rules read, so that who owes what does not change; one
    of an unknown type that is about such a document goes wholly. Messages of its streams go too,
    and the words that the ledger keeps of them; those not yet published are decided anew.
    """
    if not names:
        return set()
    wanted = Wanted.of(names)
    conceal_rejected(tx, wanted)
    conceal_naming(tx, wanted)
    conceal_sources(tx, wanted)
    forget_reasons(tx, wanted)
    streams: set[int] = set()
    for found in may_quote(tx, wanted):
        left = {
            (id_, stream_id): left_of(said, wanted)
            for id_, stream_id, said in found
            if wanted.among(quotes_in_event(said, wanted.shapes))
        }
        tx.run_each(
            "UPDATE event SET source=%s, event_id=%s, structured=false, body=%s, marks=%s"
            " WHERE id=%s",
            [
                (each.source, each.id, each.body, marks_of(each), id_)
                for (id_, _), each in left.items()
                if each
            ],
        )
        streams |= {stream_id for _, stream_id in left} | _further_streams(tx, left)
        gone = [id_ for (id_, _), each in left.items() if each is None]
        changed = [id_ for (id_, _), each in left.items() if each is not None]
        tx.run_among("DELETE FROM event_stream WHERE {among}", "event", gone)
        tx.run_among("DELETE FROM conflict WHERE {among}", "event", [*gone, *changed])
        tx.run_among("DELETE FROM event WHERE {among}", "id", gone)
    _withdraw_messages(tx, streams)
    return streams


def conceal_rejected(tx: Transaction, wanted: Wanted) -> None:
    """Forget the ids of refused messages that quote a name *wanted*."""
    rows = tx.rows("SELECT id, event_id FROM rejection WHERE event_id IS NOT NULL")
    quoting = [id_ for id_, event_id in rows if wanted.named_by(event_id)]
    tx.run_among("UPDATE rejection SET event_id=NULL WHERE {among}", "id", quoting)


def _further_streams(tx: Transaction, left: Iterable[tuple[int, int]]) -> set[int]:
    rows = tx.rows_among(
        "SELECT stream_id FROM event_stream WHERE {among}", "event", {id_ for id_, _ in left}
    )
    return {stream_id for (stream_id,) in rows}


def _withdraw_messages(tx: Transaction, streams: Collection[int]) -> None:
    """Delete every reminder of *streams* in the outbox, and what the ledger keeps of their words,
    snoozes of reasons and letters of answers; the unpublished are decided anew."""
    obligations = [
        id_
        for (id_,) in tx.rows_among(
            f"SELECT id FROM obligation WHERE {{among}} ORDER BY id{tx.engine.for_update}",
            "stream_id",
            streams,
        )
    ]
    waiting = dict[str, int](
        tx.rows_among(
            "SELECT obligation, created_at FROM outbox WHERE published_at IS NULL AND {among}",
            "obligation",
            obligations,
        )
    )
    withdraw(tx, sorted(waiting))
    for obligation, created_at in sorted(waiting.items()):
        look_again(tx, [obligation], local_date(from_micros(created_at)))
    tx.run_among("DELETE FROM outbox WHERE {among}", "stream_id", streams)
    tx.run_among("UPDATE reminder SET words=NULL WHERE {among}", "stream_id", streams)
    tx.run_among("UPDATE snooze SET reason=NULL WHERE {among}", "stream_id", streams)
    forget_answers(tx, streams)


def redactions(tx: Transaction) -> list[Redaction]:
    """Every redaction, in the order of streams."""
    return [
        Redaction(stream, level, from_micros(at), None if erased is None else from_micros(erased))
        for stream, level, at, erased in tx.rows(
            "SELECT stream, level, redacted_at, erased_at FROM redaction ORDER BY stream"
        )
    ]


def lift(tx: Transaction, keys: Collection[str]) -> int:
    """Take back the redactions of the streams *keys*; gives how many there were. What was erased
    stays erased until HSCV sends it again."""
    stored = [stored for key in keys for stored in (key, digest_of_stream(key))]
    tx.run_among("DELETE FROM redacted_name WHERE {among}", "stream", stored)
    return tx.touch_among("DELETE FROM redaction WHERE {among}", "stream", stored)
