"""The names that redacted streams go by, kept as digests (`quotes`): by them a quote is recognised
whenever it arrives. No name in clear may ever be written here.
"""

from __future__ import annotations

from collections.abc import Collection

from ...rules.streams import parts_of
from ..sites import distrust_sites
from ..tables.secrecy_models import RedactedNameRow, RedactedShapeRow
from ..transaction import Transaction
from .folding import Shape
from .quotes import FORMER, SecretName, digest_of_stream, is_digest, names_from


def remember_names(tx: Transaction, stream: str, names: Collection[SecretName]) -> set[SecretName]:
    """Keep names that the redacted *stream* goes by; gives those that are new, whose quotes are
    still to be erased."""
    known = {
        bytes.fromhex(digest)
        for (digest,) in tx.rows("SELECT digest FROM redacted_name WHERE stream=%s", stream)
    }
    new = {name for name in names if name.digest not in known}
    if new:
        tx.engine.ensure(
            RedactedNameRow,
            ("digest", "stream", "length", "digits"),
            [(name.digest.hex(), stream, *_columns(name.shape)) for name in sorted(new)],
        )
        tx.engine.ensure(
            RedactedShapeRow, ("length", "digits"), sorted({name.shape for name in new})
        )
        stored = [stream, digest_of_stream(stream)]
        tx.run_among("UPDATE redaction SET erased_at=NULL WHERE {among}", "stream", stored)
        distrust_sites(tx)
    return new


def remember_subjects(tx: Transaction) -> None:
    """Remember the subjects of all redacted streams in the form that this version compares: of
    the names that an earlier one kept digests of, they are all that is still known."""
    for (stream,) in tx.rows("SELECT stream FROM redaction"):
        if not is_digest(stream):
            remember_names(tx, stream, names_from(parts_of(stream)[1]))


def remembered_shapes(tx: Transaction) -> frozenset[Shape]:
    """The shapes of all names that something redacted goes by, or went by before it was lifted;
    empty where nothing ever was."""
    return frozenset(Shape(*row) for row in tx.rows("SELECT length, digits FROM redacted_shape"))


def all_names(tx: Transaction) -> list[tuple[SecretName, str]]:
    """Every name, with the stream that goes by it, in order."""
    return [
        (SecretName(bytes.fromhex(digest), _shape(length, digits)), stream)
        for digest, stream, length, digits in tx.rows(
            "SELECT digest, stream, length, digits FROM redacted_name ORDER BY digest, stream"
        )
    ]


def secret_known(tx: Transaction) -> frozenset[str]:
    """Every redacted stream and the digest of every name that one goes by: where these have grown,
    what was read before may tell of something secret."""
    streams = tx.rows("SELECT stream FROM redaction")
    digests = tx.rows("SELECT digest FROM redacted_name")
    return frozenset(each for (each,) in (*streams, *digests))


def named_among(tx: Transaction, digests: Collection[bytes]) -> set[bytes]:
    """Those of *digests* that are of a name that something redacted goes by."""
    listed = {digest.hex() for digest in digests}
    rows = tx.rows_among("SELECT digest FROM redacted_name WHERE {among}", "digest", listed)
    return {bytes.fromhex(digest) for (digest,) in rows}


def _columns(shape: Shape) -> tuple[int | None, int | None]:
    return (None, None) if shape == FORMER else shape


def _shape(length: int | None, digits: int | None) -> Shape:
    return FORMER if length is None or digits is None else Shape(length, digits)
