"""Whose organ is which, by the settings of a unit, whatever the case of a code."""

from __future__ import annotations

from .settings import EdxmlSettings
from .words import normal_words


class Organs:
    """The settings, ready to be asked."""

    def __init__(self, settings: EdxmlSettings) -> None:
        self._own = {organ.upper(): authority for organ, authority in settings.own.items()}
        self._province = frozenset(organ.upper() for organ in settings.province)
        self._bodies = {organ.upper(): body for organ, body in settings.bodies.items()}
        self.endorsed_by = settings.endorsed_by
        self.normal_words = normal_words(settings.normal_labels)

    def is_own(self, organ: str) -> bool:
        """Whether *organ* is one of the office's own."""
        return organ in self._own

    def is_province(self, organ: str) -> bool:
        """Whether the documents of *organ* are the province's."""
        return organ in self._province

    def authority(self, organ: str) -> str:
        """Whose authority the documents of the own *organ* have."""
        return self._own[organ]

    def body(self, organ: str) -> str:
        """The code of *organ* in the directory; the organ's own where it has none there."""
        return self._bodies.get(organ, organ)
