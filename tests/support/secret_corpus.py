"""Messages that carry secrets in every way that HSCV, or a mistake of its, may send them.

Every one holds a canary that must be found nowhere afterwards; those of normal events hold one
that must be found, or a search that finds nothing would prove nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from support.hscv import BINARY, STRUCTURED, as_json, event, without

SECRET = "ZQXSECRET"
"""Begins every canary that nothing may keep."""
NORMAL = "ZQXNORMAL"
"""Begins every canary of a normal event."""

LEVELS = ("mat", "toimat", "tuyetmat")
MISSPELT: tuple[Any, ...] = (
    *(
        "Mat",
        "MAT",
        " mat",
        "mat ",
        "mật",
        "m\u0430t",
        "toi mat",
        "tối mật",
        "tuyet_mat",
        "tuyệt mật",
    ),
    *("secret", "", "Normal", "NORMAL", "normal ", "n\u043ermal", "ｎormal", "thường", "0"),
    *(None, True, False, 1, 0, [], ["normal"], {}, {"level": "mat"}),
)


@dataclass(frozen=True)
class Sent:
    """A message as it is published."""

    name: str
    body: bytes = field(repr=False)
    content_type: str = STRUCTURED
    headers: Mapping[str, Any] = field(default_factory=dict)


def _event(canary: str, **changes: Any) -> dict[str, Any]:
    """A document that says *canary* wherever an event may say something, but for its id."""
    data = event("document.issued")["data"] | {"abstract": canary, "symbol": f"15/{canary}"}
    data |= {"unlisted": {"deep": [canary]}}
    said = event("document.issued", id=f"e-{canary.removeprefix(SECRET)}", data=data)
    return (
        said
        | {"subject": f"VB-{canary}", "source": f"/hscv/{canary}", "extension": canary}
        | changes
    )


def _binary(said: Mapping[str, Any], prefix: str, name: str) -> Sent:
    headers = {f"{prefix}{key}": value for key, value in without(said, "data").items()}
    return Sent(name, as_json(said["data"]), BINARY, headers)


def never_established() -> Iterator[Sent]:
    """Events that are secret, or not established to be normal; each by itself."""
    number = 0

    def canary() -> str:
        nonlocal number
        number += 1
        return f"{SECRET}{number:03}"

    for level in LEVELS:
        yield Sent(f"{level} in the body", as_json(_event(canary(), secrecy=level)))
        for header in ("secrecy", "cloudEvents_secrecy", "cloudEvents:secrecy", "X-Secrecy"):
            body = as_json(_event(canary()))
            yield Sent(f"{level} in {header} against the body", body, headers={header: level})
        body = as_json(_event(canary(), secrecy=level))
        yield Sent(f"header normal, body {level}", body, headers={"secrecy": "normal"})
        for prefix in ("cloudEvents_", "cloudEvents:"):
            yield _binary(_event(canary(), secrecy=level), prefix, f"{level} in {prefix}")
        nested = _event(canary())
        nested["data"]["attachments"] = [{"Secrecy": level}]
        yield Sent(f"{level} deep in the data", as_json(nested))
    for value in MISSPELT:
        yield Sent(f"secrecy {value!r}", as_json(_event(canary(), secrecy=value)))
    said = _event(canary())
    yield Sent("no secrecy", as_json(without(said, "secrecy")))
    yield _binary(without(_event(canary()), "secrecy"), "cloudEvents_", "no secrecy in binary mode")
    yield Sent("wrong key", as_json(without(_event(canary()), "secrecy") | {"Secrecy": "normal"}))
    whole = as_json(_event(canary()))
    yield Sent("cut off", whole[:-20])
    yield Sent("something behind it", as_json(_event(canary())) + b" }")
    yield Sent("a byte order mark", b"\xef\xbb\xbf" + as_json(_event(canary())))
    yield Sent("UTF-16", json.dumps(_event(canary())).encode("utf-16"))
    yield Sent("no UTF-8", as_json(_event(canary())).replace(b"15/", b"\xff\xfe"))
    yield Sent("NaN", as_json(_event(canary())).replace(b'"task_count": 2', b'"task_count": NaN'))
    yield Sent("a key twice", b'{"secrecy": "mat",' + as_json(_event(canary()))[1:])
    yield Sent("too deep", as_json(_event(canary(), deep=_nested(80))))
    yield Sent("a list", as_json([_event(canary())]))
    yield Sent("plain text", canary().encode(), "text/plain")
    yield Sent("another content type", without_secrecy(_event(canary())), "text/xml")


def without_secrecy(said: Mapping[str, Any]) -> bytes:
    return as_json(without(said, "secrecy"))


def _nested(depth: int) -> Any:
    value: Any = "x"
    for _ in range(depth):
        value = [value]
    return value


def story(subject: str, canary: str) -> list[Sent]:
    """A document with a task, and a feedback and an inspection that quote it."""
    issued = _event(canary, subject=subject, source="/hscv", id=f"{subject}-i")
    assigned = event("task.assigned", id=f"{subject}-t", subject=subject)
    assigned["data"] |= {"task_id": f"{subject}-1", "content": canary, "due_on": "2026-03-20"}
    done = event("task.progress", id=f"{subject}-p", subject=subject)
    done["data"] |= {"task_id": f"{subject}-1", "note": canary, "status": "in_progress"}
    feedback = event("feedback.received", id=f"{subject}-f", subject=f"PA-{subject}")
    feedback["data"] |= {"task_id": f"{subject}-1", "content": canary}
    inspected = event("inspection.decided", id=f"{subject}-k", subject=f"KT-{subject}")
    inspected["data"] |= {"grounds": f"Nhiệm vụ {subject}-1: {canary}"}
    return [
        Sent(f"{subject} {said['type']}", as_json(said))
        for said in (issued, assigned, done, feedback, inspected)
    ]


def made_secret(subject: str, **changes: Any) -> Sent:
    """What makes *subject* secret, with more in it than there should be."""
    said = event("document.secrecy_changed", id=f"{subject}-s", subject=subject, **changes)
    said["data"] |= {"abstract": f"{SECRET}-{subject}-change"}
    return Sent(f"{subject} made secret {changes}", as_json(said))


def redacted_stories() -> list[Sent]:
    """Documents that become secret: afterwards, before, in between, and by an event that is
    stamped with the level itself, says nothing of secrecy or has no time."""
    stories: list[Sent] = []
    mistakes: tuple[dict[str, Any], ...] = (
        {},
        {"secrecy": "toimat"},
        {"secrecy": None},
        {"time": None},
    )
    for number, changes in enumerate(mistakes):
        after, before, between = (f"VBS{number}{place}" for place in "abc")
        stories += [*story(after, f"{SECRET}-{after}"), made_secret(after, **changes)]
        stories += [made_secret(before, **changes), *story(before, f"{SECRET}-{before}")]
        told = story(between, f"{SECRET}-{between}")
        stories += [*told[:1], *told[3:], made_secret(between, **changes), *told[1:3]]
    return stories
