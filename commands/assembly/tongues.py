"""How messages are read that come by the queues of `[[source]]`."""

from __future__ import annotations

from ...connector.examining import Tongue
from ...rules.directory import Directory
from ...rules.places import Place
from .dialects import load_dialect
from .settings import Settings


def tongues_of(settings: Settings, directory: Directory) -> dict[str, Tongue]:
    """By queue, the dialect that is spoken there.

    Raises FileError, also where two files that say different things give one name to both: their
    events would have one source, under which an id of the one may be an id of the other.
    """
    found: dict[str, Tongue] = {}
    named: dict[str, tuple[str, str]] = {}
    for each in settings.sources:
        dialect = load_dialect(each.dialect, directory)
        name, file = dialect.name.partition("@")[0], str(each.dialect)
        version, other = named.setdefault(name, (dialect.name, file))
        if version != dialect.name:
            place = Place(file, "name", name)
            raise place.error(f"is that of another dialect in {other}; give each its own")
        found[each.queue] = Tongue(dialect, normal=each.normal_because is not None)
    return found
