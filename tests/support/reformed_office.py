"""The reform's story as an installation lives through it, and what each surface says on a day."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from dondoc.commands.assembly.application import Application
from dondoc.commands.assembly.settings import Settings
from dondoc.commands.list import obligations
from dondoc.commands.remind import decisions
from dondoc.commands.status import board
from dondoc.connector.contract.guard import Limits
from dondoc.connector.handled import Result
from dondoc.connector.intake import Intake
from dondoc.metrics.compliance import ComplianceCollector, read
from dondoc.rules.events import LOCAL
from dondoc.rules.law import Law
from dondoc.rules.obligations import Obligation
from dondoc.storage.advancing import advance
from dondoc.storage.database import Store
from dondoc.storage.questions import queries
from support.reform import Told, story
from support.reform import law as reform_law

Figures = dict[tuple[str, ...], float]


def noon(day: date) -> datetime:
    """Noon of *day*."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=LOCAL)


@dataclass
class Reformed:
    """An installation that is told the story day by day."""

    store: Store
    law: Law = field(default_factory=reform_law)
    waiting: list[Told] = field(default_factory=story)
    told: int = 0

    @property
    def application(self) -> Application:
        """What commands ask."""
        return Application(Settings(), self.store, self.law, None)

    def reach(self, day: date) -> None:
        """Take in what happens up to *day*, and let the day come."""
        self.tell([each for each in self.waiting if each.on <= day])
        self.waiting = [each for each in self.waiting if each.on > day]
        advance(self.store, self.law, day)

    def tell(self, told: Sequence[Told]) -> None:
        """Take in *told*; none may be refused."""
        intake = Intake(self.store, self.law, Limits(), history_limit=10_000)
        messages = [each.message(self.told + place) for place, each in enumerate(told)]
        self.told += len(messages)
        for handled in intake.handle(messages, noon(date(2025, 12, 31))):
            assert handled.result is Result.STORED, handled

    def obligations(self, day: date, **wanted: Any) -> list[Obligation]:
        """The obligations of *day*."""
        wish = queries.Filter(**wanted)
        return self.store.read(lambda tx: queries.obligations(tx, self.law, day, wish))

    def listed(self, day: date, **wanted: Any) -> list[dict[str, Any]]:
        """What `list` shows."""
        return obligations(self.application, day, queries.Filter(**wanted))

    def status(self, day: date) -> dict[str, Any]:
        """What `status --format json` shows."""
        return dict[str, Any](json.loads(board(self.application, day, "json")))

    def status_rows(self, day: date) -> list[dict[str, str]]:
        """The rows of `status --format csv`."""
        text = board(self.application, day, "csv")
        return list(csv.DictReader(io.StringIO(text)))

    def status_page(self, day: date) -> str:
        """What `status` shows."""
        return board(self.application, day, "table")

    def metrics(self, day: date) -> dict[str, Figures]:
        """The figures for Prometheus, by name."""
        families = ComplianceCollector(self.law, read(self.store, self.law, noon(day))).collect()
        return {
            family.name: {tuple(each.labels.values()): each.value for each in family.samples}
            for family in families
        }

    def reminded(self, day: date) -> dict[str, set[str]]:
        """By obligation, the bodies that a pass of the scheduler would look at as the obligor."""
        found: dict[str, set[str]] = {}
        for row in decisions(self.application, noon(day)):
            if "obligor" in row["role"].split("/"):
                found.setdefault(row["obligation"], set()).add(row["body"])
        return found


def by_body(rows: Iterable[tuple[str, str]]) -> dict[str, dict[str, int]]:
    """Codes and states counted as the board has them."""
    counted = Counter(rows)
    bodies = sorted({body for body, _ in counted})
    return {body: {state: counted[body, state] for state in ("open", "overdue")} for body in bodies}
