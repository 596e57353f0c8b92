"""The sample from end to end, as `docker compose --profile sample up` has it: the services of
dondoc's image from compose.yaml, on private servers in a network of their own."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from containers.building import Image
from containers.running import Container, copied
from private_broker import PrivateBroker
from support.compose import CONTAINERS, Compose
from support.postgres import new_cluster
from support.smtp_server import Receiver, receiving

_NEW_NETWORK = 0x40000000
_NOBODY = "23456:23456"
"""A number that no user of the image has."""
_MAIL_PORT = 1025


def run_the_sample(checkout: Path, image: Image, work: Path) -> None:
    """Have the sample published, taken in and sent. Raises AssertionError where it is not."""
    alone_on_the_network()
    secrets = work / "secrets"
    subprocess.run(["bash", checkout / CONTAINERS / "secrets.sh", secrets], check=True)
    settings = copied(checkout / CONTAINERS / "settings", work / "settings")
    with ExitStack() as stack:
        definitions = work / "definitions"
        definitions.mkdir()
        shutil.copy(secrets / "broker-users.json", definitions / "1-users.json")
        shutil.copy(checkout / "deploy/rabbitmq/definitions.json", definitions / "2-objects.json")
        broker = PrivateBroker(
            work / "broker",
            plugins=["rabbitmq_management"],
            settings=[f"load_definitions = {definitions}"],
        )
        stack.callback(broker.stop)
        broker.start(note)
        cluster = new_cluster(directory=None)
        stack.callback(cluster.stop)
        cluster.start()
        database = cluster.create_database().rpartition("/")[2]
        mailbox = stack.enter_context(receiving(port=_MAIL_PORT))
        for each in secrets.glob("*-url"):
            ports = {
                "rabbitmq:5672": broker.port,
                "rabbitmq:15672": broker.http_port,
                "postgres:5432": cluster.port,
            }
            _dial(each, ports, database)
        hosts = work / "hosts"
        hosts.write_text("127.0.0.1 localhost mailpit rabbitmq postgres\n")
        office = Office(Compose(checkout), image, settings, secrets, hosts, work)
        stack.callback(office.end_what_is_left)
        _try(office, mailbox)


class Office:
    """The services of *compose* that run *image*."""

    def __init__(
        self,
        compose: Compose,
        image: Image,
        settings: Path,
        secrets: Path,
        hosts: Path,
        work: Path,
    ) -> None:
        self.compose = compose
        self._image, self._work = image, work
        self._settings, self._secrets, self._hosts = settings, secrets, hosts
        self._started: list[subprocess.Popen[str]] = []

    def container(self, name: str) -> Container:
        """The service *name* with what compose.yaml gives it."""
        service = self.compose.services[name]
        shown = {"/etc/hosts": self._hosts, "/etc/dondoc": self._settings}
        assert [target for _, target in self.compose.mounts(service)] == ["/etc/dondoc"]
        for path in self.compose.secret_files(service):
            shown[path] = self._secrets / Path(path).name
        return Container(self._image, shown, service["environment"], self._work / f"{name}.log")

    def start(self, name: str) -> tuple[Container, subprocess.Popen[str]]:
        """The service *name*, started."""
        container = self.container(name)
        process = container.start(*self.compose.services[name]["command"])
        self._started.append(process)
        return container, process

    def run(self, name: str) -> str:
        """The service *name*, to its end; gives what it said."""
        command = self.compose.services[name]["command"]
        return self.container(name).said(*self._image.entrypoint, *command)

    def end_what_is_left(self) -> None:
        """Kill what a failure has left running."""
        for process in self._started:
            if process.poll() is None:
                process.kill()
                process.wait()


def _try(office: Office, mailbox: Receiver) -> None:
    dondoc, service = office.start("dondoc")
    until(dondoc.healthy, "the image's healthcheck says that it is well", 90)
    assert dondoc.fails("touch", "/written"), "the root can be written to"
    assert dondoc.fails("touch", "/var/lib/dondoc/written"), "the root can be written to"
    rights = dondoc.said("sed", "-n", "/^CapEff\\|^NoNewPrivs/p", "/proc/self/status")
    assert rights.split() == ["CapEff:", "0" * 16, "NoNewPrivs:", "1"], rights
    published = office.run("sample")
    note(published.strip())
    number = float(published.split()[0])
    until(lambda: metric("dondoc_events_total") >= number, "the sample is taken in", 300)
    assert metric("dondoc_consumer_up") == 1
    until(lambda: metric("dondoc_obligations") > 0, "the figures are told", 120)
    mail, letters = office.start("mail")
    own = office.compose.services["mail"]["healthcheck"]["test"][1:]
    until(lambda: mail.healthy(own), "mail's healthcheck says that it is well", 90)
    until(lambda: len(mailbox.letters) > 0, "a letter comes", 180)
    note(f"to {mailbox.letters[0].recipients[0]}: {mailbox.letters[0].message['Subject']}")
    checked = dondoc.said("dondoc", "--lang", "en", "check")
    assert "policies" in checked, checked
    note(f"memory at most: {peak(service)} MiB, of mail {peak(letters)} MiB")
    for user in (None, _NOBODY):
        board = dondoc.said("dondoc", "--lang", "en", "status", user=user)
        assert "obligations open" in board, board
    note(board.splitlines()[0])
    grace = [office.compose.services[name]["stop_grace_period"] for name in ("dondoc", "mail")]
    assert grace == ["30s", "2m"], grace
    assert "drained and stopped" in mail.stop(letters, 120)
    began = time.monotonic()
    assert "drained and stopped" in dondoc.stop(service, 30)
    note(f"dondoc ended in order within {time.monotonic() - began:.1f} s")


def peak(process: subprocess.Popen[str]) -> int:
    """The most memory that *process* has had, in MiB."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) // 1024


def metric(name: str) -> float:
    """The sum of the series called *name*, 0 where it has none."""
    with urllib.request.urlopen("http://127.0.0.1:9464/metrics", timeout=10) as answer:
        page = answer.read().decode()
    values = re.findall(rf"^{name}(?:\{{.*\}})? (\S+)$", page, re.MULTILINE)
    return sum(map(float, values))


def alone_on_the_network() -> None:
    """Put this process, and what it starts, into a network that has loopback alone: the ports of
    compose.yaml are free there, and nothing is reached from it."""
    if ctypes.CDLL(None, use_errno=True).unshare(_NEW_NETWORK) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)


def until(holds: Callable[[], bool], what: str, seconds: float) -> None:
    """Wait until `holds()`."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.5)
    note(what)


def note(line: str) -> None:
    """Say what has come about."""
    print(f"    {line}", file=sys.stderr, flush=True)


def _dial(file: Path, ports: dict[str, int], database: str) -> None:
    """Have the URL in *file* lead to a private server: a network without an engine has one port for
    each."""
    text = file.read_text()
    for name, port in ports.items():
        text = text.replace(f"@{name}", f"@{name.partition(':')[0]}:{port}")
    if text.startswith("postgresql:"):
        text = text.rpartition("/")[0] + f"/{database}"
    file.chmod(0o644)
    file.write_text(text)
    file.chmod(0o444)
