"""How Vietnamese offices call the columns of a list of bodies, and the kinds of bodies.

Everything is compared without marks, case and punctuation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..directory import OFFICE
from ..normalising import plain_words

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "code": (
        *("code", "ma", "ma don vi", "ma co quan", "ma hscv", "ma dinh danh"),
        *(
            "ma dv",
            "ma cq",
            "ma cqdv",
            "ma dinh danh dien tu",
            "ky hieu",
            "viet tat",
            "ten viet tat",
        ),
    ),
    "name": (
        *("name", "ten", "ten don vi", "ten co quan", "ten co quan don vi", "ten day du"),
        *("co quan", "don vi", "co quan don vi", "ten phong ban", "ten dv", "ten cq"),
    ),
    "kind": ("kind", "type", "loai", "loai co quan", "loai don vi", "loai hinh", "phan loai"),
    "head": (
        *("head", "nguoi dung dau", "thu truong", "chuc vu", "chuc danh"),
        *("chuc vu nguoi dung dau", "chuc danh nguoi dung dau"),
    ),
    "email": (
        *("email", "e mail", "mail", "thu dien tu", "hop thu", "hom thu", "hop thu dien tu"),
        *("dia chi email", "dia chi thu", "dia chi thu dien tu", "email cong vu"),
        *("thu cong vu", "hop thu cong vu", "hom thu cong vu", "dia chi thu cong vu"),
    ),
}
"""What a column may be called."""
_ENDED_HEADINGS = (
    *("sap nhap", "sap nhap vao", "nhap vao", "hop nhat vao", "giai the", "ngay giai the"),
    *("het hieu luc", "ngay het hieu luc", "hieu luc den", "den ngay", "ngay ket thuc"),
    *("co quan ke thua", "don vi ke thua", "valid to", "successor"),
)
_ENDED = re.compile(r"\b(sap nhap|hop nhat|giai the|chia tach|het hieu luc|ngung hoat dong)\b")
CALLED: Mapping[str, tuple[str, ...]] = {
    "office": ("office", "van phong"),
    "department": ("department", "phong", "ban", "phong ban", "phong chuyen mon", "cap phong"),
    "commune": (
        *("commune", "xa", "phuong", "thi tran", "dac khu", "cap xa", "ubnd cap xa"),
        *("xa thi tran", "xa phuong", "xa phuong thi tran", "xa phuong dac khu"),
    ),
    "other": ("other", "khac", "co quan khac", "don vi khac"),
}
"""What a kind may be called, likewise."""
_GUESSES = (
    (OFFICE, re.compile(r"van phong( .*)?\b(hdnd|ubnd|hoi dong nhan dan|uy ban nhan dan)\b.*")),
    (OFFICE, re.compile(r"van phong")),
    ("commune", re.compile(r"((ubnd|uy ban nhan dan) )?(xa|phuong|thi tran|dac khu) .+")),
    ("department", re.compile(r"(phong|so|thanh tra|ban quan ly du an)\b.*")),
)
_NO_COMMUNE = re.compile(r"(xa|phuong) (doan|doi)\b.*")


def column_called(heading: str) -> str | None:
    """What the column under *heading* says; None where it is nothing of a directory's."""
    plain = plain_words(heading)
    return next((key for key, names in HEADINGS.items() if plain in names), None)


def says_ended(heading: str) -> bool:
    """Whether what stands in the column under *heading* says that a body is there no more."""
    return plain_words(heading) in _ENDED_HEADINGS


def called_ended(name: str) -> bool:
    """Whether *name* itself says that the body is there no more."""
    return _ENDED.search(plain_words(name)) is not None


def kind_called(text: str) -> str | None:
    """The kind that a cell of the list calls *text*; None where there is none of that name."""
    plain = plain_words(text)
    return next((kind for kind, names in CALLED.items() if plain in names), None)


def kind_by_name(name: str) -> str:
    """The kind of a body called *name*, as Vietnamese offices name them; "other" where it is none
    of those that the regulation speaks of."""
    plain = plain_words(name)
    if _NO_COMMUNE.fullmatch(plain):
        return "other"
    return next((kind for kind, pattern in _GUESSES if pattern.fullmatch(plain)), "other")
