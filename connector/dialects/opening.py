"""The beginning of every dialect of JSON: a message is unpacked and parsed, and its secrecy judged.

Nothing of a message is looked at before that but its headers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from ...rules.normalising import one_form
from ...rules.reading.stored import is_in_one_form
from ..contract.body import Limits, ParsedBody, Unreadable, read
from ..contract.encoding import unpacked
from ..contract.statements import Speaks
from ..contract.verdicts import Message, Secret, Unestablished
from .rows import is_tombstone
from .saying import Nothing
from .secrecy import Judge, Judgement, in_headers, speaks_of_secrecy
from .views import View

Viewer: TypeAlias = Callable[[Any, Message, datetime], View]
"""What a parsed body of a message that arrived at a time looks like to paths."""

TOMBSTONE = "tombstone"
REPEATED = "a key is given twice"
ONLY_A_HEADER = "a header speaks of secrecy in a message that holds nothing else"
ENCODED = "the event has data_base64, which is not read"


@dataclass(frozen=True, slots=True)
class Opened:
    """A message that could be parsed, and what it says about its secrecy."""

    body: ParsedBody = field(repr=False)
    view: View
    judged: Judgement


@dataclass(frozen=True, slots=True)
class MessageOpening:
    """How messages of one dialect are opened: its ``format``, ``viewer`` and ``judge``, and which
    names speak of secrecy."""

    format: str
    viewer: Viewer
    judge: Judge
    speaks: Speaks = speaks_of_secrecy

    def opened(
        self, message: Message, limits: Limits, arrival: datetime, *, normal: bool
    ) -> Opened | Nothing | Secret | Unestablished:
        """*message*, opened, or what is to become of it. *normal* as in `saying.Dialect.read`."""
        headers = in_headers(message.headers)
        level = self.judge.headers_alone(headers)
        try:
            body = self._body(message, limits)
        except Unreadable as problem:
            return Secret(level) if level else Unestablished.of(message, str(problem))
        if body is None and not headers.stated:
            return Nothing(TOMBSTONE)
        if body is None or body.repeated or not put_in_one_form(body):
            reason = ONLY_A_HEADER if body is None else REPEATED
            return Secret(level) if level else Unestablished.of(message, reason)
        view = self.viewer(body.value, message, arrival)
        judged = self.judge.judge(headers, body, view, normal=normal)
        if judged.doubt is None and judged.level is None and _is_encoded(body.value):
            return Unestablished.of(message, ENCODED)
        return Opened(body, view, judged)

    def _body(self, message: Message, limits: Limits) -> ParsedBody | None:
        """The body, parsed; None where it says only that a row is gone. Raises Unreadable."""
        raw = unpacked(message.body, message.content_encoding, limits.max_bytes)
        if self.format == "debezium" and is_tombstone(raw):
            return None
        return read(raw, limits, self.speaks)


def put_in_one_form(body: ParsedBody) -> bool:
    """Put every key and text of *body* into one form, where they stand. False where that makes of
    two keys one."""
    if is_in_one_form(body.text):
        return True
    rest = [body.value]
    while rest:
        each = rest.pop()
        if isinstance(each, dict):
            pairs = [(one_form(key), _formed(value)) for key, value in each.items()]
            each.clear()
            each.update(pairs)
            if len(each) < len(pairs):
                return False
            rest += each.values()
        elif isinstance(each, list):
            each[:] = map(_formed, each)
            rest += each
    return True


def _formed(value: Any) -> Any:
    return one_form(value) if isinstance(value, str) else value


def _is_encoded(value: Any) -> bool:
    return isinstance(value, dict) and value.get("data_base64") is not None
