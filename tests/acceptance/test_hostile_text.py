"""Text from outside does nothing to a terminal, whichever command prints it, and however."""

from __future__ import annotations

import json
import unicodedata

import pytest
from dondoc.cli import main
from support.commands import commands
from support.hscv import event
from support.installation import Installation
from support.pages import ROOT

# What moves a cursor, turns the reading, hides or splits: a control of each kind, an override and
# an isolate, widths of zero, line separators, the plane of tags, letters that show nothing.
HOSTILE = "x\x1b[31m\x07\x9b1m\x85\u202e\u2066\u200b\u200d\ufeff\u00ad\u2028\u2029\U000e0041\u3164z"
FORMATS = ("table", "json", "csv")
# What of it a name may hold by the contract.
TURNED = "".join(each for each in HOSTILE if unicodedata.category(each) not in ("Cc", "Zl", "Zp"))
SUBJECT = f"S{TURNED}"
# Every command, with hostile arguments wherever it takes text; "{obligation}" and files are those
# of the installation. What speaks to a broker says that there is none.
TYPED: dict[str, list[list[str]]] = {
    "init": [["{new}", "--yes"], [HOSTILE]],
    "declare": [[], ["--as", HOSTILE], ["--dry-run"], ["--definitions"]],
    "check": [[]],
    "migrate": [[]],
    "status": [[]],
    "list": [[], ["--subject", SUBJECT], ["--body", HOSTILE], ["--rule", HOSTILE]],
    "show": [[SUBJECT], [HOSTILE]],
    "explain": [["{obligation}"], [HOSTILE]],
    "remind": [["--as-of", "2026-03-19T09:00:00+07:00"], ["--as-of", HOSTILE]],
    "replay": [
        ["{events}"],
        [HOSTILE],
        ["{events}", "--dialect", "{dialect}", "--normal-because", HOSTILE],
        ["{events}", "--dialect", HOSTILE],
    ],
    "archive": [["--before", HOSTILE], ["--before", "2026-01-02", "--output", f"no/{HOSTILE}"]],
    "export": [[], ["--subject", HOSTILE], ["--type", HOSTILE], ["--output", f"no/{HOSTILE}"]],
    "publish": [["{events}"], [HOSTILE], ["{events}", "--dialect", "{dialect}"]],
    "reprocess": [["--all", "--dry-run"], ["--subject", SUBJECT], ["--rule", HOSTILE]],
    "dialect check": [[HOSTILE], ["{dialect}"], ["{law}"]],
    "dialect try": [
        ["{dialect}", "{events}"],
        ["{dialect}", HOSTILE],
        ["{dialect}", "{events}", "--normal-because", HOSTILE],
    ],
    "dialect show": [["{dialect}"], [HOSTILE]],
    "dead list": [[]],
    "dead show": [[HOSTILE]],
    "dead retry": [[HOSTILE]],
    "dead drop": [[HOSTILE]],
    "purge": [["--export", "{new}"], ["--apply", HOSTILE], ["--lift", HOSTILE], [f"other{TURNED}"]],
    "backup": [["{new}"], [f"nowhere/{HOSTILE}"], ["--verify", "{new}.db"], ["--no-copy", HOSTILE]],
    "calendar": [["2026"], [HOSTILE]],
    "calendar check": [[HOSTILE], ["{law}"]],
    "term": [[HOSTILE, "--working-days", "3"], ["2026-03-02", "--working-days", HOSTILE]],
    "regulation list": [[]],
    "report verify": [[HOSTILE], ["{events}"]],
    "regulation show": [[HOSTILE]],
    "regulation check": [[HOSTILE], ["{law}"]],
    "regulation diff": [[HOSTILE, HOSTILE]],
    "regulation try": [[HOSTILE, HOSTILE], ["{regulation}", "{events}"]],
    "bodies": [[], ["--body", HOSTILE]],
    "bodies check": [[HOSTILE], ["{bodies}"]],
    "bodies import": [[HOSTILE], ["{list}"], ["{list}", "--output", f"no/{HOSTILE}"]],
    "audit": [[], ["--who", HOSTILE], ["--subject", SUBJECT]],
    "rejections list": [[], ["--event", HOSTILE]],
    "reconcile": [
        [HOSTILE],
        ["{own}"],
        ["{own}", "--column", f"symbol={HOSTILE}"],
        ["{own}", "--column", HOSTILE, "--source", HOSTILE],
    ],
    "reminders check": [[], [HOSTILE]],
    "snooze": [
        ["{obligation}", "--until", "2026-03-20", "--reason", HOSTILE],
        [HOSTILE, "--until", HOSTILE, "--reason", "x"],
    ],
    "snooze list": [[], ["--all"]],
    "mail run": [[]],
    "mail list": [[], ["--state", HOSTILE]],
    "mail show": [[HOSTILE]],
    "mail retry": [[HOSTILE]],
    "reminders": [[], ["--body", HOSTILE], ["--obligation", HOSTILE]],
    "report body_progress": [["--period", "2026-03"], ["--period", "2026", "--body", HOSTILE]],
    "report office_progress": [["--period", HOSTILE]],
    "report inspection_summary": [["--period", "2026"]],
    "report site": [[f"pages{TURNED}"]],
    "run": [[HOSTILE]],
    HOSTILE: [[]],
}


def harmful(text: str) -> set[str]:
    invisible = {"\u3164", "\U000e0041"}
    return {
        each
        for each in text.replace("\n", "")
        if each in invisible or unicodedata.category(each) in ("Cc", "Cf", "Cs", "Zl", "Zp")
    }


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    made = Installation(tmp_path_factory.mktemp("hostile"), "amqp://127.0.0.1:1/")
    issued = event("document.issued", id="a", subject=SUBJECT)
    issued["data"] |= {"symbol": HOSTILE, "abstract": HOSTILE, "title": HOSTILE}
    assigned = event(id="b", subject=SUBJECT)
    names = {"task_id": f"T{TURNED}", "lead": f"PYT{TURNED}", "due_on": "2026-03-20"}
    assigned["data"] |= names | {"content": HOSTILE, "unit": HOSTILE, "officer": HOSTILE}
    refused = event(id=HOSTILE, data={HOSTILE: HOSTILE})
    lines = "\n".join(json.dumps(each) for each in (issued, assigned, refused))
    made.folder.joinpath(f"events{HOSTILE}.jsonl").write_text(lines, encoding="utf-8")
    made.folder.joinpath(f"bodies{HOSTILE}.toml").write_text(
        f'[[body]]\ncode = {json.dumps(HOSTILE)}\nname = {json.dumps(HOSTILE)}\nkind = "office"\n',
        encoding="utf-8",
    )
    made.folder.joinpath(f"list{HOSTILE}.csv").write_text(
        f"{HOSTILE},code,name,kind,email\n,{HOSTILE},{HOSTILE},{HOSTILE},{HOSTILE}\n", "utf-8"
    )
    rows = [f"{HOSTILE},{TURNED},31/02/2026", f"{TURNED},x{TURNED},01/03/2026"]
    own = "\n".join([f"Mã,{HOSTILE}x,Ngày", *rows])
    made.folder.joinpath(f"own{HOSTILE}.csv").write_text(own, "utf-8")
    path, word = (json.dumps(each, ensure_ascii=False) for each in (f"'{HOSTILE}'", HOSTILE))
    made.folder.joinpath(f"dialect{HOSTILE}.toml").write_text(
        f'name = "thu"\nformat = "cloudevents"\n[words.viec]\n{word} = "x"\n'
        '[secrecy]\npath = "@secrecy"\nwords = { normal = "normal" }\n'
        f'[[event]]\ntype = "task.returned"\nunless = {{ {path} = {word} }}\n'
        '[event.fields]\ntask_id = "task_id"\nbody = "lead"\nreason = "content"\n',
        encoding="utf-8",
    )
    told = made.run("replay", f"events{HOSTILE}.jsonl", code=3)
    assert "3 events: 2 stored, 1 dead" in told
    return made


@pytest.fixture(scope="module")
def files(installation: Installation) -> dict[str, str]:
    return {
        "obligation": str(installation.rows("list", "--subject", SUBJECT)[0]["id"]),
        "events": f"events{HOSTILE}.jsonl",
        "bodies": f"bodies{HOSTILE}.toml",
        "list": f"list{HOSTILE}.csv",
        "own": f"own{HOSTILE}.csv",
        "regulation": str(ROOT / "rules" / "regulations" / "02-2015-qd-ubnd.toml"),
        "law": f"bodies{HOSTILE}.toml",
        "dialect": f"dialect{HOSTILE}.toml",
    }


def said(installation: Installation, *arguments: str) -> str:
    _, out, err = installation.ended(arguments)
    return out + err


def test_no_command_is_left_out() -> None:
    assert set(TYPED) - {HOSTILE} == set(commands(main))


@pytest.mark.parametrize("name", TYPED, ids=[name.split("\x1b")[0] for name in TYPED])
def test_no_command_prints_what_does_something_to_a_terminal(
    installation: Installation, files: dict[str, str], name: str
) -> None:
    has_formats = name in (
        *("status", "list", "show", "remind", "reprocess", "calendar"),
        *("dialect try", "dialect show", "reconcile", "regulation try"),
    )
    for number, typed in enumerate(TYPED[name]):
        new = f"new{HOSTILE}-{name.replace(' ', '-')}-{number}"
        arguments = [each.format(**files, new=new) for each in typed]
        for form in FORMATS if has_formats else ("",):
            asked = [*name.split(" "), *arguments, *(["--format", form] if form else [])]
            printed = said(installation, *asked)
            assert printed.strip()
            assert not harmful(printed), (asked, ascii(printed))


def test_json_escapes_instead_of_losing(installation: Installation) -> None:
    rows = installation.rows("list", "--subject", SUBJECT)
    assert f"T{TURNED}" in {row["task_id"] for row in rows}
    flags = json.loads(installation.run("status", "--format", "json"))["flags"]
    assert any("\u202e" in name for name in flags)
