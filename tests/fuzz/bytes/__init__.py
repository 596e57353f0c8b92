"""Raw bytes against the running service: no message may stop it, and none is kept that must not be.

Each round publishes a few imagined messages and a good event behind them, and looks from outside:
is the good one stored in time, does the service still run on its first connection, what did it
cost, is what states a level nowhere, and are dead letters what was sent.
"""

from __future__ import annotations

from ..rounds import Generator, Plan
from .trial import Trial


def make(plan: Plan) -> Generator:
    """The generator, on a broker of its own."""
    from private_broker import PrivateBroker

    broker = PrivateBroker(plan.folder / "broker")
    broker.start()
    return Trial(plan, broker.url(), broker.stop)
