"""The story of one document: issued or received, its tasks assigned, corrected, withdrawn.

Documents of one day are told in the order in which the registry numbers them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from . import workdays
from .assignments import Assignment, bodies_of, plan_tasks
from .district import District, Fact, iso, spoken
from .tasks import task_story
from .vocabulary import DocumentForm, Topic

_WITHOUT_TASKS = 0.05
_WITHDRAWN = 0.008
_READ = 0.008
"""Documents of which HSCV tells that somebody read them: a type that the contract lacks."""

_QUARTERS = ("I", "II", "III", "IV")
_PROVINCE_UNITS = ("NN", "KT", "VX", "NC", "TH")


@dataclass(frozen=True, slots=True)
class _Paper:
    """The document as it lies on the table, at the moment it is dealt with in the district."""

    subject: str
    form: DocumentForm
    topic: Topic
    slots: Mapping[str, str]
    at: datetime

    @property
    def urgent(self) -> bool:
        return self.form.urgent


def document_story(district: District, day: date) -> list[Fact]:
    """Everything about one document that the district deals with on *day*, unordered.

    The first fact is its issue or receipt.
    """
    chance = district.chance
    paper = _paper(district, day)
    written_tracking = chance.happens(0.03)
    tasks: list[Assignment] = []
    if not chance.happens(_WITHOUT_TASKS):
        tasks = plan_tasks(
            district,
            paper.subject,
            paper.topic,
            paper.slots,
            paper.at,
            urgent=paper.urgent,
            written_tracking=written_tracking,
        )
    data = _issue(district, paper, tasks, written_tracking=written_tracking)
    received = paper.form.authority == "province"
    told = paper.at if chance.happens(0.95) else workdays.some_time_after(paper.at, 1, chance)
    facts = [
        Fact(told, "document.received" if received else "document.issued", paper.subject, data)
    ]
    for task in tasks:
        facts += task_story(district, task)
    _classify(district, paper, tasks, data, facts)
    _correct(district, paper, data, facts)
    if chance.happens(_READ):
        facts.append(Fact(told + timedelta(hours=1), "document.read", paper.subject, {"times": 12}))
    if chance.happens(_WITHDRAWN):
        facts = _withdraw(district, paper, facts)
    return facts


def document_without_tasks(district: District, day: date) -> Fact:
    """The issue of a document of the district that assigns nothing, and nothing after it."""
    paper = _paper(district, day)
    data = _issue(district, paper, [], written_tracking=False) | {"authority": "ubnd"}
    return Fact(paper.at, "document.issued", paper.subject, data)


def made_secret(facts: list[Fact], moment: datetime, level: str) -> list[Fact]:
    """The same document's *facts*, where it becomes secret at that *moment*.

    HSCV tells nothing of it afterwards but one fact that was already on its way.
    """
    subject = facts[0].subject
    before = [fact for fact in facts if fact.time < moment]
    late = [fact for fact in facts if fact.time >= moment][:1]
    return [*before, Fact(moment, "document.secrecy_changed", subject, {"level": level}), *late]


def _paper(district: District, day: date) -> _Paper:
    chance, words = district.chance, district.words
    form = chance.weighted(words.forms)
    at = workdays.office_hours(day, chance)
    urgent = words.urgent_topics[day.month]
    if not workdays.is_working(day) and urgent:
        # What goes out on a day off is a telegram.
        form = next(each for each in words.forms.items if each.urgent)
    topic = chance.one(urgent if form.urgent and urgent else words.topics[day.month])
    return _Paper(district.subject(), form, topic, _slots(district, form, day), at)


def _slots(district: District, form: DocumentForm, day: date) -> dict[str, str]:
    """What the words leave open: the year, a commune, a road; the same for the whole paper."""
    chance, words = district.chance, district.words
    commune = chance.one(words.communes)
    return {
        "year": str(day.year),
        "last_year": str(day.year - 1),
        "next_year": str(day.year + 1),
        "year_after_4": str(day.year + 4),
        "quarter": _QUARTERS[(day.month - 1) // 3],
        "month": f"{day.month:02d}/{day.year}",
        "round": str(1 + (day.month - 1) // 3),
        "number": str(chance.between(2, 40)),
        "area": "tỉnh" if form.authority == "province" else "huyện",
        "leader": chance.one(("Chủ tịch", "Phó Chủ tịch")),
        "met_on": spoken(workdays.previous_working(day - timedelta(days=chance.between(1, 5)))),
        "reference": f"{chance.between(20, 2900)}/UBND-{chance.one(_PROVINCE_UNITS)}",
        "commune": words.place(commune),
        "commune_code": commune,
        **{name: chance.one(choices) for name, choices in words.slots.items()},
    }


def _issue(
    district: District, paper: _Paper, tasks: list[Assignment], *, written_tracking: bool
) -> dict[str, Any]:
    chance, form, day = district.chance, paper.form, paper.at.date()
    issued_on = day
    if form.authority == "province":
        issued_on -= timedelta(days=chance.between(1, 6))
        issued_on = workdays.previous_working(issued_on)
    number, symbol = _symbol(district, paper, day)
    verb = chance.one(paper.topic.verbs)
    about = paper.topic.about.format_map(paper.slots)
    words = {**paper.slots, "verb": verb, "about": about}
    data: dict[str, Any] = {
        "doc_type": form.doc_type,
        "symbol": symbol,
        "number": number,
        "title": form.title,
        "abstract": chance.one(form.abstracts).format_map(words),
        "issued_on": iso(issued_on),
        "authority": form.authority,
    }
    if chance.happens(0.985):
        data["signer"] = chance.one(district.words.phrases["signers"][form.authority])
    if form.authority == "province":
        data |= _endorsement(district, paper, day)
    elif chance.happens(0.96):
        data["submitted_by"] = paper.topic.lead
    data |= _handling(district, paper, tasks)
    if written_tracking:
        data["written_tracking"] = True
    return data


def _symbol(district: District, paper: _Paper, day: date) -> tuple[str, str]:
    words, form, lead = district.words, paper.form, paper.topic.lead
    if form.authority == "province":
        unit = district.chance.one(_PROVINCE_UNITS)
    else:
        unit = words.abbreviation(lead)
    number = str(district.next_number(form.series, form.rate, day))
    symbol = form.symbol.format(number=number, unit=unit, sector=words.sectors[lead])
    if "Đ" in symbol and district.chance.happens(0.04):
        symbol = symbol.replace("Đ", "Ð")  # typed with an Icelandic letter, as it happens
    return number, symbol


def _endorsement(district: District, paper: _Paper, day: date) -> dict[str, Any]:
    lead = district.words.name(paper.topic.lead)
    return {
        "endorsed_by": district.say("endorsers"),
        "endorsed_on": iso(day),
        "endorsement": district.say("endorsement").format(lead=lead) + ".",
    }


def _handling(district: District, paper: _Paper, tasks: list[Assignment]) -> dict[str, Any]:
    """How urgent it is, and how many tasks and bodies the Office announces."""
    chance = district.chance
    data: dict[str, Any] = {}
    if paper.urgent:
        data["urgency"] = chance.one(("hoatoc", "thuongkhan"))
    elif chance.happens(0.6):
        data["urgency"] = "khan" if chance.happens(0.06) else "normal"
    if chance.happens(0.04):
        data["consultation"] = True
    if chance.happens(0.8 if tasks else 0.5):
        data["task_count"] = len(tasks)
        if tasks and chance.happens(0.9):
            data["body_count"] = len(bodies_of(tasks))
    return data


def _classify(
    district: District,
    paper: _Paper,
    tasks: list[Assignment],
    data: dict[str, Any],
    facts: list[Fact],
) -> None:
    """What was not announced is told by a classification of its own, mostly."""
    chance = district.chance
    if "task_count" in data or not chance.happens(0.6):
        return
    moment = tasks[0].at if tasks else workdays.some_time_after(paper.at, 1, chance)
    facts.append(Fact(moment, "document.classified", paper.subject, {"task_count": len(tasks)}))


def _correct(district: District, paper: _Paper, data: dict[str, Any], facts: list[Fact]) -> None:
    """A missing signer is filled in; a wrong date of issue or abstract is put right."""
    chance = district.chance
    fields: dict[str, Any] = {}
    if "signer" not in data and chance.happens(0.7):
        fields["signer"] = chance.one(district.words.phrases["signers"][paper.form.authority])
    elif chance.happens(0.015):
        fields["abstract"] = data["abstract"] + f" ({district.words.place('TANLAP')})"
    if fields:
        moment = workdays.some_time_after(paper.at, chance.between(1, 6), chance)
        data = {"fields": fields, "reason": district.say("corrected")}
        facts.append(Fact(moment, "document.corrected", paper.subject, data))


def _withdraw(district: District, paper: _Paper, facts: list[Fact]) -> list[Fact]:
    """The document is taken back some days later, and nothing happens to its tasks any more."""
    chance = district.chance
    moment = workdays.some_time_after(paper.at, chance.between(1, 15), chance)
    reason = {"reason": district.say("document_withdrawn")}
    kept = [fact for fact in facts if fact.time < moment]
    return [*kept, Fact(moment, "document.withdrawn", paper.subject, reason)]
