"""Which dialect a command line means: a file of one, or what the settings speak on their queues."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ...connector.dialects.saying import Dialect
from ...rules.directory import Directory
from .application import Refused
from .dialects import DialectFile, load_dialect_file
from .settings import Settings
from .source_settings import SourceSettings


@dataclass(frozen=True, slots=True)
class Spoken:
    """A dialect, and the queues of the settings on which it is spoken; ``queue``: the one that was
    named itself."""

    dialect: Dialect
    sources: tuple[SourceSettings, ...]
    queue: SourceSettings | None = None


def spoken(settings: Settings, given: str, directory: Directory | None) -> Spoken:
    """The dialect that is meant by *given*: a queue of `[[source]]`, the name of a dialect that is
    spoken on one, its format, or a file.

    Raises FileError and FileRefused for a file that is no dialect, and Refused where nothing is
    called so, or two are.
    """
    named = next((each for each in settings.sources if each.queue == given), None)
    if named is not None:
        return _of(load_dialect_file(named.dialect, directory), settings, named.dialect, named)
    path = Path(given)
    if path.is_file():
        return _of(load_dialect_file(path, directory), settings, path)
    files = {
        each.dialect.resolve(): load_dialect_file(each.dialect, directory)
        for each in settings.sources
    }
    called = {path: file for path, file in files.items() if given in _names(file)}
    if len(called) > 1:
        raise _several(
            given, [each for each in settings.sources if each.dialect.resolve() in called]
        )
    for path, file in called.items():
        return _of(file, settings, path)
    raise Refused.of(
        "no_dialect",
        "there is no file {dialect}, and no queue of [[source]] that is called so or speaks it;"
        " name the file of the dialect",
        dialect=given,
    )


def queue_of(
    settings: Settings, given: str, directory: Directory | None
) -> tuple[Dialect, SourceSettings]:
    """The dialect that is meant by *given*, and the queue of the settings on which it is spoken.
    Raises what `spoken` raises, and Refused where it is spoken on none or on several."""
    found = spoken(settings, given, directory)
    sources = (found.queue,) if found.queue else found.sources
    if not sources:
        raise Refused.of(
            "no_queue",
            "{file}: no [[source]] speaks {dialect}; give it a queue there, so that it is known"
            " where its messages go",
            file=settings.file,
            dialect=given,
        )
    if len(sources) > 1:
        raise _several(given, sources)
    return found.dialect, sources[0]


def _names(file: DialectFile) -> tuple[str, ...]:
    return str(file.data["name"]), str(file.data["format"])


def _of(
    file: DialectFile, settings: Settings, path: Path, queue: SourceSettings | None = None
) -> Spoken:
    there = path.resolve()
    sources = tuple(each for each in settings.sources if each.dialect.resolve() == there)
    return Spoken(file.dialect, sources, queue)


def _several(given: str, sources: list[SourceSettings] | tuple[SourceSettings, ...]) -> Refused:
    return Refused.of(
        "several_queues",
        "more than one queue speaks {dialect}: name one of {queues}",
        dialect=given,
        queues=", ".join(each.queue for each in sources),
    )
