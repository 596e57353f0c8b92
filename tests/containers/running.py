"""A service of compose.yaml, run in the files of the image as an engine would: on a read-only
root, as a number, without capabilities; on the network of whoever starts it."""

from __future__ import annotations

import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from containers.building import Image

# In a mount namespace of its own, with $1 the root, then pairs of what is shown and where up to
# "--", then the command. Every step is an exec: a signal reaches the service itself.
_ENTER = """
root=$1; shift
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs -o mode=1777,size=64m tmpfs "$root/tmp"
while [[ $1 != -- ]]; do
    mount --bind "$1" "$root$2"
    mount -o remount,bind,ro "$root$2"
    shift 2
done
shift
mount -o remount,bind,ro "$root"
exec chroot "$root" "$@"
"""
_WITHOUT_RIGHTS = ("--no-new-privs", "--bounding-set=-all", "--inh-caps=-all", "--clear-groups")


class Container:
    """What a service of compose.yaml is given: *shown* are the files and folders that it sees, by
    where it sees them; *environment* is its own, which comes before the image's."""

    def __init__(
        self, image: Image, shown: Mapping[str, Path], environment: Mapping[str, str], log: Path
    ) -> None:
        self._image, self._shown, self._log = image, shown, log
        self._environment = [f"{name}={value}" for name, value in environment.items()]
        for target, source in shown.items():
            # Where a mount goes, an engine makes what is missing.
            place = Path(f"{image.root}{target}")
            place.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                place.mkdir(exist_ok=True)
            else:
                place.touch()

    def start(self, *words: str) -> subprocess.Popen[str]:
        """The entry point with *words*, which writes to the log."""
        with self._log.open("w", encoding="utf-8") as log:
            return subprocess.Popen(
                self._command([*self._image.entrypoint, *words]),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                text=True,
            )

    def said(self, *words: str, user: str | None = None) -> str:
        """What any command of the image prints on either stream; it must succeed."""
        done = subprocess.run(
            self._command(words, user), capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, f"{words}: {done.returncode}: {done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def fails(self, *words: str) -> bool:
        """Whether any command of the image fails."""
        return subprocess.run(self._command(words), capture_output=True, check=False).returncode > 0

    def healthy(self, check: Sequence[str] = ()) -> bool:
        """What *check* says, by default the image's own."""
        return not self.fails(*(check or self._image.healthcheck))

    def stop(self, process: subprocess.Popen[str], seconds: float) -> str:
        """End *process* as the image wants to be ended; gives its log. It must end in order."""
        process.send_signal(signal.Signals[self._image.stop_signal])
        code = process.wait(timeout=seconds)
        log = self._log.read_text(encoding="utf-8")
        assert code == 0, f"exit code {code}: {log}"
        return log

    def _command(self, words: Sequence[str], user: str | None = None) -> list[str]:
        number, _, group = (user or self._image.user).partition(":")
        pairs = [part for to, source in self._shown.items() for part in (str(source), to)]
        setpriv = ("setpriv", f"--reuid={number}", f"--regid={group or number}", *_WITHOUT_RIGHTS)
        environment = ("env", "-i", f"--chdir={self._image.directory}", *self._image.environment)
        return [
            *("unshare", "--mount", "bash", "-euc", _ENTER, "enter", str(self._image.root)),
            *(*pairs, "--", *setpriv, *environment, *self._environment, *words),
        ]


def copied(source: Path, target: Path) -> Path:
    """A copy of the folder *source* that whoever a service runs as may read."""
    shutil.copytree(source, target)
    for each in (target, *target.rglob("*")):
        each.chmod(0o755 if each.is_dir() else 0o644)
    return target
