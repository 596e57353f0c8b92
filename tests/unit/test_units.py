"""The units in deploy/ run what there is, are equally shut in, and are accepted by systemd."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from support.commands import resolved
from support.pages import OPERATIONS, ROOT, settings_table

DEPLOY, MAIL = ROOT / "deploy", ROOT / "docs" / "mail.md"
UNITS = sorted(path.name for path in DEPLOY.glob("dondoc*.*"))
SERVICES = [name for name in UNITS if name.endswith(".service")]
TEMPLATES = [name for name in UNITS if "@" in name]
MOST_EXPOSED = 1.4
RUNS = {
    "dondoc": ("run",),
    "dondoc-backup": ("backup",),
    "dondoc-mail": ("mail", "run"),
    "dondoc-pages": ("report", "site"),
}
"""What a unit runs, by its name."""
OWN = {
    *("Type", "WatchdogSec", "ExecStart", "Restart", "RestartSec", "TimeoutStopSec"),
    *("TimeoutStartSec", "ReadWritePaths", "LoadCredential", "Environment", "Nice"),
    *("IOSchedulingClass", "StateDirectory"),
}
"""What may differ between units of one host; all else is the sandbox."""


def directives(unit: str, section: str = "Service") -> dict[str, list[str]]:
    """What a section of a unit says, by its keys."""
    text = (DEPLOY / unit).read_text(encoding="utf-8").partition(f"[{section}]\n")[2]
    found: dict[str, list[str]] = {}
    for line in text.partition("\n[")[0].splitlines():
        key, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            found.setdefault(key, []).append(value)
    return found


def analyze(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("NOT TESTED by systemd, missing: systemd-analyze")
    return subprocess.run(
        [program, *arguments], capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The units, with something to run that is there."""
    folder = tmp_path_factory.mktemp("units")
    for name in UNITS:
        text = (DEPLOY / name).read_text(encoding="utf-8")
        text = text.replace("/opt/dondoc/bin/dondoc", "/bin/true")
        folder.joinpath(name.replace("@.", "@xa-a.")).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", UNITS)
def test_systemd_accepts_the_unit(name: str, installed: Path) -> None:
    done = analyze("verify", installed / name.replace("@.", "@xa-a."))
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", SERVICES)
def test_systemd_calls_no_service_more_exposed_than_the_first_that_shipped(name: str) -> None:
    done = analyze("security", "--offline=yes", DEPLOY / name)
    assert done.returncode == 0, done.stderr
    (level,) = re.findall(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    assert float(level) <= MOST_EXPOSED


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_as_shut_in_as_dondoc_itself(name: str) -> None:
    instance = "/%i" if "@" in name else ""
    service, other = directives("dondoc.service"), directives(name)
    assert other.keys() - OWN == service.keys() - OWN
    for key in service.keys() - OWN:
        assert [each.replace(instance, "") for each in other[key]] == service[key], key


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_unit_for_several_is_the_one_for_one_with_directories_of_its_own(name: str) -> None:
    """So that nothing is mended in one of them alone."""
    several = (DEPLOY / name).read_text(encoding="utf-8")
    one = (DEPLOY / name.replace("@", "")).read_text(encoding="utf-8")
    several = several.replace("/%i", "").replace(" (%i)", "").replace("@%i", "")
    assert settled(several) == settled(one)


def settled(text: str) -> list[str]:
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@pytest.mark.parametrize("name", SERVICES)
def test_a_unit_runs_a_command_that_there_is_with_settings_that_there_are(name: str) -> None:
    unit = directives(name)
    (start,) = unit["ExecStart"]
    program, option, settings, *words = start.split()
    instance = "/%i" if "@" in name else ""
    names, passed = resolved([option, *words])
    assert names == RUNS[name.removesuffix(".service").removesuffix("@")]
    assert option in {opt for each in passed[0].params for opt in each.opts}
    known = {opt for each in passed[-1].params for opt in each.opts}
    assert {word for word in words if word.startswith("--")} <= known
    assert (program, settings) == ("/opt/dondoc/bin/dondoc", f"/etc/dondoc{instance}/dondoc.toml")
    variables = {variable for _, variable, _ in settings_table()}
    for assignment in unit.get("Environment", []):
        assert assignment.partition("=")[0].removesuffix("_FILE") in variables
    pages = "".join(path.read_text(encoding="utf-8") for path in (OPERATIONS, MAIL))
    for path in (program, settings, *unit.get("LoadCredential", [])):
        assert path.split(":")[-1].replace("%i", "UNIT") in pages


def test_what_runs_on_and_on_tells_systemd_that_it_does() -> None:
    for name in SERVICES:
        unit = directives(name)
        if "Restart" in unit:
            assert unit["Type"] == ["notify"], name
            assert int(unit["WatchdogSec"][0]) >= 10, name
        else:
            assert unit["Type"] == ["oneshot"], name


def test_pages_are_written_where_the_service_may_take_them_away() -> None:
    for at in ("", "@"):
        service, pages = directives(f"dondoc{at}.service"), directives(f"dondoc-pages{at}.service")
        assert [f"-{path}" for path in pages["ReadWritePaths"]] == service["ReadWritePaths"]


def test_a_timer_stands_beside_each_service_that_it_calls() -> None:
    for name in UNITS:
        if name.endswith(".timer"):
            assert directives(name.replace(".timer", ".service"))["Type"] == ["oneshot"]
            assert directives(name, "Install")["WantedBy"] == ["timers.target"]
