"""The house keeps its walls: imports go one way, and each library has one door."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from configparser import ConfigParser
from datetime import date
from pathlib import Path

import pytest
from dondoc.rules.judging.cases import Case

ROOT = Path(__file__).parents[2]

# What each part may import of the project; cli may import everything.
ALLOWED = {
    "rules": set(),
    "sample": {"rules"},
    "storage": {"rules"},
    "metrics": {"storage", "rules"},
    "reports": {"storage", "rules"},
    "connector": {"storage", "rules", "metrics.pipeline"},
    "mail": {
        *("storage", "rules", "reports.html"),
        *("connector.transport", "connector.database_outages"),
    },
    "commands": {"connector", "mail", "metrics", "reports", "storage", "rules", "sample"},
}
# The same for the rooms of a part; the part's own name stands for its modules in no room, and a
# module may be a room by itself.
ROOMS = {
    "rules": set(),
    "rules.reminding": {"rules"},
    "rules.judging": {"rules"},
    "rules.law": {"rules", "rules.judging", "rules.reminding"},
    "rules.explaining": {"rules", "rules.judging", "rules.law"},
    "rules.reading": {"rules", "rules.reminding", "rules.explaining"},
    "storage": {"storage.engines", "storage.tables", "storage.secrecy"},
    "storage.engines": set(),
    "storage.tables": {"storage.engines"},
    "storage.secrecy": {"storage", "storage.tables", "storage.engines"},
    "storage.moving": {
        "storage",
        "storage.tables",
        "storage.engines",
        "storage.secrecy",
        "storage.questions",
    },
    "storage.questions": {"storage", "storage.tables", "storage.engines"},
    "connector": {
        "connector.contract",
        "connector.contract.data",
        "connector.dialects",
        "connector.transport",
        "connector.secrecy",
    },
    "connector.contract": set(),
    "connector.contract.data": {"connector.contract"},
    "connector.dialects": {"connector.contract", "connector.contract.data"},
    "connector.dialects.edxml": {"connector.dialects", "connector.contract"},
    "connector.dialects.files": {
        "connector.dialects",
        "connector.dialects.edxml",
        "connector.contract",
    },
    "connector.transport": {"connector.contract"},
    "connector.moving": {"connector", "connector.contract", "connector.contract.data"},
    "reports": {"reports.html"},
    "reports.html": set(),
    "reports.making": {"reports"},
    "reports.site": {"reports", "reports.html", "reports.making"},
    "reports.formats": {"reports", "reports.html", "reports.docx"},
    "reports.decree30": set(),
    "reports.docx": {"reports.decree30"},
    "mail": {"mail.digest", "mail.composing"},
    "mail.digest": set(),
    "mail.composing": {"mail.digest"},
    "commands": {"commands.assembly", "commands.terminal"},
    "commands.assembly": set(),
    "commands.terminal": {"commands.assembly"},
    "commands.report": {"commands.assembly", "commands.terminal"},
    "commands.mail": {"commands.assembly", "commands.terminal"},
    "commands.dialect": {"commands.assembly", "commands.terminal"},
    "connector.secrecy": {"connector", "connector.contract", "connector.transport"},
}
PARTS_WITH_ROOMS = ("rules", "storage", "connector", "reports", "mail", "commands")
PARTS_INSIDE = tuple(f".{part}" for part in PARTS_WITH_ROOMS)
ONLY_IN = {
    "pika": "connector/transport/",
    "peewee": "storage/",
    "playhouse": "storage/",
    "psycopg": "storage/engines/postgres",
    "prometheus_client": "metrics/",
    "marshmallow": "connector/",
    "holidays": "rules/",
    "defusedxml": "connector/dialects/edxml/",
    "docx": "reports/docx/",
    "jinja2": "reports/html/",
    "lxml": "reports/decree30/",
    "openpyxl": "reports/formats/",
    "markupsafe": "reports/html/",
}
# Where the clock may be read: the service is handed one, everything else a date.
CLOCK = {"commands/assembly/clock.py"}
MOST_LINES = 300
# Of a function of the law.
MOST_LINES_OF_A_RULE = 45


def sources(part: str = ".") -> list[Path]:
    folders = ("commands", "connector", "mail", "rules", "storage", "metrics", "reports", "sample")
    if part != ".":
        return sorted((ROOT / part).rglob("*.py"))
    return sorted(ROOT.glob("*.py")) + [path for each in folders for path in sources(each)]


def imports(path: Path) -> Iterator[str]:
    """Absolute names of what a module imports; the project's own begin with a dot."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level:
            base = package[: len(package) - node.level + 1]
            names = [node.module] if node.module else [alias.name for alias in node.names]
            yield from ("." + ".".join((*base, name)) for name in names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("part", sorted(ALLOWED))
def test_imports_go_one_way(part: str) -> None:
    allowed = {part, *ALLOWED[part]}
    for path in sources(part):
        for name in imports(path):
            if name.startswith("."):
                inside = name[1:]
                assert any(inside == each or inside.startswith(f"{each}.") for each in allowed), (
                    f"{path.relative_to(ROOT)} imports {inside}"
                )
            assert not name.startswith("dondoc"), f"{path}: inside the package imports are relative"


def room(module: str) -> str:
    """The room that *module* stands in: the longest name in ROOMS that begins its own."""
    return max((each for each in ROOMS if f"{module}.".startswith(f"{each}.")), key=len)


def of_the_rooms() -> list[Path]:
    return [path for part in PARTS_WITH_ROOMS for path in sources(part)]


def test_every_room_has_its_place() -> None:
    folders = {path.parent.relative_to(ROOT) for path in of_the_rooms()}
    rooms = {".".join(folder.parts) for folder in folders} - {"storage.tables.migrations"}
    assert rooms == ROOMS.keys() - {"rules.law", "mail.digest"}


@pytest.mark.parametrize("path", of_the_rooms(), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_rooms_import_one_way(path: Path) -> None:
    own = room(module_name(path))
    for name in imports(path):
        if name.startswith(PARTS_INSIDE) and name[1:].split(".")[0] == own.split(".")[0]:
            other = room(name[1:])
            assert other == own or other in ROOMS[own], f"{own} imports {name[1:]}, of {other}"


def test_no_modules_import_each_other_in_a_circle() -> None:
    modules = {module_name(path): path for path in sources()}
    uses = {
        name: {found for each in imports(path) if (found := imported(each, modules)) != name}
        for name, path in modules.items()
    }
    while free := {name for name, used in uses.items() if not used & uses.keys()}:
        uses = {name: used for name, used in uses.items() if name not in free}
    assert not uses, f"among these is a circle: {sorted(uses)}"


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(name: str, modules: dict[str, Path]) -> str:
    """Which of *modules* an import of *name* is of: itself, or what it is taken from."""
    inside = name.removeprefix(".")
    return inside if inside in modules else inside.rpartition(".")[0]


@pytest.mark.parametrize("library", sorted(ONLY_IN))
def test_a_library_is_imported_by_one_part_only(library: str) -> None:
    users = {
        str(path.relative_to(ROOT))
        for path in sources()
        if any(name.split(".")[0] == library for name in imports(path))
    }
    assert users, f"nothing imports {library}"
    assert all(user.startswith(ONLY_IN[library]) for user in users), users


def test_rules_do_no_input_or_output_and_read_no_clock() -> None:
    forbidden = {"os", "pathlib", "io", "socket", "logging", "time", "sqlite3", "subprocess"}
    for path in sources("rules"):
        used = {name.split(".")[0] for name in imports(path)}
        assert not used & forbidden, f"{path.relative_to(ROOT)} imports {used & forbidden}"


def test_the_clock_is_read_only_where_commands_and_the_service_are_put_together() -> None:
    for path in sources():
        if str(path.relative_to(ROOT)) in CLOCK:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                reads = node.func.attr in ("now", "utcnow", "today")
                assert not reads, f"{path.relative_to(ROOT)}:{node.lineno} reads the clock"


def test_text_is_normalised_in_one_place_that_bounds_the_time() -> None:
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "unicodedata":
                names = {alias.name for alias in node.names}
            else:
                names = {node.attr} if isinstance(node, ast.Attribute) else set()
            if {"normalize", "ucd_3_2_0"} & names:
                assert path.name == "normalising.py", path.relative_to(ROOT)


def test_every_module_fits_in_the_head_and_opens_with_what_it_is_for() -> None:
    for path in [*sources(), *sources("benchmarks"), *sources("deploy")]:
        text = path.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= MOST_LINES, f"{path.relative_to(ROOT)} is too long"
        assert ast.get_docstring(ast.parse(text)), f"{path.relative_to(ROOT)} says not what it is"


def test_the_law_is_read_by_the_screen() -> None:
    for path in sources("rules"):
        where, text = str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and node.end_lineno is not None:
                lines = node.end_lineno - node.lineno + 1
                assert lines <= MOST_LINES_OF_A_RULE, f"{where}: {node.name} has {lines} lines"


def test_a_case_is_made_in_one_module_and_changed_in_none() -> None:
    for path in sources("rules/judging"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id != "Case" or path.name == "cases.py", path.name
    case = Case("", "", "", date(2026, 3, 2))
    for name in Case.__annotations__:
        with pytest.raises(AttributeError):
            setattr(case, name, None)


def test_every_package_is_installed() -> None:
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    folders = {path.parent.relative_to(ROOT) for path in sources()}
    packages = {".".join(("dondoc", *folder.parts)) for folder in folders}
    assert set(setup["options"]["packages"].split()) == packages
