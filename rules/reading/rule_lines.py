"""On which line of a regulation file each rule stands, so that an error can name it.

TOML as it is parsed has no lines; this only looks for the headings of rules, and is asked after the
file has been read and accepted.
"""

from __future__ import annotations

import re

_HEADING = re.compile(r"\s*\[\[?\s*(?P<name>[^\]]*?)\s*\]\]?\s*(#.*)?")
_ID = re.compile(r"""\s*id\s*=\s*(["'])(?P<id>[^"']*)\1\s*(#.*)?""")


def rule_lines(text: str) -> dict[str, int]:
    """By its id, the line of the heading of each rule in the *text* of a regulation file, counted
    from 1. A rule that is written in one line with others has none."""
    found: dict[str, int] = {}
    heading: int | None = None
    for number, line in enumerate(text.splitlines(), 1):
        said = _HEADING.fullmatch(line)
        if said:
            heading = number if line.lstrip().startswith("[[") and said["name"] == "rule" else None
        elif heading is not None and (named := _ID.fullmatch(line)):
            found.setdefault(named["id"], heading)
            heading = None
    return found
