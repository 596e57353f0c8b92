"""The static pages as commands handle them: of which database, in which words, on which machine."""

from __future__ import annotations

import socket

from ...reports.site.folder import PATIENCE
from ...reports.site.keeping import Sites
from .application import Application
from .clock import now
from .loading import load_texts

SERVICE_PATIENCE = 5.0
"""Seconds that a service waits for another run: less than it may take to end."""


def sites_of(application: Application, patience: float = PATIENCE) -> Sites:
    """The sites of pages of *application*'s database; see `Sites`."""
    return Sites(
        application.store,
        application.law,
        load_texts("vi"),
        socket.gethostname(),
        now,
        application.settings.report.organ or "",
        patience,
    )
