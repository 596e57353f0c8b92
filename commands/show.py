"""`dondoc show`: the timeline of a subject, its events and its obligations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import click

from ..rules.events import LOCAL, Event, local_date
from ..rules.explaining.answering import answers
from ..rules.law import Law
from ..rules.mendable import Mendable
from ..rules.obligations import FormerDeadline, Obligation
from ..rules.wording import Texts
from ..storage.questions import queries
from ..storage.questions.filtering import Filter
from ..storage.questions.listed import ListedObligation, listed
from ..storage.questions.listing import WORST, key_of_order
from ..storage.snoozes import KeptSnooze, snoozes_of
from ..storage.transaction import Transaction
from .assembly.application import Application, day_looked_at, open_application
from .assembly.loading import load_texts
from .terminal.answering import Answering, missed
from .terminal.documented import Command
from .terminal.finding import find_subject
from .terminal.options import Context, NameParam, as_of_option, format_option, in_context
from .terminal.presentation import clean, show_rows
from .terminal.screen import Screen, colour_option, screen_for, show
from .terminal.story import Story
from .terminal.texts import MODEL
from .terminal.timeline import AsStored, InWords
from .terminal.widths import wrapped
from .terminal.words import words

COLUMNS = ("on", "time", "what", "task_id", "body", "owed_by", "detail", "id")
_AS_STORED = AsStored()


@click.command("show", cls=Command)
@click.argument("subject", type=NameParam())
@as_of_option
@format_option
@colour_option
@in_context
def command(context: Context, subject: str, as_of: datetime | None, form: str, color: str) -> None:
    """The timeline of SUBJECT: its events and its obligations.

    SUBJECT is the symbol of a document, or the identifier of anything that events are about.
    """
    application = open_application(context.settings, context.database)
    day = day_looked_at(application, as_of)
    meant = find_subject(application, subject)
    screen = screen_for(color) if form == "table" else None
    if screen is None:
        speech = words()
        wording = AsStored()
        if form == "table" and speech.language != MODEL:
            wording = InWords(speech, load_texts(speech.language), application.law)
        show_rows(timeline(application, meant, day, wording), COLUMNS, form)
    else:
        told = story(application, meant, day, screen)
        show((line for each in told for line in wrapped(each, screen.width, "  ")), screen)


class StoryStored(NamedTuple):
    """What is stored about a subject: its events, what is owed; former deadlines and snoozes by
    obligation."""

    events: list[Event]
    listed: list[ListedObligation]
    former: dict[str, list[FormerDeadline]]
    histories: dict[str, list[Event]]
    snoozes: dict[str, list[KeptSnooze]]


def stored(application: Application, subject: str, day: date) -> StoryStored:
    """What is stored about *subject* on *day*. Raises Mendable where there is nothing."""
    law, wish = application.law, Filter(subject=subject)

    def read(tx: Transaction) -> StoryStored:
        found = queries.obligations(tx, law, day, wish)
        ids = [each.id for each in found]
        former, snoozes = queries.former_deadlines(tx, ids), snoozes_of(tx, ids)
        histories = {key: queries.history_of(tx, key, day) for key in {e.stream for e in found}}
        events = queries.timeline(tx, subject)
        found = sorted(found, key=key_of_order(WORST, day))
        return StoryStored(events, [*listed(tx, law, found, day)], former, histories, snoozes)

    found = application.store.read(read)
    if not found.events and not found.listed:
        period = load_texts(words().language).period(subject)
        if period is not None:
            raise Mendable(words().say("show.no_period", period=period, date=day))
        raise Mendable(words().say("show.nothing", subject=repr(subject)))
    return found


def story(application: Application, subject: str, day: date, screen: Screen) -> Iterator[str]:
    """The story of *subject* until *day* in sentences: what was reported and does not count, what
    happened, how it stands."""
    law, told = application.law, words()
    texts, found = load_texts(told.language), stored(application, subject, day)
    yield screen.styled(_about(found, subject, law, texts), bold=True)
    wording = Answering(told, texts, law)
    asked = [
        answer
        for each in found.listed
        for answer in answers(
            each.obligation, law, found.histories.get(each.obligation.stream, ()), day
        )
    ]
    lines = [wording.line(each) for each in missed(asked, day)]
    telling = Story(told, texts, law, day)
    former = [had for of_one in found.former.values() for had in of_one]
    parts: tuple[tuple[str, Iterable[str]], ...] = (
        (told.say("story.reported"), lines),
        (
            told.say("story.happened"),
            telling.happened(found.events, found.listed, former, found.snoozes),
        ),
        (told.say("story.stands", date=day), telling.stands(found.listed)),
    )
    for heading, sentences in parts:
        some = [*sentences]
        if some:
            yield ""
            yield screen.styled(heading, bold=True)
            yield from (f"- {each}" for each in some)


def _about(found: StoryStored, subject: str, law: Law, texts: Texts) -> str:
    """What the story is about: the document as an official names it, and its abstract."""
    for each in found.listed:
        if each.symbol:
            named = each.obligation.trace.get("document") or {}
            issuers = law.names(each.obligation).issuers
            shown = texts.document(named, each.symbol, issuers)
            return f"{shown[:1].upper()}{shown[1:]} ({clean(subject)})"
    period = texts.period(subject)
    return f"{period[:1].upper()}{period[1:]}" if period else clean(subject)


def timeline(
    application: Application, subject: str, day: date, told: AsStored = _AS_STORED
) -> list[dict[str, Any]]:
    """Events about *subject* and what became of its obligations by *day*, in order of dates and in
    the words that *told* has."""
    found = stored(application, subject, day)
    rows = [_event_row(event, told) for event in found.events if event.on <= day]
    for each in found.listed:
        obligation = each.obligation
        former = found.former.get(obligation.id, ())
        rows += _obligation_rows(obligation, each.bodies, former, day, told)
        snoozes = found.snoozes.get(obligation.id, ())
        rows += _snooze_rows(obligation, each.bodies, snoozes, day, told)
    # Of one day, what has no time of its own stands after what has one; but nothing is due before
    # it has opened.
    due = {
        (each.obligation.id, f"{at.astimezone(LOCAL):%Y-%m-%d}"): f"{at.astimezone(LOCAL):%H:%M:%S}"
        for each in found.listed
        if (at := each.obligation.due_at) is not None
    }
    return sorted(
        rows,
        key=lambda row: (row["on"], row["time"] or due.get((row["id"], row["on"]), "24")),
    )


def _event_row(event: Event, told: AsStored) -> dict[str, Any]:
    """The row of the timeline for *event*."""
    return {
        "on": event.on.isoformat(),
        "time": event.time.astimezone(LOCAL).strftime("%H:%M:%S"),
        "what": told.event(event.type),
        "task_id": event.data.get("task_id"),
        "body": _bodies(event.data),
        "owed_by": [],
        "detail": told.detail(event.data),
        "id": event.id,
    }


def _obligation_rows(
    obligation: Obligation,
    owed_by: Sequence[str],
    former: Sequence[FormerDeadline],
    day: date,
    told: AsStored,
) -> list[dict[str, Any]]:
    """The rows of the timeline for *obligation*, which is *owed_by* bodies on *day*, up to then;
    its *former* deadlines included."""
    about = {"task_id": obligation.task_id, "body": obligation.body, "owed_by": [*owed_by]}
    shared = {"time": "", "detail": obligation.cite, **about, "id": obligation.id}
    due = obligation.due
    stands = due is not None and obligation.paused(due + timedelta(days=1)) is not None
    dates = (
        (obligation.opened_on, "opens"),
        (None if stands else due, "is due"),
        (obligation.met_on, "is met"),
        (obligation.ended_on, "ends"),
    )
    opened_at = obligation.trace.get("opened_at")
    clocks = {
        "opens": datetime.fromisoformat(opened_at) if opened_at else None,
        "is due": obligation.due_at,
        "is met": obligation.met_at,
    }
    rows = [
        {
            "on": on.isoformat(),
            "what": told.obligation(obligation, what),
            **shared,
            **_clock(on, clocks.get(what)),
        }
        for on, what in dates
        if on is not None and on <= day
    ]
    rows += [
        {
            "on": had.until.isoformat(),
            "what": told.obligation(obligation, "is judged anew"),
            **shared,
            "detail": told.former(had),
        }
        for had in former
        if had.until <= day
    ]
    return rows


def _clock(on: date, at: datetime | None) -> dict[str, Any]:
    """The time of the row of a day *on* that has the moment *at*, where it is of that day."""
    local = None if at is None else at.astimezone(LOCAL)
    return {"time": f"{local:%H:%M:%S}"} if local is not None and local.date() == on else {}


def _snooze_rows(
    obligation: Obligation,
    owed_by: Sequence[str],
    snoozes: Sequence[KeptSnooze],
    day: date,
    told: AsStored,
) -> list[dict[str, Any]]:
    """The rows of the timeline for the *snoozes* of *obligation* up to *day*."""
    about = {"task_id": obligation.task_id, "body": obligation.body, "owed_by": [*owed_by]}
    said: list[tuple[datetime, str, str]] = []
    for kept in snoozes:
        decided = kept.snooze
        said.append((decided.at, "is snoozed", told.snoozed(decided)))
        if kept.lifted_at is not None:
            said.append((kept.lifted_at, "is snoozed no more", told.lifted(kept.lifted_by)))
    return [
        {
            "on": local_date(at).isoformat(),
            "time": at.astimezone(LOCAL).strftime("%H:%M:%S"),
            "what": told.obligation(obligation, what),
            **about,
            "detail": detail,
            "id": obligation.id,
        }
        for at, what, detail in said
        if local_date(at) <= day
    ]


def _bodies(data: Mapping[str, Any]) -> str | None:
    """Whom an event names as charged or acting."""
    named = data.get("body") or data.get("lead")
    return ", ".join(map(str, named)) if isinstance(named, list) else named
