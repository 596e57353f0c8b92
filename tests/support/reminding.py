"""What the tests of reminders share: the shipped data, an obligation, a scheduler in small."""

import tomllib
from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from dondoc.rules.body import Body
from dondoc.rules.calendar import Calendar, build_calendar
from dondoc.rules.directory import Directory
from dondoc.rules.events import LOCAL
from dondoc.rules.obligations import Obligation
from dondoc.rules.reading.calendar import parse_layer
from dondoc.rules.reading.policy import parse_policy
from dondoc.rules.reading.texts import parse_texts
from dondoc.rules.reminding.addressees import Addressee, addressees
from dondoc.rules.reminding.decision import Decision, decide
from dondoc.rules.reminding.policy import Policy
from dondoc.rules.reminding.reminder import Remind, Reminder, Sent
from dondoc.rules.reminding.snooze import Snooze
from dondoc.rules.wording import Texts

FIXTURES = Path(__file__).parents[1] / "fixtures"

ONE_DAY = timedelta(days=1)

OBLIGOR = Addressee("NV", ("obligor",))
TRACKED = date(2015, 5, 22)
"""From when the obligations of these tests are tracked."""

DIRECTORY = Directory(
    {
        body.code: body
        for body in (
            Body("VP", "Văn phòng HĐND và UBND huyện", "office"),
            Body("NV", "Phòng Nội vụ", "department"),
            Body("TP", "Phòng Tư pháp", "department"),
        )
    }
)


def shipped(path: str) -> dict[str, Any]:
    """A TOML file that ships with `dondoc.rules`, parsed."""
    return tomllib.loads(files("dondoc.rules").joinpath(path).read_text("utf-8"))


@cache
def calendar() -> Calendar:
    """The calendar that ships."""
    return build_calendar(parse_layer(shipped("calendars/vietnam.toml"), "vietnam.toml"))


@cache
def policy(name: str = "default") -> Policy:
    """A policy that ships."""
    return parse_policy(shipped(f"policies/{name}.toml"), f"{name}.toml")


@cache
def texts() -> Texts:
    """The Vietnamese texts that ship."""
    return parse_texts(shipped("texts/vi.toml"), "vi.toml")


def obligation(**fields: Any) -> Obligation:
    """An execution of Phòng Nội vụ, opened on 2/3/2026, due on 27/03/2026, or as *fields* say."""
    target = fields.get("target", date(2026, 3, 27))
    values: dict[str, Any] = {
        "id": "a1b2",
        "rule": "execution",
        "cite": "Điều 10.2.a",
        "stream": "document:15",
        "subject": "15",
        "task_id": "15-1",
        "body": "NV",
        "role": "lead",
        "opened_on": date(2026, 3, 2),
        "target": target,
        "due": target,
        "met_on": None,
        "ended_on": None,
        "breach_on": None,
        "regulation": "02/2015/QĐ-UBND",
        "trace": {},
    }
    return Obligation(**(values | fields))


def at(day: date, hour: int = 8, minute: int = 0) -> datetime:
    """A time of *day* in Vietnam."""
    return datetime.combine(day, time(hour, minute), LOCAL)


def row(reminder: Reminder) -> Sent:
    """The ledger's row for *reminder*."""
    return Sent(
        reminder.step,
        reminder.target,
        reminder.occurrence,
        reminder.role,
        reminder.body,
        reminder.on,
    )


def remind_on(
    days: Iterable[date],
    owed: Obligation,
    *,
    coordinating: Collection[str] = (),
    by: Policy | None = None,
    directory: Directory = DIRECTORY,
    since: date = TRACKED,
    snooze: Snooze | None = None,
) -> list[Reminder]:
    """What is sent when the scheduler runs once on each of *days*, at eight in the morning; from
    the day of *snooze* on with that."""
    chosen = by or policy()
    reminders: list[Reminder] = []
    for day in days:
        for addressee in addressees(owed, coordinating, chosen, directory, day):
            sent = [row(reminder) for reminder in reminders]
            decided = None if snooze is None or at(day) < snooze.at else snooze
            decision = decide(
                *(owed, addressee, sent, chosen, calendar()),
                now=at(day),
                since=since,
                snooze=decided,
            )
            if isinstance(decision, Remind):
                reminders.append(decision.reminder)
    return reminders


def days_from(first: date, number: int) -> list[date]:
    """*number* days in a row, days off included."""
    return [first + timedelta(days=offset) for offset in range(number)]


def ask(
    now: datetime,
    *sent: Sent,
    to: Addressee = OBLIGOR,
    start: datetime | None = None,
    **fields: Any,
) -> Decision:
    """Whether *to* is reminded at *now* of the obligation that *fields* say, after *sent*, where
    passes know it since *start*."""
    return decide(
        *(obligation(**fields), to, sent, policy(), calendar()),
        now=now,
        since=TRACKED,
        start=start,
    )


def told(reminders: list[Reminder], body: str) -> list[tuple[str, str]]:
    """The days, as day/month, and steps of what *body* was sent."""
    return [
        (f"{each.on.day}/{each.on.month}", each.step) for each in reminders if each.body == body
    ]
