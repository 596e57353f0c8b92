"""Which file the settings stand in, wherever a command is run: the one that was named, that of the
current directory, or that of the machine."""

from __future__ import annotations

from collections.abc import Mapping
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
    return next((file for file in (HERE, SYSTEM) if _may_be_there(file)), None)


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
