"""deploy/containers/Dockerfile and compose.yaml, as a test reads them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

CONTAINERS = Path("deploy/containers")
DEFAULT = re.compile(r"\$\{[A-Z_]+:-([^}]*)\}")
"""A variable of compose, with its default as the group."""
_LISTENS = {
    "alertmanager": {"9093"},
    "grafana": {"3000"},
    "mailpit": {"1025", "8025"},
    "postgres": {"5432"},
    "prometheus": {"9090"},
    "rabbitmq": {"5672", "15672", "15692"},
}
"""The ports of each image that is not ours, by its documentation."""


@dataclass(frozen=True)
class Instruction:
    """A line of a Dockerfile, joined where it was broken; ``stage`` counts from 0."""

    stage: int
    name: str
    value: str


def dockerfile(path: Path) -> list[Instruction]:
    """The instructions of *path*."""
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
    found: list[Instruction] = []
    stage = -1
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        if line.strip():
            name, _, value = line.strip().partition(" ")
            stage += name == "FROM"
            found.append(Instruction(stage, name, " ".join(value.split())))
    return found


def image_environment(instructions: Sequence[Instruction]) -> dict[str, str]:
    """The variables that the last stage sets."""
    last = instructions[-1].stage
    pairs = [
        pair.partition("=")
        for each in instructions
        if each.stage == last and each.name in ("ENV", "ARG")
        for pair in shlex.split(each.value)
    ]
    return {name: value for name, _, value in pairs}


class Compose:
    """The services of *root*/deploy/containers/compose.yaml, merged as YAML merges them."""

    def __init__(self, root: Path) -> None:
        self.root, self.folder = root, root / CONTAINERS
        self.whole: dict[str, Any] = self.read("compose.yaml")
        self.services: dict[str, dict[str, Any]] = self.whole["services"]
        self.image = dockerfile(self.folder / "Dockerfile")

    def read(self, path: str) -> Any:
        """A file of YAML, named from the folder of compose.yaml."""
        return yaml.load((self.folder / path).read_text("utf-8"), yaml.CSafeLoader)

    def of_dondoc(self) -> dict[str, dict[str, Any]]:
        """The services that run dondoc's own image."""
        return {name: each for name, each in self.services.items() if "build" in each}

    def mounts(self, service: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
        """What of the repository *service* is shown, and where."""
        for each in service.get("volumes", ()):
            source, target, *_ = DEFAULT.sub(r"\1", each).split(":")
            if source.startswith("."):
                yield (self.folder / source).resolve(), target

    def secret_files(self, service: Mapping[str, Any]) -> set[str]:
        """The paths of the secrets that *service* is given."""
        given = [
            each if isinstance(each, str) else each["target"] for each in service.get("secrets", ())
        ]
        return {str(Path("/run/secrets", name)) for name in given}

    @property
    def port(self) -> str:
        """The port that the image listens on."""
        return image_environment(self.image)["DONDOC_METRICS_LISTEN"].rpartition(":")[2]

    def listens(self, service: str, port: str) -> bool:
        """Whether *service* is known to listen on *port*."""
        return port in {**_LISTENS, "dondoc": {self.port}}.get(service, set())
