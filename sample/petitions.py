"""Petitions of citizens: received, handed on, taken up, held up, resolved.

Whoever sent one is a number of the office's register. Regulation 02/2015 asks nothing about them;
others do.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from . import OFFICE_SOURCE, UNITS_SOURCE, workdays
from .chance import Weighted
from .district import OFFICE, District, Fact, iso

_KINDS = Weighted(("petition", "complaint", "denunciation"), (60, 30, 10))
_RESULTS = {
    "complaint": ("upheld", "upheld_in_part", "dismissed", "dismissed", "withdrawn"),
    "denunciation": ("upheld_in_part", "dismissed", "not_accepted"),
    "petition": ("answered", "answered", "answered", "not_accepted"),
}


def petition_story(district: District, day: date) -> list[Fact]:
    """A petition that comes in on *day*, and what becomes of it."""
    chance = district.chance
    subject = f"DT-{district.subject()}"
    kind = chance.weighted(_KINDS)
    body = OFFICE if chance.happens(0.4) else chance.one(("TTR", "TNMT", "LDTBXH", "TP"))
    received = workdays.office_hours(day, chance)
    data: dict[str, Any] = {"kind": kind, "from": str(chance.between(1, 4_000)), "body": body}
    if chance.happens(0.5):
        data["received_on"] = iso(day)
    facts = [Fact(received, "petition.received", subject, data, OFFICE_SOURCE)]
    at = received
    if body == OFFICE or chance.happens(0.1):
        at = workdays.some_time_after(at, chance.between(0, 5), chance)
        body = chance.one(district.words.communes if chance.happens(0.5) else ("TTR", "TNMT", "TP"))
        facts.append(Fact(at, "petition.transferred", subject, {"body": body}))
    if chance.happens(0.1):
        return facts  # nobody has taken it up yet
    at = workdays.some_time_after(at, chance.between(1, 9), chance)
    facts.append(Fact(at, "petition.accepted", subject, {"body": body}, UNITS_SOURCE))
    return facts + _taken_up(district, subject, kind, body, at)


def _taken_up(
    district: District, subject: str, kind: str, body: str, accepted: datetime
) -> list[Fact]:
    """What happens to one that a *body* has *accepted*: in the end it is resolved, mostly."""
    chance = district.chance
    facts: list[Fact] = []

    def told(moment: datetime, type_: str, data: dict[str, Any]) -> None:
        facts.append(Fact(moment, type_, subject, data, UNITS_SOURCE))

    at = accepted
    if chance.happens(0.35):
        at = workdays.some_time_after(at, chance.between(1, 6), chance)
        told(at, "petition.classified", {"complicated": chance.happens(0.6)})
    if chance.happens(0.2):
        at = workdays.some_time_after(at, chance.between(2, 8), chance)
        told(at, "petition.suspended", {"reason": district.say("petition_suspended")})
        if chance.happens(0.2):
            return facts  # it is still awaited
        at = workdays.some_time_after(at, chance.between(5, 15), chance)
        told(at, "petition.resumed", {})
    if chance.happens(0.85):
        at = workdays.some_time_after(at, chance.between(8, 28), chance)
        data = {"result": chance.one(_RESULTS[kind])}
        if chance.happens(0.9):
            data["symbol"] = district.result_symbol("TB", body, at.date())
        told(at, "petition.resolved", data)
    return facts
