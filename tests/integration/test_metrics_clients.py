"""The server under the metrics endpoint and clients that are slow, many, or speak something else.

Real sockets throughout; a process that has run out of something is one with a low limit.
"""

from __future__ import annotations

import contextlib
import random
import resource
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from dondoc.metrics import server as module
from dondoc.metrics.server import Answer, Server, listening
from support.installation import Installation

CASES = Path(__file__).parents[1] / "fixtures" / "cases"
LOOPBACK = ("127.0.0.1", 0)
LARGE = b"x" * 50_000_000

Serve = Callable[[], tuple[str, int]]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts a server that knows /metrics and /large, and gives its address."""
    with contextlib.ExitStack() as stack:

        def serve() -> tuple[str, int]:
            pages = {"/metrics": b"dondoc_events_total 1\n", "/large": LARGE}
            server = Server(
                listening(socket.AF_INET, LOOPBACK),
                lambda path, _: Answer(
                    HTTPStatus.OK if path in pages else HTTPStatus.NOT_FOUND, pages.get(path, b"")
                ),
            )
            thread = threading.Thread(target=server.serve_forever, args=(0.05,))
            thread.start()
            stack.callback(thread.join)
            stack.callback(server.server_close)
            stack.callback(server.shutdown)
            host, port = server.server_address[:2]
            return str(host), int(port)

        yield serve


def test_the_time_for_a_request_ends_with_it_however_long_its_answer_takes_to_be_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "REQUEST_SECONDS", 0.5)

    def answer(*_: object) -> Answer:
        time.sleep(2)
        return Answer(HTTPStatus.OK, b"late\n")

    server = Server(listening(socket.AF_INET, LOOPBACK), answer)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        host, port = server.server_address[:2]
        assert status((str(host), int(port))) == HTTPStatus.OK
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def status(address: tuple[str, int], path: str = "/metrics") -> int:
    connection = HTTPConnection(*address, timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def told(address: tuple[str, int], request: bytes) -> bytes:
    """Everything that is answered to *request*, whose sender says no more after it."""
    with socket.create_connection(address, timeout=10) as client:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            client.sendall(request)
            client.shutdown(socket.SHUT_WR)
        answer = b""
        with contextlib.suppress(ConnectionResetError):
            while more := client.recv(65536):
                answer += more
        return answer


POST = b"POST /metrics HTTP/1.1\r\nHost: x\r\n%b\r\n\r\n%b"
STRANGE = {
    "a length that is no number": ((CASES / "15-content-length.http").read_bytes(), (400, 405)),
    "a whole URL": ((CASES / "15-absolute-form.http").read_bytes(), (200,)),
    "a whole URL without a path": (b"GET http://x HTTP/1.1\r\n\r\n", (404,)),
    "a negative length": (POST % (b"Content-Length: -5", b""), (400, 405)),
    "a huge length": (POST % (b"Content-Length: " + b"9" * 20, b""), (400, 405)),
    "a length of 5,000 digits": (POST % (b"Content-Length: " + b"9" * 5000, b""), (400, 405)),
    "two lengths": (POST % (b"Content-Length: 1\r\nContent-Length: 2", b"xx"), (400, 405)),
    "a chunked body": (POST % (b"Transfer-Encoding: chunked", b"zz\r\n"), (400, 405)),
    "a large body": (POST % (b"Content-Length: 50000", b"x" * 50_000), (400, 405)),
    "a question with a body": (b"GET /metrics HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc", (200,)),
    "several questions at once": (b"GET /metrics HTTP/1.1\r\n\r\n" * 5, (200,)),
    "a line of 70,000 bytes": (b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n", (414,)),
    "a header of 70,000 bytes": (
        b"GET /metrics HTTP/1.1\r\nX: " + b"x" * 70_000 + b"\r\n\r\n",
        (431,),
    ),
    "a thousand headers": (b"GET /metrics HTTP/1.1\r\n" + b"X: y\r\n" * 1000 + b"\r\n", (431,)),
    "a header that is no text": (b"GET /metrics HTTP/1.1\r\n\xff\x00: \xb2\r\n\r\n", (200,)),
    "an unknown method": (b"BREW /metrics HTTP/1.1\r\n\r\n", (501,)),
    "another version": (b"GET /metrics HTTP/3.0\r\n\r\n", (400, 505)),
    "a version that is no number": ("GET /metrics HTTP/1.²\r\n\r\n".encode("latin-1"), (400,)),
    "the oldest form": (b"GET /metrics\r\n\r\n", (200,)),
    "a TLS hello": (bytes.fromhex("16030100c8010000c40303") + b"\r\n\r\n", (400,)),
}


@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_request_is_refused_without_a_word_in_the_log(
    serve: Serve, name: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    request, expected = STRANGE[name]
    address = serve()
    answer = told(address, request)
    assert int(answer.split()[1]) in expected
    assert status(address) == 200
    assert (caplog.text, *capfd.readouterr()) == ("", "", "")


def test_any_bytes_are_survived_without_a_word_in_the_log(
    serve: Serve, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    seed = random.SystemRandom().randrange(2**31)
    chance = random.Random(seed)
    address = serve()
    alphabet = [b"GET", b"POST", b" ", b"/metrics", b"HTTP/1.1", b"\r\n", b":", b"\xb2", b"\x00"]
    alphabet += [b"Content-Length", b"Transfer-Encoding", b"Expect: 100-continue", b"http://", b"["]
    for _ in range(150):
        words = (
            chance.choice(alphabet) if chance.random() < 0.8 else chance.randbytes(5)
            for _ in range(chance.randrange(40))
        )
        told(address, b"".join(words))
    assert status(address) == 200, f"seed {seed}"
    assert (caplog.text, *capfd.readouterr()) == ("", "", ""), f"seed {seed}"


def test_a_client_that_drips_its_request_is_hung_up_on(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "REQUEST_SECONDS", 0.5)
    begun = time.monotonic()
    with socket.create_connection(serve(), timeout=10) as slow, contextlib.suppress(OSError):
        while time.monotonic() - begun < 20:
            slow.sendall(b"G")
            slow.settimeout(0.05)
            with contextlib.suppress(TimeoutError):
                assert slow.recv(1) == b""
                break
    assert 0.4 < time.monotonic() - begun < 10


def test_a_client_that_does_not_take_its_answer_is_hung_up_on(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ANSWER_SECONDS", 0.5)
    before = set(threading.enumerate())
    address = serve()
    with socket.create_connection(address, timeout=10) as slow:
        slow.sendall(b"GET /large HTTP/1.1\r\n\r\n")
        begun = time.monotonic()
        while slow.recv(1000) and time.monotonic() - begun < 20:
            time.sleep(0.05)
            if len(set(threading.enumerate()) - before) == 1:
                break
        assert len(set(threading.enumerate()) - before) == 1  # the server's own
    assert status(address) == 200


def test_beyond_the_most_connections_the_oldest_is_hung_up_on(serve: Serve) -> None:
    address = serve()
    with contextlib.ExitStack() as stack:
        clients = [
            stack.enter_context(socket.create_connection(address, timeout=10))
            for _ in range(module.MOST_CONNECTIONS + 5)
        ]
        assert status(address) == 200
        for gone in clients[:5]:
            assert gone.recv(1) == b""
        clients[-1].sendall(b"GET /metrics HTTP/1.1\r\n\r\n")
        assert clients[-1].recv(15) == b"HTTP/1.0 200 OK"


EXHAUSTED = """
import resource, socket, sys, threading
from http import HTTPStatus
from dondoc.metrics.server import Answer, Server, listening
server = Server(
    listening(socket.AF_INET, ("127.0.0.1", 0)), lambda path, _: Answer(HTTPStatus.OK, b"yes")
)
if sys.argv[1] == "descriptors":
    resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))
serving = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
serving.start()
if sys.argv[1] == "threads":
    threading.stack_size(1 << 50)  # more than the machine has: none can be started
print(server.server_address[1], flush=True)
sys.stdin.readline()
if sys.argv[1] == "threads":
    threading.stack_size(0)
print(serving.is_alive(), resource.getrusage(resource.RUSAGE_SELF).ru_utime, flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def exhausted() -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    """Starts a server in a process that has no more of something."""
    with contextlib.ExitStack() as stack:

        def start(what: str) -> subprocess.Popen[str]:
            process = subprocess.Popen(
                [sys.executable, "-c", EXHAUSTED, what],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            stack.callback(process.wait)
            stack.callback(process.kill)
            return process

        yield start


@pytest.mark.parametrize("what", ["descriptors", "threads"])
def test_without_descriptors_or_threads_the_server_neither_ends_nor_spins(
    exhausted: Callable[[str], subprocess.Popen[str]], what: str
) -> None:
    process = exhausted(what)
    assert process.stdout is not None
    assert process.stdin is not None
    assert process.stderr is not None
    address = ("127.0.0.1", int(process.stdout.readline()))
    with contextlib.ExitStack() as stack:
        for _ in range(40):
            stack.enter_context(socket.create_connection(address, timeout=10))
        time.sleep(3)
        process.stdin.write("\n")
        process.stdin.flush()
        alive, seconds = process.stdout.readline().split()
        assert alive == "True"
        assert float(seconds) < 2
        assert status(address) == 200
    process.stdin.write("\n")
    process.stdin.close()
    process.wait(timeout=10)
    assert process.stderr.read() == ""


def test_a_thousand_dripping_clients_leave_the_service_its_descriptors_and_its_scrape(
    tmp_path: Path,
) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    installation = Installation(tmp_path, "amqp://127.0.0.1:1/")
    installation.service = ("bash", "-c", 'ulimit -n 128; exec "$@"', "-", *installation.service)
    try:
        running = installation.start()
        address = ("127.0.0.1", urlsplit(running.address()).port or 0)
        with contextlib.ExitStack() as stack:
            for _ in range(1060):
                client = stack.enter_context(socket.create_connection(address, timeout=10))
                client.sendall(b"GET /")
            opened = len(list(Path(f"/proc/{running.process.pid}/fd").iterdir()))
            assert opened < 128
            for _ in range(5):
                begun = time.monotonic()
                assert "dondoc_consumer_up" in running.metrics()
                assert time.monotonic() - begun < 5
        assert running.stop()[0] == 0
        assert "Too many open files" not in running.log.read_text(encoding="utf-8")
    finally:
        installation.end_what_is_left()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
