"""How statements go to PostgreSQL within a transaction: one behind the other, without waiting for
an answer before somebody reads one, so that a server may be far away.

A refusal is raised where the next answer is read, by the commit at the latest; whatever was sent
behind what is refused, the commit too, the server passes over.
"""

from __future__ import annotations

import threading
from contextlib import ExitStack
from typing import Any

import psycopg


class Pipelines(threading.local):
    """The pipeline of each thread's open transaction, if there is one."""

    def __init__(self) -> None:
        self._pipeline: psycopg.Pipeline | None = None
        self._left = ExitStack()

    def enter(self, connection: psycopg.Connection[Any]) -> None:
        """Send what follows on *connection* so."""
        self._pipeline = self._left.enter_context(connection.pipeline())

    def wait(self) -> None:
        """Wait for all answers; raises what the first refusal says."""
        if self._pipeline is not None:
            self._pipeline.sync()

    def leave(self) -> None:
        """The same, at the end of the transaction."""
        self._pipeline = None
        try:
            self._left.close()
        except psycopg.errors.PipelineAborted as aborted:
            # Of what was passed over no more is told than that; the cause was raised before it.
            raise aborted.__context__ or aborted from None
