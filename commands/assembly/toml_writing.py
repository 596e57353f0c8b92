"""Writes texts as TOML: whatever a text holds, what is read back is the same."""

from __future__ import annotations

import json
from collections.abc import Sequence


def toml_value(value: str | Sequence[str]) -> str:
    """*value* as it stands behind a key: a text, or a list of texts."""
    if not isinstance(value, str):
        return f"[{', '.join(map(toml_value, value))}]"
    # JSON's escapes are TOML's too; of what TOML forbids as it stands JSON leaves this one alone.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def commented(text: str) -> str:
    """The lines of *text* as comments."""
    return "\n".join(f"# {line}".rstrip() for line in text.splitlines())
