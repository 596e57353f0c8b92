"""`python -m tests.fuzz`: the generators at length, from the checkout.

    python -m tests.fuzz courses --minutes 20 --seed 1 --database postgresql

Prints its seed and figures; exit code 1 where a promise did not hold, with the input that shows it
kept in a file. `--first N` takes a run up where an earlier one stopped.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
from importlib import import_module
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(_ROOT / "tests"), str(_ROOT / "deploy")]

from fuzz.rounds import DATABASES, SQLITE, Plan, run  # noqa: E402 - found only by the path above

GENERATORS = ("courses", "bytes", "canaries", "dialects", "parts")
"""Each is a package ``fuzz.<name>`` with ``make(plan)``."""


def main() -> int:
    """Run one generator and print what was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("generator", choices=GENERATORS)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=None, help="by chance where none is given")
    parser.add_argument("--first", type=int, default=0, help="the number of the first round")
    parser.add_argument("--database", choices=DATABASES, default=SQLITE)
    parser.add_argument("--keep", type=Path, default=_ROOT / ".cache" / "fuzz")
    options = parser.parse_args()
    # An ordinary end, so that the private servers are stopped with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    seed = random.SystemRandom().randrange(2**31) if options.seed is None else options.seed
    folder = options.keep / f"{options.generator}-{options.database}-{seed}-{options.first}"
    folder.mkdir(parents=True, exist_ok=True)
    plan = Plan(options.database, seed, folder, options.minutes, options.first)
    print(f"{options.generator}: seed {seed}, from round {plan.first}", file=sys.stderr, flush=True)
    make = import_module(f"fuzz.{options.generator}").make
    outcome = run(options.generator, make, plan, lambda line: print(line, file=sys.stderr))
    print(outcome.told())
    return 1 if outcome.findings else 0


if __name__ == "__main__":
    sys.exit(main())
