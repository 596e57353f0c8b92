"""LibreOffice without a window, and the tools that look into a PDF, for tests of documents."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

_MOST_SECONDS = 120


def convert(files: Sequence[Path], form: str, target: Path) -> None:
    """Have LibreOffice write *files* as *form* ("pdf", "docx") into the folder *target*."""
    program = shutil.which("soffice")
    assert program, "LibreOffice is missing: deploy/prepare.sh installs it"
    profile = (target / ".profile").absolute().as_uri()
    command = [program, "--headless", f"-env:UserInstallation={profile}"]
    command += ["--convert-to", form, "--outdir", str(target), *map(str, files)]
    subprocess.run(command, check=True, capture_output=True, timeout=_MOST_SECONDS)


def pages_of(pdf: Path) -> list[str]:
    """The text of each page of *pdf*, laid out as it is seen."""
    text = _run("pdftotext", "-layout", str(pdf), "-")
    return text.split("\f")[:-1]


def sizes_of(pdf: Path) -> list[tuple[int, int]]:
    """Width and height of each page in points."""
    told = _run("pdfinfo", "-f", "1", "-l", "9999", str(pdf))
    found = re.findall(r"Page +\d+ size: +([\d.]+) x ([\d.]+)", told)
    return [(round(float(width)), round(float(height))) for width, height in found]


def fonts_of(pdf: Path) -> set[str]:
    """The names of the fonts in *pdf*, without the mark of their being a part."""
    lines = _run("pdffonts", str(pdf)).splitlines()[2:]
    return {line.split()[0].partition("+")[2] or line.split()[0] for line in lines}


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
