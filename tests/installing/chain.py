"""The whole way: a program in PHP publishes, and a letter, a report and the metrics come of it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import urllib.parse
import urllib.request
import zipfile
from contextlib import AbstractContextManager
from datetime import datetime, timedelta, timezone
from pathlib import Path

from . import machine
from .machine import CHECKOUT, ETC, SETTINGS, VAR, dondoc, require, wait_for

LOCAL = timezone(timedelta(hours=7))
PROMETHEUS = "http://127.0.0.1:9090"
LETTERS = Path("/tmp/letters.txt")
ADDRESS = "kinhte@xa.example"
BODIES = f"""
[[body]]
code = "VP"
name = "Văn phòng HĐND và UBND"
kind = "office"

[[body]]
code = "KT"
name = "Phòng Kinh tế"
kind = "department"
email = "{ADDRESS}"
"""
MAIL = """
[mail]
host = "127.0.0.1"
port = 2525
tls = "off"
sender = "don-doc@xa.example"
at = "00:00"
[reminders]
catch_up = "all"
[report]
organ = "UBND xã Yên Lâm"
place = "Yên Lâm"
signer_title = "CHÁNH VĂN PHÒNG"
"""


def whole_way() -> None:
    """From settings as an administrator edits them to what people and Prometheus get."""
    letters = ("python3", CHECKOUT / "deploy/letters_received.py")
    said = ("--port", "2525", "--output", LETTERS)
    with machine.running("letters", [*letters, *said]):
        wait_for("the mail server", LETTERS.exists)
        edit_settings()
        dondoc("declare")
        dondoc("reprocess", "--all")
        require("mend" not in dondoc("check"), "check has something to mend")
        with machine.service(), prometheus():
            publish()
            wait_for("the events", lambda: machine.metric("dondoc_events_total") >= 3)
            # A digest says once a day what has come by then: this is to be in today's.
            told = 'dondoc_reminders_published_total{rule="execution",step="overdue"}'
            wait_for("a reminder", lambda: machine.metric(told) >= 1, 300)
            with machine.service("mail", "run"):
                wait_for("a letter", lambda: ADDRESS in LETTERS.read_text("utf-8"), 120)
            wait_for("what is overdue in Prometheus", overdue_in_prometheus)
        letter = LETTERS.read_text("utf-8")
    require("Chuẩn bị tài liệu họp" in letter, letter)
    report = VAR / "report.docx"
    dondoc("report", "office_progress", "--period", "last month", "--output", str(report))
    with zipfile.ZipFile(report) as packed:
        text = re.sub(r"<[^>]+>", "", packed.read("word/document.xml").decode())
    require("UBND xã Yên Lâm".upper() in text.upper(), text)
    report.unlink()


def edit_settings() -> None:
    """Bodies, a server for mail, a first day in the past, a policy that is open at any hour."""
    policy = ETC / "reminders.toml"
    policy.write_text((CHECKOUT / "rules/policies/demo.toml").read_text("utf-8"), "utf-8")
    (ETC / "bodies.toml").write_text(BODIES, "utf-8")
    since = (datetime.now(LOCAL) - timedelta(days=90)).date()
    text = SETTINGS.read_text("utf-8")
    text = re.sub(
        r"^since = .*$", f'since = {since}\nreminders = "reminders.toml"', text, flags=re.M
    )
    # In place, so that it stays root's and readable for the service.
    SETTINGS.write_text(text + MAIL, "utf-8")


def publish() -> None:
    """Have HSCV's program in PHP publish a task whose date has passed."""
    machine.rabbitmqctl("add_user", "hscv", "let-me-in")
    machine.rabbitmqctl("set_permissions", "-p", "hscv", "hscv", "^$", r"^hscv\.events$", "^$")
    environment = {**os.environ, "HSCV_BROKER_URL": "amqp://hscv:let-me-in@127.0.0.1:5672/hscv"}
    done = subprocess.run(
        ["php", CHECKOUT / "docs/programs/publish.php"],
        input="".join(json.dumps(row) + "\n" for row in rows()),
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    require(done.stdout.split() == [row["id"] for row in rows()], done.stdout)


def rows() -> list[dict[str, object]]:
    """Rows of HSCV's outbox: a document, and a task of it that was due two weeks ago."""
    begun = datetime.now(LOCAL).replace(hour=8, minute=0, second=0) - timedelta(days=30)
    due = (begun + timedelta(days=16)).date()
    told = (
        (
            "document.issued",
            {
                "doc_type": "CV",
                "symbol": "15/UBND-VP",
                "abstract": "V/v chuẩn bị họp giao ban",
                "issued_on": str(begun.date()),
                "authority": "ubnd",
            },
        ),
        ("document.classified", {"task_count": 1}),
        (
            "task.assigned",
            {
                "task_id": "900001-1",
                "content": "Chuẩn bị tài liệu họp",
                "kind": "execute",
                "lead": "KT",
                "due_on": str(due),
            },
        ),
    )
    return [
        {
            "id": f"0d3f0f7e-6a52-4d0e-9c7c-5a1f6f0e4b0{number}",
            "type": kind,
            "happened_at": f"{begun + timedelta(minutes=number):%Y-%m-%d %H:%M:%S}",
            "subject": "900001",
            "secrecy": "normal",
            "data": data,
        }
        for number, (kind, data) in enumerate(told, 1)
    ]


def prometheus() -> AbstractContextManager[Path]:
    """Debian's Prometheus, which reads the service every two seconds."""
    settings = Path("/tmp/prometheus.yml")
    settings.write_text(
        "global: {scrape_interval: 2s}\n"
        "scrape_configs: [{job_name: dondoc, static_configs: [{targets: ['127.0.0.1:9464']}]}]\n",
        "utf-8",
    )
    told = (f"--config.file={settings}", "--storage.tsdb.path=/tmp/prometheus")
    listen = "--web.listen-address=127.0.0.1:9090"
    return machine.running("prometheus", ["/usr/bin/prometheus", *told, listen])


def overdue_in_prometheus() -> bool:
    """Whether Prometheus has that the body KT is late."""
    query = urllib.parse.urlencode({"query": 'sum(dondoc_obligations{state="overdue",body="KT"})'})
    with urllib.request.urlopen(f"{PROMETHEUS}/api/v1/query?{query}", timeout=5) as answer:
        found = json.load(answer)["data"]["result"]
    return bool(found) and float(found[0]["value"][1]) >= 1
