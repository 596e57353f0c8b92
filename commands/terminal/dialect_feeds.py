"""The messages that a dialect is to read, from files: JSON lines, one JSON document, or edXML.

They are only carried, never judged. Of edXML a file is one message, of whatever size, and comes in
blocks. A folder stands for all files in it that may be such.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from ...connector.contract.verdicts import Message
from ...connector.lines import LineError, LineMessage, from_line
from ...rules.mendable import Mendable
from .feeds import TOO_LONG, BrokenLine
from .sources import LONGEST_LINE, FileLines, lines_of
from .words import words

LOOKS_LIKE_XML = "this looks like XML, and the dialect is of another format; is it edXML?"
LOOKS_LIKE_JSON = (
    "this looks like JSON, and the dialect is of edXML: name the file of a dialect of JSON, or wrap"
    ' what was taken off a queue as {"amqp": ...}'
)
_XML = (".xml", ".edxml")
_JSON = (".json", ".jsonl")


@dataclass(frozen=True, slots=True)
class DialectFeed:
    """A message for a dialect and where it stands ("messages.jsonl:12"); ``line`` as it stands
    there."""

    where: str
    message: Message = field(repr=False)
    line: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class EdxmlFile:
    """A file that is one message of edXML, to be read from its ``blocks`` before the next is
    asked for."""

    where: str
    blocks: Iterator[bytes] = field(repr=False)


DialectInput: TypeAlias = DialectFeed | EdxmlFile | BrokenLine


def dialect_inputs(paths: Iterable[Path], *, edxml: bool) -> Iterator[DialectInput]:
    """What is to be read of *paths*, "-" for standard input; *edxml*: the dialect reads that.

    Raises Mendable, while they are taken, for a file that cannot be read and a folder without such
    files.
    """
    for path in paths:
        for file in _files_in(path, edxml=edxml) if path.is_dir() else [path]:
            with lines_of(file) as lines:
                # A message of edXML that was taken off a queue is wrapped in a line of JSON.
                if edxml and not lines.begins_with(b"{"):
                    yield EdxmlFile(lines.name, lines.blocks())
                elif not edxml and lines.begins_with(b"<"):
                    yield BrokenLine(lines.name, LOOKS_LIKE_XML)
                elif edxml:
                    yield from _taken_off_a_queue(_messages(lines))
                else:
                    yield from _messages(lines)


def _taken_off_a_queue(
    given: Iterable[DialectFeed | BrokenLine],
) -> Iterator[DialectFeed | BrokenLine]:
    """What is *given* of one file; once, and no more of it, where that holds plain JSON."""
    for number, each in enumerate(given):
        if not number and isinstance(each, DialectFeed) and each.message.body.startswith(b"{"):
            yield BrokenLine(each.where, LOOKS_LIKE_JSON)
            return
        yield each


def _files_in(folder: Path, *, edxml: bool) -> list[Path]:
    endings = _XML if edxml else _JSON
    found = [
        each for each in folder.rglob("*") if each.suffix.lower() in endings and each.is_file()
    ]
    if not found:
        key = "no_edxml" if edxml else "no_json"
        raise Mendable(words().say(f"terminal.input.{key}", folder=folder))
    return sorted(found)


def _messages(lines: FileLines) -> Iterator[DialectFeed | BrokenLine]:
    """The message of each of *lines*, or the one that they are together: somebody has set out a
    document over many lines."""
    first = lines.first()
    if first is None or _is_json(first):
        yield from _each(lines.name, lines)
        return
    gathered: list[tuple[int, str | None]] = []
    size = 0
    for number, line in lines:
        gathered.append((number, line))
        size += len(line or "")
        if line is None or size > LONGEST_LINE:
            break
    else:
        whole = "\n".join(line or "" for _, line in gathered)
        if _is_json(whole):
            yield DialectFeed(lines.name, _message(LineMessage(_bytes(whole))), whole)
            return
    yield from _each(lines.name, gathered)
    yield from _each(lines.name, lines)


def _each(name: str, lines: Iterable[tuple[int, str | None]]) -> Iterator[DialectFeed | BrokenLine]:
    for number, line in lines:
        where = f"{name}:{number}"
        if line is None:
            yield BrokenLine(where, TOO_LONG)
        elif line and not line.isspace():
            try:
                yield DialectFeed(where, _message(from_line(line)), line)
            except LineError as error:
                yield BrokenLine(where, str(error))


def _message(line: LineMessage) -> Message:
    """The message of *line*; of one that is not wrapped nothing but the body is known."""
    if line.named_key is None:
        return Message(line.body, None, {})
    return Message(
        line.body, line.content_type, line.headers, line.content_encoding, line.named_key
    )


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogateescape")
