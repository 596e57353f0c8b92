"""Settings: one TOML file, every key also in the environment, secrets also from files.

`settings_file` says which file it is. `[broker] url` is `DONDOC_BROKER_URL` in the environment,
which wins; with `_FILE` behind its name the value is read from that file, as systemd and compose
hand secrets over. Unknown keys are refused by name. Nothing here opens a connection or knows what
a value is used for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from ...reports.letterhead import Letterhead
from ...rules.places import Place
from ...rules.reminding.catch_up import CatchUp
from .broker_settings import BrokerSettings, broker_settings, identifier
from .environment import CONFIG, KEYS, given_in, overlaid
from .mail_settings import MailSettings, mail_settings
from .reading import read_text, read_toml
from .setting_values import (
    Source,
    each_of,
    exact,
    integer_of,
    path_of,
    shown,
    text_of,
    value_of,
)
from .settings_file import SYSTEM_DATABASE, is_system, settings_file
from .source_settings import SOURCES, SourceSettings, source_settings

EARLIEST, LATEST = date(1990, 1, 1), date(2199, 12, 31)
"""Between which the contract's dates lie."""
LANGUAGES = ("en", "vi")
"""What the command line can speak."""
SHIPPED = "02-2015"
"""What the settings call the regulation that ships: for an office that has chosen it."""
_SAMPLE = "sample"
_SQLITE = "sqlite:///"
_LISTS = ("addressees", "recipients")
"""Of `[report]`."""
_T = TypeVar("_T")


@dataclass(frozen=True)
class TrackingSettings:
    """What is tracked, and by which files; empty where the product's own are meant.

    ``unit`` is what HSCV calls the unit, where one HSCV serves several. ``regulations`` are files,
    or `SHIPPED`. ``bodies`` is the directory's file, or "sample" for the sample's own.
    """

    unit: str | None = None
    since: date | None = None
    regulations: tuple[Path | str, ...] = ()
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
    """What one event and one stream of events may be at most, how much is in hand at a time, and
    how much of streams is remembered."""

    body_bytes: int = 1024 * 1024
    nesting: int = 64
    list_items: int = 1000
    named_bodies: int = 200
    history: int = 10_000
    in_hand_bytes: int = 64 * 1024 * 1024
    hot_streams_bytes: int = 8 * 1024 * 1024


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
    ``asked_for``: whether somebody named the file. ``database_named``: the file or the variable
    that says which database it is; None where there is neither.
    """

    file: str = "settings"
    variables: Mapping[str, str] = field(default_factory=dict, compare=False)
    files: tuple[Path, ...] = field(default=(), compare=False)
    asked_for: bool = field(default=False, compare=False)
    database_named: str | None = field(default=None, compare=False)
    broker: BrokerSettings = field(default_factory=BrokerSettings)
    database_url: str = field(default="sqlite:///dondoc.db", repr=False)
    metrics_listen: str = "127.0.0.1:9464"
    tracking: TrackingSettings = field(default_factory=TrackingSettings)
    reminders: ReminderSettings = field(default_factory=ReminderSettings)
    limits: LimitSettings = field(default_factory=LimitSettings)
    ui_lang: str | None = None
    report: Letterhead = field(default_factory=Letterhead)
    site: SiteSettings = field(default_factory=SiteSettings)
    mail: MailSettings | None = None
    sources: tuple[SourceSettings, ...] = ()

    def named(self, key: str) -> str:
        """What a message calls the setting *key* ("tracking.since"): its file and key, or the
        variable that it was given in."""
        return self.variables.get(key) or f"{self.file}: {key}"


def load_settings(file: Path | None, environment: Mapping[str, str]) -> Settings:
    """The settings of *file* (None: of the one that `settings_file` finds) and of *environment*.

    Raises FileError, one line that names the file or variable and the key.
    """
    path = settings_file(file, environment)
    values, base = ({}, Path()) if path is None else (read_toml(path), path.parent)
    given = given_in(environment)
    source = Source(Place(Settings.file if path is None else str(path), "", values), given)
    source, secret = _with_url_of_file(source, base)
    source = replace(source, file=replace(source.file, value=overlaid(source.file.value, given)))
    read = [Path(each.file) for each in given.values() if each.file is not None]
    variable = given.get("database.url")
    return replace(
        _parse(source, base),
        files=(*filter(None, (path, secret)), *read),
        asked_for=path is not None and (file is not None or bool(environment.get(CONFIG))),
        database_named=variable.variable if variable else str(path) if path else None,
    )


def _with_url_of_file(source: Source, base: Path) -> tuple[Source, Path | None]:
    """*source* with the broker's URL of the file `[broker] url_file`, and that file (None: none is
    named), which is not read where a variable has the URL. Raises FileError, which shows nothing
    of the URL."""
    broker = source.file.find("broker")
    place = broker.find("url_file") if broker else None
    if broker is None or place is None:
        return source, None
    if "url" in broker.table():
        raise place.error("url is set beside it; leave one of them out")
    text = exact(place)
    rest = {key: value for key, value in broker.table().items() if key != "url_file"}
    path = base / text
    if "broker.url" not in source.given:
        # Somebody may have given the URL itself, with its password.
        shown_path = "" if "@" in text or "://" in text else f": {path}"
        rest["url"] = read_text(path, f"{place.file}: {place.key}{shown_path}").strip()
    values = {**source.file.table(), "broker": rest}
    return replace(source, file=replace(source.file, value=values)), path


def _database(source: Source, base: Path) -> str:
    """The database's URL; one in the file that names a file is relative to that, as other paths."""
    url = text_of(source, "database", "url")
    if url is None and is_system(Path(source.file.file)):
        return SYSTEM_DATABASE
    url = url or Settings.database_url
    relative = url.startswith(_SQLITE) and not url.startswith(f"{_SQLITE}/")
    if relative and base != Path() and "database.url" not in source.given:
        return f"{_SQLITE}{base / url.removeprefix(_SQLITE)}"
    return url


def _parse(source: Source, base: Path) -> Settings:
    file = source.file
    file.only(*KEYS, SOURCES)
    for section, keys in KEYS.items():
        place = file.find(section)
        if place is not None:
            place.only(*keys)
    defaults = Settings()
    return Settings(
        file=file.file,
        variables={key: each.variable for key, each in source.given.items()},
        broker=broker_settings(source),
        database_url=_database(source, base),
        metrics_listen=text_of(source, "metrics", "listen") or defaults.metrics_listen,
        tracking=TrackingSettings(
            unit=value_of(source, "tracking", "unit", identifier),
            since=value_of(source, "tracking", "since", _since),
            regulations=tuple(
                SHIPPED if each == base / SHIPPED else each
                for each in _paths(source, "regulations", base)
            ),
            calendars=_paths(source, "calendars", base),
            bodies=_bodies(source, base),
            reminders=path_of(source, "tracking", "reminders", base),
        ),
        reminders=ReminderSettings(
            keep_words=integer_of(source, "reminders", defaults.reminders, "keep_words", 0, 36_525),
            catch_up=value_of(source, "reminders", "catch_up", _catch_up)
            or defaults.reminders.catch_up,
        ),
        limits=_limits(source),
        ui_lang=value_of(source, "ui", "lang", lambda place: place.choice(LANGUAGES)),
        report=_letterhead(source),
        site=SiteSettings(
            path_of(source, "report", "site", base), text_of(source, "report", "site_group")
        ),
        mail=mail_settings(source, base),
        sources=source_settings(file, base),
    )


def _catch_up(place: Place) -> CatchUp:
    return CatchUp(place.choice([each.value for each in CatchUp]))


def _letterhead(source: Source) -> Letterhead:
    """What reports show of whoever hands them in."""
    texts: dict[str, Any] = {
        key: value_of(source, "report", key, shown)
        for key in KEYS["report"]
        if key not in (*_LISTS, "site", "site_group")
    }
    lists = {
        key: value_of(source, "report", key, lambda place: tuple(map(shown, place.items())))
        for key in _LISTS
    }
    given = {key: value for key, value in (texts | lists).items() if value is not None}
    return Letterhead(**given)


def _since(place: Place) -> date:
    day = place.date()
    if not EARLIEST <= day <= LATEST:
        raise place.error(f"must lie between {EARLIEST} and {LATEST}, not {day}")
    return day


def _paths(source: Source, key: str, base: Path) -> tuple[Path, ...]:
    def take(place: Place) -> tuple[Path, ...]:
        return tuple(base / exact(each) for each in each_of(place))

    return value_of(source, "tracking", key, take) or ()


def _bodies(source: Source, base: Path) -> Path | str | None:
    text = text_of(source, "tracking", "bodies")
    return text if text in (None, _SAMPLE) else base / Path(text)


def _limits(source: Source) -> LimitSettings:
    def take(key: str, least: int, most: int) -> int:
        return integer_of(source, "limits", LimitSettings(), key, least, most)

    return LimitSettings(
        body_bytes=take("body_bytes", 1024, 128 * 1024 * 1024),
        nesting=take("nesting", 4, 256),
        # More than the contract allows would not help: its schemas refuse it.
        list_items=take("list_items", 10, 1000),
        named_bodies=take("named_bodies", 10, 1000),
        history=take("history", 10, 1_000_000),
        in_hand_bytes=take("in_hand_bytes", 1024 * 1024, 16 * 1024 * 1024 * 1024),
        hot_streams_bytes=take("hot_streams_bytes", 0, 1024 * 1024 * 1024),
    )
