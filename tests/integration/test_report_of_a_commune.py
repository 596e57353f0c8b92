"""Reports under a regulation of a commune's own: its periodic reports by their names are counted,
and its authorities stand in the title."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time
from functools import cache, partial

from dondoc.commands.report.showing import shown
from dondoc.reports.docx.letter import ContentParagraph
from dondoc.reports.formats.as_docx import letter_of
from dondoc.reports.formats.forms import written
from dondoc.reports.letterhead import Letterhead
from dondoc.reports.making.checking import discrepancies
from dondoc.reports.making.making import Wish, make
from dondoc.reports.periods import days
from dondoc.reports.report import BODY_PROGRESS, KINDS, OFFICE_PROGRESS, Report
from dondoc.reports.wording import title
from dondoc.rules.body import Body
from dondoc.rules.directory import Directory
from dondoc.rules.events import LOCAL
from dondoc.rules.law import Law
from dondoc.rules.reading.regulation import parse_regulation
from dondoc.rules.reading.side_by_side import together
from dondoc.storage.advancing import advance
from dondoc.storage.database import Store
from support.case_law import regulation_data
from support.stories import law as shipped_law

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
BODIES = (Body("VP", "Văn phòng", "office"), Body("KT", "Phòng Kinh tế", "department"))
HEAD = Letterhead(place="Đông Hòa", signer_title="CHÁNH VĂN PHÒNG")


@cache
def law(issuers: tuple[tuple[str, str], ...] | None = None) -> Law:
    """The commune's model, with other *issuers* where they are given."""
    data = regulation_data("commune-2025")
    if issuers is not None:
        data = {**data, "issuers": dict(issuers)}
    directory = Directory({body.code: body for body in BODIES})
    regulations = together([(parse_regulation(data, "commune"), "commune")])
    return replace(shipped_law(), regulations=regulations, directory=directory)


def report(store: Store, body: str | None, kind: str = BODY_PROGRESS) -> Report:
    made = datetime.combine(LAST, time(18), LOCAL)
    wish = Wish(kind, days(FIRST, LAST), LAST, made, unit="Văn phòng", body=body)
    return store.read(lambda tx: make(tx, law(), wish))


def numbers(found: Report) -> Mapping[str, int]:
    return {each.key: each.number for each in found.figures if not each.detail}


def test_the_periodic_reports_of_a_body_count_whatever_the_regulation_calls_them(
    store: Store,
) -> None:
    advance(store, law(), LAST)
    for body, due in (("KT", 5), ("VP", 1)):
        found = report(store, body)
        told = numbers(found)
        assert told["reports_due"] == told["reports_missing"] == told["breaches"] == due
        assert store.read(partial(discrepancies, law=law(), report=found)) == []


def test_counted_again_a_report_that_leaves_out_periodic_reports_differs(store: Store) -> None:
    """The check asks the list, and not what the report asked."""
    advance(store, law(), LAST)
    found = report(store, "KT")
    less = replace(
        found,
        bodies=tuple(
            replace(
                body,
                figures=tuple(
                    replace(each, number=0, ids=()) if each.key.startswith("reports_") else each
                    for each in body.figures
                ),
            )
            for body in found.bodies
        ),
    )
    said = store.read(lambda tx: discrepancies(tx, law(), less))
    assert {each.key for each in said} == {"reports_due", "reports_missing"}


def test_the_title_of_every_form_names_who_gives_tasks_by_the_regulation(store: Store) -> None:
    advance(store, law(), LAST)
    for kind in KINDS:
        found = report(store, None, kind)
        letter = letter_of(found, HEAD)
        intro = next(each.text for each in letter.content if isinstance(each, ContentParagraph))
        whole = [shown(found).replace("\n", " "), written(found, "html", HEAD).decode(), intro]
        for text in (*whole, letter.summary, title(found)):
            assert "do ubnd xã, chủ tịch ubnd xã giao" in text.lower()
            assert "huyện" not in text.lower()


def test_a_regulation_that_names_no_authority_has_none_in_the_title(store: Store) -> None:
    made = datetime.combine(LAST, time(18), LOCAL)
    nobody = law((("province", "UBND tỉnh"),))
    for kind in KINDS:
        wish = Wish(kind, days(FIRST, LAST), LAST, made)
        found = store.read(partial(make, law=nobody, wish=wish))
        assert "nhiệm vụ đã giao" in title(found)
    wish = Wish(OFFICE_PROGRESS, days(FIRST, LAST), LAST, made)
    one = law((("chairman", "Chủ tịch UBND xã"),))
    assert "nhiệm vụ do Chủ tịch UBND xã giao các cơ quan" in title(
        store.read(lambda tx: make(tx, one, wish))
    )
