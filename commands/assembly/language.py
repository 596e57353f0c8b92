"""Which language the command line speaks: asked for, set, or that of the system.

Messages about settings that cannot be read have a language too: here whatever is wrong with them
is passed over. `settings` is what refuses it.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from ...rules.places import FileError
from .reading import read_text, read_toml
from .settings import LANGUAGES
from .settings_file import settings_file

VARIABLE = "DONDOC_UI_LANG"
_LOCALES = ("LC_ALL", "LC_MESSAGES", "LANG")
"""The first of them that says anything is the language of the system's messages."""


def language_of(asked: str | None, file: Path | None, environment: Mapping[str, str]) -> str:
    """The language to speak, one of `LANGUAGES`: the one *asked* for with --lang, that of
    *environment*, of the settings in *file* (None: in the one that is found), or of the system,
    where each says one that there is."""
    for said in (asked, _of_environment(environment)):
        if said in LANGUAGES:
            return said
    return _of_file(settings_file(file, environment)) or _of_system(environment)


def _of_environment(environment: Mapping[str, str]) -> str | None:
    if VARIABLE in environment:
        return environment[VARIABLE].strip()
    with suppress(FileError):
        if path := environment.get(f"{VARIABLE}_FILE"):
            return read_text(Path(path), VARIABLE).strip()
    return None


def _of_file(file: Path | None) -> str | None:
    if file is None:
        return None
    with suppress(FileError):
        section = read_toml(file).get("ui")
        said = section.get("lang") if isinstance(section, Mapping) else None
        return said if said in LANGUAGES else None
    return None


def _of_system(environment: Mapping[str, str]) -> str:
    said = next((environment[name] for name in _LOCALES if environment.get(name)), "")
    return "vi" if said.lower().startswith("vi") else "en"
