"""Takes the messages of files in for `replay`, and counts what becomes of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ...connector.contract.body import Limits
from ...connector.contract.verdicts import Message
from ...connector.dialects.edxml.dialect import EdxmlDialect
from ...connector.examining import ReadMessage, Tongue
from ...connector.handled import Handled, Result
from ...connector.intake import Intake
from ...storage.audit import Course
from ..assembly.clock import now
from .dialect_feeds import DialectFeed, DialectInput, EdxmlFile
from .feeds import BrokenLine, Feed, batches
from .progress import Progress
from .refusals import Refusals
from .sources import FileLines
from .words import words


@dataclass(frozen=True, slots=True)
class _ReadFile:
    """A file that was read as one message."""

    where: str
    message: ReadMessage = field(repr=False)


class Replaying:
    """Takes messages in by *intake*; tells *refusals* what was refused, and sets on *course* how
    far it has come."""

    def __init__(self, intake: Intake, refusals: Refusals, course: Course) -> None:
        self._course = course
        self._intake = intake
        self._refusals = refusals
        self._counted: Counter[str] = Counter()
        self._broken = 0

    def take(
        self,
        feeds: Iterable[Feed | BrokenLine],
        progress: Progress,
        lines: FileLines | None = None,
    ) -> None:
        """Take *feeds* of the contract, of the file of *lines*, in."""
        for batch in batches(feeds):
            messages = [_message(each) for each in batch if isinstance(each, Feed)]
            handled = iter(self._intake.handle(messages, now()))
            for each in batch:
                if isinstance(each, BrokenLine):
                    self._break(each)
                else:
                    self._count(each.where, each.line, next(handled))
            self._come(progress, lines)

    def take_in_dialect(
        self, inputs: Iterable[DialectInput], tongue: Tongue, limits: Limits, progress: Progress
    ) -> None:
        """Take *inputs* in, messages in *tongue*; of files that are one message each only what is
        no attachment has to be within *limits*."""
        for batch in batches(_read(inputs, tongue, limits), _size):
            messages = [each.message for each in batch if isinstance(each, DialectFeed)]
            files = [each.message for each in batch if isinstance(each, _ReadFile)]
            arrival = now()
            of_messages = iter(self._intake.handle(messages, arrival) if messages else [])
            of_files = iter(self._intake.handle_read(files, arrival) if files else [])
            for each in batch:
                if isinstance(each, BrokenLine):
                    self._break(each)
                elif isinstance(each, DialectFeed):
                    self._count(each.where, each.line, next(of_messages))
                else:
                    self._count(each.where, None, next(of_files))
            self._come(progress, None)

    @property
    def number(self) -> int:
        """How many events were taken so far."""
        return self._counted.total()

    @property
    def takes_nothing_of_ours(self) -> bool:
        """Whether all events were other units': a unit that was given another name, perhaps."""
        return 0 < self.number == self._counted[Result.FOREIGN]

    def summary(self) -> str:
        """What became of how many: a line."""
        numbers = {f"replay.{result}": self._counted[result] for result in Result}
        numbers["replay.unreadable"] = self._broken
        said = [words().say(key, number=number) for key, number in numbers.items() if number]
        results = ", ".join(said) or words().say("replay.none")
        return words().say("replay.summary", number=self.number, results=results)

    def _break(self, line: BrokenLine) -> None:
        self._broken += 1
        self._refusals.broken(line)

    def _count(self, where: str, line: str | None, handled: Handled) -> None:
        self._counted.update(each.result for each in handled.events)
        self._refusals.handled(where, line, handled)

    def _come(self, progress: Progress, lines: FileLines | None) -> None:
        self._course.number = self.number
        counted = {str(name): count for name, count in self._counted.items()}
        self._course.details = {**self._course.details, **counted}
        progress.at(self.number, lines.place if lines is not None else None)


def _read(
    inputs: Iterable[DialectInput], tongue: Tongue, limits: Limits
) -> Iterator[DialectFeed | _ReadFile | BrokenLine]:
    """*inputs*, of which files were read as they came."""
    for each in inputs:
        if not isinstance(each, EdxmlFile):
            yield each
            continue
        dialect = tongue.dialect
        assert isinstance(dialect, EdxmlDialect)
        read = dialect.read_blocks(each.blocks, limits, now(), normal=tongue.normal)
        message = ReadMessage(dialect, read.saying, read.size, read.sha256)
        yield _ReadFile(each.where, message)


def _size(given: DialectFeed | _ReadFile | BrokenLine) -> int:
    if isinstance(given, DialectFeed):
        return len(given.message.body)
    return given.message.size if isinstance(given, _ReadFile) else 0


def _message(feed: Feed) -> Message:
    given = feed.message
    return Message(given.body, given.content_type, given.headers, given.content_encoding)
