"""What other parts say against a dialect or a message, as a person is told it here: in the
language of whoever asks, and with the same quotes around words as everything else."""

from __future__ import annotations

import re

from ..terminal.presentation import clean
from ..terminal.words import words

_QUOTED = re.compile(r"""(?<![\w.'"])(?<!= )'([^'"]*)'(?![\w.'"])""")
"""A word of a file as the other parts quote it; a key with dots has its quotes in TOML too, and so
has what is to be written after a sign of equality."""


def told_reason(text: object) -> str:
    """The sentence *text*, on one line."""
    return _QUOTED.sub(r"“\1”", clean(words().sentence(text)))
