"""`python -m tests.pictures.terminal`: draws what commands print into docs/pictures anew, as SVG.

The text is the commands' own, at 80 columns, on the sample's database with a morning's reminders;
nothing but the frame is drawn. It needs neither broker nor browser; for the move, PostgreSQL.
"""

from __future__ import annotations

import re
import shlex
import sys
import tempfile
from html import escape
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(_ROOT / "tests"), str(_ROOT / "deploy")]

from click.testing import CliRunner  # noqa: E402 - found only by the path above
from dondoc.cli import main  # noqa: E402
from support.postgres import new_cluster  # noqa: E402
from support.reminded import remind  # noqa: E402

PICTURES = _ROOT / "docs" / "pictures"
COLUMNS = 80
LINE, CHARACTER, MARGIN = 19, 8.43, 16
TYPED = ' class="typed"'
STYLE = """<style>
text{font:14px 'Liberation Mono','Noto Sans Mono',monospace;fill:#e6e6e6;white-space:pre}
.typed{fill:#8fd18f}
.bold{font-weight:bold}.dim{fill:#9aa0a6}.red{fill:#ff7b72}.yellow{fill:#e3b341}
</style>"""
_SEEN = ("--as-of", "31/3/2026", "--lang", "vi")
_ON_TERMINAL = frozenset({"list", "status", "show"})
"""Commands that a person sees otherwise than a file."""
_STYLED = re.compile(r"\x1b\[([0-9;]*)m")
_CLASSES = {"1": "bold", "2": "dim", "31": "red", "33": "yellow"}
MOVED = (
    "dondoc --lang vi export --all --output all.jsonl.gz",
    "dondoc --lang vi --database postgresql:///dondoc replay all.jsonl.gz",
)
"""What is typed in the picture of a move, which needs a PostgreSQL of its own."""
DRAWN = {
    "reminders": (
        ("reminders", "--body", "VP", "--to", "31/3/2026", "--limit", "6", "--lang", "vi"),
        ("reminders", "351", "--lang", "vi"),
    ),
    "lists": (
        ("list", "--body", "vhtt", "--overdue", *_SEEN, "--limit", "6"),
        ("status", *_SEEN, "--limit", "6"),
    ),
    "answers": (("show", "136/UBND-TTr", *_SEEN),),
}
"""The commands of each picture."""
MOST_LINES = 44
"""Lines of one command that a picture has."""


def draw(printed: list[tuple[str, str]]) -> str:
    """The SVG of a terminal in which commands were typed, each with what it *printed*."""
    lines: list[tuple[str, bool]] = []
    for typed, text in printed:
        lines.append((f"$ {typed}", True))
        told = text.rstrip("\n").split("\n")
        lines += [(line, False) for line in told[:MOST_LINES]]
        lines += [("…", False)] if len(told) > MOST_LINES else []
        lines.append(("", False))
    lines.pop()
    width, height = COLUMNS * CHARACTER + 2 * MARGIN, len(lines) * LINE + 2 * MARGIN
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}"'
        f' width="{width:.0f}" height="{height}" role="img">'
    )
    frame = f'<rect width="{width:.0f}" height="{height}" rx="8" fill="#1d2127"/>'
    rows = [
        f'<text x="{MARGIN}" y="{MARGIN + number * LINE + 14}"{TYPED if typed else ""}>'
        f"{_spans(line)}</text>"
        for number, (line, typed) in enumerate(lines)
        if line
    ]
    return "\n".join((head, STYLE, frame, *rows, "</svg>\n"))


def _spans(line: str) -> str:
    """*line* with its colours."""
    first, *rest = _STYLED.split(line)
    parts, classes = [escape(first)], list[str]()
    for code, text in zip(rest[::2], rest[1::2], strict=True):
        classes = [] if code == "0" else [*classes, _CLASSES.get(code, "bold")]
        shown = escape(text)
        named = f'<tspan class="{" ".join(classes)}">{shown}</tspan>'
        parts.append(named if classes and text else shown)
    return "".join(parts)


def _printed(folder: Path, arguments: tuple[str, ...]) -> tuple[str, str]:
    environment = {"COLUMNS": str(COLUMNS)}
    settings = ("--config", str(folder / "dondoc.toml"))
    coloured = ("--color", "always") if arguments[0] in _ON_TERMINAL else ()
    runner = CliRunner(env=environment)
    done = runner.invoke(main, [*settings, *arguments, *coloured], color=True)
    if done.exit_code:
        sys.exit(done.output)
    return shlex.join(("dondoc", *arguments)), done.output


def _moved(folder: Path) -> str:
    """The picture of a move of the sample to PostgreSQL."""
    cluster = new_cluster()
    cluster.start()
    try:
        file, there = str(folder / "all.jsonl.gz"), ("--database", cluster.create_database())
        _, sent = _printed(folder, ("--lang", "vi", "export", "--all", "--output", file))
        _, came = _printed(folder, (*there, "--lang", "vi", "replay", file))
    finally:
        cluster.stop()
    texts = [text.replace(f"{folder}/", "") for text in (sent, came)]
    folded = ["\n".join(fold(line) for line in text.splitlines()) for text in texts]
    return draw(list(zip(MOVED, folded, strict=True)))


def fold(line: str) -> str:
    """*line* as a terminal breaks it."""
    return "\n".join(line[at : at + COLUMNS] for at in range(0, max(len(line), 1), COLUMNS))


def _prepare(folder: Path) -> None:
    """The sample's database, with a morning's reminders, of which the broker had 500."""
    folder.joinpath("dondoc.toml").write_text(
        f'[database]\nurl = "sqlite:///{folder}/dondoc.db"\n'
        '[tracking]\nsince = 2026-01-01\nbodies = "sample"\n',
        "utf-8",
    )
    _printed(folder, ("replay", "--sample"))
    remind(folder)


def _main() -> None:
    with tempfile.TemporaryDirectory(prefix="dondoc-pictures-") as name:
        folder = Path(name)
        _prepare(folder)
        for picture, commands in DRAWN.items():
            svg = draw([_printed(folder, each) for each in commands])
            PICTURES.joinpath(f"{picture}.svg").write_text(svg, "utf-8")
            print(f"{picture}.svg")
        PICTURES.joinpath("moving.svg").write_text(_moved(folder), "utf-8")
        print("moving.svg")


if __name__ == "__main__":
    _main()
