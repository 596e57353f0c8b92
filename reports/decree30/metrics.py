"""How long a line of text is in Times New Roman: for lines under a text, and where lines break.

The widths are those of fonts made to have the same (Liberation Serif), in 2048ths of the size.
What has no width here counts half its size. Nothing here opens a font.
"""

from __future__ import annotations

from collections.abc import Mapping

_EM = 2048
_OTHER = 1024

_REGULAR = {
    369: "'",
    410: "|",
    512: " ,.\u00a0",
    569: "/:;\\ijltìíỉĩị",
    614: "²",
    682: "!()-I[]`frÌÍỈĨỊ‘’",
    717: "•",
    797: "Js",
    819: "°",
    836: '"',
    909: "?acezàáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệ“”",
    961: "^",
    983: "{}",
    1083: "ơờớởỡợ",
    1108: "~",
    1110: "ưừứửữự",
    1139: "FPS",
    1155: "+<=>",
    1251: "ELTZÈÉẺẼẸÊỀẾỂỄỆ",
    1366: "BCR",
    1479: "ADGHKNOQUVXYwÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤỲÝỶỸỴĐ",
    1589: "ƯỪỨỬỮỰ",
    1593: "&m",
    1706: "%",
    1821: "M",
    1886: "@",
    1933: "W",
    2048: "—…",
}
_BOLD = {
    451: "|",
    512: " ,.\u00a0",
    569: "'/\\ilìíỉĩị",
    614: "²",
    682: "!()-:;[]`fjt‘’",
    717: "•",
    797: "IsÌÍỈĨỊ",
    807: "{}",
    819: "°",
    909: "cerzèéẻẽẹêềếểễệ",
    1065: "~",
    1134: "ơờớởỡợ",
    1137: '"',
    1139: "Sbdhknpquùúủũụđ",
    1167: "+<=>",
    1190: "^",
    1229: "ưừứửữự",
    1251: "FP",
    1366: "BELTZÈÉẺẼẸÊỀẾỂỄỆ",
    1479: "ACDNRUVXYwÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÙÚỦŨỤỲÝỶỸỴĐ",
    1593: "GHKOQÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢ",
    1630: "ƯỪỨỬỮỰ",
    1706: "&m",
    1905: "@",
    1933: "M",
    2048: "%W—…",
}


def _by_character(widths: Mapping[int, str]) -> dict[str, int]:
    return {character: width for width, several in widths.items() for character in several}


_WIDTHS = {False: _by_character(_REGULAR), True: _by_character(_BOLD)}


def text_width(text: str, size: float, bold: bool = False) -> float:
    """How long *text* is on one line, in points, set in *size* points."""
    widths = _WIDTHS[bold]
    return sum(widths.get(character, _OTHER) for character in text) * size / _EM


def broken(text: str, size: float, bold: bool, width: float) -> tuple[str, ...]:
    """The lines that *text* breaks into between its words where *width* points are there."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if line and text_width(longer, size, bold) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    return (*lines, line) if line else tuple(lines)


def balanced(text: str, size: float, bold: bool, width: float) -> tuple[str, ...]:
    """The lines of *text* that are as near to each other's length as they can be, and no more of
    them than *width* points need."""
    lines = broken(text, size, bold, width)
    narrow, wide = 0.0, width
    for _ in range(12):  # to a few thousandths of the width
        middle = (narrow + wide) / 2
        tried = broken(text, size, bold, middle)
        longest = max((text_width(line, size, bold) for line in tried), default=0.0)
        if len(tried) <= len(lines) and longest <= middle:
            lines, wide = tried, middle
        else:
            narrow = middle
    return lines
