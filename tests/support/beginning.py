"""The beginning of the sample's quarter in a database, in a second or two."""

from __future__ import annotations

from datetime import date, datetime
from itertools import islice

from dondoc.commands.assembly.loading import load_directory, load_law
from dondoc.commands.assembly.settings import TrackingSettings
from dondoc.connector.contract.guard import Limits, Message
from dondoc.connector.intake import Intake
from dondoc.rules.events import LOCAL
from dondoc.sample.generator import generate, since
from dondoc.storage.advancing import advance
from dondoc.storage.database import open_store

ENDING = date(2026, 3, 31)


def take_in_beginning(database_url: str, messages: int = 1_200, through: date = ENDING) -> None:
    """Have a new database hold what the first *messages* of the sample come to by *through*."""
    directory = load_directory("sample")
    assert directory is not None
    law = load_law(TrackingSettings(), directory)
    store = open_store(database_url)
    store.migrate(since(ENDING))
    advance(store, law, through)
    intake = Intake(store, law, Limits(), history_limit=2000)
    found = [Message(m.body, m.content_type, m.headers) for m in islice(generate(), messages)]
    for start in range(0, messages, 300):
        intake.handle(found[start : start + 300], datetime(2026, 3, 31, 12, tzinfo=LOCAL))
    store.close()
