"""What comes of messages, in lines for a person."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from ...connector.dialects.edxml.attachments import Attachment
from ...connector.dialects.mapped import NO_RULE
from ...connector.dialects.missing import RuleMissed, Unmet
from ...connector.dialects.telling import ANYTHING
from ..terminal.presentation import clean
from ..terminal.widths import width_of
from ..terminal.words import words
from .outcomes import Came, TrialResult, TriedMessage

_TOLD_RULES = 8
"""How many rules are told one by one that missed something in a message, the nearest first."""


def lines_of(outcome: TriedMessage) -> Iterator[str]:
    """What *outcome* is: where its message stands and the verdict, then all that there is of it."""
    yield f"{clean(outcome.where)}: {_verdict(outcome)}"
    for came in outcome.events:
        yield from _event(came)
    for attachment in outcome.attachments:
        yield f"  {_attachment(attachment)}"
    nearest = sorted(outcome.missing, key=lambda each: len(each.unmet))
    for lacking in nearest[:_TOLD_RULES]:
        yield f"  {_missing(lacking)}"
    more = len(nearest) - _TOLD_RULES
    if more > 0:
        yield f"  {words().say('dialect.try.more', number=more)}"


def summary(results: Mapping[TrialResult, int], events: int, nothing: Counter[str]) -> str:
    """How many messages became what, in a line."""
    told = words()
    reasons = ", ".join(f"{clean(reason)} {number}" for reason, number in nothing.most_common())
    said = [
        told.say(
            f"dialect.try.sum_{result}", number=results[result], events=events, reasons=reasons
        )
        for result in TrialResult
        if results.get(result)
    ]
    number = sum(results.values())
    return told.say(
        "dialect.try.summary",
        number=number,
        results=", ".join(said) or told.say("dialect.try.none"),
    )


def _verdict(outcome: TriedMessage) -> str:
    told = words()
    reason = clean(told.sentence(outcome.reason)) if outcome.reason else ""
    match outcome.result:
        case TrialResult.EVENTS:
            return told.say("dialect.try.events", number=len(outcome.events))
        case TrialResult.NOTHING if outcome.reason == NO_RULE:
            return told.say("dialect.try.no_rule")
        case TrialResult.SECRET:
            what = "erased" if outcome.erased else "forgotten"
            return told.say(f"dialect.try.{what}", level=told.say(f"dialect.level_{outcome.level}"))
        case TrialResult.INVALID:
            where = f"{clean(outcome.path)}: " if outcome.path else ""
            said = f"{where}{reason}" if reason else told.say("dialect.try.against_contract")
            return told.say("dialect.try.invalid", reason=said)
        case other:
            return told.say(f"dialect.try.{other}", reason=reason)


def _event(came: Came) -> Iterator[str]:
    event, told = came.event, words()
    yield f"  {clean(event.type)}  {clean(event.subject)}  {told.moment(event.time)}"
    widest = max(map(width_of, event.data), default=0)
    for name, value in event.data.items():
        blank = " " * (widest - width_of(name))
        yield f"    {clean(name)}{blank}  {_value(value)}"
    if came.fault is not None:
        reason = clean(told.sentence(came.fault.reason))
        yield f"    {told.say('dialect.try.against', path=clean(came.fault.path), reason=reason)}"


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return clean(json.dumps(value, ensure_ascii=False))
    if isinstance(value, bool):
        return words().say("terminal.cells.yes" if value else "terminal.cells.no")
    return "–" if value is None or value == [] else clean(value)


def _attachment(attachment: Attachment) -> str:
    told, name = words(), clean(attachment.name or "–")
    if attachment.sha256 is None:
        return told.say("dialect.try.no_base64", name=name)
    return told.say(
        "dialect.try.attachment",
        name=name,
        size=attachment.size or 0,
        sha256=attachment.sha256.hex()[:16],
    )


def _missing(lacking: RuleMissed) -> str:
    told = words()
    if lacking.reason is not None:
        said = f"{clean(lacking.path)}: {clean(told.sentence(lacking.reason))}"
    elif lacking.each is not None:
        said = told.say("dialect.try.no_items", path=clean(lacking.each))
    else:
        unmet = "; ".join(map(_unmet, lacking.unmet))
        said = unmet or told.say("dialect.try.corrects_nothing")
    return f"event[{lacking.number}] {lacking.type}: {said}"


def _unmet(unmet: Unmet) -> str:
    told, path = words(), clean(unmet.path)
    if not unmet.wanted:
        return told.say("dialect.try.unchanged", path=path)
    wanted = told.say("dialect.or").join(map(_word, unmet.wanted))
    key = "excluded" if unmet.excluded else "unmet"
    found = told.say("dialect.no_word") if unmet.word is None else _word(unmet.word)
    return told.say(f"dialect.try.{key}", path=path, found=found, wanted=wanted)


def _word(word: str) -> str:
    if not word:
        return words().say("dialect.nothing")
    return words().say("dialect.anything") if word == ANYTHING else f"“{clean(word)}”"
