"""`dondoc backup`: a copy of the database while the service runs, tried as it would be restored."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import click

from ..rules.law import Law
from ..storage.database import SchemaMismatch, StorageError, open_copy
from ..storage.transaction import Transaction
from ..storage.verifying import UnsoundCopy, Verified, project_sample, require_sound, rows_of
from .assembly.application import application_on, open_application
from .assembly.clock import now
from .assembly.databases import found_store
from .terminal.documented import Command
from .terminal.options import DONE, FOUND, Context, in_context
from .terminal.presentation import say
from .terminal.usage import WholeNumber
from .terminal.words import words

_COPY = re.compile(r"dondoc-\d{8}-\d{6}\.db(\.part)?", re.ASCII)
"""What --keep names its copies, so that the order of names is that of time."""
_MOST_KEPT = 10_000
_LEFT_BEHIND = timedelta(days=1)
"""How old the half of a copy is that nobody writes any more."""


@click.command("backup", cls=Command)
@click.argument("path", type=click.Path(path_type=Path), required=False)
@click.option("--verify", is_flag=True)
@click.option("--keep", type=WholeNumber(1, _MOST_KEPT))
@click.option("--no-copy", "existing", is_flag=True)
@in_context
def command(
    context: Context, path: Path | None, verify: bool, keep: int | None, existing: bool
) -> None:
    """Copy the database to the new file PATH, while the service runs."""
    if existing:
        if keep is not None:
            raise click.UsageError(words().say("backup.keeps_copies"))
        sys.exit(_tell_standing(context, path))
    if path is None:
        raise click.UsageError(words().say("backup.which"))
    target = path if keep is None else path / f"dondoc-{now():%Y%m%d-%H%M%S}.db"
    application = open_application(context.settings, context.database)
    rows: dict[str, int] = {}

    def look(tx: Transaction) -> None:
        rows.update(rows_of(tx) if verify else {})

    tool = application.store.backup(target.absolute(), look)
    if tool is not None:
        say(words().say("backup.by_tool", command=tool), err=True)
        sys.exit(FOUND)
    say(words().say("backup.done", path=target))
    code = _tell_fresh(target, application.law, rows) if verify else DONE
    # Where nothing sound comes after them, the older copies are all there is.
    if keep is not None and code == DONE:
        removed = _remove_beyond(path, keep, target.name)
        say(words().say("backup.kept", number=keep, removed=removed, directory=path))
    sys.exit(code)


def _tell_fresh(target: Path, law: Law, rows: Mapping[str, int]) -> int:
    """Verify the copy *target* that was just made, and say what was found; gives the exit code.
    Raises UnsoundCopy; then it is there no more, so that nobody takes it for a backup."""
    copy = open_copy(target.absolute())
    try:
        return _tell(target, project_sample(copy, law, require_sound(copy, rows)))
    except StorageError as error:
        target.unlink()
        raise UnsoundCopy.of(
            "bad_copy",
            "{file} was no sound copy, and was removed ({problem}): check the health of its disk",
            file=target,
            problem=error,
        ) from error
    finally:
        copy.close()


def _tell_standing(context: Context, path: Path | None) -> int:
    """Verify the copy *path*, or the database itself, and say what was found; gives the exit
    code. Raises StorageError and FileError."""
    settings = context.settings
    store = found_store(settings, context.database) if path is None else open_copy(path.absolute())
    try:
        rows = require_sound(store)
    except SchemaMismatch as error:
        if path is None or error.code != "old_schema":
            raise
        say(words().say("backup.older", path=path), err=True)
        return FOUND
    return _tell(
        path or store.name, project_sample(store, application_on(settings, store).law, rows)
    )


def _tell(path: Path | str, found: Verified) -> int:
    key, code = "verified", DONE
    if found.projected is None:
        key = "unprojected"
    elif found.differing:
        key, code = "differs", FOUND
    told = words().say(
        f"backup.{key}",
        path=path,
        events=found.rows["event"],
        obligations=found.rows["obligation"],
        reminders=found.rows["outbox"],
        projected=found.projected or 0,
        streams=found.streams,
        number=len(found.differing),
    )
    say(told, err=code != DONE)
    return code


def _remove_beyond(directory: Path, keep: int, made: str) -> int:
    """Remove all but the newest *keep* copies in *directory*, and halves of copies that were left
    there; *made* stays, whatever the clock says. Gives how many copies went."""
    found = [each for each in directory.iterdir() if _COPY.fullmatch(each.name)]
    before = (now() - _LEFT_BEHIND).timestamp()
    for part in (each for each in found if each.suffix == ".part"):
        with suppress(FileNotFoundError):
            if part.stat().st_mtime < before:
                part.unlink()
    copies = sorted(each.name for each in found if each.suffix == ".db" and each.is_file())
    others = [each for each in copies if each != made]
    gone = others[: max(0, len(others) - (keep - 1))]
    for name in gone:
        (directory / name).unlink(missing_ok=True)
    return len(gone)
