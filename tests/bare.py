"""`python -m tests.bare`: the README's two commands in an empty Debian, as root.

    python -m tests.bare                  the demo, and the tests that need everything installed
    python -m tests.bare -- -k backup     the demo, and the tests that pytest is told to take
    python -m tests.bare --whole          the demo, and every test
    python -m tests.bare --install        deploy/install.sh: installed, upgraded, taken back, used

It makes an empty root with debootstrap, configures its package registries as this machine's are,
clones the checkout's last commit into it, and runs `bash deploy/demo.sh --once` and
`bash tests/run.sh` there, or what `tests.installing` has of the installer. Exit code 1 where one of
them fails or a test is skipped. All that it
mounts and starts lives in namespaces of its own and ends with it; the root is removed.
"""

from __future__ import annotations

import argparse
import ast
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from configparser import RawConfigParser
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

CHECKOUT = Path(__file__).resolve().parents[1]
INSIDE = Path("/srv/dondoc")
"""Where the clone stands in the root."""
SELECTION = ("tests/acceptance/test_output.py", "tests/acceptance/test_main_job.py")
"""What is run where nothing is said: the command itself, on every server that is installed."""
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_CERTIFICATES = ("/etc/ssl/certs", "/usr/local/share/ca-certificates")
_NETWORK = ("/etc/resolv.conf", "/etc/hosts")
_COPIED = (*_CERTIFICATES, *_NETWORK, "/etc/apt/auth.conf", "/etc/apt/auth.conf.d")
_KEPT_VARIABLES = re.compile(r"(https?|no)_proxy|TERM", re.IGNORECASE)
_OWN_NAMESPACES = ("unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")
_OWN_NETWORK = ("unshare", "--net", "sh", "-euc", 'ip link set lo up; exec "$@"', "sh")
# In a root, with $1 the root, then the directories to show in it up to "--", then the command.
_ENTER = """
root=$1; shift
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
while [[ $1 != -- ]]; do
    mkdir -p "$root$1"
    mount --bind "$1" "$root$1"
    mount -o remount,bind,ro "$root$1"
    shift
done
shift
chroot "$root" "$@"
"""


def main() -> int:
    """Make the root, run both commands in it, and say how long each took."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bare",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--suite", default="bookworm", help="Debian's release")
    parser.add_argument("--folder", type=Path, help="where to make the root [the temporary one]")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--whole", action="store_true", help="run every test")
    what.add_argument("--install", action="store_true", help="try the installer instead")
    parser.add_argument("tests", nargs="*", help="arguments for pytest, behind --")
    options = parser.parse_args()
    if os.geteuid() != 0:
        fail("Only root can make a root directory: sudo python -m tests.bare")
    if shutil.which("debootstrap") is None:
        fail("debootstrap is missing: apt-get install debootstrap")
    signal.signal(signal.SIGTERM, _interrupted)
    chosen = () if options.whole else (options.tests or SELECTION)
    root = Path(tempfile.mkdtemp(prefix="dondoc-bare-", dir=options.folder))
    root.chmod(0o755)
    try:
        with told("an empty root"):
            make_root(root, options.suite)
            shown = configure(root, options.suite)
            clone(root)
        if options.install:
            # Only now, since it is made of what is here.
            from tests.installing.outside import try_installer

            try_installer(root, shown)
            return 0
        with told("bash deploy/demo.sh --once"):
            inside(root, shown, "bash", "deploy/demo.sh", "--once")
        with told("bash deploy/demo.sh --once --dialect congvan"):
            inside(root, shown, "bash", "deploy/demo.sh", "--once", "--dialect", "congvan")
        with told("bash tests/run.sh"):
            lines = inside(root, shown, "bash", "tests/run.sh", *chosen)
        return _judged(lines)
    except KeyboardInterrupt:
        fail("interrupted")
    finally:
        remove(root)


def make_root(root: Path, suite: str) -> None:
    """A minimal Debian in *root*, from the mirror that this machine takes its packages from."""
    mirror = sources(suite)[0].split()[1]
    run([*_OWN_NAMESPACES, "debootstrap", "--variant=minbase", suite, str(root), mirror])


def sources(suite: str) -> list[str]:
    """Where this machine's mirrors have *suite* and its updates, as lines of sources.list."""
    told_by_apt = output("apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE) main")
    own = output("sh", "-c", ". /etc/os-release; echo $VERSION_CODENAME").strip()
    found = {
        f"deb {mirror} {suite}{release.removeprefix(own)} main"
        for mirror, release, _ in map(str.split, told_by_apt.splitlines())
        if re.fullmatch(rf"{own}(-security|-updates)?", release)
    }
    # The release itself first: its line has the mirror.
    return sorted(found, key=lambda line: (line.split()[2] != suite, line)) or fail(
        "this machine's apt has no Debian among its sources"
    )


def configure(root: Path, suite: str) -> list[str]:
    """Have *root* fetch packages as this machine does; gives the directories of this machine that
    have to be seen there."""
    for name in _COPIED:
        if Path(name).is_dir():
            shutil.copytree(name, f"{root}{name}", symlinks=True, dirs_exist_ok=True)
        elif Path(name).exists():
            shutil.copy(name, f"{root}{name}")
    within(root, "/etc/apt/sources.list").write_text("\n".join(sources(suite)) + "\n")
    acquire = output("apt-config", "dump", "Acquire")
    within(root, "/etc/apt/apt.conf.d/90machine").write_text(acquire)
    # The network is this machine's own, where the ports of a packaged service may be in use.
    policy = within(root, "/usr/sbin/policy-rc.d")
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)
    settings = pip_settings()
    with within(root, "/etc/pip.conf").open("w", encoding="utf-8") as file:
        settings.write(file)
    local = sorted(path for path in local_paths(settings) if path.exists())
    for path in local:
        if path.is_file():
            shutil.copy(path, within(root, str(path)))
    return [str(path) for path in local if path.is_dir()]


def clone(root: Path) -> None:
    """A clone of the checkout's last commit in *root*."""
    if output("git", "-C", str(CHECKOUT), "status", "--porcelain"):
        print("what is not committed is not tried", flush=True)
    target = str(within(root, str(INSIDE)))
    run(["git", "clone", "--quiet", "--depth", "1", CHECKOUT.as_uri(), target])


def local_paths(settings: RawConfigParser) -> set[Path]:
    """The files and directories of this machine that pip's *settings* name."""
    values = [value for section in settings.values() for value in section.values()]
    parts = {part for value in values for part in value.split()}
    # The pages of an index may lead to files beside it.
    indexes = {Path(part.removeprefix("file://")).parent for part in parts if "file:///" in part}
    return {Path(part) for part in parts if part.startswith("/")} | (indexes - {Path("/")})


def pip_settings() -> RawConfigParser:
    """pip's settings on this machine, of every file and variable, as one file."""
    settings = RawConfigParser()
    for line in output(sys.executable, "-m", "pip", "config", "list").splitlines():
        name, _, value = line.partition("=")
        section, _, key = name.rpartition(".")
        section = "global" if section == ":env:" else section
        if not settings.has_section(section):
            settings.add_section(section)
        settings.set(section, key, ast.literal_eval(value))
    return settings


def within(root: Path, path: str) -> Path:
    """The *path* of the root, seen from here; the directory for it is made."""
    found = Path(f"{root}{path}")
    found.parent.mkdir(parents=True, exist_ok=True)
    return found


def inside(root: Path, shown: Sequence[str], *command: str, network: bool = True) -> list[str]:
    """Run *command* in the clone in *root*, without *network* with loopback alone; gives what it
    printed, which is printed here too."""
    kept = [
        f"{name}={value}" for name, value in os.environ.items() if _KEPT_VARIABLES.fullmatch(name)
    ]
    environment = ["env", "-i", f"PATH={_PATH}", "HOME=/root", *kept]
    # A shell of its own, since the first process has to look after orphans.
    shell = ["bash", "-c", f'cd {INSIDE}; "$@"; exit $?', "bash", *command]
    enter = [*_OWN_NAMESPACES, "bash", "-euc", _ENTER, "enter", str(root), *shown, "--"]
    return run([*(() if network else _OWN_NETWORK), *enter, *environment, *shell])


def run(command: Sequence[str]) -> list[str]:
    """Run *command* to its end and give its lines; ends everything where it fails."""
    lines: list[str] = []
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        # Ctrl-C is for us alone: what runs in the namespaces ends with their first process.
        start_new_session=True,
    ) as process:
        try:
            for line in process.stdout or ():
                print(line, end="", flush=True)
                lines.append(line)
        finally:
            if sys.exception() is not None:
                process.kill()
        code = process.wait()
    if code != 0:
        fail(f"exit code {code}: {' '.join(command[:1])} … {' '.join(command[-3:])}")
    return lines


def output(*command: str) -> str:
    """What *command* prints."""
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def remove(root: Path) -> None:
    """Remove *root*, unless something of this machine is still seen in it."""
    if str(root) in Path("/proc/self/mountinfo").read_text(encoding="utf-8"):
        fail(f"{root} has mounts: look at them, then remove it")
    for wait in (1, 2, 4, 0):
        # What was killed in it may still be at its end.
        shutil.rmtree(root, ignore_errors=wait > 0)
        if not root.exists():
            break
        time.sleep(wait)


@contextmanager
def told(what: str) -> Iterator[None]:
    """Says when *what* begins and how long it took."""
    print(f"\n===== {what}", flush=True)
    began = time.monotonic()
    yield
    print(f"===== {what}: {time.monotonic() - began:.0f} s", flush=True)


def fail(line: str) -> NoReturn:
    """End with *line*."""
    raise SystemExit(line)


def _judged(lines: Sequence[str]) -> int:
    skipped = [line for line in lines if line.startswith("SKIPPED")]
    if skipped:
        print("Nothing may be skipped here.", file=sys.stderr)
    return 1 if skipped else 0


def _interrupted(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
