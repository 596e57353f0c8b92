"""The indexes of the tables, and all tables with them.

No index covers text that a document says, so that erasing a subject erases it once.
"""

from __future__ import annotations

from typing import Any

from peewee import SQL, Model

from .archive_models import ArchivedCountRow, ArchivedStreamRow
from .catch_up_models import CatchUpRow, FoundLaterRow
from .mail_models import MailingLineRow, MailingRow
from .models import (
    EventRow,
    FormerDeadlineRow,
    FurtherStreamRow,
    ObligationRow,
    OutboxRow,
    ReminderRow,
    StreamRow,
    Table,
    TaskRow,
)
from .number_models import NumberingRow, NumberRunRow, NumberToldRow
from .secrecy_models import RedactedNameRow, RedactedShapeRow, RedactionRow
from .snooze_model import SnoozeRow
from .trail_model import AuditRow

KNOWN_KINDS = ("document", "feedback", "inspection", "reports")
"""The kinds of streams that the index of the others leaves out: those of the contract when it was
made. One that is added later is in the index until a migration makes it again."""
OTHER_KIND = " AND ".join(f"substr(key, 1, {len(kind) + 1}) <> '{kind}:'" for kind in KNOWN_KINDS)
"""A condition on the key of a stream that holds for no known kind; whoever asks for it writes it
as it stands here, so that the index serves."""

_KNOWN_TYPES = (
    *("document.issued", "document.received", "document.classified", "document.corrected"),
    *("document.withdrawn", "document.secrecy_changed", "task.assigned", "task.accepted"),
    *("task.returned", "task.reassigned", "task.due_changed", "task.corrected", "task.progress"),
    *("task.completed", "task.completion_rejected", "task.withdrawn", "task.difficulty"),
    *("task.directed", "task.urged", "task.written_update", "task.discrepancy_found"),
    *("feedback.received", "feedback.answered", "feedback.direction_issued"),
    *("inspection.decided", "inspection.ended", "inspection.reported"),
    *("inspection.dossier_item_added", "report.requested", "report.submitted"),
    *("report.published", "plan.approved"),
)
OTHER_TYPE = " AND ".join(f"type <> '{type_}'" for type_ in _KNOWN_TYPES)
"""The same for types of events: those of the contract when the index was made."""

NEVER_QUOTING = (
    *(type_ for type_ in _KNOWN_TYPES if type_.startswith(("document.", "task."))),
    *("task.extension_requested", "task.extension_granted", "task.extension_refused"),
    "task.result_accepted",
)
"""The types of a document's own events that were known when the index of all others was made."""
QUOTABLE = " AND ".join(f"type <> '{type_}'" for type_ in NEVER_QUOTING)
"""The same for the events that may have to go with another subject, since they quote it."""

REPORTS_ALONE = "substr(key, 1, 8) = 'reports:'"
"""The same for the streams of what bodies report."""


def _index(
    model: type[Model], name: str, fields: str, *, unique: bool = False, where: Any = None
) -> None:
    """Give *model* an index. One with *where* has only the rows that are open, recent or odd:
    its size follows the work at hand, not the whole history."""
    columns = [getattr(model, field) for field in fields.split()]
    model.add_index(model.index(*columns, unique=unique, where=where, name=name))


_index(StreamRow, "stream_key", "key", unique=True)
_opening, _missing, _flags = StreamRow.next_opening, StreamRow.missing, StreamRow.flags
_index(StreamRow, "stream_opening", "next_opening", where=_opening.is_null(False))
_index(StreamRow, "stream_missing", "missing", where=_missing.is_null(False))
_index(StreamRow, "stream_flags", "flags", where=_flags.is_null(False))

_index(StreamRow, "stream_symbol", "symbol_key", where=StreamRow.symbol_key.is_null(False))
_index(StreamRow, "stream_other_kind", "key", where=SQL(OTHER_KIND))
_index(StreamRow, "stream_reports", "id", where=SQL(REPORTS_ALONE))

# The id first: it alone nearly always finds the row.
_index(EventRow, "event_identity", "event_id source", unique=True)
_index(EventRow, "event_of_stream", "stream_id")
_index(EventRow, "event_conflict", "id", where=EventRow.conflicts > 0)
_index(EventRow, "event_told", "time stream_id")
_index(EventRow, "event_received", "received_at stream_id")
_index(EventRow, "event_other_type", "type", where=SQL(OTHER_TYPE))
# All that is asked, so that whoever looks for a quote reads no event that cannot have it.
_index(EventRow, "event_quotable", "id type marks", where=SQL(QUOTABLE))
_index(FurtherStreamRow, "event_stream_event", "event")

_undone = TaskRow.done_on.is_null() & TaskRow.ended_on.is_null()
_done = TaskRow.done_on.is_null(False)
_index(TaskRow, "task_identity", "stream_id task_id lead", unique=True)
_index(TaskRow, "task_open", "lead status overdue_on", where=_undone)
_index(TaskRow, "task_done", "done_on lead due ended_on", where=_done)

_unmet, _closed = ObligationRow.closed_on.is_null(), ObligationRow.closed_on.is_null(False)
_waiting = ObligationRow.next_reminder_on.is_null(False)
_by_due = "due rule body met_on closed_on opened_on breach_on"
_index(ObligationRow, "obligation_of_stream", "stream_id")
_open_by = "rule body overdue_on due opened_on breach_on closed_on"
_index(ObligationRow, "obligation_open", _open_by, where=_unmet)
_index(ObligationRow, "obligation_closed_due", _by_due, where=_closed)
_index(ObligationRow, "obligation_closed_on", "closed_on", where=_closed)
_of_body = "body closed_on due breach_on opened_on stream_id"
_index(ObligationRow, "obligation_of_body", _of_body)
for _moment in ("target_at", "due_at"):
    _there = getattr(ObligationRow, _moment).is_null(False)
    _index(ObligationRow, f"obligation_{_moment}", _moment, where=_there)
_index(ObligationRow, "obligation_attention", "next_reminder_on id", where=_waiting)

_index(FormerDeadlineRow, "former_deadline_of_obligation", "obligation")
_index(FormerDeadlineRow, "former_deadline_of_stream", "stream_id")

_index(ReminderRow, "reminder_claim", "obligation step target occurrence role body", unique=True)
_index(ReminderRow, "reminder_of_stream", "stream_id")
_index(ReminderRow, "reminder_decided", "decided_at")
_index(ReminderRow, "reminder_of_body", "body decided_at")
_index(ReminderRow, "reminder_of_step", "step decided_at")
_worded = ReminderRow.words.is_null(False)
_index(ReminderRow, "reminder_worded", "decided_at", where=_worded)

_in_catch_up = ReminderRow.catch_up.is_null(False)
_caught_up = _in_catch_up & ReminderRow.published_at.is_null()
_index(ReminderRow, "reminder_in_catch_up", "catch_up", where=_in_catch_up)
_index(ReminderRow, "reminder_caught_up", "obligation", where=_caught_up)

_open = CatchUpRow.closed_at.is_null()
_index(CatchUpRow, "catch_up_open", "body", unique=True, where=_open)
_index(CatchUpRow, "catch_up_closed", "closed_at")
_index(FoundLaterRow, "found_later_of_stream", "stream_id")
_index(FoundLaterRow, "found_later_new", "obligation", where=FoundLaterRow.found_at.is_null())

_published = OutboxRow.published_at.is_null(False)
_pending = OutboxRow.published_at.is_null()
_index(OutboxRow, "outbox_reminder", "reminder", unique=True)
_index(OutboxRow, "outbox_message", "message_id", unique=True)
_index(OutboxRow, "outbox_of_stream", "stream_id")
_index(OutboxRow, "outbox_pending", "id", where=_pending)
_index(OutboxRow, "outbox_withdrawal", "obligation", where=_pending)
_index(OutboxRow, "outbox_published", "published_at", where=_published)

_index(AuditRow, "audit_token", "token", unique=True)

_untold = MailingLineRow.mailing.is_null()
_index(MailingRow, "mailing_due", "next_attempt_at", where=MailingRow.ended_at.is_null())
_index(MailingRow, "mailing_of_body", "body day kind")
_index(MailingRow, "mailing_recorded", "recorded_at")
_index(MailingLineRow, "mailing_line_waiting", "body", where=_untold)
_index(MailingLineRow, "mailing_line_of_mailing", "mailing")
_index(MailingLineRow, "mailing_line_of_obligation", "obligation")
_index(MailingLineRow, "mailing_line_of_stream", "stream_id")

_index(SnoozeRow, "snooze_of_obligation", "obligation decided_at", unique=True)
_index(SnoozeRow, "snooze_of_stream", "stream_id")

_IN_MODELS = tuple(each for each in Table.__subclasses__() if each.__module__ == Table.__module__)
MODELS: tuple[type[Model], ...] = (
    *_IN_MODELS,
    RedactionRow,
    RedactedNameRow,
    RedactedShapeRow,
    AuditRow,
    ArchivedStreamRow,
    ArchivedCountRow,
    MailingRow,
    MailingLineRow,
    CatchUpRow,
    FoundLaterRow,
    SnoozeRow,
    NumberingRow,
    NumberRunRow,
    NumberToldRow,
)
"""Every table, whatever else was imported; no foreign keys bind them (docs/storage.md says why)."""
