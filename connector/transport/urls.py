"""URLs of servers, read strictly: no part of a password may be taken for anything else.

A password whose special characters are not percent-encoded ends the part of a URL that it stands
in, and the rest of it becomes a path, a port or a fragment. Such a URL is refused, and no error
quotes any of one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

ADVICE = (
    "write special characters of the user name, the password and the rest percent-encoded:"
    " @ as %40, / as %2F, # as %23"
)
_HOST = re.compile(r"[\w.-]+|[0-9A-Fa-f:.]+(%\w+)?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class UnreadableUrl(Exception):
    """A URL that cannot be read in one way alone; the text says why and quotes nothing of it."""


@dataclass(frozen=True, slots=True)
class ServerUrl:
    """A URL's parts, decoded; ``path`` and ``query`` as they stand."""

    scheme: str
    host: str
    port: int | None
    user: str | None
    password: str | None = field(repr=False)
    path: str
    query: str


def read_url(url: str) -> ServerUrl:
    """Read ``scheme://user:password@host:port/path?query``. Raises UnreadableUrl."""
    try:
        url.encode()
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
        host.encode("idna")
    except ValueError:
        # Without its cause: that one quotes the URL, and with it the password.
        raise UnreadableUrl(f"host or port cannot be read; {ADVICE}") from None
    if "#" in url or "@" in parts.path + parts.query:
        raise UnreadableUrl(f"a # or an @ may be a password's; {ADVICE}")
    if not host:
        raise UnreadableUrl("the host is missing")
    if not _HOST.fullmatch(host):
        raise UnreadableUrl(f"the host cannot be read; {ADVICE}")
    user, password = (
        None if each is None else unquote(each) for each in (parts.username, parts.password)
    )
    if _CONTROL.search("".join((user or "", unquote(parts.path), url))):
        raise UnreadableUrl("it holds a control character")
    return ServerUrl(parts.scheme, host, port, user, password, parts.path, parts.query)
