"""What dondoc remembers: streams, their events and what follows, in whole transactions.

peewee imports every driver that it finds. psycopg takes a fifth of the start of a command, and an
office on SQLite asks nothing of it: peewee is loaded without it here, before any module asks for
peewee, and `engines.postgres` brings its own.
"""

import sys

if "peewee" not in sys.modules and "psycopg" not in sys.modules:
    sys.modules["psycopg"] = None  # type: ignore[assignment]
    import peewee as peewee

    del sys.modules["psycopg"]
