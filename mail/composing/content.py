"""What a letter says, in the order in which it says it: from a digest to the sentences and rows
that its text and its HTML both show.

The demand comes first, then what is new, then what is late, the worst first. Everything that
HSCV's users wrote is made harmless and cut here; nothing is escaped here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from ...rules.directory import OFFICE
from ...rules.reminding.policy import COORDINATING, OBLIGOR
from ...rules.wording import Texts
from ..digest import Digest, DigestLine, LineKind, Mailbox
from .cutting import shown
from .headers import LONGEST_SUBJECT
from .rows import (
    LONGEST_ALONE,
    LONGEST_NAME,
    MARKS,
    MailItem,
    item_of,
    numbered,
    words_of_days,
    worst_first,
)

MOST_LINES = 60
"""Obligations that one letter lists."""
_MOST_NAMES = 30
_LONGEST_ADDRESS = 500
_LONGEST_IN_SUBJECT = 80
"""Characters of a body or a document in a subject, so that the day behind them is seen."""
_KINDS = tuple(LineKind)
_VOICES = frozenset({OBLIGOR, COORDINATING, OFFICE})


@dataclass(frozen=True, slots=True)
class MailSection:
    """The rows under one heading."""

    heading: str
    items: tuple[MailItem, ...]


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How much there is under one rule, and how the worst of it stands; ``mark``: as a row's."""

    rule: str
    number: str
    worst: str
    mark: str


@dataclass(frozen=True, slots=True)
class MailContent:
    """All that a letter says. ``page``: where the whole list stands, an address that a browser may
    open, otherwise empty; ``demand``: sentences, the first thing after the greeting."""

    subject: str
    greeting: str
    demand: tuple[str, ...]
    counts: tuple[RuleCount, ...]
    sections: tuple[MailSection, ...]
    notes: tuple[str, ...]
    page: str
    closing: str


def content_of(
    digest: Digest, mailbox: Mailbox, texts: Texts, most: int = MOST_LINES
) -> MailContent:
    """What the letter of *digest* says in the words of *texts*, listing *most* obligations."""
    lines = sorted(digest.lines, key=worst_first)
    sections = tuple(_sections(digest, lines, texts, most))
    listed = sum(len(section.items) for section in sections)
    date = texts.date(digest.on)
    sender = shown(mailbox.sender_name, LONGEST_NAME) or mailbox.sender_address
    return MailContent(
        subject=_subject(digest, lines, texts),
        greeting=texts.fill("greeting.to", salutation=shown(digest.salutation, 2 * LONGEST_NAME)),
        demand=tuple(_demand(digest, lines, texts)),
        counts=tuple(_counts_by_rule(lines, digest.on, texts)) if digest.catch_up else (),
        sections=sections,
        notes=tuple(_notes(digest, len(lines) - listed, texts)),
        page=_page(digest),
        closing=texts.fill("note.closing", sender=sender, date=date),
    )


def _subject(digest: Digest, lines: list[DigestLine], texts: Texts) -> str:
    """The subject: names are cut, so that the day at its end is seen."""
    alone = digest.single and len(lines) == 1
    key = "subject.catch_up" if digest.catch_up else "subject.digest"
    told = {"date": texts.date(digest.on)}
    document = ""
    if alone:
        (line,) = lines
        key = "subject.single"
        told["days"] = _sentence(words_of_days(line, digest.on, texts))
        document = shown(line.document or line.duty or line.rule_title, _LONGEST_IN_SUBJECT)
    else:
        told["counts"] = _counts(lines, texts)
    body = shown(digest.body_name, _LONGEST_IN_SUBJECT)
    room = LONGEST_SUBJECT - len(texts.fill(key, **told, document="", body=""))
    # Half of it for each, and what the other leaves.
    document = shown(document, max(room // 2, room - len(body)))
    return texts.fill(key, **told, document=document, body=shown(body, room - len(document)))


def _counts(lines: Iterable[DigestLine], texts: Texts) -> str:
    """How many of each kind: "3 nhiệm vụ quá hạn, 5 sắp đến hạn"."""
    kinds = [line.kind for line in lines]
    found = [(kind, kinds.count(kind)) for kind in _KINDS if kind in kinds]
    return ", ".join(
        texts.fill(
            "count.next" if place else "count.first",
            number=numbered(number),
            standing=texts.fill(f"standing.{kind}"),
        )
        for place, (kind, number) in enumerate(found)
    )


def _demand(digest: Digest, lines: list[DigestLine], texts: Texts) -> Iterator[str]:
    if digest.single and len(lines) == 1:
        yield shown(lines[0].asked, LONGEST_ALONE)
    elif lines:
        roles = {line.role if line.role in _VOICES else "above" for line in lines}
        voice = roles.pop() if len(roles) == 1 else "several"
        body = shown(digest.body_name, LONGEST_NAME)
        yield texts.fill(f"demand.{voice}", body=body, counts=_counts(lines, texts))
    if digest.catch_up:
        yield texts.fill("demand.catch_up")


def _sections(
    digest: Digest, lines: list[DigestLine], texts: Texts, most: int
) -> Iterator[MailSection]:
    """What is new, then the rest by kind; where all is new, everything by kind."""
    mixed = any(line.new for line in lines) and not all(line.new for line in lines)
    parts: dict[str, list[DigestLine]] = {name: [] for name in ("new", *_KINDS)}
    for line in lines:
        parts["new" if mixed and line.new else line.kind].append(line)
    room, number = most, 0
    for name, found in parts.items():
        if found and room:
            section = texts.fill(f"section.{name}")
            if mixed and name != "new":
                section = texts.fill("section.again", section=section)
            heading = texts.fill("section.numbered", section=section, number=numbered(len(found)))
            kept = found[:room]
            items = [item_of(line, number + n, digest, texts) for n, line in enumerate(kept, 1)]
            yield MailSection(heading, tuple(items))
            number, room = number + len(kept), room - len(kept)


def _counts_by_rule(lines: list[DigestLine], on: date, texts: Texts) -> Iterator[RuleCount]:
    """How much there is of each rule, the most first; *lines* have the worst first."""
    by_rule: dict[str, list[DigestLine]] = {}
    for line in lines:
        by_rule.setdefault(shown(line.rule_title, LONGEST_NAME), []).append(line)
    for rule, found in sorted(by_rule.items(), key=lambda each: (-len(each[1]), each[0])):
        worst = words_of_days(found[0], on, texts)
        yield RuleCount(rule, numbered(len(found)), worst, MARKS.get(found[0].kind, ""))


def _notes(digest: Digest, left: int, texts: Texts) -> Iterator[str]:
    if left:
        yield texts.fill("note.more", number=numbered(left))
        if not _page(digest):
            yield texts.fill("note.no_page")
    if digest.joined:
        yield texts.fill("note.joined", number=numbered(digest.joined))
    if lacking := digest.without_address:
        names = ", ".join(shown(name, LONGEST_NAME) for name in lacking[:_MOST_NAMES])
        if (others := len(lacking) - _MOST_NAMES) > 0:
            names = texts.fill("note.others", names=names, number=numbered(others))
        yield texts.fill(
            "note.without_address",
            number=numbered(len(lacking)),
            names=names,
            body=shown(digest.body_name, LONGEST_NAME),
        )


def _page(digest: Digest) -> str:
    """The address of the body's page; nothing that a browser would run."""
    page = digest.page or ""
    opens = len(page) <= _LONGEST_ADDRESS and page.startswith(("https://", "http://"))
    return shown(page, _LONGEST_ADDRESS) if opens else ""


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
