"""Which obligations are periodic reports, told from what the list shows of them.

The counting asks the rules which of them want a report; a rule that it passed over would be passed
over by the check as well, were it to ask the same.
"""

from __future__ import annotations

from ...rules.law import Law
from ...rules.obligations import Obligation
from ...rules.streams import is_of_reports

_NO_REPORTS = {"plan.approved", "report.published"}
"""What serves a plan or a publication, which are owed by periods too."""


def is_periodic_report(law: Law, each: Obligation) -> bool:
    """Whether *each* is a report that its body owes on a period: whatever it owes on one that is
    no plan and no publication."""
    if not is_of_reports(each.stream) or "period" not in each.trace:
        return False
    regulation = law.regulations.get(each.regulation)
    rule = None if regulation is None else regulation.rule(each.rule)
    if rule is None:
        return True
    served = {*rule.fulfilling, *(by.event for by in rule.accumulates)}
    return not served or not served <= _NO_REPORTS
