"""`python -m tests.faults`: a run of faults of any length, from the checkout.

    python -m tests.faults --rounds 500 --seed 1 --database postgresql

Prints its figures at the end; exit code 1 where anything is lost, twice or untrue.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(_ROOT / "tests"), str(_ROOT / "deploy")]

from faults.harness.mutants import MUTANTS  # noqa: E402 - found only by the path above
from faults.harness.run import Plan, run  # noqa: E402 - found only by the path above
from faults.harness.world import POSTGRESQL, SQLITE  # noqa: E402


def main() -> int:
    """Run once and print what was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--rounds", type=int, default=30, help="how many kills")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=(SQLITE, POSTGRESQL), default=SQLITE)
    parser.add_argument("--instances", type=int, default=1, help="services at once")
    parser.add_argument("--mutant", choices=MUTANTS, help="a broken promise that must be found")
    options = parser.parse_args()
    # An ordinary end, so that the private servers are stopped with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    plan = Plan(options.rounds, options.seed, options.database, options.instances, options.mutant)
    with tempfile.TemporaryDirectory(prefix="dondoc-faults-") as folder:
        outcome = run(plan, Path(folder), lambda line: print(line, file=sys.stderr, flush=True))
    print(outcome.told())
    return 1 if outcome.lost else 0


if __name__ == "__main__":
    sys.exit(main())
