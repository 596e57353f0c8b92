"""A document of edXML that an update gives another symbol stays one document: what names it by the
new one is about it, whichever came first, and as secret as it is."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from itertools import permutations
from typing import Any

import pytest
from dondoc.commands.assembly.loading import load_directory, load_law
from dondoc.commands.assembly.settings import TrackingSettings
from dondoc.connector.contract.guard import Limits, Message
from dondoc.connector.examining import Tongue
from dondoc.connector.handled import Result
from dondoc.connector.intake import Intake
from dondoc.rules.law import Law
from dondoc.storage.database import Store
from dondoc.storage.moving.archiving import Filed, Went, take_away
from dondoc.storage.moving.log import read_of_streams
from dondoc.storage.renamed import redact_answers
from dondoc.storage.secrecy.first_stage import redacted_among
from dondoc.storage.secrecy.remains import Listed, redact_listed, redact_untold
from dondoc.storage.transaction import Transaction
from support.edxml import DIALECT, put, sample
from support.stores import count

NOW = datetime(2026, 3, 24, 3, 0, tzinfo=UTC)
OWN = "000.00.41.Z99"
OLD, NEW = f"{OWN},2026,15/CT-UBND", f"{OWN},2026,16/CT-UBND"
ISSUED, UPDATE = sample("01-new-qcvn-issued").decode(), sample("05-update").decode()


def renumbered(text: str, number: str) -> str:
    return text.replace("15/CT-UBND", f"{number}/CT-UBND")


ACCEPTED = renumbered(sample("09-status-03").decode(), "16")
COMPLETED = renumbered(sample("10-status-06").decode(), "16")
SECRET = put("05-update", "</edXML:OtherInfo>", "<Secret>Mật</Secret>")


def law_here() -> Law:
    directory = load_directory("sample")
    assert directory is not None
    return load_law(TrackingSettings(), directory)


def intake_of(store: Store, history_limit: int = 100) -> Intake:
    return Intake(store, law_here(), Limits(), history_limit, tongues={"truc": Tongue(DIALECT)})


def take(intake: Intake, *texts: str) -> list[Result]:
    said = [Message(each.encode(), None, {"secrecy": "normal"}, queue="truc") for each in texts]
    return [each.result for each in intake.handle(said, NOW)]


def stored(store: Store) -> dict[tuple[str, str], str]:
    """The stream of each event, by its type and id; what its body says of its subject agrees."""
    rows = store.read(
        lambda tx: tx.rows(
            "SELECT type, event_id, key, subject, body FROM event"
            " JOIN stream ON stream.id = stream_id"
        )
    )
    for _, _, key, subject, body in rows:
        said: dict[str, Any] = json.loads(body)
        assert key == f"document:{subject}" == f"document:{said['subject']}"
        assert said["data"].get("task_id", subject).startswith(subject)
    return {(type_, id_): subject for type_, id_, _, subject, _ in rows}


def streams(store: Store) -> list[tuple[str, int]]:
    rows = store.read(lambda tx: tx.rows("SELECT key, event_count FROM stream ORDER BY key"))
    return [(key.partition(":")[2], count) for key, count in rows if key.startswith("document:")]


def numbered(texts: Iterable[str], number: int) -> list[str]:
    """*texts* about another document: 15 and 16 are *number* and the one after it."""
    whole = "\0".join(texts)
    for before, after in (("15", number), ("16", number + 1)):
        whole = whole.replace(f"{before}/CT-UBND", f"{after}/CT-UBND")
        whole = whole.replace(f"CodeNumber>{before}<", f"CodeNumber>{after}<")
    return whole.split("\0")


def subject(number: int) -> str:
    return OLD.replace("15/CT", f"{number}/CT")


def all_redacted(store: Store, *subjects: str) -> bool:
    keys = {f"document:{each}" for each in subjects}
    return store.read(lambda tx: redacted_among(tx, keys)) == keys


def test_what_names_the_new_symbol_is_about_the_document_in_any_order(store: Store) -> None:
    intake = intake_of(store)
    orders = list(permutations([ISSUED, UPDATE, ACCEPTED]))
    expected = []
    for at, order in enumerate([*orders, *orders]):
        number = 100 + 10 * at
        told = numbered(order, number)
        for batch in [told] if at < len(orders) else [[each] for each in told]:
            take(intake, *batch)
        expected.append((subject(number), 4))
        assert streams(store) == expected
        before = stored(store)
        assert take(intake, *told) == [Result.DUPLICATE] * 3, "and the same again is the same"
        assert stored(store) == before
        assert streams(store) == expected


def test_a_second_update_and_a_recall_that_name_the_new_symbol_are_about_it_too(
    store: Store,
) -> None:
    intake = intake_of(store)
    take(intake, ISSUED, UPDATE)
    again = renumbered(UPDATE.replace("16/CT-UBND", "17/CT-UBND"), "16")
    again = again.replace("CodeNumber>16<", "CodeNumber>17<").replace("14:00:00", "15:00:00")
    recall = sample("06-recall").decode().replace("2026/02/10,33/UBND-VX", "2026/03/02,17/CT-UBND")
    recall = recall.replace("CodeNumber>33<", "CodeNumber>17<").replace(">UBND-VX<", ">CT-UBND<")
    take(intake, again)
    take(intake, renumbered(COMPLETED.replace("16/CT", "15/CT"), "17"))
    take(intake, recall)
    assert set(stored(store).values()) == {OLD}
    assert {type_ for type_, _ in stored(store)} >= {"task.completed", "document.withdrawn"}


def test_a_document_that_has_the_symbol_itself_keeps_what_is_said_of_it(store: Store) -> None:
    intake = intake_of(store)
    other = renumbered(ISSUED, "16").replace("CodeNumber>15<", "CodeNumber>16<")
    take(intake, ISSUED, other, UPDATE, ACCEPTED)
    assert {subject for (type_, _), subject in stored(store).items() if "task.acc" in type_} == {
        NEW
    }


def test_a_stream_without_room_for_more_leaves_them_where_they_are(store: Store) -> None:
    intake = intake_of(store, history_limit=3)
    take(intake, ISSUED, UPDATE, ACCEPTED)
    assert streams(store) == [(OLD, 3), (NEW, 1)]


def test_a_secret_update_erases_the_document_under_both_symbols_in_any_order(store: Store) -> None:
    intake = intake_of(store)
    for at, order in enumerate(permutations([ISSUED, UPDATE, ACCEPTED, SECRET])):
        number = 100 + 10 * at
        for each in numbered(order, number):
            take(intake, each)
        assert stored(store) == {}
        assert all_redacted(store, subject(number), subject(number + 1))


def test_an_update_of_the_new_symbol_that_is_secret_erases_the_document(store: Store) -> None:
    intake = intake_of(store)
    take(intake, ISSUED, UPDATE)
    secret = renumbered(SECRET.replace("16/CT-UBND", "17/CT-UBND"), "16")
    take(intake, secret.replace("CodeNumber>16<", "CodeNumber>17<"))
    assert stored(store) == {}


def test_what_names_a_document_that_is_secret_by_a_symbol_it_got_is_not_kept(store: Store) -> None:
    intake = intake_of(store)
    secret = SECRET.replace("16/CT-UBND", "15/CT-UBND").replace("CodeNumber>16<", "CodeNumber>15<")
    for at, order in enumerate(permutations([secret, UPDATE, ACCEPTED])):
        for each in numbered([ISSUED, *order, COMPLETED], 100 + 10 * at):
            take(intake, each)
        assert stored(store) == {}
        assert [number for _, number in streams(store) if number] == []


def archive_rows(store: Store, subject: str = OLD) -> None:
    """Archive the document *subject* with its rows, whether it is over or not."""
    key = f"document:{subject}"
    law = law_here()

    def filed(tx: Transaction) -> Filed:
        ((id_,),) = tx.rows("SELECT id FROM stream WHERE key=%s", key)
        events = (event for _, event in read_of_streams(tx, [id_]))
        return Filed(key, frozenset((e.source, e.id, e.sha256) for e in events))

    def close(tx: Transaction) -> None:
        tx.run("DELETE FROM obligation")
        tx.run("UPDATE stream SET next_opening=NULL, missing=NULL, flags=NULL")

    store.transact(close)
    went = take_away(store, law, [store.read(filed)], date(2026, 12, 1), NOW, whole=True)
    assert went[Went.GONE] == 1


def test_an_archived_document_is_known_by_the_symbol_that_it_got(store: Store) -> None:
    intake = intake_of(store)
    take(intake, ISSUED, UPDATE)
    archive_rows(store)
    assert take(intake, ACCEPTED, COMPLETED) == [Result.DEAD] * 2
    assert take(intake, sample("09-status-03").decode()) == [Result.DEAD]
    assert streams(store) == []


def test_another_document_of_the_same_symbol_is_not_the_archived_one(store: Store) -> None:
    intake = intake_of(store)
    take(intake, ISSUED, UPDATE)
    archive_rows(store)
    assert take(intake, ACCEPTED.replace(f"{OWN},2026", f"{OWN},2025")) == [Result.STORED]
    own = renumbered(ISSUED, "16").replace("CodeNumber>15<", "CodeNumber>16<")
    assert take(intake, own) == [Result.STORED], "a document that has the symbol itself"
    assert take(intake, ACCEPTED) == [Result.STORED]


@pytest.mark.parametrize("number", ["15", "16"])
@pytest.mark.parametrize("known", [True, False])
def test_an_archived_document_that_becomes_secret_is_so_under_both_symbols(
    store: Store, number: str, known: bool
) -> None:
    intake = intake_of(store)
    take(intake, ISSUED, UPDATE)
    archive_rows(store)
    key = f"document:{OLD.replace('15/CT', f'{number}/CT')}"
    if known:
        redact_listed(store, law_here(), [Listed(key, "mat", NOW)])
    else:
        redact_untold(store, law_here(), {key: "mat"}, NOW)
    assert take(intake, ACCEPTED) == [Result.REDACTED]
    assert take(intake, ISSUED, UPDATE, COMPLETED) == [Result.REDACTED] * 3
    assert [number for _, number in streams(store) if number] == []
    assert count(store, "archived_stream") == 0


def test_a_secret_document_that_nothing_was_stored_of_is_known_by_a_symbol_told_later(
    store: Store,
) -> None:
    intake = intake_of(store)
    redact_untold(store, law_here(), {f"document:{OLD}": "mat"}, NOW)
    assert take(intake, ISSUED, UPDATE) == [Result.REDACTED] * 2
    assert take(intake, ACCEPTED) == [Result.REDACTED]
    assert [number for _, number in streams(store) if number] == []


def test_what_was_said_of_it_by_the_new_symbol_goes_when_it_becomes_secret(store: Store) -> None:
    """An earlier version took an answer to an archived document for another document's; a full
    stream leaves one where it is."""
    intake = intake_of(store, history_limit=3)
    take(intake, ISSUED, UPDATE, ACCEPTED)
    assert streams(store) == [(OLD, 3), (NEW, 1)]
    redact_listed(store, law_here(), [Listed(f"document:{OLD}", "mat", NOW)])
    redact_answers(store, law_here(), NOW)
    assert [number for _, number in streams(store) if number] == []
