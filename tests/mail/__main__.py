"""`python -m tests.mail`: mail at length, from the checkout; each part is too long for the suite.

    python -m tests.mail many --letters 50000     # through a server on loopback, each once
    python -m tests.mail postfix                  # through Debian's Postfix as a relay, as root

Prints its figures; exit code 1 where a letter is lost, twice or another, 2 where a part is not
there to be tested.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(_ROOT / "tests"), str(_ROOT / "deploy")]

from mail.many import send_many  # noqa: E402 - found only by the path above
from mail.relay import through_postfix  # noqa: E402 - found only by the path above


def main() -> int:
    """Run a part and print what was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.mail", description=__doc__)
    parser.add_argument("part", choices=("many", "postfix"))
    parser.add_argument("--letters", type=int, default=50_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dondoc-mail-") as folder:
        if options.part == "postfix":
            return through_postfix(Path(folder), print)
        return send_many(Path(folder), options.letters, print)


if __name__ == "__main__":
    sys.exit(main())
