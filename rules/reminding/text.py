"""The Vietnamese text of a reminder, as an official would write it.

The words stand in rules/texts/vi.toml; this module chooses among them and fills them in. It must
never pass on a character that could disturb whatever shows the text, and never state a thing
that is not true of the obligation on the day: the words follow from its dates, not from the name
of the step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

from ..directory import OFFICE, Directory
from ..event_types import REQUESTED
from ..obligations import Obligation
from ..streams import is_of_reports
from ..trace import Trace
from ..wording import Names, Texts, harmless, lacking
from .asking import REQUEST_BRACES, WHENS, request
from .policy import COORDINATING, OBLIGOR
from .reminder import Reminder
from .standing import STANDING, standing_of

LONGEST_QUOTE = 300
"""Characters of a task's content or a document's abstract that a reminder quotes."""

REMINDER: Mapping[str, frozenset[str]] = {
    "reminder.text": frozenset({"addressed", "matter", "standing", "request", "cite"}),
    "reminder.day_off": frozenset({"date"}),
    "reminder.matter.content": frozenset({"content"}),
    "reminder.matter.document": frozenset({"document"}),
    "reminder.matter.abstract": frozenset({"abstract"}),
    "reminder.matter.period": frozenset({"period"}),
    "reminder.matter.task_period": frozenset({"period"}),
    "reminder.matter.feedback": frozenset({"from_body", "about_body"}),
    "reminder.matter.inspection": frozenset({"bodies"}),
    "reminder.matter.about": frozenset({"about_body"}),
    "reminder.matter.returned": frozenset({"from_body"}),
    "reminder.matter.difficulty": frozenset({"from_body"}),
    "reminder.matter.field": frozenset({"field"}),
    "reminder.matter.request": frozenset({"request"}),
    "reminder.matter.subject": frozenset({"subject"}),
    "reminder.matter.missing": frozenset({"missing"}),
    "reminder.matter.unclassified": frozenset(),
    "reminder.matter.lacking": frozenset({"lacking"}),
    "reminder.matter.obligor": frozenset({"obligor"}),
    **STANDING,
    **{
        f"reminder.request.{role}.{when}": REQUEST_BRACES
        for role in (OBLIGOR, COORDINATING, OFFICE, "above")
        for when in WHENS
    },
}
"""Every text that a reminder needs, with the braces that it may have."""


@dataclass(frozen=True, slots=True)
class Quotes:
    """What a reminder may quote: the document's symbol and abstract, the task's content; None
    where there is none."""

    symbol: str | None = None
    abstract: str | None = None
    content: str | None = None

    def harmless(self) -> Quotes:
        """The same without anything that could disturb a reader; see `harmless`."""
        return Quotes(
            *(text and harmless(text) for text in (self.symbol, self.abstract, self.content))
        )


def render(
    reminder: Reminder,
    obligation: Obligation,
    quotes: Quotes,
    directory: Directory,
    texts: Texts,
    names: Names,
) -> str:
    """The text of *reminder*, ready to show: one paragraph, in NFC.

    *names*: what the regulation and those who issue documents are called.
    """
    addressed = _addressed(reminder, directory, texts)
    matter = matter_of(obligation, quotes.harmless(), reminder.on, directory, texts, names)
    if _owing(reminder, obligation, directory) != (reminder.body,):
        # Of a body that was split, each is told who else answers for it.
        obligor = obligor_name(reminder, obligation, directory)
        matter = f"{matter}, {texts.fill('reminder.matter.obligor', obligor=obligor)},"
    return texts.fill(
        "reminder.text",
        addressed=addressed,
        matter=matter,
        standing=standing_of(reminder, obligation, texts),
        request=demand_of(reminder, obligation, directory, texts, names),
        cite=basis_of(reminder, obligation, directory, texts, names),
    )


def demand_of(
    reminder: Reminder, obligation: Obligation, directory: Directory, texts: Texts, names: Names
) -> str:
    """What *reminder* asks of the body that it goes to: a sentence."""
    part = _part(reminder, obligation, directory)
    obligor = obligor_name(reminder, obligation, directory)
    bodies = _addressed(reminder, directory, texts), obligor
    return request(obligation, part, reminder.on, texts, names.rule, bodies)


def basis_of(
    reminder: Reminder, obligation: Obligation, directory: Directory, texts: Texts, names: Names
) -> str:
    """By what it is asked, in short ("Điều 6.2.b QĐ 02/2015/QĐ-UBND"): of those that coordinate, by
    the article on coordinating."""
    coordinating = _part(reminder, obligation, directory) == COORDINATING
    cite = (names.coordination if coordinating else None) or obligation.cite
    return texts.brief_citation(harmless(cite), harmless(names.cited_short or names.cited_as))


def obligor_name(reminder: Reminder, obligation: Obligation, directory: Directory) -> str:
    """Whoever owes *obligation* on the day of *reminder*, several where a body was split."""
    bodies = _owing(reminder, obligation, directory)
    return ", ".join(harmless(directory.name(body, reminder.on)) for body in bodies)


def _owing(reminder: Reminder, obligation: Obligation, directory: Directory) -> tuple[str, ...]:
    return directory.answerable(obligation.body, reminder.on, obligation.owed_since)


def body_name(body: str, role: str, day: date, directory: Directory, texts: Texts) -> str:
    """The body addressed in *role*, as an official would call it on *day*: by its name in the
    directory, otherwise by its role, otherwise by its code."""
    if body in directory:
        return harmless(directory.name(body, day))
    return texts.role(role) or harmless(body)


def _addressed(reminder: Reminder, directory: Directory, texts: Texts) -> str:
    return body_name(reminder.body, reminder.role, reminder.on, directory, texts)


def _part(reminder: Reminder, obligation: Obligation, directory: Directory) -> str:
    """The part that the body addressed has in it, as the texts name it."""
    if reminder.body in _owing(reminder, obligation, directory):
        return OBLIGOR
    return reminder.role if reminder.role in (OBLIGOR, COORDINATING, OFFICE) else "above"


def matter_of(
    obligation: Obligation,
    quotes: Quotes,
    day: date,
    directory: Directory,
    texts: Texts,
    names: Names,
) -> str:
    """What the obligation is about, from whatever is known of it on *day*."""
    parts = [*_parts(obligation, quotes, day, directory, texts, names)]
    if len(parts) == 1:
        subject = _shortened(harmless(obligation.subject))
        parts.append(texts.fill("reminder.matter.subject", subject=subject))
    return " ".join((*parts, *_unclassified(obligation, texts)))


def duty_of(
    obligation: Obligation, day: date, directory: Directory, texts: Texts, names: Names
) -> str:
    """What has to be done, from whom, about whom and what is missing, as the head of a row that
    names the document and its contents by themselves."""
    parts = _parts(obligation, Quotes(), day, directory, texts, names)
    duty = " ".join((*parts, *_unclassified(obligation, texts)))
    return duty[:1].upper() + duty[1:]


def _parts(
    obligation: Obligation,
    quotes: Quotes,
    day: date,
    directory: Directory,
    texts: Texts,
    names: Names,
) -> Iterator[str]:
    """The rule's words, then whatever is known of what it is about."""
    trace, named = obligation.trace, partial(_named, directory, day)
    told = {
        "content": quotes.content and texts.value(quotes.content),
        "document": _document(trace, quotes, texts, names),
        "abstract": quotes.abstract,
        **_told_by(trace, named),
        "field": texts.templates.get(f"explain.field.{trace.get('field')}"),
        "period": _period(obligation, texts),
        "missing": _missing(obligation, texts),
        "lacking": "; ".join(lacking(trace.get("needed"), texts, named)),
    }
    before = [texts.duty(names.rule), *_parties(trace, named, texts)]
    yield from before
    for name, text in told.items():
        if text:
            of_task = name == "period" and not is_of_reports(obligation.stream)
            key = "task_period" if of_task else name
            brace = _BRACES.get(name, name)
            said = texts.fill(f"reminder.matter.{key}", **{brace: _shortened(text)})
            if key == "period":
                said = _once(before[-1], said)
            before.append(said)
            yield said
    if _is_request(obligation):
        subject = _shortened(harmless(obligation.subject))
        yield texts.fill("reminder.matter.request", request=subject)


def _unclassified(obligation: Obligation, texts: Texts) -> Iterator[str]:
    """That nobody knows yet what is missing, where the document is not classified to its end."""
    if obligation.trace.get("unclassified") and not _missing(obligation, texts):
        yield texts.fill("reminder.matter.unclassified")


def _document(trace: Trace, quotes: Quotes, texts: Texts, names: Names) -> str | None:
    """The document by its symbol, date and issuer."""
    if not quotes.symbol:
        return None
    return texts.document(trace.get("document") or {}, _shortened(quotes.symbol), names.issuers)


def _told_by(trace: Trace, named: Callable[[str], str]) -> dict[str, str]:
    """Who returned the task, or told what hinders it, by the text that says so."""
    body = (trace.get("parties") or {}).get("from_body")
    said = _TOLD_BY.get((trace.get("opened_by") or {}).get("type", ""))
    return {said: named(body)} if body and said else {}


_TOLD_BY = {"task.returned": "returned", "task.difficulty": "difficulty"}
_BRACES = dict.fromkeys(_TOLD_BY.values(), "from_body")


def _parties(trace: Trace, named: Callable[[str], str], texts: Texts) -> Iterator[str]:
    """Between whom a feedback is, whom an inspection is about, or whose task or telling it is."""
    parties = trace.get("parties") or {}
    if "from_body" in parties and "about_body" in parties:
        bodies = {name: named(str(code)) for name, code in parties.items()}
        yield texts.fill("reminder.matter.feedback", **bodies)
    elif "about_body" in parties:
        yield texts.fill("reminder.matter.about", about_body=named(parties["about_body"]))
    elif "bodies" in parties:
        listed = ", ".join(named(str(code)) for code in parties["bodies"])
        yield texts.fill("reminder.matter.inspection", bodies=_shortened(listed))


def _named(directory: Directory, day: date, code: str) -> str:
    return harmless(directory.name(code, day))


def _period(obligation: Obligation, texts: Texts) -> str | None:
    """The period it is owed for, where it is owed for one."""
    period = obligation.trace.get("period")
    if period is not None:
        return texts.period(str(period.get("name")))
    # A document may well be called "2026"; only what reports are about is a period's name.
    return texts.period(obligation.subject) if is_of_reports(obligation.stream) else None


def _once(before: str, period: str) -> str:
    """*period* as it stands after *before*, without the word that both have there: "báo cáo tuần"
    is followed by "27/2026"."""
    word, _, rest = period.partition(" ")
    return rest if rest and before.casefold().split()[-1:] == [word.casefold()] else period


def _missing(obligation: Obligation, texts: Texts) -> str:
    """The information that is not there yet, as officials name it."""
    fields = [str(name).partition(":")[2] for name in obligation.trace.get("missing") or ()]
    return ", ".join(dict.fromkeys(texts.field(name) for name in fields))


def _is_request(obligation: Obligation) -> bool:
    """Whether it is about a report that was asked for, which its subject alone identifies."""
    opened_by = obligation.trace.get("opened_by")
    return opened_by is not None and opened_by.get("type") == REQUESTED


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_QUOTE else f"{text[: LONGEST_QUOTE - 1].rstrip()}…"
