"""What can be told of deploy/containers without an engine: where its files disagree with each
other, with the settings, or with what else of deploy they hand on."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path
from typing import Any

from dondoc.cli import main
from dondoc.commands.assembly.environment import CONFIG, variables
from dondoc.commands.assembly.settings import load_settings
from dondoc.rules.places import FileError
from jsonschema import Draft7Validator  # type: ignore[import-untyped]
from support.commands import subcommands
from support.compose import DEFAULT, Compose, image_environment

SCHEMA = Path("tests/fixtures/containers/compose-spec.json")
SETTINGS = "/etc/dondoc"
_DIALED = re.compile(r"[a-z]+://([a-z]+):(\d+)|^([a-z]+):(\d+)$")
_HEALTHY_BY_THEMSELVES = {"mailpit"}
"""The services whose image has a check of its own, dondoc's own apart."""


def problems(root: Path) -> list[str]:
    """A line for each disagreement that is found below *root*."""
    compose = Compose(root)
    return [
        *_of_the_schema(compose),
        *_of_the_image(compose),
        *_of_what_shuts_in(compose),
        *_of_what_is_mounted(compose),
        *_of_variables(compose),
        *_of_commands(compose),
        *_of_who_speaks_to_whom(compose),
        *_of_prometheus_and_grafana(compose),
        *_of_versions(compose),
    ]


def _of_the_schema(compose: Compose) -> Iterator[str]:
    schema = json.loads((compose.root / SCHEMA).read_text("utf-8"))
    for error in Draft7Validator(schema).iter_errors(compose.whole):
        yield f"the schema: {error.json_path}: {error.message[:200]}"
    for kind, key in (("volumes", "volumes"), ("networks", "networks"), ("secrets", "secrets")):
        used = {
            str(each["source"]) if isinstance(each, dict) else str(each).partition(":")[0]
            for service in compose.services.values()
            for each in service.get(key, ())
        }
        used = {name for name in used if not name.startswith((".", "$"))}
        if used != set(compose.whole[kind]):
            yield f"{kind}: {sorted(used ^ set(compose.whole[kind]))} declared or used alone"


def _of_the_image(compose: Compose) -> Iterator[str]:
    last = compose.image[-1].stage
    said = {each.name: each.value for each in compose.image if each.stage == last}
    if not re.fullmatch(r"[1-9]\d*:[1-9]\d*", said["USER"]):
        yield f"the image: USER {said['USER']} is not a number other than 0"
    if said["EXPOSE"] != compose.port or f":{compose.port}/" not in said["HEALTHCHECK"]:
        yield f"the image: EXPOSE or HEALTHCHECK is not of port {compose.port}"
    if said["STOPSIGNAL"] != "SIGTERM" or not said["ENTRYPOINT"].startswith("["):
        yield "the image: it would not be ended in order"
    mail = compose.services["mail"]
    port = mail["environment"].get("DONDOC_MAIL_LISTEN", "").rpartition(":")[2]
    if not port or f":{port}/" not in str(mail["healthcheck"].get("test")):
        yield f"mail: its healthcheck is not of port {port}"
    kept = (compose.root / ".dockerignore").read_text("utf-8").splitlines()
    for wanted in _sources_of_the_wheel(compose.root):
        if f"!{wanted}" not in kept:
            yield f".dockerignore: keeps {wanted} from the builder"


def _sources_of_the_wheel(root: Path) -> set[str]:
    """What stands at the top of the repository and is needed to build the wheel."""
    setup = ConfigParser()
    setup.read(root / "setup.cfg", encoding="utf-8")
    parts = {name.split(".")[1] for name in setup["options"]["packages"].split() if "." in name}
    own = {each.name for each in root.glob("*.py")} | {"py.typed", "pyproject.toml", "setup.cfg"}
    pinned = {f"deploy/{each.name}" for each in (root / "deploy").glob("requirements*.txt")}
    return parts | own | pinned | {"README.md", setup["metadata"]["license_files"]}


def _of_what_shuts_in(compose: Compose) -> Iterator[str]:
    for name, each in compose.services.items():
        if not each.get("read_only") or each.get("cap_drop") != ["ALL"]:
            yield f"{name}: may write to its root, or has capabilities"
        if "no-new-privileges:true" not in each.get("security_opt", ()):
            yield f"{name}: may gain privileges"
        if each.keys() & {"privileged", "cap_add", "network_mode", "pid"}:
            yield f"{name}: is let out"
        if "restart" not in each or "mem_limit" not in each:
            yield f"{name}: has no restart or no bound on its memory"
        if not re.search(r":v?\d+\.\d+\.?\d*[a-z-]*$", each["image"]):
            yield f"{name}: {each['image']} is not pinned by a version"
        for port in each.get("ports", ()):
            if not DEFAULT.sub(r"\1", port).startswith("127.0.0.1:"):
                yield f"{name}: port {port} is open to everybody"


def _of_what_is_mounted(compose: Compose) -> Iterator[str]:
    for name, each in compose.services.items():
        for source, _ in compose.mounts(each):
            if not source.exists():
                yield f"{name}: {source.name} is not there"
    script = (compose.folder / "secrets.sh").read_text("utf-8")
    made = set(re.findall(r"\bkeep ([\w.-]+)", script))
    asked = {Path(each["file"]).name for each in compose.whole["secrets"].values()}
    if not asked <= made:
        yield f"secrets.sh does not make {sorted(asked - made)}"


def _of_variables(compose: Compose) -> Iterator[str]:
    known = {CONFIG, *(spelling for name in variables() for spelling in (name, f"{name}_FILE"))}
    own = image_environment(compose.image)
    for name, each in {"the image": {"environment": own}, **compose.services}.items():
        for variable, value in each.get("environment", {}).items():
            if variable.startswith("DONDOC_") and variable not in known:
                yield f"{name}: {variable} is no setting"
            if re.search(r"PASS|SECRET|TOKEN|COOKIE", variable) and not variable.endswith("_FILE"):
                yield f"{name}: {variable} is a secret in the environment"
            if variable.endswith("_FILE") and value not in compose.secret_files(each):
                yield f"{name}: {variable} names {value}, which it is not given"
    for settings in compose.folder.glob("settings/*dondoc.toml"):
        try:
            loaded = load_settings(settings, {})
        except FileError as error:
            yield f"settings: {error}"
            continue
        policy = str(loaded.tracking.reminders)
        ours = compose.root / "rules/policies" / Path(policy).name
        if not policy.startswith("/opt/dondoc/policies/") or not ours.is_file():
            yield f"settings: {policy} is not in the image"


def _of_commands(compose: Compose) -> Iterator[str]:
    for name, each in compose.of_dondoc().items():
        words = [word for word in each["command"] if not word.startswith(("-", "/"))]
        command: Any = main
        for word in words:
            command = subcommands(command).get(word) if command is not None else None
        if command is None:
            yield f"{name}: there is no `dondoc {' '.join(words)}`"
        if SETTINGS not in [target for _, target in compose.mounts(each)]:
            yield f"{name}: is not shown its settings"


def _of_who_speaks_to_whom(compose: Compose) -> Iterator[str]:
    image_checks = any(each.name == "HEALTHCHECK" for each in compose.image)
    for name, each in compose.services.items():
        for other, how in each.get("depends_on", {}).items():
            there = compose.services.get(other)
            if there is None:
                yield f"{name}: depends on {other}, which there is not"
                continue
            own = there.get("healthcheck", {"disable": not (image_checks and "build" in there)})
            checked = not own.get("disable") or other in _HEALTHY_BY_THEMSELVES
            if how["condition"] == "service_healthy" and not checked:
                yield f"{name}: waits for the health of {other}, which nobody looks at"
        for host, port in _dialed(compose, name):
            there = compose.services.get(host)
            if there is None or not compose.listens(host, port):
                yield f"{name}: nothing is at {host}:{port}"
            elif not set(there["networks"]) & set(each["networks"]):
                yield f"{name}: is in no network with {host}"


def _dialed(compose: Compose, name: str) -> Iterator[tuple[str, str]]:
    """The hosts and ports that the files of service *name* name."""
    texts: list[str] = []
    if name == "prometheus":
        told = compose.read("prometheus.yml")
        static = [each["static_configs"] for each in told["scrape_configs"]]
        static += [each["static_configs"] for each in told["alerting"]["alertmanagers"]]
        texts = [target for group in static for each in group for target in each["targets"]]
    if name == "grafana":
        texts = [each["url"] for each in compose.read("grafana-datasource.yml")["datasources"]]
    if name == "alertmanager":
        texts = [compose.read("settings/alertmanager.yml")["global"]["smtp_smarthost"]]
    if name in ("dondoc", "mail"):
        script = (compose.folder / "secrets.sh").read_text("utf-8")
        texts = re.findall(r"(?:amqp|http|postgresql)://\$?\w+:\$\w+@(\w+:\d+)", script)
    if name == "mail":
        told = tomllib.loads((compose.folder / "settings/dondoc.toml").read_text("utf-8"))
        texts.append("{host}:{port}".format(**told["mail"]))
    for text in texts:
        found = _DIALED.search(text)
        assert found, text
        host, port = [part for part in found.groups() if part]
        yield host, port


def _of_prometheus_and_grafana(compose: Compose) -> Iterator[str]:
    ours, example = compose.read("prometheus.yml"), compose.read("../prometheus/prometheus.yml")
    if _without_targets(ours) != _without_targets(example):
        yield "prometheus.yml says another thing than deploy/prometheus/prometheus.yml"
    shown = {target: source for source, target in compose.mounts(compose.services["prometheus"])}
    for file in ours["rule_files"]:
        if shown.get(f"/etc/prometheus/{file}") != compose.root / "deploy/prometheus" / file:
            yield f"prometheus: is not shown {file}"
    source = compose.read("grafana-datasource.yml")
    shipped = compose.read("../grafana/provisioning/datasources/dondoc.yml")
    source["datasources"][0]["url"] = shipped["datasources"][0]["url"]
    if source != shipped:
        yield "grafana-datasource.yml says another thing than the one that is shipped"
    (provider,) = compose.read("../grafana/provisioning/dashboards/dondoc.yml")["providers"]
    folder = provider["options"]["path"]
    grafana = compose.services["grafana"]
    shown = {target: source for source, target in compose.mounts(grafana)}
    home = Path(grafana["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"])
    if (
        str(home.parent) != folder
        or folder not in shown
        or not (shown[folder] / home.name).exists()
    ):
        yield f"grafana: {home} is not there"


def _without_targets(settings: dict[str, Any]) -> str:
    return re.sub(r'"targets": \[[^]]*\]', "", json.dumps(settings))


def _of_versions(compose: Compose) -> Iterator[str]:
    setup = ConfigParser()
    setup.read(compose.root / "setup.cfg", encoding="utf-8")
    version = setup["metadata"]["version"]
    images = {each["image"] for each in compose.of_dondoc().values()}
    label = f'org.opencontainers.image.version="{version}"'
    if images != {f"dondoc:{version}"} or not any(label in each.value for each in compose.image):
        yield f"the image is not called dondoc:{version}, or not labelled so"
    bases = [each.value.split()[0] for each in compose.image if each.name == "FROM"]
    if len(set(bases)) != 1 or f'base.name="{bases[0]}"' not in " ".join(
        each.value for each in compose.image
    ):
        yield f"the image: its bases differ: {bases}"
    page = (compose.root / "docs/containers.md").read_text("utf-8")
    foreign = {each["image"] for each in compose.services.values()} - images | set(bases)
    for image in sorted(foreign):
        if f"`{image.removeprefix('docker.io/').removeprefix('library/')}`" not in page:
            yield f"docs/containers.md does not name {image}"
