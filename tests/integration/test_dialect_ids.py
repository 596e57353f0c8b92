"""One id in several hands: what two sources call alike are two things, and in one source what came
first counts."""

from __future__ import annotations

import json
import tomllib
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from dondoc.commands.assembly.loading import load_directory, load_law
from dondoc.commands.assembly.settings import TrackingSettings
from dondoc.connector.contract.guard import Limits, Message
from dondoc.connector.dialects.files.dialect_file import parse_dialect
from dondoc.connector.examining import Tongue
from dondoc.connector.handled import Result
from dondoc.connector.intake import Intake
from dondoc.storage.database import Store
from support.dialects import DOCS
from support.hscv import event, structured

NOW = datetime(2026, 4, 2, 3, 0, tzinfo=UTC)


def told_by(store: Store, name: str) -> Intake:
    directory = load_directory("sample")
    assert directory is not None
    text = (DOCS / "voffice.toml").read_text("utf-8").replace('"voffice"', f'"{name}"')
    digest = sha256(text.encode()).hexdigest()
    tongue = Tongue(parse_dialect(tomllib.loads(text), f"{name}.toml", digest))
    law = load_law(TrackingSettings(), directory)
    return Intake(store, law, Limits(), 100, tongues={name: tongue})


def accepted(queue: str, **task: Any) -> Message:
    lines = (DOCS / "voffice.jsonl").read_text("utf-8").splitlines()
    said = next(each for each in map(json.loads, lines) if each.get("Task", {}).get("Status") == 2)
    said["Task"] |= task
    return Message(json.dumps(said).encode(), None, {}, queue=queue)


def test_an_id_that_two_sources_give_is_two_events_and_never_a_conflict(store: Store) -> None:
    for name in ("kho-a", "kho-b"):
        (handled,) = told_by(store, name).handle([accepted(name)], NOW)
        assert handled.result is Result.STORED
    of_the_contract = event("task.accepted", id="0a51-3/task.accepted", source="/hscv")
    (handled,) = told_by(store, "kho-a").handle([structured(of_the_contract)], NOW)
    assert handled.result is Result.STORED


def test_an_id_that_one_source_gives_twice_is_a_conflict_where_something_else_is_said(
    store: Store,
) -> None:
    intake = told_by(store, "kho-a")
    said = [accepted("kho-a"), accepted("kho-a"), accepted("kho-a", UnitId=9), accepted("kho-a")]
    results = [each.result for each in intake.handle(said, NOW)]
    assert results == [Result.STORED, Result.DUPLICATE, Result.CONFLICT, Result.DUPLICATE]
