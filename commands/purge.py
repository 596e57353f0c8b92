"""`dondoc purge`: makes a subject secret by hand and erases it everywhere dondoc reaches, at once.

It says what remains; only the operator may lift a redaction. A list of what is redacted can be
written, and applied to a database that was restored from an older backup.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from ..connector.secrecy.erasing_copies import erase_copies
from ..rules.event_types import STREAM_KINDS
from ..rules.normalising import one_form
from ..rules.streams import DOCUMENTS, REPORTS, key_of
from ..storage.archived import archived_among
from ..storage.audit import done_once, enter
from ..storage.secrecy.first_stage import lift, redacted_among
from ..storage.secrecy.quotes import digest_of_stream, name_listed
from ..storage.secrecy.remains import Listed, list_redactions, redact_listed
from ..storage.streams import streams_of_subject
from ..storage.transaction import Transaction
from .assembly.application import Refused, open_application
from .assembly.broker import broker_address, broker_names
from .assembly.clock import now
from .assembly.operator import act, recorded
from .assembly.pages import sites_of
from .assembly.settings import Settings
from .terminal.documented import Command
from .terminal.finding import find_subject
from .terminal.options import DONE, FOUND, Context, NameParam, in_context
from .terminal.presentation import say
from .terminal.usage import OneOf
from .terminal.words import words

BY_HAND = "purged"
"""The level of what an operator redacted."""
HEARTBEATS = 3
"""How long to wait for what is on its way to the broker, a minute by default: one that takes
messages hangs up after two heartbeats on a client that is frozen."""


_KINDS = tuple(kind for kind in STREAM_KINDS if kind != REPORTS)
"""What can be secret: every kind of stream but what bodies report, which no event makes so."""


@click.command("purge", cls=Command)
@click.argument("subject", type=NameParam(), required=False)
@click.option("--kind", type=OneOf(_KINDS), default=DOCUMENTS)
@click.option("--lift", "lifting", is_flag=True)
@click.option("--export", "target", type=click.Path(path_type=Path))
@click.option("--apply", "source", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True)
@in_context
def command(
    context: Context,
    subject: str | None,
    kind: str,
    lifting: bool,
    target: Path | None,
    source: Path | None,
    yes: bool,
) -> None:
    """Erase SUBJECT, and whatever else is secret and not erased everywhere yet.

    With --apply, after a backup was restored: everything that the exported list names.
    """
    if sum(each is not None for each in (subject, target, source)) != 1:
        raise click.UsageError(words().say("purge.which"))
    if subject is not None and not subject.strip():
        raise click.UsageError(words().say("purge.empty"))
    if lifting and subject is None:
        raise click.UsageError(words().say("purge.lift_what"))
    work = Purging(context.settings, context.database)
    remaining: list[str] = []
    missed = False
    if target is not None:
        told = work.export(target)
    elif source is not None:
        told, remaining = work.apply(source)
    elif lifting:
        told = work.lift(kind, subject or "")
    else:
        told, remaining, missed = work.purge(kind, subject or "", asks=not yes and _at_a_terminal())
    say(told)
    for line in remaining:
        say(words().say("purge.remains", line=words().sentence(line)), err=True)
    sys.exit(FOUND if remaining or missed else DONE)


def _at_a_terminal() -> bool:
    return sys.stdin.isatty()


class Purging:
    """What `dondoc purge` does, on one database."""

    def __init__(self, settings: Settings, database: str | None) -> None:
        self._settings = settings
        self._application = application = open_application(settings, database)
        self._store, self._law = application.store, application.law
        self._pages = sites_of(application)

    def purge(self, kind: str, subject: str, *, asks: bool) -> tuple[str, list[str], bool]:
        """Redact one subject and erase it, where somebody who is *asked* agrees; give a summary,
        what remains, a line each, and whether nothing was there. Raises click.Abort."""
        name = one_form(subject)
        if kind == DOCUMENTS:
            name = find_subject(self._application, name)
        stream = _stream(kind, name)
        found = self._store.transact(lambda tx: streams_of_subject(tx, name))
        archived = bool(self._store.read(lambda tx: archived_among(tx, [stream])))
        redacted = bool(self._store.read(lambda tx: redacted_among(tx, [stream])))
        stored = [each.key for each in found]
        missed = stream not in stored and not archived and not redacted
        lines = []
        if name != one_form(subject):
            lines.append(words().say("purge.meant", given=subject, stream=stream))
        if asks:
            key = "purge.sure_of_nothing" if missed else "purge.sure"
            click.confirm(words().say(key, stream=stream), abort=True, err=True)
        # Nobody has to erase from the trail what was never written there.
        listed = [Listed(stream, BY_HAND, now())]
        untold = _untold(stream, stored) if missed else None
        told, remaining = self._erase("purge", listed, digest_of_stream(stream), untold)
        lines.append(told)
        if archived:
            lines.append(words().say("purge.archived", stream=stream))
        return "\n".join(lines), remaining, missed

    def apply(self, source: Path) -> tuple[str, list[str]]:
        """As `purge`, for everything that the exported list *source* names. Raises Refused."""
        return self._erase("purge apply", _read(source))

    def export(self, target: Path) -> str:
        """Write what is redacted to the new file *target*, for its owner alone. Raises Refused."""
        listed = list_redactions(self._store)
        rows = [
            {
                "stream": each.stream,
                "level": each.level,
                "redacted_at": each.redacted_at.isoformat(),
                "names": list(each.names),
            }
            for each in listed
        ]
        try:
            opened = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(opened, "w", encoding="utf-8") as file:
                json.dump(rows, file, ensure_ascii=False, indent=1)
        except OSError as error:
            why = words().say("purge.unwritable", file=target, reason=words().reason(error))
            raise Refused(why) from error
        return words().say("purge.exported", file=target, number=len(listed))

    def lift(self, kind: str, subject: str) -> str:
        """Let events of one subject be stored again. Raises Refused where it is not redacted."""
        stream = _stream(kind, subject)
        doing = act("purge lift", stream, 1)

        def work(tx: Transaction) -> bool:
            lifted = lift(tx, [stream])
            if lifted:
                enter(tx, doing)
            return bool(lifted)

        if not done_once(self._store, doing, work):
            raise Refused(words().say("purge.not_redacted", stream=stream))
        return words().say("purge.lifted", stream=stream)

    def _erase(
        self,
        name: str,
        listed: Sequence[Listed],
        about: str | None = None,
        untold: str | None = None,
    ) -> tuple[str, list[str]]:
        """Redact and erase *listed*; *untold*: what is said in place of how many were."""
        address, names = broker_address(self._settings), broker_names(self._settings)
        patience = float(HEARTBEATS * address.heartbeat)
        with recorded(self._store, name, about) as course:
            course.number = len(listed)
            redact_listed(self._store, self._law, listed)
            remaining = erase_copies(
                self._store, self._law, address, names, self._pages, now(), patience
            )
            course.details["remain"] = len(remaining)
        for line in self._store.copies_elsewhere():
            say(words().say("purge.elsewhere", line=words().sentence(line)), err=True)
        key = "purge.partly" if remaining else "purge.done"
        if untold is not None:
            return untold, remaining
        lines = [words().say(key, number=len(listed)), words().say("purge.out_of_reach")]
        return " ".join(lines), remaining


def _stream(kind: str, subject: str) -> str:
    return key_of(kind, one_form(subject))


def _untold(stream: str, stored: Sequence[str]) -> str:
    """That nothing was there to erase, as after a slip of the pen."""
    if stored:
        return words().say("purge.others_stored", stream=stream, others=", ".join(stored))
    return words().say("purge.nothing_stored", stream=stream)


def _read(source: Path) -> list[Listed]:
    try:
        # Bytes, of which it finds out the encoding by itself.
        rows = json.loads(source.read_bytes())
        return [
            Listed(
                str(row["stream"]),
                str(row["level"]),
                datetime.fromisoformat(row["redacted_at"]),
                tuple(name_listed(name).listed() for name in row["names"]),
            )
            for row in rows
        ]
    except OSError as error:
        why = words().say("purge.unreadable", file=source, reason=words().reason(error))
        raise Refused(why) from error
    except (ValueError, TypeError, KeyError, AttributeError):
        raise Refused(words().say("purge.no_list", file=source)) from None
