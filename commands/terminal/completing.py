"""What a shell completes behind an option: rules and bodies, by the settings of the command line.

A person presses a key and waits: nothing is made, nothing is asked over the network, and whatever
cannot be read is passed over in silence.
"""

from __future__ import annotations

import io
import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, suppress
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from ...rules.normalising import without_marks
from ..assembly.application import directory_of
from ..assembly.clock import today
from ..assembly.loading import load_regulations, load_texts
from ..assembly.settings import Settings, load_settings
from .words import words_in

_SQLITE = "sqlite:///"


def complete(ctx: click.Context, name: str, begun: str) -> list[CompletionItem]:
    """What the parameter *name* ("rule", "body") of the command of *ctx* can be, as far as it
    begins with *begun*, whatever its case; of a body also its name."""
    named = _NAMED.get(name)
    if named is None:
        return []
    with _silence(), suppress(Exception):
        wanted = without_marks(begun)
        return [
            CompletionItem(code, help=told)
            for code, told in named(ctx).items()
            if without_marks(code).startswith(wanted) or _called(told, wanted)
        ]
    return []


def _called(told: str, wanted: str) -> bool:
    # One letter would be the beginning of nearly every name.
    return len(wanted) > 1 and without_marks(told).startswith(wanted)


def _rules(ctx: click.Context) -> Mapping[str, str]:
    texts = load_texts(words_in(ctx).language)
    known = load_regulations(_settings(ctx).tracking.regulations).all
    return {rule.id: texts.duty(rule) for each in known for rule in each.rules}


def _bodies(ctx: click.Context) -> Mapping[str, str]:
    settings = _settings(ctx)
    url = ctx.find_root().params.get("database") or settings.database_url
    # What only the database remembers is looked for in a file, never across a network.
    directory = directory_of(settings, url if url.startswith(_SQLITE) else None)
    if directory is None:
        return {}
    return {body.code: directory.name(body.code, today()) for body in directory}


_NAMED: Mapping[str, Callable[[click.Context], Mapping[str, str]]] = {
    "rule": _rules,
    "body": _bodies,
}


def _settings(ctx: click.Context) -> Settings:
    file = ctx.find_root().params.get("config")
    return load_settings(None if file is None else Path(file), os.environ)


@contextmanager
def _silence() -> Iterator[None]:
    """Let nothing be written into the line that somebody is typing."""
    before = logging.root.manager.disable
    logging.disable()
    try:
        with redirect_stderr(io.StringIO()):
            yield
    finally:
        logging.disable(before)
