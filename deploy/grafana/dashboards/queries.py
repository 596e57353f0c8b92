"""What the dashboards ask of Prometheus about compliance, each figure in one place.

They read the recorded series of deploy/prometheus/recording.yml, which are the same however many
instances there are. A figure that can be zero is given as zero, since Prometheus leaves it out.
"""

from __future__ import annotations

from .look import UNIT, UNKNOWN

OF_UNIT = f'dondoc_unit="${UNIT}"'
"""The figures of the unit that is chosen; of those without the label where none has it."""
OF_EVERY_UNIT = 'dondoc_unit!=""'
"""Those of all units that are told apart."""


def series(name: str, *labels: str) -> str:
    """The series *name* of the chosen unit, with further *labels*."""
    return f"{name}{{{', '.join((*labels, OF_UNIT))}}}"


NAMES = (
    f"label_replace(max by (body, name) ({series('dondoc:body:info')}),"
    f' "name", "{UNKNOWN}", "name", "unknown")'
)
"""1 for each body, with its name."""
UNITS = f"max by (dondoc_unit) (last_over_time(dondoc:consumer:up{{{OF_EVERY_UNIT}}}[1d]))"
"""A series for each unit whose figures have come in the last day."""


def days_since(oldest: str) -> str:
    """For how many calendar days what became overdue at *oldest* has been so."""
    return f"floor((time() - {oldest}) / 86400)"


RULES = (
    "label_replace(label_join(max by (rule, regulation, cite, title, lateness)"
    f" ({series('dondoc:rule:info')}),"
    ' "name", " (", "title", "cite"), "name", "$1)", "name", "(.+)")'
)
"""1 for each rule, with its name: what it demands, with the article in brackets."""


def by_rule(expression: str) -> str:
    """*expression* with no labels but the rule, its name, the regulation that it is of and what
    lateness is by it, so that columns of a table fit together."""
    named = f"group_left (name, regulation, lateness) {RULES}"
    return f"max by (rule) ({expression}) * on (rule) {named}"


def by_name(expression: str) -> str:
    """*expression* with no labels but the body and its name."""
    return f"max by (body) ({expression}) * on (body) group_left (name) {NAMES}"


def or_zero(expression: str) -> str:
    """*expression*, and 0 where the service answers and has nothing to count."""
    return f"{expression} or 0 * max ({series('dondoc_snapshot_age_seconds')})"


def by_unit(expression: str) -> str:
    """*expression*, a sum, with no label but the unit."""
    return f"sum by (dondoc_unit) ({expression})"
