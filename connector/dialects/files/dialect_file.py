"""Reads a dialect file from parsed TOML (docs/dialects.md)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, timezone
from typing import Any

from ....rules.file_faults import Faults
from ....rules.places import Place
from ....rules.reading.values import texts_of
from ..carried import CarriedDialect
from ..choosing import Rules
from ..fields import Bodies
from ..folding import folded
from ..levels import Levels
from ..mapped import MappedDialect, SilentRule
from ..opening import MessageOpening, Viewer
from ..paths import Path
from ..readings import ValueReading
from ..rows import of_row
from ..saying import Dialect
from ..secrecy import Judge, knowing
from ..telling import ATTRIBUTES, EventRule
from ..times import Reader, Times, compile_pattern, parse_zone
from ..views import of_cloudevent, of_json
from .edxml_file import edxml_dialect
from .event_tables import EventTables
from .overlaps import note_overlaps, note_silenced
from .reading_tables import Around
from .words import CONTRACT_LEVELS, Meanings, bodies_in, levels_at, words_at

FORMATS = ("cloudevents", "debezium", "edxml", "json")
VIEWERS: Mapping[str, Viewer] = {
    "json": of_json,
    "cloudevents": of_cloudevent,
    "debezium": of_row,
}
KEYS = (
    *("name", "format", "zone", "times", "empty", *ATTRIBUTES, "contract"),
    *("secrecy", "words", "bodies", "nothing", "event"),
)
TABLES = ("secrecy", "words", "bodies")
LISTS = ("event", "nothing")
SECRECY_KEYS = ("path", "words", "subject", "ignore")
VERSION_DIGITS = 8

_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
_REASON = re.compile(r"[a-z][a-z0-9_]{0,39}")
_VIETNAM = "+07:00"


def parse_dialect(
    data: Mapping[str, Any], where: str, digest: str, aliases: Mapping[str, str] | None = None
) -> Dialect:
    """The dialect in a parsed TOML file; *where* names the file in errors.

    *digest*: the SHA-256 of the file's bytes in hexadecimal digits, of which the first become part
    of the dialect's name. *aliases*: the directory's codes by what other programs call the bodies.
    Raises FileRefused, with all that is unknown, missing or contradictory.
    """
    faults = Faults()
    file = Place(where, "", data)
    name = faults.attempt(lambda: _name(file), "x")
    format_ = faults.attempt(lambda: file.at("format").choice(FORMATS), "")
    versioned = f"{name}@{digest[:VERSION_DIGITS]}"
    dialect: Dialect | None = None
    if format_ == "edxml":
        dialect = edxml_dialect(versioned, file, aliases or {}, faults)
    elif format_:
        dialect = _DialectFile(file, versioned, format_, aliases or {}, faults).dialect()
    faults.refuse()
    if dialect is None:
        raise file.error("cannot be read")
    return dialect


def _name(file: Place) -> str:
    name = file.at("name").text()
    if _NAME.fullmatch(name) is None:
        raise file.at("name").error("must be small letters, digits and -, such as congvan")
    return name


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, Mapping) for each in value)


class _DialectFile:
    """One file while it is read."""

    def __init__(
        self, file: Place, name: str, format_: str, aliases: Mapping[str, str], faults: Faults
    ) -> None:
        self._file, self._name, self._format, self._faults = file, name, format_, faults
        faults.only(file, KEYS)
        self._file = self._in_right_brackets(file)
        self._around = self._read_around()
        self._bodies = Bodies(bodies_in(self._file, aliases, faults))

    def _in_right_brackets(self, file: Place) -> Place:
        """*file*, in which a table and a list of tables are told apart: by brackets, which are
        easily mistaken. That is noted, and what stands there is read all the same."""
        mended = dict(file.table())
        for key, value in file.table().items():
            if key in TABLES and _is_tables(value):
                problem = f"is one table: write it in single brackets, [{key}]"
                mended[key] = {name: each for table in value for name, each in table.items()}
            elif key in LISTS and isinstance(value, Mapping):
                problem = f"is a list: write it in double brackets, [[{key}]]"
                mended[key] = [value]
            else:
                continue
            self._faults.add(file.inside(key), problem)
        return Place(file.file, file.key, mended)

    def dialect(self) -> Dialect | None:
        """The dialect; None where it cannot be made, which is noted."""
        if "contract" in self._file.table():
            return self._carried()
        judge, subject = self._read_secrecy()
        common = self._common()
        tables = EventTables(self._around, self._bodies, common)
        named = self._rules(tables)
        rules = tuple(rule for _, rule in named)
        silences = self._silences(tables, named)
        return MappedDialect(
            name=self._name,
            opening=self._opening(judge),
            rules=Rules(rules),
            silences=silences,
            subject=subject,
            id=common.get("id"),
            source=common.get("source"),
            sequence=common.get("sequence"),
        )

    def _carried(self) -> Dialect | None:
        for key in ("event", "nothing", "words", "bodies", "times", "empty", *ATTRIBUTES):
            if key in self._file.table():
                self._faults.add(
                    self._file.inside(key),
                    "has no meaning beside contract, which is a whole event of the contract",
                )
        secrecy = self._file.table().get("secrecy", {})
        ignored = frozenset[str]()
        if secrecy:
            place = self._file.at("secrecy")
            self._faults.only(place, ("ignore",))
            ignored = self._ignored(place)
        path = self._faults.attempt(
            lambda: self._around.path(self._file.at("contract"), items=True), None
        )
        if path is None:
            return None
        judge = Judge(CONTRACT_LEVELS, ignored=ignored)
        return CarriedDialect(self._name, self._opening(judge), path)

    def _opening(self, judge: Judge) -> MessageOpening:
        # Last of all, when the keys of all paths are known.
        speaks = knowing(self._around.keys)
        judge = replace(judge, known=tuple(self._around.known.values()))
        return MessageOpening(self._format, VIEWERS[self._format], judge, speaks)

    def _read_around(self) -> Around:
        zone = self._faults.attempt(self._zone, UTC)
        tables: dict[str, Meanings] = {}
        with self._faults.noted():
            named = self._file.find("words")
            for name in named.table() if named else ():
                with self._faults.noted():
                    tables[name] = words_at((named or self._file).inside(name), self._faults)
        empty = self._faults.attempt(lambda: texts_of(self._file, "empty"), tuple[str, ...]())
        readers: tuple[Reader, ...] = (compile_pattern("iso"),)
        plain = Around(
            self._format,
            zone,
            Times(readers, zone, ("iso",)),
            tables,
            frozenset(map(folded, empty)),
            self._faults,
        )
        times = self._file.table().get("times")
        if times is None:
            return plain
        patterns = self._faults.attempt(
            lambda: plain.patterns(self._file.inside("times")), plain.times
        )
        return Around(self._format, zone, patterns, tables, plain.empty, self._faults)

    def _zone(self) -> timezone:
        found = self._file.find("zone")
        zone = parse_zone(found.text() if found else _VIETNAM)
        if zone is None:
            raise self._file.at("zone").error('must be an offset such as "+07:00", or "UTC"')
        return zone

    def _common(self) -> dict[str, ValueReading]:
        """What the top of the file says for all events."""
        said: dict[str, Any] = {"source": {"value": f"/{self._name.partition('@')[0]}"}}
        if self._format == "cloudevents":
            said = {name: f"@{name}" for name in ("id", "source", "subject", "time")}
        said |= {
            name: self._file.table()[name] for name in ATTRIBUTES if name in self._file.table()
        }
        common: dict[str, ValueReading] = {}
        for name, value in said.items():
            place = replace(self._file.inside(name), value=value)
            with self._faults.noted():
                common[name] = self._around.reading(place)
        return common

    def _rules(self, tables: EventTables) -> list[tuple[Place, EventRule]]:
        read: list[tuple[Place, EventRule]] = []
        with self._faults.noted():
            for place in self._file.at("event").items():
                with self._faults.noted():
                    rule = tables.rule(place)
                    read += [(place, rule)] if rule is not None else []
        note_overlaps(read, self._faults)
        return read

    def _silences(
        self, tables: EventTables, rules: list[tuple[Place, EventRule]]
    ) -> tuple[SilentRule, ...]:
        silences: list[tuple[Place, SilentRule]] = []
        with self._faults.noted():
            found = self._file.find("nothing")
            for place in found.items() if found else ():
                with self._faults.noted():
                    silences.append((place, self._silence(place, tables)))
        note_silenced(silences, rules, self._faults)
        return tuple(silence for _, silence in silences)

    def _silence(self, place: Place, tables: EventTables) -> SilentRule:
        self._faults.only(place, ("reason", "when"))
        reason = place.at("reason").text()
        if _REASON.fullmatch(reason) is None:
            raise place.at("reason").error("must be small letters, digits and _, such as read_only")
        place.at("when")
        return SilentRule(reason, tables.conditions(place, "when"))

    def _read_secrecy(self) -> tuple[Judge, ValueReading | None]:
        nobody = Judge(Levels({}, frozenset()))
        place = self._faults.attempt(lambda: self._file.at("secrecy"), None)
        if place is None:
            return nobody, None
        if self._faults.attempt(place.table, None) is None:
            return nobody, None
        self._faults.only(place, SECRECY_KEYS)
        paths = self._faults.attempt(lambda: self._secrecy_paths(place), tuple[Path, ...]())
        levels = self._faults.attempt(
            lambda: levels_at(place.at("words"), self._faults), nobody.levels
        )
        subject = self._attempt_reading(place, "subject")
        return Judge(levels, paths, self._ignored(place)), subject

    def _secrecy_paths(self, place: Place) -> tuple[Path, ...]:
        found = place.at("path")
        places = [found] if isinstance(found.value, str) else list(found.items())
        if not places:
            raise found.error("names no path")
        return tuple(self._around.path(each) for each in places)

    def _ignored(self, place: Place) -> frozenset[str]:
        keys = self._faults.attempt(lambda: texts_of(place, "ignore"), tuple[str, ...]())
        return frozenset((*keys, *map(folded, keys)))

    def _attempt_reading(self, place: Place, key: str) -> ValueReading | None:
        if key not in place.table():
            return None
        with self._faults.noted():
            return self._around.reading(place.inside(key))
        return None
