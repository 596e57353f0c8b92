"""A mail server on loopback that keeps letters in a file, as the bodies of the demo receive them.

It takes whatever it is handed, in clear, and writes of each letter to whom it went, its subject and
its plain text, until it is stopped. Part of the demo.

    python deploy/letters_received.py --port 2525 --output letters.txt
"""

from __future__ import annotations

import argparse
import signal
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, TextIO

from aiosmtpd.controller import Controller
from loopback import HOST


class Mailboxes:
    """Every mailbox there is, in one file."""

    def __init__(self, output: TextIO) -> None:
        self._output = output

    async def handle_DATA(  # noqa: N802 - as aiosmtpd calls it
        self, server: Any, session: Any, envelope: Any
    ) -> str:
        """Keep a letter."""
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        plain = letter.get_body(("plain",))
        text = "" if plain is None else str(plain.get_content())
        self._output.write(f"To: {letter['To']}\nSubject: {letter['Subject']}\n\n{text}\n\f\n")
        self._output.flush()
        return "250 OK"


def main() -> int:
    """Receive until SIGTERM."""
    parser = argparse.ArgumentParser(description="Write letters to a file as they arrive.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    with options.output.open("w", encoding="utf-8") as output:
        controller = Controller(Mailboxes(output), hostname=HOST, port=options.port)
        controller.start()
        ended.wait()
        controller.stop()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
