"""Tens of thousands of letters through one server: each once, on few connections, in bounded
memory."""

from __future__ import annotations

import resource
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from dondoc.storage.questions.mailings import mailing_figures
from support.smtp_server import Receiver, receiving

from .backlog import NOW, backlog, bodies, sending


def send_many(folder: Path, letters: int, say: Callable[[str], None]) -> int:
    """Send *letters* and count what came; gives the exit code."""
    receiver = Receiver()
    receiver.keeps_contents = False
    with receiving(receiver=receiver), backlog(folder, letters) as store:
        say(f"{letters} letters are recorded")
        sends, session = sending(store, receiver.port)
        before, begun = _memory(), time.monotonic()
        tried = 0
        while sends.once(bodies(), NOW):
            tried += 1
        seconds, grown = time.monotonic() - begun, _memory() - before
        session.close()
        states = store.read(lambda tx: mailing_figures(tx, NOW)).states
    came = Counter(letter.message_id for letter in receiver.letters)
    twice = sum(count - 1 for count in came.values())
    say(
        f"{len(came)} came in {seconds:.0f} s ({len(came) / seconds:.0f} a second) on"
        f" {receiver.connections} connections; twice: {twice}; memory grew by {grown:.0f} MB"
    )
    say(", ".join(f"{number} {state.value}" for state, number in sorted(states.items())))
    return int(len(came) != letters or bool(twice) or tried != letters)


def _memory() -> float:
    """The most that this process has taken, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
