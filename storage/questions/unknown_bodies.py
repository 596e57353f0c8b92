"""Codes of bodies that stored events have and the directory lacks."""

from __future__ import annotations

import json
from collections import Counter

from ...rules.directory import Directory
from ...rules.judging.acting import NO_PARTY
from ...rules.judging.judgement import UNKNOWN_BODY
from ...rules.streams import REPORTS_BEGIN
from ..transaction import Transaction


def unknown_bodies(tx: Transaction, directory: Directory) -> dict[str, int]:
    """In how many streams each code stands that *directory* lacks, the most first: as who owes
    something, who acts without being charged, or who hands in reports."""
    found = Counter[str]()
    rows = tx.rows("SELECT flags, COUNT(*) FROM stream WHERE flags IS NOT NULL GROUP BY flags")
    for flags, count in rows:
        told = (str(flag).partition(":") for flag in json.loads(flags))
        for code in {code for kind, _, code in told if kind in (UNKNOWN_BODY, NO_PARTY)}:
            found[code] += int(count)
    start = len(REPORTS_BEGIN)
    for key, flags in tx.rows(
        f"SELECT key, flags FROM stream WHERE substr(key, 1, {start}) = %s AND event_count > 0",
        REPORTS_BEGIN,
    ):
        code = key[start:]
        if f"{UNKNOWN_BODY}:{code}" not in (json.loads(flags) if flags else ()):
            found[code] += 1
    unknown = {code: number for code, number in found.items() if code and code not in directory}
    return dict(sorted(unknown.items(), key=lambda each: (-each[1], each[0])))
