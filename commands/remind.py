"""`dondoc remind`: one pass of the scheduler, or what one would do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

import click

from ..rules.events import local_date
from ..rules.law import Law
from ..rules.moments import so_far
from ..rules.reminding.catch_up import CaughtUp, catch_up_text
from ..rules.reminding.reminder import Reason, Remind, Silence
from ..rules.wording import Texts
from ..storage.catching_up import entry_of
from ..storage.leaps import look
from ..storage.questions import queries
from ..storage.scheduling import Considered, foresee, let_time_pass, worded
from ..storage.transaction import Transaction
from .assembly.application import Application, held, open_application
from .assembly.clock import now, uptime
from .assembly.loading import load_texts
from .assembly.operator import recorded
from .terminal.days import MomentParam
from .terminal.documented import Command
from .terminal.fitted import present, room
from .terminal.letters import letter
from .terminal.options import Context, format_option, in_context
from .terminal.presentation import say, show_rows
from .terminal.words import words

COLUMNS = (
    "send",
    "reason",
    "body",
    "role",
    "step",
    "occurrence",
    "rule",
    "target",
    "obligation",
)


@click.command("remind", cls=Command)
@click.option("--dry-run", is_flag=True)
@click.option("--as-of", type=MomentParam(time(9)))
@click.option("--text", "with_words", is_flag=True)
@format_option
@in_context
def command(
    context: Context, dry_run: bool, as_of: datetime | None, with_words: bool, form: str
) -> None:
    """One pass of the scheduler; --as-of implies --dry-run."""
    if with_words and not dry_run and as_of is None:
        raise click.UsageError(words().say("remind.text_of_what"))
    application = open_application(context.settings, context.database)
    if not dry_run and as_of is None:
        say(words().say("remind.done", number=_remind_now(application)))
        return
    rows = decisions(application, as_of or now(), with_words=with_words)
    if with_words and form == "table":
        sent = [_letter(application, row) for row in _letters(rows)]
        present([*(sent or [words().say("remind.nobody")]), "\n".join(_summary(rows))], None)
        return
    columns = (*COLUMNS, "words") if with_words else COLUMNS
    show_rows(map(_told, rows) if form == "table" else rows, columns, form)
    if form == "table":
        say("")
        say("\n".join(_summary(rows)))


def _summary(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """How many would go out, and how many would not for which reason, the most first."""
    told = words()
    going = [row for row in rows if row["send"]]
    staying = Counter(_told(row)["reason"] for row in rows if not row["send"])
    bodies = len({row["body"] for row in going})
    yield told.say("remind.going", number=told.number(len(going)), bodies=bodies)
    gathered = [row for row in going if _is_gathered(row)]
    if gathered:
        digests = told.number(len(_letters(gathered)))
        yield told.say("remind.gathered", number=told.number(len(gathered)), digests=digests)
    yield told.say("remind.staying", number=told.number(staying.total()))
    widest = max(map(len, map(told.number, staying.values())), default=0)
    yield from (
        f"  {told.number(number):>{widest}}  {why}" for why, number in staying.most_common()
    )


def decisions(
    application: Application, moment: datetime, *, with_words: bool = False
) -> list[dict[str, Any]]:
    """What a pass of the scheduler would send at *moment*, in which words where those are asked
    for, and why the rest would not."""
    texts = load_texts() if with_words else None

    def read(tx: Transaction) -> list[dict[str, Any]]:
        day = local_date(moment)
        found = queries.obligations(tx, application.law, day, queries.Filter())
        still = [each for each in found if each.closed_on is None or each.closed_on > day]
        wanted = application.settings.reminders.catch_up
        considered = list(foresee(tx, application.law, still, moment, wanted))
        rows = [_decision(each) for each in considered]
        if texts is not None:
            digests = _digests(considered, application.law, texts, so_far(moment))
            for each, row in zip(considered, rows, strict=True):
                row["words"] = (
                    digests[row["body"]]
                    if _is_gathered(row)
                    else _words(each, application.law, texts, moment)
                )
        return rows

    return application.store.read(read)


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    """*row* with its reason in the language of whoever asks."""
    reason, colon, why = row["reason"].partition(": ")
    told = words().say(f"remind.reasons.{Reason(reason).name.lower()}")
    return {**row, "reason": f"{told}{colon}{why}"}


def _words(considered: Considered, law: Law, texts: Texts, moment: datetime) -> str | None:
    decision = considered.decision
    if not isinstance(decision, Remind):
        return None
    return worded(decision.reminder, considered.due, law, texts, moment).words


def _is_gathered(row: Mapping[str, Any]) -> bool:
    """Whether what *row* says is told with others, in the digest of the first start."""
    return bool(row["reason"] == Reason.CATCH_UP.value)


def _digests(considered: Iterable[Considered], law: Law, texts: Texts, day: date) -> dict[str, str]:
    """The words of the digest of the first start that each body would have on *day*."""
    entries: dict[str, list[CaughtUp]] = {}
    for each in considered:
        decision = each.decision
        if isinstance(decision, Remind) and decision.reason is Reason.CATCH_UP:
            entry = entry_of(decision.reminder, each.due.obligation, law, texts, day)
            entries.setdefault(each.addressee.body, []).append(entry)
    return {
        body: catch_up_text(body, told, day, law.directory, texts) for body, told in entries.items()
    }


def _letters(rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those of *rows* that are sent, of each digest one."""
    sent: dict[tuple[str, str], Mapping[str, Any]] = {}
    for row in rows:
        if row["send"]:
            sent.setdefault((row["body"], "" if _is_gathered(row) else row["obligation"]), row)
    return list(sent.values())


def _letter(application: Application, row: Mapping[str, Any]) -> str:
    directory, texts = application.law.directory, load_texts(words().language)
    body = row["body"]
    # Who stands in no directory, the chairman, is called as the letter does.
    role = None if body in directory else texts.role(row["role"])
    name = role or directory.name(body)
    step = words().say(f"reminders.step_{row['step']}")
    known = [
        words().say("remind.digest") if _is_gathered(row) else f"{row['obligation']}  {step}",
        words().say("reminders.to", body=name, code=body),
    ]
    return letter(known, row["words"], room())


def _decision(considered: Considered) -> dict[str, Any]:
    obligation, decision = considered.due.obligation, considered.decision
    reminder = decision.reminder if isinstance(decision, Remind) else None
    return {
        "send": reminder is not None,
        "reason": _reason(decision),
        "body": considered.addressee.body,
        "role": reminder.role if reminder else "/".join(considered.addressee.roles),
        "step": reminder.step if reminder else None,
        "occurrence": reminder.occurrence if reminder else None,
        "rule": obligation.rule,
        "target": obligation.target.isoformat() if obligation.target else None,
        "obligation": obligation.id,
    }


def _reason(decision: Remind | Silence) -> str:
    """Why there is a reminder or none, with what the policy says where it keeps quiet."""
    why = decision.why if isinstance(decision, Silence) else None
    return decision.reason.value if why is None else f"{decision.reason.value}: {why}"


def _remind_now(application: Application) -> int:
    """One pass of the scheduler; gives how many reminders were decided. Raises Refused while the
    clock is not believed."""
    at = now()
    standing = look(application.store, at, uptime())
    if not standing.believed:
        raise held(standing)
    with recorded(application.store, "remind") as course:
        course.number = let_time_pass(
            application.store,
            application.law,
            load_texts(),
            at,
            catch_up=application.settings.reminders.catch_up,
        )
    return course.number
