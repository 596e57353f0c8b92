"""The end of a letter: who receives it on the left, who signs it on the right."""

from __future__ import annotations

from docx.oxml.xmlchemy import BaseOxmlElement

from ..decree30.requirements import LAST_RECIPIENT, RECIPIENTS
from .elements import make, paragraph
from .frame import side_by_side
from .letter import OfficeLetter
from .page import width_mm
from .styles import STYLES
from .text import clean

_LEFT_MM = 80
_ROOM_PT = 84
"""For the signature and the seal, between the office and the name."""


def signature(letter: OfficeLetter) -> BaseOxmlElement:
    """The table at the end of *letter*."""
    left = [_part("recipients", RECIPIENTS)]
    above = ("Như trên",) if letter.addressees else ()
    for name in (*above, *map(clean, letter.recipients)):
        left.append(_part("recipient_list", f"- {name};"))
    left.append(_part("recipient_list", f"{LAST_RECIPIENT} {clean(letter.kept)}."))
    right = [_part("signing", clean(line).upper()) for line in letter.signing]
    name = _part("signer", clean(letter.signer))
    name[0].append(make("w:spacing", before=_ROOM_PT * 20))
    right.append(name)
    for each in (*left[:-1], *right[:-1]):
        each[0].insert(1, make("w:keepNext"))
    return side_by_side((_LEFT_MM, width_mm(across=False) - _LEFT_MM), [(left, right)])


def _part(key: str, text: str) -> BaseOxmlElement:
    return paragraph(STYLES[key][0], text)
