"""`dondoc dialect try`: what comes out of messages by a dialect, and why nothing does."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from ...connector.dialects.edxml.dialect import EdxmlDialect
from ..assembly.broker import message_limits
from ..assembly.clock import now
from ..assembly.dialects import load_dialect
from ..assembly.loading import load_directory
from ..terminal.dialect_feeds import DialectInput, dialect_inputs
from ..terminal.documented import Command
from ..terminal.options import DONE, FOUND, Context, format_option, in_context
from ..terminal.presentation import say, show_rows
from ..terminal.unlisted import own_directory
from ..terminal.words import words
from .laid_out import folded_line
from .naming import refuse_a_format
from .outcome_lines import lines_of, summary, unfound_lines, unlisted_line
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
    refuse_a_format(file)
    dialect = load_dialect(file, load_directory(settings.tracking.bodies))
    limits, normal = message_limits(settings), normal_because is not None
    trial = Trial(dialect, limits, now(), normal, own_directory(settings.tracking))
    empty: list[Path] = []
    inputs = _inputs(messages, empty, edxml=isinstance(dialect, EdxmlDialect))
    tally = _Tally(trial.outcome(each) for each in inputs)
    if form == "table":
        for outcome in tally:
            say("\n".join(lines_of(outcome)))
    elif form == "json":
        show_rows((each.as_row() for each in tally), (), form)
    else:
        show_rows((row for each in tally for row in _flat(each)), COLUMNS, form)
    _say_all(tally, trial, normal_because, empty, err=form != "table")
    sys.exit(FOUND if empty or REFUSED & tally.results.keys() else DONE)


def _say_all(
    tally: _Tally, trial: Trial, normal_because: str | None, empty: Sequence[Path], *, err: bool
) -> None:
    """What holds for all messages together, in a line each."""
    told = words()
    lines = [*unfound_lines(trial.unfound())]
    if tally.unlisted:
        lines.append(unlisted_line(tally.unlisted))
    lines.append(summary(tally.results, tally.events, tally.nothing))
    if normal_because is not None:
        lines.append(told.say("dialect.try.normal", reason=normal_because))
    lines += [told.say("dialect.try.empty", file=file) for file in empty]
    for line in lines:
        say("\n".join(folded_line(line, lists=True)), err=err)


def _inputs(paths: Iterable[Path], empty: list[Path], *, edxml: bool) -> Iterator[DialectInput]:
    """What is to be read of *paths*; one of which nothing is comes to *empty*."""
    for path in paths:
        coming = dialect_inputs([path], edxml=edxml)
        first = next(coming, None)
        if first is None:
            empty.append(path)
        else:
            yield first
            yield from coming


class _Tally:
    """Goes through *outcomes* once and counts them: by result, the events that came of them, and
    by reason those of which nothing did; ``unlisted``: codes of bodies that the directory lacks."""

    def __init__(self, outcomes: Iterator[TriedMessage]) -> None:
        self._outcomes = outcomes
        self.results: Counter[TrialResult] = Counter()
        self.nothing: Counter[str] = Counter()
        self.events = 0
        self.unlisted: dict[str, None] = {}

    def __iter__(self) -> Iterator[TriedMessage]:
        for each in self._outcomes:
            self.results[each.result] += 1
            if each.result is TrialResult.NOTHING:
                self.nothing[each.reason or ""] += 1
            if each.result is TrialResult.EVENTS:
                self.events += len(each.events)
            for came in each.events:
                self.unlisted |= {code: None for codes in came.unlisted.values() for code in codes}
            yield each


def _flat(outcome: TriedMessage) -> Iterator[dict[str, Any]]:
    """A row for each event of *outcome*, and one where none came."""
    row = outcome.as_row()
    for event in row["events"]:
        yield {**row, **event, **(event["fault"] or {"path": None})}
    if not row["events"]:
        yield {**row, "reason": row["reason"] or row["level"]}
