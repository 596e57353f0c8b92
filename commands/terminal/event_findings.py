"""What `dondoc check` says of what comes: queues with a dialect, types and bodies that nobody
knows, and numbers that never came."""

from __future__ import annotations

from collections.abc import Iterator

from ...metrics.asking import counted_by
from ...storage.numbering import NEW, numbers_of
from ...storage.numbers import NumberCounting
from ...storage.questions.queries import unknown_types
from ...storage.questions.unknown_bodies import unknown_bodies
from ..assembly.application import Application
from ..assembly.clock import now
from ..assembly.tongues import tongues_of
from .findings import Finding, found
from .missing_numbers import ranges_told
from .presentation import clean
from .unknown_bodies import unknown_bodies_told
from .unknown_types import unknown_types_told
from .words import words

_SILENT = "dondoc_messages_without_event_total"
_MOST_SOURCES = 10


def dialects_spoken(application: Application) -> Iterator[Finding]:
    """Each queue with its dialect, and why its messages are of normal secrecy where the settings
    say so of all of them; why messages told of no event since the service started. Raises FileError
    and CannotListen."""
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
    silent = counted_by(settings.metrics_listen, _SILENT, "reason") if tongues else None
    if silent:
        reasons = ", ".join(f"{clean(why)} ({number})" for why, number in silent.most_common())
        yield found("source", True, "silent", number=silent.total(), reasons=reasons)


def types_not_known(application: Application) -> Iterator[Finding]:
    """The types of stored events that nothing is made of."""
    counted = application.store.read(unknown_types)
    if counted:
        yield found("types", None, "unknown_types", types=unknown_types_told(counted))


def bodies_not_known(application: Application) -> Iterator[Finding]:
    """The codes of stored events that the directory lacks: whose they are is never reminded."""
    directory = application.law.directory
    counted = application.store.read(lambda tx: unknown_bodies(tx, directory))
    if counted:
        told = unknown_bodies_told(counted, directory)
        yield found("unknown_bodies", None, "unknown_bodies", bodies=told)


def numbers_missing(application: Application) -> Iterator[Finding]:
    """The numbers of each source that never came, and the sources whose numbers say nothing of
    that; what is to be done is for the operator to weigh."""
    told, sources = words(), application.store.read(numbers_of)
    wanting = [
        each for each in sources if each.count or each.counting is not NumberCounting.COUNTED
    ]
    for each in wanting[:_MOST_SOURCES]:
        key = "numbers_missing" if each.counting is NumberCounting.COUNTED else each.counting.value
        fresh = sum(gap.count for gap in each.missing if gap.age(now()) == NEW)
        text = told.say(
            f"check.{key}",
            source=clean(each.source),
            number=told.number(each.count),
            ranges=ranges_told(each),
        )
        if key == "numbers_missing" and fresh:
            text += "; " + told.say("check.numbers_new", number=told.number(fresh))
        yield Finding(told.say("check.what.numbers"), None, text)
    if len(wanting) > _MOST_SOURCES:
        yield found("numbers", None, "numbers_more", number=len(wanting) - _MOST_SOURCES)
    if sources and not wanting:
        yield found("numbers", True, "numbers_whole", number=len(sources))
