"""`dondoc declare`: what dondoc needs on the broker, where it is missing."""

from __future__ import annotations

import click

from ..connector.transport import Client
from .assembly.broker import broker_address, wanted_topology
from .terminal.documented import Command
from .terminal.options import Context, in_context
from .terminal.presentation import say
from .terminal.words import words


@click.command("declare", cls=Command)
@in_context
def command(context: Context) -> None:
    """Declare what is missing on the broker."""
    settings, nothing = context.settings, words().say("declare.nothing")
    with Client(broker_address(settings)) as client:
        for line in client.declare(wanted_topology(settings)) or (nothing,):
            say(line)
