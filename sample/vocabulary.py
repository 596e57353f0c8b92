"""The words of the sample: bodies, topics, forms of documents, phrases, from its TOML files.

Nothing here draws or decides; a typing error in a file shows as a KeyError or TypeError in
the sample's own tests, never at a user's.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from ..rules.body import Body
from ..rules.reading.directory import parse_directory
from .chance import Weighted

_TOPIC_FILES = ("topics_economy.toml", "topics_society.toml", "topics_government.toml")
_DIRECTORY = "bodies.toml"


@dataclass(frozen=True, slots=True)
class TaskText:
    """A task a topic is good for: its kind, to whom it goes (lead, partner, commune), words."""

    kind: str
    text: str
    to: str = "lead"


@dataclass(frozen=True, slots=True)
class Topic:
    """What a document is about; ``months``: its season, ``urgent``: fit for a telegram.

    ``followed_by``: unit and officer of the Office who follow such documents (Điều 5.1.d).
    """

    lead: str
    about: str
    verbs: tuple[str, ...]
    partners: tuple[str, ...]
    tasks: tuple[TaskText, ...]
    months: frozenset[int]
    urgent: bool
    followed_by: tuple[str, str]


@dataclass(frozen=True, slots=True)
class DocumentForm:
    """A kind of document: type and authority of the contract, its symbol and abstracts.

    ``series`` counts its numbers, ``rate`` of which are used up a day; ``urgent``: only for
    urgent topics.
    """

    doc_type: str
    authority: str
    weight: float
    series: str
    rate: float
    symbol: str
    title: str
    abstracts: tuple[str, ...]
    urgent: bool = False


@dataclass(frozen=True)
class Vocabulary:
    """Everything the sample says, and the bodies that say it."""

    bodies: Mapping[str, Body]
    departments: tuple[str, ...]
    communes: tuple[str, ...]
    topics: Mapping[int, tuple[Topic, ...]]
    urgent_topics: Mapping[int, tuple[Topic, ...]]
    forms: Weighted[DocumentForm]
    phrases: Mapping[str, Any]
    slots: Mapping[str, Sequence[str]]
    late: Mapping[str, float]
    usually_late: float
    abbreviations: Mapping[str, str]
    sectors: Mapping[str, str]

    def name(self, code: str) -> str:
        """The body's name as it stands in a text; the code where the directory has none."""
        body = self.bodies.get(code)
        return body.name if body else code

    def place(self, commune: str) -> str:
        """The commune itself, not its committee: "xã Tân Lập"."""
        return self.bodies[commune].name.removeprefix("UBND ")

    def abbreviation(self, code: str) -> str:
        """What stands for the body in symbols: "LĐTBXH", and "UBND" for any commune."""
        if code in self.bodies and self.bodies[code].kind == "commune":
            return "UBND"
        return self.abbreviations.get(code, code)

    def lateness(self, code: str) -> float:
        """The share of its work that the body does late or not at all."""
        return self.late.get(code, self.usually_late)


def directory_toml() -> bytes:
    """The sample's own directory of bodies, in the format of ``tracking.bodies``."""
    return (files(__package__) / _DIRECTORY).read_bytes()


def load_vocabulary() -> Vocabulary:
    """Read the sample's TOML files (20 ms)."""
    bodies = parse_directory(tomllib.loads(directory_toml().decode()), _DIRECTORY).bodies
    forms = _read("forms.toml")
    habits = _read("habits.toml")
    phrases = _read("phrases.toml")
    topics = [topic for name in _TOPIC_FILES for topic in _topics(_read(name))]
    of_month = {m: tuple(topic for topic in topics if m in topic.months) for m in range(1, 13)}
    kinds = [
        DocumentForm(**table | {"abstracts": tuple(table["abstracts"])}) for table in forms["form"]
    ]
    return Vocabulary(
        bodies=bodies,
        departments=tuple(b.code for b in bodies.values() if b.kind == "department"),
        communes=tuple(b.code for b in bodies.values() if b.kind == "commune"),
        topics=of_month,
        urgent_topics={m: tuple(t for t in of_month[m] if t.urgent) for m in of_month},
        forms=Weighted(kinds, [form.weight for form in kinds]),
        phrases=phrases,
        slots=phrases["slots"],
        late=habits["late"],
        usually_late=habits["usual"],
        abbreviations=forms["abbreviations"],
        sectors=forms["sectors"],
    )


def _topics(file: Mapping[str, Any]) -> Iterator[Topic]:
    unit, officer = file["followed_by"]
    for table in file["topic"]:
        yield Topic(
            lead=table["lead"],
            about=table["about"],
            verbs=tuple(table["verbs"]),
            partners=tuple(table["partners"]),
            tasks=tuple(TaskText(**task) for task in table["tasks"]),
            months=frozenset(table.get("months", range(1, 13))),
            urgent=table.get("urgent", False),
            followed_by=(unit, officer),
        )


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((files(__package__) / name).read_text("utf-8"))
