"""The directory of bodies: who exists when, of what kind, and who answers for whom.

Nothing about a body is hard-coded: the district level ended on 1/7/2025, and its bodies have
successors. An unknown code is never an error here; it has no kind and no name of its own.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from .body import Body

OFFICE = "office"
KINDS = frozenset({OFFICE, "department", "commune", "other"})

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Directory:
    """All bodies of one administrative unit, by code; ``version`` is a digest of what is judged
    by it, which names, heads and addresses are not.

    ``earlier``: the periods of a code before its last, which is the one in ``bodies``: a body
    that was renamed keeps its code and its history.
    """

    bodies: Mapping[str, Body]
    version: str = ""
    earlier: tuple[Body, ...] = ()
    hand_overs: tuple[date, ...] = field(init=False, compare=False)
    """The days on which another answers for some body than the day before, in order."""
    _periods: Mapping[str, tuple[Body, ...]] = field(init=False, repr=False, compare=False)
    _offices: tuple[Body, ...] = field(init=False, repr=False, compare=False)
    _handing: frozenset[str] = field(init=False, repr=False, compare=False)
    _changes: tuple[date, ...] = field(init=False, repr=False, compare=False)
    _predecessors: Mapping[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)
    _splits: Mapping[str, tuple[date, ...]] = field(init=False, repr=False, compare=False)
    _walks: dict[tuple[str, int, int], tuple[tuple[str, ...], tuple[str, ...]]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    _parts: dict[tuple[str, bool, int], tuple[str, ...]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        periods: dict[str, list[Body]] = defaultdict(list)
        for body in (*self.earlier, *self.bodies.values()):
            periods[body.code].append(body)
        for of_one in periods.values():
            of_one.sort(key=lambda body: body.valid_from or date.min)
        every = [body for of_one in periods.values() for body in of_one]
        starts = {body.valid_from for body in every if body.valid_from}
        ends = {body.valid_to + _ONE_DAY for body in every if body.valid_to}
        handed = {body.valid_to + _ONE_DAY for body in every if body.valid_to and body.successors}
        for of_one in periods.values():
            handed |= {
                again.valid_from
                for before, again in pairwise(of_one)
                if before.successors and again.valid_from
            }
        for name, value in (
            ("hand_overs", tuple(sorted(handed))),
            ("_periods", {code: tuple(of_one) for code, of_one in periods.items()}),
            ("_offices", tuple(body for body in every if body.kind == OFFICE)),
            ("_handing", frozenset(body.code for body in every if body.successors)),
            ("_changes", tuple(sorted(starts | ends))),
        ):
            object.__setattr__(self, name, value)
        object.__setattr__(self, "_predecessors", self._find_predecessors())
        object.__setattr__(self, "_splits", self._find_splits())

    def _find_splits(self) -> Mapping[str, tuple[date, ...]]:
        found: dict[str, tuple[date, ...]] = {}
        for code in self._periods:
            answering = [(day, self.answerable(code, day)) for day in self.hand_overs]
            if any(len(bodies) > 1 for _, bodies in answering):
                found[code] = tuple(
                    day
                    for (_, before), (day, bodies) in pairwise([(date.min, (code,)), *answering])
                    if len(bodies) > 1 and bodies != before
                )
        return found

    def _find_predecessors(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = defaultdict(list)
        for code in self._periods:
            for heir in self.heirs(code):
                found[heir].append(code)
        return {heir: tuple(codes) for heir, codes in found.items()}

    def __iter__(self) -> Iterator[Body]:
        """Each body once, by its last period."""
        return iter(self.bodies.values())

    def __contains__(self, code: object) -> bool:
        return code in self.bodies

    def get(self, code: str, day: date | None = None) -> Body | None:
        """The body of that *code* as it is on *day*: valid then, otherwise as it was last before,
        otherwise as it will be first; without a day its last period. None where the directory has
        none."""
        periods = self._periods.get(code)
        if periods is None or day is None:
            return self.bodies.get(code)
        if len(periods) == 1:
            return periods[0]
        begun = [body for body in periods if body.valid_from is None or body.valid_from <= day]
        return begun[-1] if begun else periods[0]

    def exists(self, code: str, day: date) -> bool:
        """Whether the body of that *code* exists on *day*; an unknown one does not."""
        body = self.get(code, day)
        return body is not None and body.valid_on(day)

    def has_ended(self, code: str, day: date) -> bool:
        """Whether the body of that *code* existed before *day* and does not on it."""
        body = self.get(code, day)
        return body is not None and body.valid_to is not None and body.valid_to < day

    @property
    def founded_anew(self) -> bool:
        """Whether a body exists again under the code of one that had handed over."""
        return any(body.successors for body in self.earlier)

    def has_periods(self, code: str) -> bool:
        """Whether the body of that *code* was renamed, or founded anew."""
        return len(self._periods.get(code, ())) > 1

    def kind(self, code: str, day: date | None = None) -> str | None:
        """The kind of the body of that *code* as `get` finds it, None where unknown."""
        body = self.get(code, day)
        return body.kind if body else None

    def name(self, code: str, day: date | None = None) -> str:
        """The name an official would read, as `get` finds the body; the code itself where the
        body is unknown."""
        body = self.get(code, day)
        return body.name if body else code

    def office(self, day: date) -> str | None:
        """The code of the Office valid on *day*; None where there is none."""
        for body in self._offices:
            if body.valid_on(day):
                return body.code
        return None

    def answerable(self, code: str, day: date, since: date | None = None) -> tuple[str, ...]:
        """Who answers for *code* on *day*: itself while it exists, then its successors, several
        where it was split and nobody knows yet which of them.

        A chain of successors is followed; where it ends, its last body answers. *since*: the day
        from which the thing is owed; a body that is founded anew under its code gets nothing back
        of what it had handed over before.
        """
        return self._walk(code, day, since)[1]

    def counted_under(self, code: str, day: date, since: date | None = None) -> str:
        """The one code under which totals count on *day* what *code* owed *since* a day: who
        answers for it, or where that are several, the last one before the split, so that it counts
        once."""
        answering = self.answerable(code, day, since)
        while len(answering) > 1:
            body = self._handed_over(code, day, since)
            if body is None or len(body.successors) > 1:
                return code
            code, since = body.successors[0], _handed_on(body)
        return answering[0]

    def acts_for(self, code: str, day: date, *, alone: bool = False) -> tuple[str, ...]:
        """The bodies whose act it is when *code* acts on *day*: its own, and that of each body it
        stands for then, at the end of a chain of successors or within it.

        What comes under the code of a body that has handed over counts as that body's still, since
        HSCV may not have been renamed; and as an act of the one body that answers for it, where
        that came into being by the hand-over and HSCV may have no other code for it. *alone*:
        without the others that this one stands for.
        """
        key = code, alone, bisect_right(self._changes, day)
        if code not in self._periods:
            return (code,)
        if key not in self._parts:
            renewed = self._renewed(code, day)
            whose = (code,) if alone else (code, *renewed)
            stood_for = (self._stood_for(each, day) for each in whose)
            acting = (each for of_one in stood_for for each in of_one)
            self._parts[key] = tuple(dict.fromkeys((code, *renewed, *acting)))
        return self._parts[key]

    def is_act_for(self, actor: str, code: str, day: date, since: date) -> bool:
        """Whether *actor*, whose acts on *day* are some of *code*'s, acts for it in what that was
        charged with on the day *since*: not where that was founded anew in between."""
        if code == actor or not self.has_periods(code):
            return True
        renewed = self._renewed(actor, day)
        standing = self._walk(code, day, since)[0]
        return code in renewed or not {actor, *renewed}.isdisjoint(standing)

    def _stood_for(self, code: str, day: date) -> Iterator[str]:
        """Whoever *code* stands for on *day*, in what is owed since whenever."""
        for each in self.predecessors(code):
            begun = (body.valid_from or date.min for body in self._periods[each])
            if any(code in self._walk(each, day, since)[0] for since in begun if since <= day):
                yield each

    def _renewed(self, code: str, day: date) -> tuple[str, ...]:
        """Who answers for *code* on *day*, where that is one body that none was before; else
        nobody."""
        body = self._handed_over(code, day)
        while body is not None and body.valid_to is not None:
            if len(body.successors) > 1 or self.exists(body.successors[0], body.valid_to):
                return ()
            code = body.successors[0]
            body = self._handed_over(code, day)
        return (code,)

    def splits(self, code: str) -> tuple[date, ...]:
        """The days on which several bodies begin to answer for *code*, in order."""
        return self._splits.get(code, ())

    def heirs(self, code: str) -> tuple[str, ...]:
        """Every other body that answers for *code* at some time, in a chain of successors."""
        found: dict[str, None] = {}
        waiting = [code]
        while waiting:
            for body in self._periods.get(waiting.pop(), ()):
                fresh = [each for each in body.successors if each not in found and each != code]
                found.update(dict.fromkeys(fresh))
                waiting += fresh
        return tuple(found)

    def predecessors(self, code: str) -> tuple[str, ...]:
        """Every other body that *code* answers for at some time."""
        return self._predecessors.get(code, ())

    def gap_in_office(self, first: date, last: date) -> date | None:
        """The first day of first…last without exactly one valid Office; None where fine."""
        edges = {first}
        for body in self._offices:
            if body.valid_from and first <= body.valid_from <= last:
                edges.add(body.valid_from)
            if body.valid_to and first <= body.valid_to < last:
                edges.add(body.valid_to + _ONE_DAY)
        for day in sorted(edges):
            if sum(body.valid_on(day) for body in self._offices) != 1:
                return day
        return None

    def _handed_over(self, code: str, day: date, since: date | None = None) -> Body | None:
        """The period of *code* that has handed over by *day* what is owed *since* a day, by
        default that one; None where the body answers itself."""
        body = self.get(code, day if since is None else min(since, day))
        if body is None:
            return None
        periods = self._periods[code]
        for each in periods[periods.index(body) :]:
            if each.valid_to is None or each.valid_to >= day:
                return None
            if each.successors:
                return each
        return None

    def _walk(
        self, code: str, day: date, since: date | None = None
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Whoever stands on *day* for *code* in what is owed *since* a day, the bodies between it
        and its successors included; and those of them that answer for it."""
        if code not in self._handing or self._handed_over(code, day, since) is None:
            return (code,), (code,)
        begun = bisect_right(self._changes, day if since is None else min(since, day))
        key = code, bisect_right(self._changes, day), begun
        if key not in self._walks:
            standing: dict[str, None] = {code: None}
            answering: dict[str, None] = {}
            waiting = [(code, since)]
            while waiting:
                each, owed_since = waiting.pop(0)
                body = self._handed_over(each, day, owed_since)
                if body is None:
                    answering[each] = None
                    continue
                fresh = [one for one in body.successors if one not in standing]
                standing.update(dict.fromkeys(fresh))
                waiting += [(one, _handed_on(body)) for one in fresh]
            self._walks[key] = tuple(standing), tuple(answering)
        return self._walks[key]


def _handed_on(body: Body) -> date | None:
    """The day on which the successors of *body* take over."""
    return None if body.valid_to is None else body.valid_to + _ONE_DAY
