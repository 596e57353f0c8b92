"""`Mendable`: an error whose text is one line for a person, with what to mend."""

from __future__ import annotations


class Mendable(Exception):
    """An error whose text is one line: what happened, where, and what to mend.

    The command line prints it as it is; whatever is not one of these is a fault of dondoc.
    """
