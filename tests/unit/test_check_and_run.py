"""Whatever stops `dondoc run` at its start is a line of `dondoc check` to be mended, in the same
words."""

from __future__ import annotations

import gc
import socket
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner
from dondoc.cli import main
from dondoc.commands.assembly.loading import packaged
from dondoc.commands.assembly.serving import Stop
from dondoc.metrics import endpoint
from dondoc.storage.database import open_store

SETTINGS = """
[broker]
url = "amqp://127.0.0.1:1/"
[metrics]
listen = "127.0.0.1:0"
[tracking]
since = 2026-01-01
bodies = "sample"
"""
LAW = files("dondoc.rules").joinpath("regulations", "02-2015-qd-ubnd.toml")


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A directory with sound settings and a database; `run` in this process handles no signal."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("dondoc.commands.run.begin_serving", Stop)
    Path("dondoc.toml").write_text(SETTINGS, "utf-8")
    store = open_store("sqlite:///dondoc.db")
    store.migrate(date(2026, 1, 1))
    store.close()
    thresholds = gc.get_threshold()
    yield tmp_path
    gc.unfreeze()
    gc.set_threshold(*thresholds)


def said(command: str, **environment: str) -> tuple[int, str]:
    done = CliRunner(env=environment).invoke(main, ["--lang=en", command])
    return done.exit_code, done.output


def agree(**environment: str) -> str:
    """The line that stops `run`, which `check` has too."""
    code, refused = said("run", **environment)
    assert code == 1, refused
    line = refused.splitlines()[-1].removeprefix("Error: ")
    code, checked = said("check", **environment)
    assert code == 3, checked
    to_mend = [each for each in checked.splitlines() if each.startswith("mend  ")]
    assert any(each.endswith(f": {line}") for each in to_mend), f"{line}\n\n{checked}"
    return line


WRONG = [
    ("TRACKING_SINCE", "2026-02-01"),
    ("TRACKING_BODIES", "no.toml"),
    ("TRACKING_REMINDERS", "no.toml"),
    ("TRACKING_CALENDARS", "no.toml"),
    ("TRACKING_REGULATIONS", "no.toml"),
    ("METRICS_LISTEN", "192.0.2.1:9464"),
    ("BROKER_URL", "http://127.0.0.1/"),
    ("BROKER_NAMES_DEAD", "dondoc.events"),
    ("DATABASE_URL", "mysql://x/y"),
    ("DATABASE_URL", "sqlite:///no/dondoc.db"),
    ("DATABASE_URL", f"sqlite:///{'n' * 300}.db"),
    ("LIMITS_HISTORY", "1"),
    ("NO_SETTING", "1"),
    ("MAIL_HOST", "mail.example"),
    ("DATABASE_URL_FILE", "no"),
]


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize(("variable", "value"), WRONG)
def test_a_setting_that_stops_run_is_to_be_mended_by_check(variable: str, value: str) -> None:
    agree(**{f"DONDOC_{variable}": value})


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize(
    "text",
    [
        "[tracking",
        "[trackin]\n",
        SETTINGS.replace("sample", "no.toml"),
        SETTINGS.replace("url = ", "url_file = "),
        SETTINGS.replace('"sample"', '"sample"\nregulations = "law.toml"'),
        SETTINGS.replace('"sample"', '"sample"\nreminders = "law.toml"'),
        SETTINGS.replace('"sample"', '"law.toml"'),
    ],
)
def test_a_file_that_stops_run_is_to_be_mended_by_check(text: str) -> None:
    broken = LAW.read_text("utf-8").replace('per = "delivery"', 'per = "delivry"', 1)
    Path("law.toml").write_text(broken, "utf-8")
    Path("dondoc.toml").write_text(text, "utf-8")
    agree()


@pytest.mark.usefixtures("office")
def test_a_law_that_stops_run_is_told_though_there_is_no_database_yet() -> None:
    Path("dondoc.db").unlink()
    assert "no.toml" in agree(DONDOC_TRACKING_BODIES="no.toml")
    Path("dondoc.toml").write_text(SETTINGS.replace('bodies = "sample"', ""), "utf-8")
    assert "tracking.bodies: is missing" in agree()


@pytest.mark.usefixtures("office")
def test_settings_that_are_not_there_stop_both() -> None:
    Path("dondoc.toml").unlink()
    Path("dondoc.db").unlink()
    assert agree().startswith("no settings file was found")
    assert "there is no such file" in agree(DONDOC_CONFIG="no.toml")


@pytest.mark.usefixtures("office")
def test_a_database_that_stops_run_is_to_be_mended_by_check() -> None:
    with closing(sqlite3.connect("dondoc.db")) as database, database:
        database.execute("INSERT INTO setting VALUES ('moving', 'x')")
    assert "taken into this database only in part" in agree()
    with closing(sqlite3.connect("dondoc.db")) as database, database:
        table, name = database.execute(
            "SELECT m.tbl_name, c.name FROM sqlite_master m, pragma_table_info(m.tbl_name) c"
            " WHERE m.tbl_name LIKE '%migration%' AND c.name LIKE '%name%'"
        ).fetchone()
        database.execute(f"UPDATE {table} SET {name} = '9999_later' WHERE {name} LIKE '0017%'")
    assert "newer dondoc" in agree()
    Path("dondoc.db").write_bytes(b"no database" * 1000)
    assert "is not a sound SQLite database" in agree()


@pytest.mark.usefixtures("office")
def test_a_postgresql_without_its_client_stops_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "dondoc.storage.engines.postgres", raising=False)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert "pip install 'dondoc[postgres]'" in agree(DONDOC_DATABASE_URL="postgresql://h/d")


@pytest.mark.usefixtures("office")
def test_something_else_at_the_address_of_the_metrics_stops_both(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(endpoint, "_ASKING_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as busy:
        listen = f"127.0.0.1:{busy.getsockname()[1]}"
        assert listen in agree(DONDOC_METRICS_LISTEN=listen)


@pytest.mark.usefixtures("office")
def test_what_is_in_order_has_its_line() -> None:
    _, checked = said("check")
    for what in ("settings: dondoc.toml", "database: sqlite:///dondoc.db (dondoc.toml)"):
        assert f"ok    {what}\n" in checked
    own = packaged("policies/default.toml")
    assert own.is_file()
    assert f"ok    reminders: {own}: published on working days" in checked
    assert [line for line in checked.splitlines() if line.startswith("mend")] == [
        line for line in checked.splitlines() if line.startswith("mend  broker: ")
    ]
