"""`dondoc reconcile`: HSCV's own list of what it has, against what is stored."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import click

from ..rules.normalising import one_form
from ..rules.reading.own_headings import COLUMNS
from ..rules.reading.own_list import MOST_ROWS, OwnList, known_columns, read_own_list
from ..storage.database import Store
from ..storage.not_stored import REJECTED
from ..storage.reconciling import AskedDays, Reconciled, days_of
from ..storage.reconciling_documents import reconcile_documents
from ..storage.reconciling_events import reconcile_events
from ..storage.secrecy.names import secret_known
from ..storage.streams import documents_among
from ..storage.transaction import Transaction
from .assembly.application import Refused, open_database
from .assembly.list_files import list_rows
from .terminal.days import DayParam, require_order
from .terminal.dead_waiting import dead_letters_waiting
from .terminal.documented import Command
from .terminal.fitted import present, room
from .terminal.options import (
    DONE,
    FOUND,
    Context,
    NameParam,
    format_chosen,
    format_option,
    in_context,
    output_option,
)
from .terminal.presentation import clean, say, show_rows
from .terminal.reconciled import rows_of, sections_of
from .terminal.usage import WholeNumber
from .terminal.words import words
from .terminal.writing import refuse_as_output

_COLUMNS = (
    *("finding", "row", "id", "source", "type", "subject", "symbol", "date"),
    *("field", "listed", "stored", "first", "reason"),
)
_SHOWN = 20
"""How many of a kind a person is shown, unless --limit says otherwise."""
_MOST_BYTES = 1024 * 1024 * 1024
"""Of an XLSX when it is unpacked: as many rows as a list may have take half of it."""
_TRIED = 1_000


@click.command("reconcile", cls=Command)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--column", "named", multiple=True, metavar="COLUMN=NAME")
@click.option("--from", "first", type=DayParam())
@click.option("--to", "last", type=DayParam())
@click.option("--source", type=NameParam())
@click.option("--limit", type=WholeNumber(0, 10**9))
@format_option
@output_option
@in_context
def command(
    context: Context,
    file: Path,
    named: Sequence[str],
    first: date | None,
    last: date | None,
    source: str | None,
    limit: int | None,
    form: str,
    output: Path | None,
) -> None:
    """Compare HSCV's own list in FILE with what is stored."""
    form = format_chosen(form, output)
    require_order(first, last)
    headings = _headings(named)
    store = open_database(context.settings, context.database)
    refuse_as_output(output, [file, *store.files(), *context.settings.files])
    rows = list_rows(file, known_columns, MOST_ROWS + 20, _MOST_BYTES)
    listed = read_own_list(rows, str(file), headings)
    asked = _asked(listed, first, last, source, str(file))
    result = _reconciled(store, listed, asked)
    if form == "table":
        most = None if limit == 0 else limit or _SHOWN
        shown = sections_of(result, most, None if output else room())
        summary, dead = _summary(str(file), listed, result), _among_dead(context, result)
        present([summary, *shown, *dead], output)
    else:
        show_rows(rows_of(result), _COLUMNS, form, output)
    for line in _notes(store, listed, result):
        say(line, err=True)
    sys.exit(FOUND if _to_mend(result) else DONE)


def _headings(named: Sequence[str]) -> dict[str, str]:
    """The headings that --column names, by what they say. Raises UsageError."""
    found: dict[str, str] = {}
    for each in named:
        key, _, name = each.partition("=")
        name = one_form(" ".join(name.split()))
        if key not in COLUMNS or not name or key in found or name in found.values():
            known = ", ".join(COLUMNS)
            raise click.UsageError(
                words().say("reconcile.no_column", given=clean(each), known=known)
            )
        found[key] = name
    return found


def _asked(
    listed: OwnList, first: date | None, last: date | None, source: str | None, file: str
) -> AskedDays:
    """What is asked for: the days given, otherwise those that the list covers. Raises Refused for
    a list of nothing of which no days are given."""
    covered = days_of(listed.entries)
    given = first is not None or last is not None
    if not listed.entries and not given:
        raise Refused(words().say("reconcile.no_row", file=file))
    if covered is not None:
        first, last = first or covered[0], last or covered[1]
    return AskedDays(first, last, source, beyond=given or covered is not None)


def _reconciled(store: Store, listed: OwnList, asked: AskedDays) -> Reconciled:
    """What the list and the database say of one another at one moment. Raises Refused where
    something became secret meanwhile, since what was read may tell of it."""

    def read(tx: Transaction) -> tuple[Reconciled, frozenset[str]]:
        compare = reconcile_events if listed.of_events else reconcile_documents
        return compare(tx, listed.entries, asked), secret_known(tx)

    result, secret = store.read(read)
    if store.read(secret_known) - secret:
        raise Refused(words().say("reconcile.became_secret"))
    return result


def _to_mend(result: Reconciled) -> bool:
    lost = result.missing or result.unlisted_count or result.differing
    refused = any(each.why == REJECTED for each in result.not_stored)
    return bool(lost or result.twice or result.unread or refused)


def _summary(file: str, listed: OwnList, result: Reconciled) -> str:
    """What was compared, and how much of it is as the list says; how much of each kind is not."""
    told, asked = words(), result.asked
    key = "reconcile.events" if listed.of_events else "reconcile.documents"
    text = told.say(
        key,
        file=clean(file),
        rows=told.number(len(listed.entries)),
        agreeing=told.number(result.agreeing),
    )
    if asked.beyond:
        if asked.first is not None:
            text += told.say("reconcile.from", day=asked.first)
        if asked.last is not None:
            text += told.say("reconcile.to", day=asked.last)
        text += told.say("reconcile.stored", number=told.number(result.stored))
    return text


def _among_dead(context: Context, result: Reconciled) -> Iterator[str]:
    """Where what was never seen may lie, unless the broker answers that nothing lies there."""
    if result.missing and dead_letters_waiting(context.settings) != 0:
        yield words().say("reconcile.among_dead")


def _notes(store: Store, listed: OwnList, result: Reconciled) -> Iterator[str]:
    """What the answers do not cover, and why."""
    told = words()
    if not result.asked.beyond:
        yield told.say("reconcile.undated")
    if (left := result.unlisted_count - len(result.unlisted)) > 0:
        yield told.say("reconcile.not_listed_one_by_one", number=told.number(left))
    if listed.left_out:
        yield told.say("reconcile.left_out", columns=", ".join(listed.left_out))
    named = {"subject", "symbol"} & listed.columns
    if listed.of_events and result.missing and not named and (result.redacted or result.archived):
        secret, gone = told.number(result.redacted), told.number(result.archived)
        yield told.say("reconcile.without_ids", redacted=secret, archived=gone)
    if listed.of_events and result.missing and not result.agreeing and not result.differing:
        ids = [entry.id for entry in result.missing[:_TRIED] if entry.id is not None]
        if store.read(lambda tx: documents_among(tx, ids)):
            yield told.say("reconcile.ids_of_documents")
