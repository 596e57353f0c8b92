"""The rules for Prometheus keep what docs/alerts.md says, and the checks on them can fail.

promtool alone succeeds where a pattern of `rule_files` matches nothing and where a misspelt alert
is expected to be silent, so the files are also read here.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import unicodedata
from collections.abc import Iterator
from itertools import compress
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from support.pages import anchors

ROOT = Path(__file__).parents[2]
RULES, CASES = Path("deploy/prometheus"), Path("tests/fixtures/prometheus")
NAME = re.compile(r"\b(?:dondoc|rabbitmq)[a-z_]*(?::[a-z_]+)*")

needs_promtool = pytest.mark.skipif(
    shutil.which("promtool") is None, reason="NOT TESTED with promtool, missing: prometheus"
)


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def rules(root: Path, file: str) -> list[dict[str, Any]]:
    return [rule for group in read(root / RULES / file)["groups"] for rule in group["rules"]]


def promtool(*arguments: str | Path) -> list[str]:
    """What promtool has to complain of, warnings too."""
    done = subprocess.run(
        ["promtool", *map(str, arguments)], capture_output=True, text=True, check=False
    )
    said = done.stdout + done.stderr
    return [said] if done.returncode or re.search(r"warn|duplicate", said, re.IGNORECASE) else []


def problems_of_cases(root: Path) -> Iterator[str]:
    """Patterns that match nothing, alerts nobody has, alerts without a case of each kind."""
    alerts = {rule["alert"] for rule in rules(root, "alerts.yml")}
    expected: set[tuple[str, bool]] = set()
    for file in sorted((root / CASES).glob("*.yml")):
        content = read(file)
        for pattern in content["rule_files"]:
            if not (file.parent / pattern).exists():
                yield f"{file.name}: {pattern} matches nothing"
        for test in content["tests"]:
            for case in test.get("alert_rule_test", ()):
                if case["alertname"] not in alerts:
                    yield f"{file.name}: there is no alert {case['alertname']}"
                expected.add((case["alertname"], bool(case["exp_alerts"])))
    for alert in sorted(alerts):
        if (alert, True) not in expected:
            yield f"{alert} has no case that fires"
        if (alert, False) not in expected:
            yield f"{alert} has no case that does not fire"


def steps(page: Path, anchor: str) -> int:
    """How many numbered steps stand under the heading of *page* that has *anchor*."""
    for heading, text in re.findall(r"^#+ (.+)\n((?:(?!#).*\n)*)", page.read_text("utf-8"), re.M):
        if heading.lower().replace(" ", "-") == anchor:
            return len(re.findall(r"^\d\. ", text, re.M))
    return 0


def problems_of_texts(root: Path) -> Iterator[str]:
    """Alerts that an official could not read or would not know what to do about."""
    for rule in rules(root, "alerts.yml"):
        name, texts = rule["alert"], rule.get("annotations", {})
        if rule.get("labels", {}).get("severity") not in {"info", "warning", "critical"}:
            yield f"{name} has no severity"
        for key in ("summary", "description"):
            text = texts.get(key, "")
            if text.isascii() or not unicodedata.is_normalized("NFC", text):
                yield f"{name} has no {key} in Vietnamese"
        page, _, anchor = texts.get("runbook_url", "").partition("#")
        if not (root / page).is_file() or anchor not in anchors(root / page):
            yield f"{name} links to nothing: {page}#{anchor}"
        elif steps(root / page, anchor) < 3:
            yield f"{name} links to a section without steps: {anchor}"


def row_of(alert: dict[str, Any]) -> str:
    """How the row of an alert in docs/alerts.md begins."""
    runbook = alert["annotations"]["runbook_url"].removeprefix("docs/")
    return f"| [`{alert['alert']}`]({runbook}) | {alert['labels']['severity']} | "


def problems_of_names(root: Path) -> Iterator[str]:
    """Figures that nobody records or documents, and alerts and records without a line in docs."""
    records = {rule["record"] for rule in rules(root, "recording.yml")}
    metrics = (root / "docs/metrics.md").read_text(encoding="utf-8")
    page = (root / "docs/alerts.md").read_text(encoding="utf-8")
    for file in ("recording.yml", "alerts.yml"):
        for rule in rules(root, file):
            own = rule.get("record") or rule["alert"]
            if f"`{own}`" not in page or ("alert" in rule and row_of(rule) not in page):
                yield f"docs/alerts.md does not have {own}"
            for name in set(NAME.findall(re.sub(r'job="\w+"', "", rule["expr"]))):
                if ":" in name and name not in records:
                    yield f"{own}: nothing records {name}"
                if ":" not in name and name[:6] == "dondoc" and f"`{name}`" not in metrics:
                    yield f"{own}: docs/metrics.md does not have {name}"


def problems(root: Path) -> list[str]:
    return [*problems_of_cases(root), *problems_of_texts(root), *problems_of_names(root)]


def test_every_alert_is_tested_readable_documented_and_says_what_to_do() -> None:
    assert problems(ROOT) == []


def test_records_are_one_group_and_read_only_what_was_recorded_before_them() -> None:
    """Rules of a group are evaluated in order; those of two would mix figures of two moments."""
    (group,) = read(ROOT / RULES / "recording.yml")["groups"]
    known: set[str] = set()
    for rule in group["rules"]:
        asked = {name for name in NAME.findall(rule["expr"]) if ":" in name}
        assert asked <= known, rule["record"]
        known.add(rule["record"])


@needs_promtool
def test_promtool_finds_nothing_in_rules_and_configuration() -> None:
    files = [ROOT / RULES / name for name in ("recording.yml", "alerts.yml")]
    assert promtool("check", "rules", "--lint=all", "--lint-fatal", *files) == []
    assert promtool("check", "config", ROOT / RULES / "prometheus.yml") == []


@needs_promtool
@pytest.mark.parametrize("file", sorted(path.name for path in (ROOT / CASES).glob("*.yml")))
def test_alerts_fire_when_they_should_and_only_then(file: str) -> None:
    assert promtool("test", "rules", ROOT / CASES / file) == []


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The files that these tests read, to be spoilt."""
    for folder in (RULES, CASES):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    (tmp_path / "docs").mkdir()
    for page in ("alerts.md", "metrics.md", "operations.md"):
        shutil.copy(ROOT / "docs" / page, tmp_path / "docs")
    return tmp_path


def spoil(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text, f"{file.name} no longer has {old!r}: the mutant proves nothing"
    file.write_text(text.replace(old, new), encoding="utf-8")


def keep_cases_of_what_changed(copy: Path, rules_file: str, cases: Path) -> None:
    """Leave out of *cases* what says nothing of the alerts that were spoilt: promtool is slow."""
    if rules_file != "alerts.yml":
        return
    spoilt = {
        rule["alert"]
        for rule, was in zip(rules(copy, rules_file), rules(ROOT, rules_file), strict=True)
        if rule != was
    }
    kept = [
        "promql_expr_test" in test
        or any(case["alertname"] in spoilt for case in test["alert_rule_test"])
        for test in read(cases)["tests"]
    ]
    # As it is written: a reader that knows numbers takes 0x90, ninety times 0, for 144.
    file = yaml.compose(cases.read_text(encoding="utf-8"))
    (tests,) = [value for key, value in file.value if key.value == "tests"]
    tests.value = list(compress(tests.value, kept))
    cases.write_text(yaml.serialize(file), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        (RULES / "alerts.yml", "alert: DonDocMatKetNoi", "alert: DonDocMat", "no case that fires"),
        (CASES / "service.yml", "alertname: DonDocMatKetNoi, exp", "alertname: X, exp", "no alert"),
        (CASES / "secrets.yml", "DonDocSuKienMat, exp", "DonDocMatKetNoi, exp", "does not fire"),
        (CASES / "broker.yml", "alerts.yml]", "alert.yml]", "matches nothing"),
        (RULES / "alerts.yml", "#no-events-come", "#nothing-comes", "links to nothing"),
        (RULES / "alerts.yml", "#no-events-come", "#time", "without steps"),
        (RULES / "alerts.yml", "HSCV đã gửi sự kiện thuộc bí mật nhà nước", "Secret", "no summary"),
        (RULES / "alerts.yml", "severity: info", "severity: small", "no severity"),
        (RULES / "alerts.yml", "dondoc:consumer:up", "dondoc:consumers:up", "nothing records"),
        (RULES / "recording.yml", "dondoc_consumer_up", "dondoc_consumers_up", "does not have"),
        (Path("docs/alerts.md"), "ends) | warning", "ends) | info", "does not have"),
        (Path("docs/alerts.md"), "#a-queue-cannot-be-counted", "#time", "does not have"),
    ],
)
def test_what_is_wrong_in_the_files_is_told(
    copy: Path, file: Path, old: str, new: str, told: str
) -> None:
    spoil(copy / file, old, new)
    found = problems(copy)
    assert any(told in problem for problem in found), found


@needs_promtool
@pytest.mark.parametrize(
    ("rules_file", "old", "new", "cases"),
    [
        ("alerts.yml", "dondoc:consumer:up == 0", "dondoc:consumer:up < 2", "service.yml"),
        ("alerts.yml", "snapshot_age_seconds > 120", "snapshot_age_seconds > 200", "service.yml"),
        ("alerts.yml", ">= 61200", ">= 0", "days.yml"),
        ("alerts.yml", "dondoc:working_day == 1", "dondoc:working_day >= 0", "days.yml"),
        ("alerts.yml", "min_over_time", "max_over_time", "broker.yml"),
        ("alerts.yml", "/ 86400) < 60", "/ 86400) <= 60", "limits.yml"),
        ("alerts.yml", "body:oldest_breach", "body:oldest_overdue", "compliance.yml"),
        ("alerts.yml", ">= 3\n", ">= 1\n", "limits.yml"),
        ("alerts.yml", ">= 3\n", ">= 4\n", "limits.yml"),
        ("alerts.yml", "< 70\n", "<= 70\n", "limits.yml"),
        ("alerts.yml", "for: 1m\n", "for: 2m\n", "waits.yml"),
        ("alerts.yml", "for: 2m\n", "for: 1m\n", "waits.yml"),
        ("alerts.yml", "for: 5m\n", "for: 4m\n", "waits.yml"),
        ("alerts.yml", "for: 15m\n", "for: 20m\n", "waits.yml"),
        ("alerts.yml", "for: 1h\n", "for: 30m\n", "waits.yml"),
        ("alerts.yml", ">= 10\n        for: 15m", ">= 9\n        for: 15m", "limits.yml"),
        ("alerts.yml", '{window="30d"} < 70', '{window="30d"} < 72', "limits.yml"),
        ("alerts.yml", "age:seconds > 600", "age:seconds > 500", "limits.yml"),
        ("alerts.yml", "limit_bytes + 2e9", "limit_bytes + 3e9", "limits.yml"),
        (
            "recording.yml",
            "max without (instance, pod) (dondoc_dead",
            "sum without (instance, pod) (dondoc_dead",
            "limits.yml",
        ),
        ("recording.yml", 'outcome!="void"', 'outcome!="late"', "compliance.yml"),
        (
            "alerts.yml",
            "dondoc_body:overdue:count > 0",
            "dondoc_body:overdue:count",
            "compliance.yml",
        ),
        ("alerts.yml", "{{- $labels.body }} {{- end }}: {{", "{{- end }}: {{", "compliance.yml"),
        ("alerts.yml", "seconds[1h]) > 0", "seconds[1h]) >= 0", "secrets.yml"),
        ("alerts.yml", "[3d] offset 1h", "[1h] offset 1h", "secrets.yml"),
        (
            "alerts.yml",
            "secret_event_timestamp_seconds[1h]",
            "secret_event_timestamp_seconds[50m]",
            "secrets.yml",
        ),
        ("alerts.yml", '(up{job="dondoc"}) == 1', '(up{job="dondoc"}) >= 0', "service.yml"),
        ("alerts.yml", "letters:count[5m]) > 0", "letters:count[5m]) >= 0", "broker.yml"),
        ("alerts.yml", "routed:count[5m]) > 0", "routed:count[5m]) >= 0", "broker.yml"),
        ("alerts.yml", "or on () absent", "or absent", "broker.yml"),
        ("alerts.yml", "or on () absent(rabbitmq", "unless absent(rabbitmq", "broker.yml"),
        ("alerts.yml", 'up{job="rabbitmq"} == 0 or', 'up{job="rabbitmq"} < 0 or', "broker.yml"),
        ("alerts.yml", "count != dondoc", "count == dondoc", "broker.yml"),
        ("alerts.yml", "and dondoc:consumer:up == 1", "", "broker.yml"),
        ("alerts.yml", ">= 61200", ">= 60900", "days.yml"),
        ("alerts.yml", ">= 61200", ">= 61500", "days.yml"),
        ("alerts.yml", "> (time() + 25200) % 86400", "> (time() + 25205) % 86400", "midnight.yml"),
        ("alerts.yml", "> (time() + 25200) % 86400", "> (time() + 25195) % 86400", "midnight.yml"),
        ("alerts.yml", "timestamp_seconds[1d]", "timestamp_seconds[16h]", "midnight.yml"),
        ("alerts.yml", "        keep_firing_for: 5m\n", "", "limits.yml"),
        (
            "alerts.yml",
            "max_over_time(dondoc:reminders_unrouted:count[5m])",
            "dondoc:reminders_unrouted:count",
            "limits.yml",
        ),
        ("alerts.yml", 'count{age="late"}', 'count{age!="old"}', "events.yml"),
        ("alerts.yml", 'count{age="late"}', 'count{age!="new"}', "events.yml"),
        ("alerts.yml", "unknown_types:count[7d]", "unknown_types:count[6d]", "types.yml"),
        (
            "alerts.yml",
            "- min_over_time(dondoc:unknown",
            "- 0 * last_over_time(dondoc:unknown",
            "types.yml",
        ),
        ("recording.yml", "instance, pod) (dondoc_missing", "pod) (dondoc_missing", "events.yml"),
        ("alerts.yml", '" phút"', '"m"', "durations.yml"),
        ("alerts.yml", ", 0)\n", ", -9)\n", "durations.yml"),
        ("alerts.yml", "age:seconds > 600", "age:seconds > 601", "durations.yml"),
        (
            "alerts.yml",
            "snapshot_age_seconds > 120",
            "snapshot_age_seconds >= 120",
            "durations.yml",
        ),
        ("alerts.yml", "limit_bytes + 2e9", "limit_bytes + 1.9e9", "durations.yml"),
        ("alerts.yml", "` 0[hm]| ", "` ", "durations.yml"),
        (
            "alerts.yml",
            "max_over_time(dondoc:dead_letters:count[5m])",
            "dondoc:dead_letters:count",
            "limits.yml",
        ),
        ("recording.yml", "topk without (name, kind) (1, count", "(count", "compliance.yml"),
        (
            "recording.yml",
            "topk without (regulation, cite, title, lateness)\n          (1, count",
            "(count",
            "compliance.yml",
        ),
        (
            "recording.yml",
            "max without (instance, pod) (dondoc_obl",
            "(dondoc_obl",
            "compliance.yml",
        ),
    ],
)
def test_a_rule_that_means_something_else_fails_its_cases(
    copy: Path, rules_file: str, old: str, new: str, cases: str
) -> None:
    spoil(copy / RULES / rules_file, old, new)
    keep_cases_of_what_changed(copy, rules_file, copy / CASES / cases)
    # Not a rule that cannot be read, but one that says something else than expected.
    assert any("exp:" in said for said in promtool("test", "rules", copy / CASES / cases))


@needs_promtool
def test_a_pattern_that_matches_nothing_is_a_complaint_though_promtool_succeeds(copy: Path) -> None:
    spoil(copy / CASES / "service.yml", "recording.yml,", "recording.yml, nothing.yml,")
    assert promtool("test", "rules", copy / CASES / "service.yml")
