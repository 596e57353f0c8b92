"""Whom a letter greets."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from ...rules.body import Body
from ...rules.wording import harmless
from .texts import texts

_IN_FULL = {"UBND": "ủy ban nhân dân", "HĐND": "hội đồng nhân dân"}


def salutation(body: Body) -> str:
    """How the head of *body* is addressed, to stand after "Kính gửi: ": as the directory has it,
    otherwise by office and body ("Trưởng phòng" and "Phòng Nội vụ" are "Trưởng phòng Nội vụ",
    "Chủ tịch UBND" and "Ủy ban nhân dân xã Tân Hiệp" are "Chủ tịch Ủy ban nhân dân xã Tân Hiệp"),
    otherwise the body itself."""
    name = harmless(body.name)
    if body.salutation is not None:
        return harmless(body.salutation)
    if body.head is None:
        return name
    head, words = harmless(body.head).split(), name.split()
    for start, end in product(range(len(head)), range(len(words), 0, -1)):
        written, again = head[start:], words[:end]
        if _spoken(written) == _spoken(again):
            # The longer of them is the one in full.
            shared = again if len(again) > len(written) else written
            return " ".join([*head[:start], *shared, *words[end:]])
    return texts().fill("greeting.head", head=" ".join(head), body=name)


def _spoken(words: Sequence[str]) -> list[str]:
    """*words* as they are read out: what is shortened in full, wherever its tone is written."""
    read = (_IN_FULL.get(each, each.casefold()) for each in words)
    return " ".join(read).replace("uỷ", "ủy").split()
