"""How one value is read, as a dialect file says it: a path, a list of paths, or a table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timezone
from typing import Any

from ....rules.file_faults import Faults
from ....rules.places import Place
from ..folding import folded, word_of
from ..paths import EACH, MISSING, Path, PathFault, PathScope, compile_path
from ..readings import ValueReading
from ..telling import RuleCondition
from ..times import PatternFault, Reader, Times, compile_pattern
from ..views import EXTRA
from .words import Meanings, words_at

SOURCES = ("path", "value", "text", "count")
KEYS = (*SOURCES, "where", "words", "others", "split", "as", "default")
OTHERS = ("refuse", "keep", "drop")
_HOLE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Around:
    """What holds for all readings of one file: its format, how it writes times, its named tables
    of words, and the words that say nothing. ``keys``: those that its paths name, so far, and
    ``known``: the paths themselves."""

    format: str
    zone: timezone
    times: Times
    tables: Mapping[str, Meanings]
    empty: frozenset[str]
    faults: Faults
    keys: set[str] = field(default_factory=set)
    known: dict[str, Path] = field(default_factory=dict)

    def reading(self, place: Place, *, items: bool = False, several: bool = False) -> ValueReading:
        """The reading at *place*. *items*: paths may begin in the item of a list. *several*: it
        may find a list. Raises FileError."""
        value = place.value
        if isinstance(value, str | list):
            paths = self._paths(place, items=items, several=several)
            return ValueReading(self._times_of(paths, None), paths, empty=self.empty)
        if not isinstance(value, Mapping):
            raise place.error(
                "must be a path, a list of paths, or a table with path, value or text"
            )
        return self._table(place, items=items, several=several)

    def path(self, place: Place, *, items: bool = False, several: bool = False) -> Path:
        """The one path at *place*. Raises FileError."""
        return self.path_of(place.text(), place, items=items, several=several)

    def path_of(
        self, written: str, place: Place, *, items: bool = False, several: bool = False
    ) -> Path:
        """The path that *written* says at *place*. Raises FileError."""
        try:
            path = compile_path(written)
        except PathFault as fault:
            raise place.error(str(fault)) from None
        if path.scope is PathScope.ITEM and not items:
            raise place.error(
                f"{written!r} begins with a dot, for the item of a list, and there is no each here"
            )
        if path.walks and not several:
            raise place.error(f"{written!r} finds a list, and one value is asked for here")
        known = EXTRA.get(self.format, frozenset())
        first = path.steps[0] if path.steps else ""
        if path.scope is PathScope.BESIDE and first not in known and self.format != "cloudevents":
            choice = ", ".join(sorted(f"@{name}" for name in known))
            raise place.error(f"{written!r} is not known; known are {choice}")
        self.known.setdefault(path.written, path)
        self.keys.update(step for step in path.steps if isinstance(step, str))
        return path

    def pattern(self, place: Place) -> Reader:
        """What reads times of the pattern at *place*. Raises FileError."""
        try:
            return compile_pattern(place.text(), wall_clock=self.format == "debezium")
        except PatternFault as fault:
            raise place.error(f"{place.value!r} {fault}") from None

    def patterns(self, place: Place) -> Times:
        """The patterns at *place*, one or a list. Raises FileError."""
        places = [place] if isinstance(place.value, str) else list(place.items())
        if not places:
            raise place.error("names no pattern")
        readers = tuple(self.pattern(each) for each in places)
        return Times(readers, self.zone, tuple(each.text() for each in places))

    def _paths(self, place: Place, *, items: bool, several: bool) -> tuple[Path, ...]:
        places = [place] if isinstance(place.value, str) else list(place.items())
        if not places:
            raise place.error("names no path")
        return tuple(self.path(each, items=items, several=several) for each in places)

    def _table(self, place: Place, *, items: bool, several: bool) -> ValueReading:
        self.faults.only(place, KEYS)
        named = [key for key in SOURCES if key in place.table()]
        if len(named) != 1:
            raise place.error(f"must say one of {', '.join(SOURCES)}")
        reading = ValueReading(self.times, empty=self.empty)
        if named == ["value"]:
            reading = replace(reading, constant=_constant(place.at("value"), several=several))
        elif named == ["text"]:
            reading = replace(reading, pieces=self._pieces(place.at("text"), items=items))
        elif named == ["count"]:
            counted = self.path(place.at("count"), items=items, several=True)
            reading = replace(reading, counted=counted)
        else:
            paths = self._paths(place.at("path"), items=items, several=several)
            reading = replace(reading, paths=paths)
        where = place.find("where")
        if where is not None:
            reading = replace(reading, where=self._where(where, reading))
        return self._with_options(place, reading, several=several)

    def _where(self, place: Place, reading: ValueReading) -> tuple[RuleCondition, ...]:
        lists = (*reading.paths, *((reading.counted,) if reading.counted else ()))
        walks = [path.steps.count(EACH) + (path is reading.counted) for path in lists]
        if not walks or set(walks) != {1}:
            raise place.error("is for the items of one list: a path with [] in it, or count")
        return tuple(self.condition(path, place.inside(path), items=True) for path in place.table())

    def condition(self, written: str, place: Place, *, items: bool) -> RuleCondition:
        """What must stand at the path *written*, by the words at *place*. Raises FileError."""
        path = self.path_of(written, place, items=items)
        places = list(place.items()) if isinstance(place.value, list) else [place]
        words = [word_of(each.value) for each in places]
        if not words or None in words:
            raise place.error("must be a word, a number, true or false, or a list of these")
        spelled = {folded(word or ""): " ".join((word or "").split()) for word in words}
        return RuleCondition(path, frozenset(spelled), spelled)

    def _with_options(self, place: Place, reading: ValueReading, *, several: bool) -> ValueReading:
        words, others = place.find("words"), place.find("others")
        split, default = place.find("split"), place.find("default")
        if words is not None:
            table = self._words(words)
            meanings = {folded(word): meaning for word, meaning in table.items()}
            reading = replace(reading, words=meanings, spelled=table)
        if others is not None:
            if words is None:
                raise others.error("says what becomes of other words, and there is no words here")
            reading = replace(reading, others=others.choice(OTHERS))
        if split is not None:
            if not several:
                raise split.error("makes a list of a text, and one value is asked for here")
            if not isinstance(split.value, str) or not split.value:
                raise split.error('must be what stands between the items, such as ";"')
            reading = replace(reading, separator=split.value)
        if default is not None:
            reading = replace(reading, default=_constant(default, several=several))
        return replace(reading, times=self._times_of(reading.paths, place.find("as")))

    def _times_of(self, paths: tuple[Path, ...], own: Place | None) -> Times:
        if own is not None:
            return self.patterns(own)
        if self.format == "debezium" and all(_is_commit_time(path) for path in paths) and paths:
            # Debezium counts it in UTC, whatever it does with columns.
            return Times((compile_pattern("millis"),), self.zone, ("millis",))
        if any(path.scope is PathScope.BESIDE for path in paths):
            # CloudEvents and dondoc write times so.
            readers = (*self.times.readers, compile_pattern("iso"))
            return Times(readers, self.zone, tuple(dict.fromkeys((*self.times.written, "iso"))))
        return self.times

    def _words(self, place: Place) -> Meanings:
        if not isinstance(place.value, str):
            return words_at(place, self.faults)
        if place.value not in self.tables:
            known = ", ".join(self.tables) or "none"
            raise place.error(f"there is no table words.{place.value}; there are: {known}")
        return self.tables[place.value]

    def _pieces(self, place: Place, *, items: bool) -> tuple[str | Path, ...]:
        written = place.value
        if not isinstance(written, str) or not _HOLE.search(written):
            raise place.error('must be a text with paths in braces, such as "{so}/{kyHieu}"')
        if set("{}") & set(_HOLE.sub("", written)):
            raise place.error("has a brace without its other")
        pieces: list[str | Path] = []
        for number, piece in enumerate(_HOLE.split(written)):
            if number % 2:
                pieces.append(self.path_of(piece, place, items=items))
            elif piece:
                pieces.append(piece)
        return tuple(pieces)


def _is_commit_time(path: Path) -> bool:
    return path.scope is PathScope.BESIDE and path.steps == ("time",)


def is_of_commit(reading: ValueReading) -> bool:
    """Whether *reading* may give the time at which a row was written to the database."""
    return any(_is_commit_time(path) for path in reading.every_path)


def _constant(place: Place, *, several: bool) -> Any:
    value = place.value
    if isinstance(value, list) and several:
        return [_constant(item, several=False) for item in place.items()]
    if isinstance(value, str | int) or value is MISSING:
        return value
    if isinstance(value, date):
        return value.isoformat()
    raise place.error("must be a text, a whole number, true, false or a date")
