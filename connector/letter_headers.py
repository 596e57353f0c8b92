"""What a dead letter carries beside the headers of its message: names, and how its subjects are
written there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from .contract.headers import pairs_of

REASON_HEADER, PATH_HEADER = "dondoc-reason", "dondoc-path"
"""What an event in dondoc.dead carries beside its own headers: why it was refused, and where."""

FIRST_SEEN_HEADER = "dondoc-first-seen"
ATTEMPTS_HEADER = "dondoc-attempts"
ID_HEADER = "dondoc-event-id"
QUEUE_HEADER = "dondoc-queue"
"""The queue that it came by, where that has a dialect: it goes back there."""

ABOUT_HEADER = "dondoc-about"
"""The subjects that it is about, each on a line, where it has a dialect: "VB-31" is put together of
a prefix and a number there, so that an erasure would not find it in the message itself."""

MOST_ABOUT_BYTES = 16 * 1024
"""Of the subjects of a letter; all its headers go into one frame."""

OWN_HEADERS = frozenset(
    {
        *(REASON_HEADER, PATH_HEADER, FIRST_SEEN_HEADER, ATTEMPTS_HEADER),
        *(ID_HEADER, QUEUE_HEADER, ABOUT_HEADER),
    }
)


def can_be_found(subjects: Collection[str]) -> bool:
    """Whether a letter of a dialect may be written that is about *subjects*: there are some, and
    the header has room for all of them."""
    return bool(subjects) and len(written(subjects).encode()) <= MOST_ABOUT_BYTES


def written(subjects: Collection[str]) -> str:
    """*subjects* as the header has them."""
    return "\n".join(sorted(subjects))


def subjects_in(headers: Mapping[str, object]) -> list[str]:
    """The subjects that a letter with these *headers* is about; none of any other message."""
    return [
        subject
        for name, value in pairs_of(headers)
        if name == ABOUT_HEADER and isinstance(value, str)
        for subject in value.split("\n")
    ]
