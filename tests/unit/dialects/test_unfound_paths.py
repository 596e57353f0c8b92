"""A path that finds something in no message is told, though its field is optional."""

from __future__ import annotations

from typing import Any

import pytest
from dondoc.connector.contract.verdicts import Malformed
from dondoc.connector.dialects.mapped import MappedDialect
from dondoc.connector.dialects.missing import normal_view
from dondoc.connector.dialects.unfound import PathSearch, UnfoundPath
from support.dialects import ARRIVAL, DOCS, LIMITS, TOP, documented, message, messages, say, small

ASSIGNED = """
[[event]]
type = "task.assigned"
when = { loai = "GIAO", ".vaiTro" = "CT" }
each = "duLieu.donVi"
[event.fields]
task_id = ".ma"
content = { path = "duLieu.noiDung", default = "-" }
kind = { value = "execute" }
lead = ".ma"
due_on = DUE
"""
BODY = {
    "ma": "VB-1",
    "luc": "2026-03-02T08:00:00",
    "doMat": "Thường",
    "loai": "GIAO",
    "duLieu": {
        "noiDung": "Làm",
        "donVi": [
            {"ma": "A", "vaiTro": "CT", "hanXuLy": "2026-03-09", "chu.thich": "x"},
            {"ma": "B", "vaiTro": "PH", "hanRieng": "2026-03-09"},
        ],
    },
}


def unfound(events: str, *bodies: Any, **how: Any) -> tuple[UnfoundPath, ...]:
    dialect = small(events, **how)
    assert isinstance(dialect, MappedDialect)
    search = PathSearch(dialect)
    for body in bodies or (BODY,):
        view = normal_view(dialect, message(body), LIMITS, ARRIVAL, normal=False)
        if view is not None:
            search.look(view, LIMITS)
    return search.unfound()


@pytest.mark.parametrize(
    ("written", "near"),
    [
        ('".hanxuly"', ".hanXuLy"),
        ('"hanXuLy"', ".hanXuLy"),
        ('".han_xu_ly"', ".hanXuLy"),
        ('".hanXuLi"', ".hanXuLy"),
        ('".chu_thich"', ".'chu.thich'"),
        ('"duLieu.noidung"', "duLieu.noiDung"),
        ('".duLieu.noiDung"', "duLieu.noiDung"),
        ('"@header.han"', None),
        ('".gi"', None),
    ],
)
def test_a_wrong_path_of_an_optional_field_is_told_with_what_was_meant(
    written: str, near: str | None
) -> None:
    (told,) = unfound(ASSIGNED.replace("DUE", written))
    assert told == UnfoundPath(1, "task.assigned", "due_on", written.strip('"'), near)


def test_one_message_that_has_it_is_enough_and_null_is_something() -> None:
    other = {**BODY, "duLieu": {"donVi": [{"ma": "A", "vaiTro": "CT", "han": None}]}}
    assert unfound(ASSIGNED.replace("DUE", '".han"'), BODY, other) == ()
    assert len(unfound(ASSIGNED.replace("DUE", '".han"'), BODY, BODY)) == 1


def test_the_item_of_a_rule_that_does_not_hold_is_not_asked() -> None:
    (told,) = unfound(ASSIGNED.replace("DUE", '".hanRieng"'))
    assert told.path == ".hanRieng"


def test_of_several_places_for_a_value_one_is_enough_and_of_a_text_every_one_counts() -> None:
    assert unfound(ASSIGNED.replace("DUE", '[".han", ".hanXuLy"]')) == ()
    told = unfound(ASSIGNED.replace("DUE", '[".han", ".hanxuly"]'))
    assert [each.path for each in told] == [".han", ".hanxuly"]
    (piece,) = unfound(ASSIGNED.replace("DUE", '{ text = "{.hanXuLy}{.gio}" }'))
    assert piece.path == ".gio"


@pytest.mark.parametrize(
    ("before", "after", "part", "path"),
    [
        ('"duLieu.donVi"', '"duLieu.donvi"', "each", "duLieu.donvi"),
        ('".vaiTro"', '".vaitro"', "when", ".vaitro"),
        ('each = "duLieu', 'unless = { huy = "1" }\neach = "duLieu', "unless", "huy"),
        ('"duLieu.noiDung", default', '"noiDung", default', "content", "noiDung"),
        (
            "DUE",
            '".hanXuLy"\ncoordinating = { path = "duLieu.donVi[].ma", where = { ".vaitro" = "" } }',
            "coordinating.where",
            ".vaitro",
        ),
        ("DUE", '".hanXuLy"\ncoordinating = "duLieu.donVi[].Ma"', "coordinating", None),
    ],
)
def test_so_is_whatever_else_is_left_out_in_silence(
    before: str, after: str, part: str, path: str | None
) -> None:
    (told,) = unfound(ASSIGNED.replace(before, after).replace("DUE", '".hanXuLy"'))
    assert (told.part, told.path) == (part, path or "duLieu.donVi[].Ma")


def test_a_required_field_is_told_what_was_meant_too() -> None:
    (told,) = unfound(ASSIGNED.replace('".ma"\ncontent', '".Ma"\ncontent').replace("DUE", '".ma"'))
    assert (told.part, told.near) == ("task_id", ".ma")


def test_what_stands_at_the_top_of_the_file_is_told_once() -> None:
    other = '[[event]]\ntype = "document.classified"\nfields = { task_count = { value = 1 } }\n'
    top = TOP.replace('"ma"', '"mã"')
    (told,) = unfound(ASSIGNED.replace("DUE", '".ma"') + other, top=top)
    assert (told.number, told.part, told.near) == (1, "subject", "ma")


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("duLieu.noidung", "look at its path"),
        ("dulieu.noiDung", "nothing is at dulieu"),
        ("duLieu.cv.noi.dung", "nothing is at duLieu.cv"),
        (".a.b", "nothing is at .a"),
    ],
)
def test_where_a_required_field_is_not_there_its_path_is_named_first(path: str, hint: str) -> None:
    rules = ASSIGNED.replace('{ path = "duLieu.noiDung", default = "-" }', f'"{path}"')
    found = say(small(rules.replace("DUE", '".ma"')), BODY)
    assert isinstance(found, Malformed)
    wanted = f"content: is not there, and the contract requires it; {hint}"
    assert found.reason == wanted


def test_where_a_secret_message_has_its_subject_is_looked_up_in_normal_ones() -> None:
    secrecy = '[secrecy]\npath = "doMat"\nsubject = "Ma"\nwords = { "Thường" = "normal" }\n'
    (told,) = unfound(ASSIGNED.replace("DUE", '".hanXuLy"'), secrecy=secrecy)
    assert (told.number, told.part, told.near) == (0, "secrecy.subject", "ma")


def test_nothing_is_looked_for_in_a_message_that_is_not_established_as_normal() -> None:
    assert unfound(ASSIGNED.replace("DUE", '".hanxuly"'), {**BODY, "doMat": "Mật"}) == ()


@pytest.mark.parametrize("name", ["congvan", "voffice", "rows"])
def test_the_dialects_of_the_page_find_all_that_they_look_for(name: str) -> None:
    dialect = documented(name)
    assert isinstance(dialect, MappedDialect)
    search = PathSearch(dialect)
    for one in messages(name):
        view = normal_view(dialect, one, LIMITS, ARRIVAL, normal=False)
        if view is not None:
            search.look(view, LIMITS)
    assert search.unfound() == (), DOCS
