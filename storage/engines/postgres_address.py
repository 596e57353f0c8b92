"""PostgreSQL's URLs: read as its own client reads them, and shown without a password.

A password whose special characters are not percent-encoded makes another host, port or database
of its parts. So a URL that may be read in two ways is refused, and no error quotes any of one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg.conninfo import conninfo_to_dict

from .errors import StorageError

_ADVICE = (
    "; write special characters of the user name, the password and the rest percent-encoded:"
    " @ as %40, / as %2F, # as %23"
)
_HIGHEST_PORT = 65535
_IN_PLACE = frozenset({"user", "password", "host", "port", "dbname"})
"""What stands in the URL before its question mark."""
_SHOWN = frozenset(
    option.keyword.decode()
    for option in psycopg.pq.Conninfo.get_defaults()
    # The client's own marks: "*" hides a value, "D" is for its developers.
    if not option.dispchar
)


@dataclass(frozen=True, slots=True)
class PostgresAddress:
    """Where the database is. ``name`` is its URL without any password."""

    name: str
    options: dict[str, Any] = field(repr=False)
    """Everything that the URL says, by the client's own words."""


def read_address(url: str) -> PostgresAddress:
    """Read ``postgresql://…``. Raises StorageError, whose text repeats nothing of *url*."""
    authority, at, after = url.partition("://")[2].partition("@")
    # What stands before the "@" is the user's name and password, and none may follow.
    if at and ("/" in authority or "@" in after or _has_parameters(authority)):
        raise StorageError(f"[database] url holds an @ that may be a password's{_ADVICE}")
    try:
        given = conninfo_to_dict(url)
    except (psycopg.Error, UnicodeError):
        # Without their text, which quotes the URL.
        raise StorageError(f"[database] url is not a PostgreSQL URL{_ADVICE}") from None
    for host in str(given.get("host", "")).split(","):
        _require_host(host)
    for port in str(given.get("port", "")).split(","):
        if port and not (port.isdecimal() and 1 <= int(port) <= _HIGHEST_PORT):
            raise StorageError(f"[database] url has a port that is no number{_ADVICE}")
    if not str(given.get("connect_timeout", 0)).isdecimal():
        raise StorageError("[database] url: connect_timeout must be a number of seconds")
    return PostgresAddress(_name(given), given)


def _has_parameters(authority: str) -> bool:
    _, mark, parameters = authority.partition("?")
    return bool(mark) and "=" in parameters


def _require_host(host: str) -> None:
    try:
        # An empty label or one that is too long would end the connecting in another error.
        if not host.startswith("/"):
            host.encode("idna")
    except UnicodeError:
        raise StorageError(f"[database] url has a host that is none{_ADVICE}") from None


def _name(given: dict[str, Any]) -> str:
    user = quote(str(given["user"]), safe="") + "@" if "user" in given else ""
    database = quote(str(given.get("dbname", "")), safe="")
    options = "&".join(
        f"{key}={quote(str(value), safe='')}"
        for key, value in given.items()
        if key in _SHOWN - _IN_PLACE
    )
    return f"postgresql://{user}{_places(given)}/{database}" + (f"?{options}" if options else "")


def _places(given: dict[str, Any]) -> str:
    """The hosts, each with its port."""
    hosts = str(given.get("host", "")).split(",")
    ports = str(given.get("port", "")).split(",")
    if len(ports) == 1:
        ports *= len(hosts)
    return ",".join(
        _host(host) + (f":{port}" if port else "") for host, port in zip(hosts, ports, strict=False)
    )


def _host(host: str) -> str:
    return f"[{host}]" if ":" in host else quote(host, safe="")
