"""Settings are found from anywhere, and no database is made or looked at by surprise."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from dondoc.cli import main
from dondoc.commands.assembly import databases, settings_file
from dondoc.commands.assembly.databases import store_of
from dondoc.commands.assembly.language import language_of
from dondoc.commands.assembly.settings import Settings, load_settings
from dondoc.rules.places import FileError
from dondoc.storage.database import StorageError, open_store
from support.hscv import event


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the machine's own settings file would stand; the current directory is empty."""
    file = tmp_path / "etc" / "dondoc.toml"
    file.parent.mkdir()
    for module in (settings_file, databases):
        monkeypatch.setattr(module, "SYSTEM", file)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return file


def asked(*line: str, **environment: str) -> Result:
    return CliRunner(env={"DONDOC_CONFIG": None, **environment}).invoke(main, ["--lang=en", *line])


def written(file: Path, url: str) -> Path:
    file.write_text(f'[database]\nurl = "{url}"\n', "utf-8")
    return file


def test_the_file_is_the_one_that_is_named_then_that_of_here_then_that_of_the_machine(
    system: Path, tmp_path: Path
) -> None:
    def found(file: Path | None = None, **environment: str) -> str:
        return load_settings(file, environment).database_url

    assert load_settings(None, {}).file == Settings.file
    written(system, "sqlite:////1")
    assert found() == "sqlite:////1"
    written(Path("dondoc.toml"), "sqlite:////2")
    assert found() == "sqlite:////2"
    third = written(tmp_path / "third.toml", "sqlite:////3")
    assert found(DONDOC_CONFIG=str(third)) == "sqlite:////3"
    fourth = written(tmp_path / "fourth.toml", "sqlite:////4")
    assert found(fourth, DONDOC_CONFIG=str(third)) == "sqlite:////4"
    assert found(DONDOC_CONFIG="") == "sqlite:////2"
    with pytest.raises(FileError, match=r"no\.toml: there is no such file"):
        found(DONDOC_CONFIG="no.toml")


def test_the_language_is_that_of_the_same_file(system: Path, tmp_path: Path) -> None:
    system.write_text('[ui]\nlang = "vi"\n', "utf-8")
    assert language_of(None, None, {}) == "vi"
    other = tmp_path / "other.toml"
    other.write_text('[ui]\nlang = "en"\n', "utf-8")
    assert language_of(None, None, {"DONDOC_CONFIG": str(other), "LANG": "vi_VN"}) == "en"


def test_a_file_that_cannot_be_looked_for_is_not_passed_over(
    system: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    system.parent.rmdir()
    system.parent.symlink_to(system.parent)  # a path that nobody can follow
    with pytest.raises(FileError, match=r"etc/dondoc\.toml: cannot be read"):
        load_settings(None, {})


def test_a_database_that_is_a_file_is_relative_to_the_file_that_names_it(
    system: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = written(tmp_path / "unit.toml", "sqlite:///unit.db")
    assert load_settings(named, {}).database_url == f"sqlite:///{tmp_path}/unit.db"
    given = {"DONDOC_DATABASE_URL": "sqlite:///unit.db"}
    assert load_settings(named, given).database_url == "sqlite:///unit.db"
    named.write_text("", "utf-8")
    assert load_settings(named, {}).database_url == f"sqlite:///{tmp_path}/dondoc.db"
    system.touch()
    own = "sqlite:////var/lib/dondoc/dondoc.db"
    assert load_settings(None, {}).database_url == own
    monkeypatch.chdir(system.parent)
    assert load_settings(None, {}).database_url == own
    assert load_settings(None, {}).file == str(system)
    assert load_settings(Path("dondoc.toml"), {}).database_url == own


def test_a_message_that_names_a_database_says_who_names_it(system: Path, tmp_path: Path) -> None:
    file = written(tmp_path / "unit.toml", "sqlite:///unit.db")
    url = f"sqlite:///{tmp_path}/unit.db"
    assert f"{url} ({file}): " in asked("--config", str(file), "migrate").output
    by_variable = asked("list", DONDOC_DATABASE_URL="sqlite:///no.db").output
    assert "no database at sqlite:///no.db (DONDOC_DATABASE_URL): run" in by_variable
    by_option = asked("--config", str(file), "--database", "sqlite:///no.db", "list").output
    assert "no database at sqlite:///no.db (--database): run" in by_option
    written(file, "sqlite:///no/unit.db")
    told = asked("--config", str(file), "migrate").output
    assert told == f"Error: no directory {tmp_path}/no ({file}) for the database: create it\n"
    assert f"{file}: [database] url must" in asked(f"--config={written(file, 'x')}", "list").output
    elsewhere = open_store("postgresql://u:geheim@h/d", "office.toml")
    assert elsewhere.name == "postgresql://u@h/d (office.toml)"
    assert pickle.loads(pickle.dumps(elsewhere)).name == elsewhere.name
    assert "office.toml" not in str(elsewhere.backup(Path("copy")))


@pytest.mark.parametrize("line", ["list", "status", "migrate", "backup copy.db", "replay a.jsonl"])
def test_without_settings_nothing_makes_a_database_or_tells_one_to(system: Path, line: str) -> None:
    Path("a.jsonl").write_text("{}\n", "utf-8")
    done = asked(*line.split())
    assert done.exit_code == 1
    assert done.output.startswith("Error: no settings file was found (dondoc.toml in this ")
    assert "dondoc migrate" not in done.output
    assert "dondoc init" in done.output
    assert [each.name for each in Path().iterdir()] == ["a.jsonl"]


def test_a_newcomer_tries_the_sample_without_settings_and_is_told_where_it_goes(
    system: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dondoc.commands.replay.of_sample", lambda *_: iter(()))
    done = asked("replay", "--sample")
    assert (done.exit_code, done.stdout) == (0, "0 events: none\n")
    assert "the sample goes into sqlite:///dondoc.db of this directory" in done.stderr
    again = asked("replay", "--sample")
    assert (again.exit_code, again.stderr) == (0, "")
    assert "0 obligations open" in asked("status", "--as-of", "2026-03-31").output
    assert asked("migrate").output == "sqlite:///dondoc.db: nothing to apply\n"
    assert "Phòng Nội vụ" in asked("bodies").output


def test_the_sample_does_not_get_into_the_database_of_the_machine_s_service(
    system: Path, tmp_path: Path
) -> None:
    written(system, f"sqlite:///{tmp_path}/service.db")
    for command in ("replay", "publish"):
        done = asked(command, "--sample")
        assert done.exit_code == 1
        assert f"{system} is of this machine's service" in done.output
    assert not (tmp_path / "service.db").exists()


@pytest.mark.parametrize("named", ["here", "option", "unit"])
def test_the_sample_does_not_get_among_events_that_are_not_its_own(
    system: Path, tmp_path: Path, named: str
) -> None:
    folder = {"here": Path(), "option": tmp_path, "unit": system.parent / "xa-a"}[named]
    folder.mkdir(exist_ok=True)
    file = written(folder / "dondoc.toml", f"sqlite:///{tmp_path}/real.db")
    file.write_text(f'{file.read_text("utf-8")}[tracking]\nbodies = "sample"\n', "utf-8")
    config = () if named == "here" else ("--config", str(file))
    (tmp_path / "one.jsonl").write_text(json.dumps(event(subject="VB-1")) + "\n", "utf-8")
    assert asked(*config, "replay", str(tmp_path / "one.jsonl")).exit_code == 0
    for command in ("replay", "publish"):
        done = asked(*config, command, "--sample")
        assert done.exit_code == 1, done.output
        assert "has events that are not the sample's" in done.output
        assert str(file) in done.output
    assert '"events": 1' in asked(*config, "status", "--format", "json").output


def test_a_database_is_made_where_anything_names_it(system: Path, tmp_path: Path) -> None:
    assert asked("migrate", DONDOC_DATABASE_URL=f"sqlite:///{tmp_path}/a.db").exit_code == 0
    assert asked("--database", f"sqlite:///{tmp_path}/b.db", "migrate").exit_code == 0
    Path("dondoc.toml").touch()
    assert asked("migrate").output.startswith("sqlite:///dondoc.db (dondoc.toml): ")


def test_the_broker_s_url_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    file, secret = tmp_path / "dondoc.toml", tmp_path / "broker-url"
    file.write_text('[broker]\nurl_file = "broker-url"\n', "utf-8")
    secret.write_text("\ufeffamqp://u:geheim@h/\n", "utf-8")
    found = load_settings(file, {})
    assert (found.broker.url, found.files) == ("amqp://u:geheim@h/", (file, secret))
    assert load_settings(file, {"DONDOC_BROKER_URL": "amqp://v/"}).broker.url == "amqp://v/"


@pytest.mark.parametrize(
    ("broker", "problem"),
    [
        ('url_file = "no"', "broker.url_file: {folder}/no: there is no such file"),
        ('url_file = "empty"', "broker.url: must be a text that is not empty"),
        ('url_file = "amqp://u:geheim@h/"', "broker.url_file: there is no such file"),
        ('url_file = "broken"', "broker.url_file: {folder}/broken: is not UTF-8 text; save it"),
        ('url_file = "two"', "broker.url: must be one line of UTF-8"),
        ('url = "a"\nurl_file = "b"', "broker.url_file: url is set beside it; leave one of them"),
        ("url_file = 5", "broker.url_file: must be a text"),
    ],
)
def test_a_file_with_the_broker_s_url_is_refused_without_a_word_of_it(
    tmp_path: Path, broker: str, problem: str
) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "broken").write_bytes(b"amqp://u:geheim\xff@h/")
    (tmp_path / "two").write_text("amqp://u:geheim@h/\namqp://", "utf-8")
    file = tmp_path / "dondoc.toml"
    file.write_text(f"[broker]\n{broker}\n", "utf-8")
    with pytest.raises(FileError) as refused:
        load_settings(file, {})
    assert f"{file}: {problem.format(folder=tmp_path)}" in str(refused.value)
    assert "geheim" not in str(refused.value)


def test_a_store_of_settings_is_named_after_their_file(tmp_path: Path) -> None:
    file = written(tmp_path / "dondoc.toml", "sqlite:///a.db")
    assert store_of(load_settings(file, {})).name == f"sqlite:///{tmp_path}/a.db ({file})"
    with pytest.raises(StorageError, match="no database at"):
        store_of(load_settings(file, {})).require_current_schema()
