"""The second stage of an erasure, killed on its way: whoever comes next finishes it."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from support.hscv import event
from support.installation import Installation
from support.rabbitmq import VirtualHost

CANARY = "CANARY-erase-51"
KILLED = """
import os, signal, sys
from dondoc.cli import main
from dondoc.connector.secrecy import erasing_copies as erasure
from dondoc.storage.database import Store

def dying(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

if sys.argv[1] == "overwrite":
    Store.overwrite = dying
else:
    setattr(erasure, sys.argv[1], dying)
del sys.argv[1]
sys.exit(main())
"""


def erased_at(installation: Installation) -> list[int | None]:
    with closing(sqlite3.connect(installation.folder / "dondoc.db")) as connection:
        return [at for (at,) in connection.execute("SELECT erased_at FROM redaction")]


def bytes_of(installation: Installation) -> bytes:
    return b"".join(path.read_bytes() for path in installation.folder.glob("dondoc.db*"))


@pytest.mark.parametrize("dies_in", ["settle", "_clear_queues", "overwrite", "mark_erased"])
def test_an_erasure_that_is_killed_is_not_called_done_and_is_finished_by_the_next(
    dies_in: str, tmp_path: Path, vhost: VirtualHost
) -> None:
    installation = Installation(tmp_path, vhost.url)
    data = event("document.issued")["data"] | {"abstract": f"{CANARY} " * 500}
    lines = json.dumps(event("document.issued", subject="VB-1", data=data))
    (tmp_path / "events.jsonl").write_text(lines, encoding="utf-8")
    installation.run("replay", "events.jsonl")
    installation.run("declare")
    assert CANARY.encode() in bytes_of(installation)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, dies_in, "purge", "VB-1"],
        cwd=tmp_path,
        env={k: v for k, v in os.environ.items() if not k.startswith("DONDOC_")},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert erased_at(installation) == [None]
    assert CANARY not in installation.run("show", "VB-1", code=1)
    installation.run("purge", "nothing-else", code=3)
    assert None not in erased_at(installation)
    assert CANARY.encode() not in bytes_of(installation)
