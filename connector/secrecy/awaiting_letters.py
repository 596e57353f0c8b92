"""Letters that were composed before something became secret and may still be handed to a mail
server: an erasure waits until they are through, or their leases are over."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from ...storage.database import Store
from ...storage.mail_leases import letters_in_hand

LETTERS = "a letter that may be about it is being handed to the mail server: run this again soon"
_LOOK_SECONDS = 1.0


def await_letters(store: Store, now: datetime, patience: float) -> list[str]:
    """Wait until every letter that is in hand at the aware time *now* is through, at most
    *patience* seconds; gives a line where one still is not. Raises StorageError."""
    begun = time.monotonic()
    wanted = store.read(lambda tx: letters_in_hand(tx, now))
    while wanted:
        waited = time.monotonic() - begun
        if waited >= patience:
            return [LETTERS]
        time.sleep(_LOOK_SECONDS)
        at = now + timedelta(seconds=time.monotonic() - begun)
        wanted &= store.read(lambda tx, at=at: letters_in_hand(tx, at))  # type: ignore[misc]
    return []
