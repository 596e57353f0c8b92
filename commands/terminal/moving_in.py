"""An export of a whole database, or an archive, replayed: looked through first, then taken in,
and what has come of it.

A file that is cut off, damaged or of a newer dondoc is refused before anything is written; of
standard input, which cannot be read twice, that is known only at the end.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from ...connector.moving.export_file import ExportReading, Header, lines_between
from ...connector.moving.taking_in_file import Taken, take_in
from ...storage.audit import Course
from ...storage.moving.arriving import Arrived, Manner, takes_whole
from ...storage.new_events import Outcome
from ...storage.outbox import pending
from ...storage.projecting import Basis
from ..assembly.application import Application, Refused, prepare_application
from ..assembly.broker import message_limits
from ..assembly.operator import recorded
from ..assembly.settings import Settings
from .options import DONE, FAILED, FOUND
from .presentation import say
from .progress import Progress
from .sources import STANDARD_INPUT, FileLines, lines_of
from .words import words

_SHOWN = 20
"""How many refused lines are told one by one."""


@dataclass(frozen=True, slots=True)
class MovedIn:
    """What came of it: the application, lines to say, the exit code, and whether days may pass
    now: a database that was moved stands as it stood until its service runs."""

    application: Application
    lines: tuple[str, ...]
    code: int
    days_pass: bool


def move_in(settings: Settings, database: str | None, path: Path, lines: FileLines) -> MovedIn:
    """Take the export in *lines*, of the file *path*, into the database. Raises what replaying
    does, and ExportFault."""
    name = lines.name
    reading = ExportReading(name)
    header = reading.header(lines.first() or "")
    if path != STANDARD_INPUT:
        _look_through(path)
    application = _prepared(settings, database, header)
    told = [_of_another_law(application, header)]
    taken = Taken()
    with (
        recorded(application.store, "replay") as course,
        Progress(words().say("replay.label"), lines.size) as shown,
    ):

        def note(so_far: Taken) -> None:
            nonlocal taken
            taken = so_far
            _note(course, so_far)
            shown.at(so_far.number, lines.place)

        try:
            taken = take_in(
                application.store,
                application.law,
                message_limits(settings),
                header,
                lines_between(reading, iter(lines)),
                note,
            )
        except KeyboardInterrupt:
            say(words().say("moving.stopped", number=taken.number))
            say(words().say("replay.go_on"), err=True)
            sys.exit(FAILED)
        _note(course, taken)
    arrived = taken.arrived
    assert arrived is not None
    whole = arrived.manner is Manner.WHOLE
    told += _refused(name, taken)
    told += _whole(application, header, taken, arrived) if whole else _merged(taken, arrived)
    mend = bool(taken.refused) or arrived.equal is False
    return MovedIn(application, tuple(filter(None, told)), FOUND if mend else DONE, not whole)


def _look_through(path: Path) -> None:
    """Raises ExportFault where anything of the file is not as it has to be."""
    with lines_of(path) as lines, Progress(words().say("moving.checking"), lines.size) as progress:
        reading = ExportReading(lines.name)
        reading.header(lines.first() or "")
        for number, _, _ in lines_between(reading, iter(lines)):
            progress.at(number, lines.place)


def _prepared(settings: Settings, database: str | None, header: Header) -> Application:
    standing = header.standing
    application = prepare_application(settings, database, moved=standing)
    wanted = settings.tracking.since
    differs = standing is not None and wanted not in (None, standing.since)
    if standing is not None and differs and application.store.read(takes_whole):
        setting = settings.named("tracking.since")
        said = {"setting": setting, "wanted": wanted, "stored": standing.since}
        raise Refused(words().say("moving.other_since", **said))
    return application


def _of_another_law(application: Application, header: Header) -> str:
    """A line where obligations are judged by another law here; empty where they are not."""
    standing = header.standing
    if standing is None:
        return ""
    mark = Basis(application.law, standing.since, standing.through).mark
    return "" if mark == standing.law else words().say("moving.other_law")


def _note(course: Course, taken: Taken) -> None:
    course.number = taken.number
    course.details = {str(name): number for name, number in taken.outcomes.items()}


def _refused(name: str, taken: Taken) -> list[str]:
    told = [
        words().say("replay.refused", where=f"{name}:{number}", reason=words().sentence(reason))
        for number, reason in taken.refused[:_SHOWN]
    ]
    more = len(taken.refused) - _SHOWN
    return [*told, *([words().say("replay.more_refused", number=more)] if more > 0 else [])]


def _whole(application: Application, header: Header, taken: Taken, arrived: Arrived) -> list[str]:
    assert header.standing is not None
    told = [
        words().say(
            "moving.whole",
            events=taken.outcomes[Outcome.STORED] + taken.outcomes[Outcome.DUPLICATE],
            reminders=taken.others["reminder"],
            redactions=taken.others["redaction"],
            acts=taken.others["audit"],
        ),
        words().say(
            "moving.equal" if arrived.equal else "moving.unequal",
            number=header.standing.obligations[0],
        ),
    ]
    waiting = application.store.read(pending).count
    if waiting:
        told.append(words().say("moving.waiting", number=waiting))
    return told


def _merged(taken: Taken, arrived: Arrived) -> list[str]:
    numbers = {f"replay.{outcome}": taken.outcomes[outcome] for outcome in Outcome}
    said = [words().say(key, number=number) for key, number in numbers.items() if number]
    results = ", ".join(said) or words().say("replay.none")
    told = [words().say("replay.summary", number=taken.outcomes.total(), results=results)]
    if arrived.left_out:
        told.append(words().say("moving.left_out", number=sum(arrived.left_out.values())))
    return told
