"""How statements go to PostgreSQL within a transaction: one behind the other, without waiting for
an answer before somebody reads one, so that a server may be far away.

A refusal is raised where the next answer is read, by the commit at the latest; whatever was sent
behind what is refused, the commit too, the server passes over.

Whoever stops before an answer was asked for seems busy to the server, whose own limit on idle
transactions does not hold then: others end such a session (`end_silent`).
"""

from __future__ import annotations

import threading
from contextlib import ExitStack
from typing import Any

import psycopg
from psycopg.generators import send


def undone() -> RuntimeError:
    """What is raised where a refusal went unheeded, by which the server undoes everything."""
    return RuntimeError("a transaction of which a statement was refused is undone")


class Pipelines(threading.local):
    """The pipeline of each thread's open transaction, if there is one."""

    def __init__(self) -> None:
        self._connection: psycopg.Connection[Any] | None = None
        self._pipeline: psycopg.Pipeline | None = None
        self._left = ExitStack()

    def enter(self, connection: psycopg.Connection[Any]) -> None:
        """Send what follows on *connection* so."""
        self._connection = connection
        self._pipeline = self._left.enter_context(connection.pipeline())

    def wait(self) -> None:
        """Wait for all answers; raises what the first refusal says."""
        if self._connection is not None and self._pipeline is not None:
            # The driver would wait for answers to what it has not sent yet where that is more than
            # the network takes at once.
            self._connection.wait(send(self._connection.pgconn))
            self._pipeline.sync()

    def wait_for(self, cursor: Any) -> None:
        """The same, where the answer to the statement of *cursor* has not come yet."""
        if cursor.pgresult is None:
            self.wait()

    def leave(self) -> None:
        """The same, at the end of the transaction. Raises RuntimeError where the first refusal was
        raised before, and went unheeded."""
        self._connection = self._pipeline = None
        try:
            self._left.close()
        except psycopg.errors.PipelineAborted as aborted:
            # Of what was passed over no more is told than that; the cause was raised before it.
            raise aborted.__context__ or undone() from None


_SILENT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE usename = current_user AND datname = current_database()
 AND application_name = current_setting('application_name')
 AND state = 'active' AND xact_start IS NOT NULL
 AND (wait_event = 'ClientRead' OR wait_event = 'ClientWrite' AND backend_xid IS NOT NULL)
 AND state_change < now() - make_interval(secs => %s)
"""


def end_silent(connection: psycopg.Connection[Any], seconds: float) -> int:
    """End the sessions like that of *connection* that have stopped within a transaction for so many
    seconds, and hold its locks; gives how many."""
    return len(connection.execute(_SILENT, (seconds,)).fetchall())
