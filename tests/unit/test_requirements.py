"""What deploy/install.sh installs by hash is what the package asks for, as it was tested."""

from __future__ import annotations

import re
import tomllib
from configparser import ConfigParser
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
INSTALLED, BUILDING = ROOT / "deploy/requirements.txt", ROOT / "deploy/requirements-build.txt"
EXTRAS = ("postgres", "reports", "mail")
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)(.*)$", re.MULTILINE)


def pins(file: Path) -> dict[str, str]:
    """The version of each package that *file* names."""
    found = _PIN.findall(file.read_text("utf-8"))
    return {canonicalize_name(name): version for name, version, _ in found}


def asked_for() -> set[str]:
    """Every package that the extras of the installation bring."""
    settings = ConfigParser(interpolation=None)
    settings.read(ROOT / "setup.cfg", "utf-8")
    told = [settings["options"]["install_requires"]]
    told += [settings["options.extras_require"][extra] for extra in EXTRAS]
    wanted = [Requirement(line) for part in told for line in part.split("\n") if line.strip()]
    found: set[str] = set()
    while wanted:
        each = wanted.pop()
        name = canonicalize_name(each.name)
        if name not in found:
            found.add(name)
            further = map(Requirement, distribution(name).requires or ())
            wanted += [one for one in further if _holds(one, each.extras)]
    return found


def _holds(requirement: Requirement, extras: set[str]) -> bool:
    """Whether it is needed on Linux by what is asked for with *extras*."""
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": one}) for one in ("", *extras))


def test_an_installation_gets_all_that_the_package_asks_for_and_nothing_else() -> None:
    assert set(pins(INSTALLED)) == asked_for()


def test_a_wheel_is_built_with_all_that_the_package_asks_for_and_nothing_else() -> None:
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["build-system"]["requires"]
    assert set(pins(BUILDING)) == {canonicalize_name(Requirement(each).name) for each in asked}


@pytest.mark.parametrize("file", [INSTALLED, BUILDING], ids=lambda file: file.name)
def test_what_is_installed_by_hash_has_the_versions_that_are_tested(file: Path) -> None:
    tested = pins(ROOT / "constraints.txt")
    assert pins(file).items() <= tested.items()


@pytest.mark.parametrize("file", [INSTALLED, BUILDING], ids=lambda file: file.name)
def test_every_pin_has_hashes_and_no_line_names_a_place(file: Path) -> None:
    text = file.read_text("utf-8")
    blocks = re.split(r"\n(?=[a-z])", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).strip())
    assert all("--hash=sha256:" in block for block in blocks)
    assert not re.search(r"https?:|--index|--find-links", text)
