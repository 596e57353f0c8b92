"""`dondoc dead …`: looks at dead letters, hands them to the service again, or drops them.

A letter is named by its position in the list or by the beginning of its id; positions move as
letters come and go, ids do not.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import click

from ..connector import dead_letters
from ..connector.contract.attributes import is_identifier
from ..connector.contract.encoding import searchable
from ..connector.contract.headers import UNREAD, HeaderTable
from ..connector.dead_letters import Letter, letters, remove
from ..connector.letter_rows import COLUMNS, as_rows
from ..connector.secrecy.sifting import type_and_subject
from ..connector.transport import Client, Publisher
from ..rules.streams import key_of, kind_of
from ..storage.audit import Course, acting
from ..storage.database import Store
from .assembly.application import Refused, open_database
from .assembly.broker import broker_address, broker_names, message_limits, wanted_topology
from .assembly.clock import now
from .assembly.operator import act
from .assembly.settings import Settings
from .assembly.unit import own_of, unit_of
from .terminal.documented import Group
from .terminal.fitted import Column, fitted, present, room
from .terminal.options import DONE, FOUND, Context, format_option, in_context
from .terminal.presentation import clean, say, show_rows
from .terminal.usage import WholeNumber
from .terminal.words import words

RETRY_COLUMNS = ("letter", "event_id", "outcome", "reason", "path", "attempts")
_LETTERS_TOLD = 20
"""How many letters' ids the trail holds of one act."""
_LONGEST_POSITION = 5
"""Digits; a longer number is the beginning of an id."""
_which_argument = click.argument("which", metavar="[N|ID]", required=False)
_all_option = click.option("--all", "everything", is_flag=True)


@click.group("dead", cls=Group)
def command() -> None:
    """Events that could not be taken, with the reason."""


@command.command("list")
@click.option("--limit", type=WholeNumber(1, 10_000), default=100, show_default=True)
@format_option
@in_context
def list_(context: Context, limit: int, form: str) -> None:
    """The oldest dead letters."""
    with _queue(context.settings) as (_, found):
        rows = as_rows(found[:limit])
    if form == "table":
        present([_table(rows) if rows else words().say("dead.empty")], None)
    else:
        show_rows(rows, COLUMNS, form)


@command.command()
@click.argument("which", metavar="N|ID")
@in_context
def show(context: Context, which: str) -> None:
    """One dead letter whole: N is its position in the list, ID the beginning of its id."""
    for line in _letter_lines(context.settings, which):
        say(line)


@command.command()
@_which_argument
@_all_option
@format_option
@in_context
def retry(context: Context, which: str | None, everything: bool, form: str) -> None:
    """Hand dead letters to the service again where they are valid now."""
    rows = _retried(context, which, everything)
    show_rows(rows, RETRY_COLUMNS, form)
    sys.exit(FOUND if any(row["outcome"] == "stays" for row in rows) else DONE)


@command.command()
@_which_argument
@_all_option
@click.option("--yes", is_flag=True)
@in_context
def drop(context: Context, which: str | None, everything: bool, yes: bool) -> None:
    """Remove dead letters for good."""
    if everything and which is None and not yes:
        if not sys.stdin.isatty():
            raise click.UsageError(words().say("dead.drop.nobody"))
        click.confirm(words().say("dead.drop.sure"), abort=True, err=True)
    with _queue(context.settings) as (client, found):
        chosen = _chosen(found, which, everything)
        with _recorded(context, "dead drop", chosen):
            for letter in chosen:
                remove(client, letter)
            client.depth(broker_names(context.settings).dead)
    say(words().say("dead.drop.done", number=len(chosen)))


def _table(rows: Sequence[Mapping[str, Any]]) -> str:
    """*rows* for a person, who names a letter by the number or the id."""
    told = words()
    columns = [
        Column(told.say("dead.position"), right=True),
        Column(told.say("dead.letter")),
        Column(told.say("dead.type"), least=12),
        Column(told.say("dead.subject"), least=8),
    ]
    fields = ("position", "letter", "type", "subject")
    why = [": ".join(filter(None, (row["path"], told.sentence(row["reason"])))) for row in rows]
    return fitted(columns, [[row[field] for field in fields] for row in rows], room(), why)


def _letter_lines(settings: Settings, which: str) -> list[str]:
    """Everything about one letter, line by line, harmless to a terminal."""
    with _queue(settings) as (_, found):
        letter = _one(found, which)
        (row,) = as_rows([letter])
    about = {**row, "position": found.index(letter) + 1}
    about["content_type"] = letter.delivery.content_type
    about["encoding"] = letter.delivery.content_encoding
    about["reason"] = words().sentence(about["reason"])
    about["first_seen"] = _when(about["first_seen"])
    label = {name: words().find(f"terminal.columns.{name}") or name for name in (*about, "header")}
    widest = max(12, *map(len, label.values()))
    lines = [
        f"{label[name]:<{widest}}  {clean(value)}"
        for name, value in about.items()
        if value is not None
    ]
    lines += [
        f"{label['header']:<{widest}}  {clean(f'{_told(name)}: {_told(value)}')}"
        for name, value in letter.headers.pairs
    ]
    unpacked, rest = searchable(letter.delivery.body, letter.delivery.content_encoding)
    body = unpacked or rest
    return [*lines, "", *(clean(line) for line in _body(body).splitlines())]


def _when(said: str | None) -> str | None:
    """A time of a header as people read it; as it stands where it is none."""
    try:
        return said and words().moment(datetime.fromisoformat(said))
    except ValueError:
        return said


def _retried(context: Context, which: str | None, everything: bool) -> list[dict[str, Any]]:
    """Try one letter or all of them again; a row for each, ``outcome`` "handed over" or "stays".

    Raises Refused, and TransportError where the broker does not confirm.
    """
    settings = context.settings
    names = broker_names(settings)
    publisher = Publisher(broker_address(settings), wanted_topology(settings), "dondoc dead retry")
    with _queue(settings) as (client, found):
        chosen = _chosen(found, which, everything)
        publisher.start()
        try:
            with _recorded(context, "dead retry", chosen) as (course, store):
                retried = dead_letters.retry(
                    chosen,
                    client,
                    publisher,
                    names,
                    message_limits(settings),
                    own_of(settings, unit_of(settings, store)),
                    now(),
                )
                course.details["stay"] = sum(1 for each in retried if each.stays)
        finally:
            publisher.stop()
    return [
        {
            "letter": each.letter.id,
            "event_id": each.letter.event_id,
            "outcome": "stays" if each.stays else "handed over",
            "reason": each.stays,
            "path": each.letter.path if each.stays else "",
            "attempts": each.letter.attempts,
        }
        for each in retried
    ]


@contextmanager
def _recorded(
    context: Context, name: str, chosen: Sequence[Letter]
) -> Iterator[tuple[Course, Store]]:
    """Have the trail hold what is done to *chosen* in the block; their ids, which are digests, as
    far as there is room. Gives the database too. Raises StorageError and Refused before anything is
    done."""
    store = open_database(context.settings, context.database)
    subject = _stream_of(chosen[0]) if len(chosen) == 1 else None
    letters_told = [letter.id for letter in chosen[:_LETTERS_TOLD]]
    try:
        doing = act(name, subject, len(chosen), {"letters": letters_told})
        with acting(store, doing, now) as course:
            yield course, store
    finally:
        store.close()


def _stream_of(letter: Letter) -> str | None:
    """The key of the stream that *letter* is about, where it tells one that can be."""
    delivery = letter.delivery
    type_, subject = type_and_subject(delivery.body, letter.headers, delivery.content_encoding)
    if type_ is None or subject is None or not is_identifier(subject):
        return None
    return key_of(kind_of(type_), subject)


@contextmanager
def _queue(settings: Settings) -> Iterator[tuple[Client, list[Letter]]]:
    """The dead letters, in hand as long as the block runs."""
    queue = broker_names(settings).dead
    with Client(broker_address(settings)) as client:
        yield client, letters(client, queue)
        # Acknowledgements have no answer; this one comes after all of them were heard.
        client.depth(queue)


def _chosen(found: Sequence[Letter], which: str | None, everything: bool) -> Sequence[Letter]:
    if everything == (which is not None):
        raise Refused(words().say("dead.which"))
    return found if which is None else [_one(found, which)]


def _one(found: Sequence[Letter], which: str) -> Letter:
    """The letter that is meant by a position or the beginning of an id. Raises Refused."""
    if which.isdecimal() and len(which) <= _LONGEST_POSITION:
        if not 1 <= int(which) <= len(found):
            raise Refused(words().say("dead.no_position", position=which, number=len(found)))
        return found[int(which) - 1]
    meant = [letter for letter in found if which and letter.id.startswith(which)]
    if len(meant) != 1:
        key = "dead.several" if meant else "dead.none"
        raise Refused(words().say(key, beginning=repr(which)))
    return meant[0]


def _told(value: object) -> str:
    """A header's name or value for a reader: text and numbers as they are, times in ISO 8601,
    tables and lists with all that they say."""
    if isinstance(value, HeaderTable):
        return "{" + ", ".join(f"{_told(n)}: {_told(each)}" for n, each in value.pairs) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_told, value)) + "]"
    if value is UNREAD:
        return "(not read)"
    return "(nothing)" if value is None else str(value)


def _body(body: bytes) -> str:
    """The body for a reader: JSON set out over lines, anything else as text."""
    try:
        return json.dumps(json.loads(body), ensure_ascii=False, indent=1)
    except (ValueError, RecursionError):
        return body.decode(errors="replace")
