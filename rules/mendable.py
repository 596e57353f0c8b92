"""What every error that a person is to read has in common."""

from __future__ import annotations


class Mendable(Exception):
    """An error whose text is one line: what happened, where, and what to mend.

    The command line prints it as it is; whatever is not one of these is a fault of dondoc.
    """
