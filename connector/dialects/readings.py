"""How one value is taken out of a message: from a path, several, a constant, a text with paths in
it, or the number of items of a list; and what its words mean.

What is read here is of established normal secrecy, but for the subject of a secret message. No
value gets into a refusal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from ...rules.normalising import one_form
from .folding import refolded, word_of
from .paths import EACH, MISSING, Path, PathScope, ValueFault, find
from .times import Times
from .views import View

UNAVAILABLE = "__debezium_unavailable_value"
"""What Debezium writes for a long text that did not change and that PostgreSQL did not log."""

UNKNOWN_WORD = "is none of the words of its table; add it, or say others"


@dataclass(frozen=True, slots=True)
class Empty:
    """What a path finds where something stands that says nothing: null, or a text of blanks."""


EMPTY = Empty()


def is_nothing(value: Any) -> bool:
    """Whether a reading found nothing that says anything."""
    return value is MISSING or value is EMPTY


@dataclass(frozen=True, slots=True)
class Seen:
    """A message, or one item of a list in it, as paths look at it; ``place`` names the item.
    ``words``: those that were compared already, by the paths at which they stand."""

    view: View
    item: Any = field(default=MISSING, repr=False)
    place: str = ""
    words: dict[str, str] = field(default_factory=dict, repr=False)

    def at(self, path: Path) -> Any:
        """What *path* finds. Raises ValueFault."""
        if path.scope is PathScope.MESSAGE:
            return find(self.view.root, path)
        if path.scope is PathScope.BESIDE:
            value = find(self.view.beside, path)
            return one_form(value) if isinstance(value, str) else value
        return find(self.view.root if self.item is MISSING else self.item, path)

    def name(self, path: Path) -> str:
        """What *path* is called in a refusal."""
        if path.scope is PathScope.ITEM and self.place:
            return f"{self.place}{path.written if path.steps else ''}"
        return path.written


class ItemCondition(Protocol):
    """What must hold for an item of a list."""

    @property
    def path(self) -> Path:
        """Where it looks in the item."""

    def holds(self, seen: Seen) -> bool:
        """Whether it does. Raises ValueFault."""


@dataclass(frozen=True, slots=True)
class ValueReading:
    """How a value is read, compiled.

    ``paths``: the first that finds something counts. ``constant``: the value itself. ``pieces``:
    texts and paths, joined. ``counted``: a list whose items are counted. ``where``: what must hold
    for the items of a list that it walks or counts, of which the others are passed over. ``words``:
    what each word means, by its folded form; ``spelled`` by its spelling in the file; ``others``:
    what becomes of one that is not among them, "refuse", "keep" or "drop". ``separator``: what
    stands between the items of a text that is a list. ``empty``: words that say nothing.
    ``default``: what is read where nothing stands. ``times``: how times and days are written.
    ``keys``: the steps of its first path, where they are keys of the message alone; ``longest``:
    how long the longest of ``empty`` is; ``fixed``: the constant, where that is a text.
    """

    times: Times
    paths: tuple[Path, ...] = ()
    constant: Any = MISSING
    pieces: tuple[str | Path, ...] = ()
    counted: Path | None = None
    where: tuple[ItemCondition, ...] = ()
    words: Mapping[str, Any] | None = None
    spelled: Mapping[str, Any] = field(default_factory=dict)
    others: str = "refuse"
    separator: str | None = None
    empty: frozenset[str] = frozenset()
    default: Any = MISSING
    keys: tuple[str, ...] = field(init=False)
    longest: int = field(init=False)
    fixed: Any = field(init=False)

    def __post_init__(self) -> None:
        path = self.paths[0] if self.paths else None
        steps = path.steps if path is not None and path.scope is PathScope.MESSAGE else ()
        keys = tuple(step for step in steps if isinstance(step, str))
        object.__setattr__(self, "keys", keys if len(keys) == len(steps) else ())
        object.__setattr__(self, "longest", max(map(len, self.empty), default=0))
        text = isinstance(self.constant, str) and self.constant
        object.__setattr__(self, "fixed", self.constant if text else MISSING)

    @property
    def every_path(self) -> tuple[Path, ...]:
        """All paths that it looks at."""
        within = tuple(each for each in self.pieces if isinstance(each, Path))
        return (*self.paths, *within, *((self.counted,) if self.counted else ()))

    @property
    def is_of_arrival(self) -> bool:
        """Whether it may give the time at which the message arrived."""
        beside = (each.steps for each in self.every_path if each.scope is PathScope.BESIDE)
        return ("arrival",) in beside

    def raw(self, seen: Seen) -> Any:
        """What stands there, MISSING and EMPTY among it. Raises ValueFault."""
        if self.paths:
            return self._first(seen)
        if self.pieces:
            return self._joined(seen)
        if self.counted is None:
            return self.constant
        found = seen.at(self.counted)
        if found is MISSING or found is None:
            return 0
        if not isinstance(found, list):
            raise ValueFault(seen.name(self.counted), "is no list")
        return sum(1 for _ in self._kept(self.counted, seen)) if self.where else len(found)

    def items(self, path: Path, seen: Seen) -> Iterator[Seen]:
        """The items of the list that it walks by *path*, or counts there. Raises ValueFault."""
        walked = path.steps.index(EACH) if path.walks else len(path.steps)
        found = seen.at(Path(path.scope, path.steps[:walked], path.written))
        if found is MISSING or found is None:
            return
        if not isinstance(found, list):
            raise ValueFault(seen.name(path), "is no list")
        for item in found:
            yield Seen(seen.view, item)

    def _kept(self, path: Path, seen: Seen) -> Iterator[Seen]:
        for item in self.items(path, seen):
            if all(each.holds(item) for each in self.where):
                yield item

    def _walked(self, path: Path, seen: Seen) -> Any:
        """What *path* finds in the items of its list for which all of ``where`` hold."""
        if seen.at(path) is MISSING:
            return MISSING
        rest = Path(PathScope.ITEM, path.steps[path.steps.index(EACH) + 1 :], path.written)
        return [item.at(rest) for item in self._kept(path, seen)]

    def plain(self, seen: Seen) -> Any:
        """The text or whole number that stands at its first path, where that is plain keys, or the
        text that is its constant; MISSING for whatever else, which `raw` finds. Most are so."""
        value = seen.view.root
        if not self.keys:
            return self.fixed
        for key in self.keys:
            if not isinstance(value, dict):
                return MISSING
            value = value.get(key)
        if type(value) is int:
            return value
        if not isinstance(value, str) or len(value) <= self.longest:
            return MISSING
        return MISSING if value.isspace() else value

    def place(self, seen: Seen) -> str:
        """Where it looks in the message, for a refusal of what it found there or did not."""
        for path in self.paths:
            if seen.at(path) not in (MISSING, None, ""):
                return seen.name(path)
        return " or ".join(seen.name(path) for path in self.every_path)

    def _first(self, seen: Seen) -> Any:
        nothing: Any = MISSING
        for path in self.paths:
            value = self._walked(path, seen) if self.where else seen.at(path)
            if value is MISSING:
                continue
            if value is None or (isinstance(value, str) and self._says_nothing(value)):
                nothing = EMPTY
                continue
            return value
        return nothing if self.default is MISSING else self.default

    def _says_nothing(self, text: str) -> bool:
        return not text or text.isspace() or (bool(self.empty) and refolded(text) in self.empty)

    def _joined(self, seen: Seen) -> Any:
        texts: list[str] = []
        for piece in self.pieces:
            if isinstance(piece, str):
                texts.append(piece)
                continue
            value = seen.at(piece)
            text = word_of(value)
            if text is None and value is not None and value is not MISSING:
                raise ValueFault(seen.name(piece), "is no single value")
            if text is None or self._says_nothing(text):
                return self.default
            texts.append(text)
        return "".join(texts)

    def translated(self, value: Any) -> Any:
        """What the word *value* means; itself where there is no table of words. MISSING where it is
        to be left out. Raises ValueFault."""
        if self.words is None:
            return value
        word = word_of(value)
        if word is None:
            raise ValueFault("", _single(value))
        meaning = self.spelled.get(word, MISSING)
        if meaning is MISSING:
            meaning = self.words.get(refolded(word), MISSING)
        if meaning is not MISSING or self.others == "drop":
            return meaning
        if self.others == "keep":
            return value
        raise ValueFault("", UNKNOWN_WORD)


def _single(value: Any) -> str:
    what = "a list" if isinstance(value, list) else "an object"
    return f"finds {what} where one value is asked for"


def text_of(value: Any) -> str:
    """*value* as text, a number by its digits. Raises ValueFault."""
    if isinstance(value, str):
        if value == UNAVAILABLE:
            raise ValueFault("", "was left out by Debezium; set REPLICA IDENTITY FULL")
        return value
    if isinstance(value, bool):
        raise ValueFault("", "is true or false where a text is asked for; say words for it")
    text = word_of(value)
    if text is None:
        raise ValueFault("", _single(value))
    return text
