"""edXML as a dialect: from a message to what it says, secrecy first.

Two entrances, one machine: a message that came by a queue, and blocks of any number, of a file. It
does no input or output and never raises, whatever the message is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from ...contract.body import Limits, Unreadable
from ...contract.encoding import unpacked
from ...contract.verdicts import Message, Secret, Unestablished
from ..delivery import SecrecyBeside
from ..saying import Saying
from .attachments import Attachment
from .judging import Judging
from .organs import Organs
from .reasons import Doubt
from .settings import EdxmlSettings

_PIECE = 256 * 1024
"""Bytes of a block that are read at a time."""


@dataclass(frozen=True, slots=True)
class FileReading:
    """What a file says, its ``size`` in bytes and its ``sha256``; of its ``attachments`` name, size
    and hash, none unless the secrecy of the file is established as normal."""

    saying: Saying
    size: int
    sha256: bytes = field(repr=False)
    attachments: tuple[Attachment, ...] = ()


class EdxmlDialect:
    """Reads edXML by the *settings* of a unit; fulfils `connector.dialects.saying.Dialect`."""

    def __init__(self, name: str, settings: EdxmlSettings) -> None:
        self._name = name
        self._organs = Organs(settings)

    @property
    def name(self) -> str:
        """Its name, with the first digits of its file's SHA-256."""
        return self._name

    def read(self, message: Message, limits: Limits, arrival: datetime, *, normal: bool) -> Saying:
        """What *message* says, which arrived at the aware time *arrival*; *limits* are those of a
        body.

        *normal*: whoever runs dondoc has established that all that comes this way is of normal
        secrecy; a statement of anything else in the message still wins.
        """
        delivery = SecrecyBeside.of(message.headers, normal=normal)
        try:
            body = unpacked(message.body, message.content_encoding, limits.max_bytes)
        except Unreadable as problem:
            return self._withheld(delivery, str(problem), message)
        if len(body) > limits.max_bytes:
            return self._withheld(delivery, Doubt.TOO_LARGE.value, message)
        if not _is_utf8(message.content_type):
            return self._withheld(delivery, Doubt.ENCODING.value, message)
        judging = Judging(delivery, self._organs, limits, arrival, hashes=False)
        judging.take(body)
        return judging.saying(len(message.body), sha256(message.body).digest())

    def read_blocks(
        self,
        blocks: Iterable[bytes],
        limits: Limits,
        arrival: datetime,
        *,
        normal: bool,
        headers: Mapping[str, object] | None = None,
    ) -> FileReading:
        """What a file says that consists of *blocks*, however many: never more of it is kept than
        a body may have, besides the text of attachments, which is dropped as it comes.

        *headers*: what came beside the file; otherwise as `read`. What reading the blocks raises
        is let through.
        """
        judging = Judging(
            SecrecyBeside.of(headers or {}, normal=normal),
            self._organs,
            limits,
            arrival,
            hashes=True,
        )
        digest, size = sha256(), 0
        for block in _pieces(blocks):
            digest.update(block)
            size += len(block)
            judging.take(block)
        saying = judging.saying(size, digest.digest())
        return FileReading(saying, size, digest.digest(), judging.attachments(saying))

    @staticmethod
    def _withheld(delivery: SecrecyBeside, reason: str, message: Message) -> Secret | Unestablished:
        """The verdict on a message that is not looked into."""
        if delivery.level is not None:
            return Secret(delivery.level)
        return Unestablished.of(message, reason)


def _is_utf8(content_type: str | None) -> bool:
    """Whether a *content_type* leaves it at UTF-8; where it names another charset it may be right,
    and then the message would be read as something else."""
    for parameter in (content_type or "").lower().split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip() == "charset" and value.strip().strip('"') not in ("utf-8", "us-ascii"):
            return False
    return True


def _pieces(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The *blocks* in pieces that cost little memory beside them."""
    for block in blocks:
        for at in range(0, len(block), _PIECE):
            yield block[at : at + _PIECE]
