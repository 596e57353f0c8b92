"""The static pages as commands handle them: of which database, in which words, on which machine."""

from __future__ import annotations

import socket

from ...reports.site.keeping import Sites
from .application import Application
from .clock import now
from .loading import load_texts


def sites_of(application: Application) -> Sites:
    """The sites of pages of *application*'s database."""
    return Sites(
        application.store,
        application.law,
        load_texts("vi"),
        socket.gethostname(),
        now,
        application.settings.report.organ or "",
    )
