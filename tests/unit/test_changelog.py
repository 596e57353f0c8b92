"""CHANGELOG.md has the version that is built, in the form it names, with what an upgrade needs."""

from __future__ import annotations

import re
from configparser import ConfigParser

from dondoc.rules.law import GENERATION
from support.pages import CHANGELOG, ROOT

KINDS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
VERSION = re.compile(r"^## \[(?:Unreleased\]|\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2})$")


def newest() -> str:
    """What the changelog says of the version that stands first."""
    return re.split(r"^## ", CHANGELOG.read_text(encoding="utf-8"), flags=re.M)[1]


def metadata(key: str) -> str:
    settings = ConfigParser()
    settings.read(ROOT / "setup.cfg", encoding="utf-8")
    return settings["metadata"][key]


def test_the_version_that_is_built_stands_first() -> None:
    assert metadata("version") in newest().partition("###")[0]


def test_versions_and_changes_stand_under_the_headings_of_the_form() -> None:
    lines = CHANGELOG.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith("## ") and not VERSION.match(line)] == []
    assert {line[4:] for line in lines if line.startswith("### ")} <= KINDS


def test_an_upgrade_is_told_of_every_migration_and_of_the_reprocessing_it_needs() -> None:
    migrations = sorted(path.name for path in ROOT.glob("storage/tables/migrations/0*.py"))
    assert f"up to {migrations[-1][:4]}" in newest()
    assert f"generation {GENERATION}" in newest()
    assert "dondoc reprocess --all" in newest()


def test_the_licence_that_is_named_is_the_one_that_is_here() -> None:
    assert metadata("license") == "Apache-2.0"
    text = (ROOT / metadata("license_files")).read_text(encoding="utf-8")
    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text
    assert "name: Apache-2.0" in (ROOT / "docs" / "asyncapi.yaml").read_text(encoding="utf-8")
