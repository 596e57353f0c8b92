"""The Grafana dashboards as code. `python -m grafana.dashboards` writes deploy/grafana/json/.

The files are what Grafana reads and nobody edits them: a test compares them with the code.
"""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from .body import body
from .operations import operations
from .overview import overview
from .province import province

_BOARDS = {"overview": overview, "body": body, "operations": operations, "province": province}
FOLDER = Path(__file__).parents[1] / "json"


def files() -> dict[str, str]:
    """What each file in `FOLDER` says, by its name: JSON in NFC, panels numbered from 1."""
    made = {}
    for name, make in _BOARDS.items():
        board = make().build()
        for number, panel in enumerate(board.panels or (), start=1):
            panel.id_val = number
        text = json.dumps(board, cls=JSONEncoder, indent=2, ensure_ascii=False, sort_keys=True)
        made[f"{name}.json"] = unicodedata.normalize("NFC", text) + "\n"
    return made
