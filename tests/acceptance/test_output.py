"""Where output cannot go, a command ends in one line or in silence, never in a fault."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from support.installation import COMMAND

FORMATS = ("table", "json", "csv")


def calendar(
    folder: Path, form: str, redirected: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """`dondoc calendar`, whose rows are Vietnamese, under a shell that redirects its output."""
    command = f'"{COMMAND[0]}" calendar 2026 --format {form} {redirected}'
    # Buffered as everybody's is: what cannot be written is then left to the end of the process.
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=folder,
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("form", FORMATS)
def test_a_full_disk_under_the_output_is_told_in_one_line(tmp_path: Path, form: str) -> None:
    done = calendar(tmp_path, form, "> /dev/full")
    assert done.returncode == 1
    assert done.stderr == "Error: the output cannot be written: No space left on device\n"


@pytest.mark.parametrize("form", FORMATS)
def test_a_closed_output_is_no_fault(tmp_path: Path, form: str) -> None:
    done = calendar(tmp_path, form, ">&-")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("form", FORMATS)
def test_a_reader_that_has_seen_enough_ends_it_quietly(tmp_path: Path, form: str) -> None:
    done = calendar(tmp_path, form, "| head -c 1")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("form", FORMATS)
def test_vietnamese_is_written_though_the_machine_speaks_ascii(tmp_path: Path, form: str) -> None:
    done = calendar(tmp_path, form, PYTHONIOENCODING="ascii")
    assert "Tết Dương lịch" in done.stdout


@pytest.mark.parametrize("form", FORMATS)
def test_letters_that_the_terminal_does_not_know_are_told_in_one_line(
    tmp_path: Path, form: str
) -> None:
    done = calendar(tmp_path, form, PYTHONIOENCODING="latin-1")
    assert done.returncode == 1
    told = "latin-1 cannot write what there is to print; set PYTHONUTF8=1"
    assert done.stderr == f"Error: {told}\n"
