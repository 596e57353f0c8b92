"""What can go wrong between dondoc and its database, in the words an operator can act on."""

from __future__ import annotations


class StorageError(Exception):
    """The database cannot be used as it is set up; one line that says what to mend."""


class DatabaseUnavailable(StorageError):  # noqa: N818 - a state of affairs that passes, not a fault
    """The database did not answer after a bounded number of tries; trying later may help."""


class SchemaMismatch(StorageError):  # noqa: N818 - names what does not match
    """The tables are of another version of dondoc than this one."""
