"""Who runs this command, for the audit trail, and the two ways to enter what is done there.

What the environment says of a person is believed only where the system's list of users agrees; no
option and no setting names another.
"""

from __future__ import annotations

import os
import pwd
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from pathlib import Path
from platform import node

from ...rules.law import Law
from ...rules.streams import DOCUMENTS, key_of
from ...storage.audit import Act, Course, Detail, Operator, acting, enter, is_entered, note_law
from ...storage.database import Store
from ...storage.streams import streams_of_subject
from ...storage.transaction import SINCE, Transaction
from .clock import now

_LOGIN = Path("/proc/self/loginuid")
_NO_LOGIN = 2**32 - 1
"""What the kernel says of a process that no login began: a service, a container."""


def operator(environment: Mapping[str, str] = os.environ) -> Operator:
    """Whoever runs this process. The person is, in this order: whoever logged in, as the kernel
    keeps it; whoever called sudo, where the user of that name has the number that sudo gives; the
    account that the process runs as."""
    account = _name(os.getuid())
    return Operator(_logged_in() or _sudo(environment) or account, account, node())


def act(
    name: str,
    subject: str | None = None,
    number: int | None = None,
    details: Mapping[str, Detail] | None = None,
) -> Act:
    """The act *name* of whoever runs this process, now; for `storage.audit.enter` in the
    transaction that does it."""
    return Act(name, operator(), now(), subject, number, details or {})


def recorded(store: Store, name: str, subject: str | None = None) -> AbstractContextManager[Course]:
    """The same for a block of more than one transaction: entered as begun before it, and ended
    with what the block sets on the `Course` that it is given."""
    return acting(store, act(name, subject), now)


def key_about(store: Store, subject: str) -> str:
    """The key of the stream about *subject*, of the first where there are several; as if it were a
    document where there is none."""
    found = store.read(lambda tx: streams_of_subject(tx, subject))
    return found[0].key if found else key_of(DOCUMENTS, subject)


def migrated(store: Store, since: date) -> list[str]:
    """Bring the tables of *store* to this version, entered as the act "migrate" where anything was
    applied; gives and raises as `Store.migrate`."""
    doing = act("migrate")
    told: list[str] = []

    def also(tx: Transaction, applied: list[str]) -> None:
        if applied:
            details = {"applied": applied}
            enter(tx, replace(doing, number=len(applied), details=details))
        # Where nothing is left to do, this may have done it, and its commit went unheard.
        if applied or not is_entered(tx, doing):
            told[:] = applied

    store.migrate(since, also)
    return told


def notice_law(store: Store, law: Law) -> None:
    """Enter as the act "law" what of *law*, and of the day since when is tracked, is another than
    at the last start."""
    by, at = operator(), now()

    def work(tx: Transaction) -> bool:
        return note_law(tx, {**law.parts, "since": tx.setting(SINCE) or ""}, by, at)

    store.transact(work)


def _logged_in() -> str | None:
    try:
        uid = int(_LOGIN.read_text("ascii"))
    except (OSError, ValueError):
        return None
    return None if uid == _NO_LOGIN else _name(uid)


def _sudo(environment: Mapping[str, str]) -> str | None:
    name, uid = environment.get("SUDO_USER"), environment.get("SUDO_UID")
    try:
        return name if name and str(pwd.getpwnam(name).pw_uid) == uid else None
    except (KeyError, ValueError):  # no such user, or a name that can be none
        return None


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"
