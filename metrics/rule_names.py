"""What each rule that figures are counted under is called, for Prometheus.

Dashboards show names by these labels, so that no JSON knows a regulation. They are bounded by the
rules of the regulations, and by what is stored under rules that these no longer have.
"""

from __future__ import annotations

from datetime import date

from prometheus_client.metrics_core import Metric

from ..rules.law import Law
from ..rules.rule import Rule
from ..storage.questions.figures import Figures
from .families import UNKNOWN, family


def rule_names(law: Law, found: Figures, day: date) -> Metric:
    """1 for each rule of the regulations in force on the local *day*, and of those before under
    which a figure of *found* stands. What several call differently is named by the one in force."""
    keys = (*found.obligations, *found.closed, *found.missed, *found.breaches)
    counted = {str(key[0]) for key in keys}
    named = {id_: (id_, UNKNOWN, UNKNOWN, id_, UNKNOWN) for id_ in counted}
    shown = law.regulations.shown_on(day)
    for regulation in (*law.regulations.all, *reversed(shown)):
        for rule in regulation.rules:
            if regulation in shown or rule.id in counted:
                of = (regulation.id, rule.cite, rule.title)
                named[rule.id] = (rule.id, *of, _lateness(rule))
    return family(
        "dondoc_rule_info",
        "What each rule that figures are counted under is called, where it stands, and whether"
        " lateness is a breach.",
        ("rule", "regulation", "cite", "title", "lateness"),
        ((labels, 1) for labels in named.values()),
    )


def _lateness(rule: Rule) -> str:
    """Whether lateness of *rule* is a breach: "breach", "sometimes", "never"; "no_term"."""
    if not rule.has_clock:
        return "no_term"
    counting = {term.breach for term in rule.periods} or {True}
    if not rule.breach or counting == {False}:
        return "never"
    return "sometimes" if rule.breach_met_by or False in counting else "breach"
