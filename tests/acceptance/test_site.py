"""`dondoc report site` with the real command: made, made anew by purge, checked, taken down."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from support.hscv import as_json
from support.installation import Installation
from support.rabbitmq import VirtualHost
from support.sites import CANARY, KEPT, document, everything_in


@pytest.fixture
def installation(tmp_path: Path, vhost: VirtualHost) -> Installation:
    made = Installation(tmp_path, vhost.url)
    made.run("declare")
    lines = made.folder / "events.jsonl"
    events = [*document("VB-1", CANARY), *document("VB-2", KEPT)]
    lines.write_bytes(b"\n".join(as_json(each) for each in events))
    made.run("replay", str(lines))
    lines.unlink()
    return made


def test_pages_are_made_looked_after_and_taken_down(installation: Installation) -> None:
    site = installation.folder / "trang"
    assert "no pages yet" in installation.run("check", DONDOC_REPORT_SITE=str(site))
    said = installation.run("report", "site", "--as-of", "2026-04-01", DONDOC_REPORT_SITE=str(site))
    assert f"begin at {site / 'current' / 'index.html'}" in said
    assert "0 of them new or changed" in installation.run(
        "report", "site", str(site), "--as-of", "2026-04-01"
    )
    assert CANARY.encode() in everything_in(site)
    assert stat.S_IMODE((site / "current" / "index.html").stat().st_mode) == 0o640
    # Nothing in the settings has to name them for an erasure to find them.
    installation.run("purge", "VB-1")
    shown = everything_in(site)
    assert CANARY.encode() not in shown
    assert KEPT.encode() in shown
    assert f"{site}: can be made anew at once" in installation.run("check")
    installation.run("report", "site", str(site), "--remove")
    assert not site.exists()
    assert "  pages: " not in installation.run("check")


def test_what_is_wrong_is_said_in_one_line_and_nothing_is_made(tmp_path: Path) -> None:
    installation = Installation(tmp_path, "amqp://127.0.0.1:1/")
    installation.run("migrate")
    for said, *given in (
        ("is not empty and not of dondoc's making", "."),
        ("there is no group 'nobody-has-this'", "trang", "--group", "nobody-has-this"),
        ("pages cannot be written: No such file or directory", "a/b"),
    ):
        assert said in installation.run("report", "site", *given, code=1)
    assert "Which directory?" in installation.run("report", "site", code=2)
    assert [each.name for each in tmp_path.iterdir() if each.is_dir()] == []
