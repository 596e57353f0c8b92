"""What can be told of deploy/kubernetes without a cluster: where its files disagree with each
other, with the settings, the image, or the rules and dashboards that they hand on."""

from __future__ import annotations

import json
import re
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from configparser import ConfigParser
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml  # type: ignore[import-untyped]
from dondoc.cli import main
from dondoc.commands.assembly.settings import load_settings
from dondoc.rules.places import FileError
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from kubernetes_rules import SOURCES, TARGET, rule
from support.commands import subcommands
from support.compose import CONTAINERS, dockerfile

KUBERNETES = Path("deploy/kubernetes")
SCHEMAS = Path("tests/fixtures/kubernetes")
VERSION = "1.34"
"""Of Kubernetes, whose schemas everything has to fit."""
NOT_TAKEN = {"kustomization.yaml", "secrets.example.yaml"}
_SEALED = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
}
Object = dict[str, Any]


class Manifests:
    """The objects of *root*/deploy/kubernetes, as its kustomization names them."""

    def __init__(self, root: Path) -> None:
        self.root, self.folder = root, root / KUBERNETES
        self.kustomization = self.read("kustomization.yaml")[0]
        self.files = [each for each in self.kustomization["resources"] if each.endswith(".yaml")]
        self.objects = [each for file in self.files for each in self.read(file)]
        (self.secret,) = self.read("secrets.example.yaml")
        self.image = dockerfile(root / CONTAINERS / "Dockerfile")

    def read(self, path: str) -> list[Object]:
        """The objects of a file, named from the folder."""
        text = (self.folder / path).read_text("utf-8")
        return list(yaml.load_all(text, yaml.CSafeLoader))

    def of_kind(self, kind: str) -> list[Object]:
        """The objects of a kind."""
        return [each for each in self.objects if each["kind"] == kind]

    @cached_property
    def workloads(self) -> dict[str, Object]:
        """The specifications of pods, by the name of what makes them."""
        kinds = ("Deployment", "Job")
        found = [each for kind in kinds for each in self.of_kind(kind)]
        return {each["metadata"]["name"]: each["spec"]["template"]["spec"] for each in found}

    @cached_property
    def labels(self) -> list[Mapping[str, str]]:
        """The labels of every kind of pod."""
        kinds = [*self.of_kind("Deployment"), *self.of_kind("Job")]
        return [each["spec"]["template"]["metadata"]["labels"] for each in kinds]

    def said(self, name: str) -> str:
        """What the last stage of the image says with the instruction *name*."""
        return [each.value for each in self.image if each.name == name][-1]


def problems(root: Path) -> list[str]:
    """A line for each disagreement that is found below *root*."""
    manifests = Manifests(root)
    return [
        *_of_files(manifests),
        *_of_schemas(manifests),
        *_of_pods(manifests),
        *_of_settings(manifests),
        *_of_ports(manifests),
        *_of_selectors(manifests),
        *_of_what_may_be_reached(manifests),
        *_of_rules_and_dashboards(manifests),
        *_of_versions(manifests),
    ]


def _of_files(manifests: Manifests) -> Iterator[str]:
    there = {each.name for each in manifests.folder.glob("*.yaml")} - NOT_TAKEN
    if there != set(manifests.files):
        yield f"kustomization.yaml: {sorted(there ^ set(manifests.files))}"
    for each in manifests.kustomization["configMapGenerator"]:
        for file in each["files"]:
            if not (manifests.folder / file).is_file():
                yield f"kustomization.yaml: {file} is not there"


def _of_schemas(manifests: Manifests) -> Iterator[str]:
    for each in [*manifests.objects, manifests.secret]:
        for line in _misfits(json.dumps(each)):
            yield f"{each['kind']} {each['metadata']['name']}: {line}"


@cache
def _misfits(text: str) -> list[str]:
    """Where the object in *text* does not fit the schema of its kind."""
    import kubernetes_validate  # type: ignore[import-untyped]

    told = json.loads(text)
    own = Path(__file__).resolve().parents[2] / SCHEMAS / f"{told['kind']}.json"
    if own.is_file():
        schema = json.loads(own.read_text("utf-8"))
        found = Draft202012Validator(schema).iter_errors(told)
        return [f"{error.json_path}: {error.message[:200]}" for error in found]
    try:
        kubernetes_validate.validate(told, VERSION, strict=True)
    except kubernetes_validate.ValidationError as error:
        return [str(error.message)[:200]]
    return []


def _of_pods(manifests: Manifests) -> Iterator[str]:
    number = int(manifests.said("USER").partition(":")[0])
    # Seconds, as the units for systemd have them: what ending takes is the same.
    grace = {"dondoc": 30, "dondoc-mail": 120}
    for name, pod in manifests.workloads.items():
        (container,) = pod["containers"]
        security = pod["securityContext"]
        if container["securityContext"] != _SEALED or not security["runAsNonRoot"]:
            yield f"{name}: may more than it needs"
        if {security[each] for each in ("runAsUser", "runAsGroup", "fsGroup")} != {number}:
            yield f"{name}: does not run as {number}"
        if security["seccompProfile"] != {"type": "RuntimeDefault"}:
            yield f"{name}: no seccomp"
        if pod.get("enableServiceLinks") is not False or pod["automountServiceAccountToken"]:
            yield f"{name}: is told of services, or of Kubernetes"
        if pod.get("terminationGracePeriodSeconds") != grace.get(name):
            yield f"{name}: is not given {grace.get(name)} s to end"
        if not {"requests", "limits"} <= container["resources"].keys():
            yield f"{name}: has no bounds"
        volumes = {each["name"] for each in pod["volumes"]}
        if {each["name"] for each in container["volumeMounts"]} != volumes:
            yield f"{name}: mounts what it does not have, or not what it has"
    for each in manifests.of_kind("Deployment"):
        if each["spec"]["strategy"] != {"type": "Recreate"}:
            yield f"{each['metadata']['name']}: an older version runs beside a newer one"


def _of_settings(manifests: Manifests) -> Iterator[str]:
    keys = manifests.secret["stringData"]
    for name, pod in manifests.workloads.items():
        (container,) = pod["containers"]
        (secrets,) = [each["secret"] for each in pod["volumes"] if "secret" in each]
        (mount,) = [each for each in container["volumeMounts"] if each["name"] == "secrets"]
        given = {f"{mount['mountPath']}/{item['path']}": item["key"] for item in secrets["items"]}
        asked = {each["value"] for each in container["env"] if each["name"].endswith("_FILE")}
        if asked != set(given) or not set(given.values()) <= set(keys):
            yield f"{name}: its secrets are not those that there are"
            continue
        with tempfile.TemporaryDirectory() as folder:
            environment = {}
            for variable in container["env"]:
                value = variable["value"]
                if value in given:
                    file = Path(folder, given[value])
                    file.write_text(keys[given[value]])
                    value = str(file)
                environment[variable["name"]] = value
            try:
                load_settings(manifests.folder / "settings/dondoc.toml", environment)
            except FileError as error:
                yield f"{name}: {error}"
        command: Any = main
        for word in container["args"]:
            command = subcommands(command).get(word) if command is not None else None
        if command is None:
            yield f"{name}: there is no `dondoc {' '.join(container['args'])}`"


def _of_ports(manifests: Manifests) -> Iterator[str]:
    exposed = int(manifests.said("EXPOSE"))
    for name, pod in manifests.workloads.items():
        (container,) = pod["containers"]
        ports = {each["name"]: each["containerPort"] for each in container.get("ports", ())}
        listens = {each["name"]: each["value"] for each in container["env"]}
        there = int(listens.get("DONDOC_MAIL_LISTEN", f":{exposed}").rpartition(":")[2])
        if set(ports.values()) - {there}:
            yield f"{name}: listens on {there} and not on {ports}"
        probes = {key: container[key] for key in container if key.endswith("Probe")}
        if len(probes) != 3 * bool(ports):
            yield f"{name}: has the probes {sorted(probes)}"
        for key, probe in probes.items():
            asked = (probe["httpGet"]["path"], probe["httpGet"]["port"])
            path = "/readyz" if key == "readinessProbe" else "/healthz"
            if asked[0] != path or asked[1] not in ports:
                yield f"{name}: {key} asks {asked}"
    (service,) = manifests.of_kind("Service")
    (monitor,) = manifests.of_kind("ServiceMonitor")
    named = {each["name"]: each["port"] for each in service["spec"]["ports"]}
    if set(named.values()) != {exposed}:
        yield f"the service: leads to {named} and not to {exposed}"
    for endpoint in monitor["spec"]["endpoints"]:
        if endpoint["port"] not in named:
            yield f"the ServiceMonitor: there is no port {endpoint['port']}"


def _of_selectors(manifests: Manifests) -> Iterator[str]:
    for each in manifests.objects:
        spec = each.get("spec", {})
        selector = spec.get("selector", spec.get("podSelector", {}))
        wanted = selector.get("matchLabels", selector if each["kind"] == "Service" else {})
        among = manifests.labels
        if each["kind"] == "ServiceMonitor":
            among = [one["metadata"]["labels"] for one in manifests.of_kind("Service")]
        if not any(wanted.items() <= labels.items() for labels in among):
            yield f"{each['kind']} {each['metadata']['name']}: chooses nothing"
    (service,) = manifests.of_kind("Service")
    (monitor,) = manifests.of_kind("ServiceMonitor")
    job = service["metadata"]["labels"].get(monitor["spec"].get("jobLabel"))
    example = yaml.safe_load((manifests.root / "deploy/prometheus/prometheus.yml").read_text())
    if job not in [each["job_name"] for each in example["scrape_configs"]]:
        yield f"the ServiceMonitor: the alerts know no job {job}"


def _of_what_may_be_reached(manifests: Manifests) -> Iterator[str]:
    policies = manifests.of_kind("NetworkPolicy")
    shut = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    if shut not in [each["spec"] for each in policies]:
        yield "network-policy.yaml: what is not allowed is not forbidden"
    open_ = {
        port["port"]
        for each in policies
        for way in each["spec"].get("egress", ())
        for port in way["ports"]
    }
    told = tomllib.loads((manifests.folder / "settings/dondoc.toml").read_text("utf-8"))
    urls = {key: urlsplit(text) for key, text in manifests.secret["stringData"].items()}
    needed = {url.port for url in urls.values() if url.scheme} | {53}
    needed |= {told["mail"].get("port", 587)} if "mail" in told else set()
    if open_ != needed:
        yield f"network-policy.yaml: lets out to {sorted(open_)} where {needed} is needed"


def _of_rules_and_dashboards(manifests: Manifests) -> Iterator[str]:
    deploy = manifests.root / "deploy"
    sources = tuple(deploy / "prometheus" / each.name for each in SOURCES)
    if rule(sources) != (manifests.folder / TARGET.name).read_text("utf-8"):
        yield f"{TARGET.name} is not what python deploy/kubernetes_rules.py makes"
    (own,) = manifests.of_kind("PrometheusRule")
    groups = [group for each in sources for group in yaml.safe_load(each.read_text())["groups"]]
    if own["spec"]["groups"] != groups:
        yield f"{TARGET.name} says another thing than deploy/prometheus"
    (dashboards,) = manifests.read("../grafana/kustomization.yaml")
    shown = [file for each in dashboards["configMapGenerator"] for file in each["files"]]
    there = [f"json/{each.name}" for each in (deploy / "grafana/json").iterdir()]
    if sorted(shown) != sorted(there) or "../grafana" not in manifests.kustomization["resources"]:
        yield f"the dashboards are {sorted(there)}, not {sorted(shown)}"


def _of_versions(manifests: Manifests) -> Iterator[str]:
    setup = ConfigParser()
    setup.read(manifests.root / "setup.cfg", encoding="utf-8")
    version = setup["metadata"]["version"]
    (image,) = manifests.kustomization["images"]
    if image["newTag"] != version:
        yield f"kustomization.yaml: the image is not {version}"
    if {pod["containers"][0]["image"] for pod in manifests.workloads.values()} != {image["name"]}:
        yield "kustomization.yaml: does not name every image"
    (job,) = manifests.of_kind("Job")
    if not job["metadata"]["name"].endswith(re.sub(r"[^a-z0-9]", "-", version)):
        yield f"migrate.yaml: the job of version {version} has another's name"
