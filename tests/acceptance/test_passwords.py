"""A password is seen nowhere: not in what is printed, logged or listed, whatever goes wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.installation import Installation
from support.rabbitmq import VirtualHost, wait_until

PASSWORD = "pa55-word-QZ"
CASES = Path(__file__).parents[1] / "fixtures" / "cases" / "07-password-urls.txt"


@pytest.fixture
def installation(tmp_path: Path, vhost: VirtualHost) -> Installation:
    url = vhost.add_user("clerk-p", PASSWORD)
    vhost.permit("clerk-p")
    return Installation(tmp_path, url)


def test_no_password_in_the_process_list_the_log_or_the_metrics(
    installation: Installation,
) -> None:
    running = installation.start()
    running.address()
    wait_until(lambda: running.metrics().get("dondoc_consumer_up") == 1, "it consumes", 30)
    proc = Path(f"/proc/{running.process.pid}")
    assert PASSWORD.encode() not in proc.joinpath("cmdline").read_bytes()
    assert PASSWORD not in repr(running.metrics())
    assert running.stop()[0] == 0
    log = running.log.read_text(encoding="utf-8")
    assert "clerk-p" in log, "or the address was never told"
    assert PASSWORD not in log


@pytest.mark.parametrize(
    "url",
    [
        f"amqp://clerk:{PASSWORD}@127.0.0.1:1/",
        f"amqp://clerk:{PASSWORD}@no-such-host.invalid/",
        f"amqp://clerk:{PASSWORD}@[bad/",
        f"http://clerk:{PASSWORD}@127.0.0.1/",
        f"amqps://clerk:{PASSWORD}@127.0.0.1:1/?cacertfile=/nowhere/ca.pem",
    ],
)
def test_no_password_where_the_broker_cannot_be_reached(
    installation: Installation, url: str
) -> None:
    installation.run("migrate")
    for command in (("check",), ("declare",), ("dead", "list"), ("purge", "x")):
        code = {"check": 3, "purge": 1 if "[" in url or "http" in url else 3}
        said = installation.run(*command, code=code.get(command[0], 1), DONDOC_BROKER_URL=url)
        assert PASSWORD not in said, command


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://clerk:{PASSWORD}@127.0.0.1:1/dondoc",
        f"postgresql://clerk@127.0.0.1:1/dondoc?password={PASSWORD}",
        f"postgresql://clerk:{PASSWORD}@127.0.0.1:port/dondoc",
        f"mysql://clerk:{PASSWORD}@127.0.0.1/dondoc",
    ],
)
def test_no_password_where_the_database_cannot_be_reached(
    installation: Installation, url: str
) -> None:
    for command in (("check",), ("migrate",), ("backup", "x.db")):
        code = 3 if command[0] == "check" else 1
        said = installation.run(*command, code=code, DONDOC_DATABASE_URL=url)
        assert PASSWORD not in said, command


def test_no_part_of_a_password_where_a_url_can_be_read_in_two_ways(
    installation: Installation,
) -> None:
    installation.run("migrate")
    names = {"postgresql": "DATABASE_URL", "amqp": "BROKER_URL", "http": "BROKER_MANAGEMENT_URL"}
    for url in CASES.read_text(encoding="utf-8").split():
        variable = f"DONDOC_{names[url.partition(':')[0]]}"
        said = installation.run("check", code=3, **{variable: url})
        assert "fault of dondoc" not in said
        for part in ("heim", "pa#ss", "pa?ss", "2026#", ":2026", ":12", "ss@"):
            assert part not in said, said


def test_no_password_where_a_url_is_given_in_the_place_of_its_file(
    installation: Installation,
) -> None:
    said = installation.run("check", code=3, DONDOC_BROKER_URL_FILE=f"amqp://c:{PASSWORD}@h/")
    assert "DONDOC_BROKER_URL_FILE: there is no such file" in said
    assert PASSWORD not in said
