"""`dondoc declare`: what dondoc needs on the broker, where it is missing."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace

import click

from ..connector.transport import Address, Client
from ..connector.transport.definitions import definitions
from ..connector.transport.topology import Binding, Topology
from .assembly.broker import named_broker_address, strays_of, wanted_topology
from .terminal.documented import Command
from .terminal.options import Context, in_context
from .terminal.presentation import as_json, emit, say
from .terminal.words import words


@click.command("declare", cls=Command)
@click.option("--as", "user", metavar="USER")
@click.option("--dry-run", is_flag=True)
@click.option("--definitions", "as_definitions", is_flag=True)
@in_context
def command(context: Context, user: str | None, dry_run: bool, as_definitions: bool) -> None:
    """Declare what is missing on the broker."""
    if as_definitions and (dry_run or user is not None):
        raise click.UsageError(words().say("declare.definitions_alone"))
    settings = context.settings
    address, wanted = named_broker_address(settings), wanted_topology(settings)
    if as_definitions:
        emit(as_json(definitions(wanted, address.vhost)))
        return
    strays = strays_of(settings, wanted)
    wanted = replace(wanted, former=(*wanted.former, *strays))
    with Client(address if user is None else _signed_in(address, user)) as client:
        if dry_run:
            lines = [*_plan(client.missing(wanted), wanted)]
        else:
            lines = [*client.declare(wanted)] or [words().say("declare.nothing")]
            lines += (_told("declare.unbound", each) for each in strays)
        for line in lines:
            say(line)


def _plan(missing: tuple[str, ...], wanted: Topology) -> Iterator[str]:
    told = words()
    for each in missing:
        yield told.say("declare.would_declare", object=each)
    if not missing:
        yield told.say("declare.nothing")
    for binding in wanted.bindings:
        yield _told("declare.would_bind", binding)
    for binding in wanted.former:
        yield _told("declare.would_unbind", binding)


def _told(key: str, binding: Binding) -> str:
    routing = binding.routing_key or "–"
    return words().say(key, queue=binding.queue, exchange=binding.exchange, routing=routing)


def _signed_in(address: Address, user: str) -> Address:
    """*address* for *user*, whose password is asked for on a terminal, or else is the first line of
    standard input: a command line can be read by everybody on the machine. Raises UsageError."""
    if sys.stdin is not None and sys.stdin.isatty():
        password = click.prompt(
            words().say("declare.password", user=user), hide_input=True, err=True
        )
    else:
        password = _first_line()
    return replace(address, user=user, password=password, typed=True)


def _first_line() -> str:
    try:
        line = sys.stdin.buffer.readline().decode().rstrip("\r\n") if sys.stdin else ""
    except (UnicodeDecodeError, OSError, ValueError):
        line = ""
    if not line:
        raise click.UsageError(words().say("declare.no_password"))
    return line
