"""Writes the JSON Schemas of the data files from what their readers ask for:
`python tests/schemas.py`.

An editor that knows them (taplo, Even Better TOML) completes keys and marks what is wrong while a
file is written. Nothing in them is written by hand: the readers read every file that there is, good
and malformed, and which keys they know and what they take is recorded. What contradicts something
else in a file only `dondoc regulation check` and its like can say.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from dondoc.commands.assembly.settings import load_settings
from dondoc.connector.dialects.files.dialect_file import parse_dialect
from dondoc.rules.reading.calendar import parse_layer
from dondoc.rules.reading.directory import parse_directory
from dondoc.rules.reading.policy import parse_policy
from dondoc.rules.reading.regulation import parse_regulation
from support.asked_for import ITEM, SHARED, Asked, Steps, recorded

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "schemas"
FIXTURES = ROOT / "tests" / "fixtures"
AGAIN = "python tests/schemas.py"
"""What writes them anew."""
ANY = "*"
"""The step of a path that is any key of a table with names of one's own."""
_LANGUAGES = {"en", "vi"}
"""Keys that tables of unlike things have."""
_DATE = {"type": "string", "format": "date"}
_TEXT = {"type": "string", "pattern": "\\S"}
_SCALARS = {str: "string", bool: "boolean", int: "integer", float: "number"}

Read = Callable[[Path], object]


@dataclass(frozen=True)
class Kind:
    """A kind of data file: who reads it, the files that are right, and those that are refused."""

    name: str
    title: str
    read: Read
    good: tuple[Path, ...]
    malformed: tuple[Path, ...]


def _files(*patterns: str) -> tuple[Path, ...]:
    return tuple(sorted(path for pattern in patterns for path in ROOT.glob(pattern)))


def _parsed_by(parse: Callable[[Mapping[str, Any], str], object]) -> Read:
    return lambda file: parse(tomllib.loads(file.read_text("utf-8")), file.name)


KINDS = (
    Kind(
        "regulation",
        "A regulation of dondoc",
        _parsed_by(parse_regulation),
        tuple(
            path
            for path in _files("rules/regulations/*.toml", "tests/fixtures/regulations/*.toml")
            if path.stem not in ("reform-2025", "02-2015-outline")
        ),
        _files("tests/fixtures/regulations/malformed/*.toml"),
    ),
    Kind(
        "calendar",
        "A calendar of dondoc",
        _parsed_by(parse_layer),
        _files("rules/calendars/*.toml", "tests/fixtures/calendars/good/*.toml"),
        _files("tests/fixtures/calendars/*.toml"),
    ),
    Kind(
        "bodies",
        "A directory of bodies of dondoc",
        _parsed_by(parse_directory),
        _files("sample/bodies.toml", "tests/fixtures/legal/bodies.toml"),
        _files("tests/fixtures/bodies/*.toml"),
    ),
    Kind(
        "reminders",
        "A reminder policy of dondoc",
        _parsed_by(parse_policy),
        _files("rules/policies/*.toml", "tests/fixtures/policy_*.toml"),
        _files("tests/fixtures/policies/*.toml"),
    ),
    Kind(
        "dialect",
        "A dialect of an HSCV for dondoc",
        _parsed_by(lambda data, name: parse_dialect(data, name, "0" * 64)),
        _files("docs/dialects/*.toml", "tests/fixtures/dialects/good/*.toml"),
        _files("tests/fixtures/dialects/*.toml"),
    ),
    Kind(
        "settings",
        "The settings of dondoc: dondoc.toml",
        lambda file: load_settings(file, {}),
        _files(
            *("deploy/containers/settings/*.toml", "deploy/kubernetes/settings/dondoc.toml"),
            "tests/fixtures/settings/good/*.toml",
        ),
        _files("tests/fixtures/settings/malformed/*.toml"),
    ),
)


def schema(kind: Kind) -> dict[str, Any]:
    """The JSON Schema of files of *kind*."""
    with recorded() as recording:
        for file in kind.malformed:
            recording.read(kind.read, file, good=False)
        for file in kind.good:
            recording.read(kind.read, file, good=True)
    places = _alike(_with_any(recording.places))
    shared = {name: _one(places, path) for name, path in _shared(places)}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": kind.title,
        **_schema(places, ()),
        **({"definitions": shared} if shared else {}),
    }


def _shared(places: Mapping[Steps, Asked]) -> Iterator[tuple[str, Steps]]:
    """What is read alike wherever it stands, with one of the places where it is."""
    for name in SHARED:
        found = [path for path in sorted(places) if (name,) in places[path].kinds]
        if found:
            yield name, found[0]


def _with_any(places: Mapping[Steps, Asked]) -> dict[Steps, Asked]:
    """*places* with `ANY` for the names of one's own that tables have."""
    found: dict[Steps, Asked] = {}
    for path in sorted(places, key=len):
        steps: Steps = ()
        for at, step in enumerate(path):
            table = found.get(steps, Asked())
            own = table.free and step != ITEM and ("table",) in table.kinds
            steps = (*steps, ANY if own and at == len(steps) else step)
        found[steps] = _both(found.get(steps), places[path])
    return found


def _alike(places: Mapping[Steps, Asked]) -> dict[Steps, Asked]:
    """*places*, in which what is known of one table holds for all that have the same keys: of a
    target what is known of a due date."""
    found = dict(places)
    groups: dict[frozenset[str], list[Steps]] = {}
    for path in sorted(places, key=len):
        names = [name for name in SHARED if (name,) in places[path].kinds]
        if names:
            groups.setdefault(frozenset(names), []).append(path)
        elif len(places[path].keys) > 1 and places[path].keys != _LANGUAGES:
            groups.setdefault(frozenset(places[path].keys), []).append(path)
    for keys, group in groups.items():
        whole = bool(keys & set(SHARED))
        inside: dict[Steps, Asked] = {}
        for table in group:
            for path in [each for each in found if each[: len(table)] == table]:
                rest = path[len(table) :]
                if rest or whole:
                    inside[rest] = _both(inside.get(rest), found[path])
        for table in group:
            found.update({(*table, *rest): asked for rest, asked in inside.items()})
    return found


def _both(one: Asked | None, other: Asked) -> Asked:
    if one is None:
        return other
    needed = one.needed if other.needed is None else other.needed
    if one.needed is not None and other.needed is not None:
        needed = one.needed & other.needed
    return Asked(
        one.keys | other.keys,
        one.kinds | other.kinds,
        one.choices | other.choices,
        one.raw | other.raw,
        one.sought | other.sought,
        needed,
        one.free and other.free,
    )


def unread(kind: Kind) -> list[str]:
    """The keys of which no file shows what they hold."""
    return sorted(_unread(schema(kind), ""))


def _unread(made: Any, path: str) -> Iterator[str]:
    if isinstance(made, dict):
        for name, inside in made.get("properties", {}).items():
            if inside == {}:
                yield f"{path}{name}"
            yield from _unread(inside, f"{path}{name}.")
        for each in (made.get("items"), made.get("additionalProperties"), *made.get("anyOf", ())):
            yield from _unread(each, path)
        for name, inside in made.get("definitions", {}).items():
            yield from _unread(inside, f"{name}: ")


def _schema(places: Mapping[Steps, Asked], path: Steps) -> dict[str, Any]:
    """What may stand at *path*, by its name where that is shared."""
    kinds = places.get(path, Asked()).kinds
    shared = next((name for name in SHARED if (name,) in kinds), None)
    return _one(places, path) if shared is None else {"$ref": f"#/definitions/{shared}"}


def _one(places: Mapping[Steps, Asked], path: Steps) -> dict[str, Any]:
    """What may stand at *path*: one of several things, where there are several."""
    asked = places.get(path, Asked())
    several = [*_scalars(asked, path)]
    if ("texts",) in asked.kinds:
        several += [_TEXT, {"type": "array", "items": _TEXT}]
    elif ("list",) in asked.kinds:
        several.append({"type": "array", "items": _schema(places, (*path, ITEM))})
    if asked.keys or (("table",) in asked.kinds and _below(places, path)):
        several.append(_table(places, path, asked))
    unlike = [each for at, each in enumerate(several) if each not in several[:at]]
    if len(unlike) == 1:
        return unlike[0]
    return {"anyOf": unlike} if unlike else {}


def _scalars(asked: Asked, path: Steps) -> Iterator[dict[str, Any]]:
    kinds = {kind[0] for kind in asked.kinds}
    # What is one of the names in the file itself is any text to an editor.
    if len(asked.choices) == 1:
        yield {"enum": sorted(next(iter(asked.choices)))}
    if len(asked.choices) > 1 or (("text",) in asked.kinds and ("texts",) not in asked.kinds):
        yield _TEXT
    if limits := [kind[1:] for kind in asked.kinds if kind[0] == "integer"]:
        least, most = min(each for each, _ in limits), max(each for _, each in limits)
        yield {"type": "integer", "minimum": least, "maximum": most}
    if "truth" in kinds:
        yield {"type": "boolean"}
    if "date" in kinds:
        yield _DATE
    words = sorted(value for type_, value in asked.raw if type_ is str)
    if words and limits:
        yield {"enum": words}
    elif asked.raw and path[-2:] == (ANY, ITEM):
        # Wanted values of fields, of which some are texts, some numbers and some truths.
        yield {"type": sorted(_SCALARS[type_] for type_ in (str, bool, int))}
    elif asked.raw:
        types = sorted({_SCALARS[type_] for type_, _ in asked.raw})
        yield {"type": types if len(types) > 1 else types[0]}


def _below(places: Mapping[Steps, Asked], path: Steps) -> bool:
    return any(each[: len(path)] == path and len(each) > len(path) for each in places)


def _table(places: Mapping[Steps, Asked], path: Steps, asked: Asked) -> dict[str, Any]:
    if asked.free:
        # Names of one's own: whatever stands under any of them.
        inside = [
            _schema(places, (*path, each[len(path)]))
            for each in sorted(places)
            if len(each) == len(path) + 1 and each[: len(path)] == path
        ]
        unlike = [each for at, each in enumerate(inside) if each and each not in inside[:at]]
        more = unlike[0] if len(unlike) == 1 else ({"anyOf": unlike} if unlike else {})
        return {"type": "object", "additionalProperties": more}
    made: dict[str, Any] = {
        "type": "object",
        "properties": {key: _schema(places, (*path, key)) for key in sorted(asked.keys)},
        "additionalProperties": False,
    }
    needed = sorted((asked.needed or set()) - asked.sought)
    return made | ({"required": needed} if needed else {})


def as_json(value: Any) -> Any:
    """*value* of a TOML file as an editor shows it to a schema: dates as texts."""
    if isinstance(value, Mapping):
        return {key: as_json(each) for key, each in value.items()}
    if isinstance(value, list):
        return [as_json(each) for each in value]
    return value.isoformat() if isinstance(value, date | datetime) else value


def text(kind: Kind) -> str:
    """The file with the schema of *kind*."""
    return json.dumps(schema(kind), indent=2, ensure_ascii=False) + "\n"


def path_of(kind: Kind) -> Path:
    """Where it stands."""
    return FOLDER / f"{kind.name}.schema.json"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for each in KINDS:
        path_of(each).write_text(text(each), "utf-8")
