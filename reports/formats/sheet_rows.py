"""The rows of the first sheet of an XLSX file, each cell as the text that stands there."""

from __future__ import annotations

import warnings
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from ...rules.places import FileError

_MOST_BYTES = 64 * 1024 * 1024
"""Unpacked; a list of an office's bodies has some thousands."""
_MOST_COLUMNS = 64


def sheet_rows(content: bytes, name: str, most: int) -> list[list[str]]:
    """The rows of the file *content*, called *name* in errors: at most *most* and one more.

    Raises FileError where it cannot be read, or openpyxl is not installed.
    """
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
        with ZipFile(BytesIO(content)) as archive:
            size = sum(each.file_size for each in archive.infolist())
        if size <= _MOST_BYTES:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of what writing the file again would lose
                return _rows(load_workbook(BytesIO(content), read_only=True, data_only=True), most)
    except Exception:  # noqa: BLE001 - a damaged file fails in openpyxl in any way
        raise FileError.of(
            "no_sheet",
            '{file}: is no XLSX that can be read; save it again, or as "CSV UTF-8"',
            file=name,
        ) from None
    raise FileError.of("sheet_too_large", "{file}: is too large for a list of bodies", file=name)


def _rows(book: Any, most: int) -> list[list[str]]:
    """The rows of the first sheet of openpyxl's *book*."""
    cells = book.worksheets[0].iter_rows(max_row=most + 1, max_col=_MOST_COLUMNS, values_only=True)
    return [[_text(value) for value in row] for row in cells]


def _text(value: object) -> str:
    """What a cell shows; a whole number without a fraction, as a code is meant."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
