"""What `replay` refuses: told line by line up to a number, and kept in a file where that is asked.

Of a line whose secrecy is not established as normal nothing is written but where it stands and
why it was refused; of one that was declared normal its text too, so that it can be mended.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ...connector.handled import Handled, Result
from .feeds import BrokenLine
from .sinks import Sink, sink_of
from .words import words

SHOWN = 20
"""How many refused lines are told one by one; the rest only counted."""
_SECRET = "is secret"
"""What the file says of such a line, in English as all that programs read."""


class Refusals:
    """What was refused so far; the lines go to *sink* as they come, where there is one."""

    def __init__(self, sink: Sink | None) -> None:
        self._sink = sink
        self._shown: list[str] = []
        self.count = 0

    def broken(self, line: BrokenLine) -> None:
        """*line* cannot be a message."""
        self._refuse(line.where, line.reason, "", None)

    def handled(self, where: str, line: str | None, handled: Handled) -> None:
        """Note what became of the message that stands *where*, as that *line*, where it was
        refused. What is secret was not refused, but is named in the file, for whoever counts its
        lines."""
        if handled.dead is not None:
            self._refuse(where, handled.dead.reason, handled.dead.path, line)
        elif handled.result is Result.REJECTED and handled.invalid:
            self._refuse(where, handled.reason, "", None)
        elif handled.result is Result.REJECTED:
            self._refuse(where, f"its secrecy is not established: {handled.reason}", "", None)
        elif handled.result is Result.DISCARDED:
            self._write(where, _SECRET, "", None)

    def told(self) -> list[str]:
        """The first of them, a line each, and how many more there are."""
        more = self.count - SHOWN
        return [*self._shown, *([words().say("replay.more_refused", number=more)] * (more > 0))]

    def _refuse(self, where: str, reason: str, path: str, text: str | None) -> None:
        self.count += 1
        if self.count <= SHOWN:
            said = words().sentence(reason)
            named = f"{path}: {said}" if path else said
            self._shown.append(words().say("replay.refused", where=where, reason=named))
        self._write(where, reason, path, text)

    def _write(self, where: str, reason: str, path: str, text: str | None) -> None:
        if self._sink is None:
            return
        told = {"where": where, "path": path, "reason": reason, "text": text}
        line = json.dumps({name: said for name, said in told.items() if said})
        self._sink.write(f"{line}\n".encode())


@contextmanager
def refusals_to(target: Path | None, needed: Iterable[Path]) -> Iterator[Refusals]:
    """What keeps refused lines in the file *target*, which is there when the block ends well;
    nowhere for None. Raises CannotWrite."""
    if target is None:
        yield Refusals(None)
        return
    with sink_of(target, needed) as sink:
        yield Refusals(sink)
