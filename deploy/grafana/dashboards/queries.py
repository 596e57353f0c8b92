"""What the dashboards ask of Prometheus about compliance, each figure in one place.

They read the recorded series of deploy/prometheus/recording.yml, which are the same however many
instances there are. A figure that can be zero is given as zero, since Prometheus leaves it out.
"""

from __future__ import annotations

from .look import UNKNOWN

NAMES = (
    f'label_replace(max by (body, name) (dondoc:body:info), "name", "{UNKNOWN}", "name", "unknown")'
)
"""1 for each body, with its name."""


def days_since(oldest: str) -> str:
    """For how many calendar days what became overdue at *oldest* has been so."""
    return f"floor((time() - {oldest}) / 86400)"


def by_rule(expression: str) -> str:
    """*expression* with no label but the rule, so that columns of a table fit together."""
    return f"max by (rule) ({expression})"


def by_name(expression: str) -> str:
    """*expression* with no labels but the body and its name."""
    return f"max by (body) ({expression}) * on (body) group_left (name) {NAMES}"


def or_zero(expression: str) -> str:
    """*expression*, and 0 where the service answers and has nothing to count."""
    return f"{expression} or 0 * max (dondoc_snapshot_age_seconds)"
