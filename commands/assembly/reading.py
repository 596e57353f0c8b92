"""Reads what people wrote with whatever editor they have: text in UTF-8, whole.

A byte order mark at the beginning, which some editors write, is no part of the text. Text of
another encoding is refused by its name; nothing of it is quoted, since it may be a password.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from ...rules.file_faults import FileRefused, faults_of
from ...rules.places import FileError

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
UTF16 = (b"\xff\xfe", b"\xfe\xff")
"""The byte order marks of text that is not UTF-8."""


def read_text(path: Path, name: str) -> str:
    """The text of the UTF-8 file *path*, which a byte order mark may begin; FileError where it
    cannot be read, which calls it *name* and quotes nothing of it."""
    return _decoded(_content(path, name), name)


def _content(path: Path, name: str) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise FileError.of("no_file", "{file}: there is no such file", file=name) from None
    except OSError as error:
        raise unreadable(name, error) from error


def _decoded(content: bytes, name: str) -> str:
    if content.startswith(UTF16):
        raise utf16(name)
    try:
        return content.removeprefix(BYTE_ORDER_MARK).decode()
    except UnicodeDecodeError:
        # Without its cause, which quotes the bytes of what may be a password.
        raise not_utf8(name) from None


def not_utf8(name: str) -> FileError:
    """What is wrong with the file *name*, which is no UTF-8."""
    return FileError.of("not_utf8", "{file}: is not UTF-8 text; save it as UTF-8", file=name)


def utf16(name: str) -> FileError:
    """What is wrong with the file *name*, which begins as UTF-16 does."""
    return FileError.of(
        "utf16", "{file}: is UTF-16 text by its byte order mark; save it as UTF-8", file=name
    )


def unreadable(name: str, error: OSError) -> FileError:
    """What the system says of reading the file *name*."""
    return FileError.of(
        "unreadable", "{file}: cannot be read: {reason}", file=name, reason=error.strerror
    )


def read_toml(path: Path) -> dict[str, Any]:
    """The parsed TOML of *path*; FileError where it cannot be read."""
    return _parsed(read_text(path, str(path)), path)


def read_toml_and_digest(path: Path) -> tuple[dict[str, Any], str]:
    """The parsed TOML of *path*, and the SHA-256 of the same bytes in hexadecimal digits;
    FileError where it cannot be read."""
    content = _content(path, str(path))
    return _parsed(_decoded(content, str(path)), path), sha256(content).hexdigest()


@contextmanager
def telling_lines(*paths: Path) -> Iterator[None]:
    """Have a fault of one of the files *paths* say on which line it is, and several stand in the
    order of their lines."""
    try:
        yield
    except FileError as error:
        told = {str(path): path for path in paths}
        if not any(each.file in told and each.key for each in faults_of(error)):
            raise
        texts = {name: read_text(path, name) for name, path in told.items()}
        faults = [_with_line(each, texts.get(each.file)) for each in faults_of(error)]
        order = list(texts)
        faults.sort(key=lambda each: (_place_in(order, each.file), each.line or 0))
        raise FileRefused.by(tuple(faults)) from None


def _with_line(fault: FileError, text: str | None) -> FileError:
    if text is None or not fault.key:
        return fault
    from ...rules.reading.lines import line_of  # noqa: PLC0415

    line = line_of(text, fault.key)
    return FileError.at(fault.file, fault.key, fault.problem, fault.path, line)


def _place_in(order: Sequence[str], name: str) -> int:
    return order.index(name) if name in order else -1


def _parsed(text: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise FileError.of("too_deep", "{file}: is nested too deep", file=path) from None
    except ValueError as error:
        # TOMLDecodeError, or what Python says of a number with thousands of digits.
        raise FileError.of(
            "not_toml",
            "{file}: is not valid TOML: {problem}",
            file=f"{path}:{line[1]}" if (line := _LINE.search(str(error))) else path,
            problem=_told(error, text),
        ) from error


def _told(error: ValueError, text: str) -> str:
    """What the parser says of *text*, with keys as they are written, and where in the file that is;
    nothing of a value."""
    # Here and not above, as `line_of` below, since most files are right.
    from ...rules.reading.brackets import broken_at  # noqa: PLC0415

    line = _LINE.search(str(error))
    broken = broken_at(text, int(line[1]) if line else text.count("\n") + 1)
    said = [_said(error, text)]
    if broken.place:
        said.append(f"it is in {broken.place}")
    if broken.opened is not None:
        said.append(f"a bracket opened on line {broken.opened} is not closed")
    if line:
        said += _hints(text.splitlines()[: int(line[1])])
    return "; ".join(said)


def _hints(lines: Sequence[str]) -> Iterator[str]:
    """What may be meant by the last of *lines*, at which the parser stopped."""
    *above, last = lines
    for written, hint in _MEANT:
        if written.search(last):
            yield hint
    header = _HEADER.fullmatch(last.strip())
    if header and f"[{header[1]}]" in map(str.strip, above):
        yield f"each of several stands below two brackets, [[{header[1]}]]"


def _said(error: ValueError, text: str) -> str:
    said = _KEYS.sub(lambda found: ".".join(_KEY.findall(found[0])), str(error))
    line = _LINE.search(said)
    if _TWICE in said and line is not None:
        key, sign, _ = text.splitlines()[int(line[1]) - 1].partition("=")
        if sign:
            return said.replace(_TWICE, f"{key.strip()} is there twice", 1)
    return said


_TWICE = "Cannot overwrite a value"
_KEYS = re.compile(r"\((?:'[^']*'(?:, |,)?)+\)")
_KEY = re.compile("'([^']*)'")
_LINE = re.compile(r"line (\d+)")
_MEANT = (
    # Without quotes, and without the seconds with which TOML would know it.
    (
        re.compile(r"[=\[,]\s*\d{1,2}[:hH]\d\d(?!:?\d)", re.ASCII),
        'a time of the clock stands in quotes, such as "14:00"',
    ),
    (
        re.compile(r"[=\[,]\s*0\d+(?=\s*(?:[,}\]#]|$))", re.ASCII),
        "a number is written without a leading zero, such as 3",
    ),
    (
        re.compile(r"[=\[,]\s*\d{1,2}([/.-])\d{1,2}\1\d{4}\b", re.ASCII),
        "a date is written as 2026-07-01",
    ),
)
"""What people write that TOML does not know, and how it is written."""
_HEADER = re.compile(r"\[\[\s*([A-Za-z0-9_.-]+)\s*\]\]\s*(?:#.*)?")
