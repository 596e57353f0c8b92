"""Whether pages could be made anew at once: tried without changing anything."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from .folder import CannotPublish, is_free, marker_of
from .keeping import Sites, group_id


@dataclass(frozen=True, slots=True)
class PagesFound:
    """How a directory of pages stands: ``fine``, or not, or (None) nothing that could be told
    here; with what to mend."""

    directory: str
    fine: bool | None
    text: str


def look(sites: Sites, wanted: Path | None, group: str | None) -> Iterator[PagesFound]:
    """Every directory of pages that the database knows, and the one that is *wanted* by the
    settings, for the *group* of that name. Raises StorageError."""
    told = set()
    for site in sites.standing():
        directory = Path(site.directory)
        told.add(directory)
        try:
            here = marker_of(directory)
        except CannotPublish as error:
            yield PagesFound(site.directory, fine=False, text=str(error))
            continue
        if here is not None and here.id == site.id:
            yield _tried(directory, here.group)
        elif site.host != sites.host:
            yield PagesFound(site.directory, None, f"stands on {site.host}; try it there")
        else:
            text = "the pages are gone; the next redaction, or `--remove`, forgets them"
            yield PagesFound(site.directory, None, text)
    if wanted is not None and wanted.absolute() not in told:
        yield _wanted(wanted.absolute(), group or "")


def _wanted(directory: Path, group: str) -> PagesFound:
    if directory.exists():
        return _tried(directory, group)
    return PagesFound(str(directory), None, "no pages yet; `dondoc report site` makes them")


def _tried(directory: Path, group: str) -> PagesFound:
    problem = _problem(directory, group)
    text = problem or "can be made anew at once"
    return PagesFound(str(directory), problem is None, text)


def _problem(directory: Path, group: str) -> str | None:
    if find_spec("jinja2") is None:
        return "what makes pages is not installed: pip install 'dondoc[reports]'"
    if not os.access(directory, os.W_OK | os.X_OK):
        return (
            "this user may not write there, and pages that show what becomes secret would stay:"
            " give it the directory, or the unit a ReadWritePaths"
        )
    try:
        group_id(group)
        if marker_of(directory) is None and not is_free(directory):
            return "is not empty and not of dondoc's making; name a new directory"
    except CannotPublish as error:
        return str(error)
    return None
