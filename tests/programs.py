"""`python -m tests.programs`: the programs of docs/publishing.md that the suite does not run.

Java takes a development kit, which is large: the suite runs those in Python and PHP. On Debian it
needs default-jdk-headless, librabbitmq-client-java and libgoogle-gson-java, and RabbitMQ as the
suite does. Arguments go to pytest. Exit code 1 where a test fails, 2 where something is missing.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(_ROOT / "tests"), str(_ROOT / "deploy")]

os.environ["PROGRAMS_TRIED"] = "java"

from support.programs import CLASS_PATH  # noqa: E402 - found only by the path above


def main() -> int:
    """Say what is missing, or run the tests of test_programs.py with Java."""
    jars = [Path(each) for each in CLASS_PATH.split(":")]
    missing = [str(each) for each in jars if not each.exists()]
    missing += [each for each in ("javac", "java") if shutil.which(each) is None]
    if missing:
        print(f"missing: {', '.join(missing)}", file=sys.stderr)
        print(
            "apt-get install default-jdk-headless librabbitmq-client-java libgoogle-gson-java",
            file=sys.stderr,
        )
        return 2
    return int(pytest.main([str(_ROOT / "tests/acceptance/test_programs.py"), *sys.argv[1:]]))


if __name__ == "__main__":
    sys.exit(main())
