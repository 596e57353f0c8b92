"""Is the secrecy of a message established, and is it normal? Asked before anything else.

Whatever cannot be established counts as secret. A level wins over everything that says normal.
"""

from __future__ import annotations

from ....rules.secrecy import strictest
from ..delivery import SecrecyBeside
from .parsing import ParsedMessage
from .reasons import Doubt
from .words import is_normal


def level_said(delivery: SecrecyBeside, found: ParsedMessage, words: frozenset[str]) -> str | None:
    """The strictest secret level that the *delivery* or the message itself says; None for none.

    A label within a text may be of another document, which it names: where a label of the message's
    own says by one of the *words* that it is normal, that one is only doubtful.
    """
    level = strictest((*found.levels, delivery.level))
    if level is None and not _says_normal(found, words):
        return strictest(found.quoted)
    return None if level is None else strictest((level, *found.quoted))


def doubt_about(
    delivery: SecrecyBeside, found: ParsedMessage, words: frozenset[str]
) -> Doubt | None:
    """Why the secrecy of a message that says no level is not established; None where it is
    normal. *words*: the labels that say normal.

    One label that says normal is enough, and so is a delivery that does where no label stands.
    """
    if len(found.labels) > 1:
        return Doubt.STATED_TWICE
    for label in found.labels:
        if label is None or not is_normal(label, words):
            return Doubt.UNKNOWN_LABEL
    if delivery.doubtful:
        return Doubt.UNKNOWN_LABEL
    if found.quoted:
        return Doubt.QUOTED
    return None if found.labels or delivery.normal else Doubt.NOT_STATED


def _says_normal(found: ParsedMessage, words: frozenset[str]) -> bool:
    return any(label is not None and is_normal(label, words) for label in found.labels)
