"""A number that came is known exactly when its event is stored, whenever the process is killed."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from dondoc.storage.database import open_store
from dondoc.storage.numbering import merge
from support.stores import SINCE

TESTS = Path(__file__).parents[1]
INTAKE = """
import sys
from datetime import UTC, datetime
from itertools import count
from dondoc.storage.database import open_store
from dondoc.storage.numbering import merge
from dondoc.storage.taking_in import record
from support.plain_law import PlainLaw, issued

store = open_store(sys.argv[1])
((last,),) = store.read(lambda tx: tx.rows("SELECT COALESCE(MAX(sequence), 0) FROM event"))
# What was not acknowledged comes again.
for first in count(max(last - 3, 1), 2):
    batch = [issued(f"d{n}", event_id=f"e{n}", sequence=n) for n in range(first, first + 4)]
    record(store, PlainLaw(), batch, datetime.now(UTC))
    merge(store)
    print(first, flush=True)
"""


def test_no_number_is_lost_or_counted_twice_whenever_the_process_is_killed(
    database_url: str,
) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    chance = random.Random(seed)
    with closing(open_store(database_url)) as store:
        store.migrate(SINCE)
        environment = os.environ | {"PYTHONPATH": str(TESTS)}
        for _ in range(4):
            command = [sys.executable, "-c", INTAKE, database_url]
            with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as intake:
                assert intake.stdout is not None
                for _ in range(chance.randint(5, 11)):
                    assert intake.stdout.readline(), "it ended by itself"
                time.sleep(chance.uniform(0, 0.03))
                intake.kill()
        merge(store)
        stored, known = store.read(
            lambda tx: (
                tx.rows("SELECT MIN(sequence), MAX(sequence), COUNT(*) FROM event"),
                tx.rows(
                    "SELECT low, high, came FROM number_run r JOIN numbering n"
                    " ON n.source = r.source WHERE again = 0"
                ),
            )
        )
        assert known == stored, "one run, of as many numbers as there are events"
        assert known[0][2] > 20
