"""The settings that the environment gives: each key's variable, and its text as a file's value.

A text may also come from a file that the variable with `_FILE` behind its name names. Variables
with our prefix that are no setting are refused by name. What a value may be is not looked at here.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from ...rules.places import FileError
from .reading import read_text

_PREFIX = "DONDOC_"

KEYS: Mapping[str, tuple[str, ...]] = {
    "broker": ("url", "url_file", "management_url", "binding", "sources", "names"),
    "database": ("url",),
    "metrics": ("listen",),
    "tracking": ("unit", "since", "regulations", "calendars", "bodies", "reminders"),
    "reminders": ("keep_words", "catch_up"),
    "limits": (
        *("body_bytes", "nesting", "list_items", "named_bodies", "history", "in_hand_bytes"),
        "hot_streams_bytes",
    ),
    "mail": (
        *("listen", "host", "port", "tls", "ca_file", "user", "password", "timeout", "per_minute"),
        *("sender", "sender_name", "reply_to", "list_id", "pages", "at", "single", "single_limit"),
    ),
    "ui": ("lang",),
    "report": (
        *("parent", "organ", "place", "symbol"),
        *("signing", "signer_title", "signer_name", "addressees", "recipients"),
        *("site", "site_group"),
    ),
}
"""The keys of each section of the settings."""
PAGER = "DONDOC_PAGER"
"""No setting: which pager one person at a terminal wants, as in PAGER."""
CONFIG = "DONDOC_CONFIG"
"""No setting: which file they stand in."""
NAMES = ("source", "events", "dead", "reminders", "unrouted", "mail")
"""The keys of `[broker] names`."""


_NUMBERS = frozenset(("mail", key) for key in ("port", "timeout", "per_minute", "single_limit"))


@dataclass(frozen=True)
class Given:
    """A setting in the environment: ``variable`` as it was given, with the name of the ``file``
    where the text stood in one."""

    variable: str
    keys: tuple[str, ...]
    text: str = field(repr=False)
    file: str | None = None


def given_in(environment: Mapping[str, str]) -> dict[str, Given]:
    """The settings of *environment* by their dotted keys."""
    found = {}
    for name, keys in variables().items():
        path = environment.get(f"{name}_FILE")
        if name in environment and path is not None:
            raise FileError.of(
                "both_set", "{name} and {name}_FILE are both set; leave one of them out", name=name
            )
        if name in environment:
            given = Given(name, keys, environment[name].removeprefix("\ufeff"))
        elif path is not None:
            # Somebody may have given the URL itself, with its password.
            shown = "" if "@" in path or "://" in path else f": {path}"
            text = read_text(Path(path), f"{name}_FILE{shown}").strip()
            given = Given(f"{name}_FILE", keys, text, path)
        else:
            continue
        found[".".join(keys)] = given
    known = {spelling for name in variables() for spelling in (name, f"{name}_FILE")}
    for name in sorted(environment):
        if name.startswith(_PREFIX) and name not in (*known, PAGER, CONFIG):
            choice = ", ".join(sorted(variables()))
            raise FileError.of(
                "no_setting", "{name}: is no setting; known are {known}", name=name, known=choice
            )
    return found


def overlaid(values: Mapping[str, Any], given: Mapping[str, Given]) -> dict[str, Any]:
    """*values* with what the environment says in their place."""
    whole = {
        section: dict(table) if isinstance(table, Mapping) else table
        for section, table in values.items()
    }
    for each in given.values():
        table: Any = whole
        for key in each.keys[:-1]:
            table = table.setdefault(key, {}) if isinstance(table, dict) else table
        # What is no table is refused by its place in the file.
        if isinstance(table, dict):
            table[each.keys[-1]] = _typed(each)
    return whole


def variables() -> dict[str, tuple[str, ...]]:
    """The variables that are read, each with the keys of its setting."""
    found: dict[str, tuple[str, ...]] = {}
    for section, keys in KEYS.items():
        for key in keys:
            if key == "names":
                for name in NAMES:
                    found[f"{_PREFIX}BROKER_NAMES_{name}".upper()] = (section, key, name)
            elif key != "url_file":  # its variable is that of the URL with _FILE
                found[f"{_PREFIX}{section}_{key}".upper()] = (section, key)
    return found


def _typed(given: Given) -> Any:
    """A variable's text as the type that the file would have."""
    section, key = given.keys[0], given.keys[-1]
    kind = "a date such as 2026-01-02" if key == "since" else "a whole number"
    try:
        if key == "since":
            return date.fromisoformat(given.text)
        if section == "limits" or key == "keep_words" or (section, key) in _NUMBERS:
            return int(given.text)
    except ValueError:
        raise FileError(f"{given.variable}: must be {kind}, not {given.text!r}") from None
    if key in ("regulations", "calendars"):
        return [path for path in given.text.split(os.pathsep) if path]
    if key in ("binding", "sources", "addressees", "recipients", "single"):
        return [line.strip() for line in given.text.split(";") if line.strip()]
    return given.text
