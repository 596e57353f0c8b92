"""Where each page is: relative addresses that stay as they are, whatever a code or an id holds.

Dashboards and letters link to them, so that none may ever change. A file's name is never taken
from outside as it is: what could mean anything to a file system or a URL gets a digest.
"""

from __future__ import annotations

import re
from hashlib import sha256

INDEX = "index.html"
METHOD = "cach-tinh.html"
BODIES, ITEMS = "don-vi", "viec"
"""The folders of the bodies' pages and of the obligations'."""

_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*")
_LONGEST = 80


def body_page(code: str) -> str:
    """The address of the page of the body of that *code*, from the top: "don-vi/TCKH.html"."""
    return f"{BODIES}/{_name(code)}.html"


def item_page(obligation: str) -> str:
    """The address of the page of the obligation of that id, from the top."""
    return f"{ITEMS}/{_name(obligation)}.html"


def _name(of: str) -> str:
    """*of* itself where it is a plain word of at most 80 letters; otherwise a digest of it, behind
    a mark that no such word begins with."""
    if len(of) <= _LONGEST and _SAFE.fullmatch(of):
        return of
    return f"_{sha256(of.encode(errors='surrogatepass')).hexdigest()[:24]}"
