"""A connection to a mail server, against a real one that misbehaves on purpose."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from dondoc.mail.server import MailServer, Tls
from dondoc.mail.smtp import Handed, LetterFate, ServerAway, Session
from support.certificates import Certificates
from support.dripping_server import dripping
from support.smtp_server import CUT, CUT_BEFORE, PASSWORD, USER, Receiver, receiving

FROM, A, B = "vp@huyen.example", "a@xa.example", "b@xa.example"
LETTER = b"Message-ID: <1@list>\r\nSubject: x\r\n\r\n.begins with a dot\r\n"


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with receiving() as taken:
        yield taken


@pytest.fixture
def session(receiver: Receiver) -> Iterator[Session]:
    receiver.letters.clear()
    opened = Session(MailServer("127.0.0.1", receiver.port, Tls.OFF, timeout=3))
    yield opened
    opened.close()


def hand(session: Session, *recipients: str, seconds: float = 5.0) -> Handed:
    session.open()
    return session.hand_over(FROM, recipients or (A,), LETTER, time.monotonic() + seconds)


def test_many_letters_go_on_one_connection_and_it_is_opened_anew_after_some(
    receiver: Receiver,
) -> None:
    receiver.letters.clear()
    before = receiver.connections
    session = Session(MailServer("127.0.0.1", receiver.port, Tls.OFF), letters=3)
    assert [hand(session).fate for _ in range(7)] == [LetterFate.TAKEN] * 7
    session.close()
    assert receiver.connections - before == 3
    assert len(receiver.letters) == 7
    assert receiver.letters[0].content.endswith(b"\r\n.begins with a dot\r\n")


@pytest.mark.parametrize(
    ("answers", "fate"),
    [
        (["450 4.7.1 greylisted"], LetterFate.LATER),
        (["421 4.3.2 too busy"], LetterFate.LATER),
        (["550 5.1.1 no such user"], LetterFate.NEVER),
    ],
)
def test_what_a_server_will_not_take_now_and_never_are_told_apart(
    receiver: Receiver, session: Session, answers: list[str], fate: LetterFate
) -> None:
    receiver.to_recipient[A] = list(answers)
    refused = hand(session)
    assert refused.fate is fate
    assert answers[0] in refused.answer
    receiver.to_letter = list(answers)
    refused = hand(session)
    assert (refused.fate, refused.answer) == (fate, answers[0])
    assert hand(session).fate is LetterFate.TAKEN


def test_one_refused_recipient_keeps_no_other_from_the_letter(
    receiver: Receiver, session: Session
) -> None:
    receiver.to_recipient[A] = ["550 5.1.1 no such user"]
    receiver.to_recipient["c@xa.example"] = ["451 later"]
    handed = hand(session, A, B, "c@xa.example")
    assert handed.fate is LetterFate.TAKEN
    assert dict(handed.never) == {A: "550 5.1.1 no such user"}
    assert dict(handed.later) == {"c@xa.example": "451 later"}
    assert [each.recipients for each in receiver.letters] == [(B,)]


@pytest.mark.parametrize("how", [CUT, CUT_BEFORE])
def test_a_connection_cut_after_the_letter_leaves_it_unknown(
    receiver: Receiver, session: Session, how: str
) -> None:
    receiver.to_letter = [how]
    assert hand(session).fate is LetterFate.UNKNOWN
    assert hand(session).fate is LetterFate.TAKEN


def test_a_server_that_does_not_answer_in_time_leaves_it_unknown(
    receiver: Receiver, session: Session
) -> None:
    receiver.slow = 4.0
    try:
        handed = hand(session)
    finally:
        receiver.slow = 0.0
    assert (handed.fate, handed.answer) == (LetterFate.UNKNOWN, "no answer in time")


def test_a_letter_that_was_taken_in_other_words_than_usual_counts_as_taken(
    receiver: Receiver, session: Session
) -> None:
    receiver.to_letter = ["252 2.0.0 on its way", "150 what"]
    assert [hand(session).fate for _ in range(2)] == [LetterFate.TAKEN, LetterFate.UNKNOWN]


def test_a_letter_that_a_server_never_asked_for_is_not_taken(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.open()
    assert session._smtp is not None
    command = session._smtp.putcmd
    # What it answers with 250 instead of with 354.
    monkeypatch.setattr(
        session._smtp,
        "putcmd",
        lambda said, *more: command("noop" if said == "data" else said, *more),
    )
    assert hand(session).fate is LetterFate.LATER


@pytest.mark.parametrize("host", ["mail..example", f"{'a' * 64}.example"])
def test_a_host_that_no_name_server_could_know_is_told_in_one_line(host: str) -> None:
    with pytest.raises(ServerAway, match=r"no name of a host: mend \[mail\] host"):
        Session(MailServer(host, 25, Tls.OFF)).open()


def test_a_file_of_authorities_that_holds_none_is_told_by_its_name(tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.touch()
    for file in (empty, tmp_path):
        with pytest.raises(ServerAway, match=rf"\[mail\] ca_file: .*{file}"):
            Session(MailServer("127.0.0.1", 1, Tls.TLS, file)).open()


def test_nothing_is_handed_over_when_time_is_up(receiver: Receiver, session: Session) -> None:
    assert hand(session, seconds=0.0).fate is LetterFate.UNSENT
    assert receiver.letters == []
    assert hand(session).fate is LetterFate.TAKEN


def test_nothing_is_handed_over_when_time_is_up_before_the_server_asks_for_the_letter() -> None:
    with dripping(before=0.5) as server:
        session = Session(MailServer("127.0.0.1", server.port, Tls.OFF, timeout=30))
        assert hand(session, seconds=0.3).fate is LetterFate.UNSENT
        assert server.letters == []
        server.before = 0.0
        assert hand(session, seconds=30.0).fate is LetterFate.TAKEN
        assert server.letters == [
            b"Message-ID: <1@list>\r\nSubject: x\r\n\r\n..begins with a dot\r\n"
        ]
        session.close()


def test_an_answer_that_drips_is_waited_for_no_longer_than_any_other() -> None:
    with dripping(before=60.0) as server:
        session = Session(MailServer("127.0.0.1", server.port, Tls.OFF, timeout=1))
        handed = hand(session, seconds=30.0)
        assert (handed.fate, handed.answer) == (LetterFate.LATER, "no answer in time")
        assert server.letters == []
        server.before, server.after = 0.0, 60.0
        handed = hand(session, seconds=30.0)
        assert (handed.fate, handed.answer) == (LetterFate.UNKNOWN, "no answer in time")
        assert len(server.letters) == 1
        session.close()


def test_a_server_that_was_started_again_is_connected_to_again(certificates: Certificates) -> None:
    with receiving() as first:
        session = Session(MailServer("127.0.0.1", first.port, Tls.OFF, timeout=2))
        hand(session)
    with pytest.raises(ServerAway, match="nothing listens there"):
        session.open()
    with receiving(receiver=first, port=first.port):
        assert hand(session).fate is LetterFate.TAKEN
        session.close()


@pytest.mark.parametrize("tls", [Tls.STARTTLS, Tls.TLS])
def test_what_is_said_is_encrypted_and_the_server_is_who_it_says(
    certificates: Certificates, tls: Tls
) -> None:
    with receiving(certificates, implicit=tls is Tls.TLS, login=True) as taken:
        server = MailServer(
            *("localhost", taken.port, tls, certificates.ca, USER, PASSWORD), timeout=5
        )
        session = Session(server)
        assert hand(session).fate is LetterFate.TAKEN
        session.close()
        for wrong, said in (
            (replace(server, password="wr0ng"), "login refused"),
            (replace(server, ca_file=None), "its certificate cannot be trusted"),
            (replace(server, ca_file=certificates.ca.with_name("none")), "there is no file"),
            (replace(server, password="mật khẩu"), "plain ASCII"),
        ):
            with pytest.raises(ServerAway, match=said) as refused:
                Session(wrong).open()
            assert "\n" not in str(refused.value)
            assert "wr0ng" not in str(refused.value)


def test_a_server_without_encryption_is_told_nothing(receiver: Receiver) -> None:
    server = MailServer("127.0.0.1", receiver.port, Tls.STARTTLS, timeout=2)
    with pytest.raises(ServerAway, match="has not what is asked of it"):
        Session(server).open()
    with pytest.raises(ServerAway, match=r"no encryption|was cut"):
        Session(replace(server, tls=Tls.TLS)).open()
