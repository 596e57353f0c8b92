"""Sends the letters that are due, one by one: claimed, composed of the state as it is, handed over,
and marked by what the mail server said.

Nothing is handed over that the database does not hold as handed over already, and nothing after
its lease. A letter that may be there goes again only as the same.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ..connector.database_outages import until_possible
from ..connector.transport import Stopping
from ..rules.directory import Directory
from ..rules.events import local_date
from ..rules.faults import tell_fault_briefly
from ..rules.law import Law
from ..rules.moments import so_far
from ..rules.wording import Texts
from ..storage.database import StorageError, Store
from ..storage.mail_leases import (
    LONGEST_PAUSE,
    ClaimedMailing,
    claim_mailing,
    due_bodies,
    end_mailing,
    end_unreachable,
    leave_unanswered,
    postpone_mailing,
)
from ..storage.mailings import MailingKind, MailingState
from ..storage.questions.mailings import untold
from ..storage.recipients import Recipients
from ..storage.transaction import Transaction
from .collecting import Collecting
from .composing.message import compose
from .digest import Digest, Mailbox
from .plan import MailPlan
from .smtp import Handed, LetterFate, Session

log = logging.getLogger(__name__)

BEGIN_SECONDS = 20.0
"""A letter is composed and begun within so long of its claim, or not sent by it."""
ANSWERS = 3
"""A lease lasts so many of the server's timeouts longer."""
HANGING_ANSWERS = 20
"""Whoever waits for so many answers in a row hangs: a letter takes a dozen."""
MOST_UNANSWERED = 5
"""So often a letter goes without an answer: whoever reads it may have got each of them."""
_PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30))
"""Before its next try, a letter that the server did not take: greylisting lasts some minutes."""
_MINUTE = 60.0
_UNTRUE = "nothing that it tells is true any more"
_UNTRUE_THERE = "nothing that it tells is true any more; the server may have it"
_AGAIN_SECONDS = 30.0
_KNOWN_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class ComposedLetter:
    """A letter as it is handed over: what it tells, its bytes, and whom it is still for."""

    digest: Digest
    content: bytes
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    """Who may be written to, as it was *looked* up, in seconds of `time.monotonic()`: at most
    until the aware time *until*."""

    recipients: Mapping[str, Recipients]
    looked: float
    until: datetime


class Sending:
    """Sends by *plan* through *session*. For one thread."""

    def __init__(
        self,
        store: Store,
        law: Law,
        texts: Texts,
        plan: MailPlan,
        session: Session,
        timeout: float,
        stopping: Stopping,
    ) -> None:
        self._store = store
        self._law = law
        self._texts = texts
        self._plan = plan
        self._session = session
        self._stopping = stopping
        self._longest = HANGING_ANSWERS * timeout
        self._lease = BEGIN_SECONDS + ANSWERS * timeout
        self._known: _Known | None = None
        self._begun: deque[float] = deque(maxlen=plan.per_minute)

    def once(self, directory: Directory, now: datetime) -> bool:
        """Send one letter that is due at the aware time *now*; gives whether there was one. Raises
        ServerAway, with nothing claimed, StorageError and OutsideCoverage."""
        with self._stopping.longer(self._longest):
            return self._once(directory, now)

    def _once(self, directory: Directory, now: datetime) -> bool:
        begun = time.monotonic()
        if not self._recipients_known(directory, now):
            self._session.close()
            return False
        self._session.open()
        # A server may take minutes to answer: the window may have closed meanwhile, and the lease
        # begins now.
        taken = time.monotonic()
        taken_at = now + timedelta(seconds=taken - begun)
        recipients = self._recipients_known(directory, taken_at)
        if not recipients:
            return False
        claimed = claim_mailing(self._store, recipients, taken_at, self._lease)
        if claimed is None:
            self._known = None
            return False
        open_for = (self._law.policy.window.closing(taken_at) - taken_at).total_seconds()
        until = taken + min(BEGIN_SECONDS, open_for)
        letter = self._composed(claimed, directory, taken_at)
        if letter is not None:
            self._begun.append(time.monotonic())
            handed = self._session.hand_over(self._plan.sender, letter.to, letter.content, until)
            handed_at = now + timedelta(seconds=time.monotonic() - begun)
            # The server has it, or said why not: that must not be lost with the database away.
            until_possible(
                lambda: self._mark(claimed, letter, handed, handed_at),
                self._stopping,
                _AGAIN_SECONDS,
            )
        return True

    def pause(self) -> float:
        """Seconds until the next letter may go: no more in a minute than the plan has."""
        if len(self._begun) < self._plan.per_minute:
            return 0.0
        return max(0.0, self._begun[0] + _MINUTE - time.monotonic())

    def _recipients_known(self, directory: Directory, now: datetime) -> Mapping[str, Recipients]:
        """The same as a moment ago, in the same window, or as it is: of many letters, all are
        looked through for it."""
        known = self._known
        if known is None or time.monotonic() - known.looked >= _KNOWN_SECONDS or now >= known.until:
            found = self._recipients(directory, now)
            closing = self._law.policy.window.closing(now)
            self._known = known = _Known(found, time.monotonic(), closing)
        return known.recipients

    def _recipients(self, directory: Directory, now: datetime) -> dict[str, Recipients]:
        """Of the bodies that may be written to now and have a letter that is due, the addresses;
        letters to those without any end."""
        today = local_date(now)
        found = {}
        for body, may_go in self._store.read(lambda tx: due_bodies(tx, now)).items():
            entry = directory.get(body, today)
            if entry is None or not entry.emails:
                end_unreachable(self._store, body, now, self._lease)
                continue
            opening = self._law.policy.next_opening(now, self._law.calendar, body)
            if may_go and opening == now:
                found[body] = Recipients.of(entry.emails, entry.copies)
        return found

    def _composed(
        self, claimed: ClaimedMailing, directory: Directory, now: datetime
    ) -> ComposedLetter | None:
        """The letter of *claimed*; None where it has ended without one."""
        if not claimed.recipients.left:
            # Whom the directory has by now has it.
            end_mailing(self._store, claimed, MailingState.SENT, now)
            return None
        collecting = Collecting(self._law, directory, self._texts, self._plan.page_of)
        on = so_far(now)

        def read(tx: Transaction) -> Digest | None:
            if claimed.body != directory.office(on) or claimed.kind != MailingKind.DIGEST:
                return collecting.digest(tx, claimed, on)
            unreachable = [b for b in untold(tx) if lacks_address(directory, b, on)]
            names = sorted(collecting.name(body, on) for body in unreachable)
            return collecting.digest(tx, claimed, on, names)

        try:
            digest = self._store.read(read)
            if digest is None:
                self._end_untrue(claimed, now)
                return None
            box = self._mailbox(claimed, directory, now)
            message = compose(digest, box, claimed.message_id, now)
            content = bytes(message)
        except StorageError:
            raise
        except Exception as error:  # noqa: BLE001 - one letter must not keep the others from going
            told = tell_fault_briefly(error)
            log.error("a letter to %s cannot be composed: %s", claimed.body, told)  # noqa: TRY400
            self._end_untaken(claimed, f"a fault of dondoc: {told}", now)
            return None
        return ComposedLetter(digest, content, claimed.recipients.left)

    def _end_untrue(self, claimed: ClaimedMailing, now: datetime) -> None:
        """End a letter of which nothing is true any more. What it told somebody stays told; where
        nobody knows whether it did, an operator is to see that."""
        if claimed.recipients.some_have_it:
            self._end_untaken(claimed, _UNTRUE, now)
        elif claimed.may_be_there:
            self._end_untaken(claimed, _UNTRUE_THERE, now)
        else:
            end_mailing(self._store, claimed, MailingState.VOID, now, told=())

    def _mailbox(self, claimed: ClaimedMailing, directory: Directory, now: datetime) -> Mailbox:
        plan, to = self._plan, claimed.recipients
        office = directory.office(local_date(now))
        name = plan.sender_name or (directory.name(office, local_date(now)) if office else "")
        return Mailbox(name, plan.sender, to.to, plan.list_id, to.copies, plan.reply_to)

    def _mark(
        self, claimed: ClaimedMailing, letter: ComposedLetter, handed: Handed, now: datetime
    ) -> None:
        """Write what became of a letter."""
        store, until = self._store, now + _pause_after(claimed.attempts)
        told: set[str] | None = {line.obligation for line in letter.digest.lines}
        if claimed.recipients.some_have_it:
            # They were told by the letter as it was then.
            told = None
        match handed.fate:
            case LetterFate.TAKEN if handed.later:
                missed = (*handed.later, *handed.never)
                postpone_mailing(store, claimed, until, handed.answer, missed, told)
            case LetterFate.TAKEN:
                end_mailing(
                    store, claimed, MailingState.SENT, now, handed.answer, told, handed.never
                )
            case LetterFate.LATER | LetterFate.UNSENT:
                # Of a letter that some have, the others alone are left.
                left = claimed.recipients.left if claimed.stored is not None else None
                postpone_mailing(store, claimed, until, handed.answer, left)
            case LetterFate.NEVER:
                self._end_untaken(claimed, handed.answer, now)
                # What it said may hold words of the letter.
                log.warning(
                    "the mail server refused a letter to %s: see `dondoc mail list`", claimed.body
                )
            case LetterFate.UNKNOWN:
                self._unanswered(claimed, handed.answer, until, now)

    def _unanswered(
        self, claimed: ClaimedMailing, answer: str, until: datetime, now: datetime
    ) -> None:
        tries = claimed.recipients.unanswered + 1
        if tries < MOST_UNANSWERED:
            leave_unanswered(self._store, claimed, until, answer)
            return
        told = f"{answer}: the same {tries} times, and the server may have it"
        self._end_untaken(claimed, told, now)
        log.warning(
            "the mail server never answered for a letter to %s: see `dondoc mail list`",
            claimed.body,
        )

    def _end_untaken(self, claimed: ClaimedMailing, answer: str, now: datetime) -> None:
        """End a letter that goes no further by itself: some may have it, the others have not."""
        some = claimed.recipients.some_have_it
        state = MailingState.SENT if some else MailingState.REFUSED
        left = claimed.recipients.left
        end_mailing(self._store, claimed, state, now, answer, missed=left)


def lacks_address(directory: Directory, body: str, on: date) -> bool:
    """Whether *body* should be written to on the local day *on* and cannot be: not one that has
    ended, whose address nobody needs any more."""
    entry = directory.get(body, on)
    return entry is None or (entry.lacks_address and not directory.has_ended(body, on))


def _pause_after(attempts: int) -> timedelta:
    return _PAUSES[attempts - 1] if attempts <= len(_PAUSES) else LONGEST_PAUSE
