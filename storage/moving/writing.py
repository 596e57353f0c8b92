"""What is carried, written as rows: from the objects of a file's lines, which are checked first.

What is there already stays as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..engines.engine import Row
from ..streams import claim_streams
from ..tables.models import OutboxRow
from ..transaction import Transaction
from .carried import (
    ATTENTION,
    CARRIED,
    MESSAGE,
    MESSAGE_FIELDS,
    REMINDER,
    SETTING,
    require_known,
    stream_of_told,
    values_of,
)

ATTENTION_FIELDS = {
    "obligation": CARRIED["former_deadline"].fields["obligation"],
    "on": CARRIED["former_deadline"].fields["until"],
}


def check_line(kind: str, told: object) -> None:
    """Raise ValueError where *told* is no line of *kind*, with what is wrong."""
    if kind == ATTENTION:
        values_of(ATTENTION_FIELDS, told)
    elif kind in CARRIED:
        rows_told(kind, [told])
    else:
        raise ValueError(f"{kind[:40]!r} is not known here; it may be of a newer dondoc")


def object_told(told: object) -> dict[str, Any]:
    """*told*, which has to be an object. Raises ValueError."""
    if not isinstance(told, dict):
        raise ValueError("no object")  # noqa: TRY004 - what a file says, not what a caller does
    return told


def rows_told(kind: str, told: Sequence[object]) -> list[tuple[str | None, Row, Row | None]]:
    """Of each line its stream, its row, and the row of its message."""
    carried = CARRIED[kind]
    extra = {"stream"} if carried.of_stream else set()
    extra |= {MESSAGE} if kind == REMINDER else set()
    found = []
    for each in map(object_told, told):
        require_known(each, frozenset({*carried.fields, *extra}))
        message = each.get(MESSAGE) if kind == REMINDER else None
        found.append(
            (
                stream_of_told(each) if carried.of_stream else None,
                values_of(carried.fields, each),
                None if message is None else values_of(MESSAGE_FIELDS, message),
            )
        )
    return found


def write_told(tx: Transaction, kind: str, told: Sequence[object]) -> None:
    """Write lines of *kind*; what is there already stays as it is."""
    carried = CARRIED[kind]
    rows = rows_told(kind, told)
    if not rows:
        return
    if kind == SETTING:
        for _, (key, value), _ in rows:
            tx.set_setting(key, value)
        return
    names = list(carried.fields)
    if not carried.of_stream:
        tx.engine.ensure(carried.model, names, [row for _, row, _ in rows])
        return
    streams = claim_streams(tx, {stream for stream, _, _ in rows if stream is not None})
    ids = [streams[stream].id for stream, _, _ in rows if stream is not None]
    columns = ["stream_id", *names]
    full = [(id_, *row) for id_, (_, row, _) in zip(ids, rows, strict=True)]
    tx.engine.ensure(carried.model, columns, full)
    if kind == REMINDER:
        _write_messages(tx, names, full, [message for _, _, message in rows])


def _write_messages(
    tx: Transaction, names: Sequence[str], reminders: Sequence[Row], messages: Sequence[Row | None]
) -> None:
    """The outbox rows of *reminders*, which are written."""
    claim = ("obligation", "step", "target", "occurrence", "role", "body")
    places = [names.index(each) + 1 for each in claim]
    obligation = names.index("obligation") + 1
    rows = []
    for reminder, message in zip(reminders, messages, strict=True):
        if message is None:
            continue
        ((entry,),) = tx.rows(
            f"SELECT id FROM reminder WHERE {' AND '.join(f'{each}=%s' for each in claim)}",
            *(reminder[place] for place in places),
        )
        rows.append((entry, reminder[0], reminder[obligation], *message))
    columns = ("reminder", "stream_id", "obligation", *MESSAGE_FIELDS)
    if rows:
        tx.engine.ensure(OutboxRow, columns, rows)
