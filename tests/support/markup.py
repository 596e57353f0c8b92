"""HTML as a reader meets it: its elements, their attributes, and what it says."""

from __future__ import annotations

from html.parser import HTMLParser


class MarkupReader(HTMLParser):
    """What a page says, with the elements that must be those of the templates alone."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


def read_markup(text: str) -> MarkupReader:
    """*text* read to its end."""
    reader = MarkupReader()
    reader.feed(text)
    reader.close()
    return reader


HOSTILE = (
    "<script>alert(1)</script>",
    '" onmouseover="alert(1)',
    "'; --></style><script>",
    "\u202egnp.exe\u2066\u200f",
    "\x00\x1b[31m\r\n\x85\u2028",
    "{{ 7 * 7 }}{% raw %}&amp;&#0;",
    "=cmd|' /C calc'!A0",
    "🧑‍💻👩🏽‍⚖️\ud800",
    "Đ" * 100_000,
)
"""Text that would be more than text, was it not made harmless."""
