"""`dondoc export`: the stored events as JSON lines, the form that `replay` takes."""

from __future__ import annotations

import difflib
from datetime import date
from importlib.metadata import version
from pathlib import Path
from uuid import uuid4

import click

from ..connector.lines import to_line
from ..connector.moving.stored_lines import message_of
from ..connector.moving.whole_database import lines_of_all
from ..rules.event_types import EVENT_TYPES
from ..rules.events import PREFIX
from ..storage.database import Store
from ..storage.moving.leaving import counts_of
from ..storage.moving.log import LogFilter, count_log, read_log
from ..storage.outbox import pending
from ..storage.secrecy.names import secret_known
from ..storage.streams import streams_of_subject
from ..storage.transaction import Transaction
from .assembly.application import Application, Refused, open_application
from .assembly.clock import now
from .assembly.operator import recorded
from .terminal.days import DayParam, require_order
from .terminal.documented import Command
from .terminal.finding import find_subject
from .terminal.options import Context, NameParam, in_context, output_option
from .terminal.presentation import say
from .terminal.progress import Progress
from .terminal.sinks import Sink, sink_of
from .terminal.words import words


@click.command("export", cls=Command)
@click.option("--from", "first", type=DayParam())
@click.option("--to", "last", type=DayParam())
@click.option("--subject", type=NameParam())
@click.option("--source", type=NameParam())
@click.option("--type", "type_", type=NameParam())
@click.option("--all", "everything", is_flag=True)
@output_option
@in_context
def command(
    context: Context,
    first: date | None,
    last: date | None,
    subject: str | None,
    source: str | None,
    type_: str | None,
    everything: bool,
    output: Path | None,
) -> None:
    """Write stored events as JSON lines, which `replay` takes."""
    application = open_application(context.settings, context.database)
    if everything and (first or last or subject or source or type_):
        raise click.UsageError(words().say("export.all_is_all"))
    if everything:
        _export_all(application, output)
        return
    wanted = _filter(application, first, last, subject, source, type_)
    unit = application.unit
    with sink_of(output, application.files) as sink:
        number = _export(application.store, unit, wanted, sink, str(output or "-"))
    if output is not None:
        say(words().say("export.done", path=output, number=number))


def _export_all(application: Application, output: Path | None) -> None:
    """Write the whole database, and enter that it was written."""
    store, id_ = application.store, uuid4().hex
    with recorded(store, "export") as course, sink_of(output, application.files) as sink:

        def write(tx: Transaction) -> tuple[int, frozenset[str]]:
            sink.begin()
            number = 0
            with Progress(words().say("export.label"), sum(counts_of(tx).values())) as progress:
                made_at = now().isoformat()
                lines = lines_of_all(tx, id_, version("dondoc"), made_at, course.token)
                for number, line in enumerate(lines, 1):
                    sink.write(line)
                    progress.at(number, number)
            return number, secret_known(tx)

        course.number, secret = store.read(write)
        if store.read(secret_known) - secret:
            raise Refused(words().say("export.became_secret", what=output or "-"))
    if output is not None:
        say(words().say("export.all_done", path=output, number=course.number))
    waiting = store.read(pending).count
    if waiting:
        say(words().say("export.waiting", number=waiting), err=True)


def _export(store: Store, unit: str | None, wanted: LogFilter, sink: Sink, name: str) -> int:
    """Write the events *wanted*, as they all are at one moment, as those of *unit*; gives how
    many."""

    def write(tx: Transaction) -> tuple[int, frozenset[str]]:
        sink.begin()
        number = 0
        with Progress(words().say("export.label"), count_log(tx, wanted)) as progress:
            for number, event in enumerate(read_log(tx, wanted), 1):
                sink.write(f"{to_line(message_of(event, unit))}\n".encode())
                progress.at(number, number)
        return number, secret_known(tx)

    number, secret = store.read(write)
    if store.read(secret_known) - secret:
        raise Refused(words().say("export.became_secret", what=name))
    return number


def _filter(
    application: Application,
    first: date | None,
    last: date | None,
    subject: str | None,
    source: str | None,
    type_: str | None,
) -> LogFilter:
    """What is asked for. Raises Refused for a subject, source or type of which nothing is
    stored, and UsageError for days that leave nothing."""
    require_order(first, last)
    store = application.store
    streams = None
    if subject is not None:
        found = find_subject(application, subject)
        streams = tuple(each.id for each in store.read(lambda tx: streams_of_subject(tx, found)))
        if not streams:
            raise Refused(words().say("export.no_subject", subject=subject))
    if source is not None and not store.read(lambda tx: count_log(tx, LogFilter(source=source))):
        raise Refused(words().say("export.no_source", source=source))
    if type_ is not None:
        type_ = type_.removeprefix(PREFIX)
        asked = LogFilter(type=type_)
        if type_ not in EVENT_TYPES and not store.read(lambda tx: count_log(tx, asked)):
            near = ", ".join(difflib.get_close_matches(type_, EVENT_TYPES, 3, 0.0))
            raise Refused(words().say("export.no_type", type=type_, near=near))
    return LogFilter(first, last, streams, source, type_)
