"""Letters go out as they are due, each once, and say what is true: a database and a mail server."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import cast

import pytest
from dondoc.connector.transport import Stopping
from dondoc.mail.gathering import FIRST_REMINDERS, STRAGGLERS, Gathering
from dondoc.mail.plan import MailPlan
from dondoc.mail.sending import MOST_UNANSWERED, Sending
from dondoc.mail.server import MailServer, Tls
from dondoc.mail.smtp import Handed, ServerAway, Session
from dondoc.rules.body import Body, MailPreference
from dondoc.rules.calendar import Calendar
from dondoc.rules.directory import Directory
from dondoc.rules.events import LOCAL
from dondoc.rules.law import Law
from dondoc.rules.reminding.policy import Policy, Quiet
from dondoc.storage.advancing import advance
from dondoc.storage.database import Store, open_store
from dondoc.storage.mail_leases import retry_mailings
from dondoc.storage.mail_lines import record_reminders
from dondoc.storage.mailings import MailingState
from dondoc.storage.questions.mailings import ToldMailing, mailing_figures, mailings, untold
from dondoc.storage.secrecy.remains import redact_untold
from dondoc.storage.taking_in import record
from support.mailing import remind_of
from support.plain_law import PlainLaw, assigned, completed, issued
from support.reminding import calendar, policy, texts
from support.smtp_server import CUT, Letter, Receiver, receiving
from support.stores import SINCE, count

MORNING = datetime(2026, 3, 20, 7, 45, tzinfo=LOCAL)
"""A Friday."""
MONDAY = MORNING + timedelta(days=3)
TO, COPY = "ldtbxh@huyen.example", "copy@huyen.example"


@dataclass(frozen=True)
class MailedLaw(PlainLaw):
    policy: Policy = field(default_factory=policy)
    calendar: Calendar = field(default_factory=calendar)


def bodies(**changed: object) -> Directory:
    lead = Body("ldtbxh", "Phòng Lao động", "department", emails=(TO,), copies=(COPY,))
    office = Body("vp", "Văn phòng", "office", emails=("vp@huyen.example",))
    commune = Body("tanhiep", "Xã Tân Hiệp", "commune")
    return Directory(
        {each.code: each for each in (replace(lead, **changed), office, commune)}  # type: ignore[arg-type]
    )


class Mail:
    """A store with tasks to tell of, and what sends letters about them."""

    def __init__(self, store: Store, receiver: Receiver, **plan: object) -> None:
        self.store = store
        self.law = MailedLaw()
        self.plan = MailPlan("vp@huyen.example", "list.huyen.example", **plan)  # type: ignore[arg-type]
        self.session = Session(MailServer("127.0.0.1", receiver.port, Tls.OFF, timeout=2))
        self.directory = bodies()
        self.use(self.law)

    def use(self, law: MailedLaw) -> None:
        known = cast(Law, law)
        self.gathering = Gathering(self.store, known, self.plan)
        self.sending = Sending(self.store, known, texts(), self.plan, self.session, 2.0, Stopping())

    def tell(self, subject: str, step: str, at: datetime = MORNING, occurrence: int = 0) -> None:
        told = remind_of(self.store, subject, step, at, occurrence)
        assert record_reminders(self.store, told, (), at) == 1

    def pass_(self, now: datetime = MORNING, *, settled: bool = True) -> int:
        """Gather and send what is due; gives how many letters were tried."""
        self.gathering.once(self.directory, now, settled=settled)
        self.sending._known = None
        tried = 0
        while self.sending.once(self.directory, now):
            tried += 1
        return tried

    @property
    def rows(self) -> list[ToldMailing]:
        return mailings(self.store, None, 100)

    @property
    def states(self) -> list[str]:
        return sorted(each.state for each in self.rows)


@pytest.fixture(scope="module")
def server() -> Iterator[Receiver]:
    with receiving() as taken:
        yield taken


@pytest.fixture
def receiver(server: Receiver) -> Receiver:
    server.letters.clear()
    server.to_letter.clear()
    server.to_recipient.clear()
    return server


@pytest.fixture
def mail(tmp_path: Path, receiver: Receiver) -> Iterator[Mail]:
    store = open_store(f"sqlite:///{tmp_path / 'dondoc.db'}")
    store.migrate(SINCE)
    made = Mail(store, receiver)
    advance(store, made.law, date(2026, 3, 2))
    tasks = [each for n in (1, 2, 3) for each in (issued(f"d{n}"), assigned(f"d{n}", f"t{n}"))]
    record(store, made.law, tasks, MORNING)
    # What the scheduler decided is published already.
    yield made
    made.session.close()
    store.close()


def test_a_digest_tells_a_body_everything_of_the_day_in_one_letter(
    mail: Mail, receiver: Receiver
) -> None:
    mail.tell("d1", "due_today")
    mail.tell("d2", "overdue")
    publish_all(mail.store)
    assert mail.pass_() == 1
    (letter,) = receiver.letters
    assert letter.recipients == (TO, COPY)
    message = letter.message
    assert "2 nhiệm vụ" in message["Subject"] or "2 đến hạn" in message["Subject"]
    assert str(message["From"]) == "Văn phòng <vp@huyen.example>"
    assert (message["List-Id"], message["Auto-Submitted"]) == (
        "<list.huyen.example>",
        "auto-generated",
    )
    body = message.get_body(("plain",))
    assert body is not None
    assert body.get_content().count("Rà soát, báo cáo") == 2
    assert letter.message_id == mail.rows[0].message_id
    assert mail.pass_() == 0


def publish_all(store: Store) -> None:
    store.transact(lambda tx: tx.run("UPDATE outbox SET published_at=1"))


def test_digests_wait_for_their_hour_for_the_window_and_for_what_is_still_coming(
    mail: Mail, receiver: Receiver
) -> None:
    mail.tell("d1", "due_today")
    assert mail.pass_(MORNING - timedelta(minutes=1)) == 0
    assert mail.pass_() == 0, "a reminder is decided and not published"
    assert mail.pass_(MORNING + STRAGGLERS) == 1
    mail.tell("d2", "overdue")
    publish_all(mail.store)
    assert mail.pass_(MORNING + timedelta(hours=2)) == 0, "the day has its digest"
    assert mail.pass_(MORNING + timedelta(days=1)) == 0, "a Saturday"
    monday = MORNING + timedelta(days=3)
    assert mail.pass_(monday, settled=False) == 0
    assert mail.pass_(monday) == 1
    assert len(receiver.letters) == 2


def test_nothing_goes_out_on_days_of_silence(mail: Mail) -> None:
    mail.tell("d1", "due_today")
    publish_all(mail.store)
    silent = replace(mail.law.policy, quiets=(Quiet(MORNING.date(), MORNING.date(), "Quốc tang"),))
    mail.use(replace(mail.law, policy=silent))
    assert mail.pass_() == 0
    assert mail.pass_(MORNING + timedelta(days=3)) == 1


def test_what_is_escalated_goes_at_once_as_far_as_the_limit_and_the_rest_joins(
    tmp_path: Path, receiver: Receiver, mail: Mail
) -> None:
    mail.plan = replace(mail.plan, single_limit=1)
    mail.use(mail.law)
    for subject in ("d1", "d2", "d3"):
        mail.tell(subject, "escalated")
    publish_all(mail.store)
    early = MORNING - timedelta(minutes=10)
    assert mail.pass_(early) == 1
    assert mail.pass_() == 1
    single, digest = receiver.letters
    assert "[Đôn đốc]" in single.message["Subject"]
    assert sorted(each.joined for each in mail.rows) == [0, 2]
    assert digest.message_id != single.message_id


def test_a_body_has_its_mail_as_it_wants_it(mail: Mail, receiver: Receiver) -> None:
    mail.tell("d1", "due_today")
    publish_all(mail.store)
    mail.directory = bodies(mail=MailPreference.SINGLE)
    assert mail.pass_(MORNING - timedelta(minutes=10)) == 1
    mail.tell("d2", "due_today")
    mail.directory = bodies(mail=MailPreference.NONE)
    assert mail.pass_() == 0
    assert count(mail.store, "mailing_line") == 1
    assert len(receiver.letters) == 1


def test_a_body_without_an_address_is_told_of_in_the_offices_digest(
    mail: Mail, receiver: Receiver
) -> None:
    mail.tell("d1", "due_today")
    mail.directory = bodies(emails=(), copies=())
    publish_all(mail.store)
    assert mail.pass_() == 0
    mail.store.transact(
        lambda tx: tx.run(
            "INSERT INTO mailing_line SELECT 'r', obligation, stream_id, 'vp', 'office', 'overdue',"
            " target, recorded_at, over_limit, mailing FROM mailing_line"
        )
    )
    assert mail.pass_() == 1
    (letter,) = receiver.letters
    body = letter.message.get_body(("plain",))
    assert body is not None
    assert "Phòng Lao động" in body.get_content()


def office_is_told(mail: Mail, subject: str, reminder: str) -> None:
    """The Office is to be told of *subject* as well, so that it has a letter."""
    mail.store.transact(
        lambda tx: tx.run(
            "INSERT INTO mailing_line (reminder, obligation, stream_id, body, role, step, target,"
            " recorded_at, over_limit) SELECT %s, id, stream_id, 'vp', 'office', 'overdue', target,"
            " 1, %s FROM obligation WHERE subject=%s",
            reminder,
            False,
            subject,
        )
    )


def test_nobody_is_asked_for_the_address_of_a_body_that_has_ended(
    mail: Mail, receiver: Receiver
) -> None:
    mail.tell("d1", "overdue")
    publish_all(mail.store)
    mail.directory = bodies(emails=(), copies=(), valid_to=MORNING.date(), successor="tanhiep")
    office_is_told(mail, "d2", "r1")
    assert mail.pass_() == 1, "it is there on its last day"
    office_is_told(mail, "d2", "r2")
    assert mail.pass_(MONDAY) == 1
    named = ["Phòng Lao động" in plain(each) for each in receiver.letters]
    assert named == [True, False]
    assert mail.store.read(untold) == {}


def test_a_digest_that_waits_for_a_body_that_has_ended_without_an_address_is_void(
    mail: Mail, receiver: Receiver
) -> None:
    mail.tell("d1", "overdue")
    publish_all(mail.store)
    receiver.to_letter = ["450 busy"]
    assert mail.pass_() == 1
    mail.directory = bodies(emails=(), copies=(), valid_to=MORNING.date(), successor="tanhiep")
    for minute in (0, 1):
        assert mail.pass_(MONDAY + timedelta(minutes=minute)) == 0
    assert (mail.states, mail.store.read(untold)) == (["void"], {})


def plain(letter: Letter) -> str:
    """The words of *letter*."""
    body = letter.message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def caught_up(mail: Mail, *subjects: str) -> None:
    """What waits to be told of *subjects* is what a digest of the first start tells."""
    mail.store.transact(
        lambda tx: tx.run_among(
            "UPDATE mailing_line SET step='catch_up' WHERE {among}",
            "obligation",
            [
                id_
                for (id_,) in tx.rows_among(
                    "SELECT id FROM obligation WHERE {among}", "subject", subjects
                )
            ],
        )
    )


@pytest.mark.parametrize("others", [False, True])
def test_one_line_of_the_first_start_makes_no_first_letter_of_a_letter_about_others(
    mail: Mail, receiver: Receiver, others: bool
) -> None:
    for subject in ("d1", "d2"):
        mail.tell(subject, "overdue")
    publish_all(mail.store)
    caught_up(mail, *(("d1",) if others else ("d1", "d2")))
    assert mail.pass_() == 1
    assert ("Tổng hợp lần đầu" in receiver.letters[0].message["Subject"]) is not others


def test_a_letter_whose_body_has_lost_its_address_ends_and_what_it_tells_waits(
    mail: Mail, receiver: Receiver
) -> None:
    mail.tell("d1", "overdue")
    publish_all(mail.store)
    receiver.to_letter = ["450 busy"]
    assert mail.pass_() == 1
    mail.directory = bodies(emails=(), copies=())
    assert mail.pass_(MORNING + timedelta(minutes=2)) == 0
    assert [(each.state, each.answer) for each in mail.rows] == [("void", None)]
    assert mail.store.read(untold) == {"ldtbxh": 1}
    mail.directory = bodies()
    assert mail.pass_(MORNING + timedelta(minutes=2)) == 1, "on the same day: nobody got that one"
    assert [each.recipients for each in receiver.letters] == [(TO, COPY)]


def test_a_letter_that_is_tried_again_for_a_body_without_an_address_is_refused_again(
    mail: Mail, receiver: Receiver
) -> None:
    mail.tell("d1", "overdue")
    publish_all(mail.store)
    receiver.to_letter = ["550 no such user"]
    assert mail.pass_() == 1
    mail.directory = bodies(emails=(), copies=())
    ids = [each.message_id for each in mail.rows]
    mail.store.transact(lambda tx: retry_mailings(tx, ids, MORNING))
    assert mail.pass_() == 0
    (row,) = mail.rows
    assert (row.state, row.answer) == ("refused", "the body has no address any more")
    assert mail.store.read(lambda tx: mailing_figures(tx, MORNING)).oldest is None


def test_what_is_done_or_secret_when_the_letter_goes_is_not_in_it(
    mail: Mail, receiver: Receiver
) -> None:
    for subject in ("d1", "d2", "d3"):
        mail.tell(subject, "overdue")
    publish_all(mail.store)
    mail.gathering.once(mail.directory, MORNING, settled=True)
    record(mail.store, mail.law, [completed("d1", "t1")], MORNING)
    redact_untold(mail.store, mail.law, {"document:d2": "mat"}, MORNING)
    assert mail.pass_() == 1
    body = receiver.letters[0].message.get_body(("plain",))
    assert body is not None
    assert body.get_content().count("Rà soát, báo cáo") == 1
    assert count(mail.store, "mailing_line") == 1


def changed(mail: Mail, subject: str, column: str, value: str) -> None:
    mail.store.transact(
        lambda tx: tx.run(f"UPDATE obligation SET {column}=%s WHERE subject=%s", value, subject)
    )


def test_a_letter_asks_nobody_for_what_is_back_with_the_office_or_anothers_by_now(
    mail: Mail, receiver: Receiver
) -> None:
    for subject in ("d1", "d2", "d3"):
        mail.tell(subject, "overdue")
    publish_all(mail.store)
    mail.gathering.once(mail.directory, MORNING, settled=True)
    changed(mail, "d1", "trace", '{"returned": [["2026-03-19", null]]}')
    changed(mail, "d2", "body", "tanhiep")
    assert mail.pass_() == 1
    body = receiver.letters[0].message.get_body(("plain",))
    assert body is not None
    assert body.get_content().count("Rà soát, báo cáo") == 1


def test_a_body_that_wants_no_mail_any_more_gets_none_that_was_on_its_way(
    mail: Mail, receiver: Receiver
) -> None:
    mail.tell("d1", "overdue")
    publish_all(mail.store)
    receiver.to_letter = ["450 busy"]
    assert mail.pass_() == 1
    mail.directory = bodies(mail=MailPreference.NONE)
    mail.pass_(MORNING + timedelta(minutes=2))
    assert (mail.states, receiver.letters) == (["void"], [])


def open_slowly(mail: Mail, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the mail server take a second until it is there."""
    opened = mail.session.open

    def slowly() -> None:
        time.sleep(1.0)
        opened()

    monkeypatch.setattr(mail.session, "open", slowly)


def test_a_lease_begins_when_a_letter_is_taken_and_not_when_its_server_was_looked_for(
    mail: Mail, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail.tell("d1", "overdue")
    publish_all(mail.store)
    mail.gathering.once(mail.directory, MORNING, settled=True)
    open_slowly(mail, monkeypatch)
    assert mail.sending.once(mail.directory, MORNING)
    (row,) = mail.rows
    later = MORNING + timedelta(seconds=1)
    assert row.handed_over_at is not None
    assert row.handed_over_at >= later
    assert row.ended_at is not None
    assert row.ended_at >= later
    assert parsedate_to_datetime(str(receiver.letters[0].message["Date"])) >= later


JUST_BEFORE_CLOSING = MORNING.replace(hour=16, minute=59, second=59)


def test_a_window_that_closes_while_the_server_is_looked_for_lets_no_letter_out(
    mail: Mail, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail.tell("d1", "overdue")
    publish_all(mail.store)
    mail.gathering.once(mail.directory, MORNING, settled=True)
    open_slowly(mail, monkeypatch)
    assert not mail.sending.once(mail.directory, JUST_BEFORE_CLOSING)
    (row,) = mail.rows
    assert (row.state, row.attempts, receiver.letters) == ("recorded", 0, [])


def test_a_window_that_closes_while_a_letter_is_begun_lets_it_out_when_it_opens_again(
    mail: Mail, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail.tell("d1", "escalated")
    publish_all(mail.store)
    mail.gathering.once(mail.directory, MORNING, settled=True)
    hand_over = mail.session.hand_over

    def slowly(sender: str, to: Sequence[str], letter: bytes, until: float) -> Handed:
        time.sleep(1.0)
        return hand_over(sender, to, letter, until)

    monkeypatch.setattr(mail.session, "hand_over", slowly)
    assert mail.sending.once(mail.directory, JUST_BEFORE_CLOSING)
    assert (mail.states, receiver.letters) == (["waiting"], [])
    assert mail.pass_(JUST_BEFORE_CLOSING + timedelta(minutes=2)) == 0
    assert mail.pass_(MORNING + timedelta(days=3)) == 1
    assert mail.states == ["sent"]


def test_a_digest_of_the_windows_first_minute_waits_for_what_is_decided_then(mail: Mail) -> None:
    mail.plan = replace(mail.plan, at=timedelta(hours=7))
    mail.use(mail.law)
    mail.tell("d1", "overdue")
    publish_all(mail.store)
    opens = MORNING.replace(hour=7, minute=30)
    assert mail.pass_(opens) == 0
    assert mail.pass_(opens + FIRST_REMINDERS) == 1


def test_a_letter_with_nothing_left_is_void(mail: Mail, receiver: Receiver) -> None:
    mail.tell("d1", "overdue")
    publish_all(mail.store)
    mail.gathering.once(mail.directory, MORNING, settled=True)
    redact_untold(mail.store, mail.law, {"document:d1": "mat"}, MORNING)
    mail.pass_()
    assert (mail.states, receiver.letters) == (["void"], [])


def test_greylisting_is_waited_out_and_another_bodys_letter_goes_meanwhile(
    mail: Mail, receiver: Receiver
) -> None:
    mail.tell("d1", "overdue")
    publish_all(mail.store)
    receiver.to_recipient[TO] = ["450 4.7.1 greylisted"] * 2
    receiver.to_recipient[COPY] = ["450 4.7.1 greylisted"]
    assert mail.pass_() == 1
    assert mail.pass_() == 0
    assert mail.rows[0].answer == f"{TO}: 450 4.7.1 greylisted; {COPY}: 450 4.7.1 greylisted"
    assert mail.pass_(MORNING + timedelta(minutes=2)) == 1
    # The copy has it, and only the other is tried again.
    assert [each.recipients for each in receiver.letters] == [(COPY,)]
    assert mail.pass_(MORNING + timedelta(minutes=8)) == 1
    assert [each.recipients for each in receiver.letters] == [(COPY,), (TO,)]
    assert len({each.message_id for each in receiver.letters}) == 1
    assert mail.states == ["sent"]


def test_a_letter_whose_answer_was_lost_goes_again_as_the_same(
    mail: Mail, receiver: Receiver
) -> None:
    mail.tell("d1", "overdue")
    publish_all(mail.store)
    receiver.to_letter = [CUT]
    assert mail.pass_() == 1
    assert mail.states == ["handed_over"]
    mail.directory = bodies(emails=("new@huyen.example",), copies=())
    assert mail.pass_(MORNING + timedelta(minutes=2)) == 1
    first, second = receiver.letters
    assert (first.message_id, first.recipients) == (second.message_id, second.recipients)
    assert mail.states == ["sent"]


def test_a_letter_without_an_answer_goes_five_times_and_then_waits_for_an_operator(
    mail: Mail, receiver: Receiver
) -> None:
    mail.tell("d1", "overdue")
    publish_all(mail.store)
    receiver.to_letter = [CUT] * 20
    for quarter in range(30):
        mail.pass_(MORNING + timedelta(minutes=15 * quarter))
    (row,) = mail.rows
    assert len(receiver.letters) == row.attempts == MOST_UNANSWERED
    assert row.state == MailingState.REFUSED
    assert row.answer == "the connection was cut: the same 5 times, and the server may have it"
    receiver.to_letter = []
    later = MORNING + timedelta(hours=8)
    assert mail.store.transact(lambda tx: retry_mailings(tx, [row.message_id], later)) == 1
    assert mail.pass_(later) == 1
    assert mail.states == ["sent"]
    assert {each.message_id for each in receiver.letters} == {row.message_id}


def test_what_is_done_before_the_last_recipient_has_it_leaves_a_letter_that_was_sent(
    mail: Mail, receiver: Receiver
) -> None:
    mail.tell("d1", "overdue")
    publish_all(mail.store)
    receiver.to_recipient[COPY] = ["451 later"]
    assert mail.pass_() == 1
    record(mail.store, mail.law, [completed("d1", "t1")], MORNING)
    assert mail.pass_(MORNING + timedelta(minutes=2)) == 1
    assert [each.recipients for each in receiver.letters] == [(TO,)]
    (row,) = mail.rows
    assert (row.state, row.missed, row.obligations) == (MailingState.SENT, (COPY,), 1)
    assert row.answer == "nothing that it tells is true any more"


def test_what_is_done_before_a_server_has_answered_leaves_a_letter_that_may_be_there(
    mail: Mail, receiver: Receiver
) -> None:
    mail.tell("d1", "overdue")
    publish_all(mail.store)
    receiver.to_letter = [CUT]
    assert mail.pass_() == 1
    record(mail.store, mail.law, [completed("d1", "t1")], MORNING)
    assert mail.pass_(MORNING + timedelta(minutes=2)) == 1
    (row,) = mail.rows
    assert (row.state, row.obligations, len(receiver.letters)) == (MailingState.REFUSED, 1, 1)
    assert row.answer == "nothing that it tells is true any more; the server may have it"
    mail.store.transact(lambda tx: retry_mailings(tx, [row.message_id], MORNING))
    mail.pass_(MORNING + timedelta(minutes=4))
    assert (mail.states, len(receiver.letters)) == (["void"], 1)


def test_what_the_first_recipient_was_told_stays_told_when_less_of_it_goes_to_the_last(
    mail: Mail, receiver: Receiver
) -> None:
    for subject in ("d1", "d2", "d3"):
        mail.tell(subject, "overdue")
    publish_all(mail.store)
    mail.gathering.once(mail.directory, MORNING, settled=True)
    record(mail.store, mail.law, [completed("d3", "t3")], MORNING)
    receiver.to_recipient[COPY] = ["451 later"]
    assert mail.pass_() == 1
    assert mail.rows[0].obligations == 2, "the third is in no letter"
    record(mail.store, mail.law, [completed("d1", "t1")], MORNING)
    assert mail.pass_(MORNING + timedelta(minutes=2)) == 1
    assert [each.recipients for each in receiver.letters] == [(TO,), (COPY,)]
    (row,) = mail.rows
    assert (row.state, row.obligations) == (MailingState.SENT, 2)


def test_whoever_is_left_of_a_letter_that_is_tried_again_is_whom_the_directory_has_by_then(
    mail: Mail, receiver: Receiver
) -> None:
    mail.tell("d1", "overdue")
    publish_all(mail.store)
    receiver.to_recipient[COPY] = ["451 full"] * 9
    assert mail.pass_() == 1
    mail.directory = bodies(copies=("new@huyen.example",))
    ids = [each.message_id for each in mail.rows]
    assert mail.store.transact(lambda tx: retry_mailings(tx, ids, MORNING)) == 1
    assert mail.pass_(MORNING + timedelta(seconds=10)) == 1
    assert [each.recipients for each in receiver.letters] == [(TO,), ("new@huyen.example",)]
    (row,) = mail.rows
    assert (row.state, row.missed) == (MailingState.SENT, ())


def test_a_letter_that_everybody_in_the_directory_has_by_now_was_sent(
    mail: Mail, receiver: Receiver
) -> None:
    mail.tell("d1", "overdue")
    publish_all(mail.store)
    receiver.to_recipient[COPY] = ["451 full"] * 9
    assert mail.pass_() == 1
    mail.directory = bodies(copies=())
    ids = [each.message_id for each in mail.rows]
    assert mail.store.transact(lambda tx: retry_mailings(tx, ids, MORNING)) == 1
    mail.pass_(MORNING + timedelta(seconds=10))
    assert [each.recipients for each in receiver.letters] == [(TO,)]
    (row,) = mail.rows
    assert (row.state, row.missed, row.obligations) == (MailingState.SENT, (), 1)


def test_a_digest_that_no_server_took_goes_into_that_of_the_next_day_and_not_before_it(
    mail: Mail, receiver: Receiver
) -> None:
    mail.tell("d1", "overdue")
    publish_all(mail.store)
    receiver.to_letter = ["450 busy"]
    assert mail.pass_(MORNING.replace(hour=16, minute=30)) == 1
    assert mail.pass_(MONDAY.replace(minute=30)) == 0
    assert mail.states == ["waiting"]
    mail.tell("d2", "overdue", MONDAY.replace(minute=31))
    publish_all(mail.store)
    assert mail.pass_(MONDAY) == 1
    (letter,) = receiver.letters
    assert "2 quá hạn" in letter.message["Subject"] or "2 nhiệm vụ" in letter.message["Subject"]
    assert mail.states == ["sent", "void"]


def test_a_digest_that_no_server_took_goes_the_next_day_where_nothing_is_new(
    mail: Mail, receiver: Receiver
) -> None:
    mail.tell("d1", "overdue")
    publish_all(mail.store)
    receiver.to_letter = ["450 busy"]
    assert mail.pass_(MORNING.replace(hour=16, minute=30)) == 1
    assert mail.pass_(MONDAY) == 1
    assert (len(receiver.letters), mail.states) == (1, ["sent"])


def test_a_body_that_wants_no_mail_any_more_leaves_no_digest_of_an_earlier_day_behind(
    mail: Mail, receiver: Receiver
) -> None:
    mail.tell("d1", "overdue")
    publish_all(mail.store)
    receiver.to_letter = ["450 busy"]
    assert mail.pass_(MORNING.replace(hour=16, minute=30)) == 1
    mail.directory = bodies(mail=MailPreference.NONE)
    assert mail.pass_(MONDAY) == 0
    assert (mail.states, count(mail.store, "mailing_line")) == (["void"], 0)


def test_a_refused_letter_waits_for_an_operator_with_the_servers_words(
    mail: Mail, receiver: Receiver
) -> None:
    mail.tell("d1", "overdue")
    publish_all(mail.store)
    receiver.to_letter = ["554 5.7.1 not from you"]
    assert mail.pass_() == 1
    assert mail.pass_(MORNING + timedelta(hours=2)) == 0
    (row,) = mail.rows
    assert (row.state, row.answer) == (MailingState.REFUSED, "554 5.7.1 not from you")


def test_one_refused_recipient_of_several_is_said(mail: Mail, receiver: Receiver) -> None:
    mail.tell("d1", "overdue")
    publish_all(mail.store)
    receiver.to_recipient[COPY] = ["550 5.1.1 no such user"]
    assert mail.pass_() == 1
    (row,) = mail.rows
    assert (row.state, row.missed) == (MailingState.SENT, (COPY,))
    assert row.answer is not None
    assert f"{COPY}: 550 5.1.1 no such user" in row.answer


def test_a_letter_for_which_a_server_takes_too_long_holds_no_other_up(
    mail: Mail, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail.tell("d1", "overdue")
    publish_all(mail.store)
    mail.gathering.once(mail.directory, MORNING, settled=True)
    monkeypatch.setattr("dondoc.mail.sending.BEGIN_SECONDS", 0.0)
    assert mail.sending.once(mail.directory, MORNING)
    assert not mail.sending.once(mail.directory, MORNING)
    (row,) = mail.rows
    assert (row.state, row.answer, receiver.letters) == ("waiting", "no answer in time", [])


def test_a_letter_says_where_the_page_of_its_body_is(mail: Mail, receiver: Receiver) -> None:
    mail.plan = replace(mail.plan, page_of=lambda code: f"https://huyen.example/{code}.html")
    mail.use(mail.law)
    mail.tell("d1", "overdue")
    publish_all(mail.store)
    assert mail.pass_() == 1
    (letter,) = receiver.letters
    body = letter.message.get_body(("plain",))
    assert body is not None
    assert "https://huyen.example/ldtbxh.html" in body.get_content()


def test_without_a_mail_server_nothing_is_claimed(mail: Mail) -> None:
    mail.tell("d1", "overdue")
    publish_all(mail.store)
    mail.session = Session(MailServer("127.0.0.1", 1, Tls.OFF, timeout=2))
    mail.use(mail.law)
    with pytest.raises(ServerAway, match="nothing listens there"):
        mail.pass_()
    (row,) = mail.rows
    assert (row.state, row.attempts) == (MailingState.RECORDED, 0)


def test_no_more_letters_go_in_a_minute_than_are_set(mail: Mail) -> None:
    mail.plan = replace(mail.plan, per_minute=2)
    mail.use(mail.law)
    for subject in ("d1", "d2"):
        mail.tell(subject, "escalated")
    publish_all(mail.store)
    assert mail.pass_() == 2
    assert 50 < mail.sending.pause() <= 60
