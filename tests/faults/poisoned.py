"""`dondoc`, but a process that dies whenever it looks at a message with MARK in its body.

What it dies in is said by POISON_IN, a function that `connector.intake` and `connector.examining`
call: `inspect`, the guard, or `record`, which stores. The product has no hook for this: the
function is wrapped before the command begins.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from dondoc.cli import main
from dondoc.connector import examining, intake

MARK = b"POISON-7f3a"


def _deadly(name: str) -> None:
    modules = [each for each in (intake, examining) if hasattr(each, name)]
    real = getattr(modules[0], name)

    def dying(*arguments: Any, **named: Any) -> Any:
        seen = arguments[2] if name == "record" else arguments[:1]
        if any(MARK in each.body for each in seen):
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments, **named)

    for module in modules:
        setattr(module, name, dying)


if __name__ == "__main__":
    _deadly(os.environ["POISON_IN"])
    sys.exit(main())
