"""The second stage of a redaction, over everything dondoc can reach: static pages and queues
first, then the database's copies, then `erased_at` (docs/secrecy.md).

Whatever fails leaves it to be done again; nothing here needs to know how far another try came.
"""

from __future__ import annotations

from datetime import datetime

from ...storage.catch_ups import tell_again
from ...storage.database import Store
from ...storage.engines.errors import StorageError
from ...storage.projecting import Lawful
from ...storage.renamed import redact_answers
from ...storage.secrecy.remains import TABLES, Sought, mark_erased, settle, sought
from ..handover import await_answers
from ..transport import Address, Client, Delivery, TransportError
from ..transport.topology import BrokerNames
from .awaiting_letters import await_letters
from .sifting import concerns, recalled, sift
from .standing_pages import Pages, renew_pages


def erase_copies(
    store: Store,
    law: Lawful,
    address: Address,
    names: BrokerNames,
    pages: Pages | None,
    now: datetime,
    patience: float,
) -> list[str]:
    """Erase everything left of what is redacted and not erased yet, and remember that it is done;
    gives a line for whatever remains, with what to do. Raises nothing for what can be mended.

    *pages* makes the static pages anew; None: nobody here can. What is on its way to the broker or
    to a mail server is waited for, *patience* seconds at most for each.
    """
    try:
        redact_answers(store, law, now)
        settle(store, law, sought(store))
        wanted = sought(store)
        if not wanted.redactions:
            return []
        # After the settling, which what another instance stored too late does not outlast.
        since = max(each.redacted_at for each in wanted.redactions)
        remaining = renew_pages(store, pages, since)
        remaining += await_letters(store, now, patience)
        remaining += _clear_queues(store, address, names, wanted, now, patience)
        remaining += store.overwrite(TABLES)
        if not remaining and not mark_erased(store, wanted, now):
            remaining = ["more of it has arrived meanwhile: run this again"]
    except StorageError as error:
        return [str(error)]
    return remaining


def still_on_their_way(store: Store, address: Address, now: datetime, patience: float) -> bool:
    """Whether messages can still come out, *patience* seconds later, that were handed over before.
    Raises StorageError."""
    try:
        return bool(await_answers(store, address, now, patience))
    except TransportError:
        return True


def _clear_queues(
    store: Store,
    address: Address,
    names: BrokerNames,
    wanted: Sought,
    now: datetime,
    patience: float,
) -> list[str]:
    """Take what is about *wanted* out of the dead letters, the unrouted reminders and those that
    are to be told by mail, when no more can come."""
    try:
        on_their_way = await_answers(store, address, now, patience)
        with Client(address) as client:
            # Whether mail is set up here or not: the queue may be of another time.
            mail = (names.mail,) if client.exists(names.mail) else ()
            sift(client, names.dead, lambda delivery: concerns(delivery, wanted))
            for queue in (names.unrouted, *mail):
                sift(client, queue, lambda delivery: _is_unread(store, delivery, wanted))
    except TransportError as error:
        listed = f"{names.dead}, {names.unrouted} and {names.mail}"
        return [f"{listed} were not searched: {error}"]
    return on_their_way


def _is_unread(store: Store, delivery: Delivery, wanted: Sought) -> bool:
    """Whether a message that nobody has read is to be removed. What is left of a digest is told
    anew, which is committed before the message goes."""
    message = recalled(delivery, wanted)
    if message is None:
        return concerns(delivery, wanted)
    store.transact(lambda tx: tell_again(tx, [message]))
    return True
