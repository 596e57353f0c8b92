"""deploy/install.sh before it does anything: `python -m tests.bare --install` has it do all."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted([*ROOT.glob("deploy/*.sh"), *ROOT.glob("tests/*.sh")])


def install(*arguments: str, script: Path = ROOT / "deploy" / "install.sh") -> tuple[int, str]:
    """Exit code and lines of an installer that is called with *arguments*."""
    done = subprocess.run(
        ["bash", script, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=60,
        cwd="/",
    )
    return done.returncode, done.stdout


def tree(folder: Path) -> list[tuple[str, int]]:
    """What is in *folder*, and when each was changed."""
    return sorted((str(path), path.lstat().st_mtime_ns) for path in folder.rglob("*"))


def test_a_dry_run_says_each_act_and_changes_nothing(tmp_path: Path) -> None:
    prefix = tmp_path / "a place with spaces"
    prefix.mkdir()
    before = tree(tmp_path), tree(ROOT / "deploy")
    code, said = install("--dry-run", "--prefix", str(prefix))
    assert code == 0, said
    assert f"would: make {prefix}/var/lib/dondoc" in said
    assert f"would: install {prefix}/etc/systemd/system/dondoc.service" in said
    assert said.endswith(", none done\n")
    assert (tree(tmp_path), tree(ROOT / "deploy")) == before


def test_a_dry_run_on_the_machine_itself_needs_no_rights() -> None:
    code, said = install("--dry-run")
    assert code == 0, said
    assert "would: " in said


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--whell", "x"], "There is no argument --whell."),
        (["--wheel"], "--wheel needs a value."),
        (["--wheel", "/nowhere/dondoc-1.whl"], "There is no wheel /nowhere/dondoc-1.whl."),
        (["--wheel", str(ROOT / "setup.cfg")], "setup.cfg is no wheel of dondoc"),
        (["--vhost", "a b"], "--vhost takes letters"),
    ],
)
def test_arguments_that_make_no_sense_are_refused_in_one_line(
    arguments: list[str], why: str
) -> None:
    code, said = install(*arguments)
    assert (code, said.count("\n")) == (2, 1)
    assert why in said


def test_a_damaged_wheel_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    wheel, prefix = tmp_path / "dondoc-9-py3-none-any.whl", tmp_path / "prefix"
    wheel.write_bytes(b"PK\x03\x04 cut off")
    code, said = install("--prefix", str(prefix), "--wheel", str(wheel))
    assert code == 1
    assert f"{wheel} cannot be read as a wheel" in said
    assert not prefix.exists()


def test_there_is_nothing_to_uninstall_where_nothing_was_installed(tmp_path: Path) -> None:
    code, said = install("--prefix", str(tmp_path), "--uninstall")
    assert code == 1
    assert f"There is no installation in {tmp_path}/opt/dondoc." in said


def test_an_environment_that_was_made_by_hand_is_not_touched(tmp_path: Path) -> None:
    by_hand = tmp_path / "opt" / "dondoc"
    by_hand.mkdir(parents=True)
    by_hand.joinpath("pyvenv.cfg").touch()
    before = tree(tmp_path)
    code, said = install("--prefix", str(tmp_path))
    assert code == 1
    assert f"{by_hand} is an environment that was made by hand" in said
    assert tree(tmp_path) == before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be nobody")
def test_without_rights_it_says_how_it_is_called(tmp_path: Path) -> None:
    deploy = Path(shutil.copytree(ROOT / "deploy", tmp_path / "checkout" / "deploy"))
    for place in (tmp_path, *tmp_path.parents):
        if place.stat().st_uid == os.geteuid() and place.is_relative_to("/tmp"):
            place.chmod(place.stat().st_mode | 0o011)
    tmp_path.joinpath("checkout", "setup.cfg").touch()
    nobody = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
    done = subprocess.run(
        [*nobody, "bash", deploy / "install.sh"],
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        cwd="/",
    )
    assert done.returncode == 1
    assert "Only root can install: sudo bash deploy/install.sh" in done.stderr


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_the_scripts_have_nothing_that_shellcheck_knows_as_a_mistake(script: Path) -> None:
    done = subprocess.run(
        ["shellcheck", "-x", "-P", ROOT, script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
