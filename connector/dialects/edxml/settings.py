"""What a unit says of itself, so that its edXML can be read: which organs it is, and whose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class EdxmlSettings:
    """The settings of an edXML dialect; codes of organs are compared in any case.

    ``own``: the office's own organs by OrganId, each with the authority that its documents are
    of ("ubnd", "office"). ``province``: organs whose documents are the province's. ``bodies``:
    the code in the directory by OrganId; an organ that is not there goes by its OrganId.
    ``endorsed_by``: who passes on the province's documents, since edXML knows no bút phê; without
    it they give no event. ``normal_labels``: words by which the office's software labels what is
    of normal secrecy, besides "Thường", "Bình thường" and "Không mật".
    """

    own: Mapping[str, str]
    province: frozenset[str] = frozenset()
    bodies: Mapping[str, str] = field(default_factory=dict)
    endorsed_by: str | None = None
    normal_labels: frozenset[str] = frozenset()
