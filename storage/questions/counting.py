"""Under which body a row counts in totals, by the directory: who answers changes with the day.

The database groups rows by what this needs to know of their days, so that it costs groups and not
rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from ...rules.directory import Directory


@dataclass(frozen=True, slots=True)
class CountedUnder:
    """Under whom rows are counted by *directory*, looked at on *as_of*, a local date."""

    directory: Directory
    as_of: date

    def as_it_stands(self, code: str, begun: str = "") -> str:
        """Whom *code* counts under on the day that is looked at; *begun* as `begun` gave it."""
        return self.directory.counted_under(code, self.as_of, self._since(begun))

    def begun(self) -> str:
        """A column of SQL that tells the days on which obligations opened apart, as far as the
        directory has bodies that were founded anew after they had handed over."""
        return self.by_days("opened_on") if self.directory.founded_anew else "''"

    def shared(self) -> list[str]:
        """The codes that count under one body with another code, as after a merger."""
        under: dict[str, set[str]] = {}
        for body in self.directory:
            under.setdefault(self.as_it_stands(body.code), set()).add(body.code)
        return sorted(code for codes in under.values() if len(codes) > 1 for code in codes)

    def by_days(self, column: str) -> str:
        """A column of SQL that tells the days of *column* apart as far as `on` needs it: the last
        day up to then on which another began to answer, empty before the first."""
        days = [day for day in self.directory.hand_overs if day <= self.as_of]
        if not days:
            return "''"
        # Dates of the directory, written by us: nothing in them is anybody's text.
        whens = " ".join(f"WHEN {column} >= '{day}' THEN '{day}'" for day in reversed(days))
        return f"CASE {whens} ELSE '' END"

    def on(self, code: str, since: str, begun: str = "") -> str:
        """Whom *code* counts under on the days that `by_days` gave *since* for; *begun* as `begun`
        gave it."""
        return self.directory.counted_under(code, self._day(since), self._since(begun))

    def _since(self, begun: str) -> date | None:
        return self._day(begun) if self.directory.founded_anew else None

    def _day(self, text: str) -> date:
        if text:
            return date.fromisoformat(text)
        return min(self.directory.hand_overs, default=self.as_of) - timedelta(days=1)
