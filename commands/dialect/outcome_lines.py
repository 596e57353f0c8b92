"""What comes of messages, in lines for a person."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Any

from ...connector.dialects.edxml.attachments import Attachment
from ...connector.dialects.mapped import NO_RULE
from ...connector.dialects.missing import ItemLeft, RuleMissed, Unmet
from ...connector.dialects.telling import ANYTHING
from ...connector.dialects.unfound import UnfoundPath
from ...rules.event_types import EVENT_TYPES
from ...rules.events import PREFIX
from ...rules.fields import Field, Kind
from ..terminal.presentation import clean
from ..terminal.words import words
from .laid_out import folded_line, pairs
from .outcomes import Came, TrialResult, TriedMessage
from .reasons import told_reason

_TOLD_RULES = 8
"""How many rules are told one by one that missed something in a message, the nearest first."""


def lines_of(outcome: TriedMessage) -> Iterator[str]:
    """What *outcome* is: where its message stands and the verdict, then all that there is of it."""
    yield from folded_line(f"{clean(outcome.where)}: {_verdict(outcome)}")
    for came in outcome.events:
        yield from _event(came)
    for left in outcome.left[:_TOLD_RULES]:
        yield from folded_line(f"  {_left(left)}")
    if len(outcome.left) > _TOLD_RULES:
        number = len(outcome.left) - _TOLD_RULES
        yield f"  {words().say('dialect.try.more_items', number=number)}"
    for attachment in outcome.attachments:
        yield from folded_line(f"  {_attachment(attachment)}")
    told = _refusing(outcome)
    nearest = sorted(
        (each for each in outcome.missing if each not in told), key=lambda each: len(each.unmet)
    )
    for lacking in nearest[:_TOLD_RULES]:
        yield from folded_line(f"  {_missing(lacking)}")
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


def unfound_lines(unfound: Iterable[UnfoundPath]) -> Iterator[str]:
    """The paths that found something in no message, a line each."""
    told = words()
    for each in unfound:
        rule = f"event[{each.number}] {each.type} " if each.number else ""
        near = told.say("dialect.try.near", path=clean(each.near)) if each.near else ""
        yield told.say(
            "dialect.try.unfound", part=f"{rule}{each.part}", path=clean(each.path), near=near
        )


def _verdict(outcome: TriedMessage) -> str:
    told = words()
    reason = told_reason(outcome.reason) if outcome.reason else ""
    match outcome.result:
        case TrialResult.EVENTS:
            return told.say("dialect.try.events", number=len(outcome.events))
        case TrialResult.NOTHING if outcome.reason == NO_RULE:
            return told.say("dialect.try.no_rule")
        case TrialResult.NOTHING:
            return told.say("dialect.try.nothing", reason=_why_nothing(outcome))
        case TrialResult.SECRET:
            what = "erased" if outcome.erased else "forgotten"
            return told.say(f"dialect.try.{what}", level=told.say(f"dialect.level_{outcome.level}"))
        case TrialResult.INVALID:
            refusing = _refusing(outcome)
            by = ", ".join(map(_rule, refusing))
            where = "".join(f"{clean(each)}: " for each in (by, outcome.path) if each)
            said = f"{where}{reason}" if reason else told.say("dialect.try.against_contract")
            value = next((each.value for each in refusing if each.value is not None), None)
            said = said if value is None else f"{said}: {_word(value)}"
            return told.say("dialect.try.invalid", reason=said)
        case other:
            return told.say(f"dialect.try.{other}", reason=reason)


def _why_nothing(outcome: TriedMessage) -> str:
    """The word by which it is counted, after what dondoc means by a word of its own."""
    word = clean(outcome.reason)
    said = "" if outcome.named else words().find(f"dialect.reasons.{word}")
    return f"{said} ({word})" if said else word


def _refusing(outcome: TriedMessage) -> list[RuleMissed]:
    """The rules that could not be read for the very reason for which *outcome* was refused."""
    if outcome.reason is None or outcome.result is not TrialResult.INVALID:
        return []
    why = (outcome.path, outcome.reason)
    return [each for each in outcome.missing if (each.path, each.reason) == why]


def _event(came: Came) -> Iterator[str]:
    event, told = came.event, words()
    moment = told.moment(event.time)
    yield from folded_line(f"  {clean(event.type)}  {clean(event.subject)}  {moment}")
    yield from pairs(list(_data(came)), "    ")
    if came.fault is not None:
        reason = told_reason(came.fault.reason)
        against = told.say("dialect.try.against", path=clean(came.fault.path), reason=reason)
        yield from folded_line(f"    {against}", "      ")


def _data(came: Came) -> Iterator[tuple[str, str]]:
    """The names and values of the event's data, those that a correction replaces each by itself."""
    known = EVENT_TYPES.get(came.event.type.removeprefix(PREFIX), {})
    for name, value in came.event.data.items():
        field = known.get(name)
        if isinstance(value, dict) and field is not None and field.fields:
            for inner, said in value.items():
                yield f"{clean(name)}.{clean(inner)}", _value(said, field.fields.get(inner))
        else:
            yield clean(name), _value(value, field) + _unlisted(came.unlisted.get(name, ()))


def _unlisted(codes: Sequence[str]) -> str:
    if not codes:
        return ""
    return f" ({unlisted_line(codes)})"


def unlisted_line(codes: Iterable[str]) -> str:
    """The *codes* of bodies that the directory lacks, in a line."""
    return words().say("dialect.try.unlisted", codes=", ".join(map(clean, codes)))


def _value(value: Any, field: Field | None) -> str:
    if isinstance(value, dict):
        return clean(json.dumps(value, ensure_ascii=False))
    if isinstance(value, bool):
        return words().say("terminal.cells.yes" if value else "terminal.cells.no")
    if field is not None and field.kind is Kind.DAY and isinstance(value, str):
        with suppress(ValueError):  # The contract says what is wrong with it.
            return words().day(date.fromisoformat(value))
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
        said = f"{clean(lacking.path)}: {told_reason(lacking.reason)}"
        if lacking.value is not None:
            said = f"{said}: {_word(lacking.value)}"
    elif lacking.each is not None:
        key = "no_items" if lacking.there else "no_list"
        said = told.say(f"dialect.try.{key}", path=clean(lacking.each))
    else:
        unmet = "; ".join(map(_unmet, lacking.unmet))
        said = unmet or told.say("dialect.try.corrects_nothing")
    return f"{_rule(lacking)}: {said}"


def _rule(lacking: RuleMissed) -> str:
    return f"event[{lacking.number}] {lacking.type}"


def _left(left: ItemLeft) -> str:
    return words().say(
        "dialect.try.left",
        place=clean(left.place),
        rule=f"event[{left.number}]",
        unmet="; ".join(map(_unmet, left.unmet)),
    )


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
