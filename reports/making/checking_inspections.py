"""Counts the figures of a summary of inspections again, from what `dondoc list` shows.

What has ended has obligations: its report (16.2) and its dossier (17). What was only decided has
none, and is not counted again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from ...rules.law import Law
from ...rules.obligations import MET, MET_LATE, OVERDUE, VOID
from ...storage.questions.queries import Filter, as_object, obligations
from ...storage.transaction import Transaction
from ..report import Report
from .duties import duties_of

OWED = frozenset(
    {
        *("inspections_ended", "results_due", "results_on_time", "results_late"),
        *("results_missing", "dossiers_complete", "dossiers_incomplete"),
    }
)
"""The figures that are counted again."""
_OF_RESULTS = {MET: "results_on_time", MET_LATE: "results_late", OVERDUE: "results_missing"}


def inspections_again(
    tx: Transaction, law: Law, report: Report
) -> Mapping[str, Mapping[str, Counter[str]]]:
    """By body and key what the list has: ids of obligations, of what has ended its subject."""
    duties, day = duties_of(law.regulations), report.as_of
    first, last = report.period.first.isoformat(), day.isoformat()
    found: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for rule in sorted(duties.inspecting | duties.dossiers):
        for each in obligations(tx, law, day, Filter(rule=rule), report.known_at):
            shown = as_object(each, law.directory, day)
            of_body = found[each.counted_under(law.directory, day)]
            ended_within = first <= shown["opened_on"] <= last
            if rule in duties.dossiers:
                done = shown["state"] in (MET, MET_LATE)
                key = "dossiers_complete" if done else "dossiers_incomplete"
                of_body[key][each.id] += ended_within
                continue
            of_body["inspections_ended"][each.subject] += ended_within
            if shown["due"] and first <= shown["due"] <= last and shown["state"] != VOID:
                of_body["results_due"][each.id] += 1
                if shown["state"] in _OF_RESULTS:
                    of_body[_OF_RESULTS[shown["state"]]][each.id] += 1
    return found
