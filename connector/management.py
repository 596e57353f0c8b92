"""Looks through RabbitMQ's management API for what AMQP cannot show: queues' policies.

A policy with a delivery limit, an expiry or a length limit overrides what a queue was declared
with, and the broker then drops events without a word. Used by `dondoc check` where a URL of the
API is configured; nothing else needs it. It reads and never changes anything.
"""

from __future__ import annotations

import base64
import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from .topology import LOSSY, NO_DELIVERY_LIMIT, Queue, Topology
from .transport import Problem

SECONDS = 10.0


def inspect_policies(url: str, vhost: str, wanted: Topology) -> tuple[Problem, ...]:
    """What is wrong with the queues of `wanted` as the API at `url` shows them.

    `url` is `http://user:password@host:15672`; the user needs the tag `monitoring`. When the
    API cannot be asked, that is the one problem reported. A missing queue is not reported.
    """
    problems: list[Problem] = []
    for queue in wanted.queues:
        try:
            facts = _ask(url, f"/api/queues/{quote(vhost, safe='')}/{quote(queue.name, safe='')}")
        except urllib.error.HTTPError as error:
            if error.code == http.HTTPStatus.NOT_FOUND:
                continue
            return (_unasked(url, f"{error.code} {error.reason}"),)
        except (OSError, ValueError, http.client.HTTPException) as error:
            return (_unasked(url, str(getattr(error, "reason", error))),)
        problems += [Problem(f"queue {queue.name}", text) for text in _judge(queue, facts)]
    return tuple(problems)


def _unasked(url: str, why: str) -> Problem:
    """Named without the user and password that the URL may hold."""
    host = urlsplit(url).netloc.rpartition("@")[2] or "(no host)"
    text = f"cannot be asked ({why}), so policies are not checked: mend [broker] management_url"
    return Problem(f"management API at {host}", text)


def _ask(url: str, path: str) -> Mapping[str, Any]:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"}:
        raise ValueError("the URL must begin with http:// or https://")
    user, _, password = parts.netloc.rpartition("@")[0].partition(":")
    login = f"{unquote(user)}:{unquote(password)}".encode()
    request = urllib.request.Request(
        f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}{path}",
        headers={"Authorization": "Basic " + base64.b64encode(login).decode()},
    )
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:
        facts = json.load(answer)
    if not isinstance(facts, dict):
        raise ValueError("its answer is not that of RabbitMQ")  # noqa: TRY004 - told as one line
    return facts


def _judge(queue: Queue, facts: Mapping[str, Any]) -> list[str]:
    """What may take messages out of a queue that should keep them, or fails to bound another."""
    arguments = {name.removeprefix("x-"): v for name, v in facts.get("arguments", {}).items()}
    policy = facts.get("effective_policy_definition") or {}
    by_policy = f"by policy {facts.get('policy') or facts.get('operator_policy')}"
    problems = []
    if facts.get("type") != "quorum":
        problems.append(f"is a {facts.get('type')} queue, not a quorum queue")
    if not queue.keeps_all:
        effective = arguments | policy
        lacking = [name for name in ("max-length", "message-ttl") if name not in effective]
        return problems + [f"has no {name}, so that it may fill the disk" for name in lacking]
    for source, where in ((arguments, "by its arguments"), (policy, by_policy)):
        problems += [
            f"has {name} {source[name]} {where}: events may be dropped without a word"
            for name in sorted(LOSSY & source.keys())
        ]
        limit = source.get("delivery-limit", NO_DELIVERY_LIMIT)
        if limit < NO_DELIVERY_LIMIT:
            problems.append(f"has delivery-limit {limit} {where}: crashes would drop good events")
    return problems
