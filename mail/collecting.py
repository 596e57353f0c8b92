"""From a mailing to what it tells: the stored state of its obligations as it is now.

What is no longer true, or has become secret, is not there. Nothing here writes or sends.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date

from ..rules.body import MailPreference
from ..rules.calendar import Calendar, OutsideCoverage
from ..rules.directory import OFFICE, Directory
from ..rules.law import Law
from ..rules.obligations import Obligation
from ..rules.reminding.addressees import addressees
from ..rules.reminding.asking import asked_of, request
from ..rules.reminding.policy import COORDINATING, OBLIGOR, STEPS
from ..rules.reminding.text import Quotes, duty_of
from ..rules.wording import Texts, capital, harmless
from ..storage.mail_leases import ClaimedMailing
from ..storage.mail_lines import CATCH_UP_STEP, MailingLine, told_before, true_lines
from ..storage.mailings import MailingKind
from ..storage.reminder_ledger import Due, with_facts
from ..storage.tables.rows import OBLIGATION_COLUMNS, obligation_of
from ..storage.transaction import Transaction
from .composing.greeting import salutation
from .digest import Digest, DigestLine, LineKind


@dataclass(frozen=True)
class Collecting:
    """By what letters are worded: the law, the directory as it is now, the texts, and where a
    body's page is."""

    law: Law
    directory: Directory
    texts: Texts
    page_of: Callable[[str], str] | None = None

    def digest(
        self,
        tx: Transaction,
        mailing: ClaimedMailing,
        on: date,
        without_address: Sequence[str] = (),
    ) -> Digest | None:
        """What *mailing* tells on the local day *on*; None where nothing of it is true any more
        or its body wants no mail. *without_address*: names of bodies that no letter reaches, for
        the Office to know."""
        lines: dict[str, list[MailingLine]] = defaultdict(list)
        for line in true_lines(tx, mailing.message_id, on):
            lines[line.obligation].append(line)
        known = told_before(tx, mailing.message_id, mailing.body, lines)
        told = tuple(
            self._line(due, heard, mailing.body, on, known)
            for due in _dues(tx, list(lines), on)
            if (heard := self._asked_still(due, lines[due.obligation.id], mailing.body, on))
        )
        body = self.directory.get(mailing.body, on)
        if not told or body is None or body.mail is MailPreference.NONE:
            return None
        return Digest(
            body=mailing.body,
            body_name=harmless(body.name),
            salutation=salutation(body),
            on=on,
            lines=told,
            single=mailing.kind == MailingKind.SINGLE,
            joined=mailing.joined,
            catch_up=all(each.step == CATCH_UP_STEP for told in lines.values() for each in told),
            without_address=tuple(without_address),
            page=self.page_of(mailing.body) if self.page_of else None,
        )

    def name(self, body: str, on: date) -> str:
        """What *body* is called: where the directory has it not, as its role."""
        if body in self.directory:
            return harmless(self.directory.name(body, on))
        return self.texts.role(body) or harmless(body)

    def _asked_still(
        self, due: Due, lines: Sequence[MailingLine], body: str, on: date
    ) -> list[MailingLine]:
        """Those of *lines* by which *body* would be asked on the day *on* as well: it has the role
        of the reminder, and nobody has put it off or has the task back, nor stopped its clock."""
        obligation, snooze = due.obligation, due.snooze
        if obligation.unasked(on) is not None:
            return []
        asked = addressees(obligation, due.coordinating, self.law.policy, self.directory, on)
        roles = next((each.roles for each in asked if each.body == body), ())
        return [
            line
            for line in lines
            if line.role in roles
            and (snooze is None or not snooze.silences(obligation, line.role, line.step, on))
        ]

    def _line(
        self,
        due: Due,
        reminders: Sequence[MailingLine],
        body: str,
        on: date,
        known: Collection[str],
    ) -> DigestLine:
        obligation, texts = due.obligation, self.texts
        names = self.law.names(obligation)
        highest = max(reminders, key=_urgency)
        quotes = Quotes(due.symbol, due.abstract, due.content)
        named = obligation.trace.get("document") or {}
        issued = named.get("issued_on")
        document = ""
        if due.symbol:
            document = texts.document(named, due.symbol, names.issuers)
        title = texts.duty(names.rule)
        bodies = self.directory.answerable(obligation.body, on, obligation.owed_since)
        obligor = ", ".join(harmless(self.directory.name(each, on)) for each in bodies)
        kind, days = standing(obligation, self.law.calendar, on)
        cite = (names.coordination if highest.role == COORDINATING else None) or obligation.cite
        return DigestLine(
            obligation=obligation.id,
            reminders=tuple(sorted({each.reminder for each in reminders})),
            kind=kind,
            new=obligation.id not in known,
            document=document,
            symbol=due.symbol,
            issued=date.fromisoformat(issued) if issued else None,
            content=quotes.content or quotes.abstract,
            rule_title=capital(title),
            due=obligation.due,
            target=obligation.target,
            working_days=days,
            article=texts.brief_citation(harmless(cite), harmless(names.cited_short)),
            asked=self._asked(obligation, body, highest.role, obligor, on),
            role=highest.role,
            step=highest.step,
            obligor=None if bodies == (body,) else obligor,
            age=self._age(obligation, on),
            duty=duty_of(obligation, on, self.directory, texts, names),
            due_at=obligation.due_at,
            target_at=obligation.target_at,
        )

    def _age(self, obligation: Obligation, on: date) -> int | None:
        if obligation.target is not None or obligation.due is not None:
            return None
        try:
            return self.law.calendar.working_days_between(obligation.opened_on, on)
        except OutsideCoverage:
            return None

    def _asked(self, obligation: Obligation, body: str, role: str, obligor: str, on: date) -> str:
        """What is asked of *body* in its *role*, a sentence."""
        rule = self.law.names(obligation).rule
        owing = self.directory.answerable(obligation.body, on, obligation.owed_since)
        if body in owing:
            return asked_of(obligation, self.directory, self.texts, on, rule)
        voice = role if role in (OBLIGOR, COORDINATING, OFFICE) else "above"
        bodies = self.name(body, on), obligor
        return request(obligation, voice, on, self.texts, rule, bodies)


def standing(obligation: Obligation, calendar: Calendar, on: date) -> tuple[LineKind, int | None]:
    """Under which heading *obligation* is told on the local day *on*, or so far, and the working
    days left, negative: late; None where the calendar does not reach."""
    due = obligation.due or obligation.target
    if due is None:
        return LineKind.WITHOUT_DEADLINE, None
    try:
        days = calendar.working_days_between(on, due)
        working = calendar.is_working(on)
    except OutsideCoverage:
        days = None
    if due < on or obligation.is_past(on):
        return LineKind.OVERDUE, days
    # On a day off nobody is told that it is the last working day.
    today = due == on or (days is not None and days <= 0 and working)
    return (LineKind.DUE_TODAY if today else LineKind.DUE_SOON), days


def _dues(tx: Transaction, obligations: Sequence[str], on: date) -> list[Due]:
    """*obligations* with what is stored around them."""
    columns = ", ".join(f"o.{name}" for name in OBLIGATION_COLUMNS)
    rows = tx.rows_among(
        f"SELECT {columns}, s.key FROM obligation o JOIN stream s ON s.id = o.stream_id"
        " WHERE {among} ORDER BY o.id",
        "o.id",
        obligations,
    )
    return with_facts(tx, [obligation_of(row[:-1], row[-1]) for row in rows], on)


def _urgency(line: MailingLine) -> int:
    return STEPS.index(line.step) if line.step in STEPS else -1
