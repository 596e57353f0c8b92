"""The morning of the pages: the sample's reminders are decided, and the broker has had some."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from dondoc.commands.assembly.application import open_application
from dondoc.commands.assembly.loading import load_texts
from dondoc.commands.assembly.settings import load_settings
from dondoc.rules.events import LOCAL
from dondoc.storage import outbox
from dondoc.storage.scheduling import tick

MORNING = datetime(2026, 3, 31, 9, 0, tzinfo=LOCAL)


def remind(folder: Path) -> None:
    """Let *folder*'s installation decide the reminders of `MORNING`, and the broker have had the
    first five hundred."""
    application = open_application(load_settings(folder / "dondoc.toml", {}))
    tick(application.store, application.law, load_texts(), MORNING)
    lease = outbox.lease(application.store, MORNING, 500, 60)
    sent = [message.id for message in lease.messages]
    outbox.mark_published(application.store, lease.token, sent, MORNING + timedelta(seconds=75))
    application.store.close()
