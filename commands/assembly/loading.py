"""Loads the law from files: the product's own, or those that the settings name.

Reading files is all that happens here; what they mean is decided in `rules`. The result is one
value, handed to whoever needs it; nothing is kept in the process.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

from ... import rules, sample
from ...rules.calendar import Calendar, build_calendar
from ...rules.directory import Directory
from ...rules.in_force import Regulations
from ...rules.law import Law
from ...rules.local_time import LOCAL, zone_called
from ...rules.places import FileError
from ...rules.reading.calendar import parse_layer
from ...rules.reading.directory import parse_directory
from ...rules.reading.lines import rule_lines
from ...rules.reading.policy import parse_policy
from ...rules.reading.policy_checks import PolicyFinding, policy_findings
from ...rules.reading.regulation import parse_regulation
from ...rules.reading.regulation_hours import require_hours
from ...rules.reading.side_by_side import together
from ...rules.reading.texts import parse_texts
from ...rules.regulation import Regulation
from ...rules.reminding.policy import Policy
from ...rules.wording import Texts
from .reading import read_text, read_toml, telling_lines
from .settings import SHIPPED, TrackingSettings

REGULATION = "regulations/02-2015-qd-ubnd.toml"
MODEL = "regulations/commune-2025.toml"
"""A regulation for a commune, to be copied and adapted."""
CALENDAR = "calendars/vietnam.toml"
POLICY = "policies/default.toml"


def load_law(tracking: TrackingSettings, directory: Directory) -> Law:
    """The law by the files that *tracking* names, for the bodies of *directory*.

    Raises FileError, one line that names the file, the place in it and what to mend.
    """
    regulations = load_regulations(tracking.regulations)
    calendar = load_calendar(tracking.calendars)
    require_hours(regulations, calendar)
    return Law(
        regulations=regulations,
        calendar=calendar,
        directory=directory,
        policy=load_policy(tracking.reminders),
    )


def load_regulation(path: Path) -> Regulation:
    """The regulation in *path*. Raises FileRefused with every fault of it and the line of each."""
    with telling_lines(path):
        return parse_regulation(read_toml(path), str(path))


def load_regulations(named: Sequence[Path | str]) -> Regulations:
    """The regulations *named*, files or `SHIPPED`; that which ships where none is."""
    paths = [packaged(REGULATION) if each == SHIPPED else Path(each) for each in named]
    if not paths:
        return together([(parse_regulation(_packaged(REGULATION), REGULATION), REGULATION)])
    read = [(load_regulation(path), str(path)) for path in paths]
    if len(paths) == 1:
        return together(read)  # no other whose rules could stand in conflict with its own
    return together(read, {str(path): rule_lines(read_text(path, str(path))) for path in paths})


def load_calendar(paths: Sequence[Path]) -> Calendar:
    """The product's calendar, corrected by the office's *paths* in their order."""
    layers = [parse_layer(_packaged(CALENDAR), CALENDAR)]
    with telling_lines(*paths):
        layers += [parse_layer(read_toml(path), str(path)) for path in paths]
        calendar = build_calendar(*layers)
    LOCAL.follow(calendar.zone)
    return calendar


def follow_zone(paths: Sequence[Path]) -> None:
    """Have local time be that of the office's calendars *paths*, before one of them is loaded; what
    is wrong with them is told when they are."""
    for path in paths:
        with suppress(FileError):
            zone = read_toml(path).get("zone")
            if isinstance(zone, str) and zone_called(zone) is not None:
                LOCAL.follow(zone)


def load_directory(bodies: Path | str | None) -> Directory | None:
    """The directory of bodies in the file *bodies*, "sample" for the sample's; None for none."""
    if bodies is None:
        return None
    if isinstance(bodies, Path):
        with telling_lines(bodies):
            return parse_directory(read_toml(bodies), str(bodies))
    resource = files(sample).joinpath("bodies.toml")
    return parse_directory(
        tomllib.loads(resource.read_text(encoding="utf-8")), "sample/bodies.toml"
    )


def load_policy(path: Path | None) -> Policy:
    """The reminder policy in *path*, or the product's own."""
    with telling_lines(*([path] if path else [])):
        return parse_policy(*_policy_file(path))


def check_policy(
    path: Path | None, regulations: Regulations, directory: Directory | None, today: date
) -> list[PolicyFinding]:
    """What is odd in the reminder policy in *path*, or in the product's own, as
    `rules.reading.policy_checks` has it. The product's own names rules of the regulation that
    ships; that another has none of those ids says nothing against either, and of a copy of it
    nothing is wrong by that."""
    with telling_lines(*([path] if path else [])):
        found = policy_findings(*_policy_file(path), regulations, directory, today)
    if path is None:
        return [each for each in found if each.what != "no_rule"]
    own = policy_findings(_packaged(POLICY), POLICY, regulations, directory, today)
    unknown = {each.values["rule"] for each in own if each.what == "no_rule"}
    return [
        replace(each, wrong=False)
        if each.what == "no_rule" and each.values["rule"] in unknown
        else each
        for each in found
    ]


def _policy_file(path: Path | None) -> tuple[dict[str, Any], str]:
    return (_packaged(POLICY), POLICY) if path is None else (read_toml(path), str(path))


def packaged(name: str) -> Path:
    """The file *name* of the product's own, as it is installed here."""
    return Path(str(files(rules).joinpath(*name.split("/"))))


def _packaged(name: str) -> dict[str, Any]:
    return tomllib.loads(packaged(name).read_text(encoding="utf-8"))


def load_texts(language: str = "vi") -> Texts:
    """What people read, in *language*: "vi" or "en"."""
    name = f"texts/{language}.toml"
    return parse_texts(_packaged(name), name)
