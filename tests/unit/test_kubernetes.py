"""deploy/kubernetes agrees with itself, the image and the settings; the checks on it can fail."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import pytest
from dondoc.rules.reading.directory import parse_directory
from support.compose import CONTAINERS
from support.kubernetes import KUBERNETES, problems
from support.pages import ROOT
from support.texts import changed

pytest.importorskip("kubernetes_validate", reason="NOT TESTED, missing: kubernetes-validate")


def test_the_manifests_agree() -> None:
    assert problems(ROOT) == []


def test_the_bodies_to_begin_with_are_a_directory() -> None:
    file = ROOT / KUBERNETES / "settings/bodies.toml"
    parse_directory(tomllib.loads(file.read_text(encoding="utf-8")), file.name)


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the checks look at."""
    root = tmp_path_factory.mktemp("copied")
    shutil.copytree(ROOT / "deploy", root / "deploy", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "setup.cfg", root)
    return root


@pytest.mark.parametrize(
    ("file", "old", "new", "found"),
    [
        ("dondoc.yaml", "DONDOC_BROKER_URL_FILE", "DONDOC_BROKER_ULR_FILE", "is no setting"),
        ("dondoc.yaml", "containerPort: 9464", "containerPort: 9465", "listens on 9464"),
        ("dondoc.yaml", "path: /readyz", "path: /ready", "asks ('/ready'"),
        ("dondoc.yaml", "replicas: 2", "replicas: two", "Deployment dondoc: "),
        ("dondoc.yaml", "runAsUser: 10001", "runAsUser: 1000", "does not run as 10001"),
        ("dondoc.yaml", "drop: [ALL]", "drop: [NET_RAW]", "may more than it needs"),
        ("dondoc.yaml", "enableServiceLinks: false", "enableServiceLinks: true", "is told of"),
        ("dondoc.yaml", "PeriodSeconds: 30", "PeriodSeconds: 5", "30 s to end"),
        ("dondoc.yaml", "type: Recreate", "type: RollingUpdate", "older version runs"),
        ("dondoc.yaml", "key: database-url", "key: database", "its secrets"),
        ("mail.yaml", "args: [mail, run]", "args: [mail, send]", "there is no `dondoc mail"),
        ("mail.yaml", "0.0.0.0:9465", "0.0.0.0:9466", "listens on 9466"),
        ("migrate.yaml", "dondoc-migrate-0-1-0", "dondoc-migrate-0-0-9", "another's name"),
        ("service.yaml", "port: 9464", "port: 9465", "the service: leads to"),
        ("service.yaml", "    app.kubernetes.io/name: dondoc\nspec", "    name: d\nspec", "no job"),
        ("disruption-budget.yaml", "component: service", "component: server", "chooses nothing"),
        ("service-monitor.yaml", "interval: 15s", "interval: often", "ServiceMonitor dondoc: "),
        ("service-monitor.yaml", "- port: metrics", "- port: figures", "no port figures"),
        ("service-monitor.yaml", "jobLabel", "jobLable", "ServiceMonitor dondoc: "),
        ("network-policy.yaml", "port: 5671", "port: 5672", "lets out to"),
        ("network-policy.yaml", "  podSelector: {}\n", "", "is not forbidden"),
        ("kustomization.yaml", "  - mail.yaml\n", "", "['mail.yaml']"),
        ("kustomization.yaml", "newTag: 0.1.0", "newTag: 0.0.9", "is not 0.1.0"),
        ("settings/dondoc.toml", "bodies =", "body =", "dondoc.toml: "),
        ("prometheus-rule.yaml", "for: 15m", "for: 16m", "is not what"),
        ("../prometheus/alerts.yml", "for: 15m", "for: 16m", "is not what"),
        ("../grafana/kustomization.yaml", "json/body", "json/bodies", "the dashboards are"),
        (f"../../{CONTAINERS}/Dockerfile", "EXPOSE 9464", "EXPOSE 9465", "listens on 9465"),
    ],
)
def test_a_disagreement_is_noticed(file: str, old: str, new: str, found: str, copied: Path) -> None:
    with changed(copied / KUBERNETES / file, old, new):
        told = problems(copied)
    assert any(found in line for line in told), told


def test_a_renamed_dashboard_is_noticed(copied: Path) -> None:
    dashboard = copied / "deploy/grafana/json/overview.json"
    renamed = dashboard.rename(dashboard.with_name("summary.json"))
    told = problems(copied)
    renamed.rename(dashboard)
    assert any("the dashboards are" in line for line in told)
    assert problems(copied) == []
