"""The documentation as tests read it: fenced blocks, commands in them, tables, links, headings.

How a page is written so that it can be tested:

- A line of a `sh` block that begins with `dondoc` is a command, and so is a line of a `console`
  block that begins with `$ dondoc`; what follows it there is its output. `…` alone stands for
  any lines that are left out, `…` at an end of a line for the rest of it.
- A command exits 0, unless its comment says `exits 3`, or `mã kết thúc 3` in Vietnamese.
- What other programs are told in a `sh` or `console` block is run by a test or is not, and the
  line before the block says which: `<!-- run by tests/PATH.py -->`, `<!-- not run: REASON -->`.
- Words in capitals stand for something of the reader's: OBLIGATION, SUBJECT. Files have the
  names that `FILES` in the test gives them; /etc/dondoc is the folder of the installation.
"""

from __future__ import annotations

import re
import shlex
import textwrap
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FIRST, FIRST_IN_VIETNAMESE = ROOT / "README.md", ROOT / "README.vi.md"
OPERATIONS = ROOT / "docs" / "operations.md"
IN_VIETNAMESE = (FIRST_IN_VIETNAMESE, *sorted(ROOT.glob("docs/vi/*.md")))
CHANGELOG = ROOT / "CHANGELOG.md"
PAGES = (*sorted([FIRST, CHANGELOG, *ROOT.glob("docs/*.md")]), *IN_VIETNAMESE)

_FENCE = re.compile(
    r"^(?P<indent> *)(?P<fence>`{3,})(?P<language>[a-z]*)\n(?P<text>.*?)^(?P=indent)(?P=fence)$",
    re.MULTILINE | re.DOTALL,
)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_MARK = re.compile(r"<!--\s+(?P<how>run by|not run:)\s+(?P<what>[^>]+?)\s+-->\s*\Z")
_EXITS = re.compile(r"\b(?:exits|mã kết thúc) (\d)\b")


@dataclass(frozen=True)
class Fence:
    """A fenced block; ``line`` is its first line in the page."""

    page: Path
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}"


@dataclass(frozen=True)
class Command:
    """A command line: its words after `dondoc`, the exit code it should have, and the output
    that the page shows, None where it shows none."""

    words: tuple[str, ...]
    code: int
    output: tuple[str, ...] | None


def fences(page: Path) -> list[Fence]:
    """The fenced blocks of *page*."""
    text = page.read_text(encoding="utf-8")
    return [
        Fence(
            page,
            text.count("\n", 0, found.start()) + 2,
            found["language"],
            textwrap.dedent(found["text"]),
        )
        for found in _FENCE.finditer(text)
    ]


def commands(fence: Fence) -> list[Command]:
    """The commands of a `sh` or `console` block."""
    if fence.language == "sh":
        joined = fence.text.replace("\\\n", " ")
        return [_command(line, None) for line in joined.splitlines() if line.startswith("dondoc ")]
    if fence.language != "console":
        return []
    found: list[Command] = []
    shown: list[str] = []
    for line in reversed(fence.text.splitlines()):
        if not line.startswith("$ "):
            shown.insert(0, line)
            continue
        if line.startswith("$ dondoc "):
            found.insert(0, _command(line[2:], tuple(shown) if any(shown) else None))
        shown = []
    return found


def of_others(fence: Fence) -> list[str]:
    """The lines of a `sh` or `console` block that are told to other programs than dondoc."""
    lines = fence.text.replace("\\\n", " ").splitlines()
    if fence.language == "console":
        lines = [line[2:] for line in lines if line.startswith("$ ")]
    elif fence.language != "sh":
        return []
    told = [re.sub(r"\s+#.*", "", line).strip() for line in lines]
    return [line for line in told if line and not line.startswith(("dondoc ", "#"))]


def mark(fence: Fence) -> tuple[str, str] | None:
    """What the comment before a block says: ("run by", the test) or ("not run:", the reason)."""
    above = fence.page.read_text(encoding="utf-8").splitlines()[: fence.line - 2]
    found = _MARK.search("\n".join(above))
    return (found["how"], " ".join(found["what"].split())) if found else None


def _command(line: str, output: tuple[str, ...] | None) -> Command:
    said = _EXITS.search(line.partition(" #")[2])
    return Command(tuple(shlex.split(line, comments=True)[1:]), int(said[1]) if said else 0, output)


def differs(shown: tuple[str, ...], real: str) -> str | None:
    """The first line of *shown* that *real* output does not have in its place; None if all."""
    lines = iter([line.rstrip() for line in real.rstrip("\n").splitlines()])
    skip = False
    for wanted in shown:
        if wanted == "…":
            skip = True
            continue
        for line in lines:
            if _matches(wanted, line):
                break
            if not skip:
                return wanted
        else:
            return wanted
        skip = False
    return None if skip or next(lines, None) is None else "(the output goes on)"


def _matches(wanted: str, line: str) -> bool:
    if wanted.startswith("…"):
        return line.endswith(wanted.removeprefix("…").strip())
    if wanted.endswith("…"):
        return line.startswith(wanted[:-1].rstrip())
    return line == wanted.rstrip()


def prose(page: Path) -> str:
    """The text of *page* without its fenced blocks."""
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def links(page: Path) -> Iterator[str]:
    """The targets of the links and pictures of *page*, those outside of the project left out."""
    for target in _LINK.findall(prose(page)):
        if not re.match(r"[a-z]+:", target):
            yield target


def anchors(page: Path) -> set[str]:
    """The anchors of the headings of *page*, as forges make them."""
    found: set[str] = set()
    for heading in re.findall(r"^#{1,6} +(.+?) *$", prose(page), re.M):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        kept = "".join(letter for letter in plain if _stays(letter)).replace(" ", "-")
        number = sum(1 for other in found if re.fullmatch(rf"{re.escape(kept)}(-\d+)?", other))
        found.add(f"{kept}-{number}" if number else kept)
    return found


def _stays(letter: str) -> bool:
    return letter in " -_" or unicodedata.category(letter)[0] in "LNM"


def table(page: Path, heading: str) -> list[tuple[str, ...]]:
    """The rows of the first table under *heading* of *page*, without its own heading."""
    _, _, rest = page.read_text(encoding="utf-8").partition(f"\n{heading}\n")
    rows = re.search(r"(?:^\|.*\|\n)+", rest, re.M)
    if rows is None:
        raise AssertionError(f"{page.name} has no table under {heading!r}")
    cells = [
        tuple(cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1])
        for line in rows[0].splitlines()
    ]
    return cells[2:]


def code(cell: str) -> list[str]:
    """The spans of code in a *cell* or a text."""
    return re.findall(r"`([^`\n]+)`", cell)


def settings_table() -> list[tuple[str, str, str | None]]:
    """Key ("broker.names.dead"), variable and default of each setting on the page."""
    rows = []
    for key, variable, default, _ in table(OPERATIONS, "## Settings"):
        section, name = re.fullmatch(r"`\[(.+)\] (.+)`", key).groups()  # type: ignore[union-attr]
        rows.append((f"{section}.{name}", code(variable)[0], next(iter(code(default)), None)))
    return rows
