"""What `dondoc check` finds in the law, without a database or a broker."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from dondoc.commands.assembly.loading import check_policy
from dondoc.commands.terminal.law_findings import doubtful, unknown_obligors
from dondoc.commands.terminal.mail_findings import mail_reaches
from dondoc.mail.plan import MailPlan
from dondoc.rules.body import Body, MailPreference
from dondoc.rules.directory import Directory
from dondoc.rules.reading.regulation import parse_regulation
from dondoc.rules.reading.side_by_side import together
from support.case_law import regulation_data
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


def test_what_can_hardly_be_meant_in_the_regulation_is_to_be_weighed() -> None:
    data = configured_regulation()
    assert [*doubtful(changed(together([(parse_regulation(data, "x.toml"), "x.toml")])))] == []
    data["schedule"]["week"] = data["schedule"]["month"]
    (found,) = doubtful(changed(together([(parse_regulation(data, "x.toml"), "x.toml")])))
    assert (found.what, found.fine) == ("regulation 02/2015/QĐ-UBND", None)
    assert found.text.startswith("schedule.week: no rule is owed for it; ")


def test_bodies_that_no_letter_reaches_are_listed_and_a_digest_has_an_hour_to_go() -> None:
    bodies = (
        Body("VP", "Văn phòng", "office", emails=("vp@xa.example",)),
        Body("NV", "Phòng Nội vụ", "department"),
        Body("TP", "Phòng Tư pháp", "department", mail=MailPreference.NONE),
    )
    law = replace(changed(), directory=Directory({each.code: each for each in bodies}))
    plan = MailPlan("vp@xa.example", "list.xa.example")
    day = date(2026, 3, 20)
    lacking, hour = mail_reaches(law, plan, day)
    assert (lacking.fine, "NV" in lacking.text, "TP" in lacking.text) == (None, True, False)
    assert (hour.fine, "07:45" in hour.text) == (True, True)
    _, late = mail_reaches(law, replace(plan, at=timedelta(hours=18)), day)
    assert late.fine is False


def test_the_policy_that_ships_is_fine_beside_a_regulation_with_other_rules() -> None:
    data = regulation_data("citizens")
    regulations = together([(parse_regulation(data, "c.toml"), "c.toml")])
    found = check_policy(None, regulations, None, date(2026, 3, 20))
    assert [each for each in found if each.wrong] == []
