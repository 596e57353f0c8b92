"""How offices and databases call the columns of HSCV's own list.

Everything is compared without marks, case and punctuation.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..normalising import plain_words

ID, SOURCE, TYPE, SUBJECT, SYMBOL, DATE = COLUMNS = (
    *("id", "source", "type"),
    *("subject", "symbol", "date"),
)
"""What a column of a list may say."""
HEADINGS: Mapping[str, tuple[str, ...]] = {
    ID: (
        *("id", "event id", "event", "ma", "ma su kien", "id su kien", "ma ban tin"),
        *("ma thong diep", "message id"),
    ),
    SOURCE: ("source", "nguon", "nguon gui", "nguon su kien"),
    TYPE: (
        *("type", "event type", "doc type", "document type", "loai", "loai su kien"),
        *("loai van ban", "ten loai", "ten loai van ban", "the loai"),
    ),
    SUBJECT: (
        *("subject", "document", "document id", "ma van ban", "id van ban"),
        *("ma doi tuong", "doi tuong", "ma dinh danh van ban"),
    ),
    SYMBOL: (
        *("symbol", "document symbol", "so ky hieu", "so va ky hieu", "so hieu", "ky hieu"),
        *("so ky hieu van ban", "so van ban", "so hieu van ban"),
    ),
    DATE: (
        *("date", "day", "time", "issued on", "issued", "ngay", "ngay ban hanh", "ngay van ban"),
        *("ngay phat hanh", "ngay ky", "ngay thang", "ngay thang nam", "ngay gui"),
        *("ngay su kien", "thoi gian", "thoi diem"),
    ),
}
"""What a column may be called, without marks, case and punctuation."""
NAMING = (ID, SUBJECT, SYMBOL)
"""Columns of which a list has at least one."""


def column_of(heading: str) -> str | None:
    """What the column under *heading* says; None where it is nothing that is compared."""
    plain = plain_words(heading)
    return next((key for key, names in HEADINGS.items() if plain in names), None)
