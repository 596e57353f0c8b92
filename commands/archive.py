"""`dondoc archive`: what is over is written into a file, and its words or rows go."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from uuid import uuid4

import click

from ..connector.moving.archive_file import lines_of_archive, secret_filed, streams_filed
from ..connector.moving.export_file import ARCHIVE, ExportReading, Header, is_export, lines_between
from ..connector.moving.taking_in_file import Item
from ..storage.moving.archiving import AT_ONCE, Went, closed_streams, take_away
from ..storage.questions.windows import WINDOWS
from ..storage.reprocessing import is_settled
from ..storage.secrecy.names import secret_known
from ..storage.secrecy.remains import TABLES
from ..storage.transaction import Transaction
from .assembly.application import Application, Refused, open_application
from .assembly.clock import now, today
from .assembly.operator import recorded
from .terminal.days import DayParam
from .terminal.documented import Command
from .terminal.options import DONE, FOUND, Context, in_context, output_option
from .terminal.presentation import say
from .terminal.progress import Progress
from .terminal.sinks import sink_of
from .terminal.sources import STANDARD_INPUT, lines_of
from .terminal.words import words

_SHOWN = 20
"""How many subjects of a file are named that are secret."""


@click.command("archive", cls=Command)
@click.option("--before", type=DayParam(), required=True)
@click.option("--rows", is_flag=True)
@click.option("--dry-run", is_flag=True)
@output_option
@in_context
def command(context: Context, before: date, rows: bool, dry_run: bool, output: Path | None) -> None:
    """Write what was over before a day into a file, and take its words or its rows away."""
    application = open_application(context.settings, context.database)
    _require_sensible(application, before, rows)
    if dry_run:
        say(_foreseen(application, before, rows))
        return
    if output in (None, STANDARD_INPUT):  # what it would be read back from
        raise click.UsageError(words().say("archive.no_output"))
    with recorded(application.store, "archive") as course:
        secret = application.store.read(secret_known)
        if output.exists():
            _refuse_secret(application, before, rows, output)
        else:
            secret = _write(application, before, rows, output)
        went = _take_away(application, before, rows, output)
        course.number = went[Went.GONE]
        course.details = {"before": str(before), "rows": rows}
        # After a run that was ended, or told what to mend, all may have gone before: nothing else
        # remembers whether their copies were overwritten.
        remains = application.store.overwrite(TABLES) if went else []
    key = "archive.rows_gone" if rows else "archive.words_gone"
    told = {"path": output, "number": went[Went.GONE], "before": went[Went.BEFORE]}
    say(words().say(key, **told))
    if went[Went.MOVED_ON]:
        say(words().say("archive.moved_on", number=went[Went.MOVED_ON]))
    elsewhere = application.store.copies_elsewhere() if went else []
    if application.store.read(secret_known) - secret and (
        held := _held(application, before, rows, output)
    ):
        remains.append(words().say("archive.holds_secret_now", path=output, subjects=held))
    for line in (*remains, *elsewhere):
        say(line, err=True)
    sys.exit(FOUND if remains else DONE)


def _require_sensible(application: Application, before: date, rows: bool) -> None:
    """Raises Refused for a day that is to come, for rows that figures still count, and where
    obligations are not those of the law as it is."""
    latest = today() - timedelta(days=WINDOWS[-1] + 1) if rows else today()
    if before > latest:
        key = "archive.too_late" if rows else "archive.to_come"
        raise Refused(words().say(key, before=before, latest=latest))
    if not is_settled(application.store, application.law):
        raise Refused(words().say("archive.unsettled"))


def _foreseen(application: Application, before: date, rows: bool) -> str:
    """What would go: a line."""
    found = application.store.read(lambda tx: list(closed_streams(tx, before, whole=rows)))
    key = "archive.rows_would_go" if rows else "archive.words_would_go"
    return words().say(key, number=len(found), events=sum(each[2] for each in found))


def _refuse_secret(application: Application, before: date, rows: bool, output: Path) -> None:
    """Raises Refused where the archive *output* of a run before holds what is secret by now: once
    the rest were gone too, nobody could make it anew."""
    if held := _held(application, before, rows, output):
        raise Refused(words().say("archive.holds_secret", path=output, subjects=held))


def _held(application: Application, before: date, rows: bool, output: Path) -> str:
    """Of what the archive *output* holds, what is secret or quotes something secret, at most a few
    of it; empty for none."""
    found = application.store.read(
        lambda tx: list(islice(secret_filed(tx, _read(output, before, rows)), _SHOWN + 1))
    )
    return ", ".join([*found[:_SHOWN], *(["…"] if len(found) > _SHOWN else [])])


def _write(application: Application, before: date, rows: bool, output: Path) -> frozenset[str]:
    """Write the archive, on the disk when this returns; gives what is redacted. Raises Refused, and
    nothing is left of it, where something became so meanwhile."""
    store = application.store
    told = (uuid4().hex, ARCHIVE, version("dondoc"), now().isoformat())

    with sink_of(output, application.files, new=True) as sink:

        def write(tx: Transaction) -> frozenset[str]:
            sink.begin()
            found = list(closed_streams(tx, before, whole=rows))
            events = sum(each[2] for each in found)
            header = Header(*told, events, before=before, rows=rows)
            with Progress(words().say("archive.writing"), events) as progress:
                lines = lines_of_archive(tx, header, [row for row, _, _ in found])
                for number, line in enumerate(lines, 1):
                    sink.write(line)
                    progress.at(number, number)
            return secret_known(tx)

        secret = store.read(write)
        if store.read(secret_known) - secret:
            raise Refused(words().say("export.became_secret", what=output))
    return secret


def _take_away(application: Application, before: date, rows: bool, output: Path) -> Counter[Went]:
    """Take away what the archive has, once all of it was read back."""
    events = sum(1 for _ in _read(output, before, rows))
    went: Counter[Went] = Counter()
    with Progress(words().say("archive.removing"), events) as progress:
        streams = streams_filed(_read(output, before, rows))
        place = 0
        while some := list(islice(streams, AT_ONCE)):
            went += take_away(application.store, application.law, some, before, now(), whole=rows)
            place += sum(len(each.events) for each in some)
            progress.at(went.total(), place)
    return went


def _read(output: Path, before: date, rows: bool) -> Iterator[Item]:
    """The lines of the archive *output*. Raises Refused where it is another file, and ExportFault
    where it is damaged."""
    with lines_of(output) as lines:
        first = lines.first() or ""
        if not is_export(first):
            raise Refused(words().say("archive.other_file", path=output))
        reading = ExportReading(lines.name)
        header = reading.header(first)
        if (header.kind, header.before, header.rows) != (ARCHIVE, before, rows):
            raise Refused(words().say("archive.other_file", path=output))
        yield from lines_between(reading, iter(lines))
