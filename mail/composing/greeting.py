"""Whom a letter greets."""

from __future__ import annotations

from ...rules.body import Body
from ...rules.wording import harmless
from .texts import texts


def salutation(body: Body) -> str:
    """How the head of *body* is addressed, to stand after "Kính gửi: ": as the directory has it,
    otherwise by office and body ("Trưởng phòng" and "Phòng Nội vụ" are "Trưởng phòng Nội vụ"),
    otherwise the body itself."""
    name = harmless(body.name)
    if body.salutation is not None:
        return harmless(body.salutation)
    if body.head is None:
        return name
    head, words = harmless(body.head).split(), name.split()
    for length in range(min(len(head), len(words)), 0, -1):
        if _same(head[-length:], words[:length]):
            return " ".join([*head, *words[length:]])
    return texts().fill("greeting.head", head=" ".join(head), body=name)


def _same(one: list[str], other: list[str]) -> bool:
    return [each.casefold() for each in one] == [each.casefold() for each in other]
