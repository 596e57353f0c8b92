"""`dondoc purge` and `dondoc backup` with the real command, and the service's own second stage."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from dondoc.connector.transport import Client, Fate, Outgoing, parse_address
from support.hscv import STRUCTURED, as_json, event
from support.installation import Installation
from support.postgres import PostgresCluster, new_cluster
from support.rabbitmq import VirtualHost, wait_until
from support.transport import StartPublisher

CANARY = "ZQXJCANARY"


@pytest.fixture
def installation(tmp_path: Path, vhost: VirtualHost) -> Installation:
    made = Installation(tmp_path, vhost.url)
    made.run("declare")
    return made


def document(subject: str = "VB-1", **changes: Any) -> list[dict[str, Any]]:
    data = event("document.issued")["data"] | {"abstract": CANARY, "symbol": f"{subject}/CT-UBND"}
    assigned = event("task.assigned", id=f"{subject}-t", subject=subject)
    assigned["data"] |= {"task_id": f"{subject}-1", "content": CANARY}
    return [event("document.issued", id=subject, subject=subject, data=data, **changes), assigned]


def replay(installation: Installation, *events: dict[str, Any]) -> str:
    lines = installation.folder / "events.jsonl"
    lines.write_bytes(b"\n".join(as_json(each) for each in events))
    said = installation.run("replay", str(lines))
    lines.unlink()
    return said


def bytes_of(installation: Installation) -> bytes:
    return files_of(installation.folder)


def files_of(folder: Path) -> bytes:
    """What stands in every file of *folder*; a server may remove one meanwhile."""
    found = []
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):
            found.append(path.read_bytes() if path.is_file() else b"")
    return b"".join(found)


def erased_at(installation: Installation) -> list[int | None]:
    with closing(sqlite3.connect(installation.folder / "dondoc.db")) as connection:
        return [at for (at,) in connection.execute("SELECT erased_at FROM redaction")]


def test_purge_erases_rows_copies_and_queues_and_says_what_no_command_reaches(
    installation: Installation, publishing: StartPublisher, vhost: VirtualHost
) -> None:
    quote = event("feedback.received", id="f", subject="PA-1")
    quote["data"] |= {"content": f"{CANARY} VB-1-1", "task_id": "VB-1-1"}
    replay(installation, *document(), quote)
    publisher = publishing()
    about = [
        Outgoing("", "dondoc.dead", as_json(event(id="x", data={"a": CANARY})), STRUCTURED, ""),
        Outgoing("", "dondoc.dead", b"{broken VB-1-1 " + CANARY.encode(), STRUCTURED, ""),
        Outgoing("", "dondoc.unrouted", as_json({"subject": "VB-1", "data": CANARY}), "x/y", ""),
    ]
    other = as_json(event(id="y", subject="VB-2", data={"a": "KEPT"}))
    kept = [
        Outgoing("", queue, other, STRUCTURED, "") for queue in ("dondoc.dead", "dondoc.unrouted")
    ]
    assert set(publisher.publish([*about, *kept])) == {Fate.CONFIRMED}
    assert CANARY.encode() in bytes_of(installation)
    said = installation.run("purge", "VB-1")
    assert "1 redacted: erased" in said
    assert "docs/secrecy.md" in said
    assert CANARY.encode() not in bytes_of(installation)
    assert None not in erased_at(installation)
    with Client(parse_address(vhost.url)) as client:
        for queue in ("dondoc.dead", "dondoc.unrouted"):
            (left,) = client.get(queue, 5)
            assert left.body == other
    assert "2 redacted" in replay(installation, *document())
    assert CANARY.encode() not in bytes_of(installation)


def test_purge_says_what_remains_without_a_broker_and_exits_3(
    installation: Installation,
) -> None:
    replay(installation, *document())
    said = installation.run("purge", "VB-1", code=3, DONDOC_BROKER_URL="amqp://127.0.0.1:1/")
    assert "dondoc.unrouted and dondoc.mail were not searched" in said
    assert erased_at(installation) == [None]
    installation.run("purge", "VB-1")
    assert None not in erased_at(installation)


def test_a_subject_of_another_kind_is_another_subject(installation: Installation) -> None:
    replay(installation, *document("15"), event("feedback.received", id="f", subject="15"))
    installation.run("purge", "15", "--kind", "feedback")
    assert CANARY.encode() in bytes_of(installation)
    assert "document.issued" in installation.run("show", "15")
    assert "feedback" not in installation.run("show", "15")


def test_a_mistyped_subject_or_kind_is_not_taken_for_an_erasure(installation: Installation) -> None:
    replay(installation, *document("15"))
    assert "nothing was stored of document:51" in installation.run("purge", "51", code=3)
    said = installation.run("purge", "15", "--kind", "feedback", code=3)
    assert "nothing was stored of feedback:15, but of document:15" in said
    assert CANARY.encode() in bytes_of(installation)
    assert "nothing was stored" not in installation.run("purge", "15")
    assert CANARY.encode() not in bytes_of(installation)


def test_a_restored_backup_does_not_bring_back_what_the_exported_list_names(
    installation: Installation, tmp_path: Path
) -> None:
    replay(installation, *document())
    installation.run("backup", "before.db")
    installation.run("purge", "VB-1")
    installation.run("purge", "--export", "redacted.json")
    assert (tmp_path / "redacted.json").stat().st_mode & 0o777 == 0o600
    (tmp_path / "before.db").replace(tmp_path / "dondoc.db")
    assert "VB-1" in installation.run("list", "--as-of", "2026-03-31")
    installation.run("purge", "--apply", "redacted.json")
    assert CANARY.encode() not in bytes_of(installation)
    replay(installation, *document())
    installation.run("reprocess", "--all")
    assert "VB-1" not in installation.run("list", "--as-of", "2026-03-31")
    assert CANARY.encode() not in bytes_of(installation)


def test_only_a_lift_lets_a_subject_be_stored_again(installation: Installation) -> None:
    installation.run("migrate")
    installation.run("purge", "VB-1", code=3)
    assert "2 redacted" in replay(installation, *document())
    installation.run("purge", "VB-1", "--lift")
    assert "2 stored" in replay(installation, *document())
    assert "is not redacted" in installation.run("purge", "VB-1", "--lift", code=1)


def test_purge_wants_one_thing_and_refuses_other_files(installation: Installation) -> None:
    installation.run("migrate")
    for wrong in ((), ("VB-1", "--export", "x"), ("--export", "x", "--lift")):
        assert "Usage" in installation.run("purge", *wrong, code=2)
    (installation.folder / "x.json").write_text('{"a": 1}')
    assert "is not a list" in installation.run("purge", "--apply", "x.json", code=1)


def test_a_backup_while_the_service_runs_can_be_read_by_dondoc(installation: Installation) -> None:
    installation.run("publish", "--sample")
    running = installation.start()
    running.address()
    installation.run("backup", "copy.db")
    assert "exists" in installation.run("backup", "copy.db", code=1)
    assert running.stop()[0] == 0
    copy = f"sqlite:///{installation.folder / 'copy.db'}"
    json.loads(installation.run("--database", copy, "list", "--format", "json"))


def test_a_server_that_recycles_its_wal_is_told_by_check_and_by_purge_which_exits_3(
    tmp_path: Path, vhost: VirtualHost, postgres_cluster: PostgresCluster
) -> None:
    made = Installation(tmp_path, vhost.url, postgres_cluster.create_database())
    made.run("declare")
    replay(made, *document())
    mend = "ALTER SYSTEM SET wal_recycle = off"
    assert mend in made.run("check")
    assert mend in made.run("purge", "VB-1", code=3)
    assert mend in made.run("purge", "VB-1", code=3), "it is not erased, and said again"
    assert "VB-1" not in made.run("list")


def test_what_an_archive_of_the_wal_holds_is_told_and_keeps_no_erasure_open(
    tmp_path: Path, vhost: VirtualHost
) -> None:
    settings = {"wal_recycle": "off", "archive_mode": "on", "archive_command": "sleep 1"}
    own = new_cluster(settings)
    try:
        own.start()
        made = Installation(tmp_path, vhost.url, own.create_database())
        made.run("declare")
        replay(made, *document())
        assert "archived WAL holds what was in the tables" in made.run("check")
        said = made.said("purge", "VB-1", code=0)
        assert "1 redacted: erased" in said
        assert "not reached: archived WAL holds what was in the tables" in said
    finally:
        own.stop()


def test_a_replica_keeps_no_erasure_open_and_holds_nothing_once_done_with_as_purge_says(
    tmp_path: Path, vhost: VirtualHost
) -> None:
    settings = {"wal_recycle": "off"}
    with ExitStack() as running:
        own = new_cluster(settings)
        running.callback(own.stop)
        own.start()
        replica = new_cluster(settings, primary=own)
        running.callback(replica.stop)
        replica.start()
        made = Installation(tmp_path, vhost.url, own.create_database())
        made.run("declare")
        replay(made, *document())
        wait_until(lambda: CANARY.encode() in files_of(replica.data), "it is replicated")
        said = made.said("purge", "VB-1", code=0)
        assert "1 redacted: erased" in said
        assert "replicas hold the same WAL: run `CHECKPOINT;` on each" in said
        assert CANARY.encode() not in files_of(own.data)
        with psycopg.connect(replica.url(), autocommit=True) as there:

            def is_clean() -> bool:
                there.execute("CHECKPOINT")
                return CANARY.encode() not in files_of(replica.data)

            wait_until(is_clean, "the replica holds nothing of it", 60)


def test_a_backup_of_postgresql_gives_the_command(
    tmp_path: Path, vhost: VirtualHost, postgres_cluster: PostgresCluster
) -> None:
    url = postgres_cluster.create_database().replace("dondoc@", "dondoc:pa55word@")
    made = Installation(tmp_path, vhost.url, url)
    made.run("migrate")
    said = made.run("backup", "copy.dump", code=3)
    assert re.search(r"pg_dump --format=custom --file=\S+/copy\.dump postgresql://dondoc@", said)
    assert "pa55word" not in said
