"""The Dockerfile built by buildah, without a daemon, in a store of its own."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from support.compose import CONTAINERS, dockerfile

from tests import bare

_TAG = "dondoc:replayed"


@dataclass(frozen=True)
class Image:
    """What was built: its files, and what it says of how it is run."""

    root: Path
    user: str
    directory: str
    environment: tuple[str, ...]
    entrypoint: tuple[str, ...]
    healthcheck: tuple[str, ...]
    stop_signal: str


class Builder:
    """buildah with a store in *work*; builds the Dockerfile of *checkout*."""

    def __init__(self, work: Path, checkout: Path) -> None:
        self._checkout = checkout
        self._buildah = [
            *("buildah", "--storage-driver", "vfs"),
            *("--root", str(work / "store"), "--runroot", str(work / "run")),
        ]

    def take_in(self, base: Path) -> None:
        """Have the files of *base* stand for the image that the Dockerfile begins with."""
        instructions = dockerfile(self._checkout / CONTAINERS / "Dockerfile")
        name = next(each.value.split()[0] for each in instructions if each.name == "FROM")
        container = self._say("from", "scratch")
        self._say("add", "--quiet", container, str(base), "/")
        self._say("commit", "--quiet", "--rm", container, name)

    def build(self, shown: Sequence[str]) -> Image:
        """The image; *shown* are directories of this machine that pip needs to see."""
        bare.run(
            [
                *(*self._buildah, "bud", "--isolation", "chroot", "--network", "host"),
                *("--pull=never", "--format", "docker", "--tag", _TAG),
                *(f"--volume={path}:{path}:ro" for path in shown),
                *("--file", str(self._checkout / CONTAINERS / "Dockerfile"), str(self._checkout)),
            ]
        )
        told = json.loads(self._say("inspect", "--type", "image", _TAG))["Docker"]["config"]
        container = self._say("from", "--pull=never", _TAG)
        return Image(
            root=Path(self._say("mount", container)),
            user=told["User"],
            directory=told["WorkingDir"],
            environment=tuple(told["Env"]),
            entrypoint=tuple(told["Entrypoint"]),
            # It begins with CMD, as it is written there.
            healthcheck=tuple(told["Healthcheck"]["Test"][1:]),
            stop_signal=told["StopSignal"],
        )

    def clean_up(self) -> None:
        """Leave nothing mounted."""
        subprocess.run([*self._buildah, "rm", "--all"], capture_output=True, check=False)

    def _say(self, *words: str) -> str:
        return bare.output(*self._buildah, *words).strip()
