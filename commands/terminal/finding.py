"""What people call a body, a rule or a document, found as the database and the law name it.

A body may be called by its code in any case or by its name, a document by its symbol. Where
several are meant, a person at a terminal is asked which, and anybody else is told them; where
none is, the nearest names are said. It must never take what is only alike.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from difflib import get_close_matches

import click

from ...rules.directory import Directory
from ...rules.normalising import one_form, without_marks
from ...storage.questions.queries import has_body, has_rule
from ...storage.streams import streams_of_subject
from ...storage.symbols import Called, documents_called
from ...storage.transaction import Transaction
from ..assembly.application import Application, Refused
from ..assembly.clock import today
from ..assembly.loading import load_texts
from .days import day_said
from .presentation import clean, say
from .usage import WholeNumber
from .words import words

_MOST = 20
"""Documents of one symbol that are shown to choose from."""
_NEAR = 5
"""Names that are said to be like what was given."""
_ALIKE = 0.5
"""How much of a name has to be the same for it to be said."""
_IN_FULL = re.compile(
    r"(?:.*\bsố\s+)?(?P<symbol>\S+/\S+?),?(?:\s+ngày\s+(?P<day>.+))?", re.IGNORECASE
)
"""A document as lists and letters name it: Công văn số 113/VP-TH ngày 26/02/2026."""
_LONGEST = 80
"""Characters of what was typed that an error shows."""


def body_called(directory: Directory, text: str, file: str | None = None) -> str:
    """The code of the body that *text* is the code or the name of: as it stands, in another case,
    or without the marks of Vietnamese.

    Raises Refused where that is none of the directory's, which stands in *file* where there is no
    database beside it, with the nearest names; and where it is several, with all of them."""
    text = one_form(text)
    if text in directory:
        return text
    found = _bodies_called(directory, text)
    if len(found) > 1:
        bodies = "; ".join(_named(directory, code) for code in found)
        raise Refused(words().say("finding.bodies", given=_given(text), bodies=bodies))
    if found:
        return found[0]
    near = _like([_named(directory, code) for code in _bodies_like(directory, text)])
    if file is not None:
        raise Refused(words().say("finding.no_body_in", given=_given(text), like=near, file=file))
    raise Refused(words().say("finding.no_body", given=_given(text), like=near))


def find_body(application: Application, text: str) -> str:
    """The code of the body that *text* names, as `body_called` finds it; one that is only stored
    as well. Raises Refused."""
    directory, text = application.law.directory, one_form(text)
    if text not in directory and application.store.read(lambda tx: has_body(tx, text)):
        # HSCV's own code, though it is like one of the directory: what is stored under it.
        return text
    return body_called(directory, text)


def find_rule(application: Application, text: str) -> str:
    """The rule that *text* is the id of, in whatever case. Raises Refused where no regulation has
    it and nothing is stored under it."""
    known = application.law.regulations.rules
    if text in known:
        return text
    alike = [rule for rule in known if rule.casefold() == text.casefold()]
    if len(alike) == 1:
        return alike[0]
    if application.store.read(lambda tx: has_rule(tx, text)):
        return text
    near = get_close_matches(text[:_LONGEST].casefold(), known, _NEAR, _ALIKE)
    rules = ", ".join(known)
    raise Refused(words().say("finding.no_rule", given=_given(text), like=_like(near), rules=rules))


def find_subject(application: Application, text: str) -> str:
    """The identifier of what *text* names: itself, where anything is stored of it; otherwise that
    of the document whose symbol it is; itself where there is none.

    Of several documents a person is asked for one. Raises Refused, with all of them, where
    nobody can be asked."""

    def read(tx: Transaction) -> list[Called]:
        if streams_of_subject(tx, text):
            return []
        return documents_called(tx, text, _MOST + 1) or _documents_in_full(tx, text)

    found = application.store.read(read)
    if len(found) < 2:
        return found[0].subject if found else text
    listed = [
        words().say("finding.document", subject=each.subject, document=_document(application, each))
        for each in found[:_MOST]
    ]
    more = [words().say("finding.more")] if len(found) > _MOST else []
    count = f"{_MOST}+" if more else str(len(found))
    heading = words().say("finding.several", count=count, given=_given(text))
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise Refused(f"{heading} {'; '.join(map(clean, [*listed, *more]))}")
    say(heading, err=True)
    for number, line in enumerate(listed, 1):
        say(f"{number:>3}  {line}", err=True)
    for line in more:
        say(f"     {line}", err=True)
    choice = WholeNumber(1, len(listed))
    number = click.prompt(words().say("finding.which"), type=choice, err=True)
    return found[number - 1].subject


def is_subject(application: Application, text: str) -> bool:
    """Whether *text* names anything that events are about, by its identifier or symbol."""

    def read(tx: Transaction) -> bool:
        return bool(
            streams_of_subject(tx, text)
            or documents_called(tx, text, 1)
            or _documents_in_full(tx, text)
        )

    return application.store.read(read)


def _documents_in_full(tx: Transaction, text: str) -> list[Called]:
    """The documents that *text* names with their kind before the symbol, or their day after it."""
    said = _IN_FULL.fullmatch(" ".join(one_form(text[:_LONGEST]).split()))
    if said is None:
        return []
    found = documents_called(tx, said["symbol"], _MOST + 1)
    try:
        day = day_said(said["day"], today()) if said["day"] else None
    except ValueError:
        return []
    if said["day"] and day is None:
        return []
    return [each for each in found if day in (None, _issued_on(each))]


def _issued_on(called: Called) -> date | None:
    issued_on = called.document.get("issued_on")
    return date.fromisoformat(issued_on) if issued_on else None


def _bodies_called(directory: Directory, text: str) -> list[str]:
    """The codes of the bodies that *text* names, by the first way of naming one that finds any."""
    ways: tuple[Mapping[str, Collection[str]], ...] = (
        {code: [code] for code in directory.bodies},
        _names(directory),
    )
    for spelt in (str.casefold, without_marks):
        wanted = " ".join(spelt(text).split())
        for way in ways:
            found = [
                code
                for code, names in way.items()
                if any(" ".join(spelt(name).split()) == wanted for name in names)
            ]
            if found and wanted:
                return found
    return []


def _bodies_like(directory: Directory, text: str) -> list[str]:
    """The codes of the bodies whose code or name is like *text*, or holds it; the nearest first."""
    wanted = without_marks(text[:_LONGEST])
    spelt: dict[str, str] = {}
    for code, names in _names(directory).items():
        spelt.update((without_marks(name), code) for name in (*names, code))
    close = get_close_matches(wanted, spelt, _NEAR, _ALIKE)
    holding = [name for name in spelt if wanted and wanted in name]
    return list(dict.fromkeys(spelt[name] for name in (*holding, *close)))[:_NEAR]


def _names(directory: Directory) -> dict[str, set[str]]:
    """What each body is called now, and was called before."""
    names: dict[str, set[str]] = {}
    for body in (*directory, *directory.earlier):
        names.setdefault(body.code, set()).add(body.name)
    return names


def _named(directory: Directory, code: str) -> str:
    return f"{code} ({clean(directory.name(code))})"


def _like(names: Sequence[str]) -> str:
    return words().say("finding.like", names=", ".join(names)) if names else ""


def _given(text: str) -> str:
    return repr(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…")


def _document(application: Application, called: Called) -> str:
    """A document as an official names it: kind, symbol, date, issuer."""
    issuers = _issuers(application, called)
    return load_texts(words().language).document(called.document, called.symbol, issuers)


def _issuers(application: Application, called: Called) -> Mapping[str, str]:
    """What those who issue documents are called, by the regulations of the day of the document."""
    issued_on, regulations = _issued_on(called), application.law.regulations
    of_the_day = (regulations.on(issued_on) if issued_on else ()) or regulations.all[-1:]
    return {key: name for each in reversed(of_the_day) for key, name in each.issuers.items()}
