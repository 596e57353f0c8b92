"""Settings come from one file and the environment, and nothing in them is ignored."""

from __future__ import annotations

import unicodedata
from datetime import date, timedelta
from pathlib import Path

import pytest
from dondoc.commands.assembly.broker import broker_names
from dondoc.commands.assembly.broker_settings import BrokerSettings
from dondoc.commands.assembly.environment import variables
from dondoc.commands.assembly.settings import Settings, load_settings
from dondoc.rules.places import FileError


def written(folder: Path, text: str) -> Path:
    path = folder / "dondoc.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_the_defaults_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load_settings(None, {})
    assert settings == Settings()
    assert settings.broker.url == "amqp://guest:guest@127.0.0.1:5672/"
    assert settings.database_url == "sqlite:///dondoc.db"
    assert settings.metrics_listen == "127.0.0.1:9464"


def test_the_file_in_the_current_directory_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, "[tracking]\nsince = 2026-01-01\n")
    monkeypatch.chdir(tmp_path)
    assert load_settings(None, {}).tracking.since == date(2026, 1, 1)


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    file = written(tmp_path, '[tracking]\nbodies = "b.toml"\ncalendars = ["c.toml", "/d.toml"]\n')
    tracking = load_settings(file, {}).tracking
    assert tracking.bodies == tmp_path / "b.toml"
    assert tracking.calendars == (tmp_path / "c.toml", Path("/d.toml"))


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = written(tmp_path, '[broker]\nurl = "amqp://file/"\n[broker.names]\ndead = "a"\n')
    environment = {
        "DONDOC_BROKER_URL": "amqp://environment/",
        "DONDOC_BROKER_NAMES_DEAD": "b",
        "DONDOC_TRACKING_SINCE": "2026-02-03",
        "DONDOC_TRACKING_CALENDARS": "/x.toml:/y.toml",
        "DONDOC_LIMITS_NESTING": "32",
        "PATH": "/bin",
    }
    settings = load_settings(file, environment)
    assert settings.broker.url == "amqp://environment/"
    assert settings.broker.names == {"dead": "b"}
    assert settings.tracking.since == date(2026, 2, 3)
    assert settings.tracking.calendars == (Path("/x.toml"), Path("/y.toml"))
    assert settings.limits.nesting == 32


def test_a_setting_given_twice_in_the_environment_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "url"
    secret.write_text("amqp://other/", encoding="utf-8")
    twice = {"DONDOC_BROKER_URL": "amqp://one/", "DONDOC_BROKER_URL_FILE": str(secret)}
    with pytest.raises(FileError) as refused:
        load_settings(None, twice)
    assert str(refused.value) == (
        "DONDOC_BROKER_URL and DONDOC_BROKER_URL_FILE are both set; leave one of them out"
    )


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "url"
    secret.write_text("amqp://from-file/\n", encoding="utf-8")
    file = written(tmp_path, "")
    settings = load_settings(file, {"DONDOC_BROKER_URL_FILE": str(secret)})
    assert settings.broker.url == "amqp://from-file/"


def test_mail_is_set_up_by_a_host_and_a_sender(tmp_path: Path) -> None:
    assert load_settings(written(tmp_path, "[mail]\n"), {}).mail is None
    secret = tmp_path / "password"
    secret.write_text("s3cret\n", encoding="utf-8")
    file = written(tmp_path, '[mail]\nhost = "mail.x"\nsender = "vp@x.example"\nuser = "vp"\n')
    mail = load_settings(file, {"DONDOC_MAIL_PASSWORD_FILE": str(secret)}).mail
    assert mail is not None
    assert (mail.server.port, mail.server.tls, mail.server.password) == (587, "starttls", "s3cret")
    assert mail.plan.list_id == "don-doc.x.example"
    assert (mail.plan.at, mail.plan.single) == (timedelta(hours=7, minutes=45), ("escalated",))
    assert "s3cret" not in repr(mail)
    assert "s3cret" not in str(mail.server)


def test_a_password_is_never_sent_for_all_to_read(tmp_path: Path) -> None:
    file = written(tmp_path, "[mail]\nhost='h'\nsender='a@b'\nuser='u'\npassword='p'\ntls='off'\n")
    with pytest.raises(FileError, match="would send its password"):
        load_settings(file, {})


def test_settings_never_show_a_secret() -> None:
    settings = Settings()
    assert "guest:guest" not in repr(settings)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[trackin]\n", "trackin"),
        ("[broker]\nuri = 'x'\n", "broker.uri"),
        ("[broker.names]\nqueue = 'x'\n", "broker.names.queue"),
        ("[tracking]\nsince = '2026-01-01'\n", "tracking.since"),
        ("[tracking]\nsince = 2026-01-01T00:00:00\n", "tracking.since"),
        ("[limits]\nnesting = true\n", "limits.nesting"),
        ("[limits]\nhistory = 1\n", "limits.history"),
        ("[limits]\nlist_items = 1001\n", "limits.list_items"),
        ("[limits]\nnamed_bodies = 1001\n", "limits.named_bodies"),
        ("[limits]\nin_hand_bytes = 65536\n", "limits.in_hand_bytes"),
        ("[mail]\nhost = 'h'\n", "mail.sender"),
        ("[mail]\nsender = 'a@b'\n", "mail.host"),
        ("[mail]\nhost = 'h'\nsender = 'A <a@b>'\n", "mail.sender"),
        ("[mail]\nhost = 'h'\nsender = 'a@b'\ntls = 'no'\n", "mail.tls"),
        ("[mail]\nhost = 'h'\nsender = 'a@b'\nat = '7:45'\n", "mail.at"),
        ("[mail]\nhost = 'h'\nsender = 'a@b'\nsingle = ['late']\n", "mail.single[1]"),
        ("[mail]\nhost = 'h'\nsender = 'a@b'\npassword = 'p'\n", "mail.password"),
        ("[mail]\nhost = 'h'\nsender = 'a@b'\nlist_id = 'a b'\n", "mail.list_id"),
        ("[mail]\nhost = 'h'\nsender = 'a@b'\npages = 'javascript:x'\n", "mail.pages"),
        ("broker = 5\n", "broker"),
        ("[metrics]\nlisten = ''\n", "metrics.listen"),
        ('[tracking]\nbodies = "a\\u0000b"\n', "tracking.bodies"),
        ('[tracking]\ncalendars = ["a\\u0000b"]\n', "tracking.calendars[1]"),
        (f"[broker.names]\ndead = '{'ở' * 86}'\n", "broker.names.dead"),
        ("a = " + "[" * 5000 + "]" * 5000, "is nested too deep"),
        ("[limits]\nhistory = " + "9" * 5000, "is not valid TOML"),
    ],
)
def test_what_is_wrong_is_refused_by_its_place(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(FileError) as refused:
        load_settings(written(tmp_path, text), {})
    assert f"dondoc.toml: {named}" in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "text", ["broker = 'x'\n", "[[broker]]\nurl = 'x'\n", "broker = {names = 'x'}\n"]
)
def test_a_wrong_section_is_refused_by_its_place_though_a_variable_overrides_it(
    tmp_path: Path, text: str
) -> None:
    environment = {"DONDOC_BROKER_URL": "amqp://h/", "DONDOC_BROKER_NAMES_DEAD": "d"}
    with pytest.raises(FileError, match=r"dondoc\.toml: broker.*: must be a table"):
        load_settings(written(tmp_path, text), environment)


def test_names_of_files_and_passwords_stay_as_they_stand(tmp_path: Path) -> None:
    decomposed = unicodedata.normalize("NFD", "đơn vị  mới.toml")
    file = written(
        tmp_path,
        f'[broker]\nurl = "amqp://u:{decomposed}@h/"\n[tracking]\nbodies = "{decomposed}"\n'
        f'calendars = "{decomposed}"\nregulations = ["{decomposed}"]\n',
    )
    settings = load_settings(file, {})
    path = tmp_path / decomposed
    assert settings.broker.url == f"amqp://u:{decomposed}@h/"
    assert settings.tracking.bodies == path
    assert settings.tracking.calendars == settings.tracking.regulations == (path,)


@pytest.mark.parametrize("url", ['["amqp://u:geheim@h/"]', '"amqp://u:geheim\\n@h/"'])
def test_an_address_that_is_refused_is_not_shown(tmp_path: Path, url: str) -> None:
    with pytest.raises(FileError) as refused:
        load_settings(written(tmp_path, f"[broker]\nurl = {url}\n"), {})
    assert "broker.url: must be" in str(refused.value)
    assert "geheim" not in str(refused.value)


def test_no_two_objects_on_the_broker_have_one_name() -> None:
    settings = Settings(broker=BrokerSettings(names={"dead": "dondoc.events"}))
    with pytest.raises(FileError, match=r"names\.events and settings: broker\.names\.dead"):
        broker_names(settings)


@pytest.mark.parametrize(
    "environment",
    [
        {"DONDOC_BROKER": "x"},
        {"DONDOC_TRACKING_SINCE": "soon"},
        {"DONDOC_LIMITS_HISTORY": "many"},
        {"DONDOC_BROKER_URL_FILE": "/does/not/exist"},
        {"DONDOC_BROKER_URL_FILE": "/"},
        {"DONDOC_LIMITS_HISTORY": "5"},
        {"DONDOC_TRACKING_SINCE": "1234-05-06"},
        *({name: "\x07"} for name in variables()),
    ],
)
def test_a_wrong_variable_is_refused_by_name(tmp_path: Path, environment: dict[str, str]) -> None:
    with pytest.raises(FileError) as refused:
        load_settings(written(tmp_path, ""), environment)
    assert str(refused.value).startswith(next(iter(environment)))
