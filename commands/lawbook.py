"""Looking into data files: regulations as tables, what differs, and whether a file can be used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from ..rules.explaining.regulation_tables import (
    assigning_rows,
    reading_rows,
    regulation_difference,
    regulation_rows,
    schedule_rows,
    transition_rows,
    undoing_rows,
)
from ..rules.regulation import Regulation
from .assembly.loading import load_directory, load_regulation, load_regulations
from .assembly.settings import Settings

LIST_COLUMNS = ("id", "in_force_from", "in_force_to", "rules", "title")


def list_regulations(settings: Settings) -> list[dict[str, Any]]:
    """The regulations that the settings name, in the order in which they were in force."""
    return [
        {
            "id": each.id,
            "in_force_from": each.in_force_from.isoformat(),
            "in_force_to": each.in_force_to.isoformat() if each.in_force_to else None,
            "rules": len(each.rules),
            "title": each.title,
        }
        for each in load_regulations(settings.tracking.regulations).all
    ]


def show_regulation(
    settings: Settings, file: Path | None, day: date, language: str, part: str
) -> list[dict[str, Any]]:
    """A part of *file*, or of the regulation in force on *day*, as rows.

    *part*: "rules"; "readings", the wordings with two of them; "schedules", the kinds of periods;
    "assigning", the documents that assign tasks; "transitions", the transitional clauses;
    "undoing", what takes a completion back.
    """
    regulation = _chosen(settings, file, day)
    rows: Mapping[str, Callable[[], Iterable[Any]]] = {
        "rules": lambda: regulation_rows(regulation),
        "readings": lambda: reading_rows(regulation, language),
        "schedules": lambda: schedule_rows(regulation),
        "assigning": lambda: assigning_rows(regulation),
        "transitions": lambda: transition_rows(regulation),
        "undoing": lambda: undoing_rows(regulation),
    }
    return [row._asdict() for row in rows[part]()]


def _chosen(settings: Settings, file: Path | None, day: date) -> Regulation:
    if file is not None:
        return load_regulation(file)
    regulations = load_regulations(settings.tracking.regulations)
    return regulations.on(day) or regulations.all[-1]


def differences(old: Path, new: Path) -> list[dict[str, Any]]:
    """What changes from the regulation in *old* to that in *new*, a row for each place."""
    return [
        row._asdict() for row in regulation_difference(load_regulation(old), load_regulation(new))
    ]


def check_regulations(files: Sequence[Path]) -> str:
    """Say what *files* hold together. Raises FileError where they cannot be used."""
    found = load_regulations(files)
    return "\n".join(
        f"{each.id}: in force from {each.in_force_from}"
        f"{f' to {each.in_force_to}' if each.in_force_to else ''}, {len(each.rules)} rules"
        for each in found.all
    )


def check_bodies(file: Path) -> str:
    """Say what the directory *file* holds. Raises FileError where it cannot be used."""
    directory = load_directory(file)
    bodies = list(directory or ())
    offices = [body.code for body in bodies if body.kind == "office"]
    return f"{file}: {len(bodies)} bodies, the Office is {', then '.join(offices) or 'nobody'}"
