"""The dialect file of an office that exchanges edXML: which organs it is, and whose."""

from __future__ import annotations

from collections.abc import Mapping

from ....rules.event_facts import AUTHORITIES
from ....rules.file_faults import Faults
from ....rules.places import Place
from ....rules.reading.values import texts_of
from ..edxml.dialect import EdxmlDialect
from ..edxml.settings import EdxmlSettings
from ..folding import folded
from ..levels import level_not_to_be_normal
from .words import bodies_in

KEYS = ("name", "format", "own", "province", "bodies", "endorsed_by", "normal_labels")
PROVINCE = "province"


def edxml_dialect(
    name: str, file: Place, aliases: Mapping[str, str], faults: Faults
) -> EdxmlDialect:
    """The edXML dialect of that *name* that *file* says; what is wrong with it is noted."""
    faults.only(file, KEYS)
    own = _own(file, faults)
    province = faults.attempt(lambda: texts_of(file, PROVINCE), tuple[str, ...]())
    for organ in province:
        if folded(organ) in own:
            faults.add(file.inside(PROVINCE), f'names "{organ}", which is one of own')
    bodies = bodies_in(file, aliases, faults)
    endorsed_by = None
    with faults.noted():
        found = file.find("endorsed_by")
        endorsed_by = found.text() if found else None
    return EdxmlDialect(
        name,
        EdxmlSettings(
            own=own,
            province=frozenset(province),
            bodies=bodies,
            endorsed_by=endorsed_by,
            normal_labels=frozenset(_labels(file, faults)),
        ),
    )


def _own(file: Place, faults: Faults) -> dict[str, str]:
    own: dict[str, str] = {}
    with faults.noted():
        named = file.at("own")
        for organ in named.table():
            with faults.noted():
                authority = named.inside(organ).choice(AUTHORITIES - {PROVINCE})
                if own.setdefault(folded(organ), authority) != authority:
                    raise named.inside(organ).error("is there twice, in other letters")
        if not named.table():
            raise named.error("names no organ; its OrganId tells what the office sends itself")
    return own


def _labels(file: Place, faults: Faults) -> tuple[str, ...]:
    labels = faults.attempt(lambda: texts_of(file, "normal_labels"), tuple[str, ...]())
    for label in labels:
        level = level_not_to_be_normal(label, {})
        if level is not None:
            faults.add(file.inside("normal_labels"), f'"{label}" is {level}; it cannot be normal')
    return labels
