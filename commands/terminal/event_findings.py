"""What `dondoc check` says of the queues that have a dialect, and of types that nobody knows."""

from __future__ import annotations

from collections.abc import Iterator

from ...storage.questions.queries import unknown_types
from ..assembly.application import Application
from ..assembly.tongues import tongues_of
from .findings import Finding, found
from .unknown_types import unknown_types_told


def dialects_spoken(application: Application) -> Iterator[Finding]:
    """Each queue with its dialect, and why its messages are of normal secrecy where the settings
    say so of all of them. Raises FileError."""
    settings = application.settings
    tongues = tongues_of(settings, application.law.directory)
    for each in settings.sources:
        name = tongues[each.queue].dialect.name
        spoken = {"queue": each.queue, "dialect": name, "file": each.dialect}
        if each.normal_because is None:
            yield found("source", True, "spoken", **spoken)
        else:
            # For whoever runs dondoc to weigh: no message establishes it.
            yield found("source", None, "spoken_normal", because=each.normal_because, **spoken)


def types_not_known(application: Application) -> Iterator[Finding]:
    """The types of stored events that nothing is made of."""
    counted = application.store.read(unknown_types)
    if counted:
        yield found("types", None, "unknown_types", types=unknown_types_told(counted))
