"""Settings: one TOML file, every key also in the environment, secrets also from files.

`dondoc.toml` in the current directory is read where it exists, or the file that --config
names. `[broker] url` is `DONDOC_BROKER_URL` in the environment, which wins; with `_FILE` behind
its name the value is read from that file, as systemd and compose hand secrets over. Unknown
keys are refused by name. Nothing here opens a connection or knows what a value is used for.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from ..rules.places import FileError, Place

EARLIEST, LATEST = date(1990, 1, 1), date(2199, 12, 31)
"""Between which the contract's dates lie."""
DEFAULT_FILE = Path("dondoc.toml")
_PREFIX = "DONDOC_"
_SAMPLE = "sample"
_T = TypeVar("_T")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
"""With the halves of surrogate pairs, as which the environment shows what is not UTF-8."""
_LONGEST_NAME = 255
"""Bytes; a limit of AMQP 0-9-1."""


@dataclass(frozen=True)
class BrokerSettings:
    """Where the broker is. ``names`` are those of contract.md's objects that were changed."""

    url: str = field(default="amqp://guest:guest@127.0.0.1:5672/", repr=False)
    management_url: str | None = field(default=None, repr=False)
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class TrackingSettings:
    """What is tracked, and by which files; empty where the product's own are meant.

    ``bodies`` is the directory's file, or "sample" for the sample's own.
    """

    since: date | None = None
    regulations: tuple[Path, ...] = ()
    calendars: tuple[Path, ...] = ()
    bodies: Path | str | None = None
    reminders: Path | None = None


@dataclass(frozen=True)
class LimitSettings:
    """What one event, and one stream of events, may be at most."""

    body_bytes: int = 1024 * 1024
    nesting: int = 64
    list_items: int = 1000
    named_bodies: int = 200
    history: int = 10_000


@dataclass(frozen=True)
class Settings:
    """All settings; ``file`` is where they came from, for messages."""

    file: str = "settings"
    broker: BrokerSettings = field(default_factory=BrokerSettings)
    database_url: str = field(default="sqlite:///dondoc.db", repr=False)
    metrics_listen: str = "127.0.0.1:9464"
    tracking: TrackingSettings = field(default_factory=TrackingSettings)
    limits: LimitSettings = field(default_factory=LimitSettings)


_KEYS: Mapping[str, tuple[str, ...]] = {
    "broker": ("url", "management_url", "names"),
    "database": ("url",),
    "metrics": ("listen",),
    "tracking": ("since", "regulations", "calendars", "bodies", "reminders"),
    "limits": ("body_bytes", "nesting", "list_items", "named_bodies", "history"),
}
_NAMES = ("source", "events", "dead", "reminders", "unrouted")


def load_settings(file: Path | None, environment: Mapping[str, str]) -> Settings:
    """The settings of *file* (None: `dondoc.toml` where it exists) and of *environment*.

    Raises FileError, one line that names the file or variable and the key.
    """
    if file is None and not DEFAULT_FILE.exists():
        label, values, base = "settings", {}, Path()
    else:
        path = file or DEFAULT_FILE
        label, values, base = str(path), read_toml(path), path.parent
    return _parse(_overlaid(values, environment), label, base)


def read_toml(path: Path) -> dict[str, Any]:
    """The parsed TOML of *path*; FileError where it cannot be read."""
    try:
        with path.open("rb") as stream:
            return tomllib.load(stream)
    except FileNotFoundError:
        raise FileError(f"{path}: there is no such file") from None
    except OSError as error:
        raise FileError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError:
        raise FileError(f"{path}: is not UTF-8 text; save it as UTF-8") from None
    except RecursionError:
        raise FileError(f"{path}: is nested too deep") from None
    except ValueError as error:
        # TOMLDecodeError, or what Python says of a number with thousands of digits.
        raise FileError(f"{path}: is not valid TOML: {error}") from error


def _overlaid(values: Mapping[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    """*values* with what the environment says in their place."""
    overlaid = {
        section: dict(table) if isinstance(table, Mapping) else table
        for section, table in values.items()
    }
    for name, (section, *keys) in _variables().items():
        text = _variable(name, environment)
        if text is None:
            continue
        table: Any = overlaid
        for key in (section, *keys[:-1]):
            table = table.setdefault(key, {}) if isinstance(table, dict) else table
        # What is no table is refused by its place in the file.
        if isinstance(table, dict):
            table[keys[-1]] = _typed(name, section, keys[-1], text)
    known = {spelling for name in _variables() for spelling in (name, f"{name}_FILE")}
    for name in sorted(environment):
        if name.startswith(_PREFIX) and name not in known:
            choice = ", ".join(sorted(_variables()))
            raise FileError(f"{name}: is no setting; known are {choice}")
    return overlaid


def _variables() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for section, keys in _KEYS.items():
        for key in keys:
            if key == "names":
                for name in _NAMES:
                    found[f"{_PREFIX}BROKER_NAMES_{name}".upper()] = (section, key, name)
            else:
                found[f"{_PREFIX}{section}_{key}".upper()] = (section, key)
    return found


def _variable(name: str, environment: Mapping[str, str]) -> str | None:
    if name in environment:
        return environment[name]
    path = environment.get(f"{name}_FILE")
    if path is None:
        return None
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        # Somebody may have given the URL itself, with its password.
        named = "what it names" if "@" in path or "://" in path else path
        raise FileError(f"{name}_FILE: {named} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        # Without its cause, which quotes the bytes of what may be a password.
        raise FileError(f"{name}_FILE: {path} is not UTF-8 text; save it as UTF-8") from None


def _typed(name: str, section: str, key: str, text: str) -> Any:
    """A variable's text as the type that the file would have."""
    kind = "a date such as 2026-01-02" if key == "since" else "a whole number"
    try:
        if key == "since":
            return date.fromisoformat(text)
        if section == "limits":
            return int(text)
    except ValueError:
        raise FileError(f"{name}: must be {kind}, not {text!r}") from None
    if key in ("regulations", "calendars"):
        return [path for path in text.split(os.pathsep) if path]
    return text


def _parse(values: Mapping[str, Any], label: str, base: Path) -> Settings:
    file = Place(label, "", values)
    file.only(*_KEYS)
    for section, keys in _KEYS.items():
        place = file.find(section)
        if place is not None:
            place.only(*keys)
    defaults = Settings()
    return Settings(
        file=label,
        broker=BrokerSettings(
            url=_text(file, "broker", "url") or defaults.broker.url,
            management_url=_text(file, "broker", "management_url"),
            names=_names(file),
        ),
        database_url=_text(file, "database", "url") or defaults.database_url,
        metrics_listen=_text(file, "metrics", "listen") or defaults.metrics_listen,
        tracking=TrackingSettings(
            since=_value(file, "tracking", "since", _since),
            regulations=_paths(file, "regulations", base),
            calendars=_paths(file, "calendars", base),
            bodies=_bodies(file, base),
            reminders=_path(file, "tracking", "reminders", base),
        ),
        limits=LimitSettings(
            body_bytes=_integer(file, "body_bytes", 1024, 128 * 1024 * 1024),
            nesting=_integer(file, "nesting", 4, 256),
            # More than the contract allows would not help: its schemas refuse it.
            list_items=_integer(file, "list_items", 10, 1000),
            named_bodies=_integer(file, "named_bodies", 10, 1000),
            history=_integer(file, "history", 10, 1_000_000),
        ),
    )


def _value(file: Place, section: str, key: str, take: Callable[[Place], _T]) -> _T | None:
    table = file.find(section)
    place = table.find(key) if table else None
    return take(place) if place else None


def _since(place: Place) -> date:
    day = place.date()
    if not EARLIEST <= day <= LATEST:
        raise place.error(f"must lie between {EARLIEST} and {LATEST}, not {day}")
    return day


def _exact(place: Place) -> str:
    """The text that stands at *place*, as it stands: a file's name and a password may hold what
    a text for people would lose. Nothing of it gets into an error."""
    text = place.value.strip() if isinstance(place.value, str) else ""
    if not text:
        raise place.error("must be a text that is not empty")
    if _CONTROL.search(text):
        raise place.error("must be one line of UTF-8, without control characters")
    return text


def _text(file: Place, section: str, key: str) -> str | None:
    return _value(file, section, key, _exact)


def _path(file: Place, section: str, key: str, base: Path) -> Path | None:
    return _value(file, section, key, lambda place: base / _exact(place))


def _paths(file: Place, key: str, base: Path) -> tuple[Path, ...]:
    def take(place: Place) -> tuple[Path, ...]:
        several = place.items() if isinstance(place.value, list) else (place,)
        return tuple(base / _exact(each) for each in several)

    return _value(file, "tracking", key, take) or ()


def _bodies(file: Place, base: Path) -> Path | str | None:
    text = _text(file, "tracking", "bodies")
    return text if text in (None, _SAMPLE) else base / Path(text)


def _names(file: Place) -> dict[str, str]:
    place = _value(file, "broker", "names", lambda place: place)
    if place is None:
        return {}
    place.only(*_NAMES)
    names = {name: _exact(place.at(name)) for name in place.table()}
    for name, used in names.items():
        if len(used.encode(errors="replace")) > _LONGEST_NAME:
            raise place.at(name).error(f"must be at most {_LONGEST_NAME} bytes long")
    return names


def _integer(file: Place, key: str, least: int, most: int) -> int:
    found = _value(file, "limits", key, lambda place: place.integer(least, most))
    default: int = getattr(LimitSettings(), key)
    return default if found is None else found
