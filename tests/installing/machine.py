"""The machine inside the root: the installer, the command, the servers, and how it all stands.

Only the standard library: it is run by Debian's own Python, in network and process namespaces
where nothing else is.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
OPT, ETC, VAR = Path("/opt/dondoc"), Path("/etc/dondoc"), Path("/var/lib/dondoc")
SETTINGS = ETC / "dondoc.toml"
METRICS = "http://127.0.0.1:9464/metrics"
_WATCHED = (OPT, Path("/etc"), VAR, Path("/usr/local"))
OFFLINE = {
    **os.environ,
    "PIP_NO_INDEX": "1",
    "PIP_FIND_LINKS": "/srv/wheels",
    "PIP_EXTRA_INDEX_URL": "",
    "LC_ALL": "C.UTF-8",
}


def require(holds: object, what: str) -> None:
    """Raise AssertionError with *what* where it does not hold."""
    if not holds:
        raise AssertionError(what)


def install(*arguments: str, code: int = 0) -> str:
    """What deploy/install.sh prints, which has to end with *code*."""
    done = subprocess.run(
        ["bash", CHECKOUT / "deploy" / "install.sh", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        env=OFFLINE,
        cwd="/",
    )
    print(done.stdout, flush=True)
    require(done.returncode == code, f"install.sh {arguments}: {done.returncode}, not {code}")
    return done.stdout


def as_service(*command: str) -> list[str]:
    """*command* as the service's user would have it run."""
    return ["runuser", "-u", "dondoc", "--", "env", "-i", "-C", str(VAR), *_path(), *command]


def _path() -> tuple[str, ...]:
    return ("PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C.UTF-8")


def dondoc(*arguments: str, code: int = 0) -> str:
    """What `dondoc` prints, which has to end with *code*."""
    done = subprocess.run(
        as_service("dondoc", "--config", str(SETTINGS), *arguments),
        capture_output=True,
        text=True,
        check=False,
    )
    said = f"dondoc {' '.join(arguments)}: {done.returncode}\n{done.stdout}{done.stderr}"
    require(done.returncode == code, said)
    return done.stdout


def rabbitmqctl(*arguments: str) -> str:
    """What rabbitmqctl prints."""
    return subprocess.run(
        ["rabbitmqctl", "-s", *arguments], check=True, capture_output=True, text=True
    ).stdout


def standing() -> dict[str, object]:
    """How the machine stands: what an installer could change, and the broker's own state."""
    found: dict[str, object] = {
        question: rabbitmqctl(*question.split())
        for question in ("list_users", "list_permissions -p hscv", "list_queues -p hscv name")
    }
    for top in _WATCHED:
        for path in (top, *top.rglob("*")):
            # SQLite makes and removes files beside the database while somebody looks at it.
            if path.name.endswith(("-wal", "-shm")) or path == VAR:
                continue
            status = path.lstat()
            link = str(path.readlink()) if path.is_symlink() else ""
            found[str(path)] = (status.st_mtime_ns, status.st_mode, status.st_uid, link)
    return found


def differences(before: dict[str, object], after: dict[str, object]) -> list[str]:
    """What is not the same in both."""
    return sorted(key for key in before | after if before.get(key) != after.get(key))


def wait_for(what: str, holds: Callable[[], object], seconds: float = 90.0) -> None:
    """Wait until *holds*; raises AssertionError with *what* after so many *seconds*."""
    until = time.monotonic() + seconds
    while True:
        with contextlib.suppress(OSError):
            if holds():
                return
        require(time.monotonic() < until, f"waited {seconds:.0f} s for {what} in vain")
        time.sleep(0.3)


@contextlib.contextmanager
def running(what: str, command: Sequence[str | Path]) -> Iterator[Path]:
    """*command* at work, its output in the file that is given; ended by SIGTERM."""
    log = Path(f"/tmp/{what}.log")
    with log.open("wb") as file:
        process = subprocess.Popen(command, stdout=file, stderr=file, cwd="/")
        try:
            yield log
        except BaseException:  # whatever ends the trial: SystemExit of what is not as it should be
            print(f"{what} said:\n{log.read_text('utf-8', 'replace')[-1000:]}", flush=True)
            raise
        finally:
            process.terminate()
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextlib.contextmanager
def broker() -> Iterator[None]:
    """Debian's RabbitMQ, as its own user and in its own directories."""
    with running("rabbitmq", ["/usr/sbin/rabbitmq-server"]):
        wait_for(
            "RabbitMQ",
            lambda: (
                subprocess.run(
                    ["rabbitmqctl", "-q", "await_startup", "--timeout", "30"],
                    capture_output=True,
                    check=False,
                ).returncode
                == 0
            ),
            180,
        )
        try:
            yield
        finally:
            subprocess.run(["rabbitmqctl", "-q", "stop"], check=False, capture_output=True)


@contextlib.contextmanager
def service(*arguments: str) -> Iterator[Path]:
    """`dondoc run`, or what else is said, as its unit starts it, without systemd."""
    words = arguments or ("run",)
    command = as_service(str(OPT / "bin" / "dondoc"), "--config", str(SETTINGS), *words)
    with running("dondoc-" + "-".join(words), command) as log:
        if not arguments:
            wait_for("the consumer", lambda: metric("dondoc_consumer_up") == 1)
        yield log


def metric(name: str) -> float:
    """The sum of what the service shows under *name*, which may have all its labels behind it."""
    with urllib.request.urlopen(METRICS, timeout=5) as answer:
        lines = answer.read().decode().splitlines()
    found = [line for line in lines if line.startswith((f"{name} ", f"{name}{{"))]
    return sum(float(line.rpartition(" ")[2]) for line in found)
