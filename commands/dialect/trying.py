"""`dondoc dialect try`: what comes out of messages by a dialect, and why nothing does."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from ...connector.dialects.edxml.dialect import EdxmlDialect
from ..assembly.broker import message_limits
from ..assembly.clock import now
from ..assembly.dialects import load_dialect
from ..assembly.loading import load_directory
from ..terminal.dialect_feeds import dialect_inputs
from ..terminal.documented import Command
from ..terminal.options import DONE, FOUND, Context, format_option, in_context
from ..terminal.presentation import say, show_rows
from ..terminal.words import words
from .outcome_lines import lines_of, summary
from .outcomes import REFUSED, Trial, TrialResult, TriedMessage

COLUMNS = ("where", "result", "type", "subject", "time", "data", "path", "reason")


@click.command("try", cls=Command)
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("messages", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--normal-because")
@format_option
@in_context
def command(
    context: Context, file: Path, messages: tuple[Path, ...], normal_because: str | None, form: str
) -> None:
    """What comes out of MESSAGES by the dialect in FILE."""
    if normal_because is not None and not normal_because.strip():
        raise click.UsageError(words().say("dialect.try.no_reason"))
    settings = context.settings
    dialect = load_dialect(file, load_directory(settings.tracking.bodies))
    limits, normal = message_limits(settings), normal_because is not None
    trial = Trial(dialect, limits, now(), normal)
    inputs = dialect_inputs(messages, edxml=isinstance(dialect, EdxmlDialect))
    tally = _Tally(trial.outcome(each) for each in inputs)
    if form == "table":
        for outcome in tally:
            say("\n".join(lines_of(outcome)))
    elif form == "json":
        show_rows((each.as_row() for each in tally), (), form)
    else:
        show_rows((row for each in tally for row in _flat(each)), COLUMNS, form)
    say(summary(tally.results, tally.events, tally.nothing), err=form != "table")
    if normal_because is not None:
        say(words().say("dialect.try.normal", reason=normal_because), err=form != "table")
    sys.exit(FOUND if REFUSED & tally.results.keys() else DONE)


class _Tally:
    """Goes through *outcomes* once and counts them: by result, the events that came of them, and
    by reason those of which nothing did."""

    def __init__(self, outcomes: Iterator[TriedMessage]) -> None:
        self._outcomes = outcomes
        self.results: Counter[TrialResult] = Counter()
        self.nothing: Counter[str] = Counter()
        self.events = 0

    def __iter__(self) -> Iterator[TriedMessage]:
        for each in self._outcomes:
            self.results[each.result] += 1
            if each.result is TrialResult.NOTHING:
                self.nothing[each.reason or ""] += 1
            if each.result is TrialResult.EVENTS:
                self.events += len(each.events)
            yield each


def _flat(outcome: TriedMessage) -> Iterator[dict[str, Any]]:
    """A row for each event of *outcome*, and one where none came."""
    row = outcome.as_row()
    for event in row["events"]:
        yield {**row, **event, **(event["fault"] or {"path": None})}
    if not row["events"]:
        yield {**row, "reason": row["reason"] or row["level"]}
