"""`dondoc check`: everything tried once, each with what to mend.

A finding stands for itself: what cannot be tried because something before it failed is not
reported at all, and never as fine. No event and no obligation is changed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

import click

from ..connector.transport import Client
from ..connector.transport.management import inspect_policies
from ..mail.smtp import Session
from ..metrics.endpoint import can_listen
from ..reports.site.looking import look
from ..rules.law import Law
from ..rules.mendable import Mendable
from ..storage.law_parts import changed_parts, remember_parts
from ..storage.reprocessing import is_settled
from ..storage.secrecy.remains import TABLES
from .assembly.application import (
    Application,
    open_application,
    require_directory,
    require_same_since,
    require_same_unit,
)
from .assembly.broker import broker_address, broker_names, wanted_topology
from .assembly.clock import today
from .assembly.environment import CONFIG
from .assembly.loading import MODEL, POLICY, check_policy, load_law, packaged
from .assembly.mail import mail_of
from .assembly.pages import sites_of
from .assembly.settings import Settings
from .assembly.settings_file import HERE, SYSTEM
from .terminal.deep_findings import projected_again
from .terminal.documented import Command
from .terminal.event_findings import (
    bodies_not_known,
    dialects_spoken,
    numbers_missing,
    types_not_known,
)
from .terminal.findings import Finding, objects_of, stray_bindings, unit_taken
from .terminal.findings import found as _found
from .terminal.law_findings import doubtful, named, unknown_obligors
from .terminal.mail_findings import clock_time, mail_reaches
from .terminal.options import DONE, FOUND, Context, in_context
from .terminal.policies import told_of_policy
from .terminal.presentation import as_json, emit, say
from .terminal.rule_tables import in_force, rules_of, say_rules
from .terminal.usage import OneOf
from .terminal.words import words

COVERAGE_DAYS = 60
"""With fewer days of calendar ahead, deadlines are set that it does not reach."""


@click.command("check", cls=Command)
@click.option("--rules", is_flag=True)
@click.option("--deep", is_flag=True)
@click.option("--format", "form", type=OneOf(("table", "json")), default="table", show_default=True)
@in_context
def command(context: Context, rules: bool, deep: bool, form: str) -> None:
    """Try everything, and say what to mend."""
    findings, regulations = _check_everything(context), in_force(context)
    if deep and all(each.fine is not False for each in findings):
        findings += _tried("projection", lambda: projected_again(context))
    if form == "json":
        emit(as_json({"findings": objects_of(findings), "regulations": rules_of(regulations)}))
    else:
        if rules:
            # What is to be mended stands last, where a person sees it.
            say_rules(regulations, asked=True)
        say("\n".join(f"{each.marked:<4}  {each.what}: {each.text}" for each in findings))
    sys.exit(FOUND if any(finding.fine is False for finding in findings) else DONE)


def _check_everything(context: Context) -> list[Finding]:
    """Try the settings, and the database, law and broker that they name."""
    findings = list(_tried("settings", lambda: _settings(context)))
    if any(finding.fine is False for finding in findings):
        return findings
    settings = context.settings
    findings += _own(settings, context.database)
    findings += _tried("metrics", lambda: _metrics(settings))
    findings += _tried("broker", lambda: _broker(settings))
    if settings.mail is not None:
        findings += _tried("mail", lambda: _mail(settings))
    return findings


def _tried(what: str, attempt: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """What *attempt* finds; what stops it is a finding itself."""
    try:
        yield from attempt()
    except Mendable as error:
        told = words()
        yield Finding(told.say(f"check.what.{what}"), fine=False, text=told.told(error))


def _settings(context: Context) -> Iterator[Finding]:
    variables = sorted((settings := context.settings).variables.values())
    if settings.file == Settings.file and not variables:
        yield _found("settings", None, "no_settings", here=HERE, system=SYSTEM, config=CONFIG)
    else:
        yield _found("settings", True, "settings", files=", ".join([settings.file, *variables]))


def _own(settings: Settings, database: str | None) -> Iterator[Finding]:
    try:
        application = open_application(settings, database)
    except Mendable as error:
        told = words()
        yield Finding(told.say("check.what.database_and_law"), fine=False, text=told.told(error))
        # `run` may make the database, and then be stopped by the law.
        alone = _tried("law", lambda: _law_alone(settings, database))
        yield from (each for each in alone if each.text != told.told(error))
        return
    yield from _tried("database_and_law", lambda: _opened(application))


def _law_alone(settings: Settings, database: str | None) -> tuple[()]:
    """Nothing; raises what is wrong with the law where no database could be opened."""
    directory = require_directory(settings, database or settings.database_url)
    load_law(settings.tracking, directory)
    return ()


def _opened(application: Application) -> Iterator[Finding]:
    yield _found("database", True, "database", name=application.store.name)
    # A file that can be read cannot always be written.
    application.store.transact(lambda tx: tx.run("DELETE FROM attempt WHERE tries < 0"))
    for line in application.store.open_to_others():
        yield _found("database", False, "database", name=words().sentence(line))
    store = application.store
    for line in (*store.copies_kept(TABLES), *store.copies_elsewhere()):
        yield _found("erasure", None, "copies", line=words().sentence(line))
    yield from _pages(application)
    yield from _law(application)
    yield from _tried("tracking", lambda: _tracking(application))
    yield from _tried("unit", lambda: unit_taken(application))
    yield from _tried("source", lambda: dialects_spoken(application))
    yield from types_not_known(application)
    yield from bodies_not_known(application)
    yield from numbers_missing(application)
    if is_settled(store, application.law):
        remember_parts(store, application.law.parts)
        yield _found("projection", True, "settled")
    elif changed := changed_parts(store, application.law.parts):
        told = words()
        named = ", ".join(told.say(f"check.part.{each}") for each in changed)
        yield _found("projection", False, "law_parts_changed", parts=named)
    else:
        yield _found("projection", False, "law_changed")


def _pages(application: Application) -> Iterator[Finding]:
    wanted = application.settings.site
    for each in look(sites_of(application), wanted.directory, wanted.group):
        yield _found(
            "pages", each.fine, "pages", directory=each.directory, text=words().sentence(each.text)
        )


def _tracking(application: Application) -> Iterator[Finding]:
    require_same_since(application)
    require_same_unit(application)
    since, _ = application.store.read(lambda tx: tx.period())
    if since > today():
        yield _found("tracking", None, "since_later", since=since)
    else:
        yield _found("tracking", True, "since", since=since)


def _metrics(settings: Settings) -> Iterator[Finding]:
    free = can_listen(settings.metrics_listen)
    key = "address_free" if free else "address_used"
    yield _found("metrics", free or None, key, address=settings.metrics_listen)


def _law(application: Application) -> Iterator[Finding]:
    law, told = application.law, words()
    for regulation in law.regulations.all:
        text = told.say(
            "check.in_force", day=regulation.in_force_from, number=len(regulation.rules)
        )
        clockless = [r.id for r in regulation.rules if r.off is None and not r.has_clock]
        if clockless:
            text += told.say("check.clockless", rules=", ".join(clockless))
        yield Finding(named(regulation), fine=True, text=text)
    if not law.regulations.on(today()):
        yield _found("no_regulation", False, "none_in_force")
    tracking = application.settings.tracking
    # The sample's bodies are of a district, whose regulation it is.
    if not tracking.regulations and isinstance(tracking.bodies, Path):
        (taken,) = law.regulations.all
        yield _found(
            "no_regulation", None, "not_chosen", taken=taken.cited_as, model=packaged(MODEL)
        )
    yield from doubtful(law)
    yield from unknown_obligors(law)
    yield from _calendar(law)
    since, through = application.store.read(lambda tx: tx.period())
    yield from _directory(law, since)
    if through > max(since, today()):
        yield _found("day", False, "day_later", through=through, today=today(), typed=str(today()))
    yield from _policy(law, tracking.reminders)
    if application.settings.mail is not None:
        yield from mail_reaches(law, application.settings.mail.plan, today())


def _calendar(law: Law) -> Iterator[Finding]:
    calendar, day = law.calendar, today()
    left = (calendar.last - day).days
    key = "covers" if left >= COVERAGE_DAYS else "covers_little"
    covered = {"first": calendar.first, "last": calendar.last, "number": left}
    yield _found("calendar", left >= COVERAGE_DAYS, key, **covered)
    year = (day, day + timedelta(days=365))
    unconfirmed = [
        words().day(each.date)
        for each in calendar.exceptions
        if not each.confirmed and year[0] <= each.date <= year[1]
    ]
    if unconfirmed:
        yield _found("calendar", True, "unconfirmed", days=", ".join(unconfirmed))


def _directory(law: Law, since: date) -> Iterator[Finding]:
    directory, day = law.directory, today()
    valid = sum(directory.exists(body.code, day) for body in directory)
    wanted = any(rule.owes == "office" for each in law.regulations.all for rule in each.rules)
    gap = directory.gap_in_office(min(since, day), day) if wanted else None
    if gap is None:
        office = directory.office(day) or words().say("check.nobody")
        yield _found("bodies", True, "bodies", number=valid, office=office)
    else:
        yield _found("bodies", False, "no_office", day=gap)


def _policy(law: Law, file: Path | None) -> Iterator[Finding]:
    found = check_policy(file, law.regulations, law.directory, today())
    for each in found:
        text = told_of_policy(each)
        yield Finding(words().say("check.what.reminders"), False if each.wrong else None, text)
    if not any(each.wrong for each in found):
        window = law.policy.window
        key = "window_working_days" if window.working_days_only else "window_every_day"
        hours = {"opens": clock_time(window.opens), "closes": clock_time(window.closes)}
        yield _found("reminders", True, key, file=file or packaged(POLICY), **hours)


def _mail(settings: Settings) -> Iterator[Finding]:
    mail = mail_of(settings)
    session = Session(mail.server)
    session.open()
    session.close()
    yield _found("mail", True, "mail", server=mail.server, sender=mail.plan.sender)


def _broker(settings: Settings) -> Iterator[Finding]:
    told, address = words(), broker_address(settings)
    wanted, mail = wanted_topology(settings), broker_names(settings).mail
    with Client(address) as client:
        yield _found("broker", True, "broker", address=address)
        for problem in client.inspect(wanted):
            yield Finding(told.sentence(problem.object), False, told.sentence(problem.text))
        if settings.mail is None and client.exists(mail):
            yield _found("mail", False, "mail_unread", queue=mail)
        dead = broker_names(settings).dead
        if client.exists(dead) and (waiting := client.depth(dead)):
            yield _found("dead", None, "dead_waiting", number=waiting, queue=dead)
    if settings.broker.management_url is None:
        yield _found("policies", None, "policies_unseen")
        return
    problems = inspect_policies(settings.broker.management_url, address.vhost, wanted)
    for problem in problems:
        yield Finding(told.sentence(problem.object), False, told.sentence(problem.text))
    if not problems:
        yield _found("policies", True, "policies_harmless")
        yield from stray_bindings(settings, wanted)
