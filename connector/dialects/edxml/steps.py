"""What has to be done at each element, worked out beforehand from its place and its name.

A step is looked up for every element of every message: most of them by the name as it is written,
with the prefixes that programs use, and any other by its local name.
"""

from __future__ import annotations

from collections.abc import Mapping

from .notices import BRACKETS, KNOWN, LABEL, MAYBE_DROPPED, NAME, NONE, WHOLE, notice_of
from .shape import HEADER, ROOT, STATUS, Node

PASS, LEAF, RECORD, WORK = 0, 1, 2, 3
"""Nothing to do; a text to look at; texts to be read within; more than that."""
_TEXTUAL = BRACKETS | WHOLE | NAME
"""Notices of what is looked at for its text alone."""

_PREFIXES = ("", "edXML:")


class ElementStep:
    """An element at its place: its ``local`` name, its ``notice``, the ``name`` under which it is
    read, empty where it is not; and what is to be done, in short its ``kind``. ``within``: the
    steps from here on by local name, and ``written`` by the name as it is mostly written."""

    __slots__ = (
        *("is_gathered", "is_record", "is_text", "kind", "local", "name", "notice"),
        *("within", "written"),
    )

    def __init__(self, local: str, notice: int, node: Node | None = None) -> None:
        self.is_text = node is not None and node.is_text
        self.is_record = node is not None and node.is_record
        self.local = local
        # What is read has its place, and that is in no attachment.
        self.notice = notice & ~MAYBE_DROPPED if self.is_text else notice
        self.name = "" if node is None else node.name
        self.is_gathered = self.is_text or bool(self.notice & (LABEL | _TEXTUAL))
        self.kind = self._kind()
        self.within: Mapping[str, ElementStep] = {}
        self.written: Mapping[str, ElementStep] = {}

    def _kind(self) -> int:
        if self.notice & ~_TEXTUAL or self.name in (HEADER, STATUS):
            return WORK
        if self.is_record:
            return WORK if self.is_gathered else RECORD
        return LEAF if self.is_gathered else PASS


def _step(local: str, node: Node) -> ElementStep:
    """The step to *node* under its *local* name, with all steps from there on."""
    step = ElementStep(local, KNOWN[local] if local else NONE, node)
    step.within = {name: _step(name, child) for name, child in node.children.items()}
    step.written = _as_written(step.within)
    return step


def _as_written(steps: Mapping[str, ElementStep]) -> Mapping[str, ElementStep]:
    return {prefix + name: step for prefix in _PREFIXES for name, step in steps.items()}


START = _step("", ROOT)
"""Where every message begins."""
NOWHERE = ElementStep("", NONE)
"""Where nothing is read, and all that stands within is looked at for what it says of secrecy."""
_OUTSIDE = {local: ElementStep(local, notice) for local, notice in KNOWN.items()}
OUTSIDE = _as_written(_OUTSIDE)
"""The steps to elements that are not read, by their names as they are mostly written."""


def next_step(around: ElementStep, name: str, others: dict[str, ElementStep]) -> ElementStep:
    """The step from *around* to an element of that *name*, whatever its prefix. *others*: those of
    this message to elements that are in no other message."""
    local = name.rpartition(":")[2]
    step = around.within.get(local) or _OUTSIDE.get(local) or others.get(local)
    if step is None:
        step = others[local] = ElementStep(local, notice_of(local))
    return step
