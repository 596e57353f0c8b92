"""What a PromQL query asks for that the service does not give.

Labels are followed through the query from what a real scrape has (fixtures/metrics/series.json,
which test_dashboards_on_prometheus.py proves true) and what recording.yml makes of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import promql_parser as promql
import yaml  # type: ignore[import-untyped]

TESTS = Path(__file__).parents[1]
RECORDING = TESTS.parent / "deploy" / "prometheus" / "recording.yml"
SERIES = TESTS / "fixtures" / "metrics" / "series.json"
SCRAPED = ("job", "instance")
"""Labels that Prometheus adds to what it scrapes."""
NAMED = "dondoc_unit"
"""The label of every series of a service whose settings name a unit."""

Labels = dict[str, list[str]]
"""Labels, with all their values where these are few and fixed."""
_SETS = ("and", "or", "unless")


def scraped() -> dict[str, Labels]:
    """The series of a scrape of the real service, with their labels."""
    told: dict[str, Labels] = json.loads(SERIES.read_text(encoding="utf-8"))
    added: Labels = {label: [] for label in (*SCRAPED, NAMED)}
    return {name: labels | added for name, labels in told.items()}


def recorded(known: Mapping[str, Labels], rules: Path = RECORDING) -> dict[str, Labels]:
    """*known* and the series that *rules* record of them; fails where a rule asks for another."""
    everything = dict(known)
    for group in yaml.safe_load(rules.read_text(encoding="utf-8"))["groups"]:
        for rule in group["rules"]:
            reader = Reader(everything)
            labels = reader.labels(promql.parse(rule["expr"]))
            assert not reader.findings, (rule["record"], reader.findings)
            everything[rule["record"]] = labels
    return everything


def findings(query: str, known: Mapping[str, Labels]) -> list[str]:
    """What is wrong with *query*, a line each: its syntax, names, labels and their values."""
    try:
        expression = promql.parse(query)
    except ValueError as error:
        return [f"not PromQL: {error}"]
    reader = Reader(known)
    reader.labels(expression)
    return reader.findings


class Reader:
    """Follows the labels of a query; ``findings`` are those that are asked for in vain."""

    def __init__(self, known: Mapping[str, Labels]) -> None:
        self._known = known
        self.findings: list[str] = []

    def labels(self, node: Any) -> Labels:
        """The labels of what *node* gives; none for a number."""
        if isinstance(node, promql.MatrixSelector):
            node = node.vector_selector
        if isinstance(node, promql.VectorSelector):
            return self._selected(node)
        if isinstance(node, promql.AggregateExpr):
            return self._aggregated(node)
        if isinstance(node, promql.BinaryExpr):
            return self._combined(node)
        if isinstance(node, promql.Call):
            return self._called(node)
        if isinstance(node, promql.NumberLiteral | promql.StringLiteral):
            return {}
        return self.labels(node.expr)

    def _selected(self, node: promql.VectorSelector) -> Labels:
        found: Labels = {}
        names = list(_names(node))
        for name in names:
            if name not in self._known:
                self.findings.append(f"no series {name}")
                continue
            found |= self._known[name]
        if any(name not in self._known for name in names):
            return found
        for matcher in node.matchers.matchers:
            if matcher.name == "__name__":
                continue
            self._ask(matcher.name, found, "a matcher")
            values = found.get(matcher.name, [])
            if values and matcher.op == promql.MatchOp.Equal and matcher.value not in values:
                self.findings.append(f"no {matcher.name} is {matcher.value!r}")
        return found

    def _called(self, node: promql.Call) -> Labels:
        given = [self.labels(each) for each in node.args]
        found = {label: values for each in given for label, values in each.items()}
        if node.func.name == "label_join":
            joined, _, *sources = (each.val for each in node.args[1:])
            for label in sources:
                self._ask(label, found, "label_join")
            found[joined] = []
        if node.func.name == "histogram_quantile":
            self._ask("le", found, "histogram_quantile")
            found.pop("le", None)
        return found

    def _aggregated(self, node: promql.AggregateExpr) -> Labels:
        inner = self.labels(node.expr)
        if str(node.op) in ("topk", "bottomk"):
            # They keep what they choose from, whatever they group by.
            return inner
        if node.modifier is None:
            return {}
        named = node.modifier.labels
        if node.modifier.type == promql.AggModifierType.By:
            for label in named:
                self._ask(label, inner, "by")
            return {label: inner.get(label, []) for label in named}
        return {label: values for label, values in inner.items() if label not in named}

    def _combined(self, node: promql.BinaryExpr) -> Labels:
        left, right = self.labels(node.lhs), self.labels(node.rhs)
        modifier = node.modifier
        if str(node.op) in _SETS:
            return left | right
        if modifier is None or modifier.matching is None:
            return left or right
        included = modifier.matching.type == promql.LabelModifierType.Include
        if included:
            for label in modifier.matching.labels:
                self._ask(label, left, "on, left")
                self._ask(label, right, "on, right")
        for label in modifier.group_labels or ():
            self._ask(label, right, "group_left")
            left[label] = right.get(label, [])
        return left

    def _ask(self, label: str, found: Labels, where: str) -> None:
        if label not in found:
            self.findings.append(f"no label {label} for {where}; there are {sorted(found)}")


def _names(node: promql.VectorSelector) -> Iterator[str]:
    if node.name:
        yield node.name
    for matcher in node.matchers.matchers:
        if matcher.name == "__name__":
            yield from matcher.value.split("|")
