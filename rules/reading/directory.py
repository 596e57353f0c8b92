"""Reads a directory of bodies from parsed TOML: `[[body]]` tables (docs/directory.md).

It must never repair: a code given twice, a successor that does not exist or two Offices on one
day are refused where they stand.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from itertools import combinations
from typing import Any

from ..directory import KINDS, OFFICE, Body, Directory
from ..places import Place

_KEYS = ("code", "name", "kind", "head", "email", "valid_from", "valid_to", "successor")


def parse_directory(data: Mapping[str, Any], where: str) -> Directory:
    """The directory in a parsed TOML file; *where* names the file in errors.

    Raises FileError for whatever is unknown, missing, of the wrong type or contradictory.
    """
    file = Place(where, "", data)
    file.only("body")
    bodies: dict[str, Body] = {}
    places: dict[str, Place] = {}
    for place in file.at("body").items(named_by="code"):
        body = _body(place)
        if body.code in bodies:
            raise place.at("code").error(f'another body has the code "{body.code}" already')
        bodies[body.code], places[body.code] = body, place
    for body in bodies.values():
        if body.successor is not None and body.successor not in bodies:
            raise (
                places[body.code].at("successor").error(f"no body has the code {body.successor!r}")
            )
    offices = [body for body in bodies.values() if body.kind == OFFICE]
    for one, other in combinations(offices, 2):
        if _first(one) <= _last(other) and _first(other) <= _last(one):
            raise places[other.code].error(
                f'is the Office at the same time as "{one.code}"; give one valid_to, the other '
                f"valid_from"
            )
    return Directory(bodies, sha256(repr(sorted(bodies.items())).encode()).hexdigest()[:16])


def _body(place: Place) -> Body:
    place.only(*_KEYS)
    start, end = place.find("valid_from"), place.find("valid_to")
    head, email, successor = place.find("head"), place.find("email"), place.find("successor")
    body = Body(
        code=place.at("code").text(),
        name=place.at("name").text(),
        kind=place.at("kind").choice(KINDS),
        head=head.text() if head else None,
        email=email.text() if email else None,
        valid_from=start.date() if start else None,
        valid_to=end.date() if end else None,
        successor=successor.text() if successor else None,
    )
    if end is not None and _last(body) < _first(body):
        raise end.error(f"lies before valid_from, {body.valid_from}")
    if body.successor == body.code:
        raise place.at("successor").error("a body cannot succeed itself")
    if body.successor is not None and body.valid_to is None:
        raise place.error("has a successor but no valid_to; say until when it existed")
    return body


def _first(body: Body) -> date:
    return body.valid_from or date.min


def _last(body: Body) -> date:
    return body.valid_to or date.max
