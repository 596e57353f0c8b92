"""What was read of a message: the elements that count, and nothing around them.

Secret as long as nobody has established the contrary. Where one element is meant and two stand
there, or text is meant and elements stand within it, programs differ in what they read: whoever
asks for it is refused.
"""

from __future__ import annotations

from collections.abc import Sequence

from ....rules.normalising import has_too_many_marks, one_form
from .reasons import Flaw, Invalid

_NOTHING = frozenset({"", "null", "n/a"})
_LONGEST_NOTHING = 4
_AMBIGUOUS = frozenset({("From", "OrganId"), ("Bussiness", "DocumentId")})
_MORE = frozenset({("ReplacementInfo", "DocumentId"), ("ResponseFor", "OrganId")})


def path_of(*names: str) -> str:
    """How the element is called whose last *names* these are: by its own name, and by that of the
    element around it where its own says too little."""
    last = tuple(names[-2:])
    return "/".join(last) if last in _AMBIGUOUS | _MORE else names[-1]


def tidy(text: str) -> str | None:
    """*text* in one form: NFC, Đ for its look-alike, single blanks; None where it says nothing."""
    found = " ".join((text if text.isascii() else one_form(text)).split())
    return None if len(found) <= _LONGEST_NOTHING and found.lower() in _NOTHING else found


class Record:
    """An element by its ``name``, with the elements in it that are read: ``texts`` by their names
    (None where elements stand within one, which then is none), and ``parts``, which hold more."""

    __slots__ = ("name", "parts", "texts")

    def __init__(self, name: str) -> None:
        self.name = name
        self.texts: dict[str, list[str | None]] = {}
        self.parts: dict[str, list[Record]] = {}

    def all(self, *path: str) -> Sequence[Record]:
        """Every part at *path*. Raises Invalid."""
        around = self.one(*path[:-1])
        return around.parts.get(path[-1], ()) if around is not None else ()

    def one(self, *path: str) -> Record | None:
        """The one part at *path*; None where there is none. Raises Invalid."""
        found: Record = self
        for name in path:
            parts = found.parts.get(name)
            if not parts:
                return None
            if len(parts) > 1:
                raise Invalid(Flaw.REPEATED, path_of(found.name, name))
            found = parts[0]
        return found

    def has(self, name: str) -> bool:
        """Whether an element of that *name* stands within, even if it says nothing."""
        return name in self.parts or name in self.texts

    def says(self, *path: str) -> str | None:
        """The text at *path* in one form; None where nothing is said. Raises Invalid."""
        around = self if len(path) == 1 else self.one(*path[:-1])
        texts = None if around is None else around.texts.get(path[-1])
        if texts is None:
            return None
        if len(texts) > 1:
            raise Invalid(Flaw.REPEATED, path_of(self.name, *path))
        return _text(texts[0], self.name, path)

    def say(self, name: str) -> list[str]:
        """The texts of every element of that *name*, without those that say nothing. Raises
        Invalid."""
        said = (_text(text, self.name, (name,)) for text in self.texts.get(name, ()))
        return [text for text in said if text is not None]

    @property
    def is_empty(self) -> bool:
        """Whether nothing that is read stands within."""
        return not self.parts and not self.texts


def _text(text: str | None, around: str, path: tuple[str, ...]) -> str | None:
    if text is None:
        raise Invalid(Flaw.REQUIRED, path_of(around, *path))
    if not text.isascii() and has_too_many_marks(text):
        raise Invalid(Flaw.MARKS, path_of(around, *path))
    return tidy(text)
