"""`dondoc status`: the board, what is open and overdue with whom, and how the service fares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

import click

from ..rules.obligations import OVERDUE
from ..rules.rule import COMPLETION
from ..storage.numbering import SourceNumbers, numbers_of
from ..storage.outbox import pending
from ..storage.questions import queries
from ..storage.questions.figures import Figures, figures
from ..storage.questions.light_figures import Lit, lit
from ..storage.questions.unknown_bodies import unknown_bodies
from .assembly.application import Application, day_looked_at, open_application
from .assembly.clock import today
from .terminal.dead_waiting import dead_letters_waiting
from .terminal.documented import Command
from .terminal.missing_numbers import missing_told, numbers_as_objects
from .terminal.options import Context, as_of_option, format_option, in_context
from .terminal.presentation import as_csv, as_json, clean, emit, table
from .terminal.screen import Screen, colour_option, screen_for, show
from .terminal.unknown_bodies import unknown_bodies_told
from .terminal.unknown_types import unknown_types_told
from .terminal.usage import WholeNumber
from .terminal.widths import padded, wrapped
from .terminal.words import words

_WORST = 15
"""How many bodies the board shows on a terminal, the worst first."""
_MOST = 100_000
_NUMBERS = ("open", "overdue", "overdue_breaches")
_COLUMN = 9
"""Columns of a number on a terminal."""


@click.command("status", cls=Command)
@click.option("--limit", type=WholeNumber(0, _MOST), default=_WORST, show_default=True)
@as_of_option
@format_option
@colour_option
@in_context
def command(context: Context, limit: int, as_of: datetime | None, form: str, color: str) -> None:
    """The board: what is open and overdue with whom, tasks by status, and how the service fares."""
    application = open_application(context.settings, context.database)
    day = day_looked_at(application, as_of)
    screen = screen_for(color) if form == "table" else None
    if screen is None:
        emit(board(application, day, form))
    else:
        show(_lines(looked_at(application, day), screen, limit), screen)


class Board(NamedTuple):
    """What the board says of ``day``: a row for each body that owes something, the one with the
    most overdue first; tasks by body and status; what is odd; how many results that were handed in
    are still to be accepted; how many open obligations have each light.

    As of now, whatever the day: how the service fares; how many dead letters wait on the broker,
    None where it cannot be asked; how many events are stored of each type that is not known; in
    how many documents and reports each code stands that the directory lacks, and these as they are
    told; what is missing of the numbers of sources."""

    day: date
    rows: list[dict[str, Any]]
    found: Figures
    service: dict[str, int]
    dead_letters: int | None
    unknown_types: dict[str, int]
    unknown_bodies: dict[str, int]
    bodies_told: str
    numbers: list[SourceNumbers]
    awaiting: int
    lights: Lit

    def total(self, number: str) -> int:
        """One of the numbers of all bodies together."""
        return sum(row[number] for row in self.rows)


def looked_at(application: Application, day: date) -> Board:
    """The board of *day*."""
    store, law = application.store, application.law
    found, counts, waiting, unknown, strangers, numbers, lights = store.read(
        lambda tx: (
            figures(tx, law, day),
            queries.counts(tx),
            pending(tx),
            queries.unknown_types(tx),
            unknown_bodies(tx, law.directory),
            numbers_of(tx),
            lit(tx, law, day),
        )
    )
    bodies = _by_body(found)
    service = {
        "events": counts.events,
        "conflicts": counts.conflicts,
        "rejections": counts.rejections,
        "redactions": counts.redactions,
        "outbox_pending": waiting.count,
    }
    rows: list[dict[str, Any]] = [
        {
            "body": body,
            "name": law.directory.name(body, day),
            "owed_by": list(law.directory.answerable(body, day)),
            **bodies[body],
        }
        for body in sorted(bodies, key=lambda body: (-bodies[body]["overdue"], body))
    ]
    answering = {rule.id for _, rule in law.regulations.of_kind(COMPLETION)}
    awaiting = sum(n for (rule, _, _), n in found.obligations.items() if rule in answering)
    return Board(
        day=day,
        rows=rows,
        found=found,
        service=service,
        dead_letters=dead_letters_waiting(application.settings),
        unknown_types=unknown,
        unknown_bodies=strangers,
        bodies_told=unknown_bodies_told(strangers, law.directory),
        numbers=numbers,
        awaiting=awaiting,
        lights=lights,
    )


def board(application: Application, day: date, form: str) -> str:
    """The board as text, or the same figures as JSON or CSV (open and overdue by body)."""
    seen = looked_at(application, day)
    if form == "json":
        told = {
            "as_of": day.isoformat(),
            "obligations": seen.rows,
            "tasks": _nested(seen.found.tasks),
            "awaiting_acceptance": seen.awaiting,
            "incomplete_documents": dict(sorted(seen.found.incomplete.items())),
            "flags": dict(sorted(seen.found.flags.items())),
            "service": seen.service,
            "dead_letters": seen.dead_letters,
            "unknown_types": seen.unknown_types,
            "unknown_bodies": seen.unknown_bodies,
            "numbers": numbers_as_objects(seen.numbers),
            "lights": [
                {"body": body, "light": light, "colour": colour, "number": number}
                for (body, light, colour), number in sorted(seen.lights.items())
            ],
        }
        return as_json(told)
    columns: tuple[str, ...] = ("body", "name", "owed_by", *_NUMBERS)
    if form == "csv":
        return as_csv(seen.rows, columns)
    if all(row["owed_by"] == [row["body"]] for row in seen.rows):
        columns = ("body", "name", *_NUMBERS)  # nobody answers for another
    tasks = [{"tasks": name, "number": number} for name, number in _tasks(seen)]
    parts = [
        _heading(seen),
        table(seen.rows, columns),
        table(tasks, ("tasks", "number")),
        *([table(_lights(seen), ("light", "light_colour", "number"))] if seen.lights else []),
        _service(seen),
    ]
    return "\n\n".join(parts)


def _lines(seen: Board, screen: Screen, limit: int) -> Iterator[str]:
    """The board for a person at *screen*: the *limit* worst bodies (0: all), breaches first."""
    told = words()
    yield from wrapped(_heading(seen), screen.width)
    yield ""
    rows = sorted(seen.rows, key=lambda row: (-row["overdue_breaches"], -row["overdue"]))
    shown = rows[:limit] if limit else rows
    width = min(60, screen.width - len(_NUMBERS) * _COLUMN)
    heads = (f"{told.say(f'status.{each}'):>{_COLUMN}}" for each in _NUMBERS)
    yield screen.styled(padded(told.say("status.body"), width) + "".join(heads), bold=True)
    for row in shown:
        line = padded(clean(row["name"]), width)
        numbers = [f"{told.number(row[each]):>{_COLUMN}}" for each in _NUMBERS]
        if row["overdue"]:
            numbers[1] = screen.styled(numbers[1], fg="yellow")
        if row["overdue_breaches"]:
            numbers[2] = screen.styled(numbers[2], fg="red", bold=True)
        yield line + "".join(numbers)
    left = rows[len(shown) :]
    if left:
        overdue = sum(row["overdue"] for row in left)
        yield told.say("status.more", count=len(left), overdue=told.number(overdue))
    yield ""
    yield screen.styled(told.say("status.tasks"), bold=True)
    for name, number in _tasks(seen):
        yield f"{padded(name, width)}{told.number(number):>{_COLUMN}}"
    yield ""
    if seen.lights:
        yield screen.styled(told.say("status.lights"), bold=True)
        for each in _lights(seen):
            named = padded(clean(each["light"]), width)
            yield f"{named}{told.number(each['number']):>{_COLUMN}}"
        yield ""
    yield from wrapped(_service(seen, "; "), screen.width)


def _heading(seen: Board) -> str:
    overdue, breaches = seen.total("overdue"), seen.total("overdue_breaches")
    numbers = {"overdue": overdue, "breaches": breaches, "others": overdue - breaches}
    told, numbers["open"] = words(), seen.total("open")
    shown = {name: told.number(number) for name, number in numbers.items()}
    return told.say("status.heading", date=seen.day, **shown)


def _service(seen: Board, between: str = "   ") -> str:
    told = words()
    named = [f"{told.say(f'status.service.{name}')}: {seen.service[name]}" for name in seen.service]
    if seen.dead_letters:
        named.append(told.say("status.dead_letters", number=told.number(seen.dead_letters)))
    if seen.unknown_types:
        types = unknown_types_told(seen.unknown_types)
        named.append(told.say("status.unknown_types", types=types))
    if seen.unknown_bodies:
        named.append(told.say("status.unknown_bodies", bodies=seen.bodies_told))
    if missing := missing_told(seen.numbers):
        named.append(told.say("status.numbers", sources=missing))
    if seen.day != today():
        return told.say("status.as_of_now", figures=between.join(named))
    return between.join(named)


def _by_body(found: Figures) -> dict[str, dict[str, int]]:
    """What is open and overdue with each body, and how much of that is a breach."""
    bodies: dict[str, dict[str, int]] = {}
    for (_, body, state), number in found.obligations.items():
        row = bodies.setdefault(body, dict.fromkeys(_NUMBERS, 0))
        row["overdue" if state == OVERDUE else "open"] += number
    for (_, body), number in found.overdue_breaches.items():
        bodies.setdefault(body, dict.fromkeys(_NUMBERS, 0))["overdue_breaches"] += number
    return bodies


def _lights(seen: Board) -> list[dict[str, Any]]:
    """How many open obligations have each light."""
    total = Counter[tuple[str, str]]()
    for (_, light, colour), number in seen.lights.items():
        total[light, colour] += number
    return [
        {"light": light, "light_colour": colour, "number": number}
        for (light, colour), number in sorted(total.items(), key=lambda each: -each[1])
    ]


def _tasks(seen: Board) -> list[tuple[str, int]]:
    """The statuses of tasks, in words, with how many there are; of those that are done, how many
    results are still to be accepted."""
    told, total = words(), Counter[str]()
    for (_, status), number in seen.found.tasks.items():
        total[status] += number
    rows = [(told.say(f"status.task.{status}"), total[status]) for status in sorted(total)]
    return [*rows, (told.say("status.awaiting"), seen.awaiting)] if seen.awaiting else rows


def _nested(counted: Mapping[tuple[str, str], int]) -> dict[str, dict[str, int]]:
    nested: dict[str, dict[str, int]] = {}
    for (body, status), number in sorted(counted.items()):
        nested.setdefault(body, {})[status] = number
    return nested
