"""Makes a release of the checkout's last commit: `python deploy/release.py`, docs/releasing.md.

What is written, into a folder that is empty or not there:

    dondoc-X.tar.gz, dondoc-X-py3-none-any.whl   the same bytes whoever makes them of the commit
    dondoc-X.cdx.json                            what is installed with it: CycloneDX, validated
    dondoc-X.md                                  the version's section of CHANGELOG.md
    SHA256SUMS                                   of all these, for `sha256sum --check`

The wheel is built of the sdist, by the packages of the extra `release` in the versions of
constraints.txt. What is installed with the wheel is found by doing it, as deploy/install.sh does,
in an environment that is thrown away.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from configparser import ConfigParser
from importlib.metadata import PackageNotFoundError, PathDistribution, version
from pathlib import Path
from zipfile import Path as PathInZip

ROOT = Path(__file__).resolve().parents[1]
INSTALLED = ROOT / "deploy" / "requirements.txt"
"""What the installer installs beside the wheel, each file by its hash."""
CONSTRAINTS = ROOT / "constraints.txt"
BUILT_BY = ("build", "setuptools", "setuptools-reproducible", "cyclonedx-bom")
"""The packages whose versions are seen in what is built."""
INSTALLED_WITH = "postgres,reports,mail"
"""The extras whose packages the installer brings, and the bill of materials lists."""
UMASK = 0o022


class NotReleasable(Exception):
    """The commit cannot be released; the text says why, and what to mend."""


def main() -> int:
    """Write the release's files; 1 where the commit cannot be released."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--output", type=Path, default=ROOT / "dist", help="the folder [dist]")
    folder: Path = parser.parse_args().output
    try:
        refuse_what_is_not_committed()
        refuse_other_tools()
        refuse_what_is_in_the_way(folder)
        number = version_of(ROOT / "setup.cfg")
        notes = notes_of(number, (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
        with tempfile.TemporaryDirectory(prefix="dondoc-release-") as made:
            release(number, notes, Path(made), folder)
    except NotReleasable as refused:
        print(f"release: {refused}", file=sys.stderr)
        return 1
    return 0


def release(number: str, notes: str, made: Path, folder: Path) -> None:
    """Make the files of version *number* in *made*, then put them into *folder*."""
    epoch = output("git", "log", "-1", "--format=%ct").strip()
    source, built = made / "source", made / "built"
    for each in (source, built):
        each.mkdir()
    archive = made / "source.tar"
    run("git", "-c", f"tar.umask={UMASK:04o}", "archive", f"--output={archive}", "HEAD")
    shutil.unpack_archive(archive, source)
    run(sys.executable, "-m", "build", "--no-isolation", f"--outdir={built}", source, epoch=epoch)
    (wheel,) = built.glob("*.whl")
    describe(wheel, built / f"dondoc-{number}.cdx.json", made / "installed", epoch)
    (built / f"dondoc-{number}.md").write_text(notes, encoding="utf-8")
    names = sorted(path.name for path in built.iterdir())
    sums = [f"{hashlib.sha256((built / name).read_bytes()).hexdigest()}  {name}" for name in names]
    (built / "SHA256SUMS").write_text("\n".join(sums) + "\n", encoding="utf-8")
    folder.mkdir(parents=True, exist_ok=True)
    for name in (*names, "SHA256SUMS"):
        shutil.copyfile(built / name, folder / name)
    print("\n".join(sums))


def describe(wheel: Path, target: Path, environment: Path, epoch: str) -> None:
    """Write the bill of materials of *wheel* to *target*: all that is installed with it, in an
    *environment* made for it, with licences and who needs what."""
    venv.create(environment, symlinks=True)
    python = environment / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
    install = (*pip, "--python", python, "install", "--no-compile", "--no-deps")
    run(*install, "--require-hashes", "--requirement", INSTALLED)
    run(*install, wheel)
    project = environment / "pyproject.toml"
    project.write_text(as_project(wheel), encoding="utf-8")
    command = (sys.executable, "-m", "cyclonedx_py", "environment", "--validate")
    told = ("--output-reproducible", f"--pyproject={project}", f"--output-file={target}")
    run(*command, *told, python, epoch=epoch)


def as_project(wheel: Path) -> str:
    """What *wheel* says of itself, as the table [project] that the bill's own tool reads."""
    (inside,) = [each for each in PathInZip(wheel).iterdir() if each.name.endswith(".dist-info")]
    # What is read of a distribution's folder is the same in an archive.
    found = PathDistribution(inside)
    shipped = {f'extra == "{name}"' for name in INSTALLED_WITH.split(",")}
    needed = [each.partition(";") for each in found.requires or ()]
    needs = {name.strip() for name, _, marker in needed if not marker or marker.strip() in shipped}
    said = {
        "name": found.metadata["Name"],
        "version": found.metadata["Version"],
        "description": found.metadata["Summary"],
        "license": found.metadata["License"],
        "dependencies": sorted(needs),
    }
    # A string or a list of strings is written in TOML as in JSON.
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in said.items()]
    return "\n".join(["[project]", *lines, ""])


def refuse_what_is_not_committed() -> None:
    """Raise NotReleasable where the checkout is not its last commit."""
    changed = output("git", "status", "--porcelain").splitlines()
    if changed:
        more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
        raise NotReleasable(f"not committed: {changed[0][3:]}{more}: commit or remove it")


def refuse_other_tools() -> None:
    """Raise NotReleasable where what builds is not of the version in constraints.txt."""
    pinned = dict(re.findall(r"^([\w-]+)==(\S+)$", CONSTRAINTS.read_text(encoding="utf-8"), re.M))
    mend = "pip install --constraint constraints.txt setuptools '.[release]'"
    for name in BUILT_BY:
        try:
            found = version(name)
        except PackageNotFoundError:
            raise NotReleasable(f"{name} is missing: {mend}") from None
        if found != pinned[name]:
            raise NotReleasable(f"{name} is {found}, pinned is {pinned[name]}: {mend}")


def refuse_what_is_in_the_way(folder: Path) -> None:
    """Raise NotReleasable where *folder* holds something."""
    if folder.is_dir() and any(folder.iterdir()):
        raise NotReleasable(f"{folder} is not empty: empty it, or name another by --output")


def version_of(settings: Path) -> str:
    """The version in setup.cfg, the one place where it is written."""
    read = ConfigParser()
    read.read(settings, encoding="utf-8")
    return read["metadata"]["version"]


def notes_of(number: str, changelog: str) -> str:
    """What *changelog* says of version *number*; raises NotReleasable where it says nothing, or
    says of something that it is not released."""
    if re.search(r"^## \[Unreleased\]", changelog, re.M):
        raise NotReleasable(
            f"CHANGELOG.md has a section [Unreleased]: give it the heading "
            f"`## [{number}] - YYYY-MM-DD`"
        )
    heading = rf"^## \[{re.escape(number)}\] - \d{{4}}-\d\d-\d\d\n"
    found = re.search(heading + r".*?(?=^## |\Z)", changelog, re.M | re.S)
    if found is None:
        raise NotReleasable(f"CHANGELOG.md has no section `## [{number}] - YYYY-MM-DD`")
    # Links lead to the pages of the source, which these notes do not lie beside.
    text = re.sub(r"\[([^\]]+)\]\((?![a-z]+:)([^)]+)\)", r"\1", found[0].removeprefix("## "))
    return f"# dondoc {text.replace(f'[{number}]', number, 1).strip()}\n"


def run(*command: str | Path, epoch: str = "") -> None:
    """Run *command* with nothing of this machine's that would be seen in what it makes; raises
    NotReleasable with the end of its output where it fails."""
    fixed = {"SOURCE_DATE_EPOCH": epoch} if epoch else {}
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC", "PYTHONHASHSEED": "0", **fixed},
        umask=UMASK,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        shown = " ".join(str(word) for word in command[:4])
        raise NotReleasable(f"{shown} …: exit code {done.returncode}\n{done.stdout[-3000:]}")


def output(*command: str) -> str:
    """What *command* prints, in the checkout."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NotReleasable(f"{' '.join(command)}: {done.stderr.strip()}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
