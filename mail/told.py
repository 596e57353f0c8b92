"""What a message in the queue of mail tells: which reminder, about which obligation.

Nothing else of it is read: what a letter says comes from the stored state.
"""

from __future__ import annotations

import json

from ..rules.reminding.message import TYPE_PREFIX


def reminder_in(body: bytes) -> tuple[str, str] | None:
    """The id and the obligation of the reminder that a message is; None where it is none."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or not str(said.get("type")).startswith(TYPE_PREFIX):
        return None
    data, id_ = said.get("data"), said.get("id")
    obligation = data.get("obligation") if isinstance(data, dict) else None
    if not isinstance(id_, str) or not isinstance(obligation, str):
        return None
    # No database holds such a text, and none can be asked for it.
    if not (id_.isascii() and id_.isalnum() and obligation.isascii() and obligation.isalnum()):
        return None
    return id_, obligation
