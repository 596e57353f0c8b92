"""What an obligation keeps of how its dates and its end came about: every key of it, once.

Judging writes a trace, storage keeps it as JSON, explanations and reminders read it, and
docs/asyncapi.yaml promises it. Any key may be missing: where there is nothing to say, and in what
an older version wrote. It must never hold a word of a document's text. Dates are local,
"YYYY-MM-DD".
"""

from __future__ import annotations

from typing import Any, TypedDict


class TracedEvent(TypedDict, total=False):
    """An event, never with its text. ``body``: by whom or about whom, where that is said."""

    type: str
    source: str
    id: str
    on: str
    body: str


_From = TypedDict("_From", {"from": str}, total=False)


class TracedTerm(_From, total=False):
    """A term as it was counted from ``from`` on, the keys of the regulation file's; a date of the
    data has neither ``days`` nor ``months``. ``rolls``: True forward, "back".
    ``past``: its last day was over when it could first be known, so that there is none.
    ``from_at``: the moment from which hours were counted, local with its offset."""

    kind: str
    days: int
    months: int
    hours: int
    from_at: str
    until: str
    start: str
    inclusive: bool
    rolls: bool | str
    past: bool


class TracedDefault(TypedDict, total=False):
    """What gave a task its deadline where nobody had named one: the place to ``cite`` ``of`` a
    regulation, the ``term`` from the "assignment" or from the day of the "document", and the
    deadline ``due_on``."""

    cite: str
    of: str
    due_on: str
    term: TracedTerm


class TracedMove(_From, TracedEvent, total=False):
    """An event that moved a deadline; ``from``: which that had been."""


class TracedOver(TracedEvent, total=False):
    """An event that set a deadline which binds nobody; ``date``: which, None where it took it
    away."""

    date: str | None


class TracedExtension(_From, TracedEvent, total=False):
    """An event about more time. ``date``: which day it asks for or gives, ``from`` which one ran
    by then; ``by``: an authority or the code of a body that decided. Of what was granted:
    ``number``, the how manieth extension of the task it is, its ``days`` of a ``kind`` where the
    regulation counts them, what of its limits it is ``beyond``, and which day was ``granted`` where
    less binds by them."""

    date: str
    by: str
    number: int
    days: int
    kind: str
    beyond: list[str]
    granted: str


class TracedShortfall(_From, TracedEvent, total=False):
    """An event that did not count, and ``why`` (`judging.shortfall`): what ``by`` took it back,
    ``from`` which day on it would have counted, the ``period`` it served, what it ``said``."""

    why: str
    by: TracedEvent
    period: str
    said: dict[str, Any]


class TracedTurn(TracedEvent, total=False):
    """An event by which a ``condition`` of the file ``holds`` or not; ``why`` it changes nothing
    (`judging.settling`), where it does not."""

    condition: str
    holds: bool
    why: str


class TracedPause(TracedEvent, total=False):
    """An event that stopped the clock, and ``by`` which it went on, if it did; the days on which it
    stood still, ``first`` to ``last``, both inclusive, without ``last`` to this day; of a term that
    ends by the clock the moments, ``stopped_at`` to ``went_on_at``, and the ``minutes`` of office
    hours between. ``cut``: it may last no longer; ``late``: it began after the due date, and moves
    nothing."""

    first: str
    last: str
    stopped_at: str
    went_on_at: str
    minutes: int
    by: TracedEvent
    cut: bool
    late: bool


class TracedDocument(TypedDict, total=False):
    """What names a document beside its symbol: its kind, its date, the authority it is ``by``."""

    kind: str
    issued_on: str
    by: str


class TracedParties(TypedDict, total=False):
    """The bodies between which a feedback is, or which an inspection is about; of a task, who
    returned it or told what hinders it, or whose it is that is late or wrongly told of."""

    from_body: str
    about_body: str
    bodies: list[str]


class TracedPeriod(TypedDict, total=False):
    """A period by the regulation's ``schedule``, its name and its bounds, both inclusive."""

    schedule: str
    name: str
    first: str
    last: str


class TracedLaw(TypedDict, total=False):
    """Why it goes by another law than that of the day it opened: ``by`` "document", of the day
    ``on``; or "transition", a clause ``cite`` ``of`` a regulation."""

    by: str
    on: str
    cite: str
    of: str


class Trace(TypedDict, total=False):
    """How an obligation came about, and how it came out.

    About what: ``document`` or ``parties``, the ``period``, the ``field`` in which a discrepancy
    was found, where the contract has one of that name; the ``parent_task`` above its own; ``law``;
    ``opened_by`` an event, or the obligation of the id ``follows``, under the rule ``followed``
    where several could; ``opened_at``, where that was at a moment of the day.
    By when: the terms ``target`` and ``due``, the ``exception`` of the rule that gave them,
    ``beyond_coverage`` where the calendar does not reach them, ``awaiting_deadline`` where one is
    still to be set, the ``default_deadline`` that the law gave; deadlines that ``moved``, or were
    ``over`` when they were set; ``extensions``, what was asked for and decided about more time;
    ``known_on``, where nobody could know before the due date was over; ``charged_on``, where a body
    of several periods had been charged before it opened.
    How it came out: ``met_by`` or ``ended_by`` an event, ``superseded`` where that set another
    deadline; ``accepted_by`` an event, or ``awaiting_acceptance`` where the regulation asks that;
    what ``came`` and did not count; what took back the event by which it ``stands`` met.
    What is open: fields ``missing`` as "<point>:<field>", ``unclassified`` where nobody knows yet
    which; values ``needed`` by field; tasks ``assigned`` and announced.
    What settled the dates after the opening: conditions of the file that ``turned``, and when the
    clock was ``paused``.
    What silence did: ``silence`` "fulfils", where nothing had come by the due date; what
    ``objected`` to it in time.
    Lateness: why it is ``uncounted``, and the days [from, until) that are ``excused``, or on which
    the task was ``returned``; until None: no end is known yet.
    """

    document: TracedDocument
    parties: TracedParties
    period: TracedPeriod
    field: str
    parent_task: str
    law: TracedLaw
    opened_by: TracedEvent
    follows: str
    followed: str
    opened_at: str
    target: TracedTerm
    due: TracedTerm
    exception: str
    beyond_coverage: bool
    awaiting_deadline: bool
    default_deadline: TracedDefault
    moved: list[TracedMove]
    over: list[TracedOver]
    extensions: list[TracedExtension]
    known_on: str
    charged_on: str
    met_by: TracedEvent
    ended_by: TracedEvent
    superseded: bool
    accepted_by: TracedEvent
    awaiting_acceptance: bool
    turned: list[TracedTurn]
    paused: list[TracedPause]
    silence: str
    objected: TracedEvent
    came: list[TracedShortfall]
    stands: TracedEvent
    missing: list[str]
    unclassified: bool
    needed: dict[str, list[Any]]
    assigned: list[int]
    uncounted: str
    excused: list[list[str | None]]
    returned: list[list[str | None]]


COMING_OUT = frozenset(
    {"met_by", "ended_by", "superseded", "accepted_by", "awaiting_acceptance", "silence"}
)
"""The keys that tell how an obligation came out."""
