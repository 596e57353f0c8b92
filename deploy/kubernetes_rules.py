"""The PrometheusRule of deploy/kubernetes, made of the rules in deploy/prometheus.

    python deploy/kubernetes_rules.py    # writes it anew

The operator wants the rules inside an object of its own, where a kustomization can only copy files.
They are taken over line by line, with their comments.
"""

from __future__ import annotations

import textwrap
from pathlib import Path

_DEPLOY = Path(__file__).resolve().parent
SOURCES = tuple(_DEPLOY / "prometheus" / name for name in ("recording.yml", "alerts.yml"))
TARGET = _DEPLOY / "kubernetes" / "prometheus-rule.yaml"
_HEAD = """\
# Made by deploy/kubernetes_rules.py of deploy/prometheus: change it there.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: dondoc
  labels:
    app.kubernetes.io/name: dondoc
spec:
  groups:
"""
_GROUPS = "groups:\n"


def rule(sources: tuple[Path, ...] = SOURCES) -> str:
    """The object with the groups of *sources*, as text."""
    groups = [_groups(source.read_text(encoding="utf-8")) for source in sources]
    return _HEAD + textwrap.indent("".join(groups), "  ")


def _groups(text: str) -> str:
    """What stands below `groups:`, which is all that the operator's object has."""
    _, found, groups = text.partition(f"\n{_GROUPS}")
    assert found, "no groups: in the rules"
    return groups


if __name__ == "__main__":
    TARGET.write_text(rule(), encoding="utf-8")
