"""What HSCV sends of one document, and what others say of it: every type, with a canary in every
place. Which place quotes the document, by which name and how it is written, chance decides.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import quote

from dondoc.connector.contract.data.derived_schemas import SCHEMAS
from fuzz.canaries.places import Canaries, Filling, data_of, unlisted

STRUCTURED, BINARY = "application/cloudevents+json", "application/json"
CHANGE = "document.secrecy_changed"
LATER = ("attachment.added", "document.renumbered", "task.commented", "report.reminded")
"""Types that no version knows yet."""
_LOCAL = timezone(timedelta(hours=7))
_OWN = ("document.", "task.")
_ENDING = frozenset({"document.withdrawn", "task.withdrawn", "task.completed"})
"""After these nobody is reminded of anything."""
_BESIDE = (" ", ":", "…", "—", "|", "=", "+", ".", "&nbsp;", "\u00a0", "\u200b", "\n", "(", "/")
_WRITTEN: Sequence[Callable[[str], str]] = (
    str,
    str.lower,
    lambda name: name.replace("/", " / "),
    lambda name: name.replace("-", "–"),
    lambda name: name.replace("-", "\u2011"),
    lambda name: name.replace(" ", "\u00a0"),
    lambda name: name[:-2] + "\u00ad" + name[-2:],
    lambda name: name[:1] + "\u200b" + name[1:],
    lambda name: quote(name, safe=""),
    lambda name: name.replace("-", "&#45;"),
)


@dataclass(frozen=True)
class Sent:
    """A message as it is published."""

    type: str
    body: bytes = field(repr=False)
    content_type: str
    headers: dict[str, Any] = field(repr=False)


@dataclass
class Story:
    """One document: its names, what is said of it and by whom, and how it becomes secret."""

    subject: str
    canaries: Canaries
    chance: random.Random
    now: datetime
    number: int = 0

    def __post_init__(self) -> None:
        at = self.canaries.at
        self.task = f"T-{at('task_id')}"
        self.symbol = f"{self.chance.randrange(1, 999)}/{at('symbol')}-UBND"
        if self.chance.random() < 0.3:
            self.symbol = f"Công văn {self.symbol}"

    @property
    def _begin(self) -> datetime:
        return (self.now - timedelta(hours=1)).astimezone(_LOCAL)

    def own(self) -> list[Sent]:
        """The document's own events: its issue and a task that is due today first, so that it is
        reminded of; then any of the other types; some given again, some invalid."""
        ending = _ENDING if self.chance.random() < 0.7 else ()
        others = [
            type_
            for type_ in SCHEMAS
            if type_.startswith(_OWN) and type_ != CHANGE and type_ not in ending
        ]
        types = ["document.issued", "task.assigned", *self.chance.sample(others, 6)]
        sent = [self._event(type_) for type_ in types]
        sent += [self._later(type_) for type_ in self.chance.sample(LATER, 2)]
        sent += [self._event(type_, invalid=True) for type_ in self.chance.sample(others, 2)]
        return [*sent, *self.chance.sample(sent, 2)]

    def others(self) -> list[Sent]:
        """Events of other subjects that quote it, of every type that can; some invalid."""
        types = [type_ for type_ in SCHEMAS if not type_.startswith(_OWN)]
        chosen = self.chance.sample(types, 6)
        sent = [self._quoting(type_) for type_ in chosen]
        sent += [self._quoting(type_, invalid=True) for type_ in chosen[:2]]
        return [*sent, self._quoting("attachment.added")]

    def made_secret(self) -> Sent:
        """What makes it secret; with more in it than there should be."""
        said = self._envelope(CHANGE)
        said["data"] = {"level": "mat", "reason": self.canaries.at("reason of the change")}
        return self._sent(CHANGE, said)

    def _event(self, type_: str, *, invalid: bool = False) -> Sent:
        said = self._envelope(type_)
        said["data"] = data_of(type_, self._filling(own=True))
        if invalid:
            said["data"] = [said["data"]]
        return self._sent(type_, said)

    def _later(self, type_: str) -> Sent:
        said = self._envelope(type_)
        said["subject"] = self.chance.choice([self.subject, self.task, self.symbol])
        said["data"] = unlisted(type_, self._filling(own=True)) | {"body": "VP"}
        return self._sent(type_, said)

    def _quoting(self, type_: str, *, invalid: bool = False) -> Sent:
        said = self._envelope(type_, own=False)
        said["subject"] = f"K{self.subject}n{self.number}"
        filling = self._filling(own=False)
        data = data_of(type_, filling) if type_ in SCHEMAS else unlisted(type_, filling)
        self._put_quote(said, data)
        said["data"] = [data] if invalid else data
        return self._sent(type_, said)

    def _put_quote(self, said: dict[str, Any], data: dict[str, Any]) -> None:
        quoted = self._quote()
        words = [key for key, value in data.items() if isinstance(value, str) and "ZQX" in value]
        match self.chance.choice(["words", "words", "key", "deep", "id", "source", "extension"]):
            case "words":
                data[self.chance.choice(words)] += quoted
            case "key":
                data[quoted] = True
            case "deep":
                data["links"] = [{"x": [quoted]}]
            case attribute:
                said[attribute] = f"{self.number}:{quoted.strip()}"

    def _quote(self) -> str:
        beside, chance = self.chance.choice, self.chance
        name = chance.choice([self.subject, self.task, self.symbol])
        return f"{beside(_BESIDE)}{chance.choice(_WRITTEN)(name)}{beside(_BESIDE)}"

    def _filling(self, *, own: bool) -> Filling:
        fixed = {"symbol": self.symbol, "task_id": self.task, "request_id": f"R{self.number}"}
        if own:
            fixed |= {"kind": "report", "class": "4.1"}
        else:
            del fixed["symbol"], fixed["task_id"]
        return Filling(self.canaries, self.chance, self._begin.date(), fixed, own)

    def _envelope(self, type_: str, *, own: bool = True) -> dict[str, Any]:
        self.number += 1
        at = self.canaries.at
        said = {
            "specversion": "1.0",
            "id": f"{self.subject}-{self.number}",
            "source": "/hscv",
            "type": f"hscv.{type_}",
            "time": (self._begin + timedelta(seconds=self.number)).isoformat(),
            "subject": self.subject,
            "secrecy": "normal",
        }
        if own:
            said |= {"id": said["id"] + at(f"{type_} id"), "source": f"/{at(f'{type_} source')}"}
        return said | {"extension": at(f"{type_} extension")}

    def _sent(self, type_: str, said: dict[str, Any]) -> Sent:
        """In either mode; an extension that quotes is in the body, since of headers only what the
        contract knows is stored."""
        at = self.canaries.at
        headers: dict[str, Any] = {}
        if self.chance.random() < 0.5:
            deep = {at(f"{type_} nested header name"): [at(f"{type_} header list")]}
            headers = {at(f"{type_} header name"): at(f"{type_} header"), "x-nested": {"t": deep}}
        if self.chance.random() < 0.4 and said["extension"].startswith("ZQX"):
            attributes = {f"cloudEvents_{k}": v for k, v in said.items() if k != "data"}
            return Sent(type_, _json(said["data"]), BINARY, {**attributes, **headers})
        return Sent(type_, _json(said), STRUCTURED, headers)


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
