"""Letters with the real commands: checked, listed, shown, tried again, and the process itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from dondoc.storage.database import open_store
from dondoc.storage.mail_leases import Recipients, claim_mailing, end_mailing
from dondoc.storage.mailings import MailingKind, MailingState
from support.installation import Installation
from support.rabbitmq import VirtualHost, wait_until
from support.smtp_server import Receiver, receiving

NOW = datetime(2026, 3, 20, 5, 0, tzinfo=UTC)
ID = "3f9a0c17d2"


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with receiving() as taken:
        yield taken


@pytest.fixture
def installation(tmp_path: Path, vhost: VirtualHost, receiver: Receiver) -> Iterator[Installation]:
    made = Installation(tmp_path, vhost.url).with_mail(receiver.port).with_tables()
    yield made
    made.end_what_is_left()


def refuse_one(installation: Installation) -> None:
    """Have a letter to a body of the sample that its mail server has refused."""
    store = open_store(installation.database_url)
    store.transact(
        lambda tx: tx.run(
            "INSERT INTO mailing (message_id, body, day, kind, state, joined, attempts,"
            " next_attempt_at, recorded_at) VALUES (%s, 'NV', '2026-03-20', %s, %s, 2, 0, 1, 1)",
            f"<{ID}@don-doc.yenlam.example>",
            MailingKind.DIGEST,
            MailingState.RECORDED,
        )
    )
    claimed = claim_mailing(store, {"NV": Recipients.of(["nv@yenlam.example"])}, NOW, 60.0)
    assert claimed is not None
    end_mailing(store, claimed, MailingState.REFUSED, NOW, "550 5.1.1 \x1b[31mno such user")
    store.close()


def test_a_refused_letter_is_listed_shown_and_tried_again(installation: Installation) -> None:
    refuse_one(installation)
    (row,) = installation.rows("mail", "list", "--state", "refused")
    assert (row["body"], row["to"], row["joined"]) == ("NV", "nv@yenlam.example", 2)
    table = installation.run("mail", "list")
    assert ID in table
    assert "\x1b" not in table
    shown = installation.run("mail", "show", ID, "--lang", "vi")
    assert "bị từ chối" in shown
    assert "nv@yenlam.example" in shown
    assert "no letter" in installation.run("mail", "show", "ffff", code=1)
    assert "1 letter goes again" in installation.run("mail", "retry", "--all")
    assert "say which" in installation.run("mail", "retry", code=1)
    assert [each["act"] for each in installation.rows("audit")] == ["mail retry"]
    assert installation.rows("mail", "list")[0]["state"] == "waiting"


def test_check_tries_the_mail_server_and_says_when_nobody_reads_the_queue(
    installation: Installation, receiver: Receiver
) -> None:
    installation.run("declare")
    said = installation.run("check", code=0)
    assert f"ok    mail: 127.0.0.1:{receiver.port} takes letters from don-doc@yenlam" in said
    file = installation.folder / "dondoc.toml"
    whole = file.read_text("utf-8")
    file.write_text(whole.replace(f"port = {receiver.port}", "port = 1"), "utf-8")
    assert "nothing listens there" in installation.said("check", code=3)
    file.write_text(whole.partition("[mail]")[0], "utf-8")
    assert "nobody reads it" in installation.said("check", code=3)
    assert "[mail] is not set up" in installation.said("mail", "run", code=1)


def test_the_process_starts_without_a_broker_or_a_mail_server_and_ends_in_order(
    tmp_path: Path,
) -> None:
    installation = Installation(tmp_path, "amqp://127.0.0.1:1/").with_mail(1).with_tables()
    running = installation.start("mail", "run")
    try:
        wait_until(lambda: "letters go through" in running.log.read_text("utf-8"), "it started")
        assert running.stop()[0] == 0
        assert "Traceback" not in running.log.read_text("utf-8")
    finally:
        installation.end_what_is_left()
