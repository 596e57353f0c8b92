"""Reads the traffic lights of a regulation (docs/regulation-file.md describes them).

What is open has one light, whatever is left of its term: a gap between two is refused, and so is
what two would be for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from ..lights import CLOSED, COLOURS, HOURS_LEFT, MEASURES, Light
from ..places import Place
from ..rule import Rule
from .readings import prose_of

LONGEST_NAME = 40
"""Characters of a name, which stands in narrow columns."""
MOST = 9
_FURTHEST = 3660


def lights(file: Place) -> tuple[Light, ...]:
    """The lights of the regulation in *file*; none where it has none. Raises FileError."""
    found = file.find("light")
    if found is None:
        return ()
    read = tuple(_light(place) for place in found.items())
    if len(read) > MOST:
        raise found.error(f"has more than {MOST} lights")
    return read


def light_problems(lights: Sequence[Light], rules: Sequence[Rule]) -> Iterator[tuple[str, str]]:
    """What *lights* leave dark or say twice of what is owed by *rules*, each with the key that it
    stands under."""
    numbered = [(light, f"light[{number}]") for number, light in enumerate(lights, 1)]
    opened = [each for each in numbered if each[0].measure is not None]
    for (one, first), (other, place) in combinations(numbered, 2):
        if one.closed is not None and one.closed == other.closed:
            yield f"{first}.closed", f"{place} is for {one.closed} too"
            yield f"{place}.closed", f"{first} is for {one.closed} too"
    came_out = {light.closed for light, _ in numbered} - {None}
    if len(came_out) == 1:
        (missing,) = set(CLOSED) - came_out
        yield "light", f"lacks a light with closed = {missing}"
    if lights and not opened:
        yield "light", "has no light for what is open"
    by_hours = [each for each in opened if each[0].measure == HOURS_LEFT]
    by_days = [each for each in opened if each[0].measure != HOURS_LEFT]
    others = [each for each in by_days if each[0].measure != by_days[0][0].measure]
    for light, place in others:
        measure = by_days[0][0].measure
        problem = (
            f"others go by {measure}; all lights of what is open go by one, but for hours_left of "
            "what is due at a time of the clock"
        )
        yield f"{place}.{light.measure}", problem
    turned = [each for each in opened if each[0].is_empty]
    for light, place in turned:
        yield f"{place}.{light.measure}", "has a to that lies below from"
    if by_hours:
        yield from _in_hours(by_hours, by_days, rules)
    if not others and not turned:
        for each in (by_days, by_hours):
            yield from _uncovered(each) if each else ()


def _in_hours(
    by_hours: Sequence[tuple[Light, str]],
    by_days: Sequence[tuple[Light, str]],
    rules: Sequence[Rule],
) -> Iterator[tuple[str, str]]:
    """What of the lights in hours is for nothing, or leaves what is due by a day dark."""
    owed = [rule for rule in rules if rule.off is None]
    ends = [term.ends_by_the_clock for rule in owed for term in rule.dues]
    ends += [each.due.ends_by_the_clock for rule in owed for each in rule.periods if each.due]
    if not any(ends):
        yield (
            f"{by_hours[0][1]}.{HOURS_LEFT}",
            "no rule is due in working_hours or until a time of the clock; say working_days_left",
        )
    elif not by_days and not all(ends):
        yield (
            f"{by_hours[0][1]}.{HOURS_LEFT}",
            "leaves what is due by a day without a light; add others by working_days_left",
        )


def _light(place: Place) -> Light:
    place.only("colour", "name", "cite", "closed", *MEASURES)
    name, cite = prose_of(place.at("name")), place.find("cite")
    for _, text in name.texts:
        if len(text) > LONGEST_NAME:
            raise place.at("name").error(f"is longer than {LONGEST_NAME} characters")
    said = [key for key in (*MEASURES, "closed") if place.find(key)]
    if len(said) != 1:
        raise place.error(f"says when it shines in one of {', '.join((*MEASURES, 'closed'))}")
    (key,) = said
    colour = place.at("colour").choice(COLOURS)
    article = cite.text() if cite else None
    if key == "closed":
        return Light(colour, name, closed=place.at(key).choice(CLOSED), cite=article)
    least, most = _bounds(place.at(key))
    return Light(colour, name, key, least, most, cite=article)


def _bounds(place: Place) -> tuple[int | None, int | None]:
    place.only("from", "to")
    least, most = (
        bound.integer(-_FURTHEST, _FURTHEST) if bound else None
        for bound in (place.find("from"), place.find("to"))
    )
    return least, most


def _uncovered(opened: Sequence[tuple[Light, str]]) -> Iterator[tuple[str, str]]:
    """The gaps and overlaps of the lights of what is open."""
    ordered = sorted(opened, key=lambda each: (each[0].least is not None, each[0].least or 0))
    first, last = ordered[0], ordered[-1]
    if first[0].least is not None:
        yield first[1], f"leaves what lies below {first[0].least} without a light"
    for (one, before), (other, place) in pairwise(ordered):
        if one.most is None or other.least is None or other.least <= one.most:
            yield before, f"is for what {place} is for too"
            yield place, f"is for what {before} is for too"
        elif other.least > one.most + 1:
            yield place, f"leaves what lies between {one.most} and {other.least} without a light"
    if last[0].most is not None:
        yield last[1], f"leaves what lies above {last[0].most} without a light"
