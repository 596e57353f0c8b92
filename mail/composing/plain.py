"""A letter as plain text: for programs that show no HTML, and for whoever reads it aloud."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import fill

from ...rules.wording import Texts
from .content import MailContent
from .rows import MailItem

_WIDTH = 72


def plain_text(content: MailContent, texts: Texts) -> str:
    """*content* in lines of at most 72 characters."""
    return "\n\n".join(_blocks(content, texts)) + "\n"


def _blocks(content: MailContent, texts: Texts) -> Iterator[str]:
    yield _wrapped(content.greeting)
    yield from map(_wrapped, content.demand)
    if content.counts:
        yield "\n".join(
            _wrapped(
                texts.fill("line.rule", rule=each.rule, number=each.number, worst=each.worst),
                "- ",
            )
            for each in content.counts
        )
    for section in content.sections:
        yield section.heading.upper()
        yield from (_item(item, texts) for item in section.items)
    yield from map(_wrapped, content.notes)
    if content.page:
        # Not wrapped, so that it can still be opened.
        yield texts.fill("note.page", page=content.page)
    yield f"-- \n{_wrapped(content.closing)}"


def _item(item: MailItem, texts: Texts) -> str:
    first = item.document or item.title
    term = f"{item.term} – {item.days}" if item.days else item.term
    rest = [
        item.title if item.document else "",
        item.obligor and texts.fill("line.obligor", body=item.obligor),
        texts.fill("line.term", term=term),
        item.demand and texts.fill("line.demand", demand=item.demand),
        item.article and texts.fill("line.article", article=item.article),
    ]
    lead = f"{item.number}. "
    lines = [_wrapped(first, lead), *(_wrapped(each, " " * len(lead)) for each in rest if each)]
    return "\n".join(lines)


def _wrapped(text: str, lead: str = "") -> str:
    """*text* behind *lead*, under which its further lines are indented."""
    return fill(
        text,
        _WIDTH,
        initial_indent=lead,
        subsequent_indent=" " * len(lead),
        break_on_hyphens=False,
    )
