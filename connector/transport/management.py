"""Looks through RabbitMQ's management API for what AMQP cannot show: queues' policies and bindings.

A policy with a delivery limit, an expiry or a length limit overrides what a queue was declared
with, and the broker then drops events without a word; a binding of former settings brings events
that nobody wants. Used by `dondoc check` and `dondoc declare` where a URL of the API is configured;
nothing else needs it. It reads and never changes anything.
"""

from __future__ import annotations

import base64
import http.client
import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from . import Problem, ServerUrl, TransportError, UnreadableUrl, read_url
from .topology import LOSSY, NO_DELIVERY_LIMIT, Binding, Queue, Topology

SECONDS = 10.0


def inspect_policies(url: str, vhost: str, wanted: Topology) -> tuple[Problem, ...]:
    """What is wrong with the queues of `wanted` as the API at `url` shows them.

    `url` is `http://user:password@host:15672`; the user needs the tag `policymaker` and some
    permission on the virtual host. When the API cannot be asked, that is the one problem
    reported. A queue that is missing is judged by the policies it would get.
    """
    place = quote(vhost, safe="")
    try:
        with _asking(url) as api:
            queues = _ask(api, f"/api/queues/{place}?disable_stats=true")
            policies = _ask(api, f"/api/policies/{place}")
            operators = _ask(api, f"/api/operator-policies/{place}")
            known = {each["name"]: each for each in queues}
            return tuple(
                Problem(f"queue {queue.name}", text)
                for queue in wanted.queues
                for text in _judge(
                    queue,
                    known.get(queue.name),
                    _in_force(queue, policies),
                    _in_force(queue, operators),
                )
            )
    except NotAsked as error:
        text = (
            f"cannot be asked ({error.why}), so policies are not checked: mend [broker]"
            " management_url"
        )
        return (Problem(error.where, text),)


def stray_bindings(
    url: str, vhost: str, wanted: Topology, queue: str, exchange: str
) -> tuple[Binding, ...]:
    """The bindings of *queue* to *exchange* that are not among those of *wanted*, by the API at
    *url*. Raises NotAsked."""
    known = {
        each.routing_key
        for each in wanted.bindings
        if (each.queue, each.exchange) == (queue, exchange)
    }
    names = [quote(name, safe="") for name in (vhost, exchange, queue)]
    with _asking(url) as api:
        try:
            listed = _ask(api, "/api/bindings/{}/e/{}/q/{}".format(*names))
        except urllib.error.HTTPError as error:
            if error.code != HTTPStatus.NOT_FOUND:
                raise
            return ()  # one of the two is missing, which AMQP tells
        keys = {str(each["routing_key"]) for each in listed}
    return tuple(Binding(queue, exchange, key) for key in sorted(keys - known))


class NotAsked(TransportError):
    """The API could not be asked: ``where`` it is, and ``why``."""

    def __init__(self, where: str, why: str) -> None:
        self.where, self.why = where, why
        super().__init__(f"{where} cannot be asked ({why}): mend [broker] management_url")


@contextmanager
def _asking(url: str) -> Iterator[ServerUrl]:
    """The API at *url*. Raises NotAsked for whatever goes wrong with it in the block."""
    try:
        api = _api(url)
    except UnreadableUrl as error:
        raise NotAsked("the management API", str(error)) from error
    where = f"management API at {_place(api)}"
    try:
        yield api
    except urllib.error.HTTPError as error:
        raise NotAsked(where, f"{error.code} {error.reason}") from error
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise NotAsked(where, str(getattr(error, "reason", error))) from error
    except (LookupError, TypeError, re.error) as error:
        raise NotAsked(where, "its answer is not understood") from error


def _api(url: str) -> ServerUrl:
    """What *url* says. Raises UnreadableUrl, whose text never repeats it."""
    if not url.strip().lower().startswith(("http://", "https://")):
        raise UnreadableUrl("the URL must begin with http:// or https://")
    return read_url(url)


def _place(api: ServerUrl) -> str:
    """Named without the user and the password that the URL may hold."""
    host = f"[{api.host}]" if ":" in api.host else api.host
    return host if api.port is None else f"{host}:{api.port}"


def _ask(api: ServerUrl, path: str) -> list[dict[str, Any]]:
    login = f"{api.user or ''}:{api.password or ''}".encode()
    request = urllib.request.Request(
        f"{api.scheme}://{_place(api)}{api.path.rstrip('/')}{path}",
        headers={"Authorization": "Basic " + base64.b64encode(login).decode()},
    )
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:
        listed = json.load(answer)
    if not isinstance(listed, list):
        raise ValueError("its answer is not that of RabbitMQ")  # noqa: TRY004 - told as one line
    return listed


def _in_force(queue: Queue, policies: Iterable[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The policy that RabbitMQ applies to a queue: of those that match, the most important.

    Matched here, because the API tells the policy of an idle queue only after some time.
    """
    matching = [
        each
        for each in policies
        if each["apply-to"] in {"all", "queues", "quorum_queues"}
        and re.search(each["pattern"], queue.name)
    ]
    return max(matching, key=lambda each: int(each["priority"]), default={})


def _judge(
    queue: Queue, facts: Mapping[str, Any] | None, *policies: Mapping[str, Any]
) -> Iterator[str]:
    """What may take messages out of a queue that should keep them, or fails to bound another."""
    sources = [(f"by policy {each['name']}", each["definition"]) for each in policies if each]
    if facts is not None:
        arguments = {name.removeprefix("x-"): v for name, v in facts["arguments"].items()}
        sources.insert(0, ("by its arguments", arguments))
        if facts["type"] != "quorum":
            yield f"is a {facts['type']} queue, not a quorum queue"
    if queue.keeps_all:
        for where, source in sources:
            yield from _losses(where, source)
    elif facts is not None:
        bounds = {name for _, source in sources for name in source}
        for name in sorted({"max-length", "message-ttl"} - bounds):
            yield f"has no {name}, so that it may fill the disk"


def _losses(where: str, source: Mapping[str, Any]) -> Iterator[str]:
    for name in sorted(LOSSY & source.keys()):
        yield f"has {name} {source[name]} {where}: events may be dropped without a word"
    limit = source.get("delivery-limit", NO_DELIVERY_LIMIT)
    if limit < NO_DELIVERY_LIMIT:
        yield f"has delivery-limit {limit} {where}: a crash loop would drop good events"
