"""What a reading of the database becomes for Prometheus: names, labels, zeros, bounds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from dondoc.metrics.compliance import ComplianceCollector, ComplianceReading
from dondoc.metrics.event_figures import EventFigures
from dondoc.metrics.page import render
from dondoc.rules.body import Body
from dondoc.rules.directory import Directory
from dondoc.rules.law import Law
from dondoc.storage.mailings import MailingState
from dondoc.storage.outbox import Pending
from dondoc.storage.questions.figures import Figures, Fulfilled
from dondoc.storage.questions.mailings import MailingFigures
from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.openmetrics import exposition as openmetrics
from prometheus_client.openmetrics import parser as openmetrics_parser
from prometheus_client.parser import text_string_to_metric_families as parse_text
from support import stories
from support.pages import ROOT, code, table

PAGE = ROOT / "docs" / "metrics.md"

NOON = datetime(2026, 3, 20, 5, 0, tzinfo=UTC)
"""Friday 20/3/2026, noon in Vietnam."""

NAMES = {
    "dondoc_obligations": {"rule", "body", "state"},
    "dondoc_obligations_closed": {"rule", "body", "outcome", "window"},
    "dondoc_obligations_missed": {"rule", "body", "window"},
    "dondoc_breaches": {"rule", "body", "window"},
    "dondoc_oldest_overdue_timestamp_seconds": {"rule", "body"},
    "dondoc_overdue_breaches": {"rule", "body"},
    "dondoc_oldest_breach_timestamp_seconds": {"rule", "body"},
    "dondoc_fulfilment_working_day_mean": {"rule", "window"},
    "dondoc_tasks": {"body", "status"},
    "dondoc_documents_incomplete": {"field"},
    "dondoc_flagged_streams": {"flag"},
    "dondoc_rejections": set(),
    "dondoc_outbox_pending": set(),
    "dondoc_outbox_oldest_age_seconds": set(),
    "dondoc_missing_numbers": {"age"},
    "dondoc_numbered_sources": {"counting"},
    "dondoc_unknown_types": set(),
    "dondoc_unknown_type_events": set(),
    "dondoc_mailings": {"state"},
    "dondoc_mailing_oldest_age_seconds": set(),
    "dondoc_mail_unreached_bodies": set(),
    "dondoc_body_info": {"body", "name", "kind"},
    "dondoc_obligations_lit": {"body", "light", "colour"},
    "dondoc_rule_info": {"rule", "regulation", "cite", "title", "lateness"},
    "dondoc_working_day": set(),
}


def reading(figures: Figures | None = None, at: datetime = NOON) -> ComplianceReading:
    return ComplianceReading(at, figures or Figures(), (), Pending(0, None), 0)


MAIL = MailingFigures(
    {MailingState.SENT: 7, MailingState.REFUSED: 1},
    datetime(2026, 3, 20, 4, 58, tzinfo=UTC),
    {"PYT": 4, "NOBODY": 2},
)


def a_bit_of_everything() -> ComplianceReading:
    figures = Figures(
        obligations=Counter({("execution", "PYT", "open"): 3}),
        closed=Counter({("execution", "PYT", "late", 7): 2}),
        missed=Counter({("execution", "PYT", 30): 1}),
        breaches=Counter({("execution", "PYT", 90): 3}),
        oldest_overdue={("execution", "PYT"): date(2026, 3, 18)},
        overdue_breaches=Counter({("execution", "PYT"): 2}),
        oldest_breach={("execution", "PYT"): date(2026, 3, 19)},
        tasks=Counter({("PYT", "not_started_past"): 1}),
        incomplete=Counter({"d:unit": 1, "d:officer": 2, "signer": 4}),
        flagged=Counter({"unknown_body": 1}),
    )
    spans = [Fulfilled("execution", date(2026, 3, 6), date(2026, 3, 9), (3, 0, 0))]
    return ComplianceReading(
        NOON,
        figures,
        spans,
        Pending(2, datetime(2026, 3, 20, 4, 59, tzinfo=UTC)),
        5,
        MAIL,
        EventFigures({"new": 2, "late": 3, "old": 0}, {"counted": 1}, 2, 40),
        Counter({("PYT", "Quá hạn", "red"): 1}),
    )


def families(of: ComplianceReading, law: Law | None = None) -> dict[str, Metric]:
    return {
        family.name: family for family in ComplianceCollector(law or stories.law(), of).collect()
    }


def samples(
    of: ComplianceReading, name: str, law: Law | None = None
) -> dict[tuple[str, ...], float]:
    """The samples of one family by the values of their labels, in the family's order."""
    return {tuple(each.labels.values()): each.value for each in families(of, law)[name].samples}


def test_every_family_is_a_gauge_with_its_labels_and_a_plain_sentence_of_help() -> None:
    found = families(a_bit_of_everything())
    assert found.keys() == NAMES.keys()
    for name, family in found.items():
        assert family.type == "gauge"
        assert not name.endswith(("_total", "_count", "_sum", "_bucket"))
        assert re.fullmatch(r"[A-Z0-9][^\"\\\n]+\.", family.documentation), name
        assert family.samples, name
        for sample in family.samples:
            assert sample.labels.keys() == NAMES[name]


def test_every_figure_is_on_the_page_with_its_labels() -> None:
    said = {
        name: set(code(labels))
        for names, labels, _ in table(PAGE, "## Compliance")
        for name in code(names)
    }
    own = {"dondoc_snapshot_age_seconds": set[str]()}  # of the endpoint, not of a reading
    assert said == NAMES | own


def test_figures_stand_under_their_labels() -> None:
    found = a_bit_of_everything()
    assert samples(found, "dondoc_obligations") == {("execution", "PYT", "open"): 3}
    assert samples(found, "dondoc_obligations_closed") == {("execution", "PYT", "late", "7d"): 2}
    assert samples(found, "dondoc_obligations_missed") == {("execution", "PYT", "30d"): 1}
    assert samples(found, "dondoc_breaches") == {("execution", "PYT", "90d"): 3}
    assert samples(found, "dondoc_overdue_breaches") == {("execution", "PYT"): 2}
    assert samples(found, "dondoc_tasks") == {("PYT", "not_started_past"): 1}
    assert samples(found, "dondoc_flagged_streams") == {("unknown_body",): 1}
    assert samples(found, "dondoc_rejections") == {(): 5}
    assert samples(found, "dondoc_outbox_pending") == {(): 2}
    assert samples(found, "dondoc_outbox_oldest_age_seconds") == {(): 60}
    assert samples(found, "dondoc_mailings") == {("refused",): 1, ("sent",): 7}
    assert samples(found, "dondoc_mailing_oldest_age_seconds") == {(): 120}
    assert samples(found, "dondoc_mail_unreached_bodies") == {(): 2}


def test_what_never_came_and_what_nobody_knows_stand_without_a_source_or_a_type() -> None:
    everything = a_bit_of_everything()
    assert samples(everything, "dondoc_missing_numbers") == {("late",): 3, ("new",): 2}
    assert samples(everything, "dondoc_numbered_sources") == {("counted",): 1}
    assert samples(everything, "dondoc_unknown_types") == {(): 2}
    assert samples(everything, "dondoc_unknown_type_events") == {(): 40}


def test_a_field_that_is_missing_is_named_without_its_point() -> None:
    assert samples(a_bit_of_everything(), "dondoc_documents_incomplete") == {
        ("unit",): 1,
        ("officer",): 2,
        ("signer",): 4,
    }


def test_what_is_overdue_is_so_from_the_end_of_its_due_date() -> None:
    assert samples(a_bit_of_everything(), "dondoc_oldest_overdue_timestamp_seconds") == {
        ("execution", "PYT"): datetime(2026, 3, 18, 17, 0, tzinfo=UTC).timestamp()
    }
    assert samples(a_bit_of_everything(), "dondoc_oldest_breach_timestamp_seconds") == {
        ("execution", "PYT"): datetime(2026, 3, 19, 17, 0, tzinfo=UTC).timestamp()
    }


def test_time_taken_is_counted_in_working_days() -> None:
    friday_to_monday = a_bit_of_everything()
    assert samples(friday_to_monday, "dondoc_fulfilment_working_day_mean") == {
        ("execution", "7d"): 1
    }


def test_time_taken_is_the_mean_and_what_was_done_early_or_cannot_be_counted_is_no_time() -> None:
    monday = date(2026, 3, 9)
    spans = [
        Fulfilled("review", monday, date(2026, 3, 12), (2, 2, 2)),
        Fulfilled("review", monday, date(2026, 3, 5), (1, 2, 2)),
        Fulfilled("review", monday, date(2099, 3, 5), (1, 1, 1)),
    ]
    found = replace(reading(), fulfilments=spans)
    assert samples(found, "dondoc_fulfilment_working_day_mean") == {
        ("review", "7d"): 2,
        ("review", "30d"): 1.5,
        ("review", "90d"): 1.5,
    }


def test_no_figure_is_zero_but_those_without_labels() -> None:
    figures = Figures(obligations=Counter({("execution", "PYT", "open"): 0}))
    found = families(reading(figures))
    zeros = {name for name, family in found.items() for s in family.samples if not s.value}
    assert zeros == {name for name, labels in NAMES.items() if not labels} - {"dondoc_working_day"}
    assert not found["dondoc_obligations"].samples


def test_bodies_that_the_directory_has_not_count_together_as_unknown() -> None:
    figures = Figures(
        obligations=Counter(
            {
                ("review", "XYZ", "open"): 1,
                ("review", "ABC", "open"): 2,
                ("review", "VP", "open"): 4,
            }
        ),
        oldest_overdue={
            ("review", "XYZ"): date(2026, 3, 18),
            ("review", "ABC"): date(2026, 3, 17),
        },
    )
    found = reading(figures)
    assert samples(found, "dondoc_obligations") == {
        ("review", "VP", "open"): 4,
        ("review", "unknown", "open"): 3,
    }
    assert samples(found, "dondoc_oldest_overdue_timestamp_seconds") == {
        ("review", "unknown"): datetime(2026, 3, 17, 17, 0, tzinfo=UTC).timestamp()
    }
    assert ("unknown", "unknown", "unknown") in samples(found, "dondoc_body_info")


def test_nobody_is_unknown_where_the_directory_has_everyone() -> None:
    assert ("unknown", "unknown", "unknown") not in samples(
        a_bit_of_everything(), "dondoc_body_info"
    )


@pytest.mark.parametrize(
    ("at", "named"),
    [
        (datetime(2026, 6, 30, 16, 59, tzinfo=UTC), {"PNV", "SNV"}),
        (datetime(2026, 6, 30, 17, 0, tzinfo=UTC), {"SNV"}),
    ],
)
def test_a_dissolved_body_is_named_for_as_long_as_a_figure_stands_under_it(
    at: datetime, named: set[str]
) -> None:
    found = reading(Figures(tasks=Counter({("SNV", "not_started_past"): 2})), at)
    info = {code for code, _, _ in samples(found, "dondoc_body_info")}
    assert info == {"VP", "PYT", "XDS"} | named
    found = reading(Figures(closed=Counter({("execution", "PNV", "late", 30): 1})), at)
    info = {code for code, _, _ in samples(found, "dondoc_body_info")}
    assert info == {"VP", "PYT", "XDS", "PNV", "SNV"}


@pytest.mark.parametrize(
    ("day", "figures"),
    [(20, {(): 1}), (21, {(): 0}), (22, {(): 0}), (23, {(): 1})],
)
def test_today_is_a_working_day_or_not(day: int, figures: dict[tuple[str, ...], float]) -> None:
    found = reading(at=datetime(2026, 3, day, 5, 0, tzinfo=UTC))
    assert samples(found, "dondoc_working_day") == figures


def test_beyond_the_calendar_nothing_is_said_of_the_day_and_everything_of_the_rest() -> None:
    found = families(reading(at=datetime(2099, 1, 5, 5, 0, tzinfo=UTC)))
    assert found.keys() == NAMES.keys() - {"dondoc_working_day"}


def test_a_page_is_the_same_in_both_formats_and_both_parse_it() -> None:
    directory = Directory(
        {"VP": Body("VP", 'Văn phòng "một cửa"\\', "office"), "PYT": Body("PYT", "Y\ntế", "other")}
    )
    collector = ComplianceCollector(
        replace(stories.law(), directory=directory), a_bit_of_everything()
    )
    text = render(collector.collect())
    assert generate_latest(collector) == text
    theirs = openmetrics.generate_latest(collector)  # type: ignore[no-untyped-call]
    assert theirs == text + b"# EOF\n"
    parsed = {family.name: family for family in parse_text(text.decode())}
    assert parsed.keys() == NAMES.keys()
    strict = openmetrics_parser.text_string_to_metric_families(  # type: ignore[no-untyped-call]
        theirs.decode()
    )
    assert {family.name for family in strict} == NAMES.keys()
    names = {sample.labels["name"] for sample in parsed["dondoc_body_info"].samples}
    assert names == {'Văn phòng "một cửa"\\', "Y\ntế"}


def test_registering_the_collector_asks_it_for_nothing() -> None:
    class Untouched(ComplianceCollector):
        def collect(self) -> Iterator[Metric]:
            raise AssertionError("asked to collect")

    registry = CollectorRegistry()
    registry.register(Untouched(stories.law(), reading()))


def full(bodies: list[str], rules: int) -> ComplianceReading:
    """Every figure there can be, for each of *bodies* and *rules*."""
    figures = Figures()
    for rule in (f"rule_{number}" for number in range(rules)):
        for body in bodies:
            figures.obligations.update({(rule, body, state): 1 for state in ("open", "overdue")})
            figures.oldest_overdue[rule, body] = date(2026, 3, 1)
            figures.overdue_breaches[rule, body] = 1
            figures.oldest_breach[rule, body] = date(2026, 3, 1)
            for window in (7, 30, 90):
                outcomes = ("on_time", "late", "void")
                figures.closed.update({(rule, body, each, window): 1 for each in outcomes})
                figures.missed[rule, body, window] = 1
                figures.breaches[rule, body, window] = 1
    return reading(figures)


def test_series_are_bounded_by_the_directory_and_the_rules_whatever_codes_come_in() -> None:
    bodies = [f"XA{number}" for number in range(200)]
    directory = Directory({code: Body(code, f"Xã {code}", "commune") for code in bodies})
    law = replace(stories.law(), directory=directory)
    strangers = [f"{number:08x}" for number in range(300)]

    def series(of: ComplianceReading) -> int:
        return sum(len(family.samples) for family in ComplianceCollector(law, of).collect())

    rules = 4
    a_body = rules * (2 + 3 * 3 + 3 + 3 + 3)
    others = sum(not labels for labels in NAMES.values()) + len(law.regulations.rules) + rules
    assert series(full(bodies, rules)) == 200 * a_body + 200 + others
    assert series(full(bodies + strangers, rules)) == 201 * a_body + 201 + others
