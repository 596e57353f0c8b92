"""A release is the same bytes whoever makes it, runs without the repository, says what it is."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from configparser import ConfigParser
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from support.pages import ROOT, table

FOLDERS = ("commands", "connector", "mail", "metrics", "reports", "rules", "sample", "storage")
AT_THE_TOP = ("__init__.py", "cli.py", "py.typed")
COMMITTED = 1_790_000_000
"""When the released commit was made, in seconds since 1970."""
SETTINGS = """[tracking]
since = 2026-01-01
bodies = "sample"
[report]
place = "Yên Lâm"
"""
REPORT = ("report", "body_progress", "--body", "TP", "--period", "2026-01")


def version() -> str:
    settings = ConfigParser()
    settings.read(ROOT / "setup.cfg", encoding="utf-8")
    return settings["metadata"]["version"]


def git(folder: Path, *words: str) -> str:
    made = f"{COMMITTED} +0700"
    done = subprocess.run(
        ["git", "-c", "user.name=n", "-c", "user.email=n@example.org", *words],
        cwd=folder,
        env={**os.environ, "GIT_COMMITTER_DATE": made, "GIT_AUTHOR_DATE": made},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def checkout(folder: Path, umask: int, changelog: str) -> Path:
    """A repository in *folder* with the files of this checkout, as they are, in one commit that
    has *changelog*."""
    listed = git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    before = os.umask(umask)
    try:
        for name in listed.split("\0"):
            if (ROOT / name).is_file() and name:
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes((ROOT / name).read_bytes())
    finally:
        os.umask(before)
    (folder / "CHANGELOG.md").write_text(changelog, encoding="utf-8")
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "release")
    return folder


def dated() -> str:
    """CHANGELOG.md with its first section released."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    return re.sub(r"^## \[.*", f"## [{version()}] - 2026-12-01", text, count=1, flags=re.M)


def release(
    source: Path, target: Path, umask: int = 0o022, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "deploy/release.py", f"--output={target}"],
        cwd=source,
        env={**os.environ, **environment},
        umask=umask,
        capture_output=True,
        text=True,
        check=False,
    )


def digests(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
    }


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A checkout, and the folder of the release that was made of it."""
    source = checkout(tmp_path_factory.mktemp("source"), 0o022, dated())
    target = tmp_path_factory.mktemp("made")
    done = release(source, target)
    assert done.returncode == 0, done.stderr
    return source, target


@pytest.fixture(scope="module")
def wheel(made: tuple[Path, Path]) -> Path:
    return made[1] / f"dondoc-{version()}-py3-none-any.whl"


def test_two_who_release_the_same_commit_make_the_same_bytes(
    made: tuple[Path, Path], tmp_path: Path
) -> None:
    (elsewhere := tmp_path / "another place").mkdir()
    source = checkout(elsewhere, 0o077, dated())
    for path in source.rglob("*.py"):
        os.utime(path, (1, 1))
    there = {"LC_ALL": "C", "LANG": "vi_VN.UTF-8", "TZ": "Asia/Ho_Chi_Minh"}
    done = release(source, tmp_path / "made", 0o077, **there)
    assert done.returncode == 0, done.stderr
    assert digests(tmp_path / "made") == digests(made[1])


def test_the_sums_are_those_of_all_other_files(made: tuple[Path, Path]) -> None:
    folder = made[1]
    lines = (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    told = {name: sum_ for sum_, name in (line.split("  ") for line in lines)}
    found = digests(folder)
    del found["SHA256SUMS"]
    assert told == found
    assert sorted(path.partition(version())[2] for path in told) == [
        "-py3-none-any.whl",
        ".cdx.json",
        ".md",
        ".tar.gz",
    ]


def test_the_wheel_has_every_file_of_the_program_and_no_other(wheel: Path) -> None:
    kept = git(ROOT, "ls-files", "--cached", "--others", "--exclude-standard", *FOLDERS)
    wanted = {
        f"dondoc/{name}" for name in (*kept.splitlines(), *AT_THE_TOP) if (ROOT / name).is_file()
    }
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert names == wanted


def test_the_source_has_what_the_checkout_has(made: tuple[Path, Path]) -> None:
    source, target = made
    with tarfile.open(target / f"dondoc-{version()}.tar.gz") as archive:
        names = {each.name.partition("/")[2] for each in archive if each.isfile()}
    kept = set(git(source, "ls-files").splitlines())
    left_out = {name for name in kept - names if not name.startswith(".")}
    assert left_out == set()


def test_the_source_and_the_checkout_build_the_same_wheel(
    made: tuple[Path, Path], wheel: Path, tmp_path: Path
) -> None:
    source = checkout(tmp_path / "source", 0o022, dated())
    subprocess.run(
        [*(sys.executable, "-m", "build"), "--wheel", "--no-isolation", f"--outdir={tmp_path}"],
        cwd=source,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(COMMITTED)},
        umask=0o022,
        capture_output=True,
        check=True,
    )
    assert (tmp_path / wheel.name).read_bytes() == wheel.read_bytes()


def test_the_wheel_runs_without_the_repository(wheel: Path, tmp_path: Path) -> None:
    alone = tmp_path / "alone"
    pip = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
    subprocess.run(
        [*pip, "install", "--no-deps", "--no-compile", f"--target={alone}", wheel], check=True
    )
    (folder := tmp_path / "folder").mkdir()
    (folder / "dondoc.toml").write_text(SETTINGS, encoding="utf-8")

    def run(*words: str | Path) -> str:
        environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(alone), "HOME": str(tmp_path)}
        done = subprocess.run(
            words, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    where = run(sys.executable, "-c", "import dondoc; print(dondoc.__file__)").strip()
    assert Path(where).is_relative_to(alone)
    dondoc = alone / "bin" / "dondoc"
    assert run(dondoc, "--version").strip().endswith(version())
    assert " events: " in run(dondoc, "replay", "--sample", "--ending", "2026-01-31")
    assert "quá hạn" in run(dondoc, "status", "--as-of", "2026-01-31", "--lang", "vi")
    run(dondoc, *REPORT, "--output", "report.docx")
    assert zipfile.is_zipfile(folder / "report.docx")
    run(dondoc, "report", "site", "pages")
    assert (folder / "pages").is_dir()


def test_the_bill_of_materials_lists_what_the_page_on_releasing_judges(
    made: tuple[Path, Path],
) -> None:
    bill = json.loads((made[1] / f"dondoc-{version()}.cdx.json").read_text(encoding="utf-8"))
    assert bill["bomFormat"] == "CycloneDX"
    assert "serialNumber" not in bill
    stamp = datetime.fromtimestamp(COMMITTED, UTC).isoformat()
    assert bill["metadata"]["timestamp"] == stamp
    itself = bill["metadata"]["component"]
    assert (itself["name"], itself["version"]) == ("dondoc", version())
    assert itself["licenses"][0]["license"]["id"] == "Apache-2.0"
    pinned = (ROOT / "constraints.txt").read_text(encoding="utf-8").lower().splitlines()
    for each in bill["components"]:
        assert f"{each['name']}=={each['version']}".lower() in pinned
    rows = table(ROOT / "docs" / "releasing.md", "## Licences of what is installed with it")
    judged = {name: licence for licence, names in rows for name in names.split(", ")}
    assert judged.keys() == {each["name"] for each in bill["components"]}
    for each in bill["components"]:
        assert kinds(json.dumps(each.get("licenses", "MIT"))) == kinds(judged[each["name"]])


def kinds(text: str) -> set[str]:
    """The families of licences that *text* names."""
    text = re.sub(r"Python Software Foundation|Python-2\.0", "PSF", text)
    return set(re.findall(r"MIT|BSD|Apache|PSF|LGPL|MPL|GPL|AGPL|EUPL", text))


def test_the_notes_are_the_section_of_the_version(made: tuple[Path, Path]) -> None:
    notes = (made[1] / f"dondoc-{version()}.md").read_text(encoding="utf-8")
    assert notes.startswith(f"# dondoc {version()} - 2026-12-01\n")
    assert "dondoc reprocess --all" in notes
    assert "\n## " not in notes


def test_what_is_not_committed_and_what_no_changelog_tells_is_not_released(
    made: tuple[Path, Path], tmp_path: Path
) -> None:
    source = Path(shutil.copytree(made[0], tmp_path / "source"))
    (source / "stray.txt").touch()
    refused = release(source, tmp_path / "made")
    assert (refused.returncode, refused.stderr) == (
        1,
        "release: not committed: stray.txt: commit or remove it\n",
    )
    (source / "stray.txt").unlink()
    changelog = source / "CHANGELOG.md"
    for told, why in (
        (dated().replace(f"[{version()}]", "[0.0.9]"), f"has no section `## [{version()}]"),
        (dated().replace("\n## [", "\n## [Unreleased]\n\n## [", 1), "has a section [Unreleased]"),
    ):
        changelog.write_text(told, encoding="utf-8")
        git(source, "commit", "--quiet", "--all", "--message", "another")
        refused = release(source, tmp_path / "made")
        assert refused.returncode == 1
        assert why in refused.stderr
    assert not (tmp_path / "made").exists()


class Osv(BaseHTTPRequestHandler):
    """Answers that click has a vulnerability and that nothing else has one."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        package = asked["package"]
        mended = {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "99.0"}]}
        known = {"id": "X-1", "affected": [{"package": package, "ranges": [mended]}]}
        said = json.dumps({"vulns": [known]} if package["name"] == "click" else {}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """Say nothing."""


@pytest.fixture
def osv() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Osv) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def audited(where: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.audit", f"--osv-url={where}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_a_published_vulnerability_of_a_pinned_package_is_told_with_its_mending(osv: str) -> None:
    code, said = audited(osv)
    assert code == 1, said
    assert re.search(r"^click [\d.]+: X-1, mended in 99\.0$", said, re.M)
    assert said.endswith(" packages, 1 published vulnerabilities\n")


def test_who_cannot_be_asked_about_vulnerabilities_has_not_said_that_there_are_none() -> None:
    code, said = audited("http://127.0.0.1:1/")
    assert code == 3
    assert said.startswith("NOT AUDITED: ")
