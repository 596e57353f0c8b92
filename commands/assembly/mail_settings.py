"""The settings of `[mail]`: which server takes letters, who they are from, when they go."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from ...mail.plan import MailPlan
from ...mail.server import PORTS, MailServer, Tls
from ...reports.site.addresses import body_page
from ...rules.places import Place
from ...rules.reading.addresses import address_of, is_host
from ...rules.reminding.policy import STEPS
from .setting_values import Source, exact, path_of, shown, text_of, value_of

_PAGES = re.compile(r"https?://[!-~]{1,150}", re.ASCII)
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)


@dataclass(frozen=True)
class MailSettings:
    """Which server takes letters, and how they go. ``listen``: where the process that sends them is
    asked how it is; None: nowhere."""

    server: MailServer
    plan: MailPlan
    listen: str | None = None


@dataclass(frozen=True)
class PagesAt:
    """Gives the address of a body's page by its code, where the pages are at ``address``."""

    address: str

    def __call__(self, code: str) -> str:
        return f"{self.address}/{body_page(code)}"


def mail_settings(source: Source, base: Path) -> MailSettings | None:
    """What `[mail]` says; None where it says nothing: then there is no mail. Raises FileError."""
    place = source.file.find("mail")
    if place is None or not place.table():
        return None
    sender = value_of(source, "mail", "sender", address_of) or ""
    host = sender.partition("@")[2]
    list_id = value_of(source, "mail", "list_id", _host) or f"don-doc.{host}"
    listen = value_of(source, "mail", "listen", exact)
    server = _server(source, place, base)
    given: dict[str, Any] = {
        "sender_name": value_of(source, "mail", "sender_name", shown),
        "reply_to": value_of(source, "mail", "reply_to", address_of),
        "at": value_of(source, "mail", "at", _time_of_day),
        "single": value_of(source, "mail", "single", _steps),
        "single_limit": _whole(source, "single_limit", 0, 1_000),
        "per_minute": _whole(source, "per_minute", 1, 10_000),
    }
    if pages := value_of(source, "mail", "pages", _pages):
        given["page_of"] = PagesAt(pages)
    # Last: what is there and wrong is told by its own name.
    for key in ("host", "sender"):
        place.at(key)
    named = {key: value for key, value in given.items() if value is not None}
    return MailSettings(server, MailPlan(sender, list_id, **named), listen)


def _server(source: Source, place: Place, base: Path) -> MailServer:
    tls = Tls(value_of(source, "mail", "tls", lambda each: each.choice(list(Tls))) or Tls.STARTTLS)
    user, password = text_of(source, "mail", "user"), text_of(source, "mail", "password")
    # A user without one is no fault of whoever sends no letters, and so has no password.
    if password is not None and user is None:
        raise source.named(place.at("password")).error("mail.user is missing beside it")
    if user is not None and tls is Tls.OFF:
        raise source.named(place.at("user")).error(
            'would send its password for all to read: leave user and password out, or tls = "off"'
        )
    return MailServer(
        value_of(source, "mail", "host", exact) or "",
        _whole(source, "port", 1, 65_535) or PORTS[tls],
        tls,
        path_of(source, "mail", "ca_file", base),
        user,
        password,
        _whole(source, "timeout", 1, 600) or MailServer.timeout,
    )


def _whole(source: Source, key: str, least: int, most: int) -> int | None:
    return value_of(source, "mail", key, lambda place: place.integer(least, most))


def _host(place: Place) -> str:
    if not is_host(text := exact(place)):
        raise place.error(f'must be a host name such as "don-doc.huyen.example", not {text!r}')
    return text


def _pages(place: Place) -> str:
    if not _PAGES.fullmatch(text := exact(place)):
        raise place.error(f'must be an address such as "https://web.huyen.example", not {text!r}')
    return text.rstrip("/")


def _time_of_day(place: Place) -> timedelta:
    found = _TIME.fullmatch(place.value) if isinstance(place.value, str) else None
    if found is None:
        raise place.error(f'must be a time of day such as "07:45", not {place.value!r}')
    return timedelta(hours=int(found[1]), minutes=int(found[2]))


def _steps(place: Place) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.choice(STEPS) for each in place.items()))
