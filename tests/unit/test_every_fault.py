"""A data file is told everything that is wrong with it, each with its line, and nothing twice."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from dondoc.cli import main
from dondoc.commands.assembly.loading import load_regulation
from dondoc.rules.file_faults import FileRefused
from dondoc.rules.places import FileError, Place
from dondoc.rules.reading.brackets import broken_at
from dondoc.rules.reading.calendar import parse_layer
from dondoc.rules.reading.directory import parse_directory
from dondoc.rules.reading.every_fault import MOST
from dondoc.rules.reading.lines import line_of
from dondoc.rules.reading.policy import parse_policy
from dondoc.rules.reading.regulation import parse_regulation
from support.case_law import FIXTURES
from support.pages import ROOT

Read = Callable[[Mapping[str, Any], str], Any]
LAW = ROOT / "rules" / "regulations" / "02-2015-qd-ubnd.toml"
FILES: list[tuple[Path, Read]] = [
    (LAW, parse_regulation),
    (ROOT / "rules" / "calendars" / "vietnam.toml", parse_layer),
    (ROOT / "rules" / "policies" / "default.toml", parse_policy),
    (ROOT / "sample" / "bodies.toml", parse_directory),
    (FIXTURES / "calendars" / "good" / "france.toml", parse_layer),
    *(
        (FIXTURES / "regulations" / f"{name}.toml", parse_regulation)
        for name in ("every-key", "extensions", "petitions", "hours", "paused-hours", "recurring")
    ),
]
MANY = FIXTURES / "regulations" / "malformed" / "many_faults.toml"
SEED = 17


def paths(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place in a parsed file."""
    if path:
        yield path
    inside: Any = ()
    if isinstance(value, dict):
        inside = value.items()
    elif isinstance(value, list):
        inside = enumerate(value)
    for key, each in inside:
        yield from paths(each, (*path, key))


def put(data: Any, path: tuple[str | int, ...], value: Any) -> None:
    for step in path[:-1]:
        data = data[step]
    data[path[-1]] = value


@pytest.mark.parametrize(("file", "read"), FILES, ids=lambda each: getattr(each, "stem", ""))
def test_whatever_is_put_in_any_place_is_read_or_refused_in_lines(file: Path, read: Read) -> None:
    data = tomllib.loads(file.read_text("utf-8"))
    chance = random.Random(SEED)
    for path in chance.sample(list(paths(data)), 25):
        for wrong in chance.sample([-1, "", "?", True, {}, [], [{}], {"?": 1}, 1.5], 2):
            changed = deepcopy(data)
            put(changed, path, wrong)
            try:
                read(changed, "x.toml")
            except FileRefused as refused:
                told = [str(each) for each in refused.faults]
                assert len(told) == len(set(told)), (SEED, path, wrong)
                assert all(each.startswith("x.toml: ") and "\n" not in each for each in told)
                assert "LeftOut" not in str(told), (SEED, path, wrong)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("every-key", ("default_deadline", 0, "where", "authority")),
        ("extensions", ("rule", 5, "due", "from")),
    ],
)
@pytest.mark.parametrize("wrong", [{}, [], [{}], {"?": 1}])
def test_a_table_where_one_of_a_list_of_words_is_meant_is_refused(
    name: str, path: tuple[str | int, ...], wrong: Any
) -> None:
    data = tomllib.loads((FIXTURES / "regulations" / f"{name}.toml").read_text("utf-8"))
    put(data, path, wrong if path[-1] == "from" else [wrong])
    with pytest.raises(FileRefused):
        parse_regulation(data, "x.toml")


@pytest.mark.parametrize(("file", "read"), FILES, ids=lambda each: getattr(each, "stem", ""))
def test_of_two_faults_in_two_places_both_are_told(file: Path, read: Read) -> None:
    """A key that nobody knows in each of two tables of the file."""
    data = tomllib.loads(file.read_text("utf-8"))
    tables = [path for path in paths(data) if isinstance(_at(data, path), dict)]
    chance = random.Random(SEED)
    for _ in range(10):
        changed = deepcopy(data)
        for path in chance.sample(tables, 2):
            _at(changed, path)["zzz"] = 1
        with pytest.raises(FileRefused) as refused:
            read(changed, "x.toml")
        told = sum(each.key.endswith("zzz") for each in refused.value.faults)
        assert told == 2, SEED


def test_a_file_in_which_everything_is_wrong_is_told_enough_in_time() -> None:
    data = {"body": [{"code": f"B{n}", "name": "x", "kind": "y", "z": 1} for n in range(2000)]}
    with pytest.raises(FileRefused) as refused:
        parse_directory(data, "x.toml")
    assert len(refused.value.faults) == MOST + 1
    assert str(refused.value.faults[-1]) == "x.toml: has more faults than 100; mend these first"


def _at(data: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        data = data[step]
    return data


@pytest.mark.parametrize("file", [LAW, MANY, ROOT / "sample" / "bodies.toml"])
def test_the_line_of_a_place_is_the_one_that_it_stands_on(file: Path) -> None:
    text = file.read_text("utf-8")
    data, lines = tomllib.loads(text), text.splitlines()
    for path in random.Random(SEED).sample(list(paths(data)), 60):
        line = line_of(text, _told_as(data, path))
        assert line is not None, path
        value = _at(data, path)
        wanted = [path[-1], value, *(value.values() if isinstance(value, dict) else ())]
        near = "\n".join(lines[line - 1 : line + 1])
        assert any(str(each) in near or str(each).lower() in near for each in wanted), (path, line)


def _told_as(data: Any, path: tuple[str | int, ...]) -> str:
    """The key of the place at *path*, as errors have it."""
    place = Place("", "", data)
    for step in path:
        if isinstance(step, str):
            place = place.at(step)
        else:
            named = "code" if path[0] == "body" else "id"
            place = list(place.items(named_by=named))[step]
    return place.key


@pytest.mark.parametrize(
    ("text", "key", "line"),
    [
        ("a = 1\n[b]\nc = { d = [1,\n 2] }\n", "b.c.d[2]", 4),
        (
            '[[rule]]\nid = "x"\n[[rule.period]]\nschedule = "q"\ndue = 1\n',
            "rule[x].period[q].due",
            5,
        ),
        ('[[rule]]\nid = "x"\ntext = """\nid = "y"\n"""\n[[rule]]\nid = "y"\n', "rule[y].id", 7),
        ('# [[rule]]\n[[rule]] # one\nid = "a.b"\n', "rule[a.b].id", 3),
        ('"a.b" = 1\nc."d e" = 2\n', "c.d e", 2),
        (
            '[[rule]]\n[[rule]]\nwhen = ["#", "]"]\nfulfilled = [{ by = 1 }]\n',
            "rule[2].fulfilled.by",
            4,
        ),
        ("a = 1\n", "b.c", None),
        ("[a]\nb = 1\n", "a.c", 1),
    ],
)
def test_a_place_is_found_however_it_is_written(text: str, key: str, line: int | None) -> None:
    tomllib.loads(text)
    assert line_of(text, key) == line


@pytest.mark.parametrize(
    ("text", "line", "place", "opened"),
    [
        ('[[rule]]\nid = "one"\nkinds = [\n  "a",\n\n[[rule]]\nid = "two"\n', 6, "rule[one]", 3),
        ('[[rule]]\nid = "one"\nkinds = ["a"\ndue = 1\n', 4, "rule[one]", 3),
        ('[[rule]]\nid = "one"\n[[rule]\nid = "two"\n', 3, "rule[two]", None),
        (
            '[[rule]]\nid = "one"\n[[rule.period]]\ndue = { day = 1\nx = 1\n',
            4,
            "rule[one].period",
            4,
        ),
        ('[[body]]\nname = "a]b"\ncode = "x\n', 3, "body[a]b]", None),
        ('id = "x\n', 1, "", None),
        ("[schedule.month]\nevery =\n", 2, "schedule.month", None),
        ('[a]\nb = """\n[[\n"""\nc = \n', 5, "a", None),
    ],
)
def test_text_that_is_no_toml_breaks_in_a_table_and_at_a_bracket(
    text: str, line: int, place: str, opened: int | None
) -> None:
    with pytest.raises(tomllib.TOMLDecodeError):
        tomllib.loads(text)
    assert broken_at(text, line) == (place, opened)


def test_a_check_tells_every_fault_by_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "law.toml"
    # As an editor on Windows leaves it.
    file.write_bytes(b"\xef\xbb\xbf" + MANY.read_bytes().replace(b"\n", b"\r\n"))
    lines = _said(capsys, "regulation", "check", str(file))
    assert f"{file}:36: rule[review].due.inclusive: must be true or false, not 'yes'" in lines
    numbers = [int(line.removeprefix(f"{file}:").partition(":")[0]) for line in lines[:-1]]
    assert numbers == sorted(numbers)
    assert lines[-1] == f"{file}: {len(numbers)} things to mend"
    assert len(numbers) == MANY.read_text("utf-8").count("# refused: ")


@pytest.mark.parametrize(
    ("command", "text", "lines"),
    [
        ("calendar", "[[day_off]]\nday = 2026-03-02\n\n[[working]]\n", [1, 1, 1, 2, 4, 4, 4]),
        ("bodies", '[[body]]\ncode = "A"\n[[body]]\nkind = "x"\n', [1, 1, 3, 3, 4]),
        ("reminders", "[window]\nopens = 7\n[levels]\na = 1\n", [None, 2, 4]),
    ],
)
def test_calendars_bodies_and_policies_are_checked_alike(
    command: str,
    text: str,
    lines: list[int | None],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "own.toml"
    file.write_text(text, "utf-8")
    *faults, count = _said(capsys, command, "check", str(file))
    assert [_line(file, each) for each in faults] == lines
    assert count == f"{file}: {len(faults)} things to mend"


def test_a_calendar_that_can_be_used_is_told_with_what_it_covers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "own.toml"
    file.write_text(
        '[[day_off]]\ndate = 2026-03-02\nname = "Nghỉ"\nsource = "QĐ 1/QĐ-UBND"\n', "utf-8"
    )
    (line,) = _said(capsys, "calendar", "check", str(file), code=None)
    assert line.startswith(f"{file}: usable; the calendar covers 2015-01-01 to 2027-12-31")


def test_a_bracket_that_is_missing_is_told_with_its_rule(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "law.toml"
    text = LAW.read_text("utf-8")
    place = text.index('id = "review"')
    opens = text.index("fulfilled = [", place)
    close = text.index("\n]", opens)
    file.write_text(text[:close] + text[close + 2 :], "utf-8")
    fault, _ = _said(capsys, "regulation", "check", str(file))
    line = text.count("\n", 0, opens) + 1
    assert fault.endswith(f"; it is in rule[review]; a bracket opened on line {line} is not closed")


def test_an_event_that_is_misspelt_is_told_without_what_follows_from_it() -> None:
    data = tomllib.loads(LAW.read_text("utf-8"))
    ids = [each["id"] for each in data["rule"]]
    for rule, wrong in product(
        ("own_correction", "discrepancy"), ("task.discrepancy_fund", "plan")
    ):
        changed = deepcopy(data)
        changed["rule"][ids.index(rule)]["opens"]["events"] = [wrong]
        with pytest.raises(FileRefused) as refused:
            parse_regulation(changed, "x.toml")
        (told,) = map(str, refused.value.faults)
        assert told.startswith(f"x.toml: rule[{rule}].opens.events: the contract has no event")
    misspelt = tomllib.loads((FIXTURES / "regulations" / "extensions.toml").read_text("utf-8"))
    (asking,) = (each for each in misspelt["rule"] if each["id"] == "extension_request")
    asking["opens"]["events"] = ["task.extension_requestd"]
    with pytest.raises(FileRefused) as refused:
        parse_regulation(misspelt, "x.toml")
    assert len(refused.value.faults) == 1, [str(each) for each in refused.value.faults]


def _line(file: Path, fault: str) -> int | None:
    number = fault.removeprefix(f"{file}:").partition(":")[0]
    return int(number) if number.isdigit() else None


def _said(capsys: pytest.CaptureFixture[str], *arguments: str, code: int | None = 3) -> list[str]:
    with pytest.raises(SystemExit) as left:
        main(["--lang", "en", *arguments])
    assert (left.value.code or None) == code
    return capsys.readouterr().out.splitlines()


def test_what_two_regulations_in_force_both_claim_is_told_all_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.toml"
    text = LAW.read_text("utf-8").replace('id = "02/2015/QĐ-UBND"', 'id = "2/2015"')
    other.write_text(text, "utf-8")
    *faults, count = _said(capsys, "regulation", "check", str(LAW), str(other))
    assert len(faults) > 10
    assert any(f"{other}:" in each and f"{LAW}:" in each for each in faults)
    assert count == f"{other}: {len(faults)} things to mend"


def test_a_period_that_ends_before_it_begins_is_the_one_fault_of_it() -> None:
    data = tomllib.loads((FIXTURES / "regulations" / "hours.toml").read_text("utf-8"))
    data["schedule"]["week"] = {"every": "week", "first": {"day": "sun"}, "last": {"day": "mon"}}
    due = {"weeks": 1, "day": "mon"}
    told = {"id": "weekly", "cite": "Điều 7", "title": "Báo cáo", "per": "period", "owes": "body"}
    of_weeks = {**told, "period": [{"schedule": "week", "target": due, "due": due}]}
    of_weeks["fulfilled"] = [{"event": "report.submitted"}]
    data["rule"].append(of_weeks)
    with pytest.raises(FileRefused) as refused:
        parse_regulation(data, "law.toml")
    assert [each.key for each in refused.value.faults] == ["schedule.week.last"]


def test_hours_of_a_default_deadline_are_the_one_fault_of_it() -> None:
    data = tomllib.loads((FIXTURES / "regulations" / "hours.toml").read_text("utf-8"))
    data["default_deadline"] = [{"cite": "Điều 4", "kind": "working_hours", "hours": 7}]
    with pytest.raises(FileRefused) as refused:
        parse_regulation(data, "law.toml")
    assert [each.key for each in refused.value.faults] == ["default_deadline[1].kind"]


@pytest.mark.parametrize("written", ["14:00", "7:30", "14h00"])
def test_a_time_of_the_clock_without_quotes_is_told_to_want_them(
    written: str, tmp_path: Path
) -> None:
    file = tmp_path / "x.toml"
    file.write_text(f'id = "x"\ndue = {{ day = "fri", until = {written} }}\n', "utf-8")
    with pytest.raises(FileError, match=r'; a time of the clock stands in quotes, such as "14:00"'):
        load_regulation(file)
    file.write_text('id = "x"\ntitle = "Từ 14:00"\nid = "y"\n', "utf-8")
    with pytest.raises(FileError, match="is there twice") as refused:
        load_regulation(file)
    assert "quotes" not in str(refused.value)


@pytest.mark.parametrize(
    ("written", "line", "hint", "said"),
    [
        ("days = 03", 2, "a number is written without a leading zero", "số không viết 0 ở đầu"),
        ("due = { days = 03 }", 2, "a number is written without", "số không viết 0 ở đầu"),
        ("in_force_from = 01/07/2026", 2, "a date is written as 2026-07-01", "như 2026-07-01"),
        (
            '[rule]\ncite = "Điều 1"\n[[rule]]',
            4,
            r"each of several stands below two brackets, \[\[rule\]\]",
            "hai dấu ngoặc, [[rule]]",
        ),
    ],
)
def test_what_toml_does_not_know_is_told_as_it_is_written_after_its_line(
    written: str,
    line: int,
    hint: str,
    said: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "x.toml"
    file.write_text(f'id = "x"\n{written}\n', "utf-8")
    with pytest.raises(FileError, match=f"; {hint}") as refused:
        load_regulation(file)
    assert str(refused.value).startswith(f"{file}:{line}: is not valid TOML: ")
    told = _said(capsys, "--lang", "vi", "regulation", "check", str(file))[0]
    assert told.startswith(f"{file}:{line}: không đúng cú pháp TOML: ")
    assert said in told


def test_a_key_that_is_there_twice_is_told_in_vietnamese(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "x.toml"
    file.write_text('id = "x"\ntitle = "a"\ntitle = "b"\n', "utf-8")
    (told, _) = _said(capsys, "--lang", "vi", "regulation", "check", str(file))
    assert "title có hai lần trong cùng một bảng" in told
    assert "Cannot" not in told
    assert " is there" not in told
