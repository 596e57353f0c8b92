"""Debian's Postfix as the relay of an office: dondoc hands it letters, and it hands them on to a
server on loopback. An instance of its own, in a folder, on ports that nobody uses."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from loopback import free_ports, listens
from support.smtp_server import receiving

from .backlog import NOW, backlog, bodies, sending

LETTERS = 200
_START_SECONDS = 20.0
_ARRIVE_SECONDS = 60.0


def through_postfix(folder: Path, say: Callable[[str], None]) -> int:
    """Send letters through it and compare what came with what was recorded."""
    postfix = shutil.which("postfix", path=f"{os.environ['PATH']}:/usr/sbin")
    if postfix is None or os.geteuid() != 0:
        say("NOT TESTED with Postfix: install Debian's package postfix, and run this as root")
        return 2
    with receiving() as mailbox, backlog(folder, LETTERS) as store:
        (port,) = free_ports(1)
        with _running(postfix, folder / "postfix", port, mailbox.port):
            sends, session = sending(store, port)
            while sends.once(bodies(), NOW):
                pass
            session.close()
            deadline = time.monotonic() + _ARRIVE_SECONDS
            while len(mailbox.letters) < LETTERS and time.monotonic() < deadline:
                time.sleep(0.2)
        wanted: dict[str, str] = dict(
            store.read(lambda tx: tx.rows("SELECT message_id, state FROM mailing"))
        )
    came = [letter.message_id for letter in mailbox.letters]
    say(f"{len(came)} of {LETTERS} letters came through Postfix, {len(set(came))} different")
    unsent = [id_ for id_, state in wanted.items() if state != "sent"]
    return int(sorted(came) != sorted(wanted) or bool(unsent))


@contextmanager
def _running(postfix: str, folder: Path, port: int, onward: int) -> Iterator[None]:
    """A Postfix that listens on *port* and hands everything on to *onward*."""
    settings = folder / "etc"
    settings.mkdir(parents=True)
    for name in ("spool", "data"):
        (folder / name).mkdir()
    shutil.chown(folder / "data", "postfix")
    folder.parent.chmod(0o755)
    (settings / "main.cf").write_text(
        f"queue_directory = {folder / 'spool'}\ndata_directory = {folder / 'data'}\n"
        f"inet_interfaces = 127.0.0.1\nmyhostname = relay.huyen.example\nmydestination =\n"
        f"relayhost = [127.0.0.1]:{onward}\nmynetworks = 127.0.0.0/8\n"
        f"smtp_tls_security_level = none\ncompatibility_level = 3.6\n"
        f"maillog_file = {folder / 'log'}\nmaillog_file_prefixes = {folder.parent}\n"
        "smtp_host_lookup = native\ndisable_dns_lookups = yes\nalias_maps =\n",
        encoding="utf-8",
    )
    services = Path("/usr/share/postfix/master.cf.dist").read_text("utf-8")
    lines = services.replace("smtp      inet", f"127.0.0.1:{port} inet", 1).splitlines()
    # No service in a root of its own: the folder has none.
    plain = [_unrooted(line) for line in lines]
    (settings / "master.cf").write_text("\n".join(plain) + "\n", encoding="utf-8")
    subprocess.run([postfix, "-c", settings, "start"], check=True, capture_output=True)
    try:
        deadline = time.monotonic() + _START_SECONDS
        while not listens(port):
            assert time.monotonic() < deadline, (folder / "log").read_text("utf-8")[-2000:]
            time.sleep(0.1)
        yield
    finally:
        subprocess.run([postfix, "-c", settings, "stop"], check=False, capture_output=True)


def _unrooted(line: str) -> str:
    words = line.split()
    if line[:1] in ("#", " ", "") or len(words) < 8:
        return line
    words[4] = "n"
    return "  ".join(words)
