"""What the parts of dondoc say in English has words in Vietnamese, and a person is told those."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from dondoc.cli import main
from dondoc.commands.assembly.list_files import list_rows
from dondoc.commands.terminal.sentences import FOLDER, translated
from dondoc.commands.terminal.texts import table
from dondoc.commands.terminal.words import Words
from dondoc.connector.moving.export_file import ExportFault, ExportReading
from dondoc.rules.faults import tell_fault
from dondoc.rules.normalising import one_form
from dondoc.rules.places import FileError

ROOT = Path(__file__).parents[2]
FILE = FOLDER / "vi-sentences.toml"
READER = "a reader keeps old pages in it: close what has the database open, then run this"
SPEAKING: tuple[str, ...] = ("rules", "storage", "connector", "mail", "reports", "metrics")
SPEAKING += ("commands/assembly", "commands/terminal")
ELSEWHERE = {
    "rules/explaining/texts.py": "names of braces",
    "rules/explaining/rule_texts.py": "the same",
    "rules/explaining/regulation_phrases.py": "what a file of a regulation says, in its own words",
    "rules/explaining/regulation_tables.py": "the same",
    "rules/explaining/regulation_parts.py": "the same",
    "rules/reading/body_words.py": "headings and names that an office writes",
    "rules/reading/own_headings.py": "the same",
    "rules/reminding/reminder.py": "in [remind.reasons]",
    "storage/tables/indexes.py": "names of columns",
    "mail/composing/texts.py": "names of braces",
    "metrics/compliance.py": "for Prometheus",
    "metrics/event_figures.py": "for Prometheus",
    "metrics/rule_names.py": "for Prometheus",
    "metrics/pipeline.py": "for Prometheus",
    "metrics/exporter.py": "for Prometheus and a supervisor",
    "metrics/health.py": "for a supervisor",
    "metrics/serving_process.py": "for the log",
    "commands/assembly/service_manager.py": "for systemd, which shows it beside the log",
    "reports/formats/as_xlsx.py": "formats of cells",
    "reports/html/making.py": "for a stylesheet",
    "storage/engines/postgres.py": "what PostgreSQL says, and what is put behind a name",
}
"""Modules whose texts are no sentences for a person, or have words in another place."""
PARTS = [
    READER,
    "a fault of dondoc itself; report these lines, which hold nothing of a document:",
    (
        "‹x› ‹x› while dondoc had it open, and nothing is stored: put the same file back, or "
        "restart dondoc to go on with what stands there then"
    ),
    "has ‹x› ‹x› ‹x›: events may be dropped without a word",
    "has delivery-limit ‹x› ‹x›: a crash loop would drop good events",
    *(
        "timed out",
        "is another file now",
        "is gone",
        "not read",
        "by its arguments",
        "by policy ‹x›",
    ),
    *(
        "is secret",
        "beside target",
        "law noticed",
        "first look",
        "first start",
        "Stream connection lost:",
    ),
    *("hom nay", "hom qua", "ngay mai", "‹x› of this ‹x›", "‹x› of the ‹x›", "‹x› of last ‹x›"),
    *("‹x› of the last ‹x›", "a date such as 2026-01-02", "a whole number"),
    *("dondoc command", "dondoc consumer", "dondoc publisher", "dondoc reminders"),
    *("dondoc dead letters", "mailings of ‹x›", "‹x›://‹x›:‹x› (virtual host ‹x›, user ‹x›)"),
    *("inequivalent arg '([^']+)'.*?received (.*)", "‹x›: must be ‹x›, not ‹x›"),
    *(
        "there are only ‹x›",
        "the broker",
        "what it has in hand to be done",
        "that opens it",
        "opens both",
        "the rule is about",
    ),
    *("must be", "is not known"),
    *("thuong khan", "hoa toc", "hoa toc hen gio"),
    "a list or an object, with what no word has:",
    "‹x›, which names it in another regulation; give one of the two another id",
    "is not known here; texts/‹x›.toml has no such text",
]
"""What is only a part of a sentence (those are tried below), or a name."""
PROGRAMMERS = {"ValueError", "RuntimeError", "AssertionError", "TypeError"}
SQL = re.compile(r"\s*(SELECT|INSERT|DELETE|UPDATE|WITH|CREATE|ALTER|VACUUM|ANALYZE|DROP|LOCK)\b")
READS = re.compile(r"\A[\x00-\x7f‹›]*[a-z]{2,} [a-z]{2,}[\x00-\x7f‹›]*\Z")
"""English: of ASCII, with two words beside each other."""
LOGGING = {"info", "warning", "exception", "debug", "critical"}
ENGLISH = re.compile(
    r"\b(the|is|are|be|must|has|have|not|cannot|with|and|was|were|this|that|which|of|its|there"
    r"|no|working days|directory|expected|known|missing)\b",
    re.IGNORECASE,
)
TYPED = re.compile(r"`[^`]*`|'[^']*'|\[[^\]]*\]|--[\w-]+|/\S+|\S+\.\w+:?|\"\w+ of [\w.]+\"")
"""What is typed so in every language, and names of files."""


def sentences() -> Iterator[tuple[str, str]]:
    """Every text of the parts that reads as English, where it stands and with ‹x› where something
    is filled in."""
    for room in SPEAKING:
        for path in sorted((ROOT / room).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if name not in ELSEWHERE and "/migrations/" not in name:
                for text in texts_of(ast.parse(path.read_text("utf-8"))):
                    yield name, text


def texts_of(tree: ast.Module) -> Iterator[str]:
    passed: set[int] = set()
    for node in ast.walk(tree):
        if id(node) in passed:
            passed.update(map(id, ast.iter_child_nodes(node)))
            continue
        if is_no_sentence(node):
            passed.update(map(id, ast.iter_child_nodes(node)))
        text = text_of(node)
        if isinstance(node, ast.JoinedStr):
            passed.update(map(id, ast.iter_child_nodes(node)))
        if text and READS.search(text) and not SQL.match(text) and "%" not in text:  # of the log
            yield text.strip()


def is_no_sentence(node: ast.AST) -> bool:
    """Whether *node* is a docstring, a line of the log, a programmer's mistake or an error with a
    code of its own."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if not isinstance(node, ast.Call):
        return False
    named = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return named in LOGGING | PROGRAMMERS or (named == "of" and len(node.args) == 2)


def text_of(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(each.value) if isinstance(each, ast.Constant) else "‹x›" for each in node.values
        )
    return None


def test_every_english_sentence_of_the_parts_has_words_in_vietnamese() -> None:
    untold = [
        f"{name}: {text}"
        for name, text in sentences()
        if text not in PARTS and told_in_english(text)
    ]
    assert untold == [], f"give them words in {FILE.name}, or say in this test what they are"


def told_in_english(text: str) -> bool:
    said = translated("vi", text.replace("{}", "‹x›").removesuffix("‹x›"))
    also = translated("vi", text.replace("{}", "‹x›"))
    return all(each == text or ENGLISH.search(TYPED.sub("", each)) for each in (said, also))


NAMES = {"id", "ids", "name", "known", "missing", "unknown", "library", "group", "form", "version"}
NAMES |= {
    "address",
    "config",
    "database",
    "dialect",
    "directory",
    "file",
    "here",
    "queues",
    "system",
}
NAMES |= {"setting", "stored", "wanted", "typed", "number", "row", "seconds", "days"}
NAMES |= {"day", "first", "last", "start", "through", "today", "period"}
"""What an error's code has filled in that is the same in every language: names, numbers, days."""


def test_what_is_filled_in_for_a_code_is_a_name_or_is_told_in_vietnamese() -> None:
    """A sentence that is filled in has words (above), which it is told in under two names alone."""
    errors = table("en", "terminal.errors")
    filled = {name for text in errors.values() for _, name, _, _ in Formatter().parse(text)}
    assert filled - NAMES - {None} == {"problem", "reason"}


EXPORT: list[str | None] = [
    "{",
    "{}",
    '{"reminder": 3}',
    '{"reminder": {"x": 1}}',
    '{"setting": {"key": "k"}}',
]
EXPORT += ['{"newer": 1}', '{"event": 1}', '{"event": {}}', '{"end": {}}', None]
EXPORT += ['{"redaction": {"stream": "s", "level": "l", "redacted_at": "x"}}']
EXPORT += ['{"rejection": {"reason": "r", "size": 1, "sha256": "x", "received_at": 1}}']
EXPORT += ['{"attention": {"obligation": "o", "on": "2026-02-30"}}', '{"snooze": {"stream": 1}}']


@pytest.mark.parametrize("line", EXPORT)
def test_what_is_wrong_with_a_line_of_an_export_is_told_in_vietnamese_alone(
    line: str | None,
) -> None:
    with pytest.raises(ExportFault) as caught:
        ExportReading("x.jsonl").line(2, line)
    only_vietnamese(Words("vi").told(caught.value))


def test_what_is_wrong_with_the_ends_of_an_export_is_told_in_vietnamese_alone() -> None:
    with pytest.raises(ExportFault) as header:
        ExportReading("x.jsonl").header("{}")
    ended = ExportReading("x.jsonl")
    ended.ended = True
    with pytest.raises(ExportFault) as behind:
        ended.line(3, "{}")
    for caught in (header, behind):
        only_vietnamese(Words("vi").told(caught.value))


@pytest.mark.parametrize("text", ['id\n"a\n', 'id\n"a"b\n', f"id\n{'x' * 200_000}\n"])
def test_what_is_wrong_with_a_csv_is_told_in_vietnamese_alone(tmp_path: Path, text: str) -> None:
    file = tmp_path / "x.csv"
    file.write_text(text, "utf-8")
    with pytest.raises(FileError) as caught:
        list(list_rows(file, lambda _: 1, 100))
    only_vietnamese(Words("vi").told(caught.value).replace("CSV UTF-8", ""))


def only_vietnamese(said: str) -> None:
    plain = TYPED.sub("", said.partition(": ")[2])
    assert not ENGLISH.search(plain), said
    assert not READS.search(plain), said


def test_what_is_filled_in_is_filled_in_in_vietnamese_and_the_words_are_in_nfc() -> None:
    text = FILE.read_text("utf-8")
    assert text == one_form(text)
    for sentences_there in tomllib.loads(text).values():
        for english, said in sentences_there.items():
            wanted, there = (
                {n for _, n, _, _ in Formatter().parse(x) if n} for x in (english, said)
            )
            assert there <= wanted, english


@pytest.mark.parametrize(
    ("english", "said"),
    [
        ("a.toml: x.y: must be a table", "a.toml: x.y: phải là một bảng"),
        (
            "a.toml: rule[x].opens.on: task.foo has no field bar; did you mean baz?",
            "a.toml: rule[x].opens.on: task.foo không có trường bar; có phải là baz?",
        ),
        (
            "has more than 3 items; raise [limits] list_items",
            "có hơn 3 mục; hãy tăng [limits] list_items",
        ),
        (
            "broker amqp://h:1 (virtual host /, user u): connection lost: Connection reset by peer",
            "broker amqp://h:1 (virtual host /, user u): mất kết nối: phía bên kia đã ngắt kết nối",
        ),
        ("Unclosed array (at line 3, column 4)", "dòng 3, cột 4: danh sách thiếu dấu ]"),
        (
            "DONDOC_X: must be a whole number, not 'y'",
            "DONDOC_X: phải là số nguyên, không phải 'y'",
        ),
        (
            "has max-length 5 by policy p: events may be dropped without a word",
            "có max-length 5 theo chính sách p: sự kiện có thể bị bỏ mà không báo",
        ),
        (
            "db has no schema to make tables in: mend the search_path of the role or the database",
            "db không có schema để tạo bảng: hãy sửa search_path của vai trò hoặc cơ sở dữ liệu",
        ),
        ("UBND xã: chưa rõ; is missing", "UBND xã: chưa rõ; còn thiếu"),
        ("nothing of ours", "nothing of ours"),
    ],
)
def test_a_sentence_is_told_with_what_stands_before_it_and_in_it(english: str, said: str) -> None:
    assert translated("vi", english) == said
    assert translated("en", english) == english


@pytest.mark.parametrize(
    "english",
    [
        f"{tell_fault(KeyError('x'))}",
        f"a.db-wal: {READER} again",
        (
            "r.toml: rule[a]: names rule[b], which names it in another regulation; give one of "
            "the two another id"
        ),
        (
            "the.db is gone while dondoc had it open, and nothing is stored: put the same file "
            "back, or restart dondoc to go on with what stands there then"
        ),
    ],
)
def test_a_sentence_of_several_parts_is_told_whole(english: str) -> None:
    assert not ENGLISH.search(TYPED.sub("", translated("vi", english)))


def test_an_error_without_a_code_is_told_in_vietnamese() -> None:
    error = FileError("a.toml: x: must be a table")
    assert Words("vi").told(error) == "a.toml: x: phải là một bảng"
    assert Words("en").told(error) == str(error)


FILES = {
    "toml": "[tracking\n",
    "unknown": "[tracking]\nsinc = 2026-01-01\n",
    "kind": "[limits]\nhistory = 'x'\n",
    "url": "[broker]\nurl = 'http://x'\n",
    "database": "[database]\nurl = 'mysql://x'\n",
    "listen": "[metrics]\nlisten = 'x'\n",
    "bodies": "[tracking]\nsince = 2026-01-01\n",
}
LINES = [
    *(f"--config {name}.toml check" for name in FILES),
    "--config none.toml list",
    "list",
    "list --overdue --state met",
    "list --from 2026-13-01",
    "list --due-before yesterdya",
    "list --lmit 3",
    "list --limit x",
    "list --sort best",
    "list extra",
    "lst",
    "report",
    "report body_progress",
    "report body_progress --period 2026-13",
    "report office_progress --period 2026-03 --format xlsx",
    "report office_progress --period 2026-03 --output a.pdf",
    "report verify none.docx",
    "report verify kind.toml",
    "report site --public --remove",
    "replay",
    "replay none.jsonl",
    "replay kind.toml",
    "publish kind.toml",
    "term 2026-02-30 --working-days 1",
    "term 2300-01-01 --working-days 1",
    "term 2027-12-01 --working-days 1000",
    "calendar 2300",
    "bodies check kind.toml",
    "bodies check none.toml",
    "regulation check kind.toml",
    "regulation show toml.toml",
    "purge",
    "purge x --apply none.json",
    "dead show",
    "dead list",
    "reminders 5 --body x",
    "reprocess",
    "archive",
    "archive --before 2026-01-01",
    "archive --before 2026-01-01 --output .",
    "list --format csv --output .",
    "init dondoc.toml",
    "calendar kind.toml",
    "replay kind.toml --refused .",
    "backup --no-copy kind.toml",
    "export --all --type x",
    "remind --text",
    "backup",
    "explain",
    "show",
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with settings that are wrong, each in a way of its own, and some that are not."""
    folder = tmp_path_factory.mktemp("wrong")
    for name, text in FILES.items():
        (folder / f"{name}.toml").write_text(text, "utf-8")
    (folder / "dondoc.toml").write_text(
        '[broker]\nurl = "amqp://127.0.0.1:1/"\n[tracking]\nbodies = "sample"\n', "utf-8"
    )
    return folder


@pytest.mark.parametrize("line", LINES)
def test_what_is_wrong_is_told_in_vietnamese_alone(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    monkeypatch.chdir(place)
    with pytest.raises(SystemExit):
        main(["--lang", "vi", *line.split()])
    said = "".join(capsys.readouterr())
    assert said
    assert not ENGLISH.search(TYPED.sub("", said)), said
