"""Inside the root, with loopback alone: every use of the installer, one after the other.

The root has been through `bash deploy/install.sh` without a broker once; RabbitMQ is there now.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

from . import machine
from .chain import whole_way
from .machine import ETC, OPT, SETTINGS, VAR, dondoc, install, require

DATABASE = VAR / "dondoc.db"
AS_OF = ("--as-of", "2026-03-31")
DEFECTS = {
    "run": ("dondoc/commands/run.py", "raise OSError('this version cannot start')\n"),
    "migrate": ("dondoc/commands/migrate.py", "raise OSError('this version cannot migrate')\n"),
}
"""Versions that fail: a module of theirs, and its last line."""


def main() -> int:
    """Take every step; the first that fails ends it with what was expected."""
    steps = (
        all_is_well_and_then_nothing_changes,
        whole_way,
        uninstalled_and_installed_again_it_goes_on,
        what_is_there_is_not_overwritten,
        an_older_version_is_upgraded_with_its_data,
        a_version_that_fails_leads_back,
        a_killed_upgrade_is_undone_by_the_next_run,
    )
    with machine.broker():
        for step in steps:
            taken(step)
    return 0


def taken(step: Callable[[], None]) -> None:
    """Take one step and say how long it took."""
    name = step.__name__.replace("_", " ")
    print(f"\n--- {name}", flush=True)
    began = time.monotonic()
    step()
    print(f"--- {name}: {time.monotonic() - began:.0f} s", flush=True)


def all_is_well_and_then_nothing_changes() -> None:
    """With a broker there, check has nothing to mend, and a second run nothing to do."""
    said = install()
    password = re.search(r"dondoc:([^@]+)@", (ETC / "broker-url").read_text("utf-8"))
    require(password and "CHANGE-ME" not in password[0], "there is a password")
    require(password and password[1] not in said, "the password was printed")
    before = machine.standing()
    require("Nothing to change" in install(), "a second run has something to do")
    changed = machine.differences(before, machine.standing())
    require(not changed, f"a second run changes {changed}")
    require(f"{install('--dry-run')}".count("would:") == 1, "a dry run would do something")


def uninstalled_and_installed_again_it_goes_on() -> None:
    """Settings, data and what is on the broker outlive the program."""
    before, kept = dondoc("list", "--format", "json"), SETTINGS.read_bytes()
    install("--uninstall")
    require(not OPT.exists() and DATABASE.exists(), "the program goes and its data stay")
    require(not list(Path("/etc/systemd/system").glob("dondoc*")), "units are left")
    # Its mail server is not there any more.
    install(code=3)
    require(dondoc("list", "--format", "json") == before, "the data are other ones")
    require(SETTINGS.read_bytes() == kept, "the settings are other ones")


def what_is_there_is_not_overwritten() -> None:
    """A user of the broker keeps its password, a unit that was changed its lines."""
    url = (ETC / "broker-url").read_text("utf-8")
    unit = Path("/etc/systemd/system/dondoc.service")
    unit.write_text(unit.read_text("utf-8") + "# ours\n", "utf-8")
    (ETC / "broker-url").write_text("amqp://dondoc:CHANGE-ME@127.0.0.1:5672/hscv\n", "utf-8")
    said = install(code=3)
    require("the broker has a user dondoc already" in said, said)
    require("CHANGE-ME" in (ETC / "broker-url").read_text("utf-8"), "nobody asked for a password")
    install("--new-broker-password", code=3)
    require((ETC / "broker-url").read_text("utf-8") not in (url, ""), "there is no new password")
    dondoc("declare")
    require(unit.read_text("utf-8").endswith("# ours\n"), "the unit was overwritten")
    unit.unlink()


def an_older_version_is_upgraded_with_its_data() -> None:
    """An office of an earlier commit, with a quarter of data, comes to this version."""
    install("--uninstall")
    url = (ETC / "broker-url").read_text("utf-8").strip()
    shutil.rmtree(VAR)
    machine.rabbitmqctl("delete_queue", "-p", "hscv", "dondoc.mail")
    # As it was written then: by hand, without a file for the URL.
    SETTINGS.write_text(
        f'[broker]\nurl = "{url}"\n[database]\nurl = "sqlite:///{DATABASE}"\n'
        '[tracking]\nbodies = "sample"\nsince = 2026-01-01\n',
        "utf-8",
    )
    (former,) = Path("/srv/former").glob("*.whl")
    install("--wheel", str(former))
    dondoc("replay", "--sample")
    before = board()
    level = migrations()
    with machine.service():
        said = install(code=1)
        require("dondoc is running (process" in said, "it migrates under a process at work")
    the_older_schema_comes_back(former)
    said = install()
    require(f"back up {DATABASE}" in said, said)
    require(keeps(board(), before), f"the figures are other ones: {before} became {board()}")
    require(len(migrations()) > len(level), "the schema is the one before")
    later_back_by_the_backup(former)
    require((board(), migrations()) == (before, level), "the backup is not the former database")
    install()
    with machine.service():
        pass


def the_older_schema_comes_back(former: Path) -> None:
    """From versions that fail, and killed on the migrated database or on the way back."""
    before = board(), migrations()
    for defect in DEFECTS:
        install("--wheel", str(defective(defect)), code=1)
        require((board(), migrations()) == before, f"the data after the defect of {defect}")
    for line in ("run the new version on it", "Going back to"):
        killed_at(line, defective("run"))
        said = install("--wheel", str(former))
        require("An upgrade was interrupted" in said, said)
        require((board(), migrations()) == before, f"the data after an end at: {line}")


def later_back_by_the_backup(former: Path) -> None:
    """As docs/operations.md says: the backup restored, then the installer of the old version."""
    for name in ("", "-wal", "-shm"):
        Path(f"{DATABASE}{name}").unlink(missing_ok=True)
    copy = str(VAR / "before-upgrade" / "dondoc.backup")
    subprocess.run(machine.as_service("cp", copy, str(DATABASE)), check=True)
    install("--wheel", str(former), "--no-backup")


def a_version_that_fails_leads_back() -> None:
    """What cannot migrate or start is not left in use, and the data are as they were."""
    dondoc("migrate")
    in_use, before = (OPT / "current").readlink(), contents()
    for defect in DEFECTS:
        said = install("--wheel", str(defective(defect)), code=1)
        require("Going back to" in said and "Failed: " in said, said)
        require((OPT / "current").readlink() == in_use, "the version that fails is in use")
        require(contents() == before, "the data are other ones")
    require("Nothing to change" in install(), "it is not as it was")
    with machine.service():
        require(machine.metric("dondoc_consumer_up") == 1, "the former version does not run")


def a_killed_upgrade_is_undone_by_the_next_run() -> None:
    """Killed while the new version is tried, the next run begins by going back."""
    in_use, before = (OPT / "current").readlink(), contents()
    killed_at("turn /opt/dondoc/current", defective("run"))
    said = install()
    require("An upgrade was interrupted" in said, said)
    require((OPT / "current").readlink() == in_use, "the version before is not in use")
    require(contents() == before, "the data are other ones")


def killed_at(words: str, wheel: Path) -> None:
    """Kill the installation of *wheel* at the line with these *words*; wait for its children."""
    killed = subprocess.Popen(
        ["bash", machine.CHECKOUT / "deploy/install.sh", "--wheel", wheel],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=machine.OFFLINE,
    )
    for line in killed.stdout or ():
        print(line, end="", flush=True)
        if words in line:
            break
    killed.kill()
    killed.wait()
    machine.wait_for("the end of its children", lambda: not strangers(), 60)
    require((OPT / "upgrading").exists(), "it was killed too late")


def strangers() -> bool:
    """Whether anything of dondoc is still at work."""
    found = subprocess.run(
        ["grep", "-l", "-a", "dondoc.toml", *Path("/proc").glob("[0-9]*/cmdline")],
        check=False,
        capture_output=True,
        text=True,
    )
    return bool(found.stdout)


def board() -> object:
    """The figures that people see of the quarter, without what a service has in hand."""
    told = json.loads(dondoc("status", "--format", "json", *AS_OF))
    return {name: told[name] for name in told if name != "service"}


def keeps(now: object, former: object) -> bool:
    """Whether all that a former version told is told still; a newer one may tell more."""
    if isinstance(former, dict) and isinstance(now, dict):
        return all(name in now and keeps(now[name], former[name]) for name in former)
    if isinstance(former, list) and isinstance(now, list) and len(now) == len(former):
        return all(map(keeps, now, former))
    return now == former


def contents() -> object:
    """The board, and what SQLite has of every table."""
    return board(), migrations(), dondoc("list", "--format", "json", *AS_OF)


def migrations() -> list[str]:
    """The migrations that the database has been through."""
    script = (
        "import json, sqlite3, sys; c = sqlite3.connect(sys.argv[1]); "
        "print(json.dumps([r[0] for r in c.execute('SELECT name FROM schema_migration')]))"
    )
    done = subprocess.run(
        machine.as_service("python3", "-c", script, str(DATABASE)),
        check=True,
        capture_output=True,
        text=True,
    )
    return list(json.loads(done.stdout))


def defective(defect: str) -> Path:
    """A wheel of this version with one of the `DEFECTS`."""
    folder = Path("/tmp") / f"defective-{defect}"
    folder.mkdir(exist_ok=True)
    source = folder / "source.whl"
    subprocess.run(
        [
            "/srv/tools/bin/pip",
            "wheel",
            "-q",
            "--no-index",
            "--no-build-isolation",
            "--no-deps",
            "-w",
            folder,
            machine.CHECKOUT,
        ],
        check=True,
    )
    (made,) = folder.glob("dondoc-*.whl")
    made.rename(source)
    name, text = DEFECTS[defect]
    with zipfile.ZipFile(source) as whole, zipfile.ZipFile(made, "w") as broken:
        changed = whole.read(name) + text.encode()
        digest = base64.urlsafe_b64encode(hashlib.sha256(changed).digest()).rstrip(b"=").decode()
        for each in whole.namelist():
            content = changed if each == name else whole.read(each)
            if each.endswith("/RECORD"):
                line = f"{name},sha256={digest},{len(changed)}"
                content = re.sub(
                    rf"^{re.escape(name)},.*$", line, content.decode(), flags=re.MULTILINE
                ).encode()
            broken.writestr(each, content)
    source.unlink()
    return made


if __name__ == "__main__":
    sys.exit(main())
