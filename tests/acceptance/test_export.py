"""`dondoc export` and `dondoc replay` as an administrator uses them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from support.hscv import event
from support.installation import COMMAND, Installation

NOBODY = "amqp://127.0.0.1:1/"
DAY = "2026-03-{:02}T09:14:05+07:00"


def write(folder: Path, name: str, *lines: dict[str, Any] | str) -> None:
    texts = (each if isinstance(each, str) else json.dumps(each) for each in lines)
    folder.joinpath(name).write_text("\n".join(texts) + "\n", encoding="utf-8")


def story(subject: str) -> list[dict[str, Any]]:
    return [
        event("document.issued", id=f"{subject}-1", subject=subject, time=DAY.format(2)),
        event(id=f"{subject}-2", subject=subject, time=DAY.format(3)),
        event("task.accepted", id=f"{subject}-3", subject=subject, time=DAY.format(4)),
    ]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    installation = Installation(tmp_path_factory.mktemp("made"), NOBODY)
    other = {**event(id="f", subject="P-1", source="/other")}
    write(installation.folder, "events.jsonl", *story("VB-1"), *story("VB-2"), other)
    installation.run("replay", "events.jsonl")
    return installation


def exported(made: Installation, *arguments: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in made.run("export", *arguments).splitlines()]


def test_what_is_exported_is_what_hscv_sent(made: Installation) -> None:
    sent = made.folder.joinpath("events.jsonl").read_text(encoding="utf-8")
    assert made.run("export") == sent


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        (["--from", "2026-03-03"], 4),
        (["--from", "2026-03-03", "--to", "2026-03-03"], 2),
        (["--to", "2026-03-02"], 3),
        (["--subject", "VB-2"], 3),
        (["--subject", "VB-2", "--type", "task.assigned"], 1),
        (["--type", "hscv.task.assigned"], 3),
        (["--source", "/other"], 1),
        (["--type", "feedback.received"], 0),
    ],
)
def test_a_part_is_asked_for(made: Installation, asked: list[str], number: int) -> None:
    assert len(exported(made, *asked)) == number


@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        (["--subject", "15/CT-UBND"], 1, "2 documents go by"),
        (["--subject", "nobody"], 1, "nothing is stored about nobody"),
        (["--type", "task.asigned"], 1, "near it: task.assigned"),
        (["--source", "/nowhere"], 1, "no stored event has the source"),
        (["--from", "2026-03-04", "--to", "2026-03-03"], 2, "is after"),
        (["--output", "dondoc.db"], 1, "name another file"),
        (["--output", "nowhere/x"], 1, "cannot be written: No such file"),
    ],
)
def test_a_part_that_is_not_there_is_said_in_one_line(
    made: Installation, asked: list[str], code: int, said: str
) -> None:
    assert said in made.run("export", *asked, code=code)


def test_an_export_replayed_is_the_same_and_again_changes_nothing(
    made: Installation, tmp_path: Path
) -> None:
    packed = tmp_path / "all.jsonl.gz"
    assert "7 events" in made.run("export", "--output", str(packed))
    other = Installation(tmp_path, NOBODY)
    assert other.run("replay", "all.jsonl.gz") == "7 events: 7 stored\n"
    assert other.run("replay", "all.jsonl.gz") == "7 events: 7 duplicate\n"
    assert other.rows("list") == made.rows("list")
    assert packed.stat().st_mode & 0o777 == 0o600


def test_lines_are_read_from_standard_input(made: Installation, tmp_path: Path) -> None:
    other = Installation(tmp_path, NOBODY)
    with made.folder.joinpath("events.jsonl").open("rb") as lines:
        done = subprocess.run(
            [*COMMAND, "replay", "-"], cwd=tmp_path, stdin=lines, capture_output=True, check=True
        )
    assert done.stdout == b"7 events: 7 stored\n"
    assert other.rows("list") == made.rows("list")


def test_what_is_refused_is_kept_with_its_number_and_nothing_of_what_is_not_normal(
    tmp_path: Path,
) -> None:
    made = Installation(tmp_path, NOBODY)
    secret = event(id="s", secrecy="mat", data={"content": "canary"})
    unsaid = {**event(id="u"), "data": {"content": "canary"}}
    del unsaid["secrecy"]
    dead = event(id="d", time="today")
    broken = '{"amqp": {"canary": 1}}'
    write(tmp_path, "events.jsonl", event(id="a"), secret, unsaid, dead, broken, event(id="b"))
    said = made.run("replay", "events.jsonl", "--refused", "refused.jsonl", code=3)
    assert "5 events: 2 stored, 1 rejected, 1 dead, 1 discarded, 1 unreadable" in said
    text = tmp_path.joinpath("refused.jsonl").read_text(encoding="utf-8")
    kept = [json.loads(line) for line in text.splitlines()]
    assert [each["where"].partition(":")[2] for each in kept] == ["2", "3", "4", "5"]
    assert "canary" not in text
    assert [json.loads(each["text"]) for each in kept if "text" in each] == [dead]
    assert kept[2]["path"] == "time"


def test_a_repeated_run_counts_nothing_twice(tmp_path: Path) -> None:
    made = Installation(tmp_path, NOBODY)
    other = event(id="a", data={**event()["data"], "content": "another"})
    unsaid = event(id="u")
    del unsaid["secrecy"]
    write(tmp_path, "events.jsonl", event(id="a"), other, other, unsaid)
    ends = []
    for _ in range(3):
        made.run("replay", "events.jsonl", code=3)
        ends.append(made.run("status").splitlines()[-1])
    assert "conflicts: 1   rejections: 1" in ends[0]
    assert len(set(ends)) == 1


def test_ctrl_c_says_how_to_go_on_and_what_was_counted_is_stored(tmp_path: Path) -> None:
    made = Installation(tmp_path, NOBODY)
    made.run("migrate")
    reading, writing = os.pipe()
    command = [*COMMAND, "--lang", "en", "replay", "-"]
    running = subprocess.Popen(
        command, cwd=tmp_path, stdin=reading, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    with os.fdopen(writing, "wb") as lines:
        for number in range(501):
            lines.write(json.dumps(event(id=str(number))).encode() + b"\n")
        lines.flush()
        deadline = time.monotonic() + 30
        while "events: 500" not in made.run("status") and time.monotonic() < deadline:
            time.sleep(0.2)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=30)
    os.close(reading)
    assert running.returncode == 1
    assert out == b"500 events: 500 stored\n"
    assert b"run the same command again" in err


def test_what_became_secret_is_in_no_export(tmp_path: Path) -> None:
    made = Installation(tmp_path, NOBODY)
    quoting = event("feedback.received", id="f", subject="P-1")
    quoting["data"]["content"] = "như 15/CT-UBND đã giao"
    write(tmp_path, "events.jsonl", *story("VB-1"), quoting)
    made.run("replay", "events.jsonl")
    made.run("purge", "VB-1", code=3)  # the broker was not searched
    assert "15/CT" not in made.run("export")
    assert len(exported(made)) == 1
    made.run("export", "--output", "left.jsonl")
    assert made.run("replay", "left.jsonl") == "1 event: 1 duplicate\n"
    assert "conflicts: 0" in made.run("status")


@pytest.mark.parametrize("language", ["en", "vi"])
def test_the_line_on_a_terminal_fits_and_goes_away(language: str) -> None:
    from dondoc.commands.terminal.progress import Progress

    shown = Progress("replay", 1000).line(123_456, 410, 93.0)
    assert shown.startswith(" 41%  replay: 123,456  1,327/")
    assert len(shown) < 80
