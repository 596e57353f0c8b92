"""A story tried by a law: what follows from events of a file, without a database or a broker."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from itertools import chain
from pathlib import Path
from typing import Any

from ...connector.contract.guard import data_told
from ...connector.contract.verdicts import Message
from ...connector.examining import Examiner
from ...connector.intake import handled_refusal
from ...rules.events import LOCAL, Event, streams_by
from ...rules.explaining.explanation import explain, lines
from ...rules.law import Law
from ...rules.moments import is_asked, reached, told_by
from ...rules.obligations import Obligation
from ...rules.streams import REPORTS, key_of
from ...rules.wording import Texts
from ...storage.questions.queries import as_object
from ..assembly.application import day_known
from ..assembly.broker import message_limits
from ..assembly.clock import now
from ..assembly.loading import load_directory, load_law, load_texts
from ..assembly.settings import Settings
from .feeds import BrokenLine, feeds_in
from .finding import body_called
from .presentation import clean, say, show_rows
from .refusals import Refusals
from .sources import lines_of
from .story_doubts import doubts_of
from .story_slips import StoryEvent, slips_in
from .words import Words, words

_KEYS = (
    *("rule", "cite", "subject", "symbol", "task_id", "body", "role", "opened_on"),
    *("target", "due", "target_at", "due_at", "state", "met_on", "ended_on"),
    *("light", "light_colour", "counts_as_breach", "regulation"),
)
COLUMNS = ("rule", "body", "subject", "task_id", "opened_on", "target", "due", "state")


@dataclass(frozen=True, slots=True)
class StoryObligation:
    """An obligation of the story, with its document's symbol and what it looks like on a day."""

    obligation: Obligation
    symbol: str | None
    as_of: date
    law: Law = field(repr=False)

    def row(self) -> dict[str, Any]:
        """What `dondoc list` has of it for programs, as far as a story tells it."""
        shown = as_object(self.obligation, self.law.directory, self.as_of)
        light = self.law.light(self.obligation, self.as_of)
        shown["light"] = light.name.said("vi") if light else None
        shown["light_colour"] = light.colour if light else None
        shown["symbol"] = self.symbol
        return {key: shown[key] for key in _KEYS}

    def shown(self, told: Words) -> dict[str, Any]:
        """It for a person: where a term ends at a moment, that in place of its day."""
        owed, light = self.obligation, self.law.light(self.obligation, self.as_of)
        moments = {"target": owed.target_at, "due": owed.due_at}
        said = {key: told.moment(at) for key, at in moments.items() if at is not None}
        return self.row() | said | {"light": light and light.name.said(told.language)}

    def explained(self, texts: Texts) -> list[str]:
        """Why it has its dates, line by line."""
        return lines(explain(self.obligation, self.law, texts, self.as_of, (), self.symbol))


def found_by(
    law: Law, events: Sequence[Event], bodies: Collection[str], as_of: date
) -> list[StoryObligation]:
    """Every obligation that has opened by *as_of* from the *events*, in their order; of *bodies*
    the periodic reports too, since the first event."""
    since = min((event.on for event in events), default=as_of)
    streams: dict[str, list[Event]] = {key_of(REPORTS, body): [] for body in bodies}
    for event in events:
        if event.time < told_by(as_of):
            for stream in streams_by(
                event.type, event.subject, event.data, event.on, law.directory
            ):
                streams.setdefault(stream, []).append(event)
    projected = (law.project(stream, history, since, as_of) for stream, history in streams.items())
    found = chain.from_iterable(
        (StoryObligation(owed, each.symbol, as_of, law) for owed in each.obligations)
        for each in projected
    )
    order = {rule.id: at for each in law.regulations.all for at, rule in enumerate(each.rules)}
    return sorted(
        found,
        key=lambda each: (
            each.obligation.opened_on,
            order.get(each.obligation.rule, 0),
            each.obligation.body,
            each.obligation.subject,
            each.obligation.task_id or "",
        ),
    )


class StoryTrial:
    """A story under the regulations in *files*, as of *as_of*, a moment or a day as
    `day_looked_at` takes it; *calendars* and *bodies* in place of those of the *settings*, which
    may name none: then the sample's."""

    def __init__(
        self,
        settings: Settings,
        files: Sequence[Path],
        calendars: Sequence[Path],
        bodies: Path | None,
        as_of: datetime | None,
    ) -> None:
        tracking = settings.tracking
        self._bodies = bodies or tracking.bodies or "sample"
        directory = load_directory(self._bodies)
        assert directory is not None
        calendars = tuple(calendars) or tracking.calendars
        tried = replace(tracking, regulations=tuple(files), calendars=calendars, reminders=None)
        self._law = load_law(tried, directory)
        self._limits, self._as_of = message_limits(settings), day_known(self._law, as_of)
        self._written: list[StoryEvent] = []
        self._events: list[Event] = []
        self.refusals = Refusals(None)

    def read(self, story: Path) -> None:
        """Take the events of *story*, each once, as if they arrived at the end of the day that is
        looked at, or now where that is later; what is refused is noted in ``refusals``."""
        examiner = Examiner(self._limits)
        arrival = max(now(), datetime.combine(self._as_of, time.max, LOCAL))
        with lines_of(story) as lines:
            for feed in feeds_in(lines):
                if isinstance(feed, BrokenLine):
                    self.refusals.broken(feed)
                    continue
                each = feed.message
                message = Message(each.body, each.content_type, each.headers, each.content_encoding)
                examined = examiner.examine(message, arrival)
                if examined.refused is not None:
                    handled = handled_refusal(examined, examined.refused)
                    self.refusals.handled(feed.where, feed.line, handled)
                self._written += (
                    StoryEvent(event, data_told(message, self._limits)) for event in examined.events
                )
        events: dict[tuple[str, str], Event] = {}
        for event in (each.admitted.event() for each in self._written):
            events.setdefault(event.key, event)
        self._events = sorted(events.values(), key=lambda event: event.order)

    def found(self, reporting: Sequence[str]) -> list[StoryObligation]:
        """What follows; of the bodies *reporting* the periodic reports too."""
        file = self._file_of_bodies()
        codes = [body_called(self._law.directory, each, file) for each in reporting]
        return found_by(self._law, self._events, codes, self._as_of)

    def _file_of_bodies(self) -> str:
        """What people call the directory that is used."""
        sample = self._bodies == "sample"
        return words().say("regulation.try.sample_bodies") if sample else str(self._bodies)

    def show(self, found: Sequence[StoryObligation], form: str, *, explained: bool) -> None:
        """Print *found* as *form*, *explained* or not, then how much it is."""
        told = words()
        texts = load_texts(told.language)
        doubts = doubts_of(self._events, self._law, self._file_of_bodies())
        for line in (*slips_in(self._written), *doubts):
            say(line, err=True)
        columns = (*COLUMNS, "light") if self._law.has_lights else COLUMNS
        if form != "table":
            rows = [each.row() for each in found]
            if explained:
                rows = [
                    row | {"explanation": "\n".join(each.explained(texts))}
                    for row, each in zip(rows, found, strict=True)
                ]
            show_rows(rows, tuple(rows[0]) if rows else COLUMNS, form)
        elif found and not explained:
            show_rows([each.shown(told) for each in found], columns, form)
        elif found:
            for each in found:
                show_rows([each.shown(told)], columns, form)
                for line in ("", *each.explained(texts), ""):
                    say(f"  {clean(line)}".rstrip())
        key, day = "regulation.try.summary", told.day(self._as_of)
        if is_asked(self._as_of):
            key, day = "regulation.try.summary_so_far", told.moment(reached(self._as_of))
        number = {"number": len(found), "events": len(self._events), "day": day}
        for line in (*self.refusals.told(), told.say(key, **number)):
            say(line, err=form != "table")
