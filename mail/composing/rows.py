"""One obligation as the row of a letter: what it is, by when, how late, what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ...rules.wording import Texts
from ..digest import Digest, DigestLine, LineKind
from .cutting import shown

LONGEST_CONTENT = 200
"""Characters of a task's content in a row."""
LONGEST_ALONE = 600
"""The same in a letter about it alone."""
LONGEST_NAME = 120
"""Of a body, a document, an article."""
MARKS = {LineKind.OVERDUE: "late", LineKind.DUE_TODAY: "soon"}
"""The colour beside the words."""
_ORDER = {kind: place for place, kind in enumerate(LineKind)}


@dataclass(frozen=True, slots=True)
class MailItem:
    """A row, all of it words; empty where there is nothing to say. ``symbol`` and ``issued`` name
    the document where it has a symbol, ``document`` says the same in full. ``mark``: "late" or
    "soon", a colour beside what ``days`` says."""

    number: int
    symbol: str
    issued: str
    document: str
    title: str
    obligor: str
    term: str
    days: str
    mark: str
    demand: str
    article: str


def worst_first(line: DigestLine) -> tuple[int, int, str, str]:
    """By what lines are sorted: their kind, then the latest, the nearest or the oldest first."""
    days = -(line.age or 0) if line.working_days is None else line.working_days
    return _ORDER[line.kind], days, line.symbol or "", line.obligation


def item_of(line: DigestLine, number: int, digest: Digest, texts: Texts) -> MailItem:
    """The row of *line* in the letter of *digest*, as its *number*-th."""
    alone = digest.single and len(digest.lines) == 1
    symbol = shown(line.symbol, LONGEST_NAME)
    return MailItem(
        number=number,
        symbol=symbol,
        issued=texts.date(line.issued) if symbol and line.issued else "",
        document=shown(line.document, 2 * LONGEST_NAME),
        title=_title(line, LONGEST_ALONE if alone else LONGEST_CONTENT, texts),
        obligor=shown(line.obligor, LONGEST_NAME),
        term=_term(line, digest.on, texts),
        # That there is no term is said by the term.
        days=words_of_days(line, digest.on, texts) if line.age or _due(line) else "",
        mark=MARKS.get(line.kind, ""),
        # Of a letter about it alone it is the first sentence already.
        demand="" if alone else _demand(line, digest, texts),
        article=shown(line.article, LONGEST_NAME),
    )


def _title(line: DigestLine, longest: int, texts: Texts) -> str:
    title = shown(line.duty or line.rule_title, LONGEST_CONTENT)
    content = shown(line.content, longest)
    return texts.fill("line.title", title=title, content=content) if content else title


def _term(line: DigestLine, on: date, texts: Texts) -> str:
    due = _due(line)
    if due is None:
        return texts.fill("term.none")
    if line.due_at is not None or line.target_at is not None:
        return _term_by_the_clock(line, on, texts)
    if line.target is not None and on <= line.target < due:
        return texts.fill("term.target", due=texts.date(due), target=texts.date(line.target))
    return texts.fill("term.due", due=texts.date(due))


def _term_by_the_clock(line: DigestLine, on: date, texts: Texts) -> str:
    """The same of what is due at a moment, or strictly at one."""
    due = texts.end(line.due, line.due_at)
    alike = (line.due, line.due_at) == (line.target, line.target_at)
    if line.target is not None and on <= line.target and not alike:
        target = texts.end(line.target, line.target_at)
        return texts.fill("term.target_at", due=due, target=target)
    if line.due_at is None:
        return texts.fill("term.due", due="" if line.due is None else texts.date(line.due))
    return texts.fill("term.due_at", due=due)


def words_of_days(line: DigestLine, on: date, texts: Texts) -> str:
    """How many working days are left or how many it is late, counted from the due date."""
    days, due = line.working_days, _due(line)
    if line.kind is LineKind.WITHOUT_DEADLINE or days is None or due is None:
        if line.kind is LineKind.OVERDUE:
            return texts.fill("days.over")
        return (
            texts.fill("days.age", days=numbered(line.age)) if line.age else texts.fill("days.none")
        )
    if days > 0:
        return texts.fill("days.left", days=numbered(days))
    if days < 0:
        return texts.fill("days.late", days=numbered(-days))
    if due < on or line.kind is LineKind.OVERDUE:
        # Over since a day off, or a moment of today: no working day has passed yet.
        return texts.fill("days.over")
    # Due soon with no working day left: it is told on a day off.
    last = "no_working_day" if line.kind is LineKind.DUE_SOON else "last_working_day"
    return texts.fill("days.today" if due == on else f"days.{last}")


def _due(line: DigestLine) -> date | None:
    return line.due or line.target


def _demand(line: DigestLine, digest: Digest, texts: Texts) -> str:
    """What is asked, without whom it asks, which the letter has said."""
    asked = shown(line.asked, LONGEST_CONTENT)
    prefix = texts.fill("demand.prefix", body=shown(digest.body_name, LONGEST_NAME))
    if asked.startswith(f"{prefix} "):
        asked = asked.removeprefix(prefix).lstrip()
        asked = asked[:1].upper() + asked[1:]
    return asked


def numbered(number: int) -> str:
    """*number* as Vietnamese writes it: 1.855."""
    return f"{number:,}".replace(",", ".")
