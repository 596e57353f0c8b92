"""Settings: one TOML file, every key also in the environment, secrets also from files.

`dondoc.toml` in the current directory is read where it exists, or the file that --config
names. `[broker] url` is `DONDOC_BROKER_URL` in the environment, which wins; with `_FILE` behind
its name the value is read from that file, as systemd and compose hand secrets over. Unknown
keys are refused by name. Nothing here opens a connection or knows what a value is used for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from ...reports.letterhead import Letterhead
from ...rules.places import Place
from ...rules.reminding.catch_up import CatchUp
from .environment import KEYS, NAMES, Given, given_in, overlaid
from .reading import read_toml

EARLIEST, LATEST = date(1990, 1, 1), date(2199, 12, 31)
"""Between which the contract's dates lie."""
DEFAULT_FILE = Path("dondoc.toml")
LANGUAGES = ("en", "vi")
"""What the command line can speak."""
_SAMPLE = "sample"
_LISTS = ("addressees", "recipients")
"""Of `[report]`."""
_T = TypeVar("_T")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ufeff\ud800-\udfff]")
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
class ReminderSettings:
    """``keep_words``: days for which it is kept what reminders said. ``catch_up``: what becomes of
    what came before the first start."""

    keep_words: int = 366
    catch_up: CatchUp = CatchUp.DIGEST


@dataclass(frozen=True)
class LimitSettings:
    """What one event, and one stream of events, may be at most."""

    body_bytes: int = 1024 * 1024
    nesting: int = 64
    list_items: int = 1000
    named_bodies: int = 200
    history: int = 10_000


@dataclass(frozen=True)
class SiteSettings:
    """Where the static pages stand, and for which group; None: no setting says it."""

    directory: Path | None = None
    group: str | None = None


@dataclass(frozen=True)
class Settings:
    """All settings.

    ``file`` is where they came from, for messages, and ``variables`` those that came from the
    environment, by their keys ("limits.history"). ``files`` are all that were read.
    """

    file: str = "settings"
    variables: Mapping[str, str] = field(default_factory=dict, compare=False)
    files: tuple[Path, ...] = field(default=(), compare=False)
    broker: BrokerSettings = field(default_factory=BrokerSettings)
    database_url: str = field(default="sqlite:///dondoc.db", repr=False)
    metrics_listen: str = "127.0.0.1:9464"
    tracking: TrackingSettings = field(default_factory=TrackingSettings)
    reminders: ReminderSettings = field(default_factory=ReminderSettings)
    limits: LimitSettings = field(default_factory=LimitSettings)
    ui_lang: str | None = None
    report: Letterhead = field(default_factory=Letterhead)
    site: SiteSettings = field(default_factory=SiteSettings)

    def named(self, key: str) -> str:
        """What a message calls the setting *key* ("tracking.since"): its file and key, or the
        variable that it was given in."""
        return self.variables.get(key) or f"{self.file}: {key}"


def load_settings(file: Path | None, environment: Mapping[str, str]) -> Settings:
    """The settings of *file* (None: `dondoc.toml` where it exists) and of *environment*.

    Raises FileError, one line that names the file or variable and the key.
    """
    if file is None and not DEFAULT_FILE.exists():
        path, values, base = None, {}, Path()
    else:
        path = file or DEFAULT_FILE
        values, base = read_toml(path), path.parent
    label = "settings" if path is None else str(path)
    given = given_in(environment)
    settings = _parse(_Source(Place(label, "", overlaid(values, given)), given), base)
    read = tuple(Path(each.file) for each in given.values() if each.file is not None)
    return replace(settings, files=(*([path] if path else []), *read))


@dataclass(frozen=True)
class _Source:
    """Where the settings stand: in ``file``, unless they are among those that were ``given``."""

    file: Place
    given: Mapping[str, Given]

    def named(self, place: Place) -> Place:
        """*place*, called after the variable that it was given in."""
        given = self.given.get(place.key)
        return place if given is None else Place(given.variable, "", place.value)


def _parse(source: _Source, base: Path) -> Settings:
    file = source.file
    file.only(*KEYS)
    for section, keys in KEYS.items():
        place = file.find(section)
        if place is not None:
            place.only(*keys)
    defaults = Settings()
    return Settings(
        file=file.file,
        variables={key: each.variable for key, each in source.given.items()},
        broker=BrokerSettings(
            url=_text(source, "broker", "url") or defaults.broker.url,
            management_url=_text(source, "broker", "management_url"),
            names=_names(source),
        ),
        database_url=_text(source, "database", "url") or defaults.database_url,
        metrics_listen=_text(source, "metrics", "listen") or defaults.metrics_listen,
        tracking=TrackingSettings(
            since=_value(source, "tracking", "since", _since),
            regulations=_paths(source, "regulations", base),
            calendars=_paths(source, "calendars", base),
            bodies=_bodies(source, base),
            reminders=_path(source, "tracking", "reminders", base),
        ),
        reminders=ReminderSettings(
            keep_words=_integer(source, "reminders", defaults.reminders, "keep_words", 0, 36_525),
            catch_up=_value(source, "reminders", "catch_up", _catch_up)
            or defaults.reminders.catch_up,
        ),
        limits=_limits(source),
        ui_lang=_value(source, "ui", "lang", lambda place: place.choice(LANGUAGES)),
        report=_letterhead(source),
        site=SiteSettings(
            _path(source, "report", "site", base), _text(source, "report", "site_group")
        ),
    )


def _catch_up(place: Place) -> CatchUp:
    return CatchUp(place.choice([each.value for each in CatchUp]))


def _letterhead(source: _Source) -> Letterhead:
    """What reports show of whoever hands them in."""
    texts: dict[str, Any] = {
        key: _value(source, "report", key, _shown)
        for key in KEYS["report"]
        if key not in (*_LISTS, "site", "site_group")
    }
    lists = {
        key: _value(source, "report", key, lambda place: tuple(map(_shown, place.items())))
        for key in _LISTS
    }
    given = {key: value for key, value in (texts | lists).items() if value is not None}
    return Letterhead(**given)


def _value(source: _Source, section: str, key: str, take: Callable[[Place], _T]) -> _T | None:
    table = source.file.find(section)
    place = table.find(key) if table else None
    return take(source.named(place)) if place else None


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


def _shown(place: Place) -> str:
    """The line of text at *place*, which people read as it is."""
    _exact(place)
    return place.text()


def _text(source: _Source, section: str, key: str) -> str | None:
    return _value(source, section, key, _exact)


def _path(source: _Source, section: str, key: str, base: Path) -> Path | None:
    return _value(source, section, key, lambda place: base / _exact(place))


def _paths(source: _Source, key: str, base: Path) -> tuple[Path, ...]:
    def take(place: Place) -> tuple[Path, ...]:
        several = place.items() if isinstance(place.value, list) else (place,)
        return tuple(base / _exact(each) for each in several)

    return _value(source, "tracking", key, take) or ()


def _bodies(source: _Source, base: Path) -> Path | str | None:
    text = _text(source, "tracking", "bodies")
    return text if text in (None, _SAMPLE) else base / Path(text)


def _names(source: _Source) -> dict[str, str]:
    place = _value(source, "broker", "names", lambda place: place)
    if place is None:
        return {}
    place.only(*NAMES)
    places = {name: source.named(place.at(name)) for name in place.table()}
    names = {name: _exact(each) for name, each in places.items()}
    for name, used in names.items():
        if len(used.encode(errors="replace")) > _LONGEST_NAME:
            raise places[name].error(f"must be at most {_LONGEST_NAME} bytes long")
    return names


def _limits(source: _Source) -> LimitSettings:
    def take(key: str, least: int, most: int) -> int:
        return _integer(source, "limits", LimitSettings(), key, least, most)

    return LimitSettings(
        body_bytes=take("body_bytes", 1024, 128 * 1024 * 1024),
        nesting=take("nesting", 4, 256),
        # More than the contract allows would not help: its schemas refuse it.
        list_items=take("list_items", 10, 1000),
        named_bodies=take("named_bodies", 10, 1000),
        history=take("history", 10, 1_000_000),
    )


def _integer(
    source: _Source, section: str, defaults: object, key: str, least: int, most: int
) -> int:
    found = _value(source, section, key, lambda place: place.integer(least, most))
    default: int = getattr(defaults, key)
    return default if found is None else found
