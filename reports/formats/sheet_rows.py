"""The rows of the first sheet of an XLSX file, each cell as the text that stands there."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time
from io import BytesIO
from itertools import islice
from typing import Any, BinaryIO
from zipfile import ZipFile

from ...rules.places import FileError

_MOST_BYTES = 64 * 1024 * 1024
"""Unpacked; a list of an office's bodies has some thousands."""
_MOST_COLUMNS = 64
_AT_ONCE = 500


def sheet_rows(content: bytes, name: str, most: int) -> list[list[str]]:
    """The rows of the file *content*, called *name* in errors: at most *most* and one more.

    Raises FileError where it cannot be read, or openpyxl is not installed.
    """
    return list(islice(sheet_lines(BytesIO(content), name, most), most + 1))


def sheet_lines(
    content: BinaryIO, name: str, most: int, most_bytes: int = _MOST_BYTES
) -> Iterator[list[str]]:
    """The rows of the file *content*, as `sheet_rows` gives them, while they are read. The file may
    have *most_bytes* when it is unpacked."""
    try:
        from openpyxl import load_workbook  # noqa: PLC0415 - of the extra `reports`
    except ModuleNotFoundError:
        raise FileError.of(
            "no_sheet_library",
            "{file}: to read XLSX more has to be installed: `pip install 'dondoc[reports]'`; or"
            ' save it as "CSV UTF-8"',
            file=name,
        ) from None
    try:
        with ZipFile(content) as archive:
            size = sum(each.file_size for each in archive.infolist())
        if size <= most_bytes:
            with _unwarned():
                rows = _rows(load_workbook(content, read_only=True, data_only=True), most)
            while some := _next_of(rows):
                yield from some
            return
    except Exception:  # noqa: BLE001 - a damaged file fails in openpyxl in any way
        raise FileError.of(
            "no_sheet",
            '{file}: is no XLSX that can be read; save it again, or as "CSV UTF-8"',
            file=name,
        ) from None
    raise FileError.of(
        "sheet_too_large",
        '{file}: is too large to be read as XLSX; save it as "CSV UTF-8"',
        file=name,
    )


@contextmanager
def _unwarned() -> Iterator[None]:
    """Without openpyxl's warnings of what writing the file again would lose."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _next_of(rows: Iterator[list[str]]) -> list[list[str]]:
    """The next of *rows*, so that whoever takes them goes by the warnings of his own."""
    with _unwarned():
        return list(islice(rows, _AT_ONCE))


def _rows(book: Any, most: int) -> Iterator[list[str]]:
    """The rows of the first sheet of openpyxl's *book*."""
    cells = book.worksheets[0].iter_rows(max_row=most + 1, max_col=_MOST_COLUMNS, values_only=True)
    for row in cells:
        yield [_text(value) for value in row]


def _text(value: object) -> str:
    """What a cell shows; a whole number without a fraction, as a code is meant, and a day without
    the midnight that a spreadsheet adds."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return str(value)
