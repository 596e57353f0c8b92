"""dondoc's objects as RabbitMQ's own definitions, for an administrator to import.

Exactly what `declaring` would make, and one policy that `declaring` could not: AMQP knows none.
Users are not in it: importing them again would take their passwords away.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .topology import NO_DELIVERY_LIMIT, Exchange, Queue, Topology

POLICY = "dondoc-keeps-everything"
# RabbitMQ applies the one policy of the highest priority: with this one in force, a policy for
# everything (a length, an expiry) does not reach the queues that must keep everything.
_PRIORITY = 1000


def definitions(wanted: Topology, vhost: str) -> Mapping[str, Any]:
    """`wanted` in the virtual host *vhost*, in the form that `rabbitmqctl import_definitions` and
    the setting `load_definitions` read; importing it again changes nothing."""
    kept = "|".join(re.escape(queue.name) for queue in wanted.queues if queue.keeps_all)
    policy = {
        "vhost": vhost,
        "name": POLICY,
        "pattern": f"^({kept})$",
        "apply-to": "queues",
        "priority": _PRIORITY,
        "definition": {"delivery-limit": NO_DELIVERY_LIMIT},
    }
    return {
        "vhosts": [{"name": vhost}],
        "exchanges": [
            {**_object(each, vhost), "type": each.kind, "internal": False}
            for each in wanted.exchanges
        ],
        "queues": [_object(each, vhost) for each in wanted.queues],
        "bindings": [
            {
                "vhost": vhost,
                "source": each.exchange,
                "destination": each.queue,
                "destination_type": "queue",
                "routing_key": each.routing_key,
                "arguments": {},
            }
            for each in wanted.bindings
        ],
        "policies": [policy],
    }


def _object(each: Exchange | Queue, vhost: str) -> dict[str, Any]:
    return {
        "vhost": vhost,
        "name": each.name,
        "durable": True,
        "auto_delete": False,
        "arguments": dict(each.arguments),
    }
