"""Which file the settings stand in, wherever a command is run: the one that was named, that of the
current directory, or that of the machine."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from .environment import CONFIG

NAME = "dondoc.toml"
HERE = Path(NAME)
SYSTEM = Path("/etc/dondoc") / NAME
"""What every shell of the machine finds."""
SYSTEM_DATABASE = "sqlite:////var/lib/dondoc/dondoc.db"
"""The database of `SYSTEM` where that names none: nothing is made beside it in /etc."""


def settings_file(named: Path | None, environment: Mapping[str, str]) -> Path | None:
    """The file that --config *named*, that `DONDOC_CONFIG` names in *environment*, `HERE` or
    `SYSTEM`; the first that is said or there. None where there is none."""
    if named is not None:
        return named
    if said := environment.get(CONFIG, "").strip():
        return Path(said)
    found = next((file for file in (HERE, SYSTEM) if _may_be_there(file)), None)
    return SYSTEM if found == HERE and is_system(HERE) else found


def is_system(file: Path) -> bool:
    """Whether *file* is the machine's own, by whatever path."""
    with suppress(OSError):  # it is not there, or nobody may look
        return file.samefile(SYSTEM)
    return file == SYSTEM


def _may_be_there(file: Path) -> bool:
    """Whether *file* is there, or hidden from this account: reading it will say so then, where
    another database would be a surprise."""
    try:
        file.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True
