"""The first page of a list is the beginning of the whole list, in every order and on any day."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from dondoc.rules.obligations import STATES, Obligation
from dondoc.storage.advancing import advance
from dondoc.storage.database import Store, open_store
from dondoc.storage.questions.filtering import Filter
from dondoc.storage.questions.listing import ORDERS, first_of, key_of_order
from dondoc.storage.questions.queries import obligations
from support.office import DONE, ISSUED, TASK, Told, tell
from support.stores import SINCE
from support.stories import law

SEED = 20261126
FIRST, THROUGH = date(2026, 1, 5), date(2026, 8, 20)
"""PNV hands over to SNV on 1/7/2026, between the two."""
BODIES = ("PYT", "PNV", "XDS", "XYZ-9")


def some_history(chance: random.Random) -> Iterator[Told]:
    """A document with a task, which is done in time, late, or not."""
    given = FIRST + timedelta(days=chance.randrange(160))
    due = given + timedelta(days=chance.randrange(3, 60))
    lead = chance.choice(BODIES)
    yield given.isoformat(), ISSUED, {"task_count": chance.choice((1, 2))}
    yield given.isoformat(), TASK, {"lead": lead, "due_on": due.isoformat()}
    done = given + timedelta(days=chance.randrange(1, 90))
    what = chance.choice((DONE, DONE, "task.returned", "task.withdrawn", "task.progress"))
    if done <= THROUGH and chance.random() < 0.7:
        data = {"completed_on": done.isoformat()} if what == DONE else {}
        yield done.isoformat(), what, {"body": lead, **data} if what != "task.withdrawn" else {}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def office(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    """Sixteen documents of several bodies, one of which has handed over."""
    url = f"sqlite:///{tmp_path_factory.mktemp('listing') / 'dondoc.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_cluster").create_schema()
    store = open_store(url)
    store.migrate(SINCE)
    advance(store, law(), THROUGH)
    chance = random.Random(SEED)
    for number in range(16):
        tell(store, f"VB-{number}", *some_history(chance))
    yield store
    store.close()


WISHES: list[dict[str, Any]] = [
    {},
    *({"state": state} for state in STATES),
    *({"body": body} for body in (*BODIES, "SNV", "VP")),
    {"state": "overdue", "body": "SNV"},
    {"state": "met_late", "body": "PNV"},
    {"breach": True},
    {"breach": True, "state": "overdue"},
    {"due_before": date(2026, 4, 1)},
    {"due_after": date(2026, 4, 1), "state": "open"},
    {"opened_from": date(2026, 3, 2), "opened_to": date(2026, 4, 1)},
    {"subject": "VB-3"},
    {"subject": "2026-03", "body": "SNV"},
    {"rule": "execution"},
]
DAYS = (THROUGH, date(2026, 7, 1), date(2026, 3, 15))


@pytest.fixture(scope="module")
def whole(office: Store) -> dict[date, list[Obligation]]:
    """All obligations of each day."""
    return {
        day: office.read(lambda tx: obligations(tx, law(), day))  # noqa: B023
        for day in DAYS
    }


@pytest.mark.parametrize("wish", WISHES, ids=str)
def test_a_page_is_the_beginning_of_the_whole_list(
    office: Store, whole: dict[date, list[Obligation]], wish: dict[str, Any]
) -> None:
    wanted = Filter(**wish)
    for place, order in enumerate(ORDERS):
        day = DAYS[place % len(DAYS)]
        found = [each for each in whole[day] if wanted.holds(each, law().directory, day)]
        ordered = sorted(found, key=key_of_order(order, day))
        for limit in (4, 10_000):
            page = office.read(
                lambda tx: first_of(tx, law(), day, wanted, order, limit)  # noqa: B023
            )
            assert page.total == len(found)
            assert page.obligations == ordered[:limit], (day, order, limit)
    again = office.read(lambda tx: obligations(tx, law(), THROUGH, wanted))
    assert again == [e for e in whole[THROUGH] if wanted.holds(e, law().directory, THROUGH)]


def test_the_worst_come_first(whole: dict[date, list[Obligation]]) -> None:
    ordered = sorted(whole[THROUGH], key=key_of_order("worst", THROUGH))
    late = [each for each in ordered if each.state(THROUGH) == "overdue"]
    assert len(late) > 10
    assert ordered[: len(late)] == late
    ranks = [(not each.counts_as_breach(THROUGH), each.due or THROUGH) for each in late]
    assert ranks == sorted(ranks)
