"""Writes docs/event-types.md from the table of event types: `python tests/event_types_page.py`.

What an event tells is the summary of its message in docs/asyncapi.yaml. Nothing on the page is
written by hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml  # type: ignore[import-untyped]
from dondoc.connector.contract.attributes import FIRST_YEAR, LAST_YEAR, MAX_IDENTIFIER
from dondoc.connector.contract.data.fields import MAX_COUNT, MAX_REGISTERED
from dondoc.rules.event_types import EVENT_TYPES
from dondoc.rules.fields import Field, Kind

DOCS = Path(__file__).parents[1] / "docs"
PAGE = DOCS / "event-types.md"
AGAIN = "python tests/event_types_page.py"
"""What writes the page anew."""
_BEGINNING = f"""\
# Types of events and their fields

Every event that [the contract](contract.md) knows and a [dialect](dialects.md) can tell, with its
fields; made from the code by `{AGAIN}`. On RabbitMQ a type begins with
`hscv.`; a dialect file may leave that out. As schemas: [asyncapi.yaml](asyncapi.yaml); in
Vietnamese: [vi/lap-trinh-hscv.md](vi/lap-trinh-hscv.md#gửi-những-gì).

What can stand in a field says [the second table](#what-can-stand-in-a-field).
"""
_HELD = {
    Kind.TEXT: "text",
    Kind.LINE: f"text of 1 to {MAX_IDENTIFIER} characters",
    Kind.BODY: "the code of a body",
    Kind.TASK: "the id of a task",
    Kind.REQUEST: "the id of a request",
    Kind.REPORT: "the name of a report, of those in [the regulation](regulation-file.md#reports)",
    Kind.DAY: "a day",
    Kind.RECURRENCE: "a repetition: `weekly:5`, `monthly:25`, `quarterly:2-20`, `yearly:12-10`",
    Kind.PERIOD: "a period: `2026-W10`, `2026-09`, `2026-Q3`, `2026-H1` or `2026`",
    Kind.YEAR: f"a year from {FIRST_YEAR} to {LAST_YEAR}",
    Kind.COUNT: f"a whole number from 0 to {MAX_COUNT:,}",
    Kind.FLAG: "true or false",
    Kind.REGISTERED: f"a number of a register, 1 to {MAX_REGISTERED} digits, never a name",
    Kind.LEADS: "the code of a body, or a list of such codes",
}


def page() -> str:
    """The text of the page."""
    lines = [
        _BEGINNING,
        "## The types",
        "",
        "| type | tells | required | optional |",
        "| --- | --- | --- | --- |",
        *_types(),
        "",
        "## What can stand in a field",
        "",
        "A field that is not listed here holds text.",
        "",
        "| field | of | can be |",
        "| --- | --- | --- |",
        *_fields(),
    ]
    return "\n".join(lines) + "\n"


def _types() -> Iterator[str]:
    document = yaml.safe_load((DOCS / "asyncapi.yaml").read_text(encoding="utf-8"))
    messages = document["components"]["messages"].values()
    tells = {each["title"]: each.get("summary", "") for each in messages}
    for type_, fields in EVENT_TYPES.items():
        needed = ", ".join(_required(fields))
        others = ", ".join(
            f"`{name}`" for name, each in fields.items() if not (each.required or each.unless)
        )
        said = tells[f"hscv.{type_}"].rstrip(".")
        yield f"| `{type_}` | {said} | {needed or '–'} | {others or '–'} |"


def _required(fields: Mapping[str, Field]) -> Iterator[str]:
    for name, each in fields.items():
        if each.unless:
            yield f"`{name}` without `{each.unless}`"
        elif each.required:
            yield f"`{name}`"


def _fields() -> Iterator[str]:
    types: dict[tuple[str, str], list[str]] = {}
    for type_, fields in EVENT_TYPES.items():
        for name, each in fields.items():
            types.setdefault((name, _held(each)), []).append(type_)
    several = [name for name, _ in types]
    for (name, held), of in sorted(types.items()):
        named = ", ".join(f"`{each}`" for each in of)
        alone = several.count(name) == 1
        if not alone or held != _HELD[Kind.TEXT]:
            yield f"| `{name}` | {'all' if alone else named} | {held} |"


def _held(field: Field) -> str:
    if field.kind is Kind.CORRECTIONS:
        return "an object of " + ", ".join(f"`{name}`" for name in field.fields)
    if field.kind is Kind.CHOICE:
        held = "one of " + ", ".join(f"`{value}`" for value in field.values)
        held = held if len(field.values) > 1 else f"`{field.values[0]}`"
    else:
        held = _HELD[field.kind]
    if field.least is not None:
        held = f"a list, each {held}" if not field.least else f"a list of one or more, each {held}"
    if field.past:
        held += ", not after the event"
    return f"{held}; or null, for none" if field.nullable else held


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
