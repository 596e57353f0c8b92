"""Pages agree with the code without running it: settings, commands, log lines, tests, links."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from dondoc.commands.assembly.loading import CALENDAR, REGULATION
from dondoc.commands.assembly.mail_settings import MailSettings
from dondoc.commands.assembly.settings import Settings, load_settings
from dondoc.connector.transport.topology import BrokerNames
from dondoc.rules.calendar import build_calendar
from dondoc.rules.places import FileError
from dondoc.rules.reading.calendar import parse_layer
from dondoc.rules.reading.directory import parse_directory
from dondoc.rules.reading.policy import parse_policy
from dondoc.rules.reading.regulation import parse_regulation
from support.commands import resolved
from support.dialects import SECRECY, TOP
from support.dialects import made as made_dialect
from support.legal_cases import read_cases
from support.pages import (
    OPERATIONS,
    PAGES,
    ROOT,
    Fence,
    anchors,
    code,
    fences,
    links,
    prose,
    settings_table,
    table,
)

FOLDERS = ("commands", "connector", "mail", "metrics", "reports", "rules", "sample", "storage")
SOURCES = [
    ROOT / "cli.py",
    *(path for each in FOLDERS for path in sorted(ROOT.glob(f"{each}/**/*.py"))),
]
TEXTS = {".py", ".md", ".toml", ".sh", ".cfg", ".yaml", ".svg", ".txt", ".service", ""}


# Settings


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)  # the default database stands beside the file
    return Path("dondoc.toml")


def test_the_page_lists_every_setting_and_no_other(file: Path) -> None:
    file.touch()
    with pytest.raises(FileError) as refused:
        load_settings(file, {"DONDOC_NO_SETTING": ""})
    known = re.findall(r"DONDOC_\w+", str(refused.value).partition("known are")[2])
    assert sorted(variable for _, variable, _ in settings_table()) == sorted(known)


@pytest.mark.parametrize(("key", "variable", "default"), settings_table())
def test_a_setting_is_the_same_in_the_file_and_in_the_environment(
    key: str, variable: str, default: str | None, file: Path
) -> None:
    section, _, name = key.rpartition(".")
    text, value = {
        "since": ("2026-02-03", "2026-02-03"),
        "regulations": ("a.toml:b.toml", '["a.toml", "b.toml"]'),
        "calendars": ("a.toml:b.toml", '["a.toml", "b.toml"]'),
        "body_bytes": ("2048", "2048"),
        "nesting": ("32", "32"),
        "list_items": ("32", "32"),
        "named_bodies": ("32", "32"),
        "history": ("77", "77"),
        "in_hand_bytes": ("2097152", "2097152"),
        "hot_streams_bytes": ("4096", "4096"),
        "keep_words": ("77", "77"),
        "catch_up": ("all", '"all"'),
        "lang": ("vi", '"vi"'),
        "addressees": ("Huyện ủy;HĐND", '["Huyện ủy", "HĐND"]'),
        "recipients": ("Như trên;Lưu: VT", '["Như trên", "Lưu: VT"]'),
        "port": ("2525", "2525"),
        "tls": ("tls", '"tls"'),
        "sender": ("a@b.example", '"a@b.example"'),
        "reply_to": ("a@b.example", '"a@b.example"'),
        "pages": ("https://web.example/x", '"https://web.example/x"'),
        "at": ("08:15", '"08:15"'),
        "single": ("overdue;escalated", '["overdue", "escalated"]'),
        "timeout": ("32", "32"),
        "per_minute": ("32", "32"),
        "single_limit": ("32", "32"),
    }.get(name, ("something", '"something"'))
    beside = {key: said for key, said in BESIDE.get(section, {}).items() if key != name}
    file.write_text(toml(section, beside), encoding="utf-8")
    by_environment = load_settings(file, {variable: text})
    file.write_text(toml(section, beside) + f"{name} = {value}\n", encoding="utf-8")
    by_file = load_settings(file, {})
    # Without a host and a sender there is no mail, and without its other half no login.
    needed = {"mail.host", "mail.sender", "mail.user", "mail.password"}
    file.write_text("" if key in needed else toml(section, beside), encoding="utf-8")
    unset = load_settings(file, {})
    assert by_file == by_environment
    assert by_file != unset
    assert shown(value_of(unset, key)) == default


BESIDE = {
    "mail": {"host": "h", "sender": "vp@huyen.example", "user": "u", "password": "p"},
}
"""What has to stand beside a setting of a section."""


def toml(section: str, values: dict[str, str]) -> str:
    """The section with *values*."""
    return "\n".join([f"[{section}]", *(f'{key} = "{said}"' for key, said in values.items()), ""])


def value_of(settings: Settings, key: str) -> Any:
    """The value of the setting that *key* names; a changed name's default is the contract's."""
    section, _, name = key.rpartition(".")
    if section == "broker.names":
        return getattr(BrokerNames(**settings.broker.names), name)
    if name in ("site", "site_group"):
        return getattr(settings.site, {"site": "directory", "site_group": "group"}[name])
    if section == "mail":
        return None if settings.mail is None else of_mail(settings.mail, name)
    if section in ("database", "metrics", "ui"):
        return getattr(settings, f"{section}_{name}")
    return getattr(getattr(settings, section), name)


def of_mail(mail: MailSettings, name: str) -> Any:
    """The value of the setting *name* of mail, as it is written."""
    if name == "pages":
        return mail.plan.page_of
    if name == "listen":
        return mail.listen
    value = getattr(mail.plan if hasattr(mail.plan, name) else mail.server, name)
    if name == "at":
        return str(value).zfill(8)[:5]
    return json.dumps(value) if name == "single" else value


def shown(value: Any) -> str | None:
    return None if value in (None, ()) else str(value)


# Commands


def mentions() -> list[tuple[str, str]]:
    """Every `dondoc …` in the prose of a page or in a text of the program, with where it is."""
    found = [
        (page.name, span)
        for page in PAGES
        for span in code(re.sub(r"\n\s*", " ", prose(page)))
        if span.startswith("dondoc ")
    ]
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        found += [(path.name, each) for each in re.findall(r"`(dondoc [^`\n]+)`", text)]
    return sorted(set(found))


def test_there_are_mentions_of_commands() -> None:
    assert len(mentions()) > 40


@pytest.mark.parametrize(("where", "span"), mentions())
def test_a_command_that_is_mentioned_exists_with_its_options(where: str, span: str) -> None:
    words = span.split()[1:]
    names, passed = resolved(words)
    assert names or words[0].startswith("-"), f"{where}: there is no `{span}`"
    known = {option for command in passed for each in command.params for option in each.opts}
    asked = {word.partition("=")[0] for word in words if word.startswith("--")}
    assert asked <= known | {"--help", "--version"}, f"{where}: `{span}`"


# What the page on operation says of the log


def log_lines() -> list[tuple[str, str]]:
    """Where each line of the log is written, and how the longest part of it that never changes
    begins."""
    found = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            of = node.func.value
            if not (isinstance(of, ast.Name) and of.id == "log") or node.func.attr == "debug":
                continue
            text = ast.literal_eval(node.args[0])
            part = max((part.strip(" ;:,()") for part in re.split(r"%\.?\d*[a-z]", text)), key=len)
            # A page may leave the end of a long line out.
            found.append((f"{path.name}:{node.lineno}", part[:30]))
    return found


def test_every_line_of_the_log_is_on_the_page_with_what_it_asks_for() -> None:
    lines = log_lines()
    assert len(lines) > 10
    said = " ".join(row[0] for row in table(OPERATIONS, "## What the log says"))
    assert [line for line in lines if line[1] not in said] == []


# Tests and files that pages name


def test_every_test_that_a_page_names_exists() -> None:
    files = {path.name for path in ROOT.glob("tests/**/*.py")}
    names = {
        name
        for path in ROOT.glob("tests/**/test_*.py")
        for name in re.findall(r"^ *def (test_\w+)", path.read_text(encoding="utf-8"), re.M)
    }
    for page in PAGES:
        for named in re.findall(r"\btest_\w+(?:\.py)?", prose(page)):
            assert named in files | names, f"{page.name}: there is no {named}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_a_page_leads_to_a_file_and_a_heading(page: Path) -> None:
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.is_file(), f"{page.name}: {link}: there is no such file"
        if anchor:
            assert anchor in anchors(target), f"{page.name}: {link}: there is no such heading"


def tracked() -> list[Path]:
    """The project's own files of text."""
    files = [path for path in sorted(ROOT.rglob("*")) if path.suffix in TEXTS and path.is_file()]
    return [path for path in files if not made(path.relative_to(ROOT).parts)]


def made(parts: tuple[str, ...]) -> bool:
    """Whether a path leads into what tools have left behind."""
    return any(
        part.startswith(".") or part in ("build", "dist", "dondoc.egg-info") for part in parts
    )


def test_every_page_that_a_file_names_exists() -> None:
    for path in tracked():
        if "tests" in path.relative_to(ROOT).parts:
            continue
        for named in re.findall(r"\bdocs/(?:vi/)?[\w-]+\.\w+", path.read_text(encoding="utf-8")):
            assert (ROOT / named).is_file(), f"{path.relative_to(ROOT)} names {named}"


def test_every_page_is_reached_from_the_first() -> None:
    reached, ahead = set(), [ROOT / "README.md"]
    while ahead:
        page = ahead.pop()
        if page in reached or page.suffix != ".md" or not page.is_file():
            continue
        reached.add(page)
        ahead += [(page.parent / link.partition("#")[0]).resolve() for link in links(page)]
    assert set(PAGES) - reached == set()


def test_the_project_speaks_of_itself_alone() -> None:
    # Each pair of brackets keeps the pattern from finding itself.
    foreign = re.compile(
        r"(?<![\w$}.])/(?:[w]ork|[r]oot|[h]ome)/|[t]mp/venv|[p]ypi\.org|[p]ythonhosted"
        r"|(?i:[c]laude|[a]nthropic|[o]penai|[c]hatgpt|[c]opilot)"
    )
    for path in tracked():
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            assert not foreign.search(line), f"{path.relative_to(ROOT)}:{number}: {line.strip()}"


# Examples of files

EXAMPLES = [each for page in PAGES for each in fences(page) if each.language == "toml"]
SETTINGS = {
    "broker",
    "database",
    "metrics",
    "tracking",
    "reminders",
    "limits",
    "report",
    "ui",
    "mail",
    "source",
}
CALENDARS = {"base", "week", "zone", "coverage", "basis", "hours", "holiday", "day_off", "working"}
POLICIES = {"window", "levels", "default", "schedule", "quiet"}


def shipped(name: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / "rules" / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("fence", EXAMPLES, ids=str)
def test_an_example_of_a_file_loads(fence: Fence, file: Path) -> None:
    data = tomllib.loads(fence.text)
    keys = set(data)
    if keys <= SETTINGS:
        Path("broker-url").write_text("amqp://h/", "utf-8")
        file.write_text(fence.text, encoding="utf-8")
        assert load_settings(file, {}) != Settings(file=str(file))
    elif keys == {"body"}:
        codes = [body.code for body in parse_directory(data, str(fence))]
        assert codes == list(dict.fromkeys(body["code"] for body in data["body"]))
    elif keys <= CALENDARS:
        product = parse_layer(shipped(CALENDAR), CALENDAR)
        assert build_calendar(product, parse_layer(data, str(fence)))
    elif keys <= POLICIES and not isinstance(data.get("schedule"), dict):
        assert parse_policy(data, str(fence))
    elif keys & {"event", "format"}:
        made_dialect(fence.text if "format" in keys else TOP + SECRECY + fence.text)
    elif "case" in keys:
        file.write_text(fence.text, encoding="utf-8")
        assert read_cases(file)
    else:
        own = [tomllib.loads(each.text) for each in fences(fence.page) if begins_a_law(each)]
        ids = {rule["id"] for rule in own[0]["rule"]} if own else set[str]()
        of_own = isinstance(data.get("rule"), list) and any(r["id"] in ids for r in data["rule"])
        begun = own[0] if of_own else shipped(REGULATION)
        whole = data if "in_force_from" in data else completed(data, begun)
        assert parse_regulation(whole, str(fence))


def begins_a_law(fence: Fence) -> bool:
    """Whether *fence* is a whole regulation."""
    return fence.language == "toml" and "in_force_from = " in fence.text


def completed(data: dict[str, Any], whole: dict[str, Any]) -> dict[str, Any]:
    """The regulation that *data* is a part of: *whole* with its rules, or with the keys of a rule,
    put in."""
    rules = {rule["id"]: rule for rule in whole["rule"]}
    given = data.get("rule", [])
    if isinstance(given, dict):
        given = [next(iter(rules.values())) | given]
    rules |= {rule["id"]: rule for rule in given}
    if "transition" in data:
        whole["in_force_from"] = date(2026, 7, 1)  # a clause is of a regulation that follows one
    schedules = whole.get("schedule", {}) | data.get("schedule", {})
    if isinstance(data.get("reports"), dict):
        data["reports"] = whole["reports"] | data["reports"]
    return whole | data | {"rule": list(rules.values()), "schedule": schedules}


def test_there_are_examples_of_files() -> None:
    assert len(EXAMPLES) > 5
