"""What a regulation's file says to its readers: texts, and wordings that can be read two ways."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Prose:
    """What a regulation's file says to its readers, in one language or several: (language,
    text) pairs, the language "" where the file names none."""

    texts: tuple[tuple[str, str], ...]

    def said(self, language: str) -> str:
        """The text in *language*; where there is none, the first that there is."""
        return dict(self.texts).get(language) or self.texts[0][1]


@dataclass(frozen=True, slots=True)
class Reading:
    """A wording that can be read two ways, the reading chosen and the one rejected."""

    wording: Prose
    chosen: Prose
    rejected: Prose
    why: Prose | None = None
