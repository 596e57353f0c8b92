"""What must hold of the explanation of any obligation, whatever its rule and its end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from dondoc.rules.default_deadline import DEFAULT_STARTS
from dondoc.rules.explaining.days import COUNTED, SKIPPED, count
from dondoc.rules.explaining.explanation import Explanation, explain, lines
from dondoc.rules.explaining.texts import EXPLANATION
from dondoc.rules.judging.terms import describe
from dondoc.rules.law import Law
from dondoc.rules.moments import told_by
from dondoc.rules.obligations import FormerDeadline, Obligation
from dondoc.rules.rule import (
    BACK,
    CALENDAR_DAYS,
    CALENDAR_MONTHS,
    FORWARD,
    STARTS,
    STAYS,
    WORKING_DAYS,
    Term,
)
from dondoc.rules.trace import Trace, TracedEvent, TracedLaw, TracedTerm
from dondoc.rules.wording import Texts
from hypothesis import given
from hypothesis import strategies as st
from support.explaining import (
    ANOTHER_DAY_OFF,
    FEEDBACK,
    LANGUAGES,
    LONGER_CALENDAR,
    NO_REGULATION,
    REPEALED,
    REPLACED,
    SPLIT,
    UNSOURCED,
    explained,
    one,
)
from support.legal_cases import CASES, LegalCase, case_files, read_cases
from support.stories import THROUGH, Told, every_obligation, law, texts

DAYS_LOOKED_AT = (date(2026, 3, 4), date(2026, 4, 15), date(2026, 9, 6), THROUGH)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_obligation_of_every_rule_is_explained_without_a_missing_word(language: str) -> None:
    rules = {rule.id for rule in law().regulations.all[0].rules}
    assert {obligation.rule for obligation in every_obligation()} == rules
    for obligation in every_obligation():
        for as_of in DAYS_LOOKED_AT:
            shown = explained(obligation, language, as_of)
            keys = [each.key for each in shown.sections]
            assert keys[0] == "breach", obligation
            assert {"duty", "opening"} <= set(keys), obligation
            assert {"outcome", "breach", "general_readings"} <= set(keys), obligation
            assert {"term", "target", "due"} & set(keys), obligation
            for line in lines(shown):
                assert not re.search(r"[{}?]|\bNone\b|explain\.", line), line


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_follows_from_a_report_is_about_its_period_and_about_no_body(language: str) -> None:
    following = [each for each in every_obligation() if each.rule == "publication"]
    assert following
    for obligation in following:
        period = texts(language).period(obligation.subject)
        duty = explained(obligation, language, THROUGH).section("duty")
        assert period is not None
        assert duty is not None
        assert any(period in line for line in duty.lines)


@pytest.mark.parametrize("path", case_files(), ids=lambda path: path.stem)
def test_every_obligation_of_every_legal_case_is_explained_by_its_own_law(path: Path) -> None:
    for case in read_cases(path):
        by = _by(case)
        for projection in case.projections(case.events):
            for obligation in projection.obligations:
                for language in LANGUAGES:
                    shown = explain(obligation, by, texts(language), max(case.as_of))
                    assert shown.section("duty"), obligation
                    assert_counted_to_the_stored_dates(obligation, shown)


def test_the_stored_dates_are_those_that_the_days_lead_to() -> None:
    for obligation in every_obligation():
        assert_counted_to_the_stored_dates(obligation, explained(obligation, "en"))


def assert_counted_to_the_stored_dates(obligation: Obligation, shown: Explanation) -> None:
    for of, counted in shown.terms.items():
        stored = obligation.target if of == "target" else obligation.due
        if obligation.trace["due"].get("past"):
            assert stored is None
            assert counted.last is not None
            assert counted.last < obligation.opened_on or obligation.trace.get("moved")
        elif of == "due" and counted.last is not None and stored == obligation.target:
            # Two starts can cross; the later day is kept, and said to be.
            assert stored is not None
            assert counted.last <= stored
        else:
            assert counted.last == stored, obligation
        if counted.kind == WORKING_DAYS and counted.covered:
            assert [step.number for step in counted.counted] == [*range(1, abs(counted.days) + 1)]


def _shorter(value: Any) -> Iterator[Any]:
    """*value* without each of its keys, at every depth."""
    if isinstance(value, Mapping):
        for key in value:
            yield {other: said for other, said in value.items() if other != key}
            for less in _shorter(value[key]):
                yield {**value, key: less}
    elif isinstance(value, list):
        for position, item in enumerate(value):
            for less in _shorter(item):
                yield [*value[:position], less, *value[position + 1 :]]


def test_a_trace_of_an_older_version_may_lack_any_key() -> None:
    for obligation in every_obligation():
        for trace in ({}, *_shorter(obligation.trace)):
            older = obligation._replace(trace=trace)
            for language in LANGUAGES:
                assert lines(explained(older, language))


def test_what_comes_from_outside_does_nothing_to_a_terminal() -> None:
    event = TracedEvent(type="x\x1b[31m", source="/\u202ehscv", id="a\nb", on="2026-03-02\x07")
    hostile = FEEDBACK._replace(
        body="P\x1b[2J",
        subject="7\n8",
        role="l\x00",
        task_id="t\x9b",
        trace={"opened_by": event, "missing": ["a\x1b:b\x1b"], "needed": {"c\x1b": ["d\x1b"]}},
    )
    for language in LANGUAGES:
        for line in lines(explained(hostile, language)):
            assert line.isprintable(), line


# No text without use: a text that nothing says would be translated for nobody.

VOCABULARY = ("explain.event.", "explain.condition.", "explain.condition_not.", "explain.rule.")
# What rules say of themselves is said by `check` and shown by test_rule_words.


class Recorded(dict[str, str]):
    """Texts that remember which of them were asked for."""

    def __init__(self, templates: Mapping[str, str]) -> None:
        super().__init__(templates)
        self.asked: set[str] = set()

    def __getitem__(self, key: str) -> str:
        self.asked.add(key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        self.asked.add(key)
        return super().get(key, default)


def unlike_terms() -> Iterator[Obligation]:
    """Obligations whose terms are counted in every way that there is."""
    terms: list[TracedTerm] = [{"kind": "fixed_date", "from": "2026-03-15", "rolls": "back"}]
    for inclusive in (True, False):
        days: TracedTerm = {"days": 5, "from": "2026-03-02", "rolls": True, "inclusive": inclusive}
        terms += [{**days, "kind": kind} for kind in (WORKING_DAYS, CALENDAR_DAYS)]
        months: TracedTerm = {"kind": CALENDAR_MONTHS, "months": 2, "inclusive": inclusive}
        terms += [{**months, "from": f"2026-{day}", "rolls": True} for day in ("01-31", "02-01")]
    yield from (FEEDBACK._replace(trace={"due": term}) for term in terms)
    over = FEEDBACK._replace(target=None, due=None, breach_on=None)
    for kind in (WORKING_DAYS, CALENDAR_DAYS):
        before: TracedTerm = {"kind": kind, "days": -3, "from": "2026-03-18", "past": True}
        yield over._replace(trace={"due": before})
    for kind, start in product((WORKING_DAYS, CALENDAR_DAYS, CALENDAR_MONTHS), DEFAULT_STARTS):
        given: TracedTerm = {"kind": kind, "from": "2026-03-02", "start": start}
        yield FEEDBACK._replace(trace={"default_deadline": {"term": given}})


def _by(case: LegalCase) -> Law:
    """The law of *case*."""
    found = replace(law(), regulations=case.regulations, directory=case.directory)
    return replace(found, calendar=case.calendar)


def explain_cases(name: str, asked: Texts) -> None:
    """Every obligation of the legal cases of that name, on each of their days."""
    for case in read_cases(CASES / f"{name}.toml"):
        by = _by(case)
        for day in case.as_of:
            known = [event for event in case.events if event.time < told_by(day)]
            for projection in case.projections(known):
                for obligation in projection.obligations:
                    explain(obligation, by, asked, day)


def test_every_text_of_an_explanation_is_said_of_some_obligation() -> None:
    recorded = Recorded(texts("vi").templates)
    asked = Texts(recorded)
    for counted in unlike_terms():
        explain(counted, law(), asked, THROUGH)
    term: TracedTerm = {"kind": WORKING_DAYS, "days": 30, "from": "2026-03-02"}
    unusual = [
        FEEDBACK._replace(trace={"due": term}),
        FEEDBACK._replace(stream="petition:12/2026", subject="12/2026"),
        FEEDBACK._replace(trace={"due": {"kind": WORKING_DAYS}}),
        *(FEEDBACK._replace(trace={"due": {**term, "start": start}}) for start in STARTS),
        FEEDBACK._replace(trace={"exception": "gone", "excused": [["2026-09-01", None]]}),
        FEEDBACK._replace(stream="seminar:1"),
        FEEDBACK._replace(trace={"came": [{"why": "of a later version"}]}),
        *(each._replace(trace={}) for each in every_obligation()),
        one(
            "document:11",
            "classification",
            [("2026-03-02", "document.issued", {"issued_on": "2026-03-10"})],
        ),
    ]
    overdue: Told = ("2026-03-02", "task.assigned", {"due_on": "2026-03-20"})
    unusual.append(one("document:12", "urging", [overdue, ("2026-03-24", "task.directed", {})]))
    late = FEEDBACK._replace(breach_on=None, trace={})
    unusual += [late, late._replace(met_on=date(2026, 9, 4)), late._replace(ended_on=THROUGH)]
    over = late._replace(target=None, due=None, trace={"awaiting_deadline": True})
    from_none: Trace = {"due": {"kind": WORKING_DAYS, "days": 2, "start": "deadline"}}
    unusual += [over, over._replace(ended_on=THROUGH), over._replace(trace=from_none)]
    law_told: tuple[TracedLaw, ...] = (
        {"by": "document", "on": "2026-03-02"},
        {"by": "transition", "of": "new"},
    )
    unusual += [FEEDBACK._replace(trace={"law": told}) for told in law_told]
    kinds = ("loai-gia-han", "loai-cong-nhan", "loai-dinh-ky")
    laws = (NO_REGULATION, ANOTHER_DAY_OFF, LONGER_CALENDAR, REPEALED, REPLACED, UNSOURCED)
    for obligation in (*every_obligation(), *unusual, FEEDBACK):
        for as_of in DAYS_LOOKED_AT:
            explain(obligation, law(), asked, as_of)
            explain(obligation, law(), asked, as_of, (), "13/CĐ-UBND")
        for other in laws:
            explain(obligation, other, asked, THROUGH)
    explain(FEEDBACK, law(), asked, THROUGH, [FormerDeadline(THROUGH, THROUGH, "x", THROUGH)])
    explain(FEEDBACK._replace(body="PTC"), SPLIT, asked, THROUGH)
    for name in ("tam-dinh-chi", "tam-dung-theo-gio", "gio", *kinds):
        explain_cases(name, asked)
    unsaid = {key for key in EXPLANATION if key not in recorded.asked}
    assert {key for key in unsaid if not key.startswith(VOCABULARY)} == set()


# The counting itself.


@given(
    begins=st.dates(date(2015, 6, 1), date(2026, 6, 1)),
    days=st.integers(1, 120),
    kind=st.sampled_from((WORKING_DAYS, CALENDAR_DAYS)),
    inclusive=st.booleans(),
    rolls=st.sampled_from((STAYS, FORWARD, BACK)),
)
def test_as_many_days_are_counted_as_the_term_has_and_the_last_is_the_date(
    begins: date, days: int, kind: str, inclusive: bool, rolls: str
) -> None:
    calendar = law().calendar
    term = Term(kind, days, inclusive=inclusive, rolls=rolls)
    described = describe(term, begins)
    assert described is not None
    counted = count(described, calendar)

    # Day by day, by nothing but what each day is.
    day, number = (begins - timedelta(days=1) if inclusive else begins), 0
    while number < days:
        day += timedelta(days=1)
        number += kind == CALENDAR_DAYS or calendar.is_working(day)
    end = day
    # A term of working days ends on one.
    while rolls and not calendar.is_working(end):
        end += timedelta(days=1 if rolls == FORWARD else -1)

    assert [step.number for step in counted.counted] == list(range(1, days + 1))
    assert counted.counted[-1].day.date == day
    assert counted.last == end
    shown = [step.day.date for step in counted.steps]
    forth = range((max(day, end) - begins).days + 1)
    back = range(1, (day - min(day, end)).days + 1)
    assert shown == [
        *(begins + timedelta(days=offset) for offset in forth),
        *(day - timedelta(days=offset) for offset in back),
    ]
    for step in counted.steps:
        if kind == WORKING_DAYS and step.what in (COUNTED, SKIPPED):
            assert step.day.working == (step.what == COUNTED)
