"""Reads one rule of a regulation from parsed TOML (docs/regulation-file.md describes the file).

What a key of a rule means is decided here, once. Whether the rule agrees with itself and with
others is asked in `regulation_checks`. Nothing is guessed: an unknown key, kind or name is
refused where it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..directory import KINDS
from ..own_condition import OwnCondition
from ..places import Place
from ..regulation import PeriodKind, Undoing
from ..rule import (
    CHARGED,
    CONDITIONS,
    SUBJECT_KINDS,
    Accumulation,
    Excuse,
    Fulfilment,
    Opening,
    Requirement,
    Rule,
)
from .own_conditions import named_in, pauses_of, silence_of
from .readings import readings
from .rule_texts import TEXT_KEYS, rule_texts
from .term import exceptions_of, period_term_of, term_of
from .values import choices_of, items_of, misplaced, texts_of, truth_of, values_of, where_of

RULE_KEYS = (
    *("id", "cite", "title", "per", "owes", "kinds", "never", "bodies", "opens"),
    *("when", "unless"),
    *("target", "due", "terms_of", "exception", "fulfilled", "accumulates", "complete"),
    *("counts_tasks", "earlier_counts", "stands_after_due", "breach", "breach_met_by"),
    *("excuse", "period", "off", "reading", "cite_for", "texts"),
    *("pause", "silence", "objected_by"),
)
"""What the table of a rule may have."""
_OF_THE_FILE = ("cited_as", "cited_short", "in_force_from", "in_force_to", "issuers", "reports")
_ELSEWHERE = {
    **dict.fromkeys(_OF_THE_FILE, "it is of the whole file: {key} above the first table"),
    **dict.fromkeys(TEXT_KEYS, "it is of texts in a language: texts.vi.{key}"),
}
"""Where what is easily written into a rule belongs."""


def parse_rule(
    place: Place,
    earlier: Mapping[str, Rule],
    schedules: Mapping[str, PeriodKind],
    own: Mapping[str, OwnCondition],
) -> Rule:
    """The rule in the table at *place*.

    *earlier*: the rules above it in the file, by id, which `terms_of` and an excuse may name;
    *schedules*: the regulation's kinds of periods; *own*: the conditions that it makes itself.
    Raises FileError.
    """
    misplaced(place, _ELSEWHERE)
    place.only(*RULE_KEYS)
    model = _model(place, earlier)
    opens = place.find("opens")
    off, excuse = place.find("off"), place.find("excuse")
    return Rule(
        id=place.at("id").text(),
        cite=place.at("cite").text(),
        cite_for=_by_kind(place.find("cite_for")),
        title=place.at("title").text(),
        per=choices_of(place, "per", SUBJECT_KINDS),
        owes=_owes(place.at("owes")),
        kinds=choices_of(place, "kinds", KINDS),
        never=choices_of(place, "never", KINDS),
        bodies=_bodies(place.find("bodies")),
        opens=_opening(opens) if opens else (model.opens if model else Opening()),
        fulfilled=tuple(_fulfilment(item) for item in items_of(place, "fulfilled")),
        accumulates=tuple(_accumulation(item) for item in items_of(place, "accumulates")),
        complete=tuple(_requirement(item) for item in items_of(place, "complete")),
        counts_tasks=truth_of(place, "counts_tasks", default=False),
        earlier_counts=truth_of(place, "earlier_counts", default=False),
        stands_after_due=truth_of(place, "stands_after_due", default=False),
        breach=truth_of(place, "breach", default=True),
        breach_met_by=frozenset(texts_of(place, "breach_met_by")),
        excuse=_excuse(excuse, earlier) if excuse else None,
        periods=tuple(period_term_of(item, schedules) for item in items_of(place, "period")),
        off=off.text() if off else None,
        readings=readings(place),
        texts=rule_texts(place),
        **_terms(place, model, own),
    )


def _terms(place: Place, model: Rule | None, own: Mapping[str, OwnCondition]) -> dict[str, Any]:
    """The keys of a rule that say under which conditions it is due by when, and what stops its
    clock; those of *model* where it has the terms of that."""
    known = CONDITIONS | own.keys()
    when, unless = choices_of(place, "when", known), choices_of(place, "unless", known)
    exceptions = model.exceptions if model else exceptions_of(place, known)
    silence, objected_by = silence_of(place)
    return {
        "when": when,
        "unless": unless,
        "target": model.target if model else term_of(place.find("target")),
        "due": model.due if model else term_of(place.find("due")),
        "exceptions": exceptions,
        "pauses": model.pauses if model else pauses_of(place),
        "silence": silence,
        "objected_by": objected_by,
        "conditions": named_in(own, when, unless, exceptions),
    }


def undoing(place: Place) -> Undoing:
    """An event that takes a completion back, of the table at *place*. Raises FileError."""
    place.only("event", "where", "cite")
    cite = place.find("cite")
    return Undoing(place.at("event").text(), where_of(place), cite.text() if cite else None)


def _model(place: Place, earlier: Mapping[str, Rule]) -> Rule | None:
    """The rule above whose terms this one has (`terms_of`); None where it has its own."""
    same = place.find("terms_of")
    if same is None:
        return None
    model = earlier.get(same.text())
    if model is None:
        raise same.error(f"no rule above has the id {same.value!r}")
    for key in ("target", "due", "exception", "pause"):
        if place.find(key) is not None:
            raise place.at(key).error("is already what terms_of says")
    return model


def _by_kind(place: Place | None) -> tuple[tuple[str, str], ...]:
    """A text for each of some kinds of bodies."""
    if place is None:
        return ()
    place.only(*sorted(KINDS))
    return tuple((kind, place.at(kind).text()) for kind in place.table())


_OBLIGORS = ("office", "body", "lead", "coordinating", CHARGED)


def _owes(place: Place) -> str:
    """Whose it is: office, body, lead, coordinating, charged (both of these), or "<field> of <event
    type>"."""
    text = place.text()
    if " of " not in text and text not in _OBLIGORS:
        known = ", ".join(sorted(_OBLIGORS))
        raise place.error(
            f'must be one of {known}, or a field such as "body of petition.accepted", not '
            f"{text!r}; bodies says which bodies alone"
        )
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
        *("of", "absent"),
    )
    overdue, leaves_to = place.find("overdue"), place.find("leaves_to")
    absent = place.find("absent")
    return Opening(
        events=frozenset(texts_of(place, "events")),
        on=texts_of(place, "on"),
        once_for=texts_of(place, "once_for"),
        where=where_of(place),
        absent=absent.choice(("none",)) if absent else None,
        leaves_to=leaves_to.text() if leaves_to else None,
        after_deadline=truth_of(place, "after_deadline", default=False),
        overdue=overdue.text() if overdue else None,
        met=texts_of(place, "met"),
        of=choices_of(place, "of", KINDS),
    )


def _fulfilment(place: Place) -> Fulfilment:
    place.only("event", "by", "where", "date", "same", "opened_where", "not_before")
    by, day, limit = place.find("by"), place.find("date"), place.find("not_before")
    return Fulfilment(
        event=place.at("event").text(),
        by=by.choice(("obligor", "lead")) if by else None,
        where=where_of(place),
        date=day.text() if day else "event",
        same=texts_of(place, "same"),
        opened_where=where_of(place, "opened_where"),
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
        needs=values_of(needs) if needs else (),
        needs_event=needs_all.at("event").text() if needs_all else None,
        needs_field=needs_all.at("field").text() if needs_all else None,
        where=where_of(place),
        when=choices_of(place, "when", CONDITIONS),
    )


def _requirement(place: Place) -> Requirement:
    place.only("point", "of", "fields", "when", "unless")
    return Requirement(
        point=place.at("point").text(),
        of=place.at("of").choice(("document", "task")),
        fields=place.at("fields").texts(),
        when=choices_of(place, "when", CONDITIONS),
        unless=choices_of(place, "unless", CONDITIONS),
    )


def _excuse(place: Place, earlier: Mapping[str, Rule]) -> Excuse | None:
    place.only("while_late", "by", "in_time_of", "until", "as")
    late = place.find("while_late")
    if "as" in place.table():
        place.only("as")
        same = place.find("as")
        model = earlier.get(same.text()) if same else None
        if same is not None and (model is None or model.excuse is None):
            raise same.error(f"no rule above with an excuse has the id {same.value!r}")
        return model.excuse if model else None
    if late is not None:
        place.only("while_late")
        return Excuse(rule=late.text())
    return Excuse(
        by=place.at("by").text(),
        in_time_of=place.at("in_time_of").text(),
        until=frozenset(place.at("until").texts()),
    )
