"""`python -m tests.pictures`: draws docs/pictures anew, from nothing.

It installs packages and starts a broker, a service with the sample, Prometheus and Chromium,
and leaves nothing behind but the pictures.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(_ROOT / "tests"), str(_ROOT / "deploy")]

from pictures.live import STEP, UNIT, Live, watched_sample  # noqa: E402 - found only by the path above

BOARDS = _ROOT / "deploy" / "grafana" / "json"
PICTURES = _ROOT / "docs" / "pictures"
BODY = "TNMT"
"""The body whose page is drawn: a department with tasks in every status."""


def main() -> None:
    """Install the packages, start everything, draw each dashboard."""
    with tempfile.TemporaryDirectory(prefix="dondoc-pictures-") as name:
        tool = Path(name, "tool")
        shutil.copytree(_ROOT / "tests" / "pictures", tool)
        subprocess.run(["npm", "ci", "--no-audit"], cwd=tool, check=True)
        with watched_sample(Path(name, "live")) as live:
            for board in sorted(BOARDS.iterdir()):
                _draw(tool, live, board)


def _draw(tool: Path, live: Live, board: Path) -> None:
    # The administrator's dashboard shows the service at work, the others days.
    working = board.stem == "operations"
    begin, step = (live.began, 5.0) if working else (live.history, STEP.total_seconds())
    picture = PICTURES / f"{board.stem}.png"
    window = (f"{begin.timestamp():.0f}", f"{step:.0f}")
    subprocess.run(
        ["node", "draw.js", live.url, board, picture, *window, BODY, UNIT], cwd=tool, check=True
    )
    print(picture.name, flush=True)


if __name__ == "__main__":
    main()
