"""An office whose database has as many obligations as one asks for, and what can be done to it.

The present is the same whatever the size: nine weeks of the sample's quarter and 500 new
documents, taken in by the real pipeline and reminded of; the rest are copies in the past. It must
never be asked for the same office twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from dondoc.rules.events import LOCAL
from dondoc.rules.law import Law
from dondoc.sample.generator import directory_toml, generate
from dondoc.storage.scheduling import let_time_pass
from dondoc.storage.transaction import Transaction

from .cloning import Growth, grow
from .events import Sent, new_documents, today
from .inside import Inside, inside
from .services import Office

BODIES = 100
FROM_SAMPLE, NEW = 5_000, 500
"""Messages of which the present is made."""
_NEVER = "2099-01-01"


@dataclass(frozen=True, slots=True)
class Grown:
    """An office, the pipeline on its database, and how many obligations that had at first."""

    office: Office
    pipe: Inside
    obligations: int


def grown(folder: Path, broker_url: str | None, database_url: str | None, growth: Growth) -> Grown:
    """An office in *folder*, its database grown."""
    folder.mkdir(parents=True)
    bodies = folder / "bodies.toml"
    bodies.write_text(_directory(), encoding="utf-8")
    office = Office(folder / "office", broker_url, database_url, bodies)
    pipe = inside(office.database_url, bodies)
    pipe.take_in([*quarter()[:FROM_SAMPLE], *new_documents(NEW)])
    let_time_pass(pipe.store, pipe.law, pipe.texts, open_moment(pipe.law))
    pipe.store.close()
    return Grown(office, pipe, grow(office.database_url, growth))


def quarter() -> list[Sent]:
    """Every message of the sample that ends today."""
    return [Sent(each.body, each.content_type, each.headers) for each in generate(today(), 1)]


def new_since() -> Iterator[Sent]:
    """What comes after the present: documents that no grown office has."""
    yield from new_documents(NEW + 100_000)[NEW:]


def _directory() -> str:
    """The sample's bodies, and communes until there are BODIES."""
    told = directory_toml().decode()
    parts = [told]
    for number in range(told.count("[[body]]"), BODIES):
        parts.append(
            f'[[body]]\ncode = "XA{number:03}"\nname = "UBND xã số {number}"\nkind = "commune"\n'
            'head = "Chủ tịch UBND xã"\n'
        )
    return "\n".join(parts)


def open_moment(law: Law, days: int = 0) -> datetime:
    """A time inside the publishing window, on the first working day at least *days* from today."""
    moment = datetime.now(LOCAL).replace(hour=9, minute=0) + timedelta(days=days)
    while not law.policy.window.is_open(moment, law.calendar):
        moment += timedelta(days=1)
    return moment


def spread_over_bodies(each: Grown) -> None:
    """Have the obligations of the last half year owed by all BODIES; what follows from their
    events is another thing from then on."""
    since = (today() - timedelta(days=180)).isoformat()
    codes = [body.code for body in each.pipe.law.directory]

    def work(tx: Transaction) -> None:
        ids = tx.rows(
            "SELECT id FROM obligation WHERE closed_on IS NULL UNION"
            " SELECT id FROM obligation WHERE closed_on >= %s ORDER BY id",
            since,
        )
        rows = [(codes[at % len(codes)], id_) for at, (id_,) in enumerate(ids)]
        tx.run_each("UPDATE obligation SET body=%s WHERE id=%s", rows)

    each.pipe.store.transact(work)


def only_due(each: Grown, moment: datetime, ids: list[str]) -> None:
    """Have the obligations of *ids* want attention on the day of *moment*, and no others."""
    day = moment.date().isoformat()

    def work(tx: Transaction) -> None:
        tx.run(
            "UPDATE obligation SET next_reminder_on=%s"
            " WHERE next_reminder_on IS NOT NULL AND next_reminder_on <= %s",
            _NEVER,
            day,
        )
        tx.run_each(
            "UPDATE obligation SET next_reminder_on=%s WHERE id=%s", [(day, id_) for id_ in ids]
        )

    each.pipe.store.transact(work)


def overdue_ids(each: Grown) -> list[str]:
    """The ids of all that is overdue, in order: the same for any size."""
    rows = each.pipe.store.read(
        lambda tx: tx.rows(
            "SELECT id FROM obligation WHERE closed_on IS NULL AND due < %s ORDER BY id",
            today().isoformat(),
        )
    )
    return [id_ for (id_,) in rows]
