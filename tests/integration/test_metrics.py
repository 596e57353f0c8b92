"""Compliance figures out of a real database filled by events, counted by hand beside it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from dondoc.metrics.compliance import ComplianceCollector, read
from dondoc.metrics.page import render
from dondoc.rules.events import LOCAL, local_date
from dondoc.storage.advancing import advance
from dondoc.storage.database import Store
from prometheus_client.parser import text_string_to_metric_families
from support.office import DONE, ISSUED, NOON, TASK, TODAY, backfill, fill_office, task, tell
from support.stories import law

Samples = dict[tuple[str, ...], float]


@pytest.fixture
def office(store: Store) -> Store:
    """Eight tasks of PYT, each of another kind of end; projected up to today."""
    fill_office(store)
    return store


def figures(store: Store, now: datetime = NOON) -> dict[str, Samples]:
    """Every sample of a page, by family and the values of its labels, the body first."""
    page = render(ComplianceCollector(law(), read(store, law(), now)).collect()).decode()
    return {
        family.name: {
            tuple(value for _, value in sorted(sample.labels.items())): sample.value
            for sample in family.samples
        }
        for family in text_string_to_metric_families(page)
    }


def execution(found: Mapping[str, Samples], family: str, body: str = "PYT") -> Samples:
    """The samples of the rule "execution" and *body*, by their other labels."""
    return {
        tuple(label for label in labels if label not in ("execution", body)): value
        for labels, value in found[family].items()
        if "execution" in labels and body in labels
    }


def test_figures_are_those_counted_by_hand(office: Store) -> None:
    found = figures(office)
    assert execution(found, "dondoc_obligations") == {("open",): 1, ("overdue",): 1}
    assert execution(found, "dondoc_obligations_closed") == {
        ("on_time", "7d"): 1,
        ("on_time", "30d"): 2,
        ("on_time", "90d"): 3,
        ("late", "7d"): 1,
        ("late", "30d"): 2,
        ("late", "90d"): 2,
        ("void", "7d"): 1,
        ("void", "30d"): 1,
        ("void", "90d"): 1,
    }
    assert execution(found, "dondoc_obligations_missed") == {("7d",): 1, ("30d",): 1, ("90d",): 1}
    assert execution(found, "dondoc_breaches") == {("7d",): 2, ("30d",): 3, ("90d",): 3}
    assert execution(found, "dondoc_oldest_overdue_timestamp_seconds") == {
        (): datetime(2026, 3, 18, 17, 0, tzinfo=UTC).timestamp()
    }
    assert execution(found, "dondoc_overdue_breaches") == {(): 1}
    assert execution(found, "dondoc_oldest_breach_timestamp_seconds") == {
        (): datetime(2026, 3, 18, 17, 0, tzinfo=UTC).timestamp()
    }


def test_tasks_stand_in_the_six_statuses_and_withdrawn_ones_nowhere(office: Store) -> None:
    task(office, "I", "2026-03-02", None, ("2026-03-04", "task.progress", {}))
    task(office, "J", "2026-03-02", "2026-03-18", ("2026-03-04", "task.progress", {}))
    assert figures(office)["dondoc_tasks"] == {
        ("PYT", "done_on_time"): 3,
        ("PYT", "done_late"): 1,
        ("PYT", "in_progress_within"): 1,
        ("PYT", "in_progress_past"): 1,
        ("PYT", "not_started_within"): 1,
        ("PYT", "not_started_past"): 1,
    }


def test_an_obligation_is_overdue_from_midnight_in_vietnam(office: Store) -> None:
    last, first = datetime(2026, 3, 18, 16, 59, tzinfo=UTC), datetime(2026, 3, 18, 17, tzinfo=UTC)
    before, after = figures(office, last), figures(office, first)
    assert execution(before, "dondoc_obligations") == {("open",): 2}
    assert execution(before, "dondoc_obligations_missed") == {}
    assert execution(after, "dondoc_obligations") == {("open",): 1, ("overdue",): 1}
    assert execution(after, "dondoc_obligations_missed") == {("7d",): 1, ("30d",): 1, ("90d",): 1}


@pytest.mark.parametrize(("day", "in_window"), [(17, True), (23, True), (24, False)])
def test_a_window_holds_its_days_up_to_yesterday(office: Store, day: int, in_window: bool) -> None:
    """A fell due on the 16th, and is in the 7 days before each day from the 17th to the 23rd."""
    now = datetime(2026, 3, day, 12, 0, tzinfo=LOCAL)
    closed = execution(figures(office, now), "dondoc_obligations_closed")
    assert (("on_time", "7d") in closed) is in_window
    assert closed["on_time", "30d"] == 2


def test_a_fulfilment_counts_once_it_fell_due_and_not_before(store: Store) -> None:
    advance(store, law(), TODAY)
    task(store, "A", "2026-03-02", "2026-03-23", ("2026-03-13", DONE, {}))
    assert execution(figures(store), "dondoc_obligations_closed") == {}
    monday, tuesday = NOON + timedelta(days=3), NOON + timedelta(days=4)
    # Until midnight what is not done yet could still be.
    assert execution(figures(store, monday), "dondoc_obligations_closed") == {}
    assert execution(figures(store, tuesday), "dondoc_obligations_closed") == {
        ("on_time", "7d"): 1,
        ("on_time", "30d"): 1,
        ("on_time", "90d"): 1,
    }


def test_a_correction_moves_exactly_what_it_corrects(office: Store) -> None:
    before = figures(office)
    tell(office, "C", ("2026-03-19", DONE, {"completed_on": "2026-03-18"}))
    after = figures(office)
    changed = {
        (family, labels): (before[family].get(labels), after[family].get(labels))
        for family in before
        for labels in before[family].keys() | after[family].keys()
        if before[family].get(labels) != after[family].get(labels)
        and ("execution" in labels or family == "dondoc_tasks")
    }
    pyt, windows = ("PYT", "execution"), ("7d", "30d", "90d")
    on_time = {("7d", 1), ("30d", 2), ("90d", 3)}
    # A took 9 working days, B 10, G 6 over Tết, H 9 with a swapped Saturday; C takes 12.
    means = {("7d", 19 / 2, 31 / 3), ("30d", 25 / 3, 37 / 4), ("90d", 34 / 4, 46 / 5)}
    expected: dict[tuple[str, tuple[str, ...]], tuple[float | None, float | None]] = {
        ("dondoc_obligations", (*pyt, "overdue")): (1, None),
        ("dondoc_overdue_breaches", pyt): (1, None),
        **{
            (f"dondoc_oldest_{kind}_timestamp_seconds", pyt): (
                datetime(2026, 3, 18, 17, 0, tzinfo=UTC).timestamp(),
                None,
            )
            for kind in ("overdue", "breach")
        },
        **{("dondoc_obligations_missed", (*pyt, window)): (1, None) for window in windows},
        ("dondoc_breaches", (*pyt, "7d")): (2, 1),
        ("dondoc_breaches", (*pyt, "30d")): (3, 2),
        ("dondoc_breaches", (*pyt, "90d")): (3, 2),
        **{
            ("dondoc_obligations_closed", ("PYT", "on_time", "execution", window)): (n, n + 1)
            for window, n in on_time
        },
        **{
            ("dondoc_fulfilment_working_day_mean", ("execution", window)): (then, now)
            for window, then, now in means
        },
        ("dondoc_tasks", ("PYT", "not_started_past")): (1, None),
        ("dondoc_tasks", ("PYT", "done_on_time")): (3, 4),
    }
    assert changed == expected


def test_a_backfill_of_old_documents_moves_no_figure(office: Store) -> None:
    before = figures(office)
    backfill(office)
    # Reports that the bodies owe are there with and without the backfill.
    assert figures(office) == before


def test_what_is_never_a_breach_is_overdue_and_no_breach(store: Store) -> None:
    advance(store, law(), TODAY)
    task(store, "A", "2026-03-02", "2026-03-18", coordinating=["XDS"])
    found = figures(store)
    assert found["dondoc_obligations"]["XDS", "coordination", "overdue"] == 1
    assert found["dondoc_obligations_missed"]["XDS", "coordination", "7d"] == 1
    for family in ("breaches", "overdue_breaches", "oldest_breach_timestamp_seconds"):
        said = found[f"dondoc_{family}"]
        assert not [each for each in said if {"coordination", "review"} & set(each)], family
    assert execution(found, "dondoc_overdue_breaches") == {(): 1}


def test_a_late_fulfilment_that_is_excused_is_late_and_no_breach(store: Store) -> None:
    """Accepted two working days late: only a return within the day is demanded (6.2.b)."""
    advance(store, law(), TODAY)
    task(store, "A", "2026-03-16", "2026-04-10", ("2026-03-19", "task.accepted", {}))
    found = figures(store)
    assert found["dondoc_obligations_closed"]["PYT", "late", "review", "7d"] == 1
    assert ("PYT", "review", "7d") not in found["dondoc_breaches"]


def test_rules_without_a_clock_are_open_and_never_anything_else(store: Store) -> None:
    advance(store, law(), TODAY)
    task(store, "A", "2026-01-05", None)
    task(store, "B", "2026-01-05", None, ("2026-01-06", DONE, {}))
    found = figures(store)
    named = {
        (family, labels): value
        for family, samples in found.items()
        for labels, value in samples.items()
        if "open_execution" in labels and family != "dondoc_rule_info"
    }
    assert named == {("dondoc_obligations", ("PYT", "open_execution", "open")): 1}


def test_an_unknown_body_counts_as_unknown_and_is_flagged(office: Store) -> None:
    task(office, "X", "2026-03-02", "2026-03-18", lead=["XYZ", "ABC"])
    found = figures(office)
    assert execution(found, "dondoc_obligations", "unknown") == {("overdue",): 2}
    assert found["dondoc_tasks"]["unknown", "not_started_past"] == 2
    assert found["dondoc_flagged_streams"] == {("unknown_body",): 1}
    assert ("unknown", "unknown", "unknown") in found["dondoc_body_info"]


def test_a_successor_takes_over_what_its_predecessor_left(store: Store) -> None:
    advance(store, law(), TODAY)
    task(store, "A", "2026-03-02", "2026-03-18", lead="PNV")
    dissolved = datetime(2026, 7, 1, 12, 0, tzinfo=LOCAL)
    assert execution(figures(store), "dondoc_obligations", "PNV") == {("overdue",): 1}
    after = figures(store, dissolved)
    assert execution(after, "dondoc_obligations", "PNV") == {}
    assert execution(after, "dondoc_obligations", "SNV") == {("overdue",): 1}
    assert execution(after, "dondoc_obligations_missed", "PNV") == {}
    assert execution(after, "dondoc_overdue_breaches", "PNV") == {}
    assert execution(after, "dondoc_overdue_breaches", "SNV") == {(): 1}
    assert ("department", "Sở Nội vụ") in {labels[1:] for labels in after["dondoc_body_info"]}


def test_what_a_dissolved_body_has_closed_stays_with_it(store: Store) -> None:
    advance(store, law(), TODAY)
    done = ("2026-06-20", DONE, {"body": "PNV"})
    task(store, "A", "2026-06-01", "2026-06-18", done, lead="PNV")
    after = figures(store, datetime(2026, 7, 1, 12, 0, tzinfo=LOCAL))
    assert execution(after, "dondoc_obligations_closed", "SNV") == {}
    assert execution(after, "dondoc_obligations_closed", "PNV")["late", "30d"] == 1
    assert "PNV" in {labels[0] for labels in after["dondoc_body_info"]}


def test_documents_that_lack_a_field_are_counted_by_field(store: Store) -> None:
    tell(
        store,
        "A",
        ("2026-03-02", ISSUED, {"task_count": 1, "signer": None}),
        ("2026-03-02", TASK, {"due_on": "2026-03-18", "officer": None}),
    )
    assert figures(store)["dondoc_documents_incomplete"] == {("signer",): 1, ("officer",): 1}


def test_time_to_classify_is_told_in_working_days(store: Store) -> None:
    """Issued on a Friday: classified on Monday, and on Tuesday."""
    advance(store, law(), TODAY)
    for document, classified in (("A", "2026-03-16"), ("B", "2026-03-17")):
        told = (classified, "document.classified", {"task_count": 0})
        tell(store, document, ("2026-03-13", ISSUED, {}), told)
    means = figures(store)["dondoc_fulfilment_working_day_mean"]
    assert {window: means["classification", window] for window in ("7d", "30d", "90d")} == {
        "7d": 1.5,
        "30d": 1.5,
        "90d": 1.5,
    }


def test_two_instances_on_one_database_give_the_same_page(office: Store) -> None:
    first, second = (
        render(ComplianceCollector(law(), read(office, law(), NOON)).collect()) for _ in range(2)
    )
    assert first == second


def test_a_day_that_the_scheduler_has_not_reached_yet_counts_already(office: Store) -> None:
    """What Monday opens is projected for the figures, and written by nobody."""
    monday = NOON + timedelta(days=3)
    ahead = figures(office, monday)
    advance(office, law(), local_date(monday))
    assert ahead == figures(office, monday)
    assert ahead["dondoc_obligations"]["PYT", "explanation", "open"] > 0
