"""A RabbitMQ node of one's own, for the demo, the tests and the benchmarks.

The node has its own name, ports, port mapper, cookie, configuration and directories, listens on
loopback alone and is stopped by process id, so it neither sees nor disturbs any other RabbitMQ
on the machine. Works as root and as an ordinary user; needs nothing but Debian's
`rabbitmq-server` package and the standard library. It must never touch the machine's own broker.

Run as a command it starts one node, prints its URL on stdout and stops it on SIGTERM or Ctrl-C:

    python deploy/private_broker.py --directory /tmp/broker
"""

from __future__ import annotations

import argparse
import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import quote

from broker_files import Ports, environment, write_files
from loopback import HOST, listens

# Where RabbitMQ's own scripts are. The wrappers in /usr/sbin change to the user `rabbitmq`.
SCRIPTS = Path("/usr/lib/rabbitmq/bin")
START_SECONDS = 90.0


class BrokerFailure(Exception):
    """The private node is missing, did not start or did not obey; one line that says what."""


def missing() -> str | None:
    """What has to be installed before a private node can start; None when nothing is."""
    if not (SCRIPTS / "rabbitmq-server").exists():
        return "RabbitMQ is not installed: apt-get install rabbitmq-server"
    for command in ("erl", "epmd"):
        if shutil.which(command) is None:
            return f"{command} of Erlang is not in PATH: apt-get install erlang-base"
    return None


class PrivateBroker:
    """One private node. Restarting it keeps its ports and, in `directory`, its data.

    `settings` are further lines of rabbitmq.conf, `plugins` the plugins to enable.
    With `rabbitmq_management` the HTTP API answers at `management_url()`.
    With `certificates` (ca, certificate, key) the node also listens with TLS.
    """

    def __init__(
        self,
        directory: Path,
        *,
        plugins: Sequence[str] = (),
        settings: Sequence[str] = (),
        certificates: tuple[Path, Path, Path] | None = None,
    ) -> None:
        self.directory = directory
        self._ports = Ports.free()
        self.port, self.tls_port = self._ports.amqp, self._ports.tls
        self.http_port = self._ports.http
        self._node_name = f"dondoc-{secrets.token_hex(4)}@localhost"
        self._node: subprocess.Popen[bytes] | None = None
        self._epmd: subprocess.Popen[bytes] | None = None
        write_files(directory, self._ports, plugins, settings, certificates)

    # Addresses

    def url(self, vhost: str = "/", user: str = "guest", password: str = "guest") -> str:
        """The AMQP URL of a virtual host of this node."""
        user, password, vhost = (quote(each, safe="") for each in (user, password, vhost))
        return f"amqp://{user}:{password}@{HOST}:{self.port}/{vhost}"

    def management_url(self) -> str:
        """The base URL of the HTTP API, for nodes with `rabbitmq_management`."""
        return f"http://guest:guest@{HOST}:{self.http_port}"

    @property
    def pid(self) -> int:
        """The process id of the running node, which is also its process group."""
        if self._node is None:
            raise BrokerFailure("the private RabbitMQ node is not running")
        return self._node.pid

    @property
    def log(self) -> Path:
        """The node's log file."""
        return self.directory / "log" / "node.log"

    # Life

    def start(self, progress: Callable[[str], None] = lambda line: None) -> None:
        """Start the node and wait until it answers AMQP (about 8 s on two cores).

        `progress` is told every few seconds how long it has taken. Raises BrokerFailure.
        """
        lack = missing()
        if lack is not None:
            raise BrokerFailure(lack)
        self._start_port_mapper()
        with (self.directory / "startup.log").open("ab") as output:
            self._node = subprocess.Popen(
                [SCRIPTS / "rabbitmq-server"],
                env=environment(self.directory, self._ports, self._node_name),
                cwd=self.directory,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        try:
            self._wait_until_it_answers(progress)
        except BaseException:  # Ctrl-C included: what was started must not be left running
            self.kill()
            raise

    def stop(self) -> None:
        """End the node and its port mapper at once; an orderly stop would take 6 s for nothing."""
        self.kill()
        if self._epmd is not None:
            self._epmd.kill()
            self._epmd.wait()
            self._epmd = None

    def kill(self) -> None:
        """kill -9 the node, at once and whole; what it had not written to disk is lost."""
        if self._node is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._node.pid, signal.SIGKILL)
        self._node.wait()
        self._node = None

    def wait(self) -> None:
        """Wait until the node ends."""
        if self._node is not None:
            self._node.wait()

    def tool(self, name: str) -> tuple[list[str], dict[str, str]]:
        """How RabbitMQ's tool *name* is called for this node, and in which environment."""
        command = [str(SCRIPTS / name), "--node", self._node_name, "--quiet"]
        return command, environment(self.directory, self._ports, self._node_name)

    def ctl(self, *arguments: str) -> str:
        """Run `rabbitmqctl` for this node (1 to 2 s, far more on a busy machine); gives what it
        printed."""
        command, variables = self.tool("rabbitmqctl")
        done = subprocess.run(
            [*command, *arguments],
            env=variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        if done.returncode != 0:
            said = " ".join((done.stderr or done.stdout).split())
            raise BrokerFailure(f"rabbitmqctl {' '.join(arguments)}: {said}")
        return done.stdout

    def __enter__(self) -> PrivateBroker:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    # Inside

    def _start_port_mapper(self) -> None:
        """Start Erlang's port mapper as our child; Erlang itself would leave it running."""
        if self._epmd is not None and self._epmd.poll() is None:
            return
        self._epmd = subprocess.Popen(
            ["epmd", "-address", HOST, "-port", str(self._ports.mapper)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + 10
        while not listens(self._ports.mapper):
            if time.monotonic() > deadline:
                raise BrokerFailure(f"epmd does not listen on {HOST}:{self._ports.mapper}")
            time.sleep(0.02)

    def _wait_until_it_answers(self, progress: Callable[[str], None]) -> None:
        started = time.monotonic()
        told = 0.0
        while not _answers_amqp(self.port):
            waited = time.monotonic() - started
            if self._node is None or self._node.poll() is not None:
                raise BrokerFailure(
                    f"the private RabbitMQ node ended at start: {self._last_words()}"
                )
            if waited > START_SECONDS:
                raise BrokerFailure(
                    f"the private RabbitMQ node does not answer after {START_SECONDS:.0f} s: "
                    f"{self._last_words()}"
                )
            if waited - told >= 3:
                told = waited
                progress(f"waiting for RabbitMQ on {HOST}:{self.port} ({waited:.0f} s)")
            time.sleep(0.05)

    def _last_words(self) -> str:
        said = (self.directory / "startup.log").read_text(errors="replace").split("\n")
        lines = [line.strip() for line in said if line.strip()]
        return " / ".join(lines[-5:]) or f"see {self.log}"


def _answers_amqp(port: int) -> bool:
    """Whether the broker sends Connection.Start when spoken to; a bare listener is not enough."""
    try:
        with socket.create_connection((HOST, port), timeout=2) as connection:
            connection.sendall(b"AMQP\x00\x00\x09\x01")
            return connection.recv(1) == b"\x01"
    except OSError:
        return False


def main() -> int:
    """Run one node in the foreground until SIGTERM or Ctrl-C."""
    parser = argparse.ArgumentParser(description="Run a private RabbitMQ node on loopback.")
    parser.add_argument("--directory", type=Path, help="where it keeps its files (default: new)")
    parser.add_argument("--url-file", type=Path, help="write the URL here once it answers")
    options = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)

    def say(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    with contextlib.ExitStack() as stack:
        directory: Path = options.directory or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="dondoc-broker-"))
        )
        broker = PrivateBroker(directory.resolve())
        stack.callback(broker.stop)
        try:
            broker.start(say)
        except BrokerFailure as failure:
            say(str(failure))
            return 1
        print(broker.url(), flush=True)
        if options.url_file is not None:
            options.url_file.write_text(broker.url() + "\n")
        broker.wait()
        say("the private RabbitMQ node has ended by itself")
    return 1


def _leave(*_: object) -> None:
    """End the command in order, once: what cleans up is not to be interrupted again."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    sys.exit(0)


if __name__ == "__main__":
    sys.exit(main())
