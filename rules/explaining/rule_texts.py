"""The texts by which a rule is said in words (`rule_words`), with the braces that they may have."""

from __future__ import annotations

from collections.abc import Mapping

from ..periods import PERIODS_IN_A_YEAR
from ..rule import BACK, COUNTED_KINDS, FORWARD

RULE_TEXTS: Mapping[str, str] = {
    "off": "reason",
    "added_task": "",
    "after_deadline": "",
    "overdue": "rule",
    "met": "rule",
    "no_term": "",
    "tasks_assigned": "",
    "complete": "fields",
    "nothing": "",
    "in_period": "period due",
    "weekday_of": "weekday week",
    "working_hours": "number",
    "until": "term time",
    "paused": "due begins ends",
    "paused_days": "due most",
    "paused_hours": "due number",
    "days_of_either": "days",
    "silence": "",
    "silence_unless": "events",
    "completion": "",
    "not": "condition",
    **{f"rolls.{way}": "term" for way in (FORWARD, BACK)},
    "only": "every numbers",
    "last_day_of": "month",
    "day_of": "day month",
    "all_of_them": "",
    "gathered": "field values",
    "where": "field values",
    "limited": "said limits",
    "term.data_date": "",
    **{f"term.{kind}": "number start" for kind in COUNTED_KINDS},
    **{f"before.{kind}": "number start" for kind in COUNTED_KINDS},
    **{f"every.{every}": "" for every in PERIODS_IN_A_YEAR},
}
"""By what stands behind `explain.rule.`."""
