"""`dondoc migrate`: the database brought to the schema of this version."""

from __future__ import annotations

import click

from .assembly.application import shut_out_others
from .assembly.clock import today
from .assembly.databases import found_store
from .assembly.operator import migrated
from .terminal.documented import Command
from .terminal.options import Context, in_context
from .terminal.presentation import say
from .terminal.words import words


@click.command("migrate", cls=Command)
@in_context
def command(context: Context) -> None:
    """Bring the database to the schema of this version."""
    settings = context.settings
    store = found_store(settings, context.database)
    shut_out_others(store)
    applied = migrated(store, settings.tracking.since or today())
    for done in applied or [words().say("migrate.nothing")]:
        # A database that was not there is made: its name is the first thing to look at.
        say(f"{store.name}: {done}")
