"""What can go wrong between dondoc and its database, in the words an operator can act on."""

from __future__ import annotations

from ...rules.mendable import Mendable


class StorageError(Mendable):
    """The database cannot be used as it is set up; one line that says what to mend."""


class DatabaseUnavailable(StorageError):
    """The database did not answer after a bounded number of tries; trying later may help."""


class SchemaMismatch(StorageError):
    """The tables are of another version of dondoc than this one."""
