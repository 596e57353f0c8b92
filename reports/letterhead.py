"""Whose a report is, as its head and its end show it: organ, place, number, signer, recipients.

What the settings' `[report]` says, and of a body's own report the directory's name and head of it.
It must never hold anything that an event said.
"""

from __future__ import annotations

from dataclasses import dataclass

OF_THE_BODY = "{body}"
"""In the symbol of a report: the code of the body whose report it is."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The settings of `[report]`; None or empty: nothing is written there.

    ``parent``: the organ above the one that reports; ``organ``: that one, for the Office's reports
    (a body's own report has the body's name). ``place``: where it is signed. ``symbol``: what
    stands behind the number ("BC-VP", "BC-{body}"). ``signing``: for whom the signer signs
    ("TL. CHỦ TỊCH"); ``signer_title`` and ``signer_name``. ``addressees``: whom the
    Office's reports are for, the lines of Kính gửi. ``recipients``: the lines of Nơi nhận.
    ``all_tasks``: the letter of a whole unit prints every task, which somebody asked for; it is no
    setting.
    """

    parent: str | None = None
    organ: str | None = None
    place: str | None = None
    symbol: str = "BC-{body}"
    signing: str | None = None
    signer_title: str | None = None
    signer_name: str | None = None
    addressees: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    all_tasks: bool = False
