"""What a supervisor asks of a running process: whether to start it anew, and whether it works."""

from __future__ import annotations

from collections.abc import Callable
from email.message import Message
from http import HTTPStatus
from typing import Protocol

from .server import Answer

ALIVE, READY = "/healthz", "/readyz"
NAME = "dondoc: "
"""How every answer begins."""


class ProcessCondition(Protocol):
    """How a process is doing; both are empty where all is well."""

    @property
    def hung(self) -> str:
        """Which of its loops move no more."""

    @property
    def waits_for(self) -> str:
        """What has to come back before it can work."""


def health(
    condition: Callable[[], ProcessCondition], stale: Callable[[], str] = lambda: ""
) -> dict[str, Callable[[Message], Answer]]:
    """The answers of a process that is as *condition* says; *stale*: what else is not as it should
    be for it to be ready, empty where nothing is."""

    def alive(_: Message) -> Answer:
        return _told(trouble(condition(), hung_alone=True), "its loops move")

    def ready(_: Message) -> Answer:
        return _told(trouble(condition()) or stale(), "ready")

    return {ALIVE: alive, READY: ready}


def trouble(found: ProcessCondition, *, hung_alone: bool = False) -> str:
    """One line about what keeps a process from its work; empty where nothing does."""
    if found.hung:
        return f"hung: {found.hung}"
    return f"waits for {found.waits_for}" if found.waits_for and not hung_alone else ""


def _told(ill: str, well: str) -> Answer:
    status = HTTPStatus.SERVICE_UNAVAILABLE if ill else HTTPStatus.OK
    return Answer(status, f"{NAME}{ill or well}\n".encode())
