"""Letters with the real commands: checked, listed, shown, tried again, and the process itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.installation import Installation
from support.mailing import REFUSED_ID, refuse_one
from support.rabbitmq import VirtualHost, wait_until
from support.smtp_server import Receiver, receiving


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with receiving() as taken:
        yield taken


@pytest.fixture
def installation(tmp_path: Path, vhost: VirtualHost, receiver: Receiver) -> Iterator[Installation]:
    made = Installation(tmp_path, vhost.url).with_mail(receiver.port).with_tables()
    yield made
    made.end_what_is_left()


def test_a_refused_letter_is_listed_shown_and_tried_again(installation: Installation) -> None:
    refuse_one(installation.database_url)
    (row,) = installation.rows("mail", "list", "--state", "refused")
    assert (row["body"], row["to"], row["joined"]) == ("NV", "nv@yenlam.example", 2)
    table = installation.run("mail", "list")
    assert REFUSED_ID in table
    assert "\x1b" not in table
    shown = installation.run("mail", "show", REFUSED_ID, "--lang", "vi")
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
        wait_until(lambda: "letters go through" in running.log.read_text("utf-8"), "it started", 60)
        assert running.stop()[0] == 0
        assert "Traceback" not in running.log.read_text("utf-8")
    finally:
        installation.end_what_is_left()
