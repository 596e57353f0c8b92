"""How a list of obligations is shown to a person: what is late, of which document, whose it is.

Three lines for each: how it stands, the document and the body; by when, what is owed and the head;
its id, and what is to be done. Nothing is judged here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from ...rules.calendar import OutsideCoverage
from ...rules.law import Law
from ...rules.obligations import MET, MET_LATE, OPEN, OVERDUE, Obligation
from ...rules.streams import is_of_reports
from ...rules.wording import Texts
from ...storage.questions.listed import ListedObligation
from .presentation import clean
from .screen import Screen
from .widths import cut, padded, width_of, wrapped
from .words import Words

ID = 8
"""Characters of an id that are shown at least; more where `told_apart` needs them."""
_MARK = "!"
_SNOOZED = "z"
_GAP = "  "
_STANDING, _WHOSE = 14, 28
"""Columns for how it stands, where that is short, and for whose it is where there are few."""
_SHARE = 3
"""Whose it is has one of so many parts of what is left where there are many."""
LINES_OF_ONE, _LINES_AROUND = 3, 8


def fitting(screen: Screen, least: int = 10) -> int:
    """How many obligations fit on *screen*, *least* however small it is."""
    return max(least, (screen.height - _LINES_AROUND) // LINES_OF_ONE)


def told_apart(ids: Sequence[str], most: int = 20) -> int:
    """How many characters tell *ids*, which differ, apart: `ID` at least, *most* at most."""
    return next((n for n in range(ID, most) if len({each[:n] for each in ids}) == len(ids)), most)


def duty_of(obligation: Obligation, law: Law, texts: Texts) -> str:
    """What is owed by *obligation*, and for which period where it comes round."""
    duty = texts.duty(law.names(obligation).rule)
    period = (obligation.trace.get("period") or {}).get("name")
    named = texts.period(str(period)) if period else None
    return duty if named is None else f"{duty}, {named}"


class Entries:
    """Obligations for a *screen*, in the words of one language, as of a day."""

    def __init__(self, screen: Screen, words: Words, texts: Texts, law: Law, as_of: date) -> None:
        self._screen, self._words, self._texts = screen, words, texts
        self._law, self._as_of = law, as_of
        self._share(_STANDING)

    def _share(self, standing: int) -> None:
        """Give *standing* columns to how it stands, and what is left to the rest."""
        left = self._screen.width - standing - 2 * len(_GAP)
        self._wide, self._whose = standing, max(left // _SHARE, min(_WHOSE, left * 49 // 100))
        self._about = left - self._whose

    def lines(self, found: Sequence[ListedObligation], of_one: bool = False) -> Iterator[str]:
        """The heads of the columns, then each of *found*. Where those are *of_one* body it is
        named once, above them, and what is owed has its room."""
        wide = [width_of(self._marked(each)) for each in found]
        timed = (each.obligation for each in found if each.obligation.due_at is not None)
        wide += [2 + width_of(self._due(each)) for each in timed]
        self._share(max([_STANDING, *wide]))
        whose = {(self._bodies(each), self._heads(each)) for each in found}
        if of_one and len(whose) == 1:
            self._about, self._whose = self._about + len(_GAP) + self._whose, 0
            yield from wrapped(" – ".join(filter(None, whose.pop())), self._screen.width)
            yield ""
        heads = (self._words.say(f"listed.{each}") for each in ("standing", "document", "body"))
        yield self._screen.styled(self._line(*heads), bold=True)
        ids = told_apart([each.obligation.id for each in found], self._wide - len(_GAP))
        for each in found:
            yield from self._entry(each, ids)

    def legend(self, found: Sequence[ListedObligation]) -> Iterator[str]:
        """What each mark means that any of *found* has."""
        if any(each.obligation.counts_as_breach(self._as_of) for each in found):
            yield self._words.say("listed.legend", mark=_MARK)
        if any(each.snooze is not None for each in found):
            yield self._words.say("listed.legend_snoozed", mark=_SNOOZED)

    def _entry(self, each: ListedObligation, ids: int) -> Iterator[str]:
        obligation = each.obligation
        breach = obligation.counts_as_breach(self._as_of)
        late = obligation.state(self._as_of) == OVERDUE
        standing = padded(self._marked(each), self._wide)
        colour = "red" if breach else "yellow"
        if late:
            standing = self._screen.styled(standing, fg=colour, bold=breach)
        due = self._due(obligation)
        duty = duty_of(obligation, self._law, self._texts)
        owed = f"{duty[:1].upper()}{duty[1:]}"
        first = self._line("", self._document(each), self._bodies(each))[self._wide :]
        yield f"{standing}{self._screen.styled(first, bold=True)}".rstrip()
        yield self._line(f"  {due}", owed, self._heads(each))
        room = self._about + (len(_GAP) + self._whose if self._whose else 0)
        content = cut(clean(each.content), room)
        shown = padded(f"  {clean(obligation.id[:ids])}", self._wide)
        yield f"{self._screen.styled(shown, dim=True)}{_GAP}{content}".rstrip()

    def _due(self, obligation: Obligation) -> str:
        return self._words.end(obligation.due, obligation.due_at)

    def _bodies(self, each: ListedObligation) -> str:
        return ", ".join(map(clean, each.names))

    def _heads(self, each: ListedObligation) -> str:
        return "; ".join(dict.fromkeys(map(clean, each.heads)))

    def _line(self, standing: str, about: str, whose: str) -> str:
        cells = (padded(standing, self._wide), padded(about, self._about), cut(whose, self._whose))
        return _GAP.join(cells).rstrip()

    def _document(self, each: ListedObligation) -> str:
        """The document by symbol and date, otherwise the period, otherwise the subject."""
        obligation = each.obligation
        if each.symbol:
            symbol = clean(each.symbol)
            if each.issued_on is None:
                return symbol
            day = self._words.say("listed.of_day", date=each.issued_on)
            if width_of(symbol) + width_of(day) >= self._about:
                day = self._words.day(each.issued_on)
            return f"{cut(symbol, self._about - width_of(day) - 1)} {day}"
        if is_of_reports(obligation.stream):
            return self._texts.period(obligation.subject) or clean(obligation.subject)
        return clean(obligation.subject)

    def _marked(self, each: ListedObligation) -> str:
        """How it stands, behind the mark of a breach or a snooze."""
        breach = each.obligation.counts_as_breach(self._as_of)
        mark = _MARK if breach else _SNOOZED if each.snooze else " "
        return f"{mark} {self._standing(each)}"

    def _standing(self, each: ListedObligation) -> str:
        """How it stands, in a few words."""
        state = each.obligation.state(self._as_of)
        light = self._law.light(each.obligation, self._as_of)
        said = self._plainly(each, state)
        return f"{said} ({clean(light.name.said(self._words.language))})" if light else said

    def _plainly(self, each: ListedObligation, state: str) -> str:
        if state == OPEN:
            return self._left(each.obligation)
        key = {OVERDUE: "late", MET: "met", MET_LATE: "met_late"}.get(state, "void")
        if state in (MET, MET_LATE) and each.obligation.trace.get("awaiting_acceptance"):
            key = "awaiting" if state == MET else "awaiting_late"
        if (
            key in ("late", "met_late")
            and each.days_late == 0
            and each.obligation.due_at is not None
        ):
            return self._words.say(f"listed.{key}_at_once")
        days = "?" if each.days_late is None else each.days_late
        return self._words.say(f"listed.{key}", days=days)

    def _left(self, obligation: Obligation) -> str:
        """How long there is still until *obligation*, which is open, is due."""
        due = obligation.due
        if due is None:
            return self._words.say("listed.no_term")
        if obligation.is_past(self._as_of):  # its task is back with the Office
            return self._words.say("listed.back")
        if due == self._as_of:
            return self._words.say("listed.today")
        try:
            days = self._law.calendar.working_days_between(self._as_of, due)
        except OutsideCoverage:
            return self._words.say("listed.left", days="?")
        return self._words.say("listed.left", days=days)
