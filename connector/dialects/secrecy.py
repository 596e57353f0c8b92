"""Whether a message of a dialect is established as normal: decided before anything else of it is.

A message is normal only where one of the paths of its dialect says a word that the dialect's table
calls normal, or where nothing in it speaks of secrecy and whoever runs dondoc has established that
all that comes this way is normal. Whatever else speaks of secrecy, in headers, under keys at any
depth, in JSON within texts or as a label in a text, can only make it secret or doubtful. What is
read here may be secret and must never get into a text, a log or a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import Any

from ...rules.secrecy import NORMAL, strictest
from ..contract.body import ParsedBody
from ..contract.headers import UNREAD
from ..contract.statements import HeaderStatements, Speaks, said_in, texts_in
from .doubts import (
    OVERLONG,
    not_stated,
    quoted_at,
    unknown_at,
    unknown_in_headers,
    unknown_under,
)
from .folding import bare, folded, word_of
from .levels import UNKNOWN, Levels, Unknown, level_in_any, level_in_text, may_hide_a_label
from .paths import MISSING, Path, PathScope, ValueFault, find
from .views import View

_NAMES = re.compile(
    r"secre(?!tar)|do[^a-z0-9]*mat|confidential|classif|security[^a-z0-9]*level", re.ASCII
)
_INVISIBLE = re.compile(r"[^a-z0-9\n]+")


def speaks_of_secrecy(name: object) -> bool:
    """Whether a header or key of that *name* says something about secrecy, in English or in
    Vietnamese: "doMat", "ĐỘ MẬT", "security_level", "isSecret".

    More names than the guard of the contract knows, which has one attribute under one name: an
    HSCV with a dialect calls things as it likes. A secretary is none of them.
    """
    text = str(name)
    if text.isascii():
        return _NAMES.search(text.lower()) is not None
    return _NAMES.search(_INVISIBLE.sub("", bare(text))) is not None


def knowing(names: Iterable[str]) -> Speaks:
    """`speaks_of_secrecy` for messages whose keys are mostly among *names*, of which it is worked
    out beforehand."""
    known = {name: speaks_of_secrecy(name) for name in names}

    def speaks(name: object) -> bool:
        told = known.get(name)  # type: ignore[call-overload]
        return speaks_of_secrecy(name) if told is None else bool(told)

    return speaks


def in_headers(headers: Mapping[Any, object]) -> HeaderStatements:
    """What *headers* say about secrecy under any such name."""
    return said_in(headers, speaks_of_secrecy) if headers else _SILENT


_SILENT = HeaderStatements([], False)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a message says about its secrecy.

    ``level``: the strictest secret one that it states, None where none; ``now``: whether more says
    so than what a row was before. ``doubt``: why it is not established, in words of dondoc's own;
    None where it is normal.
    """

    level: str | None = None
    now: bool = True
    doubt: str | None = None


_NORMAL = Judgement()


@dataclass(frozen=True, slots=True)
class Judge:
    """How the secrecy of messages of one dialect is read.

    ``paths``: where it stands. ``ignored``: keys, as spelled and folded, that sound like secrecy
    and are something else; a secret word under one of them still counts. ``known``: all paths of
    the file, by which the place of a label in a text is named.
    """

    levels: Levels
    paths: tuple[Path, ...] = ()
    ignored: frozenset[str] = field(default_factory=frozenset)
    known: tuple[Path, ...] = field(default=(), repr=False)

    def headers_alone(self, headers: HeaderStatements) -> str | None:
        """The strictest secret level that *headers* state; None where they state none."""
        return strictest(self._in_headers(headers)) if headers.stated else None

    def judge(
        self, headers: HeaderStatements, body: ParsedBody, view: View, *, normal: bool
    ) -> Judgement:
        """What a message with these *headers* and this *body* says; *normal* as in
        `saying.Dialect.read`."""
        if not headers.stated and self._is_plainly_normal(body, view):
            return _NORMAL
        containers: set[int] = set()
        declared: set[str | Unknown] = set()
        before: set[str | Unknown] = set()
        self._declare(view.root, view.beside, declared, containers)
        for other in view.others:
            self._declare(other, {}, before, containers)
        elsewhere = self._in_headers(headers) if headers.stated else set()
        if body.stated:
            elsewhere |= self._in_body(body, containers)
        # What stood before is among all that the keys say: it is told apart by where it stands.
        level, label = strictest((*declared, *before, *elsewhere)), self._label(body)
        if level is None and label is not None and self._says_normal(declared, elsewhere):
            return Judgement(doubt=quoted_at(self.known, view))
        level = strictest((level, label))
        if level is not None:
            past = strictest(before) is not None and NORMAL in declared
            return Judgement(level, not past)
        if headers.overlong or body.overlong:
            return Judgement(doubt=OVERLONG)
        if UNKNOWN in declared | before | elsewhere:
            return Judgement(doubt=self._doubt(body, view, containers))
        stated = NORMAL in declared or (normal and not declared)
        return _NORMAL if stated else Judgement(doubt=not_stated(self.paths, body.names))

    def _says_normal(self, declared: set[str | Unknown], elsewhere: set[str | Unknown]) -> bool:
        """Whether the message itself says that it is normal, and not the queue alone."""
        return NORMAL in declared or (not self.paths and NORMAL in elsewhere)

    def _doubt(self, body: ParsedBody, view: View, containers: set[int]) -> str:
        """Why a message is doubtful in which something says what no table has: the first."""
        for path in self.paths:
            said: set[str | Unknown] = set()
            alone = replace(self, paths=(path,))
            for root, beside in ((view.root, view.beside), *((each, {}) for each in view.others)):
                alone._declare(root, beside, said, set())
            if UNKNOWN in said:
                return unknown_at(path, view)
        for name, value in zip_longest(body.names, body.stated, fillvalue=""):
            anything = id(value) in containers or self._ignores(name)
            if UNKNOWN in self._said(value, anything=anything):
                return unknown_under(name)
        return unknown_in_headers()

    def _is_plainly_normal(self, body: ParsedBody, view: View) -> bool:
        """Whether one path says normal as the file spells it, and whatever else speaks of secrecy
        says the same: so most messages do, and what comes to the same takes longer to find."""
        path = self.paths[0] if len(self.paths) == 1 else None
        if path is None or path.scope is PathScope.BESIDE or body.overlong:
            return False
        spelled = self.levels.spelled
        for root in (view.root, *view.others):
            try:
                value = word_of(find(root, path))
            except ValueFault:
                return False
            if value is None or spelled.get(value) != NORMAL:
                return False
        for name, each in zip_longest(body.names, body.stated, fillvalue=""):
            word = word_of(each)
            if word is not None and spelled.get(word) == NORMAL:
                continue
            ignored = word is not None and self._ignores(name)
            if not ignored or self._said(each, anything=True):
                return False
        return self._label(body) is None

    def _declare(
        self,
        root: Any,
        beside: Mapping[str, Any],
        said: set[str | Unknown],
        containers: set[int],
    ) -> None:
        """Add to *said* what the paths say in *root*, or *beside* it, and to *containers* the
        identities of the objects that they go through."""
        for path in self.paths:
            start = beside if path.scope is PathScope.BESIDE else root
            try:
                value = find(start, path)
            except ValueFault:
                said.add(UNKNOWN)
                continue
            if path.only is None:
                containers.update(_on_the_way(start, path))
            level = None if value is MISSING else self.levels.of(value)
            if level is not None:
                said.add(level)

    def _in_headers(self, headers: HeaderStatements) -> set[str | Unknown]:
        said: set[str | Unknown] = set()
        for value in headers.stated:
            said |= {UNKNOWN} if isinstance(value, bytes) else self._said(value, anything=False)
        return said

    def _in_body(self, body: ParsedBody, containers: set[int]) -> set[str | Unknown]:
        said: set[str | Unknown] = set()
        for name, value in zip_longest(body.names, body.stated, fillvalue=""):
            anything = id(value) in containers or self._ignores(name)
            said |= self._said(value, anything=anything)
        return said

    def _ignores(self, name: str) -> bool:
        return name in self.ignored or folded(name) in self.ignored

    def _said(self, value: Any, *, anything: bool) -> set[str | Unknown]:
        """What a statement of *value* comes to; *anything*: what is no secret word counts for
        nothing."""
        if value is UNREAD:
            return {UNKNOWN}
        if isinstance(value, str):
            level = NORMAL if value == NORMAL else self.levels.of(value)
            said = set() if level is None else {level}
        else:
            said = self.levels.within(value)
            if isinstance(value, dict | list) and value:
                said.add(UNKNOWN)
        return said - {UNKNOWN} if anything else said

    def _label(self, body: ParsedBody) -> str | None:
        if body.overlong:
            return None
        if may_hide_a_label(body.text):
            return level_in_any(texts_in(body.value))
        return level_in_text(body.text)


def _on_the_way(value: Any, path: Path) -> Iterator[int]:
    """The identities of the objects and lists that *path* goes through in *value*."""
    for step in path.steps:
        if isinstance(value, dict):
            value = value.get(step, MISSING)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return
        if isinstance(value, dict | list):
            yield id(value)
