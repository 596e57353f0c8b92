"""The programs of docs/publishing.md as HSCV would run them, and rows of an outbox to give them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

PROGRAMS = Path(__file__).resolve().parents[2] / "docs" / "programs"
JARS = ("amqp-client", "gson", "slf4j-api", "slf4j-nop")
"""Of Debian's librabbitmq-client-java, libgoogle-gson-java and libslf4j-java."""
CLASS_PATH = ":".join(f"/usr/share/java/{jar}.jar" for jar in JARS)
COMMANDS: Mapping[str, Sequence[str]] = {
    "python": (sys.executable, str(PROGRAMS / "publish.py")),
    "php": ("php", str(PROGRAMS / "publish.php")),
    "java": ("java", "-cp", CLASS_PATH, str(PROGRAMS / "Publish.java")),
}
TRIED = os.environ.get("PROGRAMS_TRIED", "python php").split()
"""Those that the suite runs; `python -m tests.programs` has others run."""
ABSTRACT = "V/v chuẩn bị “họp giao ban” <b>&'=+\\ 100%; số 7/2026 😀"
"""What has to be escaped, or must not be."""


def row(number: int, type_: str, happened_at: str, subject: str, /, **data: Any) -> dict[str, Any]:
    """A row of the outbox."""
    return {
        "id": f"0d3f0f7e-6a52-4d0e-9c7c-{subject:0>10}{number:02}",
        "type": type_,
        "happened_at": happened_at,
        "subject": subject,
        "secrecy": "normal",
        "data": data,
    }


def rows(subject: str) -> list[dict[str, Any]]:
    """A document with a task whose date is taken away: what programs are apt to write wrongly is
    in it (seconds that are 0, letters not composed, null, a list that is empty)."""
    task = {"task_id": f"{subject}-1"}
    content = unicodedata.normalize("NFD", "Chuẩn bị tài liệu")
    return [
        row(
            *(1, "document.issued", "2026-03-02 08:00:00", subject),
            doc_type="CV",
            symbol=f"{subject}/UBND-VP",
            abstract=unicodedata.normalize("NFD", ABSTRACT),
            issued_on="2026-03-02",
            authority="ubnd",
        ),
        row(2, "document.classified", "2026-03-02 08:30:00", subject, task_count=1),
        row(
            *(3, "task.assigned", "2026-03-02 09:14:05", subject),
            **task,
            content=content,
            kind="execute",
            lead="NV",
            coordinating=[],
            due_on="2026-03-10",
        ),
        row(
            *(4, "task.due_changed", "2026-03-03 00:00:59", subject),
            **task,
            due_on=None,
            decided_by="Chủ tịch",
        ),
    ]


def rows_of_the_page() -> list[dict[str, Any]]:
    """Those that docs/publishing.md gives to try."""
    lines = (PROGRAMS / "outbox.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def publish(
    program: str, url: str, outbox: Sequence[Mapping[str, Any]]
) -> subprocess.CompletedProcess[str]:
    """Run a program on the rows of *outbox*."""
    return subprocess.run(
        COMMANDS[program],
        input="".join(json.dumps(each, ensure_ascii=False) + "\n" for each in outbox),
        env={**os.environ, "HSCV_BROKER_URL": url},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
