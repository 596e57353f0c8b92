"""What `dondoc check --deep` says: whether what is stored of some streams still follows from their
events."""

from __future__ import annotations

from collections.abc import Iterator

from ...storage.verifying import project_sample, streams_there
from ..assembly.application import open_application
from .findings import Finding, found
from .options import Context

_MOST_NAMED = 10


def projected_again(context: Context) -> Iterator[Finding]:
    """A sample of streams projected from their whole histories, and compared with what is stored.
    Raises StorageError and FileError."""
    application = open_application(context.settings, context.database)
    store = application.store
    looked = project_sample(store, application.law, store.read(streams_there))
    if looked.projected is None:
        return  # that the law has changed is a finding already
    told = {"projected": looked.projected, "streams": looked.streams}
    if looked.differing:
        named = ", ".join(looked.differing[:_MOST_NAMED])
        told |= {"number": len(looked.differing)}
        yield found("projection", False, "projected_otherwise", named=named, **told)
    else:
        yield found("projection", True, "projected_again", **told)
