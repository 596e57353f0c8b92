"""What `dondoc check` finds in the law, without a database or a broker."""

from __future__ import annotations

from dondoc.commands.check import unknown_obligors
from dondoc.rules.reading.regulation import parse_regulation
from dondoc.rules.reading.regulation_checks import together
from support.explaining import changed
from support.stories import configured_regulation


def findings(*bodies: str) -> list[str]:
    data = configured_regulation()
    secret = next(rule for rule in data["rule"] if rule["id"] == "secret_report")
    secret["bodies"] = list(bodies)
    law = changed(together([(parse_regulation(data, "office.toml"), "office.toml")]))
    return [found.text for found in unknown_obligors(law)]


def test_a_rule_for_bodies_that_the_directory_lacks_is_named_with_them() -> None:
    assert findings("PYT", "ABC", "XYZ") == [
        "rule secret_report is for bodies that the directory lacks: ABC, XYZ"
    ]


def test_a_rule_for_bodies_of_the_directory_is_fine() -> None:
    assert findings("PYT", "XDS") == []
