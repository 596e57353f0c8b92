"""Checks of the end of a document: who signs it, who receives it, and the heads of appendices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .deviation import MISSING, ORDER, WORDS, Deviation, off
from .letters_check import check_look
from .recognising import Parts
from .requirements import HONOURS, LAST_RECIPIENT, RECIPIENTS
from .values import Paragraph


def check_end(parts: Parts) -> Iterator[Deviation]:
    """What is off from the signature to the end of a document."""
    yield from _signature(parts)
    yield from _recipients(parts)
    for head in parts.appendices:
        yield from _appendix(head)


def _signature(parts: Parts) -> Iterator[Deviation]:
    if not parts.signing:
        yield off("signing", MISSING)
    for paragraph in parts.signing:
        yield from check_look("signing", paragraph)
    if parts.signer is None:
        yield off("signer", MISSING)
        return
    yield from check_look("signer", parts.signer)
    if parts.signer.text.startswith(HONOURS):
        yield off("honours", WORDS, parts.signer)


def _recipients(parts: Parts) -> Iterator[Deviation]:
    if parts.recipients is None:
        yield off("recipients", MISSING)
        return
    yield from check_look("recipients", parts.recipients)
    if parts.recipients.text != RECIPIENTS:
        yield off("recipients", WORDS, parts.recipients, wanted=RECIPIENTS)
    if parts.recipients.lines.left or parts.recipients.lines.first:
        yield off("recipients", ORDER, parts.recipients)
    if not parts.recipient_list:
        yield off("recipient_list", MISSING, parts.recipients)
    yield from _list(parts.recipient_list)


def _list(several: Sequence[Paragraph]) -> Iterator[Deviation]:
    for paragraph in several:
        yield from check_look("recipient_list", paragraph)
        last = paragraph is several[-1]
        end, begin = (".", LAST_RECIPIENT) if last else (";", "-")
        text = paragraph.text
        if not text.startswith("-") or not text.endswith(end) or (last and not _is_kept(text)):
            yield off("recipient_list", WORDS, paragraph, wanted=f"{begin} …{end}")


def _is_kept(text: str) -> bool:
    return text.replace(" ", "").startswith(LAST_RECIPIENT.replace(" ", ""))


def _appendix(head: Sequence[Paragraph]) -> Iterator[Deviation]:
    yield from check_look("appendix", head[0])
    for paragraph in head[1:]:
        point = "appendix_note" if paragraph.text.startswith("(") else "appendix_name"
        yield from check_look(point, paragraph)
