"""What other parts say in English, in the language of whoever reads it.

An error or a reason is made where no language is known, and stays English in the log, in JSON, in
the database and in dead letters. A person is told it in the words of vi-sentences.toml beside the
other texts, which has the English sentences as keys, with braces for what is filled in. A sentence
that is not there is told as it is.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from string import Formatter
from typing import NamedTuple

FOLDER = Path(__file__).parents[1] / "texts"
_PART, _CLAUSE, _PIECE, _KEYS = ": ", "; ", ", ", "keys"
"""What stands before a sentence (a file and a key), between two, and between phrases; and the table
of what keys are called."""


class _Sentence(NamedTuple):
    """One sentence: the English words around what is filled in, and how it is said."""

    words: tuple[str, ...]
    names: tuple[str, ...]
    said: str

    def values(self, text: str) -> dict[str, str] | None:
        """What is filled in where *text* is this sentence; otherwise None."""
        if not all(each in text for each in self.words):
            return None
        # What a sentence begins with is one thing, and not what stands before the sentence.
        holes = ["(.+?)"] * len(self.names)
        if holes and not self.words[0]:
            holes[0] = f"((?:(?!{_PART}|{_CLAUSE}).)+?)"
        pattern = "".join(
            f"{re.escape(words)}{hole}"
            for words, hole in zip(self.words, [*holes, ""], strict=True)
        )
        found = re.fullmatch(pattern, text, re.DOTALL)
        return None if found is None else dict(zip(self.names, found.groups(), strict=True))


def translated(language: str, text: str) -> str:
    """The English *text* as *language* says it, as far as there are words for it."""
    sentences = _sentences(language, "sentences")
    return _told(text, sentences) if sentences else text


def phrased(
    language: str, text: str, own: Mapping[str, str], words: Mapping[str, str] | None = None
) -> str:
    """The English phrases *text* ("2 working days from the opening, moved off days off") as
    *language* says them, each by itself; *own*: names with what they are called, before all
    phrases; *words*: others, for what no phrase is."""
    phrases = _sentences(language, "phrases")
    if not phrases:
        return text
    said = (*_named(own), *phrases, *_named(words or {}))
    return _CLAUSE.join(
        _PIECE.join(_said(piece, said) or piece for piece in clause.split(_PIECE))
        for clause in text.split(_CLAUSE)
    )


def pieces(text: str) -> list[str]:
    """What of *text* `phrased` looks at by itself."""
    return [piece for clause in text.split(_CLAUSE) for piece in clause.split(_PIECE)]


def phrase_key(language: str, key: str) -> str:
    """What *language* calls the *key* of a regulation's file; empty where it has no name for it."""
    found = _sentences(language, "phrases", of_keys=True)
    return next((each.said for each in found if each.words == (key,)), "")


def _named(names: Mapping[str, str]) -> Iterator[_Sentence]:
    return (_Sentence((word,), (), _escaped(name)) for word, name in names.items())


def _escaped(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _told(text: str, sentences: tuple[_Sentence, ...]) -> str:
    start = 0
    while True:
        said = _said(text[start:], sentences)
        if said is not None:
            return text[:start] + said
        after = text.find(_PART, start)
        if after < 0:
            break
        start = after + len(_PART)
    clauses = text.split(_CLAUSE)
    if len(clauses) == 1:
        return text
    return _CLAUSE.join(_told(each, sentences) for each in clauses)


def _said(text: str, sentences: tuple[_Sentence, ...]) -> str | None:
    for each in sentences:
        values = each.values(text)
        if values is not None:
            filled = {name: _told(value, sentences) for name, value in values.items()}
            return each.said.format_map(filled)
    return None


@cache
def _sentences(language: str, kind: str, *, of_keys: bool = False) -> tuple[_Sentence, ...]:
    """The "sentences" or "phrases" of *language*, those with the most words first; of English none.
    *of_keys*: the names of keys in place of all others."""
    file = FOLDER / f"{language}-{kind}.toml"
    if not file.exists():
        return ()
    tables = tomllib.loads(file.read_text(encoding="utf-8"))
    found = [
        _sentence(key, said)
        for name, table in tables.items()
        if (name == _KEYS) == of_keys
        for key, said in table.items()
    ]
    return tuple(sorted(found, key=lambda each: -sum(map(len, each.words))))


def _sentence(key: str, said: str) -> _Sentence:
    parts = [*Formatter().parse(key)]
    names = tuple(name for _, name, _, _ in parts if name is not None)
    words = [words for words, name, _, _ in parts if name is not None or words]
    return _Sentence(tuple(words if len(words) > len(names) else [*words, ""]), names, said)
