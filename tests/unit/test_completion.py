"""What the shell completes: commands, options, and by the settings rules and bodies; in silence."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from support.installation import COMMAND

BODIES = '[tracking]\nbodies = "sample"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "dondoc.toml").write_text(BODIES, "utf-8")
    return tmp_path


def completed(folder: Path, line: str, shell: str = "zsh") -> list[str]:
    """What *shell* gets for the last word of *line*; for zsh a word and its help in turn."""
    words = line.split(" ")
    done = subprocess.run(
        [*COMMAND],
        cwd=folder,
        env={
            **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            "_DONDOC_COMPLETE": f"{shell}_complete",
            "COMP_WORDS": line,
            "COMP_CWORD": str(len(words) - 1),
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return [each for each in done.stdout.splitlines() if each not in ("", "plain")]


def test_commands_are_completed_with_their_lines(folder: Path) -> None:
    assert completed(folder, "dondoc back") == [
        "backup",
        "Copy the database to the new file PATH while the service runs.",
    ]
    assert completed(folder, "dondoc --lang vi dead ret") == [
        "retry",
        "Chuyển lại cho dịch vụ những sự kiện lỗi nay đã hợp lệ.",
    ]


def test_the_commands_under_a_command_are_completed_and_its_own_options(folder: Path) -> None:
    assert completed(folder, "dondoc reminders ch") == [
        "check",
        "Say what in the policy FILE cannot come, or is for nobody.",
    ]
    assert completed(folder, "dondoc reminders --ste") == ["--step", "Only this step."]


def test_options_are_completed_with_their_help(folder: Path) -> None:
    assert completed(folder, "dondoc --lang vi list --stat") == [
        "--state",
        (
            "Chỉ những nghĩa vụ còn hạn (open), quá hạn (overdue), đã thực hiện đúng hạn (met), "
            "thực hiện quá hạn (met_late) hoặc không còn hiệu lực (void)."
        ),
    ]


def test_rules_and_bodies_are_completed_from_the_settings(folder: Path) -> None:
    assert completed(folder, "dondoc list --rule feedback_r") == [
        "feedback_response",
        "deal with feedback",
    ]
    assert completed(folder, "dondoc --lang vi list --rule feedback_r") == [
        "feedback_response",
        "xử lý thông tin phản hồi",
    ]
    assert completed(folder, "dondoc list --body tck") == ["TCKH", "Phòng Tài chính - Kế hoạch"]
    # By the name of a body too, without its marks.
    assert completed(folder, "dondoc list --body van-phong") == []
    assert "VP" in completed(folder, "dondoc list --body van")


def test_states_are_completed(folder: Path) -> None:
    assert "overdue" in completed(folder, "dondoc list --state over")


@pytest.mark.parametrize(
    "line",
    [
        "dondoc list --body v",
        "dondoc --config missing.toml list --rule f",
        "dondoc --config broken.toml list --body v",
        "dondoc --database sqlite:///missing.db list --body v",
        "dondoc --database postgresql://127.0.0.1:1/x list --body v",
        "dondoc no-such-command x",
    ],
)
def test_what_cannot_be_read_completes_nothing_and_makes_nothing(tmp_path: Path, line: str) -> None:
    (tmp_path / "broken.toml").write_text("[tracking", "utf-8")
    assert completed(tmp_path, line) == []
    assert [each.name for each in tmp_path.iterdir()] == ["broken.toml"]


BASH = """
eval "$(_DONDOC_COMPLETE=bash_source dondoc)"
complete -p dondoc
COMP_WORDS=(dondoc list --body tck)
COMP_CWORD=3
_dondoc_completion dondoc
echo "${COMPREPLY[@]}"
"""
ZSH = """
autoload -Uz compinit && compinit -D
eval "$(_DONDOC_COMPLETE=zsh_source dondoc)"
print -r -- ${_comps[dondoc]}
"""


@pytest.mark.parametrize(
    ("shell", "script", "said"),
    [("bash", BASH, ["complete", "TCKH"]), ("zsh", ZSH, ["_dondoc_completion"])],
)
def test_the_line_that_installs_it_is_understood(
    folder: Path, shell: str, script: str, said: list[str]
) -> None:
    there = shutil.which(shell)
    if there is None:
        pytest.skip(f"NOT TESTED in this shell, missing: {shell}")
    path = f"{Path(COMMAND[0]).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [there, "-c", script],
        cwd=folder,
        env={"PATH": path, "HOME": str(folder)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    for each in said:
        assert each in done.stdout
