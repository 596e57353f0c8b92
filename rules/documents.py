"""The kinds of documents, whichever way an HSCV writes them: by abbreviation or in words.

What is none of them has no kind; nothing of it is passed on.
"""

from __future__ import annotations

from .normalising import one_form

_WRITTEN = {
    "QĐ": ("QD", "QUYẾT ĐỊNH"),
    "CT": ("CHỈ THỊ",),
    "CV": ("CÔNG VĂN",),
    "CĐ": ("CD", "CÔNG ĐIỆN"),
    "TB": ("THÔNG BÁO",),
    "KH": ("KẾ HOẠCH",),
    "BC": ("BÁO CÁO",),
}
"""By abbreviation, the other ways of writing it."""

_KINDS = {way: kind for kind, ways in _WRITTEN.items() for way in (kind, *ways)}


def document_kind(written: str) -> str | None:
    """The abbreviation of the kind that is *written* so ("Công văn" is "CV"); None for another."""
    return _KINDS.get(" ".join(one_form(written).upper().split()))
