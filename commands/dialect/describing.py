"""A dialect file in words: what it is in a line, and from where each part of an event is read.

The file has been read without a fault before; here is only said what stands in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ...connector.dialects.telling import ANYTHING
from ..assembly.dialects import DialectFile
from ..terminal.presentation import clean
from ..terminal.words import words

ATTRIBUTES = ("subject", "time", "id", "source", "sequence")
_EDXML = "edxml"
_CONDITIONS = ("when", "unless", "changed", "each")


class Part(NamedTuple):
    """A part of an event and where it is read; ``event`` names the rule ("event[1]") with its
    type, ``own``: ``part`` is the file's name of it and not a word of ours."""

    event: str
    part: str
    read_from: str
    own: bool


def described(file: DialectFile) -> str:
    """What *file* is, in a line."""
    told, data = words(), file.data
    counted = {
        "rules": len(data.get("event", ())),
        "silences": len(data.get("nothing", ())),
        "bodies": len(data.get("bodies", {})),
        "aliases": len(file.aliases),
        "own": len(data.get("own", {})),
    }
    values = {"name": file.dialect.name, "format": data["format"], **counted}
    if data["format"] == _EDXML:
        return told.say("dialect.usable_edxml", **values)
    if "contract" in data:
        return told.say("dialect.usable_contract", path=data["contract"], **values)
    return told.say("dialect.usable", secrecy=_paths(data["secrecy"]["path"]), **values)


def heading(file: DialectFile) -> Iterator[tuple[str, str]]:
    """What holds for all events of *file*: for each part the key of its word, and what it says."""
    data = file.data
    yield "name", file.dialect.name
    yield "format", data["format"]
    for key in ("zone", "times", "empty"):
        if key in data:
            yield key, clean(data[key])
    for key in ATTRIBUTES:
        if key in data:
            yield key, reading_told(data[key])
    if "contract" in data:
        yield "contract", clean(data["contract"])
    yield from _secrecy(data)
    for key in ("own", "province", "endorsed_by", "normal_labels", "bodies"):
        if data.get(key):
            yield key, _listed(data[key])
    if file.aliases:
        yield "aliases", str(len(file.aliases))
    for name, meanings in data.get("words", {}).items():
        yield "words", f"{clean(name)}: {_listed(meanings)}"
    for silence in data.get("nothing", ()):
        yield "silence", f"{silence['reason']}: {_conditions(silence['when'])}"


def parts(data: Mapping[str, Any]) -> Iterator[Part]:
    """From where each part of each event is read, by the *data* of a file."""
    for number, rule in enumerate(data.get("event", ()), 1):
        event = f"event[{number}] {rule['type'].removeprefix('hscv.')}"
        for key in _CONDITIONS:
            if key in rule:
                value = rule[key]
                said = _conditions(value) if isinstance(value, Mapping) else clean(value)
                yield Part(event, key, said, own=False)
        for key in ATTRIBUTES:
            if key in rule:
                yield Part(event, key, reading_told(rule[key]), own=False)
        for name, value in _fields(rule.get("fields", {})):
            yield Part(event, name, reading_told(value), own=True)


def _fields(fields: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in fields.items():
        if name == "fields":
            for inner, within in value.items():
                yield f"fields.{inner}", within
        else:
            yield name, value


def reading_told(value: Any) -> str:
    """How a value is read, in words."""
    if not isinstance(value, Mapping):
        return _paths(value)
    told = words()
    if "value" in value:
        said = told.say("dialect.show.always", value=_shown(value["value"]))
    elif "text" in value:
        said = told.say("dialect.show.text", text=_shown(value["text"]))
    elif "count" in value:
        said = told.say("dialect.show.count", path=clean(value["count"]))
    else:
        said = _paths(value["path"])
    return "; ".join([said, *_options(value)])


def _options(value: Mapping[str, Any]) -> Iterator[str]:
    told = words()
    if "where" in value:
        yield told.say("dialect.show.where", conditions=_conditions(value["where"]))
    meanings = value.get("words")
    if isinstance(meanings, Mapping):
        yield _listed(meanings)
    elif meanings is not None:
        yield told.say("dialect.show.by_table", name=clean(meanings))
    if value.get("others") in ("keep", "drop"):
        yield told.say(f"dialect.show.others_{value['others']}")
    if "split" in value:
        yield told.say("dialect.show.split", sign=_shown(value["split"]))
    if "as" in value:
        yield told.say("dialect.show.as", pattern=clean(value["as"]))
    if "default" in value:
        yield told.say("dialect.show.default", value=_shown(value["default"]))


def _secrecy(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    said = data.get("secrecy", {})
    if "path" in said:
        yield "secrecy", _paths(said["path"])
        yield "levels", _listed(said["words"])
    elif "contract" in data:
        yield "secrecy", words().say("dialect.show.of_event")
    else:
        yield "secrecy", words().say("dialect.show.of_label")
    if "subject" in said:
        yield "secret_subject", reading_told(said["subject"])
    if "ignore" in said:
        yield "ignore", words().say("dialect.show.ignored", keys=clean(said["ignore"]))


def _conditions(table: Mapping[str, Any]) -> str:
    told = words()
    both = []
    for path, wanted in table.items():
        each = wanted if isinstance(wanted, list) else [wanted]
        said = told.say("dialect.or").join(map(_wanted, each))
        both.append(told.say("dialect.show.is", path=clean(path), wanted=said))
    return told.say("dialect.and").join(both)


def _wanted(value: Any) -> str:
    if value == "":
        return words().say("dialect.nothing")
    return words().say("dialect.anything") if value == ANYTHING else _shown(value)


def _paths(value: Any) -> str:
    each = value if isinstance(value, list) else [value]
    return words().say("dialect.otherwise").join(map(clean, each))


def _listed(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{clean(word)} = {_bare(meaning)}" for word, meaning in value.items())
    return clean(value)


def _bare(value: Any) -> str:
    return json.dumps(value) if isinstance(value, bool) else clean(value)


def _shown(value: Any) -> str:
    return f"“{clean(value)}”" if isinstance(value, str) else _bare(value)
