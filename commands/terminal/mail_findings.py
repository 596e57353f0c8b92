"""What `dondoc check` says of letters to bodies: whom none reaches, and when they may go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from ...mail.plan import MailPlan
from ...rules.law import Law
from .findings import Finding, found


def mail_reaches(law: Law, plan: MailPlan, day: date) -> Iterator[Finding]:
    """Whom no letter reaches on *day*, and whether digests have an hour at which they may go."""
    directory, window = law.directory, law.policy.window
    valid = [body.code for body in directory if directory.exists(body.code, day)]
    entries = [entry for code in valid if (entry := directory.get(code, day)) is not None]
    lacking = sorted(entry.code for entry in entries if entry.lacks_address)
    if lacking:
        yield found("mail", None, "unaddressed", number=len(lacking), bodies=", ".join(lacking))
    if plan.at >= window.closes:
        late = {"at": clock_time(plan.at), "closes": clock_time(window.closes)}
        yield found("mail", False, "mail_late", **late)
    else:
        at = clock_time(max(plan.at, window.opens))
        yield found("mail", True, "mail_at", at=at, steps=", ".join(plan.single) or "–")


def clock_time(since_midnight: timedelta) -> str:
    """A time of day as a clock shows it."""
    minutes = since_midnight // timedelta(minutes=1)
    return f"{minutes // 60:02}:{minutes % 60:02}"
