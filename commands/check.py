"""`dondoc check`: everything tried once, each with what to mend.

A finding stands for itself: what cannot be tried because something before it failed is not
reported at all, and never as fine. No event and no obligation is changed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import click

from ..connector.transport import Client
from ..connector.transport.management import inspect_policies
from ..connector.transport.topology import topology
from ..metrics.exporter import can_listen
from ..reports.site.looking import look
from ..rules.law import Law
from ..rules.mendable import Mendable
from ..storage.reprocessing import is_settled
from ..storage.secrecy.remains import TABLES
from .assembly.application import Application, open_application, require_same_since
from .assembly.broker import broker_address, broker_names
from .assembly.clock import today
from .assembly.loading import POLICY
from .assembly.pages import sites_of
from .assembly.settings import Settings
from .terminal.documented import Command
from .terminal.options import DONE, FOUND, Context, in_context
from .terminal.presentation import say

COVERAGE_DAYS = 60
"""With fewer days of calendar ahead, deadlines are set that it does not reach."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was tried, whether it is fine (None: it could not be looked at, or is for the operator
    to weigh), and what was found or has to be mended."""

    what: str
    fine: bool | None
    text: str


@click.command("check", cls=Command)
@in_context
def command(context: Context) -> None:
    """Try everything, and say what to mend."""
    findings = _check_everything(context.settings, context.database)
    for finding in findings:
        mark = {True: "ok  ", False: "mend", None: "?   "}[finding.fine]
        say(f"{mark}  {finding.what}: {finding.text}")
    sys.exit(FOUND if any(finding.fine is False for finding in findings) else DONE)


def _check_everything(settings: Settings, database: str | None) -> list[Finding]:
    """Try the settings' database, law and broker."""
    origins = ", ".join([settings.file, *sorted(settings.variables.values())])
    findings = [Finding("settings", fine=True, text=origins)]
    findings += _tried("database and law", lambda: _own(settings, database))
    findings += _tried("metrics", lambda: _metrics(settings))
    findings += _tried("broker", lambda: _broker(settings))
    return findings


def _tried(what: str, attempt: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """What *attempt* finds; what stops it is a finding itself."""
    try:
        yield from attempt()
    except Mendable as error:
        yield Finding(what, fine=False, text=str(error))


def _own(settings: Settings, database: str | None) -> Iterator[Finding]:
    application = open_application(settings, database)
    yield Finding("database", fine=True, text=application.store.name)
    # A file that can be read cannot always be written.
    application.store.transact(lambda tx: tx.run("DELETE FROM attempt WHERE tries < 0"))
    for line in application.store.open_to_others():
        yield Finding("database", fine=False, text=line)
    for line in application.store.copies_kept(TABLES):
        text = f"could not be complete; best before the first event: {line}"
        yield Finding("erasure of secrets", fine=None, text=text)
    yield from _pages(application)
    yield from _law(application)
    yield from _tried("tracking", lambda: _tracking(application))
    if is_settled(application.store, application.law):
        yield Finding("projection", fine=True, text="everything is judged by the law as it is")
    else:
        text = "the law has changed; see `dondoc reprocess --all --dry-run`, then apply it"
        yield Finding("projection", fine=False, text=text)


def _pages(application: Application) -> Iterator[Finding]:
    wanted = application.settings.site
    for each in look(sites_of(application), wanted.directory, wanted.group):
        yield Finding("pages", fine=each.fine, text=f"{each.directory}: {each.text}")


def _tracking(application: Application) -> Iterator[Finding]:
    require_same_since(application)
    since, _ = application.store.read(lambda tx: tx.period())
    if since > today():
        text = f"since {since}, which is still to come: until then no periodic report is owed and "
        yield Finding("tracking", fine=None, text=text + "nobody is reminded")
    else:
        yield Finding("tracking", fine=True, text=f"since {since}")


def _metrics(settings: Settings) -> Iterator[Finding]:
    free = can_listen(settings.metrics_listen)
    text = "can be listened on" if free else "is in use, by the service itself where it runs"
    yield Finding("metrics", fine=free or None, text=f"{settings.metrics_listen} {text}")


def _law(application: Application) -> Iterator[Finding]:
    law = application.law
    for regulation in law.regulations.all:
        text = f"in force from {regulation.in_force_from}, {len(regulation.rules)} rules"
        clockless = [r.id for r in regulation.rules if r.off is None and not r.has_clock]
        if clockless:
            text += f"; without a clock, never a breach: {', '.join(clockless)}"
        yield Finding(f"regulation {regulation.id}", fine=True, text=text)
    if law.regulations.on(today()) is None:
        yield Finding("regulation", fine=False, text="none is in force today")
    yield from unknown_obligors(law)
    yield from _calendar(law)
    since, through = application.store.read(lambda tx: tx.period())
    yield from _directory(law, since)
    if through > max(since, today()):
        text = (
            f"everything is judged by {through}, which is still to come: if today is {today()}, "
            f"see `dondoc reprocess --through {today()} --dry-run`, then apply it"
        )
        yield Finding("day", fine=False, text=text)
    yield from _policy(law, application.settings.tracking.reminders)


def unknown_obligors(law: Law) -> Iterator[Finding]:
    """The bodies that a rule alone is for and that the directory lacks: nobody would owe it."""
    for regulation in law.regulations.all:
        for rule in regulation.rules:
            unknown = [code for code in rule.bodies if code not in law.directory]
            if unknown:
                text = (
                    f"rule {rule.id} is for bodies that the directory lacks: {', '.join(unknown)}"
                )
                yield Finding(f"regulation {regulation.id}", fine=False, text=text)


def _calendar(law: Law) -> Iterator[Finding]:
    calendar, day = law.calendar, today()
    left = (calendar.last - day).days
    text = f"covers {calendar.first} to {calendar.last}, {left} days ahead"
    if left < COVERAGE_DAYS:
        text += "; add the next year to a calendar file"
    yield Finding("calendar", fine=left >= COVERAGE_DAYS, text=text)
    year = (day, day + timedelta(days=365))
    unconfirmed = [
        each.date.isoformat()
        for each in calendar.exceptions
        if not each.confirmed and year[0] <= each.date <= year[1]
    ]
    if unconfirmed:
        text = f"not yet confirmed, counted as they stand: {', '.join(unconfirmed)}"
        yield Finding("calendar", fine=True, text=text)


def _directory(law: Law, since: date) -> Iterator[Finding]:
    directory, day = law.directory, today()
    valid = sum(directory.exists(body.code, day) for body in directory)
    wanted = any(rule.owes == "office" for each in law.regulations.all for rule in each.rules)
    gap = directory.gap_in_office(min(since, day), day) if wanted else None
    if gap is None:
        text = f"{valid} bodies valid today, the Office is {directory.office(day) or 'nobody'}"
        yield Finding("bodies", fine=True, text=text)
    else:
        text = f'no body of kind "office" is valid on {gap}, and nobody owes what the Office owes'
        yield Finding("bodies", fine=False, text=text)


def _policy(law: Law, file: Path | None) -> Iterator[Finding]:
    known = {rule.id for regulation in law.regulations.all for rule in regulation.rules}
    named, window = {*law.policy.by_target, *law.policy.by_age}, law.policy.window
    for name in sorted(named - known):
        text = f'speaks of a rule "{name}" that no regulation has'
        yield Finding("reminders", fine=False, text=text)
    if named <= known:
        days = "working days" if window.working_days_only else "every day"
        text = f"{file or POLICY}: published on {days} from {window.opens} to {window.closes}"
        yield Finding("reminders", fine=True, text=text)


def _broker(settings: Settings) -> Iterator[Finding]:
    address, wanted = broker_address(settings), topology(broker_names(settings))
    with Client(address) as client:
        yield Finding("broker", fine=True, text=str(address))
        for problem in client.inspect(wanted):
            yield Finding(problem.object, fine=False, text=problem.text)
    if settings.broker.management_url is None:
        text = "not looked at: set [broker] management_url to have them checked"
        yield Finding("policies", fine=None, text=text)
        return
    problems = inspect_policies(settings.broker.management_url, address.vhost, wanted)
    for problem in problems:
        yield Finding(problem.object, fine=False, text=problem.text)
    if not problems:
        yield Finding("policies", fine=True, text="none takes events out of a queue")
