"""The ways in which people and programs write the name of a document."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from urllib.parse import quote

WRITTEN: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "in capitals": str.upper,
    "in small letters": str.lower,
    "with spaces round the slash": lambda name: name.replace("/", " / "),
    "with an en dash": lambda name: name.replace("-", "–"),
    "with a hyphen that does not break": lambda name: name.replace("-", "\u2011"),
    "with a minus": lambda name: name.replace("-", "\u2212"),
    "with underscores": lambda name: name.replace("-", "_").replace("/", "_"),
    "with a fraction slash": lambda name: name.replace("/", "\u2044"),
    "with spaces that do not break": lambda name: name.replace(" ", "\u00a0"),
    "with narrow spaces": lambda name: name.replace(" ", "\u202f"),
    "over two lines": lambda name: name.replace("-", "-\n"),
    "with a soft hyphen in it": lambda name: name[:-2] + "\u00ad" + name[-2:],
    "with nothing seen in it": "\u200b".join,
    "with directions in it": lambda name: f"\u2066{name[:1]}\u202a{name[1:]}\u2069",
    "with joiners in it": lambda name: name[:1] + "\u2060\ufeff\u200d" + name[1:],
    "in full width": lambda name: "".join(
        chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in name
    ),
    "with eth": lambda name: name.replace("Đ", "Ð"),
    "without marks": lambda name: name.replace("Đ", "D").replace("ô", "o").replace("ă", "a"),
    "decomposed": lambda name: name.replace("ô", "o\u0302").replace("ă", "a\u0306"),
    "struck through": "\u0336".join,
    "in a URL": lambda name: f"https://hscv/vb?so={quote(name, safe='')}&x=1",
    "in a URL in a URL": lambda name: f"https://hscv/vb?so={quote(quote(name, safe=''), safe='')}",
    "in HTML": lambda name: "".join(f"&#{ord(char)};" for char in name),
    "in HTML in hexadecimal": lambda name: "".join(f"&#x{ord(char):x};" for char in name),
    "in HTML in HTML": lambda name: html.escape(name.replace("-", "&#45;").replace("/", "&#47;")),
    "between tags": lambda name: f"<b>{name[:2]}</b><i class='x'>{name[2:]}</i>",
    "in JSON in text": lambda name: json.dumps({"so": name.replace("-", "–")}),
    "in JSON in JSON in text": lambda name: json.dumps(json.dumps({"so": name})),
    "in UTF-16": lambda name: (
        name.encode("utf-16-le").decode("latin-1") if name.isascii() else name
    ),
}
