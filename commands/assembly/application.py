"""Puts together what most commands need: settings, law, an open database, the way in for events.

It decides nothing that a part can decide. What one command needs alone stands with that command.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ...rules.directory import Directory
from ...rules.events import LOCAL, local_date
from ...rules.law import Law
from ...rules.mendable import Mendable
from ...rules.moments import so_far
from ...rules.places import FileError
from ...storage.database import SchemaMismatch, Store
from ...storage.law_parts import remember_parts
from ...storage.leaps import Standing
from ...storage.moving.half_moved import require_whole
from ...storage.moving.leaving import DatabaseStanding
from ...storage.reprocessing import is_settled
from ...storage.transaction import SINCE, UNIT, Transaction
from .clock import LAST_OF_DAY, now, today
from .databases import found_store, refuse_sample_among_others, store_of, trial_store
from .loading import load_directory, load_law
from .operator import migrated, notice_law
from .settings import Settings
from .unit import own_of, unit_of

if TYPE_CHECKING:
    from ...connector.contract.belonging import Own
    from ...connector.examining import Tongue
    from ...connector.intake import Intake

log = logging.getLogger(__name__)

_BODIES = "bodies"
"""Setting of the database: "sample" where the sample brought its own directory."""


class Refused(Mendable):
    """A command cannot be done as things stand: one line with what to mend."""


@dataclass(frozen=True)
class Application:
    """What most commands need: an open database of the current schema, the law, and the ``unit``
    whose events are taken in, None where nothing names one."""

    settings: Settings
    store: Store
    law: Law
    unit: str | None

    @property
    def intake(self) -> Intake:
        """The way in for events."""
        return self._way_in(None, repeats=False)

    @property
    def intake_of_files(self) -> Intake:
        """The way in for events of files, which may be read any number of times."""
        return self._way_in(None, repeats=True)

    def intake_in(self, tongue: Tongue) -> Intake:
        """The same for messages in *tongue*."""
        return self._way_in({"": tongue}, repeats=True)

    def _way_in(self, tongues: dict[str, Tongue] | None, *, repeats: bool) -> Intake:
        # Who asks a question waits for no client of the broker and no schemas.
        from ...connector.intake import Intake  # noqa: PLC0415
        from .broker import message_limits  # noqa: PLC0415
        from .tongues import tongues_of  # noqa: PLC0415

        limits = message_limits(self.settings)
        history, hot = self.settings.limits.history, self.settings.limits.hot_streams_bytes
        return Intake(
            self.store,
            self.law,
            limits,
            history,
            repeats=repeats,
            hot_bytes=hot,
            own=self.own,
            tongues=tongues or tongues_of(self.settings, self.law.directory),
        )

    @property
    def own(self) -> Own:
        """Which events belong to the unit."""
        return own_of(self.settings, self.unit)

    @property
    def files(self) -> list[Path]:
        """The files that the application lives on, none of which a command may overwrite."""
        tracking = self.settings.tracking
        named = (*tracking.regulations, *tracking.calendars, tracking.bodies, tracking.reminders)
        law = [each for each in named if isinstance(each, Path)]
        dialects = [each.dialect for each in self.settings.sources]
        return [*self.store.files(), *self.settings.files, *law, *dialects]


def open_application(settings: Settings, database_url: str | None = None) -> Application:
    """The application on a database that exists and has the current schema.

    Raises FileError, StorageError or Refused, each one line with what to mend.
    """
    store = open_database(settings, database_url)
    return application_on(settings, store)


def open_database(settings: Settings, database_url: str | None = None) -> Store:
    """A database that exists and has the current schema, for what asks no law. Raises FileError
    and StorageError."""
    store = found_store(settings, database_url)
    store.require_current_schema()
    return store


def prepare_application(
    settings: Settings,
    database_url: str | None = None,
    sample_since: date | None = None,
    moved: DatabaseStanding | None = None,
) -> Application:
    """The application on a database that is made, or brought to the current schema, first.

    *sample_since*: the sample's first day, where events of the sample are to come; it and the
    sample's bodies are taken where the settings name none and the database is new. *moved*: how a
    database stood that is to be taken in; its first day and its bodies likewise.
    """
    store = (trial_store if sample_since else found_store)(settings, database_url)
    # What cannot be loaded is said before anything is made or remembered.
    directory = _directory(
        settings, store, "sample" if sample_since else moved.bodies if moved else None
    )
    law = load_law(settings.tracking, directory)
    shut_out_others(store)
    migrated(store, settings.tracking.since or sample_since or (moved.since if moved else today()))
    if sample_since is not None:
        refuse_sample_among_others(store)
        store.transact(lambda tx: _adopt_sample(tx, settings, sample_since))
    if moved is None:
        require_whole(store)
    application = Application(settings, store, law, unit_of(settings, store))
    require_same_since(application)
    require_same_unit(application)
    remember_unit(application)
    notice_law(store, law)
    if is_settled(application.store, application.law):
        remember_parts(store, law.parts)
    else:
        log.warning(
            "the law has changed since events were last judged; see what differs with "
            "`dondoc reprocess --all --dry-run`, then apply it"
        )
    return application


def held(standing: Standing) -> Refused:
    """What to do about a clock that is not believed."""
    return Refused.of(
        "clock",
        "the clock says {today}, and the last day was {through}: set it if it is wrong; otherwise"
        " do this again in ten minutes, or have days pass at once with"
        " `dondoc reprocess --through {typed}`",
        today=standing.today,
        through=standing.through,
        typed=str(standing.today),
    )


def day_looked_at(application: Application, as_of: datetime | None) -> date:
    """The day of *as_of* up to that moment, where it names one and no day alone; today, so far.
    Raises OutsideCoverage for one asked for that the calendar does not know."""
    return day_known(application.law, as_of)


def day_known(law: Law, as_of: datetime | None) -> date:
    """What `day_looked_at` says, by the calendar of *law*."""
    if as_of is None:
        return so_far(now())
    law.calendar.day(day := local_date(as_of))
    whole = as_of.astimezone(LOCAL).time() == LAST_OF_DAY
    return day if whole else so_far(as_of, asked=True)


def shut_out_others(store: Store) -> None:
    """Let nobody else read the files of *store*, and say in the log what was changed."""
    for line in store.shut_out_others():
        log.warning("%s", line)


def _adopt_sample(tx: Transaction, settings: Settings, since: date) -> None:
    """Take the sample's first day and bodies where none are set and no event is stored yet."""
    if tx.rows("SELECT id FROM event LIMIT 1"):
        return
    if settings.tracking.bodies is None:
        tx.set_setting(_BODIES, "sample")
    if settings.tracking.since is None:
        tx.set_setting(SINCE, since.isoformat())


def application_on(settings: Settings, store: Store) -> Application:
    """The application on *store*, which has the current schema. Raises FileError, StorageError or
    Refused."""
    require_whole(store)
    law = load_law(settings.tracking, _directory(settings, store))
    return Application(settings, store, law, unit_of(settings, store))


def _directory(settings: Settings, store: Store, otherwise: str | None = None) -> Directory:
    """The bodies of the settings, those that the database remembers, or *otherwise*."""
    found = load_directory(settings.tracking.bodies or _remembered(store) or otherwise)
    return _required(found, settings)


def require_directory(settings: Settings, database_url: str | None) -> Directory:
    """The bodies that `directory_of` finds. Raises FileError where there are none."""
    return _required(directory_of(settings, database_url), settings)


def _required(directory: Directory | None, settings: Settings) -> Directory:
    if directory is None:
        raise FileError.of(
            "no_bodies",
            "{file}: tracking.bodies: is missing; name the file with your bodies, or"
            ' "sample" to try dondoc out',
            file=settings.file,
        )
    return directory


def directory_of(settings: Settings, database_url: str | None) -> Directory | None:
    """The bodies of the settings, or those that the database remembers, where it is there and one
    is named; None where there are none."""
    bodies = settings.tracking.bodies
    if bodies is not None or database_url is None:
        return load_directory(bodies)
    store = store_of(settings, database_url)
    try:
        return load_directory(_remembered(store))
    finally:
        store.close()


def _remembered(store: Store) -> str | None:
    """What the database remembers of whose bodies it tracks; None where it is none yet."""
    try:
        store.require_current_schema()
    except SchemaMismatch:
        return None
    return store.read(lambda tx: tx.setting(_BODIES))


def require_same_since(application: Application) -> None:
    """Refuse to track from another day than the stored one until a reprocessing applies it."""
    wanted = application.settings.tracking.since
    stored, _ = application.store.read(lambda tx: tx.period())
    if wanted is not None and wanted != stored:
        raise Refused.of(
            "other_since",
            "{setting}: is {wanted}, but {stored} in the database; apply it with"
            " `dondoc reprocess --all`, or set it back",
            setting=application.settings.named("tracking.since"),
            wanted=wanted,
            stored=stored,
        )


def require_same_unit(application: Application) -> None:
    """Refuse to mix the events of two units in one database, until a reprocessing says that the
    unit is only called otherwise now."""
    wanted = application.settings.tracking.unit
    stored = application.store.read(lambda tx: tx.setting(UNIT))
    if wanted is not None and stored is not None and wanted != stored:
        raise Refused.of(
            "other_unit",
            "{setting}: is {wanted}, but the database holds the events of {stored}; name the"
            " database of {wanted}, or, if it is called so now, apply it with `dondoc reprocess"
            " --all`",
            setting=application.settings.named("tracking.unit"),
            wanted=wanted,
            stored=stored,
        )


def remember_unit(application: Application) -> None:
    """Have the database remember the unit of the settings, where they name one."""
    wanted = application.settings.tracking.unit
    if wanted is not None and wanted != application.store.read(lambda tx: tx.setting(UNIT)):
        application.store.transact(lambda tx: tx.set_setting(UNIT, wanted))
