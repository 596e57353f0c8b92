"""edXML for tests: the samples with what stands beside them, and how a message is read."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from dondoc.connector.contract.body import Limits
from dondoc.connector.contract.verdicts import Admitted, Malformed, Message, Secret, Unestablished
from dondoc.connector.dialects.edxml.dialect import EdxmlDialect
from dondoc.connector.dialects.edxml.reasons import Doubt, Flaw
from dondoc.connector.dialects.edxml.settings import EdxmlSettings
from dondoc.connector.dialects.saying import EventsSaid, Nothing, SaidEvent, Saying, Withdrawn

FOLDER = Path(__file__).parents[1] / "fixtures" / "edxml"
NAMES = sorted(path.stem for path in FOLDER.glob("*.xml"))
ARRIVAL = datetime.fromisoformat("2026-03-25T08:00:00+07:00")
LIMITS = Limits()
DOUBTS = {each.value: each.name.lower() for each in Doubt}
FAULTS = {each.value: each.name.lower() for each in Flaw}


def _settings() -> EdxmlSettings:
    told = json.loads((FOLDER / "settings.json").read_text(encoding="utf-8"))
    return EdxmlSettings(
        own=told["own"],
        province=frozenset(told["province"]),
        bodies=told["bodies"],
        endorsed_by=told["endorsed_by"],
    )


SETTINGS = _settings()
DIALECT = EdxmlDialect("office@0000", SETTINGS)


def told_of(name: str) -> Any:
    """What stands beside the sample of that *name*."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def sample(name: str) -> bytes:
    """The message of the sample of that *name*."""
    return (FOLDER / f"{name}.xml").read_bytes()


def read(
    body: bytes | str,
    *,
    secrecy: str | None = "normal",
    arrival: datetime = ARRIVAL,
    normal: bool = False,
    content_type: str | None = "application/xml",
    **settings: Any,
) -> Saying:
    """What the message *body* says, whose delivery says *secrecy*, by the samples' settings but
    for *settings*."""
    dialect = EdxmlDialect("other@0000", replace(SETTINGS, **settings)) if settings else DIALECT
    headers = {} if secrecy is None else {"secrecy": secrecy}
    raw = body.encode() if isinstance(body, str) else body
    return dialect.read(Message(raw, content_type, headers), LIMITS, arrival, normal=normal)


def word_of(saying: Saying) -> str:
    """The word by which the page calls *saying*, with the path of what is invalid."""
    match saying:
        case EventsSaid():
            return "events"
        case Nothing(reason):
            return reason
        case Withdrawn(level) | Secret(level):
            return level
        case Unestablished(reason=reason):
            return DOUBTS[reason]
        case Malformed(reason=reason, path=path):
            return f"{FAULTS[reason]} {path}"


def as_told(event: SaidEvent) -> dict[str, Any]:
    """*event* as the page writes it, without its id."""
    return {
        "specversion": "1.0",
        "source": event.source,
        "type": f"hscv.{event.type}",
        "time": event.time.isoformat(),
        "subject": event.subject,
        "secrecy": "normal",
        "data": dict(event.data),
    }


def admitted(event: SaidEvent) -> Admitted:
    """*event* as the contract's validation takes it."""
    body = json.dumps({**as_told(event), "id": event.id}, ensure_ascii=False).encode()
    return Admitted(
        event.id,
        event.source,
        event.type,
        event.subject,
        event.time,
        event.sequence,
        event.data,
        True,
        body,
        sha256(body).digest(),
    )


def changed(name: str, **replaced: str) -> str:
    """The sample of that *name*, with each element that is named holding the text given, as XML;
    an element that stands in several places is changed in each."""
    text = sample(name).decode()
    for element, content in replaced.items():
        text, count = re.subn(
            rf"(<(?:\w+:)?{element}(?: [^>]*)?>)[^<]*(</)", rf"\g<1>{content}\g<2>", text
        )
        assert count, element
    return text


def put(name: str, before: str, xml: str) -> str:
    """The sample of that *name* with *xml* put before the first *before*."""
    text = sample(name).decode()
    assert before in text, before
    return text.replace(before, xml + before, 1)
