"""The words of officials' documents, in Vietnamese: reports/texts/vi.toml, and nothing else.

A label stands there once, whatever form it is shown in. It must never be asked for a text that an
event said.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from ..rules.events import LOCAL
from ..rules.moments import SoFar
from .report import INSPECTION_SUMMARY, Report


@cache
def texts() -> Mapping[str, str]:
    """Every text by its dotted key ("figure.assigned")."""
    resource = files(__package__).joinpath("texts", "vi.toml")
    return dict(_flat(tomllib.loads(resource.read_text(encoding="utf-8")), ""))


def said(key: str, **values: object) -> str:
    """The text of *key* with *values* in its braces."""
    return texts()[key].format_map(values)


def label(section: str, key: str) -> str:
    """The label of *key* in *section* ("figure", "column", "table"); the key where it has none."""
    return texts().get(f"{section}.{key}", key)


def short_date(day: date) -> str:
    """*day* as tables have it, 09/02/2026."""
    return f"{day:%d/%m/%Y}"


def day_cell(day: date) -> str:
    """*day* in a cell, with the time of the clock where a moment of it is meant: "14:00
    09/02/2026"."""
    at = day.at if isinstance(day, SoFar) else None
    return short_date(day) if at is None else f"{at.astimezone(LOCAL):%H:%M} {short_date(day)}"


def long_date(day: date) -> str:
    """*day* as sentences have it: "ngày 09 tháng 02 năm 2026", with a nought before the days 1 to
    9 and the months 1 and 2."""
    month = f"{day.month:02}" if day.month < 3 else str(day.month)
    return said("date.long", day=f"{day.day:02}", month=month, year=day.year)


def period_title(report: Report) -> str:
    """The period of *report* in words: "tháng 10 năm 2026", or from one day to another."""
    period = report.period
    year, _, part = period.name.partition("-")
    if not year:
        return said("period.days", first=short_date(period.first), last=short_date(period.last))
    if not part:
        return said("period.year", year=year)
    if part[0] == "W":
        return said("period.week", week=int(part[1:]), year=year)
    if part[0] in "QH":
        kind = "quarter" if part[0] == "Q" else "half_year"
        return said(f"period.{kind}{part[1]}", year=year)
    return said("period.month", month=int(part) if int(part) > 2 else part, year=year)


def title(report: Report) -> str:
    """What *report* is called."""
    names = ", ".join(report.givers)
    given = said("title.given_by", givers=names) if names else said("title.given")
    return said(f"title.{report.kind}", given=given)


def nothing_line(report: Report) -> str:
    """The line that says that nothing of the kind happened in the period; empty where some did."""
    if not report.is_empty:
        return ""
    inspected = report.kind == INSPECTION_SUMMARY
    return said("head.nothing_inspected" if inspected else "head.nothing")


def head_lines(report: Report) -> list[str]:
    """What *report* says of itself: whose, for which days, as of when, when it was made."""
    period = report.period
    days = {"first": short_date(period.first), "last": short_date(period.last)}
    covers = "head.covers" if period.name else "head.covers_days"
    known, made = (
        f"{each.astimezone(LOCAL):%d/%m/%Y %H:%M}" for each in (report.known_at, report.made_at)
    )
    whose = [body.name for body in report.bodies] if report.body is not None else [report.unit]
    return [
        *whose,
        said(covers, period=period_title(report), **days),
        said("head.so_far" if report.so_far else "head.as_of", as_of=short_date(report.as_of)),
        said("head.made", made_at=made, known_at=known),
        *archived_lines(report),
    ]


def archived_lines(report: Report) -> list[str]:
    """That something of the period is in no figure, where it is archived."""
    return [said("head.archived", number=report.archived)] if report.archived else []


def _flat(table: Mapping[str, Any], under: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in table.items():
        name = f"{under}.{key}" if under else key
        found += _flat(value, name) if isinstance(value, Mapping) else [(name, str(value))]
    return found
