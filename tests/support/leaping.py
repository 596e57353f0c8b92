"""Clocks that a test sets, and a sample's installation that lives by them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path

from dondoc.commands.assembly.loading import load_directory, load_law, load_texts
from dondoc.commands.assembly.settings import TrackingSettings
from dondoc.connector.contract.guard import Limits
from dondoc.connector.contract.verdicts import Message
from dondoc.connector.intake import Intake
from dondoc.connector.timekeeping import Timekeeper
from dondoc.rules.events import LOCAL
from dondoc.rules.law import Law
from dondoc.sample.generator import generate
from dondoc.storage.database import Store
from dondoc.storage.leaps import Uptime
from dondoc.storage.scheduling import let_time_pass


@dataclass
class Clocks:
    """A wall clock that can be set, and a count of seconds that only runs on."""

    at: datetime
    seconds: float = 1000.0
    boot: str = "first start"

    def now(self) -> datetime:
        return self.at

    def uptime(self) -> Uptime:
        return Uptime(self.boot, self.seconds)

    def run(self, seconds: float) -> None:
        """Both go on."""
        self.at += timedelta(seconds=seconds)
        self.seconds += seconds

    def leap(self, by: timedelta) -> None:
        """The wall clock alone is set."""
        self.at += by


def morning(day: date) -> datetime:
    """Nine o'clock of *day*, within the publishing window."""
    return datetime(day.year, day.month, day.day, 9, 0, tzinfo=LOCAL)


@cache
def law(policy: str = "default") -> Law:
    """The law that ships, with one of the reminder policies that ship."""
    directory = load_directory("sample")
    assert directory is not None
    reminders = files("dondoc.rules").joinpath("policies", f"{policy}.toml")
    return load_law(TrackingSettings(reminders=Path(str(reminders))), directory)


@dataclass
class Installed:
    """What a service does about time, without its threads: a pass is one look at the clock."""

    store: Store
    clocks: Clocks
    law: Law = field(default_factory=law)
    keeper: Timekeeper = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        self.keeper = Timekeeper(self.store, self.clocks.now, self.clocks.uptime)

    def look(self) -> int | None:
        """One pass; gives the reminders decided, None where the clock was not believed."""
        now = self.keeper.look()
        return None if now is None else let_time_pass(self.store, self.law, load_texts(), now)

    def through(self) -> date:
        return self.store.read(lambda tx: tx.period())[1]

    def take_in(self, ending: date, most: int = 150) -> None:
        """The beginning of the sample that ends on *ending*."""
        intake = Intake(self.store, self.law, Limits(), history_limit=2000)
        messages = [
            Message(each.body, each.content_type, each.headers) for each in generate(ending, 1)
        ][:most]
        intake.handle(messages, self.clocks.at)
