"""deploy/containers agrees with itself and with the settings, and the checks on it can fail."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import stat
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from support.compose import CONTAINERS
from support.containers import problems
from support.pages import ROOT
from support.texts import changed

SEEN = (".dockerignore", "setup.cfg", "docs/containers.md", "deploy", "rules/policies")
COMPOSE, IMAGE = f"{CONTAINERS}/compose.yaml", f"{CONTAINERS}/Dockerfile"


def test_the_files_for_containers_agree() -> None:
    assert problems(ROOT) == []


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the checks look at."""
    tmp_path = tmp_path_factory.mktemp("copied")
    for name in (*SEEN, "tests/fixtures/containers"):
        source, target = ROOT / name, tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "secrets"))
        else:
            shutil.copy(source, target)
    for each in ROOT.glob("*.py"):
        shutil.copy(each, tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("file", "old", "new", "found"),
    [
        (COMPOSE, "DONDOC_DATABASE_URL_FILE", "DONDOC_DATABASE_ULR_FILE", "is no setting"),
        (COMPOSE, "/run/secrets/database-url", "/run/secrets/database", "is not given"),
        (COMPOSE, "command: [mail, run]", "command: [mail, send]", "there is no `dondoc mail"),
        (COMPOSE, "{internal: true}", "{intern: true}", "the schema"),
        (COMPOSE, "networks: [broker, database, figures]", "networks: [broker]", "no network"),
        (COMPOSE, "rabbitmq: {condition", "broker: {condition", "which there is not"),
        (COMPOSE, "grafana:11.6.14", "grafana:latest", "not pinned"),
        (COMPOSE, "overview.json", "summary.json", "is not there"),
        (COMPOSE, "../prometheus/alerts.yml", "../prometheus/alarms.yml", "is not there"),
        (COMPOSE, '"127.0.0.1:3000:3000"', '"3000:3000"', "open to everybody"),
        (COMPOSE, "  read_only: true", "  read_only: false", "may write"),
        (COMPOSE, "POSTGRES_PASSWORD_FILE", "POSTGRES_PASSWORD", "secret in the environment"),
        (COMPOSE, "postgres: {condition", "sample: {condition", "nobody looks at"),
        (COMPOSE, "image: dondoc:0.1.0", "image: dondoc:0.0.9", "is not called"),
        (COMPOSE, "127.0.0.1:9465\n", "127.0.0.1:9466\n", "is not of port 9466"),
        (IMAGE, "0.0.0.0:9464", "0.0.0.0:9465", "EXPOSE or HEALTHCHECK"),
        (IMAGE, "USER 10001:10001", "USER dondoc", "is not a number"),
        (IMAGE, "debian:12.13-slim AS", "debian:12.12-slim AS", "its bases differ"),
        (".dockerignore", "!storage", "", "keeps storage"),
        (".dockerignore", "!deploy/requirements.txt", "", "keeps deploy/requirements.txt"),
        (f"{CONTAINERS}/prometheus.yml", "dondoc:9464", "dondoc:9465", "nothing is at"),
        (f"{CONTAINERS}/prometheus.yml", "- alerts.yml", "", "says another thing"),
        (f"{CONTAINERS}/grafana-datasource.yml", "dondoc-prometheus", "other", "another thing"),
        (f"{CONTAINERS}/settings/dondoc.toml", "demo.toml", "trial.toml", "not in the image"),
        (f"{CONTAINERS}/settings/dondoc.toml", "catch_up", "catchup", "settings: "),
        (f"{CONTAINERS}/secrets.sh", "keep broker-url", "keep broker-address", "does not make"),
        (f"{CONTAINERS}/secrets.sh", "@postgres:5432", "@postgres:5433", "nothing is at"),
        (COMPOSE, "../rabbitmq/definitions.json", "../rabbitmq/objects.json", "is not there"),
        ("deploy/grafana/provisioning/dashboards/dondoc.yml", "/var/lib", "/srv", "is not there"),
    ],
)
def test_a_disagreement_is_noticed(file: str, old: str, new: str, found: str, copied: Path) -> None:
    with changed(copied / file, old, new):
        told = problems(copied)
    assert any(found in line for line in told), told


def test_a_renamed_dashboard_is_noticed(copied: Path) -> None:
    dashboard = copied / "deploy/grafana/json/overview.json"
    renamed = dashboard.rename(dashboard.with_name("summary.json"))
    told = problems(copied)
    renamed.rename(dashboard)
    assert any("overview.json is not there" in line for line in told)
    assert problems(copied) == []


@pytest.mark.skipif(shutil.which("promtool") is None, reason="NOT TESTED, missing: promtool")
def test_prometheus_takes_its_configuration(tmp_path: Path) -> None:
    for name in ("recording.yml", "alerts.yml"):
        shutil.copy(ROOT / "deploy/prometheus" / name, tmp_path)
    shutil.copy(ROOT / CONTAINERS / "prometheus.yml", tmp_path)
    accepted("promtool", "check", "config", tmp_path / "prometheus.yml")


@pytest.mark.skipif(shutil.which("amtool") is None, reason="NOT TESTED, missing: amtool")
def test_alertmanager_takes_its_configuration() -> None:
    accepted("amtool", "check-config", ROOT / CONTAINERS / "settings/alertmanager.yml")


def accepted(*command: str | Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def made(folder: Path) -> str:
    """What the script that makes the secrets prints."""
    return subprocess.run(
        ["bash", ROOT / CONTAINERS / "secrets.sh", folder],
        capture_output=True,
        text=True,
        check=True,
    ).stdout


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of secrets, made once."""
    folder = tmp_path_factory.mktemp("made") / "secrets"
    made(folder)
    return folder


def test_secrets_are_made_once_and_only_root_gets_into_their_folder(secrets: Path) -> None:
    before = {each.name: each.read_bytes() for each in secrets.iterdir()}
    assert made(secrets) == ""
    assert {each.name: each.read_bytes() for each in secrets.iterdir()} == before
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o700
    assert {stat.S_IMODE(each.stat().st_mode) for each in secrets.iterdir()} == {0o444}


@pytest.mark.parametrize(
    ("user", "file"),
    [
        ("dondoc", "broker-url"),
        ("dondoc-check", "broker-management-url"),
        ("hscv", "broker-hscv-url"),
        ("reminders-reader", "broker-reminders-url"),
        ("admin", "broker-admin-url"),
    ],
)
def test_the_broker_is_told_the_password_that_the_url_has(
    user: str, file: str, secrets: Path
) -> None:
    url = urlsplit(secrets.joinpath(file).read_text())
    assert url.username == user
    password = url.password or ""
    definitions = json.loads(secrets.joinpath("broker-users.json").read_text())
    (kept,) = [each["password_hash"] for each in definitions["users"] if each["name"] == user]
    salt, digest = base64.b64decode(kept)[:4], base64.b64decode(kept)[4:]
    assert hashlib.sha256(salt + password.encode()).digest() == digest


def test_the_broker_has_the_users_that_deploy_has_and_an_administrator(secrets: Path) -> None:
    made, shipped = (
        json.loads(path.read_text(encoding="utf-8"))
        for path in (secrets / "broker-users.json", ROOT / "deploy/rabbitmq/users.json")
    )
    assert made["permissions"][1:] == shipped["permissions"]
    for user in made["users"]:
        del user["password_hash"], user["hashing_algorithm"]
    assert made["users"] == [{"name": "admin", "tags": ["administrator"]}, *shipped["users"]]
    assert made["vhosts"] == shipped["vhosts"]
    hosts = {urlsplit(each.read_text()).path for each in secrets.glob("broker*-url")} - {""}
    assert hosts == {f"/{each['name']}" for each in made["vhosts"]}
