"""What was delivered and is not done yet, in bytes, and when that is enough.

RabbitMQ counts messages and no bytes, and what it has sent ahead cannot be taken back. So the
bound is kept where the bytes come in: while it is reached, nothing more is read from the
connection (`holding`). Nothing here touches one.
"""

from __future__ import annotations

from collections import deque

IN_HAND_BYTES = 64 * 1024 * 1024
"""How many bytes are in hand at most, unless somebody says otherwise."""


class InHand:
    """The deliveries of one channel that are in hand, by their tags, which grow.

    Who takes one more only while it is not `full` has less than *bound* bytes in hand beside the
    last message that came, however large that is.
    """

    def __init__(self, bound: int) -> None:
        self.bytes = 0
        """The sizes of all that is in hand."""
        self._bound = bound
        self._sizes: deque[tuple[int, int]] = deque()

    @property
    def full(self) -> bool:
        """Whether no more should come for now."""
        return self.bytes >= self._bound

    def arrived(self, tag: int, size: int) -> None:
        """The message *tag* of *size* bytes has come."""
        self._sizes.append((tag, size))
        self.bytes += size

    def done(self, through: int) -> None:
        """All up to the tag *through* is in hand no more."""
        while self._sizes and self._sizes[0][0] <= through:
            self.bytes -= self._sizes.popleft()[1]
