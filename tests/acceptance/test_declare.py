"""What dondoc needs on the broker, declared by itself, by an administrator or by definitions."""

from __future__ import annotations

import json
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pika
import pytest
from dondoc.connector.transport import Client, parse_address
from dondoc.connector.transport.definitions import definitions
from dondoc.connector.transport.topology import Exchange, Queue, Topology, topology
from private_broker import PrivateBroker
from support.certificates import Certificates
from support.installation import COMMAND, Installation
from support.programs import publish, rows
from support.rabbitmq import VirtualHost, wait_until
from support.transport import ready

FOLDER = Path(__file__).parents[2] / "deploy" / "rabbitmq"
RIGHTS = {
    "configure": r"^dondoc\.",
    "write": r"^(dondoc\..*|amq\.default)$",
    "read": r"^(dondoc\..*|hscv\.events)$",
}
"""Those of docs/broker.md."""
PASSWORD = "mật khẩu /%+@:"


def as_dondoc(vhost: VirtualHost, **rights: str) -> str:
    """The URL of dondoc's own user with the documented permissions, or others."""
    user = f"dondoc-{vhost.name}"
    vhost.add_user(user, PASSWORD)
    vhost.permit(user, **(rights or RIGHTS))
    return vhost.broker.url(vhost.name, user, PASSWORD)


def typed(installation: Installation, password: str, *arguments: str) -> tuple[int, str]:
    """What a command says, given a line on standard input, and what it ends with."""
    done = subprocess.run(
        [*COMMAND, *arguments],
        cwd=installation.folder,
        input=password,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


# By itself, and by an administrator


def test_on_a_fresh_virtual_host_declare_and_check_ask_for_the_same(
    tmp_path: Path, vhost: VirtualHost
) -> None:
    installation = Installation(tmp_path, as_dondoc(vhost)).with_tables()
    whose = "it is HSCV's: have HSCV declare it, or an administrator by `dondoc declare --as`"
    refused = installation.run("declare", code=1)
    assert refused == (f"Error: exchange hscv.events is missing and may not be declared: {whose}\n")
    assert f"exchange hscv.events: is missing; {whose}\n" in installation.said("check", code=3)
    # Whoever follows that line has it mended.
    code, said = typed(installation, "guest\n", "declare", "--as", "guest")
    assert (code, said.splitlines()[0]) == (0, "exchange hscv.events")
    assert installation.run("declare") == "nothing was missing\n"
    assert "mend" not in installation.run("check")


def test_an_administrator_declares_for_a_user_without_configure(
    tmp_path: Path, vhost: VirtualHost
) -> None:
    installation = Installation(tmp_path, as_dondoc(vhost, **{**RIGHTS, "configure": "^$"}))
    installation.with_tables()
    code, said = typed(installation, "guest", "declare", "--as", "guest")
    assert (code, len(said.splitlines())) == (0, 6)
    running = installation.start()
    assert publish("python", vhost.url, rows("15")).returncode == 0
    wait_until(lambda: running.events_in() == 4, "events come in", 60)
    assert running.stop()[0] == 0
    assert "mend" not in installation.run("check")


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("wrong-secret\n", "login refused: the user or the password is wrong"),
        ("", "the password is expected on standard input"),
        ("\n", "the password is expected on standard input"),
    ],
)
def test_a_wrong_password_of_an_administrator_is_told_and_not_shown(
    tmp_path: Path, vhost: VirtualHost, password: str, told: str
) -> None:
    installation = Installation(tmp_path, vhost.url)
    code, said = typed(installation, password, "declare", "--as", "guest")
    assert code in (1, 2)
    assert told in said
    assert "secret" not in said
    with Client(parse_address(vhost.url)) as client:
        assert len(client.missing(topology())) == 6


def test_an_administrator_comes_the_way_that_the_settings_say(
    tmp_path: Path, vhost: VirtualHost, certificates: Certificates
) -> None:
    files = {
        "cacertfile": certificates.ca,
        "certfile": certificates.client,
        "keyfile": certificates.client_key,
    }
    place = f"127.0.0.1:{vhost.broker.tls_port}/{vhost.name}?{urlencode(files)}"
    installation = Installation(tmp_path, f"amqps://nobody:wrong@{place}")
    code, said = typed(installation, "guest", "declare", "--as", "guest")
    assert (code, len(said.splitlines())) == (0, 6)


def test_a_dry_run_says_what_is_missing_and_changes_nothing(
    tmp_path: Path, vhost: VirtualHost
) -> None:
    installation = Installation(tmp_path, as_dondoc(vhost, configure="^$", write="^$", read="^$"))
    told = installation.run("declare", "--dry-run")
    assert told == installation.run("declare", "--dry-run")
    assert [line for line in told.splitlines() if "declare" in line] == [
        "would declare exchange hscv.events",
        "would declare exchange dondoc.unrouted",
        "would declare exchange dondoc.reminders",
        "would declare queue dondoc.events",
        "would declare queue dondoc.dead",
        "would declare queue dondoc.unrouted",
    ]
    assert "would bind queue dondoc.events to exchange hscv.events, key #" in told
    with Client(parse_address(vhost.url)) as client:
        client.declare(topology())
    assert "nothing was missing" in installation.run("declare", "--dry-run")


def test_a_dry_run_on_a_virtual_host_that_is_not_there_says_so(
    tmp_path: Path, rabbitmq: PrivateBroker
) -> None:
    installation = Installation(tmp_path, rabbitmq.url("nowhere/at all"))
    assert "no access to virtual host nowhere/at all" in installation.run(
        "declare", "--dry-run", code=1
    )


@pytest.mark.parametrize("command", [("declare",), ("publish", "events.jsonl")])
def test_without_settings_no_broker_that_happens_to_run_here_is_changed(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    (tmp_path / "events.jsonl").write_text("{}\n")
    installation = Installation(tmp_path, "amqp://127.0.0.1:1/")
    (tmp_path / "dondoc.toml").unlink()
    told = installation.run(*command, code=1)
    assert told.startswith("Error: no settings file was found")
    assert "no broker" in told


# By definitions


class Imported:
    """A virtual host that is made by importing the files of deploy/rabbitmq."""

    def __init__(self, broker: PrivateBroker) -> None:
        self.vhost = VirtualHost(broker, "hscv")
        self.broker = broker
        users = json.loads((FOLDER / "users.json").read_text("utf-8"))["users"]
        self.users: dict[str, str] = {each["name"]: ",".join(each["tags"]) for each in users}

    def take(self, name: str) -> None:
        """Import a file as the page says."""
        self.broker.ctl("import_definitions", str(FOLDER / name))

    def take_again(self, name: str) -> None:
        """The same by the HTTP API, which takes less time."""
        self.vhost.http("POST", "definitions", json.loads((FOLDER / name).read_text("utf-8")))

    def url(self, user: str) -> str:
        """The URL of one of its users, who is given a password."""
        password = f"pw-{user}"
        body = {"password": password, "tags": self.users[user]}
        self.vhost.http("PUT", f"users/{user}", body)
        return self.broker.url("hscv", user, password)


@pytest.fixture(scope="module")
def imported(rabbitmq: PrivateBroker) -> Iterator[Imported]:
    made = Imported(rabbitmq)
    made.take("definitions.json")
    made.take("users.json")
    yield made
    made.vhost.delete()
    for user in made.users:
        made.vhost.http("DELETE", f"users/{user}")


def logs_in(url: str) -> bool:
    try:
        pika.BlockingConnection(pika.URLParameters(url)).close()
    except pika.exceptions.AMQPError:
        return False
    return True


def test_users_that_were_imported_cannot_log_in_before_they_get_a_password(
    imported: Imported,
) -> None:
    for user in imported.users:
        assert not logs_in(imported.broker.url("hscv", user, ""))
        assert not logs_in(imported.broker.url("hscv", user, user))


def test_importing_again_takes_passwords_away_only_with_the_file_of_users(
    imported: Imported,
) -> None:
    url = imported.url("hscv")
    imported.take_again("definitions.json")
    assert logs_in(url)
    imported.take_again("users.json")
    assert not logs_in(url)


def test_after_the_import_nothing_is_left_to_declare_and_check_is_satisfied(
    imported: Imported, tmp_path: Path
) -> None:
    url = imported.url("dondoc")
    installation = Installation(tmp_path, url).with_tables()
    check = imported.url("dondoc-check").replace("amqp://", "http://").removesuffix("/hscv")
    settings = tmp_path / "dondoc.toml"
    management = check.replace(f":{imported.broker.port}", f":{imported.broker.http_port}")
    said = settings.read_text("utf-8").replace(
        "[broker]\n", f'[broker]\nmanagement_url = "{management}"\n'
    )
    settings.write_text(said, encoding="utf-8")
    assert installation.run("declare") == "nothing was missing\n"
    assert "would declare" not in installation.run("declare", "--dry-run")
    checked = installation.run("check")
    assert "mend" not in checked
    assert "ok    policies: " in checked
    running = installation.start()
    assert publish("python", imported.url("hscv"), rows("15")).returncode == 0
    wait_until(lambda: running.events_in() == 4, "events come in", 60)
    assert running.stop()[0] == 0
    assert "declared on the broker" not in running.log.read_text("utf-8")


def test_a_policy_for_everything_does_not_reach_the_queues_that_keep_everything(
    imported: Imported,
) -> None:
    imported.vhost.set_policy(".*", {"message-ttl": 0}, priority=10)
    url = imported.url("dondoc")
    publisher = pika.BlockingConnection(pika.URLParameters(url))
    channel = publisher.channel()
    channel.confirm_delivery()
    for queue in ("dondoc.events", "dondoc.dead"):
        channel.basic_publish("", queue, b"{}", mandatory=True)
    # Where it does reach, it drops at once.
    channel.queue_declare("dondoc.bounded", durable=True, arguments={"x-queue-type": "quorum"})
    channel.basic_publish("", "dondoc.bounded", b"{}", mandatory=True)
    wait_until(lambda: ready(url, "dondoc.bounded") == 0, "a policy is in force")
    kept = ("dondoc.events", "dondoc.dead")
    wait_until(lambda: {ready(url, each) for each in kept} == {1}, "each keeps its message")
    for queue in kept:
        channel.queue_purge(queue)
    channel.queue_delete("dondoc.bounded")
    publisher.close()
    imported.vhost.http("DELETE", "policies/hscv/test")


def test_readers_of_reminders_read_nothing_else(imported: Imported) -> None:
    reader = pika.BlockingConnection(pika.URLParameters(imported.url("reminders-reader")))
    channel = reader.channel()
    channel.queue_declare("reminders.portal", durable=True)
    channel.queue_bind("reminders.portal", "dondoc.reminders", "reminder.#")
    for forbidden in ("dondoc.events", "dondoc.dead", "dondoc.unrouted"):
        with pytest.raises(pika.exceptions.ChannelClosedByBroker, match="ACCESS_REFUSED"):
            reader.channel().basic_get(forbidden)
    with pytest.raises(pika.exceptions.ChannelClosedByBroker, match="ACCESS_REFUSED"):
        reader.channel().queue_bind("reminders.portal", "hscv.events", "#")
    reader.close()


def test_a_reader_for_one_body_binds_the_reminders_of_that_body_alone(imported: Imported) -> None:
    url = imported.url("reminders-reader")
    rights = {"exchange": "dondoc.reminders", "write": "^$"}
    rights["read"] = r"^(reminder|digest)\.XUANHOA\."
    imported.vhost.http("PUT", "topic-permissions/hscv/reminders-reader", rights)
    reader = pika.BlockingConnection(pika.URLParameters(url))
    channel = reader.channel()
    channel.queue_declare("reminders.xuanhoa", durable=True)
    channel.queue_bind("reminders.xuanhoa", "dondoc.reminders", "reminder.XUANHOA.#")
    for forbidden in ("reminder.#", "#", "reminder.*.#", "reminder.VP.#"):
        with pytest.raises(pika.exceptions.ChannelClosedByBroker, match="ACCESS_REFUSED"):
            reader.channel().queue_bind("reminders.xuanhoa", "dondoc.reminders", forbidden)
    reader.close()
    imported.vhost.http("DELETE", "topic-permissions/hscv/reminders-reader")


def test_what_somebody_declared_otherwise_is_left_as_it_is_and_told(
    tmp_path: Path, vhost: VirtualHost
) -> None:
    limited: dict[str, str | int] = {"x-queue-type": "quorum", "x-delivery-limit": 5}
    queue = Queue("dondoc.events", limited, keeps_all=True)
    with Client(parse_address(vhost.url)) as client:
        client.declare(Topology((Exchange("hscv.events", "fanout"),), (queue,), ()))
    vhost.http("POST", "definitions", definitions(topology(), vhost.name))
    told = Installation(tmp_path, vhost.url).with_tables().said("check", code=3)
    assert "exchange hscv.events: type is not as dondoc declares it" in told
    assert "queue dondoc.events: x-delivery-limit is not as dondoc declares it" in told
    assert "is missing" not in told


def test_a_virtual_host_with_unusual_letters_can_be_imported_and_used(
    tmp_path: Path, vhost: VirtualHost
) -> None:
    name = f"Thành phố/{uuid.uuid4().hex[:6]} #1%"
    installation = Installation(tmp_path, vhost.broker.url(name))
    vhost.http("POST", "definitions", json.loads(installation.run("declare", "--definitions")))
    other = VirtualHost(vhost.broker, quote(name, safe=""))
    other.permit("guest")
    assert installation.run("declare") == "nothing was missing\n"
    assert ready(vhost.broker.url(name)) == 0
    other.delete()
