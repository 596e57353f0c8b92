"""An office of two bodies with settings of its own, and events of it as lines of a file."""

from __future__ import annotations

import json
from typing import Any

SETTINGS = """
[broker]
url = "amqp://127.0.0.1:1/"
[metrics]
listen = "127.0.0.1:0"
[tracking]
since = 2026-01-01
bodies = "bodies.toml"
"""
"""Without a broker; `[tracking]` comes last, so that a test may add to it."""
BODIES = """
[[body]]
code = "VP"
name = "Văn phòng"
kind = "office"
[[body]]
code = "KT"
name = "Phòng Kinh tế"
kind = "department"
"""


def event(id_: str, type_: str, subject: str, **data: Any) -> str:
    """An event of 2 March 2026 as a line of JSON."""
    return json.dumps(
        {
            "specversion": "1.0",
            "id": id_,
            "source": "/hscv",
            "type": f"hscv.{type_}",
            "time": "2026-03-02T09:00:00+07:00",
            "subject": subject,
            "secrecy": "normal",
            "data": data,
        }
    )
