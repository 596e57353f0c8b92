"""docs/extending.md: each recipe, followed in a copy of the package, gives what it promises.

A recipe touches the places that it names, all of them and no other; and what is then there works
by the package's own tests, run in the copy.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from support.pages import code, table

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "extending.md"
MOST_PLACES = 4
# What is compiled stays with what it was compiled from, or each run compiles all of it again.
LEFT_OUT = shutil.ignore_patterns(".*", "*.egg-info", "build", "pictures")


@dataclass
class Copy:
    """A copy of the package in *root*, and the files of it that were changed."""

    root: Path
    touched: set[str] = field(default_factory=set)

    def add(self, path: str, text: str) -> None:
        """Write a file that is not there."""
        assert not (self.root / path).exists(), path
        (self.root / path).write_text(text, encoding="utf-8")
        self.touched.add(path)

    def change(self, path: str, old: str, new: str) -> None:
        """Put *new* in the one place where the file has *old*."""
        text = (self.root / path).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{path} has {old!r} {text.count(old)} times"
        (self.root / path).write_text(text.replace(old, new), encoding="utf-8")
        self.touched.add(path)

    def put(self, path: str, text: str, *, before: str) -> None:
        """Write *text* before the one place where the file has *before*."""
        self.change(path, before, text + before)

    def run(self, *arguments: str) -> str:
        """What Python says when it is run with *arguments* in the copy, which must go well."""
        done = subprocess.run(
            [sys.executable, "-P", *arguments],
            cwd=self.root,
            env={**os.environ, "PYTHONPATH": str(self.root.parent)},
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        return done.stdout

    def dondoc(self, *arguments: str) -> str:
        """What the command prints."""
        return self.run("-c", "from dondoc.cli import main; main()", *arguments)

    def passes(self, *files: str, named: str = "") -> None:
        """Run the tests in *files* of the copy whose names meet *named*; empty: all of them."""
        wanted = ("-k", named) if named else ()
        paths = [f"tests/{each}" for each in files]
        self.run("-m", "pytest", "-q", "-p", "no:cacheprovider", *paths, *wanted)


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    root = tmp_path / "dondoc"
    shutil.copytree(ROOT, root, ignore=LEFT_OUT)
    return Copy(root)


def event_type(copy: Copy) -> None:
    """HSCV tells that an inspection is closed."""
    copy.put(
        "rules/event_types.py",
        '    "inspection.closed": {"closed_on": _HAPPENED_ON, "note": _TEXT},\n',
        before="    # May come in parts, so no body need be named.\n",
    )
    for language, words in (("en", "inspection closed"), ("vi", "đóng hồ sơ cuộc kiểm tra")):
        said = {"en": "inspection ended", "vi": "kết thúc kiểm tra"}[language]
        copy.put(
            f"rules/texts/{language}.toml", f'closed = "{words}"\n', before=f'ended = "{said}"\n'
        )
    page = "docs/asyncapi.yaml"
    named = "inspectionEnded: {$ref: '#/components/messages/inspectionEnded'}"
    copy.put(page, f"{named.replace('Ended', 'Closed')}\n      ", before=named)
    listed = "- {$ref: '#/components/schemas/InspectionEnded'}"
    copy.put(page, f"{listed.replace('Ended', 'Closed')}\n          ", before=listed)
    text = (copy.root / page).read_text("utf-8")
    message = re.search(r"    inspectionEnded:\n(?: {6}.*\n)+", text)
    assert message
    same = message[0].replace("Ended", "Closed").replace(".ended", ".closed")
    copy.put(page, same, before="    inspectionEnded:\n")
    copy.put(
        page,
        "    InspectionClosed:\n"
        "      type: object\n"
        "      required: [closed_on]\n"
        "      properties:\n"
        "        closed_on: {$ref: '#/components/schemas/PastDate'}\n"
        "        note: {$ref: '#/components/schemas/TextOrNumber'}\n",
        before="    InspectionEnded:\n",
    )
    copy.put(
        "sample/oversight.py",
        '    closed_on = {"closed_on": iso(ended.date())}\n'
        '    facts.append(Fact(ended + timedelta(minutes=9), "inspection.closed", subject,'
        " closed_on))\n",
        before="    facts += _reports(district, subject, inspected, ended.date())\n",
    )
    copy.passes(
        "unit/test_facts.py",
        "unit/test_contract.py",
        "unit/test_asyncapi.py",
        "unit/test_quotes.py",
        "unit/test_sample.py",
        named="closed or every_type or the_table",
    )
    told = "[each for each in generate() if each.routing_key == 'inspection.closed']"
    assert (
        int(copy.run("-c", f"from dondoc.sample.generator import generate; print(len({told}))")) > 0
    )


def rule(copy: Copy) -> None:
    """The Office notes a feedback within two working days."""
    copy.put(
        "rules/regulations/02-2015-qd-ubnd.toml",
        "[[rule]]\n"
        'id = "feedback_noted"\n'
        'cite = "Điều 20.3"\n'
        'title = "Ghi nhận thông tin phản hồi"\n'
        'texts.en.duty = "note feedback"\n'
        'texts.vi.duty = "ghi nhận thông tin phản hồi"\n'
        'per = "event"\n'
        'owes = "office"\n'
        'opens = { events = ["feedback.received"], once_for = ["subject"] }\n'
        'target = { kind = "working_days", days = 2 }\n'
        'due = { kind = "working_days", days = 2 }\n'
        "fulfilled = [\n"
        '  { event = "feedback.direction_issued", where = { copied_to_source = [false] } },\n]\n\n',
        before='[[rule]]\nid = "feedback_copy"\n',
    )
    row = "| 20.3 | tell the Office where departments fail them | "
    copy.change("docs/regulation.md", row, f"{row}`feedback_noted`, ")
    cases = "tests/legal/dieu-20.toml"
    article = re.search(r"article = .+\n", (copy.root / cases).read_text("utf-8"))
    assert article
    copy.change(cases, article[0], f"{article[0]}{CASE}")
    copy.dondoc("regulation", "check", "rules/regulations/02-2015-qd-ubnd.toml")
    copy.passes("legal/test_legal_cases.py", "legal/test_coverage.py", named="noted")


CASE = """
[[case]]
name = "feedback is noted within two working days"
cite = "Điều 20.3"
reasoning = "Told on Monday 2/3, a direction issued on Wednesday 4/3, the second working day."
rules = ["feedback_noted"]
as_of = [2026-03-03, 2026-03-04]
event = [
  { type = "feedback.received", time = 2026-03-02 },
  { type = "feedback.direction_issued", time = 2026-03-04, copied_to_source = false },
]

[[case.expect]]
rule = "feedback_noted"
body = "VP"
opened = 2026-03-02
target = 2026-03-04
due = 2026-03-04
state = ["open", "met"]
met = 2026-03-04
"""


def metric(copy: Copy) -> None:
    """How many streams there are."""
    figures = "storage/questions/figures.py"
    copy.put(figures, "    streams: int = 0\n", before="\n\nclass Fulfilled(NamedTuple):\n")
    copy.put(
        figures,
        '    ((found.streams,),) = tx.rows("SELECT COUNT(*) FROM stream")\n',
        before="    _drop_zeros(found.overdue_breaches)\n    return found\n",
    )
    copy.put(
        "metrics/compliance.py",
        '        yield single("dondoc_streams", "Subjects that are known.", found.streams)\n',
        before="        incomplete: Counter[Key] = Counter()\n",
    )
    copy.put(
        "docs/metrics.md",
        "| `dondoc_streams` | | subjects that are known |\n",
        before="| `dondoc_rejections` | |",
    )
    tests = "tests/unit/test_metrics_compliance.py"
    copy.put(tests, '    "dondoc_streams": set(),\n', before='    "dondoc_rejections": set(),\n')
    copy.passes("unit/test_metrics_compliance.py")
    counted = (
        "from datetime import date; from dondoc.storage.database import open_store;"
        "from dondoc.storage.questions.figures import figures; from support.stories import law;"
        "s = open_store('sqlite:///x.db'); s.migrate(date(2026, 1, 1));"
        "print(s.read(lambda tx: figures(tx, law(), date(2026, 3, 2))).streams)"
    )
    assert copy.run("-c", f"import sys; sys.path.insert(0, 'tests'); {counted}") == "0\n"


def command(copy: Copy) -> None:
    """A command that says how many bodies there are."""
    copy.add(
        "commands/count.py",
        '"""`dondoc count`: how many bodies there are."""\n\n'
        "import click\n\n"
        "from .terminal.documented import Command\n"
        "from .terminal.options import Context, in_context\n"
        "from .terminal.presentation import say\n"
        "from .terminal.words import words\n\n\n"
        '@click.command("count", cls=Command)\n'
        "@in_context\n"
        "def command(context: Context) -> None:\n"
        '    """How many bodies there are."""\n'
        '    say(words().say("count.told", number=3))\n',
    )
    said = {
        "en": ("{number} bodies", "Say how many bodies there are."),
        "vi": ("{number} cơ quan", "Cho biết có bao nhiêu cơ quan."),
    }
    for language, (text, line) in said.items():
        own = f'[count]\ntold = "{text}"\n\n'
        help_ = f'[count.help]\nexamples = "dondoc count"\nline = "{line}"\n\n'
        path = f"commands/texts/{language}.toml"
        copy.put(path, own + help_, before="[days]\n")
    listed = '"law": ("regulation", "bodies",'
    copy.change("cli.py", listed, f'{listed} "count",')
    again = "import runpy; runpy.run_path('tests/cli_page.py', run_name='__main__')"
    copy.run("-c", f"import sys; sys.path.insert(0, 'tests'); {again}")
    copy.touched.add("docs/cli.md")
    assert copy.dondoc("count", "--lang", "en") == "3 bodies\n"
    assert copy.dondoc("count", "--lang", "vi") == "3 cơ quan\n"
    assert "Say how many bodies" in copy.dondoc("--help", "--lang", "en")
    tests = ("unit/test_commands.py", "unit/test_help.py", "unit/test_words.py")
    copy.passes(*tests, named="count or every_text or the_page or heading or alphabet")


def column(copy: Copy) -> None:
    """A record of a refused message says how it came."""
    copy.put(
        "storage/tables/models.py",
        "    way = TextField(null=True)\n",
        before='\n    class Meta:\n        table_name = "rejection"\n',
    )
    numbers = [path.name[:4] for path in (ROOT / "storage/tables/migrations").glob("0*.py")]
    copy.add(
        f"storage/tables/migrations/{int(max(numbers)) + 1:04}_ways.py",
        '"""How a refused message came; unknown of older ones."""\n\n'
        "from typing import Any\n\n"
        "from peewee import Database\n\n\n"
        "def up(_migrator: Any, db: Database) -> None:\n"
        '    """Add the column."""\n'
        '    db.execute_sql("ALTER TABLE rejection ADD COLUMN way TEXT")\n',
    )
    writer = "storage/rejections.py"
    said = 'columns = ("reason", "event_id", "size", "sha256", "received_at")'
    copy.change(writer, said, said.replace('"received_at"', '"received_at", "way"'))
    given = "                received,\n"
    copy.change(writer, given, f'{given}                "queue",\n')
    copy.put("docs/storage.md", "how it came; ", before="tries of a message that took")
    copy.passes(
        "integration/test_storage_schema.py",
        "integration/test_storage_rejections.py",
        named="sqlite and not at_once",
    )


RECIPES: dict[str, Callable[[Copy], None]] = {
    "An event type": event_type,
    "A rule": rule,
    "A metric": metric,
    "A command": command,
    "A table column": column,
}


def places(recipe: str) -> list[str]:
    """The places that the page names for *recipe*."""
    return [code(row[0])[0] for row in table(PAGE, f"## {recipe}")]


def test_the_page_has_these_recipes_and_no_other() -> None:
    assert re.findall(r"^## (.+)$", PAGE.read_text("utf-8"), re.M) == list(RECIPES)


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_names_at_most_four_places(recipe: str) -> None:
    assert 2 <= len(places(recipe)) <= MOST_PLACES
    for place in places(recipe):
        assert (ROOT / place).exists(), place
        assert (ROOT / place).is_dir() == place.endswith("/"), place


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_works_and_touches_the_places_it_names(recipe: str, copy: Copy) -> None:
    RECIPES[recipe](copy)
    named = places(recipe)
    for path in copy.touched:
        assert any(path.startswith(place) for place in named), f"{path} is not named"
    for place in named:
        inner = [each for each in named if each != place and each.startswith(place)]
        own = {path for path in copy.touched if path.startswith(place)}
        own -= {path for path in own if any(path.startswith(each) for each in inner)}
        assert own, f"{place} is named and was not touched"
