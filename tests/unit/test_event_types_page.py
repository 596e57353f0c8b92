"""docs/event-types.md says of every type and field what the code says."""

from __future__ import annotations

import pytest
from dondoc.connector.contract.data.derived_schemas import SCHEMAS
from event_types_page import AGAIN, PAGE, page
from support.pages import ROOT, code, table


def test_the_page_is_that_of_the_types_as_they_are() -> None:
    assert PAGE.read_text("utf-8") == page(), f"docs/event-types.md is of before; run `{AGAIN}`"


def test_every_type_is_told_with_the_fields_of_its_schema() -> None:
    rows = {code(row[0])[0]: row for row in table(PAGE, "## The types")}
    assert rows.keys() == SCHEMAS.keys()
    for type_, (_, _, needed, others) in rows.items():
        fields = SCHEMAS[type_].fields
        assert set(code(needed)) | set(code(others)) == fields.keys()
        assert set(code(needed)) >= {name for name, each in fields.items() if each.required}


@pytest.mark.parametrize("page_", ["dialects.md", "contract.md"])
def test_pages_that_speak_of_types_lead_there(page_: str) -> None:
    assert f"]({PAGE.name}" in (ROOT / "docs" / page_).read_text("utf-8")
