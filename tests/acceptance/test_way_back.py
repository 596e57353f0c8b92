"""The way back of deploy/install.sh, with versions that are small scripts, below a prefix.

A `mv` of the installer's can be made to fail or to end it: a disk that is full, a power cut.
`python -m tests.bare --install` has it with whole versions.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[2]
VERSION = """#!/bin/bash
[[ $1 != --version ]] || { echo "dondoc, version NAME"; exit; }
settings=$2; shift 2
[[ $1 != --lang ]] || shift 2
database=$(sed -n 's|^url = "sqlite:///\\(.*\\)"$|\\1|p' "$settings")
database=$(dirname "$settings")/${database:-dondoc.db}
case $1 in
    backup) cp "$database" "$2" ;;
    migrate)
        grep -qx NAME "$database" 2>/dev/null || echo NAME >>"$database"
        DEFECT
        ;;
    run) exec PYTHON -m http.server -b 127.0.0.1 -d "${0%/*}" "${DONDOC_METRICS_LISTEN#*:}" ;;
esac
"""
MOVE = """#!/bin/bash
if [[ "$*" == *$(cat "${0%/*}/refused") ]]; then
    [[ $(cat "${0%/*}/how") != kill ]] || kill -9 -- -"$(ps -o pgid= $$ | tr -d ' ')"
    echo "mv: no space left" >&2
    exit 1
fi
exec /bin/mv "$@"
"""
SOURCED = """
set -euo pipefail
DEPLOY=$1/deploy PREFIX=$2 OPT=$2/opt/dondoc ETC=$2/etc/dondoc VAR=$2/var/lib/dondoc WORK=$2
UNITS=$2/units COPIES=$VAR/before-upgrade PYTHON=$3 ENVIRONMENT=$OPT/versions/two
DRY=0 BACKUP=1 SYSTEMD=1 START=1
source "$1/deploy/prepare.sh"
for part in acts environment service upgrade; do source "$DEPLOY/install/$part.sh"; done
"""


class Office:
    """An installation below *place*, with a version in use that has data in its database."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.etc, self.var = place / "etc/dondoc", place / "var/lib/dondoc"
        self.opt, self.tools = place / "opt/dondoc", place / "tools"
        for folder in (self.etc, self.var, self.tools):
            folder.mkdir(parents=True)
        self.database = self.unit("dondoc", "sqlite:///../../var/lib/dondoc/dondoc.db")
        (self.etc / "broker-url").touch()
        mover = self.tools / "mv"
        mover.write_text(MOVE, "utf-8")
        mover.chmod(0o755)
        self.refuse("nothing")
        assert self.install("old")[0] == 0
        self.database.write_text("data\nold\n", "utf-8")

    def unit(self, name: str, url: str | None) -> Path:
        """Write settings with *url*, those of the machine or of the unit *name*."""
        folder = self.etc if name == "dondoc" else self.etc / name
        folder.mkdir(exist_ok=True)
        line = "" if url is None else f'[database]\nurl = "{url}"\n'
        (folder / "dondoc.toml").write_text(line, "utf-8")
        return Path(os.path.normpath(folder / (url or "dondoc.db").removeprefix("sqlite:///")))

    def refuse(self, target: str, how: str = "fail") -> None:
        """Have a `mv` whose arguments end in the pattern *target* fail, or end everything."""
        (self.tools / "refused").write_text(target, "utf-8")
        (self.tools / "how").write_text(how, "utf-8")

    def install(self, name: str, *more: str, defect: str = "") -> tuple[int, str]:
        """Install the version *name*, whose migration ends with *defect*."""
        wheel = self.place / name / "dondoc-1-py3-none-any.whl"
        wheel.parent.mkdir(exist_ok=True)
        with zipfile.ZipFile(wheel, "w") as file:
            file.writestr("dondoc-1.dist-info/RECORD", name)
        words = ("--prefix", str(self.place), "--wheel", str(wheel), *more)
        _, said = self._called("--dry-run", *words)
        environment = Path(said.partition("dondoc in ")[2].partition("\n")[0])
        (environment / "bin").mkdir(parents=True, exist_ok=True)
        program = environment / "bin" / "dondoc"
        text = VERSION.replace("NAME", name).replace("DEFECT", defect)
        program.write_text(text.replace("PYTHON", sys.executable), "utf-8")
        program.chmod(0o755)
        python = environment / "bin" / "python"
        python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n', "utf-8")
        python.chmod(0o755)
        (environment / "bin" / "metrics").touch()
        (environment / "units").mkdir(exist_ok=True)
        shutil.copy(ROOT / "deploy/dondoc.service", environment / "units")
        (environment / "complete").touch()
        return self._called(*words)

    def _called(self, *words: str) -> tuple[int, str]:
        done = subprocess.run(
            ["bash", ROOT / "deploy/install.sh", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=60,
            cwd="/",
            start_new_session=True,
            env={**os.environ, "PATH": f"{self.tools}:{os.environ['PATH']}"},
        )
        return done.returncode, done.stdout

    def in_use(self) -> str:
        """The version that the link leads to."""
        done = subprocess.run(
            [self.opt / "bin/dondoc", "--version"], capture_output=True, text=True, check=True
        )
        return done.stdout.split()[-1]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An installation with data."""
    return Office(tmp_path)


def functions(place: Path, script: str) -> tuple[int, str]:
    """What *script* prints with the installer's functions at hand, on a machine below *place*."""
    for folder in ("opt/dondoc/versions", "etc/dondoc", "var/lib/dondoc"):
        (place / folder).mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        ["bash", "-c", SOURCED + script, "bash", ROOT, place, sys.executable],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=60,
    )
    return done.returncode, done.stdout


def test_a_version_that_cannot_migrate_leads_back_to_the_data(office: Office) -> None:
    code, said = office.install("new", defect="exit 1")
    assert code == 1, said
    assert "the version before is in use again, its data as they were" in said
    assert (office.in_use(), office.database.read_text("utf-8")) == ("old", "data\nold\n")


@pytest.mark.parametrize(("unit", "how"), [("dondoc", "kill"), ("xa-a", "fail")])
def test_a_restore_that_fails_is_tried_again_by_the_next_run(
    office: Office, unit: str, how: str
) -> None:
    other = office.unit("xa-a", "sqlite:///../../../var/lib/dondoc/xa-a.db")
    other.write_text("another unit's\nold\n", "utf-8")
    copy = "dondoc.backup" if unit == "dondoc" else "xa-a-dondoc.backup"
    office.refuse(f"before-upgrade/{copy} *", how)
    code, said = office.install("new", defect="[[ $settings != */xa-a/* ]] || exit 1")
    assert code == (1 if how == "fail" else -signal.SIGKILL), said
    if how == "fail":
        assert "run this again" in said.splitlines()[-1]
        assert "its data as they were" not in said
    assert office.opt.joinpath("upgrading").exists()
    assert office.install("new")[0] == code
    office.refuse("nothing")
    code, said = office.install("old")
    assert code == 0, said
    assert office.in_use() == "old"
    assert office.database.read_text("utf-8") == "data\nold\n"
    assert other.read_text("utf-8") == "another unit's\nold\n"
    code, said = office.install("new")
    assert code == 0, said
    assert office.database.read_text("utf-8") == "data\nold\nnew\n"


def test_killed_while_the_newer_database_is_put_aside_the_next_run_goes_on(office: Office) -> None:
    killed = "kill -9 -- -$(ps -o pgid= $$ | tr -d ' ')"
    assert office.install("new", defect=killed)[0] == -signal.SIGKILL
    office.refuse("before-upgrade/dondoc.backup *", "kill")
    assert office.install("old")[0] == -signal.SIGKILL
    assert not office.database.exists()
    office.refuse("nothing")
    code, said = office.install("old")
    assert (code, office.database.read_text("utf-8")) == (0, "data\nold\n"), said


def test_the_backup_of_the_upgrade_before_outlives_one_that_fails(office: Office) -> None:
    assert office.install("new")[0] == 0
    backups = [path.read_text("utf-8") for path in office.var.rglob("*.backup")]
    assert backups == ["data\nold\n"]
    assert office.install("newer", defect="exit 1")[0] == 1
    assert [path.read_text("utf-8") for path in office.var.rglob("*.backup")] == backups
    assert office.install("newest")[0] == 0
    assert [path.read_text("utf-8") for path in office.var.rglob("*.backup")] == [
        "data\nold\nnew\n"
    ]
    assert office.install("new", "--no-backup")[0] == 0
    assert [path.read_text("utf-8") for path in office.var.rglob("*.backup")] == [
        "data\nold\nnew\n"
    ]


def test_a_unit_without_a_database_does_not_hold_up_the_others(office: Office) -> None:
    half_made = office.unit("xa-b", "sqlite:///nowhere/dondoc.db")
    code, said = office.install("new")
    assert code == 0, said
    assert f"{office.etc}/xa-b/dondoc.toml has no database yet" in said
    assert office.database.read_text("utf-8") == "data\nold\nnew\n"
    assert not half_made.exists()


def test_a_unit_that_names_no_database_has_one_of_its_own_that_goes_back(office: Office) -> None:
    own = office.unit("xa-c", None)
    own.write_text("own\nold\n", "utf-8")
    code, said = office.install("new", defect="[[ $settings != */xa-c/* ]] || exit 1")
    assert code == 1, said
    assert own.read_text("utf-8") == "own\nold\n"
    assert office.database.read_text("utf-8") == "data\nold\n"


def test_what_runs_after_a_power_cut_is_stopped_before_the_database_is_changed(
    tmp_path: Path,
) -> None:
    code, said = functions(
        tmp_path,
        """
        mkdir -p "$COPIES" "$OPT/versions/one/units"
        printf '%s\n' one two 0 >"$OPT/upgrading"
        ln -s versions/two "$OPT/current"
        systemctl() {
            case $1 in
                list-units) [[ -e $WORK/stopped ]] || echo 'dondoc.service loaded active' ;;
                stop) touch "$WORK/stopped"; echo "stopped" >>"$WORK/acts" ;;
                start) echo "started $3" >>"$WORK/acts" ;;
                show) echo running ;;
            esac
        }
        sleep() { :; }
        restore() { echo "restored" >>"$WORK/acts"; }
        touch "$ETC/dondoc.toml"
        undo_interrupted
        uniq "$WORK/acts"
        """,
    )
    assert code == 0, said
    assert said.split("\n")[-4:-1] == ["stopped", "restored", "started dondoc.service"], said


def test_with_no_start_nothing_is_enabled_or_started(tmp_path: Path) -> None:
    code, said = functions(
        tmp_path,
        """
        PREFIX=; START=0
        systemctl() { [[ $1 == is-* ]] || echo "systemctl $*"; return 1; }
        begin_service 0
        echo "${LEFT[@]}"
        """,
    )
    assert (code, said) == (0, "not started, as asked: systemctl enable --now dondoc\n")


def test_a_damaged_dump_leaves_the_database_as_it_is(tmp_path: Path, postgres_url: str) -> None:
    dump = tmp_path / "dump"
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute("CREATE DATABASE way_back")
    postgres_url = postgres_url.partition("?")[0].replace("/postgres", "/way_back")
    with psycopg.connect(postgres_url, autocommit=True) as database:
        database.execute(
            "CREATE TABLE note AS SELECT n, md5(n::text) FROM generate_series(1, 5000) n"
        )
        database.execute("CREATE TABLE zone AS SELECT 1 AS of")
        subprocess.run(["pg_dump", "--format", "custom", "--file", dump, postgres_url], check=True)
        whole = dump.read_bytes()
        dump.write_bytes(whole[: len(whole) // 2])
        database.execute("DROP TABLE zone")
        database.execute("CREATE TABLE newer AS SELECT 1 AS of")
        script = f"""
            with_postgresql() {{ shift; "$@" "{postgres_url}"; }}
            restore_postgresql "$ETC/dondoc.toml" {dump} || echo "not restored"
        """
        code, said = functions(tmp_path, script)
        tables = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1"
        assert (code, said.splitlines()[-1]) == (0, "not restored"), said
        assert database.execute(tables).fetchall() == [("newer",), ("note",)]
        dump.write_bytes(whole)
        code, said = functions(tmp_path, script)
        assert "not restored" not in said
        assert database.execute(tables).fetchall() == [("note",), ("zone",)]
