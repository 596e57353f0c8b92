"""Draws docs/pictures anew, from nothing: packages, broker, service, sample, Prometheus, Chromium.

It leaves nothing behind but the pictures.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from .live import STEP, Live, watched_sample

GRAFANA = Path(__file__).parents[1]
PICTURES = GRAFANA.parents[1] / "docs" / "pictures"
BODY = "TNMT"
"""The body whose page is drawn: a department with tasks in every status."""


def main() -> None:
    """Install the packages, start everything, draw each dashboard."""
    with tempfile.TemporaryDirectory(prefix="dondoc-pictures-") as name:
        tool = Path(name, "tool")
        shutil.copytree(GRAFANA / "pictures", tool)
        subprocess.run(["npm", "ci", "--no-audit"], cwd=tool, check=True)
        with watched_sample(Path(name, "live")) as live:
            for board in sorted(GRAFANA.joinpath("json").iterdir()):
                _draw(tool, live, board)


def _draw(tool: Path, live: Live, board: Path) -> None:
    # The administrator's dashboard shows the service at work, the others days.
    working = board.stem == "operations"
    begin, step = (live.began, 5.0) if working else (live.history, STEP.total_seconds())
    picture = PICTURES / f"{board.stem}.png"
    window = (f"{begin.timestamp():.0f}", f"{step:.0f}")
    subprocess.run(
        ["node", "draw.js", live.url, board, picture, *window, BODY], cwd=tool, check=True
    )
    print(picture.name, flush=True)


main()
