"""What `dondoc check` finds in the regulations: what can hardly be meant, and who is not there."""

from __future__ import annotations

from collections.abc import Iterator

from ...rules.law import Law
from ...rules.regulation import Regulation
from .doubts import told_of_doubts
from .findings import Finding
from .words import words


def doubtful(law: Law) -> Iterator[Finding]:
    """What can hardly be meant in a regulation, for the operator to weigh."""
    for each in law.regulations.all:
        yield from (Finding(named(each), fine=None, text=said) for said in told_of_doubts(each))


def unknown_obligors(law: Law) -> Iterator[Finding]:
    """The bodies that a rule alone is for and that the directory lacks: nobody would owe it."""
    for regulation in law.regulations.all:
        for rule in regulation.rules:
            unknown = [code for code in rule.bodies if code not in law.directory]
            if unknown:
                text = words().say("check.no_obligor", rule=rule.id, bodies=", ".join(unknown))
                yield Finding(named(regulation), fine=False, text=text)


def named(regulation: Regulation) -> str:
    """What *regulation* is called beside a finding."""
    return words().say("check.what.regulation", id=regulation.id)
