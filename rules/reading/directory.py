"""Reads a directory of bodies from parsed TOML: `[[body]]` tables (docs/directory.md).

It must never repair: two periods of one code that overlap, a successor that does not exist when
it is to take over, or two Offices on one day are refused where they stand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from hashlib import sha256
from itertools import combinations
from typing import Any

from ..body import Body
from ..directory import KINDS, OFFICE, Directory
from ..normalising import INVISIBLE
from ..places import FileError, Place
from .addresses import mail_of
from .every_fault import read_whole

_KEYS = (
    *("code", "name", "kind", "valid_from", "valid_to", "successor"),
    *("head", "email", "copies", "salutation", "mail", "aliases"),
)

_Read = tuple[Place, Body]
"""A body, or a period of one, with the place where it stands."""


def parse_directory(data: Mapping[str, Any], where: str) -> Directory:
    """The directory in a parsed TOML file; *where* names the file in errors.

    Raises FileRefused with whatever is unknown, missing, of the wrong type or contradictory.
    """
    read = read_whole(data, lambda given: _read(given, where), _contradictions)
    periods = sorted((body for _, body in read), key=lambda body: (body.code, _first(body)))
    last = {body.code: body for body in periods}
    # In the order of the file, as people have put them.
    bodies = {body.code: last[body.code] for _, body in read}
    earlier = tuple(body for body in periods if body is not last[body.code])
    return Directory(bodies, _version(periods), earlier)


def _read(data: Mapping[str, Any], where: str) -> list[_Read]:
    """Each body of the file, whether they agree or not. Raises FileError."""
    file = Place(where, "", data)
    file.only("body")
    return [(place, _body(place)) for place in file.at("body").items(named_by="code")]


def _contradictions(read: Sequence[_Read]) -> Iterator[FileError]:
    """What the bodies of a file say against each other."""
    yield from _alike_codes(read)
    yield from _shared_aliases(read)
    yield from _overlaps(read)
    yield from _impossible_successors(read)
    yield from _two_offices(read)


def _version(periods: Sequence[Body]) -> str:
    """A digest of what obligations follow from: not of names, heads and addresses, which can change
    without anything to judge anew."""
    return sha256(f"[{', '.join(map(_judged, periods))}]".encode()).hexdigest()[:16]


def _judged(body: Body) -> str:
    # As versions that knew fewer keys have written it: what was judged by then stays judged.
    return (
        f"Body(code={body.code!r}, name='', kind={body.kind!r}, head=None, email=None,"
        f" valid_from={body.valid_from!r}, valid_to={body.valid_to!r},"
        f" successor={body.successor!r})"
    )


def _body(place: Place) -> Body:
    place.only(*_KEYS)
    start, end = place.find("valid_from"), place.find("valid_to")
    head, successor = place.find("head"), place.find("successor")
    aliases = place.find("aliases")
    body = Body(
        code=place.at("code").text(),
        name=place.at("name").text(),
        kind=place.at("kind").choice(KINDS),
        head=head.text() if head else None,
        valid_from=start.date() if start else None,
        valid_to=end.date() if end else None,
        successor=_successor(successor) if successor else None,
        aliases=aliases.texts() if aliases else (),
        **mail_of(place),
    )
    if not body.code.isprintable() or INVISIBLE.search(body.code):
        raise place.at("code").error("holds a character that nobody sees; write it again")
    if end is not None and _last(body) < _first(body):
        raise end.error(f"lies before valid_from, {body.valid_from}")
    if body.code in body.successors:
        raise place.at("successor").error("a body cannot succeed itself")
    if body.successors and body.valid_to is None:
        raise place.error("has a successor but no valid_to; say until when it existed")
    return body


def _successor(place: Place) -> str | tuple[str, ...]:
    """One code, or the list of those that a body was split into."""
    codes = place.texts()
    if not codes:
        raise place.error("names nobody; leave it out where nobody follows")
    if len(set(codes)) < len(codes):
        raise place.error("names a body twice")
    return codes[0] if len(codes) == 1 else codes


def _alike_codes(read: Sequence[_Read]) -> Iterator[FileError]:
    """Codes that a person would take for one; HSCV would be told of two bodies."""
    known: dict[str, str] = {}
    for place, body in read:
        code = known.setdefault(_alike(body.code), body.code)
        if code != body.code:
            yield place.at("code").error(f'differs from the code "{code}" in case or spaces only')


def _shared_aliases(read: Sequence[_Read]) -> Iterator[FileError]:
    """An alias that two bodies have, or that is the code of another."""
    known = {_alike(body.code): body.code for _, body in read}
    for place, body in read:
        for alias in body.aliases:
            other = known.setdefault(_alike(alias), body.code)
            if other != body.code:
                yield place.at("aliases").error(f'"{alias}" is what "{other}" is called already')


def _alike(code: str) -> str:
    return code.replace(" ", "").casefold()


def _overlaps(read: Sequence[_Read]) -> Iterator[FileError]:
    for (_, one), (place, other) in combinations(read, 2):
        if one.code == other.code and _overlap(one, other):
            yield place.at("code").error(
                f'another body has the code "{one.code}" already; give periods of one body '
                f"valid_from and valid_to that do not overlap"
            )


def _impossible_successors(read: Sequence[_Read]) -> Iterator[FileError]:
    periods: dict[str, list[Body]] = {}
    for _, body in read:
        periods.setdefault(body.code, []).append(body)
    for place, body in read:
        for code in body.successors:
            if code not in periods:
                yield place.at("successor").error(f"no body has the code {code!r}")
                continue
            on = _last(body) + timedelta(days=1)
            if any(_first(each) == on for each in periods[body.code]):
                yield place.at("successor").error(f'"{body.code}" itself goes on on {on}')
    told: set[str] = set()
    for place, body in read:
        if body.code in told or not body.successors:
            continue
        if circle := _circle(body, periods):
            told.update(circle)
            yield place.at("successor").error(f"goes round in a circle: {' → '.join(circle)}")
    for place, body in read:
        for code in body.successors:
            on = _last(body) + timedelta(days=1)
            if code in periods and not any(_stands(each, on) for each in periods[code]):
                yield place.at("successor").error(f'"{code}" does not exist on {on}')


def _circle(body: Body, periods: Mapping[str, Sequence[Body]]) -> list[str] | None:
    """The codes by which *body* would succeed itself; None where it does not."""

    def follow(each: Body, path: list[str]) -> Iterator[list[str]]:
        for code in each.successors:
            following = _following(periods.get(code, ()), _last(each) + timedelta(days=1))
            if following is body:
                yield [*path, code]
            elif following is not None and code not in path:
                yield from follow(following, [*path, code])

    return next(follow(body, [body.code]), None)


def _following(periods: Sequence[Body], on: date) -> Body | None:
    """The period of a body that takes over *on* a day: the one that stands then, or of a body
    that is over by then the last."""
    begun = [each for each in periods if _first(each) <= on]
    return max(begun, key=_first, default=None)


def _stands(body: Body, on: date) -> bool:
    """Whether *body* exists *on* the day, or has handed over to others by then."""
    return _first(body) <= on and (on <= _last(body) or bool(body.successors))


def _two_offices(read: Sequence[_Read]) -> Iterator[FileError]:
    offices = [each for each in read if each[1].kind == OFFICE]
    for (_, one), (place, other) in combinations(offices, 2):
        if _overlap(one, other):
            yield place.error(
                f'is the Office at the same time as "{one.code}"; give one valid_to, the other '
                f"valid_from"
            )


def _overlap(one: Body, other: Body) -> bool:
    return _first(one) <= _last(other) and _first(other) <= _last(one)


def _first(body: Body) -> date:
    return body.valid_from or date.min


def _last(body: Body) -> date:
    return body.valid_to or date.max
