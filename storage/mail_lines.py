"""What bodies are to be told of by mail: a line for each obligation and reminder, as they came.

No word of a document is here: what a letter says is taken from the stored state when it is
composed, and what is no longer true by then is left out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from ..rules.reminding.policy import ESCALATED
from ..rules.reminding.reminder import Reminder
from ..rules.reminding.snooze import SNOOZABLE
from .database import Store
from .engines.engine import Row
from .tables.forms import day_of, day_text, to_micros
from .tables.mail_models import MailingLineRow
from .transaction import Transaction
from .withdrawing import look_again_unless_held

_LINE_COLUMNS = (
    *("reminder", "obligation", "stream_id", "body", "role", "step", "target"),
    *("recorded_at", "over_limit"),
)
_STILL_TRUE = (
    "EXISTS (SELECT 1 FROM obligation o WHERE o.id = mailing_line.obligation"
    " AND (o.closed_on IS NULL OR o.closed_on > %s)"
    " AND COALESCE(CAST(o.target AS TEXT), '') = mailing_line.target)"
)
"""Of a line: that the obligation is open on the day of the parameter, with the target that it was
reminded of with. What became secret has no row any more."""

_SILENT = ", ".join(f"'{role}'" for role in sorted(SNOOZABLE))
PUT_OFF = (
    f"(role IN ({_SILENT}) AND step <> '{ESCALATED}' AND EXISTS (SELECT 1 FROM snooze s"
    " JOIN obligation o ON o.id = s.obligation WHERE s.obligation = mailing_line.obligation"
    " AND s.lifted_at IS NULL AND s.until >= %s AND o.due >= %s))"
)
"""Of a line: that its obligation is snoozed on the day of both parameters, so that it waits
(`Snooze.silences`; the day alone counts here, also where it is due at a moment)."""

FORGOTTEN = ""
"""In place of a mail server's answer, while a letter is in hand: it is not to be kept."""
CATCH_UP_STEP = "catch_up"
"""In place of a step: it is told in a digest of the first start."""


@dataclass(frozen=True, slots=True)
class MailingLine:
    """An obligation that a body is to be told of, by the id of a reminder; ``over_limit``: it was
    to have a letter of its own, and there were too many of those on the day."""

    reminder: str
    obligation: str
    role: str
    step: str
    over_limit: bool


def record_reminders(
    store: Store, told: Mapping[str, str], digests: Collection[str], at: datetime
) -> int:
    """Remember, at the aware time *at*, that bodies are to be told of the reminders whose ids
    *told* has, each with its obligation, and of what the *digests* of the first start tell, by the
    ids of their messages; gives how many were new. What the ledger does not have was withdrawn, or
    is about something secret: there is nothing to tell.
    """

    def record(tx: Transaction) -> int:
        obligations = {*told.values(), *(row[1] for row in _of_digests(tx, digests))}
        # Held, so that what makes them secret waits, and finds what is written here.
        tx.rows_among(
            f"SELECT id FROM obligation WHERE {{among}} ORDER BY id{tx.engine.for_update}",
            "id",
            obligations,
        )
        lines = [*_of_reminders(tx, told), *_of_digests(tx, digests)]
        return _insert_lines(tx, [(*line, to_micros(at), False) for line in lines])

    return store.transact(record) if told or digests else 0


def _of_reminders(tx: Transaction, told: Mapping[str, str]) -> list[Row]:
    rows = tx.rows_among(
        "SELECT obligation, step, target, occurrence, role, body, stream_id FROM reminder"
        " WHERE {among}",
        "obligation",
        set(told.values()),
    )
    lines = []
    for *entry, stream in rows:
        obligation, step, target, _, role, body = entry
        if (id_ := _id_of(tuple(entry))) in told:
            lines.append((id_, obligation, stream, body, role, step, target))
    return lines


def _of_digests(tx: Transaction, digests: Collection[str]) -> list[Row]:
    """What the messages *digests* tell of, but what a body is told of by an earlier one."""
    return tx.rows_among(
        "SELECT c.message_id, r.obligation, r.stream_id, r.body, r.role,"
        f" '{CATCH_UP_STEP}', r.target FROM catch_up c JOIN reminder r ON r.catch_up = c.token"
        " WHERE NOT EXISTS (SELECT 1 FROM mailing_line l WHERE l.obligation = r.obligation"
        f"  AND l.body = r.body AND l.step = '{CATCH_UP_STEP}' AND l.reminder <> c.message_id)"
        " AND {among}",
        "c.message_id",
        digests,
    )


def _id_of(entry: Row) -> str:
    obligation, step, target, occurrence, role, body = entry
    # Neither the offset nor the day is part of a reminder's identity.
    return Reminder(
        obligation, step, day_of(target or None), occurrence, role, body, 0, date.min
    ).id


def _insert_lines(tx: Transaction, rows: Sequence[Row]) -> int:
    if not rows:
        return 0
    before = _count_lines(tx, rows)
    tx.engine.ensure(MailingLineRow, _LINE_COLUMNS, rows)
    return _count_lines(tx, rows) - before


def _count_lines(tx: Transaction, rows: Sequence[Row]) -> int:
    found = tx.rows_among(
        "SELECT obligation, reminder FROM mailing_line WHERE {among}",
        "obligation",
        {row[1] for row in rows},
    )
    return len({(row[1], row[0]) for row in rows} & {(each[0], each[1]) for each in found})


def bodies_to_tell(tx: Transaction, today: date) -> dict[str, set[str]]:
    """The bodies for which something is to be put into a letter on the local date *today*, with
    the steps of it; those over the day's limit of single letters under no step."""
    found: dict[str, set[str]] = {}
    for body, step, over in tx.rows(
        "SELECT body, step, over_limit FROM mailing_line WHERE mailing IS NULL"
        f" AND NOT {PUT_OFF} GROUP BY body, step, over_limit",
        day_text(today),
        day_text(today),
    ):
        found.setdefault(body, set()).update(() if over else (step,))
    return found


def drop_untrue(tx: Transaction, body: str, today: date) -> int:
    """Forget what waits for a letter to *body* and is no longer true on the local date *today*."""
    return tx.touch(
        f"DELETE FROM mailing_line WHERE mailing IS NULL AND body=%s AND NOT {_STILL_TRUE}",
        body,
        day_text(today),
    )


def true_lines(tx: Transaction, mailing: str, today: date) -> list[MailingLine]:
    """What of the letter *mailing* is still true on the local date *today*."""
    return lines_from(
        tx.rows(
            "SELECT reminder, obligation, role, step, over_limit FROM mailing_line"
            f" WHERE mailing=%s AND {_STILL_TRUE} ORDER BY recorded_at, reminder, obligation",
            mailing,
            day_text(today),
        )
    )


def told_before(tx: Transaction, mailing: str, body: str, obligations: Collection[str]) -> set[str]:
    """Those of *obligations* that an earlier letter than *mailing* has told *body* of."""
    rows = tx.rows_among(
        "SELECT DISTINCT l.obligation FROM mailing_line l"
        " JOIN mailing m ON m.message_id = l.mailing"
        " WHERE m.state=%s AND l.body=%s AND l.mailing<>%s AND {among}",
        "l.obligation",
        obligations,
        "sent",
        body,
        mailing,
    )
    return {obligation for (obligation,) in rows}


def forget_lines(tx: Transaction, streams: Collection[int]) -> None:
    """Forget all that bodies were or are to be told of *streams*, which became secret, and what a
    mail server said of such letters: a letter with nothing left is never sent."""
    forget_answers(tx, streams)
    tx.run_among("DELETE FROM mailing_line WHERE {among}", "stream_id", streams)


def forget_answers(tx: Transaction, streams: Collection[int]) -> None:
    """Forget what a mail server said, or is about to say, of letters that tell of *streams*."""
    mailings = tx.rows_among(
        "SELECT DISTINCT mailing FROM mailing_line WHERE mailing IS NOT NULL AND {among}",
        "stream_id",
        streams,
    )
    tx.run_among(
        f"UPDATE mailing SET answer=CASE WHEN lease_token IS NULL THEN NULL ELSE '{FORGOTTEN}' END"
        " WHERE {among}",
        "message_id",
        [row[0] for row in mailings],
    )


def leave_untold(tx: Transaction, mailing: str, told: Collection[str], today: date) -> None:
    """The letter *mailing* tells of the obligations *told* and of no other on the local date
    *today*: what is snoozed waits for another letter; the rest is forgotten, and is decided anew,
    since somebody else may answer for it by now."""
    rows = tx.rows("SELECT obligation FROM mailing_line WHERE mailing=%s", mailing)
    left = {obligation for (obligation,) in rows}.difference(told)
    tx.run_among(
        f"UPDATE mailing_line SET mailing=NULL WHERE mailing=%s AND {PUT_OFF} AND {{among}}",
        "obligation",
        left,
        mailing,
        day_text(today),
        day_text(today),
    )
    tx.run_among(
        "DELETE FROM mailing_line WHERE mailing=%s AND {among}", "obligation", left, mailing
    )
    look_again_unless_held(tx, left, today)


def waiting_lines(tx: Transaction, body: str, today: date) -> list[MailingLine]:
    """What is to go into a letter to *body* on the local date *today*, the oldest first, locked."""
    return lines_from(
        tx.rows(
            "SELECT reminder, obligation, role, step, over_limit FROM mailing_line"
            f" WHERE mailing IS NULL AND body=%s AND NOT {PUT_OFF}"
            f" ORDER BY recorded_at, reminder, obligation{tx.engine.for_update}",
            body,
            day_text(today),
            day_text(today),
        )
    )


def lines_from(rows: Sequence[Row]) -> list[MailingLine]:
    """The lines of rows with reminder, obligation, role, step and whether it is over the limit."""
    return [
        MailingLine(reminder, obligation, role, step, bool(over))
        for reminder, obligation, role, step, over in rows
    ]
