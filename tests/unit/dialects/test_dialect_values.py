"""How values are found in a message and what becomes of them: paths, words, times, lists, ids."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from dondoc.connector.contract.body import Limits
from dondoc.connector.contract.verdicts import Malformed
from dondoc.connector.dialects.paths import MISSING, PathFault, ValueFault, compile_path, find
from dondoc.connector.dialects.saying import Nothing
from dondoc.connector.dialects.times import PatternFault, Times, compile_pattern, parse_zone
from dondoc.rules.file_faults import FileRefused
from support.dialects import ARRIVAL, CLASSIFIED, TOP, message, said, say, small, told

VIETNAM = timezone(timedelta(hours=7))
BASE = {"ma": "VB-1", "luc": "2026-03-02T08:00:00", "doMat": "Thường"}
ASSIGNED = """
[[event]]
type = "task.assigned"
each = "viec"
[event.fields]
task_id = ".ma"
content = "trichYeu"
kind = {{ value = "execute" }}
lead = {lead}
due_on = {due}
"""


def assigned(lead: str = '".chuTri"', due: str = '".han"') -> Any:
    return small(ASSIGNED.format(lead=lead, due=due))


def malformed(dialect: Any, body: Any, path: str, reason: str) -> None:
    found = say(dialect, body)
    assert isinstance(found, Malformed), found
    assert found.path == path
    assert reason in found.reason
    assert "CANARY" not in repr(found)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("a.b", 1),
        ("a.x", MISSING),
        ("a.b.c", MISSING),
        ("l[0].m", "x"),
        ("l[5].m", MISSING),
        ("l[].m", ["x", "y", MISSING]),
        ("n[].l[].m", [1, 2, 3]),
        ("'k.e y'.z", 2),
        ("Độ mật", "ok"),
    ],
)
def test_a_path_finds_what_stands_there(path: str, found: Any) -> None:
    value = {
        "a": {"b": 1},
        "l": [{"m": "x"}, {"m": "y"}, {}],
        "n": [{"l": [{"m": 1}, {"m": 2}]}, {"l": [{"m": 3}]}, {}],
        "k.e y": {"z": 2},
        "Độ mật": "ok",
    }
    assert find(value, compile_path(path)) == found


def test_a_path_that_meets_a_list_says_so() -> None:
    with pytest.raises(ValueFault, match="finds a list where one value is asked for"):
        find({"l": [{"m": 1}]}, compile_path("l.m"))
    with pytest.raises(ValueFault, match="is no list"):
        find({"l": {"m": 1}}, compile_path("l[].m"))


@pytest.mark.parametrize(
    "path", ["", "a..b", "a.", ".a.", "a[", "a[x]", "a[-1]", "a b]", "@", "@a.b", "a{b}"]
)
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(PathFault):
        compile_path(path)


@pytest.mark.parametrize(
    ("pattern", "text", "time"),
    [
        ("iso", "2026-03-02", datetime(2026, 3, 2, tzinfo=VIETNAM)),
        ("iso", "2026-03-02T08:30:00.1234567", datetime(2026, 3, 2, 8, 30, 0, 123456, VIETNAM)),
        ("iso", "2026-03-02 08:30", datetime(2026, 3, 2, 8, 30, tzinfo=VIETNAM)),
        ("iso", "2026-03-02T01:30:00Z", datetime(2026, 3, 2, 8, 30, tzinfo=VIETNAM)),
        ("iso", "2026-03-02 08:30:00 +07:00", datetime(2026, 3, 2, 8, 30, tzinfo=VIETNAM)),
        ("dd/MM/yyyy", "02/03/2026", datetime(2026, 3, 2, tzinfo=VIETNAM)),
        ("d/M/yyyy HH:mm", "2/3/2026 08:30", datetime(2026, 3, 2, 8, 30, tzinfo=VIETNAM)),
        ("HH:mm:ss dd-MM-yyyy", "08:30:05 02-03-2026", datetime(2026, 3, 2, 8, 30, 5, 0, VIETNAM)),
        ("yyyyMMdd", "20260302", datetime(2026, 3, 2, tzinfo=VIETNAM)),
        ("seconds", 1772415000, datetime(2026, 3, 2, 8, 30, tzinfo=VIETNAM)),
        ("millis", "1772415000000", datetime(2026, 3, 2, 8, 30, tzinfo=VIETNAM)),
        ("micros", 1772415000000000, datetime(2026, 3, 2, 8, 30, tzinfo=VIETNAM)),
        ("nanos", 1772415000000000000, datetime(2026, 3, 2, 8, 30, tzinfo=VIETNAM)),
        ("days", 20514, datetime(2026, 3, 2, tzinfo=VIETNAM)),
        ("dotnet", "/Date(1772415000000)/", datetime(2026, 3, 2, 8, 30, tzinfo=VIETNAM)),
        ("dotnet", "/Date(1772415000000+0700)/", datetime(2026, 3, 2, 8, 30, tzinfo=VIETNAM)),
        ("iso", "2026-02-30", None),
        ("iso", "0001-01-01T00:00:00", None),
        ("iso", "2026-03-02T08:30:60", None),
        ("dd/MM/yyyy", "2/3/2026", None),
        ("dd/MM/yyyy", "31/02/2026", None),
        ("dd/MM/yyyy", "03/02/2026 08:00", None),
        ("dd/MM/yyyy", "\u0662\u0662/03/2026", None),
        ("millis", 10**30, None),
        ("millis", True, None),
        ("days", "x", None),
        ("dotnet", 5, None),
        ("iso", None, None),
    ],
)
def test_a_time_is_read_by_its_pattern_or_not_at_all(
    pattern: str, text: Any, time: datetime | None
) -> None:
    assert Times((compile_pattern(pattern),), VIETNAM).time(text) == time


def test_a_count_of_a_wall_clock_is_of_the_zone() -> None:
    times = Times((compile_pattern("millis", wall_clock=True),), VIETNAM)
    assert times.time(1772440200000) == datetime(2026, 3, 2, 8, 30, tzinfo=VIETNAM)


def test_a_day_is_that_of_vietnam() -> None:
    times = Times((compile_pattern("iso"), compile_pattern("dd/MM/yyyy")), VIETNAM)
    assert times.day("2026-03-01T20:00:00Z") == date(2026, 3, 2)
    assert times.day("02/03/2026") == times.day("2026-03-02") == date(2026, 3, 2)
    in_utc = Times((compile_pattern("dd/MM/yyyy HH:mm"), compile_pattern("dd/MM/yyyy")), UTC)
    assert in_utc.day("01/03/2026 20:00") == date(2026, 3, 2)
    assert in_utc.day("01/03/2026") == date(2026, 3, 1)


@pytest.mark.parametrize(
    "pattern", ["yy", "dd/MM/yyyy hh:mm tt", "dd/MM/yyyy dd", "HH:mm", "Q yyyy"]
)
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(PatternFault):
        compile_pattern(pattern)


def test_a_zone_is_an_offset() -> None:
    assert parse_zone("+07:00") == VIETNAM
    assert parse_zone("UTC") == UTC
    assert parse_zone("-03:30") == timezone(-timedelta(hours=3, minutes=30))
    assert parse_zone("Asia/Ho_Chi_Minh") is None


def test_a_list_gives_an_event_for_each_item_with_an_id_of_its_own() -> None:
    body = BASE | {
        "trichYeu": "x",
        "viec": [
            {"ma": 1, "chuTri": ["A", "B", "A"], "han": "2026-03-20"},
            {"ma": 2, "chuTri": "C", "han": None},
            {"ma": 1, "chuTri": ["A", "B"], "han": "2026-03-20T00:00:00"},
        ],
    }
    events = said(assigned(), body)
    assert [(e.path, e.data["task_id"], e.data["lead"], e.data.get("due_on")) for e in events] == [
        ("viec[0]", "1", ["A", "B"], "2026-03-20"),
        ("viec[1]", "2", "C", None),
    ]
    assert len({event.id for event in events}) == 2
    assert "due_on" not in events[1].data


@pytest.mark.parametrize("viec", [None, [], ...])
def test_a_list_that_is_empty_or_not_there_tells_of_nothing(viec: Any) -> None:
    body = BASE | ({} if viec is ... else {"viec": viec})
    assert say(assigned(), body) == Nothing("no_rule")


def test_what_cannot_be_read_is_named_by_its_place_in_the_message_and_its_field() -> None:
    item = {"ma": 1, "chuTri": "C", "han": "2026-03-20"}
    dialect, whole = assigned(), BASE | {"trichYeu": "x"}
    for change, path, reason in (
        ({"han": "CANARY"}, "viec[1].han", "due_on: is no date of the patterns given (iso)"),
        ({"han": ["CANARY"]}, "viec[1].han", "due_on: is no date"),
        ({"ma": {}}, "viec[1].ma", "task_id: finds an object where one value is asked for"),
        ({"ma": ["CANARY"]}, "viec[1].ma", "task_id: finds a list where one value is asked for"),
        ({"ma": True}, "viec[1].ma", "task_id: is true or false"),
        ({"ma": " "}, "viec[1].ma", "task_id: holds nothing"),
        ({"chuTri": []}, "viec[1].chuTri", "lead: holds nothing"),
        ({"chuTri": [{}]}, "viec[1].chuTri", "lead: finds an object"),
    ):
        malformed(dialect, whole | {"viec": [item, item | change]}, path, reason)
    malformed(dialect, BASE | {"viec": [item]}, "trichYeu", "content: is not there")
    malformed(dialect, whole | {"viec": {"0": item}}, "viec", "is no list")
    malformed(dialect, whole | {"viec": ["CANARY"]}, "viec[0].ma", "task_id: is not there")
    late = {name: value for name, value in BASE.items() if name != "luc"}
    malformed(dialect, late | {"trichYeu": "x", "viec": [item]}, "luc", "time: is not there")
    malformed(dialect, whole | {"luc": "CANARY", "viec": [item]}, "luc", "time: is no time")
    malformed(dialect, whole | {"ma": ["CANARY"], "viec": [item]}, "ma", "subject: finds a list")


def test_more_items_than_the_limit_are_refused() -> None:
    body = BASE | {"trichYeu": "x", "viec": [{"ma": n, "chuTri": "C"} for n in range(1001)]}
    malformed(assigned(), body, "viec", "has more than 1000 items")


def test_a_long_text_is_not_repeated_in_event_after_event() -> None:
    body = BASE | {"trichYeu": "x" * 500_000, "viec": [{"ma": n, "chuTri": "C"} for n in range(20)]}
    found = assigned().read(message(body), Limits(), ARRIVAL, normal=False)
    assert isinstance(found, Malformed)
    assert "repeats too much" in found.reason


def test_codes_in_one_text_are_split_and_those_within_objects_are_walked() -> None:
    item = {"ma": 1, "han": None}
    for lead, chu_tri in (
        ('{ path = ".chuTri", split = ";" }', "A; B ;;C"),
        ('".chuTri[].ma"', [{"ma": "A"}, {"ma": "B"}, {}, {"ma": None}, {"ma": "C"}]),
        ('[".khac", ".chuTri"]', ["A", "B", "C"]),
    ):
        body = BASE | {"trichYeu": "x", "viec": [item | {"chuTri": chu_tri}]}
        assert told(assigned(lead), body)["lead"] == ["A", "B", "C"]


def test_a_deadline_that_has_to_be_said_is_null_where_null_stands() -> None:
    dialect = small("""
[[event]]
type = "task.due_changed"
fields = { task_id = "nv", due_on = "han", decided_by = { value = "Chủ tịch" } }
""")
    assert told(dialect, BASE | {"nv": "1", "han": None})["due_on"] is None
    assert told(dialect, BASE | {"nv": "1", "han": ""})["due_on"] is None
    malformed(dialect, BASE | {"nv": "1"}, "han", "due_on: is not there")


def test_a_word_means_what_its_table_says_and_others_what_the_file_says_of_them() -> None:
    def dialect(others: str = "", words: str = '{ "Khẩn" = "khan", "0" = "normal" }') -> Any:
        return small(f"""
[[event]]
type = "document.issued"
[event.fields]
doc_type = {{ path = "loai", words = {{ "Công văn" = "CV" }}, others = "keep" }}
symbol = {{ text = "{{so}}/{{kyHieu}}" }}
abstract = {{ path = "trichYeu", default = "" }}
issued_on = ["ngayKy", "luc"]
authority = {{ value = "ubnd" }}
urgency = {{ path = "khan", words = {words}{others} }}
consultation = {{ path = "xin", words = {{ "1" = true, "0" = false }} }}
task_count = {{ count = "viec" }}
number = "so"
""")

    body = BASE | {"loai": "CÔNG  VĂN", "so": 15, "kyHieu": "UBND-VP", "khan": "KHẨN", "xin": 1}
    data = told(dialect(), body | {"viec": [1, 2]})
    assert data == {
        "doc_type": "CV",
        "symbol": "15/UBND-VP",
        "abstract": "",
        "issued_on": "2026-03-02",
        "authority": "ubnd",
        "urgency": "khan",
        "consultation": True,
        "task_count": 2,
        "number": "15",
    }
    assert told(dialect(), body | {"loai": "Sao y", "khan": 0})["doc_type"] == "Sao y"
    assert told(dialect(), body | {"khan": 0})["urgency"] == "normal"
    assert "urgency" not in told(dialect(', others = "drop"'), body | {"khan": "CANARY"})
    malformed(dialect(), body | {"khan": "CANARY"}, "khan", "urgency: is none of the words")
    malformed(dialect(', others = "keep"'), body | {"khan": "CANARY"}, "khan", "is none of normal")
    malformed(dialect(), body | {"xin": "có"}, "xin", "consultation: is none of the words")
    malformed(dialect(), body | {"so": None}, "so or kyHieu", "symbol: is not there")


def test_a_correction_holds_what_is_replaced_and_none_is_told_of_nothing() -> None:
    dialect = small("""
[[event]]
type = "document.corrected"
[event.fields]
reason = "lyDo"
[event.fields.fields]
abstract = "trichYeuMoi"
issued_on = "ngayMoi"
""")
    body = BASE | {"trichYeuMoi": "mới", "lyDo": "sai"}
    assert told(dialect, body) == {"fields": {"abstract": "mới"}, "reason": "sai"}
    assert say(dialect, BASE | {"lyDo": "sai"}) == Nothing("no_rule")


def test_words_that_stand_for_nothing_are_nothing() -> None:
    dialect = small(ASSIGNED.format(lead='".chuTri"', due='".han"'), top=TOP + 'empty = ["N/A"]\n')
    item = {"ma": 1, "chuTri": "C", "han": "n/a"}
    assert "due_on" not in told(dialect, BASE | {"trichYeu": "x", "viec": [item]})


@pytest.mark.parametrize(
    ("when", "holds"),
    [
        ('{ loai = "A" }', True),
        ('{ loai = " a " }', True),
        ('{ loai = ["B", "A"] }', True),
        ('{ loai = "*" }', True),
        ('{ loai = "B" }', False),
        ('{ khac = "" }', True),
        ('{ khac = "*" }', False),
        ('{ so = 3, "@key" = "vb.moi" }', True),
        ('{ "@header.x-loai" = "p" }', True),
        ('{ "@content_type" = "text/json" }', True),
        ("{ dung = true }", True),
    ],
)
def test_messages_are_told_apart_by_what_stands_in_and_beside_them(when: str, holds: bool) -> None:
    dialect = small(CLASSIFIED.replace("fields", f"when = {when}\nfields"))
    body = BASE | {"loai": "A", "so": 3, "dung": True}
    how: dict[str, Any] = {
        "routing_key": "vb.moi",
        "headers": {"x-loai": b"P"},
        "content_type": "text/json; a=b",
    }
    assert (say(dialect, body, **how) != Nothing("no_rule")) is holds
    unless = small(CLASSIFIED.replace("fields", f"unless = {when}\nfields"))
    assert (say(unless, body, **how) == Nothing("no_rule")) is holds


def test_a_condition_on_a_list_is_refused_but_for_whether_it_is_there() -> None:
    malformed(
        small(CLASSIFIED.replace("fields", 'when = { so = "1" }\nfields')),
        BASE | {"so": [1]},
        "so",
        "is a list or an object",
    )
    there = small(CLASSIFIED.replace("fields", 'when = { viec = "*" }\nfields'))
    assert told(there, BASE | {"so": 1, "viec": [1]}) == {"task_count": 1}
    assert say(there, BASE | {"so": 1, "viec": []}) == Nothing("no_rule")


def test_an_id_is_what_is_said_and_nothing_of_how_it_came() -> None:
    dialect = small()
    (one,) = said(dialect, BASE | {"so": 1, "luc": "2026-03-02T08:00:00"})
    (same,) = said(
        dialect, BASE | {"so": "1", "x": 5, "luc": "2026-03-02T01:00:00Z"}, headers={"a": 1}
    )
    (other,) = said(dialect, BASE | {"so": 2, "luc": "2026-03-02T08:00:00"})
    (later,) = said(dialect, BASE | {"so": 1, "luc": "2026-03-02T08:00:01"})
    assert one.id == same.id
    assert len({one.id, other.id, later.id}) == 3
    assert len(one.id) == 32


def test_an_id_of_hscv_is_kept_and_several_events_of_a_message_are_told_apart() -> None:
    dialect = small(CLASSIFIED + ASSIGNED.format(lead='".c"', due='".h"'), top=TOP + 'id = "sk"\n')
    body = BASE | {
        "sk": 77,
        "so": 2,
        "trichYeu": "x",
        "viec": [{"ma": 1, "c": "A"}, {"ma": 2, "c": "A"}],
    }
    assert [event.id for event in said(dialect, body)] == [
        "77/document.classified",
        "77/task.assigned/0",
        "77/task.assigned/1",
    ]
    own = small(CLASSIFIED.replace("fields", 'id = "sk"\nfields'))
    assert [event.id for event in said(own, BASE | {"sk": 77, "so": 2})] == ["77"]


def test_one_id_for_two_things_said_in_one_message_is_refused() -> None:
    rule = ASSIGNED.format(lead='".c"', due='".h"').replace("each", 'id = ".sk"\neach')
    items = [{"sk": 1, "ma": 1, "c": "A"}, {"sk": 1, "ma": 2, "c": "A"}]
    malformed(
        small(rule), BASE | {"trichYeu": "x", "viec": items}, "viec[1]", "has the id of another"
    )


def test_a_sequence_is_a_whole_number_or_nothing() -> None:
    dialect = small(top=TOP + 'sequence = "thuTu"\n')
    assert [e.sequence for e in said(dialect, BASE | {"so": 1, "thuTu": "12"})] == [12]
    assert [e.sequence for e in said(dialect, BASE | {"so": 1})] == [None]
    wrongs: list[Any] = ["x", -1, 1.5, 10**30, []]
    for wrong in wrongs:
        malformed(
            dialect, BASE | {"so": 1, "thuTu": wrong}, "thuTu", "sequence: is no whole number"
        )


def test_a_message_that_tells_of_nothing_has_its_number_where_it_can_be_read() -> None:
    rule = CLASSIFIED.replace("fields", 'when = { loai = "PL" }\nfields')
    dialect = small(rule, top=TOP + 'sequence = "thuTu"\n')

    def number(**told: Any) -> tuple[str, int] | None:
        found = say(dialect, BASE | told)
        assert isinstance(found, Nothing)
        return found.number

    assert number(thuTu=12) == ("/thu", 12)
    assert (number(), number(thuTu="x")) == (None, None)


def test_a_cloudevent_is_read_from_its_data_and_its_attributes() -> None:
    dialect = small(
        """
[[event]]
type = "document.classified"
when = { "@type" = "vn.hscv.phanloai" }
fields = { task_count = "so" }
""",
        top='name = "thu"\nformat = "cloudevents"\n',
        secrecy='[secrecy]\npath = "@domat"\nwords = { "Thường" = "normal" }\n',
    )
    attributes = {
        "specversion": "1.0",
        "id": "e1",
        "source": "/hscv/x",
        "type": "vn.hscv.phanloai",
        "time": "2026-03-02T08:00:00+07:00",
        "subject": "VB-1",
        "domat": "Thường",
    }
    (event,) = said(dialect, {**attributes, "data": {"so": 3}})
    assert (event.id, event.source, event.subject) == ("e1/document.classified", "/hscv/x", "VB-1")
    headers = {f"cloudEvents_{name}": value for name, value in attributes.items()}
    assert said(dialect, {"so": 3}, headers=headers) == (event,)


def test_many_rules_that_ask_for_different_things_are_ready_at_once() -> None:
    kinds = ("document.classified", "document.withdrawn")
    rules = "".join(
        f"""
[[event]]
type = "{kinds[number % 2]}"
when = {{ k{number} = "x", chung = "{number}" }}
fields = {{ {"task_count" if number % 2 == 0 else "reason"} = "so" }}
"""
        for number in range(60)
    )
    dialect = small(rules)
    for number in (0, 7, 59):
        body = BASE | {"so": "3", "chung": number, f"k{number}": "X"}
        (event,) = said(dialect, body)
        assert event.type == kinds[number % 2]
    assert say(dialect, BASE | {"so": "3", "chung": 1, "k0": "x"}) == Nothing("no_rule")


ROLES = """
[[event]]
type = "task.assigned"
[event.fields]
task_id = "ma"
content = "ma"
kind = { value = "execute" }
lead = { path = "vb.dv[].ma", where = { ".vai" = "CHU_TRI" } }
coordinating = { path = "vb.dv[].ma", where = { ".vai" = ["PHOI_HOP", "ph"], ".huy" = "" } }
"""


def test_of_one_list_with_both_roles_each_is_read_by_itself() -> None:
    units = [
        {"ma": "A", "vai": "chu_tri"},
        {"ma": "B", "vai": "PHOI_HOP"},
        {"ma": "C", "vai": "PH"},
        {"ma": "D", "vai": "PH", "huy": 1},
        {"ma": "E"},
    ]
    body = {"ma": "VB-1", "luc": "2026-03-02T08:00:00", "doMat": "Thường"}
    data = told(small(ROLES), {**body, "vb": {"dv": units}})
    assert (data["lead"], data["coordinating"]) == ("A", ["B", "C"])
    counted = CLASSIFIED.replace('"so"', '{ count = "vb.dv", where = { ".vai" = "PH" } }')
    assert told(small(counted), {**body, "vb": {"dv": units}}) == {"task_count": 2}
    assert told(small(counted), body) == {"task_count": 0}


@pytest.mark.parametrize(
    "reading", ['{ path = "so", W }', "{ value = 1, W }", '{ path = ["a[].b[].c"], W }']
)
def test_where_is_for_the_items_of_one_list(reading: str) -> None:
    rules = ROLES.replace('{ path = "vb.dv[].ma", where = { ".vai" = "CHU_TRI" } }', reading)
    with pytest.raises(FileRefused, match="is for the items of one list"):
        small(rules.replace("W", 'where = { ".vai" = "A" }'))
