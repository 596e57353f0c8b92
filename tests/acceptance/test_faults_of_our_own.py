"""An error that nobody expected says where it was raised, and no word of what it was about."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.installation import Installation

CANARY = "CANARY-fault-52"
FAILING = f"""
import sys
from dondoc.cli import main
from dondoc.storage.transaction import Transaction

def failing(*_, **__):
    try:
        raise ValueError("{CANARY} inside")
    except ValueError as cause:
        raise LookupError("DETAIL: Key (source, event_id)=({CANARY})") from cause

Transaction.period = failing
sys.exit(main())
"""


@pytest.mark.parametrize("command", [("run",), ("check",), ("status",)])
def test_an_unexpected_error_is_told_by_its_place_without_its_text(
    command: tuple[str, ...], tmp_path: Path
) -> None:
    installation = Installation(tmp_path, "amqp://127.0.0.1:1/")
    installation.run("migrate")
    done = subprocess.run(
        [sys.executable, "-c", FAILING, *command],
        cwd=tmp_path,
        env={k: v for k, v in os.environ.items() if not k.startswith("DONDOC_")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 1
    assert "a fault of dondoc itself" in said
    assert "builtins.LookupError" in said
    assert "builtins.ValueError" in said
    assert "failing" in said
    assert "CANARY" not in said
    assert "Traceback" not in said
