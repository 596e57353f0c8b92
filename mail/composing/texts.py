"""The words of letters, in Vietnamese: mail/texts/vi.toml, checked when it is loaded."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from ...rules.places import Place
from ...rules.reading.templates import check_braces, texts_in
from ...rules.wording import Texts
from ..digest import LineKind

_KINDS = tuple(LineKind)
_ROLES = ("obligor", "coordinating", "office", "above", "several")

BRACES: Mapping[str, frozenset[str]] = {
    key: frozenset(braces.split())
    for key, braces in {
        "date": "day month short_month year",
        "end.day": "date",
        "end.moment": "hour padded minute date",
        "subject.digest": "counts body date",
        "subject.single": "days document body date",
        "subject.catch_up": "counts body date",
        "count.first": "number standing",
        "count.next": "number standing",
        **{f"standing.{kind}": "" for kind in _KINDS},
        **{f"section.{name}": "" for name in ("new", *_KINDS)},
        "section.again": "section",
        "section.numbered": "section number",
        **{f"demand.{role}": "body counts" for role in _ROLES},
        "demand.catch_up": "",
        "demand.prefix": "body",
        "greeting.to": "salutation",
        "greeting.head": "head body",
        **{
            f"column.{name}": ""
            for name in ("document", "content", "term", "article", "rule", "number", "worst")
        },
        "line.title": "title content",
        "line.obligor": "body",
        "line.demand": "demand",
        "line.term": "term",
        "line.article": "article",
        "line.rule": "rule number worst",
        "term.due": "due",
        "term.target": "due target",
        "term.due_at": "due",
        "term.target_at": "due target",
        "term.none": "",
        **{f"days.{name}": "days" for name in ("left", "late", "age")},
        **{
            f"days.{name}": ""
            for name in ("today", "last_working_day", "no_working_day", "over", "none")
        },
        "note.more": "number",
        "note.page": "page",
        "note.no_page": "",
        "note.joined": "number",
        "note.without_address": "number names body",
        "note.others": "names number",
        "note.closing": "sender date",
    }.items()
}
"""Every text that there must be, with the braces that it may have."""


@cache
def texts() -> Texts:
    """The words that ship. Raises FileError."""
    text = files(__package__.rpartition(".")[0]).joinpath("texts", "vi.toml").read_text("utf-8")
    return parse_texts(tomllib.loads(text), "mail/texts/vi.toml")


def parse_texts(data: Mapping[str, Any], where: str) -> Texts:
    """The texts in a parsed TOML file; *where* names it in errors.

    Raises FileError for a text that is unknown, missing, empty, or has other braces than those
    that are filled in.
    """
    templates: dict[str, str] = {}
    for place in texts_in(Place(where, "", data)):
        if place.key not in BRACES:
            raise place.error("is not known here")
        templates[place.key] = place.text()
        check_braces(place, BRACES[place.key])
    for key in BRACES.keys() - templates.keys():
        raise Place(where, key, None).error("is missing")
    return Texts(templates)
