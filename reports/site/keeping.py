"""Makes the pages of a unit in a directory, and makes them anew, or takes them away, when something
that they may show has become secret.

What is read for them is read after the directory is held, and the directory is known in the
database before: whatever becomes secret later finds it. Pages that cannot be made anew are
replaced by one that shows nothing; where even that fails, it is said.
"""

from __future__ import annotations

import grp
import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from ...rules.law import Law
from ...rules.mendable import Mendable
from ...rules.moments import so_far
from ...rules.wording import Texts
from ...storage.database import Store
from ...storage.sites import StandingSite, forget_site, remember_site, standing_sites
from ..html.making import require_library, resource
from ..making.making import Wish, make
from .addresses import INDEX
from .folder import (
    PATIENCE,
    PUBLIC,
    UNIT,
    CannotPublish,
    Marker,
    Written,
    claim,
    held,
    marker_of,
    remove,
    write,
)
from .gathering import gather
from .pages import Made, pages
from .public import public_page

log = logging.getLogger(__name__)

SETTLED = timedelta(seconds=90)
"""Pages on another host that were read so long after a redaction show nothing of it."""


class Stopped(Mendable):
    """Making pages was ended before they were whole; one line."""


@dataclass(frozen=True)
class Sites:
    """The sites of one database, as this *host* sees them. *clock* gives the aware time; *organ*
    is what the unit is called, "" for the Office's name; *patience*: for how many seconds another
    run in the same directory is waited for."""

    store: Store
    law: Law
    texts: Texts
    host: str
    clock: Callable[[], datetime]
    organ: str = ""
    patience: float = PATIENCE
    stopped: threading.Event = field(default_factory=threading.Event, repr=False, compare=False)
    """Set by `stop`."""

    def stop(self) -> None:
        """Have no page be made any more; pages that were being made anew are taken away."""
        self.stopped.set()

    def make(
        self,
        directory: Path,
        as_of: date | None = None,
        group: str = "",
        told: Callable[[int], object] = lambda _: None,
    ) -> Written:
        """Make the pages in *directory*, as of a day or (None) of today, for the *group* of that
        name ("": the directory's own); *told* is how many are made, again and again. Raises
        Mendable."""
        require_library()
        group_id(group)
        directory = directory.absolute()
        marker = claim(directory, UNIT, as_of.isoformat() if as_of else "", group)
        with held(directory, self.patience):
            return self._make(directory, marker, told)

    def _make(
        self, directory: Path, marker: Marker, told: Callable[[int], object] = lambda _: None
    ) -> Written:
        now = self.clock()
        site = StandingSite(marker.id, self.host, str(directory), now, _place_of(directory))
        before = {each.id: each for each in self.standing()}.get(marker.id)
        # Not yet as read now: should this be killed, the old pages are still there.
        known = replace(site, read_at=before.read_at) if before else site
        self.store.transact(lambda tx: remember_site(tx, known))
        day = date.fromisoformat(marker.as_of) if marker.as_of else so_far(now)
        gathered = self.store.read(lambda tx: gather(tx, self.law, self.texts, day, self.organ))
        written = write(directory, self._counted(pages(gathered), told), group_id(marker.group))
        self.store.transact(lambda tx: remember_site(tx, site))
        return written

    def publish(self, directory: Path, wish: Wish, group: str = "") -> Written:
        """Make the page for everybody of the report that *wish* asks for; see `make`. It shows
        nothing that can become secret, so that no erasure has to know of it."""
        require_library()
        number = group_id(group)
        directory = directory.absolute()
        claim(directory, PUBLIC, "", group)
        with held(directory, self.patience):
            report = self.store.read(lambda tx: make(tx, self.law, wish))
            cited = "; ".join(each.cited_as for each in self.law.regulations.on(wish.as_of))
            return write(directory, [public_page(report, self.law.directory, cited)], number)

    def _counted(self, made: Iterable[Made], told: Callable[[int], object]) -> Iterator[Made]:
        for number, page in enumerate(made, start=1):
            if self.stopped.is_set():
                raise Stopped("whoever makes them was asked to stop")
            yield page
            told(number)

    def take_down(self, directory: Path) -> None:
        """Remove the pages in *directory*, and know no more of it. Raises Mendable."""
        directory = directory.absolute()
        marker = marker_of(directory)
        if marker is not None:
            with held(directory, self.patience):
                remove(directory)
        gone = [
            each.id
            for each in self.standing()
            if (marker and each.id == marker.id)
            or (marker is None and Path(each.directory) == directory)
        ]
        if marker is None and not gone:
            raise CannotPublish.of(
                "no_pages",
                "{directory}: there are no pages of dondoc's making",
                directory=directory,
            )
        for each in gone:
            self._forget(each)

    def _forget(self, id_: str) -> None:
        self.store.transact(lambda tx: forget_site(tx, id_))

    def standing(self) -> list[StandingSite]:
        """The sites that the database knows of."""
        return self.store.read(standing_sites)

    def renew(self, redacted_at: datetime) -> list[str]:
        """Have no site show any more what it showed before *redacted_at*, an aware time; gives a
        line for each that still may, with what to do. Raises StorageError."""
        lines = []
        for site in self.standing():
            directory = Path(site.directory)
            try:
                marker = marker_of(directory)
                if marker is not None and marker.id == site.id:
                    self._renew_here(directory, marker)
                elif site.host == self.host and site.place in (0, _place_of(directory)):
                    self._forget(site.id)
                elif site.read_at < redacted_at + SETTLED:
                    lines.append(
                        f"{directory} on {site.host}: its pages may still show it; run `dondoc"
                        f" report site` for it there, or, where they are gone for good, `dondoc"
                        f" report site {directory} --remove` here"
                    )
            except CannotPublish as error:
                lines.append(f"pages may still show it: {error}")
        return lines

    def _renew_here(self, directory: Path, marker: Marker) -> None:
        with held(directory, self.patience):
            try:
                self._make(directory, marker)
            except Exception as error:  # noqa: BLE001 - whatever it was, the old pages must go
                said = str(error) if isinstance(error, Mendable) else type(error).__name__
                log.warning("%s: cannot be made anew, taken away instead: %s", directory, said)
                write(directory, [(INDEX, resource("withdrawn.html"))], group_id(marker.group))


def _place_of(directory: Path) -> int:
    """What the file system calls the directory that *directory* stands in, as far as this process
    sees one there: a service has a /tmp of its own, and no /home. 0: none."""
    try:
        return directory.parent.stat().st_ino
    except OSError:
        return 0


def group_id(name: str) -> int | None:
    """The number of the group of that *name*; None for "". Raises `CannotPublish`."""
    if not name:
        return None
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        raise CannotPublish.of(
            "no_group", "there is no group {group} on this machine", group=repr(name)
        ) from None
