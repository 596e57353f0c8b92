"""What becomes of a message by what it says alone: whose it is, the guard, the contract, in that
order, so that nothing of another unit's event is judged, and nothing secret read any further."""

from __future__ import annotations

from .contract.belonging import EVERYTHING, UNCLEAR, UNIT, Own, belonging
from .contract.data.validation import validate
from .contract.guard import Admitted, Limits, Malformed, Message, Verdict, inspect
from .contract.verdicts import Foreign

_UNCLEAR = "must be one text of 1 to 255 characters, where it is given"


def examine(message: Message, limits: Limits, own: Own = EVERYTHING) -> Verdict:
    """The verdict on *message* for the unit of *own*."""
    whose = belonging(message, own, limits)
    if isinstance(whose, Foreign):
        return whose
    verdict = inspect(message, limits)
    if not isinstance(verdict, Admitted):
        return verdict
    if whose is UNCLEAR:
        return Malformed(_UNCLEAR, UNIT, verdict.id, verdict.sha256)
    return validate(verdict, limits.max_items, limits.max_bodies) or verdict
