"""What README.md and docs/ say is true: every command runs, every file loads, every link leads
somewhere. How a page is written so that it can be tested stands in `support.pages`."""

from __future__ import annotations

import csv
import gzip
import json
import re
import shlex
import shutil
from importlib.resources import files
from pathlib import Path

import pytest
from dondoc.commands.assembly.application import open_application
from dondoc.commands.assembly.loading import load_texts
from dondoc.commands.assembly.settings import load_settings
from dondoc.connector.transport import Fate, Outgoing, Publisher
from dondoc.storage import outbox
from dondoc.storage.scheduling import tick
from openpyxl import Workbook
from support.hscv import STRUCTURED, as_json, event
from support.installation import Installation
from support.mailing import refuse_one
from support.pages import (
    FIRST_IN_VIETNAMESE,
    PAGES,
    ROOT,
    Command,
    Fence,
    commands,
    differs,
    fences,
)
from support.rabbitmq import VirtualHost, wait_until
from support.reminded import MORNING, remind
from support.terminal import on_terminal, plain

BLOCKS = [
    fence
    for page in PAGES
    for fence in fences(page)
    # Of the first page in Vietnamese only what it prints: its other commands are those of the
    # first page, as tests/unit/test_pages_in_vietnamese.py holds, and have been run there.
    if commands(fence) and not (page == FIRST_IN_VIETNAMESE and fence.language == "sh")
]
ON_TERMINALS = [
    fence
    for page in PAGES
    for fence in fences(page)
    if fence.language == "text" and fence.text.startswith("$ dondoc ")
]
"""What a person sees on a terminal of 80 columns, which is otherwise than what is piped."""
NOWHERE = "amqp://127.0.0.1:1/"
# Commands that speak to the broker; a declared one but for those that are there to declare.
ON_THE_BROKER = {"run", "declare", "check", "publish", "dead", "purge", "mail"}
BEGINNERS = {("migrate",), ("replay", "--sample")}
"""A block with one of these starts with no database, any other with the sample's."""

FEEDBACK = (
    '{"specversion":"1.0","id":"e1","source":"/hscv","type":"hscv.feedback.received",'
    '"time":"2026-08-28T09:00:00+07:00","subject":"7","secrecy":"normal",'
    '"data":{"from_body":"SONHA","about_body":"TP","content":"chậm trả lời"}}\n'
)
"""The one of docs/explain.md."""
TRIED = next(
    fence.text
    for fence in fences(ROOT / "docs" / "vi" / "lap-trinh-hscv.md")
    if fence.language == "json"
)
"""The events that the page for HSCV's programmers has them try."""
_OF_LAW = [*fences(ROOT / "docs" / "regulation-file.md")]
LAWS = [
    each.text for each in _OF_LAW if each.language == "toml" and "in_force_from = " in each.text
]
STORIES = [each.text for each in _OF_LAW if each.language == "json"]
"""The regulations of docs/regulation-file.md, and what happens under them."""
SPOKEN = '[[source]]\nqueue = "hscv.cong-van"\ndialect = "docs/dialects/congvan.toml"\n'
LIST = "Mã,Tên cơ quan,Email\nVP,Văn phòng HĐND và UBND xã,vp@xa.example\n"
OWN = next(
    fence.text for fence in fences(ROOT / "docs" / "reconcile.md") if fence.language == "csv"
)
"""HSCV's own list, of docs/reconcile.md."""
LETTER = (
    *("report", "body_progress", "--body", "XUANHOA", "--period", "2026-03"),
    *("--as-of", "2026-03-31", "--output", "report.docx"),
)


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory, sample_database: Path) -> Path:
    """A folder with the sample's database and the files that the pages name."""
    folder = tmp_path_factory.mktemp("replayed")
    installation = Installation(folder, NOWHERE)
    rules, sample = files("dondoc.rules"), files("dondoc.sample")
    law = rules.joinpath("regulations", "02-2015-qd-ubnd.toml").read_bytes()
    for name, content in (
        ("events.jsonl", FEEDBACK.encode()),
        ("su-kien.jsonl", TRIED.encode()),
        ("events.jsonl.gz", gzip.compress(FEEDBACK.encode())),
        ("list.csv", LIST.encode()),
        ("hscv.csv", OWN.encode()),
        ("bodies.toml", sample.joinpath("bodies.toml").read_bytes()),
        ("reminders.toml", rules.joinpath("policies", "default.toml").read_bytes()),
        ("calendar.toml", rules.joinpath("calendars", "vietnam.toml").read_bytes()),
        *zip(("xa.toml", "mau.toml"), map(str.encode, LAWS), strict=True),
        *zip(("chuyen.jsonl", "mau.jsonl"), map(str.encode, STORIES), strict=True),
        ("regulation.toml", law),
        ("old.toml", law),
        ("new.toml", law.replace(b"working_days = 5", b"working_days = 6")),
        ("law.toml", law),
    ):
        folder.joinpath(name).write_bytes(content)
    book = Workbook()
    for row in csv.reader(OWN.replace("Số ký hiệu", "Số đi").splitlines()):
        book.active.append(row)
    book.save(folder / "hscv.xlsx")
    shutil.copytree(ROOT / "docs" / "dialects", folder / "docs" / "dialects")
    shutil.copyfile(sample_database, folder / "dondoc.db")
    installation.run("replay", "events.jsonl")
    installation.run(*LETTER)
    return folder


@pytest.fixture
def folder(replayed: Path, tmp_path: Path) -> Path:
    """A copy of it for one test."""
    return Path(shutil.copytree(replayed, tmp_path / "installation"))


def prepared(folder: Path, block: list[Command], broker_url: str) -> Installation:
    """The installation that a reader of *block* would have."""
    installation = Installation(folder, broker_url)
    first = {command.words[0] for command in block}
    if any(command.words[: len(words)] == words for command in block for words in BEGINNERS):
        for file in folder.glob("dondoc.db*"):
            file.unlink()
    if "publish" in first:
        with folder.joinpath("dondoc.toml").open("a", encoding="utf-8") as settings:
            settings.write(SPOKEN)
    if first & ON_THE_BROKER and "declare" not in first:
        installation.run("declare")
    if "reminders" in first:
        remind(folder)
    if "mail" in first:
        refuse_one(installation.with_mail(1).database_url)
    return installation


def mail_and_stop(installation: Installation) -> None:
    """Start the process of mail, wait until it reads its queue, and end it as its page says."""
    running = installation.start("mail", "run")
    wait_until(lambda: "connected to broker" in running.log.read_text("utf-8"), "it reads", 60)
    assert running.stop()[0] == 0


def run_and_stop(installation: Installation) -> None:
    """Start the service, wait until it consumes, and end it as its page says."""
    running = installation.start()
    wait_until(lambda: running.metrics()["dondoc_consumer_up"], "it consumes", 60)
    assert running.stop()[0] == 0


def lay_aside(publisher: Publisher) -> None:
    """Put two dead letters, valid ones that a former version refused, where they are looked for."""
    for number in (1, 2):
        letter = as_json(event(id=f"late-{number}"))
        sent = publisher.publish([Outgoing("", "dondoc.dead", letter, STRUCTURED, "")])
        assert sent == (Fate.CONFIRMED,)


def filled_in(word: str, installation: Installation, command: str = "") -> str:
    """*word* of *command*, or what it stands for."""
    if command == "snooze" and word in ("OBLIGATION", "DATE"):
        # What is due some days from now, so that reminders of it can wait.
        wanted = ("--rule", "status_update", "--state", "open", "--due-after", "tomorrow")
        first = min(installation.rows("list", *wanted), key=lambda row: (row["due"], row["id"]))
        return str(first["id" if word == "OBLIGATION" else "due"])
    if word in ("OBLIGATION", "SUBJECT"):
        obligation = installation.rows("list", "--rule", "execution", "--state", "overdue")[0]
        return str(obligation["id" if word == "OBLIGATION" else "subject"])
    return word.replace("/etc/dondoc", str(installation.folder))


@pytest.mark.parametrize("fence", BLOCKS, ids=str)
def test_the_commands_of_a_page_do_what_it_says(
    fence: Fence, folder: Path, request: pytest.FixtureRequest
) -> None:
    block = commands(fence)
    broker_url = NOWHERE
    if any(command.words[0] in ON_THE_BROKER for command in block):
        vhost: VirtualHost = request.getfixturevalue("vhost")
        broker_url = vhost.url
    installation = prepared(folder, block, broker_url)
    if any(command.words[0] == "dead" and command.words[-1] == "1" for command in block):
        lay_aside(request.getfixturevalue("publishing")())
    for command in block:
        words = [filled_in(word, installation, command.words[0]) for word in command.words]
        if words == ["run"]:
            run_and_stop(installation)
            continue
        if words == ["mail", "run"]:
            mail_and_stop(installation)
            continue
        real = installation.run(*words, code=command.code)
        if command.output is not None:
            wrong = differs(command.output, real)
            assert wrong is None, f"{fence}: not what it prints: {wrong}\n\n{real}"


@pytest.mark.parametrize("fence", ON_TERMINALS, ids=str)
def test_what_a_page_shows_of_a_terminal_is_what_one_sees(fence: Fence, folder: Path) -> None:
    Installation(folder, NOWHERE)
    typed, *shown = fence.text.rstrip("\n").splitlines()
    real = plain(on_terminal(folder, *shlex.split(typed)[2:]))
    wrong = differs(tuple(shown), real)
    assert wrong is None, f"{fence}: not what one sees: {wrong}\n\n{real}"


def test_the_reminder_on_the_first_page_is_one_that_is_sent(folder: Path) -> None:
    (shown,) = [fence.text for fence in fences(ROOT / "README.md") if fence.language == "text"]
    Installation(folder, NOWHERE)
    application = open_application(load_settings(folder / "dondoc.toml", {}))
    tick(application.store, application.law, load_texts(), MORNING)
    lease = outbox.lease(application.store, MORNING, 10_000, 60)
    sent = [json.loads(message.body)["data"]["text"] for message in lease.messages]
    assert shown.strip() in sent


def test_the_permissions_on_the_pages_are_enough_for_every_command(
    folder: Path, vhost: VirtualHost
) -> None:
    """And both pages name the same ones."""
    named = {
        tuple(re.findall(r"'([^']*)'", line))
        for page in ("operations.md", "broker.md")
        for line in (ROOT / "docs" / page).read_text(encoding="utf-8").splitlines()
        if "set_permissions" in line
    }
    ((configure, write, read),) = named
    administrator = prepared(folder, [Command(("check",), 0, None)], vhost.url)
    administrator.run("check")
    vhost.delete_queue("dondoc.dead")
    user = f"u{vhost.name}"
    url = vhost.add_user(user, "p")
    vhost.permit(user, configure=configure, write=write, read=read)
    installation = Installation(folder, url)
    assert "dondoc.dead" in installation.run("declare")
    installation.run("check")
    installation.run("dead", "list")
    run_and_stop(installation)


def test_there_are_commands_and_outputs_to_test() -> None:
    found = [command for fence in BLOCKS for command in commands(fence)]
    assert len(found) > 20
    assert sum(command.output is not None for command in found) > 2
    assert {command.code for command in found} >= {0, 1, 2}
