"""What the dashboards ask of Prometheus about compliance, each figure in one place.

They read the recorded series of deploy/prometheus/recording.yml, which are the same however many
instances there are. A figure that can be zero is given as zero, since Prometheus leaves it out.
"""

from __future__ import annotations

WINDOWS = {"7d": "7 ngày", "30d": "30 ngày", "90d": "90 ngày"}
NAMES = "max by (body, name) (dondoc:body:info)"


def share(window: str) -> str:
    """The share on time of all that fell due in *window*: of the unit."""
    return f'dondoc_all:on_time:ratio{{window="{window}"}}'


def breaches(window: str) -> str:
    """How many breaches of the unit fell due in *window*."""
    return f'sum (dondoc_body:breaches:count{{window="{window}"}})'


def open_obligations(where: str = "") -> str:
    """How many obligations are open and not overdue."""
    chosen = ", ".join(each for each in ('state="open"', where) if each)
    return f"sum (dondoc:obligations:count{{{chosen}}})"


def open_by_rule(where: str) -> str:
    """How many obligations are open and not overdue, by rule."""
    return f'sum by (rule) (dondoc:obligations:count{{state="open", {where}}})'


def days_since(oldest: str) -> str:
    """For how many days the *oldest* overdue obligation has been overdue."""
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
