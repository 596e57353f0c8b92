"""A course as a state machine: whatever comes, in any order, with days and commands in between.

Hypothesis decides what comes; after each step nothing that was promised may be broken, and at the
end the same events in another order and other batches must have led to the same rows.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from dondoc.connector.lines import to_line
from dondoc.rules.event_types import SECRECY_CHANGED
from dondoc.rules.streams import kind_of
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from ..rounds import Found
from .messages import TYPES, Sent, canary_of, sent
from .values import DOCUMENTS
from .world import FIRST_DAY, World, later

_LAST_DAY = date(2026, 12, 31)
_KINDS = sorted({kind_of(type_) for type_ in TYPES})
_OF_KIND = {kind: tuple(each for each in TYPES if kind_of(each) == kind) for kind in _KINDS}
_of_tasks = st.lists(st.sampled_from(_OF_KIND["document"]), min_size=2, max_size=5)
_mixes = st.one_of(
    _of_tasks.map(lambda types: ("task.assigned", *types)),
    st.just(TYPES),
    st.lists(st.sampled_from(TYPES), min_size=2, max_size=5).map(tuple),
    st.sampled_from([*_OF_KIND.values()]),
)
"""The types of one course: of few types, more meet about one thing."""


class Course(RuleBasedStateMachine):
    """One course in ``world``; what came is kept in ``kept`` when something was broken."""

    world: World
    tried: Counter[str]
    kept: Path

    def __init__(self) -> None:
        super().__init__()
        self.world.clear()
        self.tried["courses"] += 1
        self.came: list[Sent] = []
        self.known: dict[tuple[str, str], Sent] = {}
        self.day = FIRST_DAY
        self.broken = False

    @initialize(types=_mixes, narrow=st.booleans())
    def it_begins(self, types: tuple[str, ...], narrow: bool) -> None:
        self.coming = st.lists(sent(types, narrow), min_size=1, max_size=8)

    @rule(data=st.data())
    def events_come(self, data: st.DataObject) -> None:
        batch = data.draw(self.coming)
        self._take([each for each in batch if self._is_new(each)])

    @rule(data=st.data())
    def more_events_come(self, data: st.DataObject) -> None:
        self.events_come(data)

    @rule(each=sent((SECRECY_CHANGED,)))
    def a_document_becomes_secret(self, each: Sent) -> None:
        self._take([each] if self._is_new(each) else [])

    @rule(chance=st.randoms(use_true_random=False))
    def some_come_again(self, chance: random.Random) -> None:
        self._take(chance.sample(self.came, min(len(self.came), 5)))

    @rule(by=st.sampled_from([1, 7, 31, 100]))
    def days_pass(self, by: int) -> None:
        self.day = later(self.day, by)
        with self._step():
            self.world.lived.reach(self.day)
        self.tried["days"] += 1

    @rule(subject=st.sampled_from([None, *DOCUMENTS]))
    def something_is_judged_anew(self, subject: str | None) -> None:
        with self._step():
            self.world.lived.reprocess(subject)

    @rule(by=st.sampled_from([-30, 0, 60]))
    def somebody_looks(self, by: int) -> None:
        subjects = {each.subject for each in self.came}
        with self._step():
            self.tried["explained"] += self.world.lived.read_all(later(self.day, by), subjects)

    @invariant()
    def what_is_secret_is_hidden(self) -> None:
        streams, canaries = self._secret()
        with self._step():
            if streams:
                self.world.lived.hides(canaries, streams)

    def teardown(self) -> None:
        """The same in another order, by other batches: the same rows."""
        if self.broken:
            return
        world = self.world
        world.lived.is_as_projected()
        world.lived.open(_LAST_DAY)
        chance = random.Random(len(self.came))
        order = chance.sample(self.came, len(self.came))
        while order:
            size = chance.randint(1, 8)
            world.compared.take(order[:size])
            del order[:size]
            if chance.random() < 0.2:
                world.compared.open(later(FIRST_DAY, chance.randint(0, 200)))
        world.compared.open(_LAST_DAY)
        # What is erased keeps no mark of the law until it is judged anew.
        world.lived.reprocess(None)
        world.compared.reprocess(None)
        self.tried["orders"] += 1
        lived, compared = world.lived.state(), world.compared.state()
        for table in lived:
            differing = {*lived[table]} ^ {*compared[table]}
            assert not differing, f"another order gives other rows of {table}"
        assert lived == compared, "another order gives other rows"

    def _is_new(self, each: Sent) -> bool:
        """Whether nothing else of that id has come: which of two conflicting events is the first
        is a question of order."""
        return self.known.setdefault(each.key, each) is each

    def _take(self, batch: list[Sent]) -> None:
        if batch:
            self.came += batch
            self.tried["events"] += len(batch)
            self.kept.write_text(lines_of(self.came), encoding="utf-8")
            with self._step():
                self.world.lived.take(batch)

    @contextmanager
    def _step(self) -> Iterator[None]:
        """What breaks is what is told of, not what comes of it afterwards."""
        self.broken = True
        yield
        self.broken = False

    def _secret(self) -> tuple[set[str], dict[str, str]]:
        """The streams that are secret by now, and the texts that must be gone with them, each with
        what it is."""
        subjects = {each.subject for each in self.came if each.redacts}
        about = [each for each in self.came if each.about_document and each.subject in subjects]
        names = subjects.union(*(each.names for each in about))
        canaries = {canary_of(subject): "what a secret document said" for subject in subjects}
        for each in self.came:
            for name, canary in each.canaries:
                if name in names:
                    canaries[canary] = f"what a {each.type} said beside {name!a}, a secret name,"
        return {f"document:{subject}" for subject in subjects}, canaries


def lines_of(came: Iterable[Sent]) -> str:
    """What came, as `dondoc replay` takes it."""
    return "".join(f"{to_line(each.message)}\n" for each in came)


def try_courses(world: World, seeded: int, examples: int, kept: Path) -> Counter[str]:
    """Let *examples* courses happen, decided by *seeded*; gives what was tried. Raises `Found`
    with the smallest course that could be made of the one that broke a promise: its messages in
    *kept*, and all that happened beside it in a text."""
    tried: Counter[str] = Counter()
    course = type("Course", (Course,), {"world": world, "tried": tried, "kept": kept})
    limits = settings(
        max_examples=examples,
        stateful_step_count=12,
        deadline=None,
        database=None,
        derandomize=False,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    try:
        run_state_machine_as_test(seed(seeded)(course), settings=limits)
    except Exception as broken:  # whatever a course raises is what was looked for
        steps = "\n".join(getattr(broken, "__notes__", ()))
        kept.with_suffix(".txt").write_text(steps, encoding="utf-8", errors="backslashreplace")
        told = str(broken).partition("\n")[0]
        raise Found(f"{type(broken).__name__}: {told}", kept) from broken
    kept.unlink(missing_ok=True)
    return tried
