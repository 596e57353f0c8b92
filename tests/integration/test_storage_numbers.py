"""Numbers of sources on both databases: told with the events, whatever becomes of these later."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from dondoc.storage import numbering
from dondoc.storage.advancing import advance
from dondoc.storage.database import Store
from dondoc.storage.moving.archiving import Went, take_away
from dondoc.storage.new_events import NewEvent, Outcome
from dondoc.storage.numbering import SourceNumbers, merge, missing_by_age, numbers_of
from dondoc.storage.numbers import NumberCounting
from dondoc.storage.secrecy.first_stage import lift
from dondoc.storage.secrecy.remains import Listed, redact_listed, redact_untold
from dondoc.storage.taking_in import record
from dondoc.storage.transaction import Transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.archiving import filed_of, nothing_missing
from support.plain_law import PlainLaw, issued, new_event
from support.stores import SINCE, count

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LAW = PlainLaw()


def numbered(number: int, name: str = "", source: str = "/hscv") -> NewEvent:
    """An event of its own document, with a number."""
    id_ = name or f"n-{number}"
    return issued(f"{source[1:]}-{id_}", event_id=id_, source=source, sequence=number)


def take(store: Store, *events: NewEvent, at: datetime = NOW) -> list[Outcome]:
    return record(store, LAW, events, at)


def found(store: Store) -> dict[str, SourceNumbers]:
    return {each.source: each for each in store.read(numbers_of)}


def missing(store: Store, source: str = "/hscv") -> list[tuple[int, int]]:
    return [(each.first, each.last) for each in found(store)[source].missing]


def test_what_never_came_is_told_by_source_before_and_after_merging(store: Store) -> None:
    take(store, *map(numbered, (1, 2, 4, 9)), numbered(5, source="/khac"))
    take(store, numbered(8, source="/khac"), numbered(3), at=NOW + timedelta(hours=1))
    for _ in range(2):
        assert missing(store) == [(5, 8)]
        assert missing(store, "/khac") == [(6, 7)]
        assert [each.since for each in found(store)["/khac"].missing] == [NOW + timedelta(hours=1)]
        merge(store)
    assert count(store, "number_told") == 0
    assert count(store, "number_run") == 4


def test_a_second_delivery_changes_nothing(store: Store) -> None:
    events = list(map(numbered, (1, 2, 4)))
    take(store, *events)
    merge(store)
    before = found(store)
    assert set(take(store, *events)) == {Outcome.DUPLICATE}
    merge(store)
    assert found(store) == before
    assert found(store)["/hscv"].counting is NumberCounting.COUNTED


def test_a_number_is_there_exactly_when_its_event_is(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both are of one transaction: whatever stops it, as a kill does, leaves neither."""

    def stop(*_: object) -> None:
        raise RuntimeError("stopped")

    monkeypatch.setattr("dondoc.storage.taking_in.drop_empty", stop)
    with pytest.raises(RuntimeError, match="stopped"):
        take(store, numbered(1))
    assert (count(store, "event"), count(store, "number_told")) == (0, 0)


def test_a_merge_that_is_stopped_has_merged_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(store, numbered(1), numbered(3))
    write = numbering._write

    def stop(*_: object) -> None:
        write(*_)  # type: ignore[arg-type]
        raise RuntimeError("stopped")

    with monkeypatch.context() as patched:
        patched.setattr(numbering, "_write", stop)
        with pytest.raises(RuntimeError, match="stopped"):
            merge(store)
    assert (count(store, "number_told"), count(store, "number_run")) == (2, 0)
    merge(store)
    assert missing(store) == [(2, 2)]


def test_two_instances_that_merge_at_once_count_every_number_once(store: Store) -> None:
    failures: list[BaseException] = []

    def work(offset: int) -> None:
        try:
            for number in range(offset, 60, 2):
                take(store, numbered(number))
                merge(store)
        except BaseException as failure:  # noqa: BLE001 - told below
            failures.append(failure)
        finally:
            store.close()

    threads = [threading.Thread(target=work, args=(offset,)) for offset in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    merge(store)
    assert missing(store) == []
    assert store.read(lambda tx: tx.rows("SELECT came, again FROM numbering")) == [(60, 0)]
    assert store.read(lambda tx: tx.rows("SELECT low, high FROM number_run")) == [(0, 59)]


def test_what_is_erased_as_secret_opens_no_gap_and_may_be_sent_again(store: Store) -> None:
    take(store, *map(numbered, (1, 2, 3)))
    secret = new_event(
        "document.secrecy_changed", "hscv-n-2", {"level": "mat"}, event_id="s", sequence=4
    )
    assert take(store, secret, numbered(2)) == [Outcome.REDACTED, Outcome.REDACTED]
    later = issued("hscv-n-2", event_id="later", sequence=6)
    assert take(store, later) == [Outcome.REDACTED]
    merge(store)
    assert missing(store) == [(5, 5)]
    store.transact(lambda tx: lift(tx, {"document:hscv-n-2"}))
    assert take(store, numbered(2), later) == [Outcome.STORED, Outcome.STORED]
    assert missing(store) == [(5, 5)]
    assert found(store)["/hscv"].counting is NumberCounting.COUNTED


def test_events_of_one_message_that_were_erased_are_expected_again_once(store: Store) -> None:
    shared = [replace(numbered(7, f"part-{n}"), message=b"m" * 32) for n in range(3)]
    take(store, *shared, numbered(8))
    keys = {f"document:hscv-part-{n}": "mat" for n in range(3)}
    redact_untold(store, LAW, keys, NOW)
    store.transact(lambda tx: lift(tx, keys))
    take(store, *shared)
    take(store, numbered(8, "another"))
    assert found(store)["/hscv"].counting is NumberCounting.REPEATED


@pytest.mark.parametrize("named", [True, False])
def test_what_was_archived_with_its_rows_and_then_purged_may_be_sent_again(
    store: Store, named: bool
) -> None:
    """By its key, or by an event of which nothing is kept."""
    events = [numbered(number) for number in range(1, 101) if number != 50]
    take(store, *events, numbered(1, source="/khac"))
    archived = [new.streams[0] for new in events[:30]]
    archive_rows(store, archived)
    purged = archived[:3]
    if named:
        redact_listed(store, LAW, [Listed(key, "mat", NOW) for key in purged])
    else:
        redact_untold(store, LAW, dict.fromkeys(purged, "mat"), NOW)
    store.transact(lambda tx: lift(tx, purged))
    assert set(take(store, *events[:3])) == {Outcome.STORED}
    assert found(store)["/hscv"].counting is NumberCounting.COUNTED
    assert missing(store) == [(50, 50)]
    assert found(store)["/khac"].missing == ()
    # What others have the number of is a repeat as ever.
    take(store, numbered(4, "another"), numbered(5, "one more"))
    assert found(store)["/hscv"].counting is NumberCounting.REPEATED


def test_numbers_of_what_is_archived_are_kept_without_the_name_of_their_source(
    store: Store,
) -> None:
    take(store, numbered(1, source="/hscv/15-CT-UBND"))
    archive_rows(store, ["document:hscv/15-CT-UBND-n-1"])
    rows = store.read(lambda tx: tx.rows("SELECT numbers FROM archived_stream"))
    assert len(rows) == 1
    assert "CT-UBND" not in repr(rows)


def archive_rows(store: Store, keys: Sequence[str]) -> None:
    """Take the rows of the streams *keys* away, as an archive does."""
    advance(store, LAW, date(2026, 8, 20))
    store.transact(nothing_missing)
    filed = store.read(lambda tx: filed_of(tx, keys))
    went = take_away(store, LAW, filed, date(2026, 5, 1), NOW, whole=True)
    assert went[Went.GONE] == len(keys)


def test_a_source_that_quotes_what_became_secret_is_named_by_a_digest(store: Store) -> None:
    # Of an unknown type: what a document says of another is left to HSCV.
    def of(number: int) -> NewEvent:
        return new_event(
            *("work.done", f"w-{number}", {}),
            event_id=f"w-{number}",
            source="/hscv/15-CT-UBND/x",
            sequence=number,
        )

    take(store, issued("15/CT-UBND", sequence=None), of(1), of(2))
    merge(store)
    take(store, of(5))
    change = {"level": "mat"}
    take(store, new_event("document.secrecy_changed", "15/CT-UBND", change, event_id="s"))
    take(store, of(6))
    merge(store)
    (source,) = found(store)
    assert source.startswith("sha256:")
    assert missing(store, source) == [(3, 4)]
    for table in ("numbering", "number_run", "number_told"):
        rows = store.read(lambda tx, table=table: tx.rows(f"SELECT * FROM {table}"))  # type: ignore[misc]
        assert "CT-UBND" not in repr(rows)


def test_what_was_stored_in_another_database_is_no_repeat(store: Store) -> None:
    take(store, numbered(1), numbered(2), numbered(3))
    store.transact(lambda tx: tx.run("DELETE FROM event WHERE sequence > 1"))
    again = [replace(numbered(n), received_at=NOW) for n in (2, 3)]
    assert set(record(store, LAW, again, NOW, restoring=True)) == {Outcome.STORED}
    assert found(store)["/hscv"].counting is NumberCounting.COUNTED
    assert missing(store) == []


def test_events_of_one_message_share_its_number(store: Store) -> None:
    shared = [replace(numbered(7, f"part-{n}"), message=b"m" * 32) for n in range(3)]
    take(store, *shared, numbered(8))
    assert found(store)["/hscv"].counting is NumberCounting.COUNTED
    take(store, numbered(8, "another"))
    assert found(store)["/hscv"].counting is NumberCounting.REPEATED


def test_another_content_under_the_same_id_is_no_repeat(store: Store) -> None:
    take(store, numbered(1), numbered(2))
    changed = new_event("document.issued", "hscv-n-2", {}, event_id="n-2", sequence=3)
    assert take(store, changed) == [Outcome.CONFLICT]
    assert missing(store) == []
    assert found(store)["/hscv"].counting is NumberCounting.COUNTED


def test_sources_are_bounded_and_that_there_are_more_is_told(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(numbering, "MOST_SOURCES", 3)
    take(store, *(numbered(1, source=f"/s{n}") for n in range(6)))
    merge(store)
    assert count(store, "numbering") == 4
    assert found(store)[""].counting is NumberCounting.BEYOND


def test_what_is_missing_is_told_by_its_age(store: Store) -> None:
    take(store, numbered(1), numbered(3), at=NOW - timedelta(days=8))
    take(store, numbered(6), at=NOW - timedelta(hours=5))
    take(store, numbered(10))
    told = missing_by_age(found(store).values(), NOW)
    assert told == {"new": 3, "late": 2, "old": 1}
    repeated = replace(found(store)["/hscv"], counting=NumberCounting.REPEATED)
    assert sum(missing_by_age([repeated], NOW).values()) == 0


def back_to_before(store: Store) -> None:
    """As a database stands that an earlier version has filled."""

    def undo(tx: Transaction) -> None:
        for table in ("numbering", "number_run", "number_told"):
            tx.run(f"DROP TABLE {table}")
        tx.run("DELETE FROM schema_migration WHERE name='0018_numbers'")

    store.transact(undo)
    assert store.migrate(SINCE) == ["0018_numbers"]


def test_what_came_before_numbers_were_counted_has_no_gaps(store: Store) -> None:
    """Some of it may have been erased or archived since."""
    batch = [numbered(number) for number in range(1, 30) if number not in (5, 6, 9)]
    take(store, *batch, issued("no-number", sequence=None))
    take(store, *(numbered(n, f"{n}-{part}", "/tung-van-ban") for n in (1, 2) for part in "ab"))
    back_to_before(store)
    assert missing(store) == []
    take(store, numbered(32), numbered(6))
    merge(store)
    assert missing(store) == [(30, 31)]
    assert found(store)["/hscv"].counting is NumberCounting.COUNTED
    assert found(store)["/tung-van-ban"].counting is NumberCounting.REPEATED


def lost(numbers: Iterable[int]) -> list[int]:
    seen = set(numbers)
    return [number for number in range(min(seen), max(seen)) if number not in seen]


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 25)), min_size=1, max_size=8),
        min_size=1,
        max_size=6,
    ),
    st.sets(st.integers(0, 6)),
)
def test_any_order_repeats_and_batches_give_what_a_plain_count_gives(
    store: Store, batches: list[list[tuple[str, int]]], merged: set[int]
) -> None:
    for table in ("event", "stream", "numbering", "number_run", "number_told", "obligation"):
        store.transact(lambda tx, table=table: tx.run(f"DELETE FROM {table}"))  # type: ignore[misc]
    for at, batch in enumerate(batches):
        take(store, *(numbered(number, source=f"/{name}") for name, number in batch))
        if at in merged:
            merge(store)
    for name in {name for batch in batches for name, _ in batch}:
        came = [number for batch in batches for each, number in batch if each == name]
        told = [n for low, high in missing(store, f"/{name}") for n in range(low, high + 1)]
        assert told == lost(came)
        assert found(store)[f"/{name}"].counting in (
            NumberCounting.COUNTED,
            NumberCounting.SCATTERED,
        )
