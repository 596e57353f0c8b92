"""What commands say is there in every language, is used, and is spoken as it was asked for."""

from __future__ import annotations

import ast
import os
import pickle
import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from string import Formatter
from typing import Any, NamedTuple

import click
import pytest
from click.testing import CliRunner
from dondoc.cli import main
from dondoc.commands import dead, regulation, remind, reprocess, show
from dondoc.commands import list as listing
from dondoc.commands.assembly.language import language_of
from dondoc.commands.assembly.settings import LANGUAGES, load_settings
from dondoc.commands.terminal import texts, trial
from dondoc.commands.terminal.texts import MODEL, every_text, parse_texts
from dondoc.commands.terminal.words import Words, words
from dondoc.rules.calendar import CalendarRow
from dondoc.rules.explaining import regulation_parts, regulation_tables
from dondoc.rules.normalising import one_form
from dondoc.rules.places import FileError
from dondoc.rules.reminding.reminder import Reason

ROOT = Path(__file__).parents[2]
TEXTS = ROOT / "commands" / "texts"
BODIES = str(ROOT / "sample" / "bodies.toml")
SOURCES = [ROOT / "cli.py", *sorted((ROOT / "commands").rglob("*.py"))]


HELP = re.compile(r"\.(help|options)\.\w+$")
"""What `test_help` looks after."""


class Use(NamedTuple):
    """Where a text is asked for: its key, and the values it is given (None: not known here)."""

    where: str
    key: str
    values: frozenset[str] | None


def uses() -> Iterator[Use]:
    """Every `….say("some.key", …)` of the command line."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "say"
                and isinstance(node.args[0], ast.Constant)
            ):
                named = [each.arg for each in node.keywords]
                values = None if None in named else frozenset(each for each in named if each)
                yield Use(f"{path.name}:{node.lineno}", str(node.args[0].value), values)


def patterns() -> Iterator[tuple[str, str]]:
    """Where keys are put together, and what they may be: f"check.{name}" is `check\\..+`."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = [
                    str(each.value) if isinstance(each, ast.Constant) else None
                    for each in node.values
                ]
                if parts and re.match(r"[a-z_]+\.", parts[0] or ""):
                    pattern = "".join(".+" if each is None else re.escape(each) for each in parts)
                    yield f"{path.name}:{node.lineno}", pattern


def literals() -> set[str]:
    """Every text that stands in the command line's code, a key that is handed on among them."""
    return {
        node.value
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def braces(template: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(template) if name is not None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_text_with_the_same_braces(language: str) -> None:
    model, told = every_text(MODEL), every_text(language)
    assert told.keys() == model.keys()
    assert {key: braces(told[key]) for key in told} == {key: braces(model[key]) for key in model}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_table_read_alone_is_what_the_whole_file_has(language: str) -> None:
    whole = tomllib.loads((TEXTS / f"{language}.toml").read_text("utf-8"))
    assert every_text(language) == parse_texts(whole, whole, language)


def test_a_table_that_is_missing_is_missed_when_it_is_wanted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for language, text in (("en", '[a]\nb = "c"\n'), ("xx", "")):
        (tmp_path / f"{language}.toml").write_text(text, "utf-8")
    monkeypatch.setattr(texts, "FOLDER", tmp_path)
    texts._sources.cache_clear()
    try:
        with pytest.raises(FileError, match=r"texts/xx\.toml: a\.b: is missing"):
            texts.table("xx", "a")
    finally:
        texts._sources.cache_clear()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_texts_are_in_nfc(language: str) -> None:
    text = (TEXTS / f"{language}.toml").read_text("utf-8")
    assert text == one_form(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_command_has_a_table_in_the_order_of_the_alphabet(language: str) -> None:
    """So that two who add a command each add it in places of their own."""
    tables = re.findall(r"^\[(.+)\]", (TEXTS / f"{language}.toml").read_text("utf-8"), re.M)
    assert tables == sorted(tables)


def test_every_text_that_is_asked_for_is_there_and_gets_what_it_needs() -> None:
    templates = every_text(MODEL)
    for use in uses():
        assert use.key in templates, f"{use.where}: commands/texts has no {use.key}"
        if use.values is not None:
            assert use.values == braces(templates[use.key]), f"{use.where}: {use.key}"


def test_every_text_is_used() -> None:
    known = literals() | {use.key for use in uses()}
    made = [re.compile(pattern) for _, pattern in patterns()]
    unused = [
        key
        for key in every_text(MODEL)
        if not HELP.search(key)
        and key not in known
        and not any(each.fullmatch(key) for each in made)
    ]
    assert unused == []


def test_every_column_of_a_table_has_a_heading_in_words() -> None:
    known = (*vars(regulation_tables).values(), *vars(regulation_parts).values())
    row_types = (each for each in known if hasattr(each, "_fields"))
    shown = [listing.COLUMNS, show.COLUMNS, remind.COLUMNS, dead.RETRY_COLUMNS]
    shown += [trial.COLUMNS, reprocess.DIFFERENCE_COLUMNS, regulation.LIST_COLUMNS]
    shown += [CalendarRow._fields, *(each._fields for each in row_types)]
    columns = {column for each in shown for column in each}
    lacking = {each for each in columns if f"terminal.columns.{each}" not in every_text(MODEL)}
    assert lacking == set()


SAYING = {"say", "echo", "confirm", "prompt", "fail", "Progress"}
SAYING |= {"UsageError", "BadParameter", "Refused", "CannotWrite"}
"""What is called with a text for people."""


def unworded() -> Iterator[str]:
    """Where a command says a text that stands in the code."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called, first = node.func, node.args[0]
            named = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            # words().say takes a key.
            if named not in SAYING or (isinstance(called, ast.Attribute) and named == "say"):
                continue
            parts = first.values if isinstance(first, ast.JoinedStr) else [first]
            said = [str(each.value) for each in parts if isinstance(each, ast.Constant)]
            if re.search(r"[^\W\d]{2}", " ".join(said)):
                yield f"{path.relative_to(ROOT)}:{node.lineno}: {''.join(said)}"


def test_no_command_says_what_has_no_words_in_the_texts() -> None:
    assert list(unworded()) == []


def errors() -> Iterator[tuple[str, str, str, set[str | None]]]:
    """Where an error has words of the command line's: its code, its English text, its values."""
    for path in sorted(ROOT.rglob("*.py")):
        inside = path.relative_to(ROOT).parts
        if inside[0].startswith((".", "build", "tests")):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "of"
                and len(node.args) == 2
                and all(isinstance(each, ast.Constant) for each in node.args)
            ):
                code, text = (ast.literal_eval(each) for each in node.args)
                yield f"{path.name}:{node.lineno}", code, text, {x.arg for x in node.keywords}


def test_an_error_with_words_of_its_own_says_the_same_in_english() -> None:
    texts = every_text(MODEL)
    found = list(errors())
    for where, code, text, values in found:
        assert texts.get(f"terminal.errors.{code}") == text, f"{where}: terminal.errors.{code}"
        assert values == braces(text), where
    known = {code for _, code, _, _ in found}
    wanted = {key.rpartition(".")[2] for key in texts if key.startswith("terminal.errors.")}
    assert known == wanted


def test_an_error_of_a_process_of_its_own_keeps_its_words() -> None:
    error = FileError.of("no_file", "{file}: there is no such file", file="x")
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == "x: there is no such file"
    assert Words("vi").told(again) == "x: không có tệp này"


def test_an_error_without_words_is_told_in_english_and_a_day_as_the_language_writes_it() -> None:
    assert Words("vi").told(FileError("a.toml: nobody knows")) == "a.toml: nobody knows"
    day = FileError.of("unknown_then", "{day}{id}", day=date(2026, 3, 2), id="a")
    assert "đến ngày 02/03/2026" in Words("vi").told(day)
    assert "yet on 2026-03-02" in Words("en").told(day)


def test_every_reason_for_a_reminder_or_none_has_words() -> None:
    said = Words(MODEL)
    for reason in Reason:
        assert said.say(f"remind.reasons.{reason.name.lower()}") == reason.value


def changed(path: str, value: object) -> dict[str, Any]:
    """The English texts with the one at *path* replaced, or removed where *value* is None."""
    data = tomllib.loads((TEXTS / f"{MODEL}.toml").read_text("utf-8"))
    table, _, key = path.rpartition(".")
    inside = data.setdefault(table, {})
    if value is None:
        del inside[key]
    else:
        inside[key] = value
    return data


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        ("backup.done", None, "is missing"),
        ("backup.undone", "x", "is not known here; texts/en.toml has no such text"),
        ("backup.done", " ", "must be a text that is not empty, not ' '"),
        ("backup.done", 5, "must be a text that is not empty, not 5"),
        ("backup.done", "{file}", "{file} is not filled in here; allowed: {path}"),
        ("backup.done", "{path!r}", "{path} is not filled in here; allowed: {path}"),
        ("backup.done", "{path", "expected '}' before end of string"),
    ],
)
def test_texts_that_cannot_be_used_are_refused_when_they_are_loaded(
    path: str, value: object, problem: str
) -> None:
    model = tomllib.loads((TEXTS / f"{MODEL}.toml").read_text("utf-8"))
    with pytest.raises(FileError) as refused:
        parse_texts(changed(path, value), model, "xx")
    assert str(refused.value) == f"texts/xx.toml: {path}: {problem}"


# Which language it is


def said(*line: str, **environment: str) -> str:
    """What the command line says to *line*, on either stream."""
    clean = dict.fromkeys(("LC_ALL", "LC_MESSAGES", "LANG", "DONDOC_UI_LANG"), "")
    return CliRunner(env={**clean, **environment}).invoke(main, line).output


ENGLISH, VIETNAMESE = "40 bodies, the Office is VP", "40 cơ quan, Văn phòng là VP"


@pytest.mark.parametrize(
    "line",
    [
        ("--lang", "vi", "bodies", "check", BODIES),
        ("--lang=vi", "bodies", "check", BODIES),
        ("bodies", "check", "--lang", "vi", BODIES),
        ("bodies", "check", BODIES, "--lang=vi"),
        ("bodies", "--lang", "vi", "check", BODIES),
        ("--lang", "en", "bodies", "check", BODIES, "--lang", "vi"),
    ],
)
def test_the_language_is_asked_for_before_the_command_or_after_it(line: tuple[str, ...]) -> None:
    assert VIETNAMESE in said(*line)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The settings file of a current directory that has nothing else."""
    monkeypatch.chdir(tmp_path)
    return tmp_path / "dondoc.toml"


CHECK = ("bodies", "check", BODIES)


def test_without_a_word_the_language_is_that_of_the_settings_then_of_the_system(
    here: Path, tmp_path: Path
) -> None:
    assert ENGLISH in said(*CHECK)
    assert ENGLISH in said(*CHECK, LANG="C.UTF-8")
    assert VIETNAMESE in said(*CHECK, LANG="vi_VN.UTF-8")
    assert VIETNAMESE in said(*CHECK, LC_MESSAGES="vi_VN", LANG="en_US.UTF-8")
    assert ENGLISH in said(*CHECK, LC_ALL="en_US.UTF-8", LANG="vi_VN.UTF-8")
    here.write_text('[ui]\nlang = "vi"\n', "utf-8")
    assert VIETNAMESE in said(*CHECK, LANG="en_US.UTF-8")
    assert ENGLISH in said(*CHECK, DONDOC_UI_LANG="en")
    assert ENGLISH in said("--lang", "en", *CHECK)
    other = tmp_path / "other.toml"
    other.write_text('[ui]\nlang = "en"\n', "utf-8")
    assert ENGLISH in said("--config", str(other), *CHECK, LANG="vi_VN")


@pytest.mark.parametrize("text", ["[ui", "ui = 5", '[ui]\nlang = "fr"', "[ui]\nlang = ['vi']", "ÿ"])
def test_settings_that_cannot_be_read_leave_messages_a_language(here: Path, text: str) -> None:
    here.write_bytes(text.encode("latin-1"))
    assert language_of(None, None, {}) == "en"
    assert language_of(None, None, {"LANG": "vi_VN.UTF-8"}) == "vi"
    assert language_of("vi", None, {}) == "vi"
    assert language_of(None, here.parent, {"DONDOC_UI_LANG_FILE": "/dev/null/x"}) == "en"


def test_a_language_that_there_is_not_is_refused(here: Path) -> None:
    assert "'fr' is not one of" in said("--lang", "fr", *CHECK)
    assert "'fr' is not one of" in said(*CHECK, "--lang", "fr")
    with pytest.raises(FileError, match="DONDOC_UI_LANG: must be one of en, vi, not 'fr'"):
        load_settings(None, {"DONDOC_UI_LANG": "fr"})


def test_a_language_may_stand_in_a_file_as_systemd_gives_it(here: Path, tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.write_text("vi\n", "utf-8")
    assert language_of(None, None, {"DONDOC_UI_LANG_FILE": str(given)}) == "vi"
    assert load_settings(None, {"DONDOC_UI_LANG_FILE": str(given)}).ui_lang == "vi"


def test_outside_of_a_command_nothing_was_asked_for(here: Path) -> None:
    assert click.get_current_context(silent=True) is None
    assert words().language == language_of(None, None, os.environ)


# One word for one thing, for officials


OFFICIALS = ["commands/texts/vi.toml", "rules/texts/vi.toml", "reports/texts/vi.toml"]
OTHER_WORDS = re.compile(
    r"\btrễ\b|(?<!quá |đến )\bmuộn\b(?! hơn| nhất)|\b[Cc]hậm\b(?! nhất| thực hiện)"
)
"""Other words for what is past its deadline. A date may be later than another, a report says "chậm
nhất", and 18.3 speaks of "nguyên nhân chậm thực hiện"."""


@pytest.mark.parametrize("name", OFFICIALS)
def test_what_is_past_its_deadline_has_one_word(name: str) -> None:
    lines = (ROOT / name).read_text("utf-8").splitlines()
    assert [line for line in lines if OTHER_WORDS.search(line)] == []


def test_one_day_is_no_days_and_a_number_may_be_unknown() -> None:
    told = [Words("en").say("listed.late", days=days) for days in (1, 2, "?")]
    assert told == ["1 day late", "2 days late", "? days late"]
    assert Words("vi").say("listed.late", days=1) == "quá hạn 1 ngày"
