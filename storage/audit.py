"""The trail of what operators did that changed something: who, on which host, when, what, to how
many.

An act of one transaction is entered in it (`enter`), and by it known to be done (`done_once`): it
is there exactly when the act is. An act of many transactions, or at the broker, is entered as begun
before the first of them, and ended after the last (`acting`): a process that is killed leaves
"begun", never an act without an entry.
No entry may hold free text or a word of a document; the name of a subject that is secret is
entered as its digest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import TypeVar
from uuid import uuid4

from .database import Store
from .engines.errors import StorageError
from .secrecy.trail import told_in_trail
from .tables.forms import object_of, to_json, to_micros
from .transaction import Transaction

T = TypeVar("T")

BEGUN, DONE, FAILED = "begun", "done", "failed"
"""What is known of how an act ended; begun alone: nothing, as its process was killed."""
OUTCOMES = (BEGUN, DONE, FAILED)

LAW_NOTICED = "law noticed"
"""Setting: the digests of the law that the last start went by."""

Detail = str | int | bool | None | Sequence[str]
"""A value of an entry's details: a number, or words that name something of dondoc's own."""

_WORD = re.compile(r"[\w.:@+-]{0,80}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Operator:
    """Who acts: ``who`` is the person as far as the system knows, ``account`` the user that the
    process runs as, ``host`` the machine."""

    who: str
    account: str
    host: str


@dataclass(frozen=True, slots=True)
class Act:
    """Something that an operator does: ``name`` is the command's words ("dead drop").

    ``at`` is aware. ``subject`` is the key of the stream that it is about, ``number`` of how many
    things. ``token`` is its identity. Raises ValueError for details that are free text.
    """

    name: str
    by: Operator
    at: datetime
    subject: str | None = None
    number: int | None = None
    details: Mapping[str, Detail] = field(default_factory=dict)
    token: str = field(default_factory=lambda: uuid4().hex)

    def __post_init__(self) -> None:
        for name, value in self.details.items():
            for word in [name, *([value] if isinstance(value, str) else _words(value))]:
                if not _WORD.fullmatch(word):
                    raise ValueError(
                        f"the trail takes no free text; {name} of {self.name} has some"
                    )


@dataclass(slots=True)
class Course:
    """What an act that is under way has come to; set while it goes on, written when it ends.
    ``token`` is the act's own."""

    subject: str | None = None
    number: int | None = None
    details: dict[str, Detail] = field(default_factory=dict)
    token: str = ""


def as_word(text: str) -> str:
    """*text*, where it is a word that details may hold; otherwise a digest that stands for it."""
    return text if _WORD.fullmatch(text) else sha256(text.encode(errors="replace")).hexdigest()[:16]


def enter(tx: Transaction, act: Act, outcome: str = DONE) -> None:
    """Enter *act* in its own transaction *tx*; the same act again changes nothing."""
    ended = None if outcome == BEGUN else to_micros(act.at)
    tx.run(
        "INSERT INTO audit (token, at, who, account, host, act, subject, number, outcome,"
        " ended_at, details) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
        " ON CONFLICT (token) DO NOTHING",
        *(act.token, to_micros(act.at), act.by.who, act.by.account, act.by.host, act.name),
        *(_named(tx, act.subject), act.number, outcome, ended, _json(act.details)),
    )


def is_entered(tx: Transaction, act: Act) -> bool:
    """Whether *act* is in the trail."""
    return bool(tx.rows("SELECT 1 FROM audit WHERE token=%s", act.token))


def done_once(store: Store, act: Act, work: Callable[[Transaction], T]) -> T:
    """Do *work*, which enters *act* where it does anything, in one transaction; gives what it
    gives. Where that was committed and nobody heard of it, it is not done once more. Raises as
    `Store.transact`, and what *work* raises."""
    given: list[T] = []

    def once(tx: Transaction) -> T:
        if not given or not is_entered(tx, act):
            given[:] = [work(tx)]
        return given[0]

    return store.transact(once)


@contextmanager
def acting(store: Store, act: Act, clock: Callable[[], datetime]) -> Iterator[Course]:
    """Do in the block what *act* is: it is entered as begun before, and ended with what the block
    made of the `Course`, by the aware time that *clock* gives.

    What the block raises, Ctrl-C included, is entered as a failure, with the name of its class.
    Raises `StorageError` where the entry cannot be written, before anything is done.
    """
    store.transact(lambda tx: enter(tx, act, BEGUN))
    course = Course(act.subject, act.number, dict(act.details), act.token)
    try:
        yield course
    except BaseException as error:  # Ctrl-C included: a trail that says "begun" tells of a kill
        course.details["error"] = type(error).__name__
        _try_to_end(store, act, course, clock())
        raise
    _end(store, act, course, DONE, clock())


def note_law(tx: Transaction, parts: Mapping[str, str], by: Operator, at: datetime) -> bool:
    """Enter as the act "law" that a start at the aware time *at* goes by other *parts* of the law
    (name: digest) than the last one, with those that differ; gives whether they do.

    Of instances that start at once with the same law, one enters it.
    """
    told = to_json(dict(parts))
    before = tx.setting(LAW_NOTICED)
    if before == told:
        return False
    if before is None:
        fresh = tx.touch(
            "INSERT INTO setting (key, value) VALUES (%s, %s) ON CONFLICT (key) DO NOTHING",
            LAW_NOTICED,
            told,
        )
    else:
        fresh = tx.touch(
            "UPDATE setting SET value=%s WHERE key=%s AND value=%s", told, LAW_NOTICED, before
        )
    if not fresh:
        return False
    enter(tx, Act("law", by, at, details=_differing(before, parts)))
    return True


def _differing(before: str | None, parts: Mapping[str, str]) -> dict[str, Detail]:
    """The digests before and after of each part of the law that is another."""
    had = object_of(before) if before else {}
    return {
        name: [as_word(str(each)) for each in (had.get(name), digest) if each is not None]
        for name, digest in sorted(parts.items())
        if had.get(name) != digest
    }


def _try_to_end(store: Store, act: Act, course: Course, at: datetime) -> None:
    # What the act itself raised is what has to be told; the entry then stays begun.
    with suppress(StorageError):
        _end(store, act, course, FAILED, at)


def _end(store: Store, act: Act, course: Course, outcome: str, at: datetime) -> None:
    known = replace(act, subject=course.subject, details=course.details)

    def write(tx: Transaction) -> None:
        tx.run(
            "UPDATE audit SET outcome=%s, ended_at=%s, number=%s, subject=%s, details=%s"
            " WHERE token=%s",
            *(outcome, to_micros(at), course.number, _named(tx, known.subject)),
            *(_json(known.details), act.token),
        )

    store.transact(write)


def _named(tx: Transaction, subject: str | None) -> str | None:
    return None if subject is None else told_in_trail(tx, subject)


def _json(details: Mapping[str, Detail]) -> str | None:
    return to_json(dict(details)) if details else None


def _words(value: Detail) -> list[str]:
    return [] if value is None or isinstance(value, int | str) else list(value)
