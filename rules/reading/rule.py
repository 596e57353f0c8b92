"""Reads one rule of a regulation from parsed TOML (docs/regulation-file.md describes the file).

What a key of a rule means is decided here, once. Whether the rule agrees with itself and with
others is asked in `regulation_checks`. Nothing is guessed: an unknown key, kind or name is
refused where it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..directory import KINDS
from ..places import Place
from ..regulation import (
    CHARGED,
    CONDITIONS,
    DATA_DATE,
    FIXED_DATE,
    STARTS,
    SUBJECT_KINDS,
    TERM_KINDS,
    Accumulation,
    DayOf,
    Excuse,
    Fulfilment,
    Opening,
    PeriodTerm,
    Requirement,
    Rule,
    Schedule,
    Term,
    TermException,
    Undoing,
)
from .readings import readings

_MOST_DAYS = 3660


def parse_rule(
    place: Place, earlier: Mapping[str, Rule], schedules: Mapping[str, Schedule]
) -> Rule:
    """The rule in the table at *place*.

    *earlier*: the rules above it in the file, by id, which `terms_of` and an excuse may name;
    *schedules*: the regulation's kinds of periods. Raises FileError.
    """
    place.only(
        *("id", "cite", "title", "per", "owes", "kinds", "never", "bodies", "opens"),
        *("when", "unless"),
        *("target", "due", "terms_of", "exception", "fulfilled", "accumulates", "complete"),
        *("counts_tasks", "earlier_counts", "stands_after_due", "breach", "breach_met_by"),
        *("excuse", "period", "off", "reading", "cite_for"),
    )
    model = _model(place, earlier)
    opens = place.find("opens")
    off, excuse = place.find("off"), place.find("excuse")
    return Rule(
        id=place.at("id").text(),
        cite=place.at("cite").text(),
        cite_for=_by_kind(place.find("cite_for")),
        title=place.at("title").text(),
        per=_choices(place, "per", SUBJECT_KINDS),
        owes=_owes(place.at("owes")),
        kinds=_choices(place, "kinds", KINDS),
        never=_choices(place, "never", KINDS),
        bodies=_bodies(place.find("bodies")),
        opens=_opening(opens) if opens else (model.opens if model else Opening()),
        when=_choices(place, "when", CONDITIONS),
        unless=_choices(place, "unless", CONDITIONS),
        target=model.target if model else _term(place.find("target")),
        due=model.due if model else _term(place.find("due")),
        exceptions=model.exceptions if model else _exceptions(place),
        fulfilled=tuple(_fulfilment(item) for item in _items(place, "fulfilled")),
        accumulates=tuple(_accumulation(item) for item in _items(place, "accumulates")),
        complete=tuple(_requirement(item) for item in _items(place, "complete")),
        counts_tasks=_truth(place, "counts_tasks", default=False),
        earlier_counts=_truth(place, "earlier_counts", default=False),
        stands_after_due=_truth(place, "stands_after_due", default=False),
        breach=_truth(place, "breach", default=True),
        breach_met_by=frozenset(_texts(place, "breach_met_by")),
        excuse=_excuse(excuse, earlier) if excuse else None,
        periods=tuple(_period_term(item, schedules) for item in _items(place, "period")),
        off=off.text() if off else None,
        readings=readings(place),
    )


def undoing(place: Place) -> Undoing:
    """An event that takes a completion back, of the table at *place*. Raises FileError."""
    place.only("event", "where")
    return Undoing(place.at("event").text(), _where(place))


def day_of(place: Place, *more: str) -> DayOf:
    """A day counted from the first month of a period; *more*: what else its table may have."""
    place.only("months", "day", *more)
    months, day = place.find("months"), place.at("day")
    return DayOf(
        months.integer(-24, 36) if months else 0,
        0 if day.value == "last" else day.integer(1, 31),
    )


def _model(place: Place, earlier: Mapping[str, Rule]) -> Rule | None:
    """The rule above whose terms this one has (`terms_of`); None where it has its own."""
    same = place.find("terms_of")
    if same is None:
        return None
    model = earlier.get(same.text())
    if model is None:
        raise same.error(f"no rule above has the id {same.value!r}")
    for key in ("target", "due", "exception"):
        if place.find(key) is not None:
            raise place.at(key).error("is already what terms_of says")
    return model


def _by_kind(place: Place | None) -> tuple[tuple[str, str], ...]:
    """A text for each of some kinds of bodies."""
    if place is None:
        return ()
    place.only(*sorted(KINDS))
    return tuple((kind, place.at(kind).text()) for kind in place.table())


def _owes(place: Place) -> str:
    """Whose it is: office, body, lead, coordinating, charged (both of these), or "<field> of <event
    type>"."""
    text = place.text()
    if " of " not in text:
        place.choice(("office", "body", "lead", "coordinating", CHARGED))
    return text


def _bodies(place: Place | None) -> tuple[str, ...]:
    """The codes of the only bodies that owe it; empty for all."""
    if place is None:
        return ()
    codes = place.texts()
    if not codes or len(set(codes)) < len(codes):
        raise place.error("must be codes of bodies, each once; leave it out for all")
    return codes


def _opening(place: Place) -> Opening:
    place.only(
        *("events", "on", "where", "once_for", "leaves_to", "after_deadline", "overdue", "met"),
        "of",
    )
    overdue, leaves_to = place.find("overdue"), place.find("leaves_to")
    return Opening(
        events=frozenset(_texts(place, "events")),
        on=_texts(place, "on"),
        once_for=_texts(place, "once_for"),
        where=_where(place),
        leaves_to=leaves_to.text() if leaves_to else None,
        after_deadline=_truth(place, "after_deadline", default=False),
        overdue=overdue.text() if overdue else None,
        met=_texts(place, "met"),
        of=_choices(place, "of", KINDS),
    )


def _term(place: Place | None) -> Term | None:
    if place is None:
        return None
    place.only("kind", "days", "from", "inclusive", "rolls", "past_binds")
    kind = place.at("kind").choice(TERM_KINDS - {FIXED_DATE})
    counted = kind in ("working_days", "calendar_days")
    days, start = place.find("days"), place.find("from")
    if counted:
        days = place.at("days")
    elif days is not None or start is not None:
        raise place.error(f"a term of kind {kind} has neither days nor from")
    useless = "rolls" if kind == "working_days" else None if counted else "inclusive"
    if useless is not None and place.find(useless) is not None:
        raise place.at(useless).error(f"is of no use to a term of kind {kind}")
    if kind != DATA_DATE and place.find("past_binds") is not None:
        raise place.at("past_binds").error(f"is of no use to a term of kind {kind}")
    return Term(
        kind=kind,
        days=days.integer(1, _MOST_DAYS) if days else 0,
        start=start.choice(STARTS) if start else "opening",
        inclusive=_truth(place, "inclusive", default=False),
        rolls=_truth(place, "rolls", default=False),
        past_binds=_truth(place, "past_binds", default=False),
    )


def _exceptions(place: Place) -> tuple[TermException, ...]:
    exceptions = []
    for item in _items(place, "exception"):
        item.only("name", "when", "unless", "target", "due")
        exceptions.append(
            TermException(
                name=item.at("name").text(),
                when=_choices(item, "when", CONDITIONS),
                unless=_choices(item, "unless", CONDITIONS),
                target=_term(item.find("target")),
                due=_term(item.find("due")),
            )
        )
    return tuple(exceptions)


def _fulfilment(place: Place) -> Fulfilment:
    place.only("event", "by", "where", "date", "same", "opened_where", "not_before")
    by, day, limit = place.find("by"), place.find("date"), place.find("not_before")
    return Fulfilment(
        event=place.at("event").text(),
        by=by.choice(("obligor", "lead")) if by else None,
        where=_where(place),
        date=day.text() if day else "event",
        same=_texts(place, "same"),
        opened_where=_where(place, "opened_where"),
        not_before=limit.choice(("deadline", "cut_off", "opening")) if limit else None,
    )


def _accumulation(place: Place) -> Accumulation:
    place.only("event", "field", "needs", "needs_all", "where", "when")
    needs, needs_all = place.find("needs"), place.find("needs_all")
    if (needs is None) == (needs_all is None):
        raise place.error("says what it needs in one of needs and needs_all")
    if needs_all is not None:
        needs_all.only("event", "field")
    return Accumulation(
        event=place.at("event").text(),
        field=place.at("field").text(),
        needs=_values(needs) if needs else (),
        needs_event=needs_all.at("event").text() if needs_all else None,
        needs_field=needs_all.at("field").text() if needs_all else None,
        where=_where(place),
        when=_choices(place, "when", CONDITIONS),
    )


def _requirement(place: Place) -> Requirement:
    place.only("point", "of", "fields", "when", "unless")
    return Requirement(
        point=place.at("point").text(),
        of=place.at("of").choice(("document", "task")),
        fields=place.at("fields").texts(),
        when=_choices(place, "when", CONDITIONS),
        unless=_choices(place, "unless", CONDITIONS),
    )


def _excuse(place: Place, earlier: Mapping[str, Rule]) -> Excuse:
    place.only("while_late", "by", "in_time_of", "until", "as")
    same, late = place.find("as"), place.find("while_late")
    if same is not None:
        place.only("as")
        model = earlier.get(same.text())
        if model is None or model.excuse is None:
            raise same.error(f"no rule above with an excuse has the id {same.value!r}")
        return model.excuse
    if late is not None:
        place.only("while_late")
        return Excuse(rule=late.text())
    return Excuse(
        by=place.at("by").text(),
        in_time_of=place.at("in_time_of").text(),
        until=frozenset(place.at("until").texts()),
    )


def _period_term(place: Place, schedules: Mapping[str, Schedule]) -> PeriodTerm:
    place.only("schedule", "target", "due", "breach")
    return PeriodTerm(
        schedule=place.at("schedule").choice(schedules),
        target=_fixed(place.find("target")),
        due=_fixed(place.find("due")),
        breach=_truth(place, "breach", default=True),
    )


def _fixed(place: Place | None) -> Term | None:
    if place is None:
        return None
    return Term(FIXED_DATE, on=day_of(place, "rolls"), rolls=_truth(place, "rolls", default=False))


def _where(place: Place, key: str = "where") -> tuple[tuple[str, tuple[Any, ...]], ...]:
    where = place.find(key)
    if where is None:
        return ()
    return tuple((name, _values(where.at(name))) for name in where.table())


def _values(place: Place) -> tuple[Any, ...]:
    """A list of texts, whole numbers and truth values."""
    for item in place.items():
        if not isinstance(item.value, str | int):
            raise item.error("must be a text, a whole number, true or false")
    return tuple(place.value)


def _items(place: Place, key: str) -> list[Place]:
    found = place.find(key)
    return list(found.items(named_by="name")) if found else []


def _texts(place: Place, key: str) -> tuple[str, ...]:
    found = place.find(key)
    return found.texts() if found else ()


def _choices(place: Place, key: str, known: frozenset[str]) -> tuple[str, ...]:
    found = place.find(key)
    if found is None:
        return ()
    if isinstance(found.value, str):
        return (found.choice(known),)
    return tuple(item.choice(known) for item in found.items())


def _truth(place: Place, key: str, *, default: bool) -> bool:
    found = place.find(key)
    return found.truth() if found else default
