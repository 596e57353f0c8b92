"""Reads the list of bodies that an office has as a table: a row for each, under a row of headings.

What the columns are called, and which kind a body is by its name, goes by how Vietnamese offices
write it; a guess is told. A list is taken whole or refused with the numbers of its rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..directory import KINDS, OFFICE
from ..file_faults import faults_of
from ..normalising import INVISIBLE, one_form
from ..places import FileError
from .body_words import called_ended, column_called, kind_by_name, kind_called, says_ended
from .directory import parse_directory

MOST_ROWS = 2000
_LONGEST_SHOWN = 60
_NAMED = re.compile(r"[^;,<>]*<([^<>]*)>")
_UNSEEN = {
    "code": "the code holds a character that nobody sees; write it again",
    "name": "the name holds a character that nobody sees; write it again",
    "head": "the head holds a character that nobody sees; write it again",
}
_HEADINGS_WITHIN = 20
"""Rows from the top, since titles stand above the headings."""

Cells = Sequence[Sequence[str]]
Table = dict[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class BodyList:
    """``bodies``: a `[[body]]` table of each; none where there are ``problems``, each of which
    names a row. ``guessed``: the codes whose kind was guessed from the name. ``ended``: those that
    by their name, or by a column that was left out, are there no more. ``left_out``: the headings
    of columns that say nothing of a directory's."""

    bodies: tuple[Table, ...]
    problems: tuple[FileError, ...]
    guessed: frozenset[str]
    ended: tuple[str, ...]
    left_out: tuple[str, ...]


def read_body_list(cells: Cells, where: str) -> BodyList:
    """The bodies that the rows of *cells* list; *where* names the file, and with it the row,
    counted from 1 at the top ("bodies.csv:7"). Raises FileError where it is no such list."""
    if len(cells) > MOST_ROWS:
        raise FileError(f"{where}: has more than {MOST_ROWS} rows; give the list of bodies alone")
    first, columns = _headings(cells, where)
    rows = {
        number: {key: _line(row[at]) for key, at in columns.items() if at < len(row)}
        for number, row in enumerate(cells[first:], first + 1)
        if any(each.strip() for each in row)
    }
    if not rows:
        raise FileError(f"{where}: has no row below its headings")
    bodies = {number: _table(row) for number, row in rows.items()}
    problems = tuple(_problems(rows, bodies, where))
    if not problems:
        parse_directory({"body": list(bodies.values())}, where)
    return BodyList(
        () if problems else tuple(bodies.values()),
        problems,
        frozenset(row.get("code", "") for row in rows.values() if not row.get("kind")),
        tuple(
            row.get("code", "")
            for number, row in rows.items()
            if called_ended(row.get("name", "")) or _ended(cells[first - 1], cells[number - 1])
        ),
        tuple(
            _shown(each)
            for at, each in enumerate(cells[first - 1])
            if at not in columns.values() and each.strip()
        ),
    )


def _ended(headings: Sequence[str], row: Sequence[str]) -> bool:
    """Whether *row* has anything under one of *headings* that says the body is there no more."""
    pairs = zip(headings, row, strict=False)
    return any(says_ended(heading) and cell.strip() for heading, cell in pairs)


def known_headings(cells: Cells) -> int:
    """How many headings the row of *cells* has that has the most of those that are known."""
    top = cells[:_HEADINGS_WITHIN]
    return max((sum(column_called(each) is not None for each in row) for row in top), default=0)


def _headings(cells: Cells, where: str) -> tuple[int, dict[str, int]]:
    """The number of the row of headings, and the columns by what they say."""
    for number, row in enumerate(cells[:_HEADINGS_WITHIN], 1):
        said = [(column_called(heading), at) for at, heading in enumerate(row)]
        columns = {key: at for key, at in reversed(said) if key is not None}
        if not {"code", "name"} <= columns.keys():
            continue
        for key, at in said:
            if key is not None and columns[key] != at:
                raise FileError(
                    f"{where}:{number}: the column {_shown(row[at])} says what another says too;"
                    " leave one of them out"
                )
        return number, columns
    raise FileError(
        f"{where}: no row of headings has the code and the name of bodies (the row that comes"
        f" nearest has {_nearest(cells)}); call the columns"
        ' "Mã" and "Tên cơ quan", or "code" and "name"'
    )


def _nearest(cells: Cells) -> str:
    """What stands in the row that is most like one of headings, quoted."""

    def like(row: Sequence[str]) -> tuple[int, int]:
        return known_headings([row]), sum(bool(each.strip()) for each in row)

    row = max(cells[:_HEADINGS_WITHIN], key=like, default=())
    return ", ".join(_shown(each) for each in row if each.strip()) or "—"


def _table(row: Mapping[str, str]) -> Table:
    """The `[[body]]` table that *row* comes to, whatever is wrong in it."""
    name, kind = row.get("name", ""), row.get("kind", "")
    table: Table = {
        "code": row.get("code", ""),
        "name": name,
        "kind": (kind_called(kind) or kind) if kind else kind_by_name(name),
    }
    if head := row.get("head"):
        table["head"] = head
    # Of what a mail program copies, `Name <address>`, the address alone is wanted.
    if addresses := re.findall(r"[^;,\s]+", _NAMED.sub(r" \1 ", row.get("email", ""))):
        table["email"] = addresses[0] if len(addresses) == 1 else addresses
    return table


def _problems(
    rows: Mapping[int, Mapping[str, str]], bodies: Mapping[int, Table], where: str
) -> Iterator[FileError]:
    """What is wrong with each of *rows*, whose tables are *bodies*."""
    codes: dict[str, int] = {}
    office: int | None = None
    for number, body in bodies.items():
        place = f"{where}:{number}"
        problem = _problem(rows[number], body)
        earlier = codes.setdefault(str(body["code"]).replace(" ", "").casefold(), number)
        if problem is not None:
            yield FileError(f"{place}: {problem}")
        elif earlier != number:
            yield FileError(f"{place}: has the code of row {earlier}; a body stands in one row")
        elif body["kind"] == OFFICE and office is not None:
            yield FileError(
                f"{place}: is the Office, as row {office} is; say in a column of kinds which it is"
            )
        elif body["kind"] == OFFICE:
            office = number


def _problem(row: Mapping[str, str], body: Table) -> str | None:
    """What is wrong with *body* alone, which *row* came to."""
    if not body["code"]:
        return "has no code"
    if not body["name"]:
        return "has no name"
    for key, problem in _UNSEEN.items():
        text = str(body.get(key, ""))
        if not text.isprintable() or INVISIBLE.search(text):
            return problem
    if body["kind"] not in KINDS:
        return (
            f"the kind {_shown(row['kind'])} is not known: write office, department, commune or"
            " other"
        )
    try:
        parse_directory({"body": [body]}, "")
    except FileError as error:
        first = str(faults_of(error)[0])
        return "".join(each if each.isprintable() else "?" for each in first)
    return None


def _line(cell: str) -> str:
    """*cell* on one line and in one form, as a directory's texts are read."""
    return one_form(" ".join(cell.split()))


def _shown(text: str) -> str:
    """*text* as a message quotes it."""
    line = _line(text)
    return repr(line if len(line) <= _LONGEST_SHOWN else f"{line[:_LONGEST_SHOWN]}…")
