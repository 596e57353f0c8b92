"""What commands say to people, in the language of whoever runs them.

The words stand in commands/texts/*.toml, a file for each language, in a table of each command's
name. JSON, the columns of CSV, the log and exit codes have no language: nothing of them may come
from here.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from errno import errorcode
from itertools import zip_longest
from pathlib import Path

import click

from ...rules.events import LOCAL
from ...rules.file_faults import FileRefused
from ...rules.mendable import Mendable
from ...rules.wording import CountingFormatter
from ..assembly.language import language_of
from .sentences import translated
from .texts import MODEL, table

_CAPITALS = re.compile(r"\b[A-Z]{2,}\b")
_LINE, _WORDS = "dondoc.line", "dondoc.words"
"""Where a context keeps its command line, and what it speaks."""


_FORMATTER = CountingFormatter()


@dataclass(frozen=True)
class Words:
    """The texts of one language, by dotted key ("backup.done"), each checked before it is said."""

    language: str

    def say(self, key: str, **values: object) -> str:
        """The text of *key* with *values* in its braces, days as the language writes them."""
        shown = {name: self._shown(value) for name, value in values.items()}
        name, _, inside = key.rpartition(".")
        return _FORMATTER.vformat(table(self.language, name)[inside], (), shown)

    def find(self, key: str) -> str:
        """The text of *key* as it stands, where there is one; otherwise empty."""
        name, _, inside = key.rpartition(".")
        return table(self.language, name).get(inside, "")

    def told(self, error: Mendable) -> str:
        """The line of *error*, which the log has in English."""
        if isinstance(error, FileRefused) and len(error.faults) > 1:
            first = self.sentence(error.faults[0])
            return self.say("terminal.checked.more", first=first, number=len(error.faults) - 1)
        key = f"terminal.errors.{error.code}"
        if not self.find(key):
            return self.sentence(error)
        cause = error.__cause__
        said = {"reason": self.reason(cause)} if isinstance(cause, OSError) else {}
        if "problem" in error.values:
            clauses = str(error.values["problem"]).split("; ")
            said["problem"] = "; ".join(map(self.sentence, clauses))
        return self.say(key, **{**error.values, **said})

    def sentence(self, text: object) -> str:
        """The English *text* of another part, in words of this language where there are some."""
        return translated(self.language, str(text))

    def stand_ins(self, text: str) -> str:
        """*text* with the words in capitals that stand for what is typed (DATE, FILE) as this
        language has them."""
        return _CAPITALS.sub(
            lambda found: self.find(f"terminal.stand_ins.{found[0].lower()}") or found[0], text
        )

    def reason(self, error: OSError) -> str:
        """What the system says in *error*; in its own words where there are none for it."""
        key = f"terminal.system.{errorcode.get(error.errno or 0, '')}"
        return self.find(key) or self.sentence(error.strerror or error)

    def day(self, day: date) -> str:
        """*day*, or a time, as the language writes it in a line or a table."""
        if self.language == MODEL:
            return str(day)
        return f"{day:%d/%m/%Y %H:%M}" if isinstance(day, datetime) else f"{day:%d/%m/%Y}"

    def moment(self, at: datetime) -> str:
        """*at*, in local time and to the minute, as the language writes days."""
        local = at.astimezone(LOCAL)
        return f"{local:%Y-%m-%d %H:%M}" if self.language == MODEL else self.day(local)

    def end(self, day: date | None, at: datetime | None) -> str:
        """*day*, or the moment *at* of it at which a term ends, as `day` and `moment`; empty
        without one."""
        if day is None:
            return ""
        return self.day(day) if at is None else self.moment(at)

    def number(self, number: int) -> str:
        """*number* with its thousands apart as the language writes them."""
        return f"{number:,}".replace(",", "," if self.language == MODEL else ".")

    def _shown(self, value: object) -> object:
        return self.day(value) if isinstance(value, date) else value


def words() -> Words:
    """The words of the running command: by its --lang, wherever that stands in the line, by the
    settings, or by the system. Outside of a command nothing was asked for."""
    context = click.get_current_context(silent=True)
    return words_for(()) if context is None else words_in(context)


def words_in(context: click.Context) -> Words:
    """The words of the command that *context* is of, or is a part of."""
    if _WORDS not in context.meta:
        context.meta[_WORDS] = words_for(context.meta.get(_LINE, ()))
    found: Words = context.meta[_WORDS]
    return found


def words_for(line: Sequence[str]) -> Words:
    """The words of a command that is run with the arguments *line*."""
    file = _given(line, "--config")
    asked = _given(line, "--lang")
    return Words(language_of(asked, Path(file) if file else None, os.environ))


def remember_line(context: click.Context, line: Sequence[str]) -> None:
    """Have `words` go by *line*, the arguments of *context*, which are not parsed yet: what is
    wrong with them has to be said as well."""
    context.meta[_LINE] = tuple(line)
    context.meta.pop(_WORDS, None)


def _given(line: Sequence[str], option: str) -> str | None:
    """What *line* gives for *option*; the last, where it does several times."""
    given = None
    for word, after in zip_longest(line, line[1:]):
        if word == "--":
            break
        if word == option:
            given = after
        elif word.startswith(f"{option}="):
            given = word.partition("=")[2]
    return given
