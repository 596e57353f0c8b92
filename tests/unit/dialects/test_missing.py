"""Why no rule tells an event of a message, or of an item of a list: for whoever tries a dialect."""

from __future__ import annotations

from typing import Any

from dondoc.connector.dialects.mapped import MappedDialect
from dondoc.connector.dialects.missing import (
    ItemLeft,
    RuleMissed,
    Unmet,
    items_left,
    missing,
    normal_view,
)
from dondoc.connector.dialects.views import View
from support.dialects import ARRIVAL, LIMITS, message, small

RULES = """
[[event]]
type = "document.classified"
when = { hanhDong = ["PHAN_LOAI", "Phân loại"], "vb.loai" = "CT" }
fields = { task_count = "so" }
[[event]]
type = "task.assigned"
when = { hanhDong = "GIAO_VIEC", ".vaiTro" = "CHU_TRI" }
unless = { ".huy" = "1" }
each = "donVi"
fields = { task_id = ".ma", content = "nd", kind = { value = "execute" }, lead = ".ma" }
"""
BODY = {"ma": "VB-1", "luc": "2026-03-02T08:00:00", "doMat": "Thường", "nd": "x"}


def looked_at(rules: str = RULES, **more: Any) -> tuple[MappedDialect, View]:
    dialect = small(rules)
    assert isinstance(dialect, MappedDialect)
    view = normal_view(dialect, message(BODY | more), LIMITS, ARRIVAL, normal=False)
    assert view is not None
    return dialect, view


def missed(rules: str = RULES, **more: Any) -> list[RuleMissed]:
    return list(missing(*looked_at(rules, **more), LIMITS))


def test_a_rule_that_fails_on_the_message_is_not_told_for_its_list() -> None:
    _, assigned = missed(hanhDong="Chuyen_Tiep")
    unmet = Unmet("hanhDong", "Chuyen_Tiep", ("GIAO_VIEC",))
    assert assigned == RuleMissed(2, "task.assigned", (unmet,))


def test_words_are_told_as_file_and_message_write_them() -> None:
    classified, _ = missed(hanhDong="Ban  HÀNH", vb={"loai": ""})
    assert classified.unmet == (
        Unmet("hanhDong", "Ban HÀNH", ("PHAN_LOAI", "Phân loại")),
        Unmet("vb.loai", "", ("CT",)),
    )


def test_a_list_without_items_is_told_apart_from_one_that_is_not_there() -> None:
    assert [each.there for each in missed(hanhDong="giao_viec", donVi=[])] == [True, True]
    (_, assigned) = missed(hanhDong="giao_viec")
    assert (assigned.each, assigned.there) == ("donVi", False)


def test_an_item_that_no_rule_is_for_is_told_with_what_the_nearest_rule_missed() -> None:
    items = [
        {"ma": "A", "vaiTro": "CHU_TRI"},
        {"ma": "B", "vaiTro": "PHOI_HOP"},
        {"ma": "C", "vaiTro": "CHU_TRI", "huy": 1},
    ]
    left = items_left(*looked_at(hanhDong="GIAO_VIEC", donVi=items), LIMITS)
    assert left == (
        ItemLeft(
            "donVi[1]", 2, "task.assigned", (Unmet("donVi[1].vaiTro", "PHOI_HOP", ("CHU_TRI",)),)
        ),
        ItemLeft("donVi[2]", 2, "task.assigned", (Unmet("donVi[2].huy", "1", ("1",), True),)),
    )
    assert items_left(*looked_at(hanhDong="KHAC", donVi=items), LIMITS) == ()


def test_what_stands_where_a_message_cannot_be_read_is_told_cut_short() -> None:
    rules = RULES.replace("lead =", "due_on = '.han', lead =")
    for value, told in (("31/11/2026", "31/11/2026"), (7.5, "7.5"), ("x" * 70, f"{'x' * 60}…")):
        items = [{"ma": "A", "vaiTro": "CHU_TRI"}, {"ma": "B", "vaiTro": "CHU_TRI", "han": value}]
        (_, assigned) = missed(rules, hanhDong="GIAO_VIEC", donVi=items)
        assert (assigned.path, assigned.value) == ("donVi[1].han", told)
        assert assigned.reason == "due_on: is no date of the patterns given (iso)"
        assert "31/11" not in repr(assigned)


def test_a_word_that_the_contract_will_not_take_is_not_said_to_be_kept() -> None:
    words = "{ path = 'kind', words = { x = 'execute' } }"
    rules = RULES.replace('{ value = "execute" }', words)
    items = [{"ma": "A", "vaiTro": "CHU_TRI"}]
    (_, assigned) = missed(rules, hanhDong="GIAO_VIEC", donVi=items, kind="Xem")
    assert assigned.reason == "kind: is none of the words of its table; add it"
    assert assigned.value == "Xem"
