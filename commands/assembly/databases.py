"""Which database a command opens, by whom it was named, and whether it may make one.

Where no settings file was found and nothing else names a database, the file `dondoc.db` of the
current directory is used where it is there. It is made by the sample alone: whoever stands in the
wrong directory would otherwise look at a new and empty database.
"""

from __future__ import annotations

from contextlib import suppress

from ...rules.places import FileError
from ...sample import OFFICE_SOURCE, UNITS_SOURCE
from ...storage.database import StorageError, Store, open_store
from ...storage.sources import source_besides
from .environment import CONFIG
from .settings import Settings
from .settings_file import HERE, SYSTEM

BY_OPTION = "--database"


def store_of(settings: Settings, database_url: str | None = None) -> Store:
    """The database *database_url*, which --database gave, or that of *settings*; called in messages
    with what names it. Raises `StorageError`."""
    if database_url in (None, settings.database_url):
        return open_store(settings.database_url, settings.database_named or "")
    assert database_url is not None
    return open_store(database_url, BY_OPTION)


def found_store(settings: Settings, database_url: str | None = None) -> Store:
    """The same, for what is not to make a database by surprise. Raises FileError where nothing
    names a database and none is in the current directory."""
    if makes_unnamed(settings, database_url):
        raise FileError.of(
            "no_settings",
            "no settings file was found ({here} in this directory, {system}) and no database: name"
            " yours with --config or {config}, or write one with `dondoc init`; to try dondoc out,"
            " `dondoc replay --sample` here",
            here=HERE,
            system=SYSTEM,
            config=CONFIG,
        )
    return store_of(settings, database_url)


def trial_store(settings: Settings, database_url: str | None = None) -> Store:
    """The same, for the sample. Raises FileError as `refuse_sample_at_work` does."""
    if database_url is None:
        refuse_sample_at_work(settings)
    return store_of(settings, database_url)


def refuse_sample_at_work(settings: Settings) -> None:
    """Raise FileError where the sample would get to the service that the machine's own settings are
    of, which nobody named."""
    if settings.file == str(SYSTEM) and not settings.asked_for:
        raise FileError.of(
            "sample_at_work",
            "the sample is for trying dondoc out, and {file} is of this machine's service: go to a"
            " directory with a {here} of its own (`dondoc init`), or name one with --config",
            file=settings.file,
            here=HERE,
        )


def refuse_sample_among_others(store: Store) -> None:
    """Raise FileError where *store* has events that are not the sample's: made-up ones would be
    counted with an office's own. A database that cannot be looked at has none that are known."""
    with suppress(StorageError):
        store.require_current_schema()
        if store.read(lambda tx: source_besides(tx, OFFICE_SOURCE, UNITS_SOURCE)) is None:
            return
        raise FileError.of(
            "sample_among_others",
            "the sample is for trying dondoc out, and {database} has events that are not the"
            " sample's: name a new database with --database, or go to another directory",
            database=store.name,
        )


def makes_unnamed(settings: Settings, database_url: str | None) -> bool:
    """Whether opening the database would make one that neither --database nor a setting names."""
    if database_url is not None or settings.database_named is not None:
        return False
    return not any(file.exists() for file in store_of(settings).files()[:1])
