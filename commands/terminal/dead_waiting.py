"""How many dead letters wait, for commands that look at everything: what was refused lies on the
broker, where no figure of the database shows it."""

from __future__ import annotations

from ...connector.transport import Client
from ...rules.mendable import Mendable
from ..assembly.broker import broker_names, named_broker_address
from ..assembly.settings import Settings

_SECONDS = 3.0
"""How long a command that needs no broker waits for one."""


def dead_letters_waiting(settings: Settings) -> int | None:
    """How many dead letters wait; None where no broker is named, or where it cannot be asked."""
    try:
        queue = broker_names(settings).dead
        with Client(named_broker_address(settings), timeout=_SECONDS) as client:
            return client.depth(queue) if client.exists(queue) else None
    except Mendable:
        return None
