"""Broker URLs: read strictly, shown without the password, turned into pika's parameters."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote

import pika

from .errors import InvalidAddress
from .urls import UnreadableUrl, read_url

# A dead peer is noticed within this many seconds and five more.
HEARTBEAT_SECONDS = 20
CONNECT_SECONDS = 10
PORTS = {"amqp": 5672, "amqps": 5671}
TLS_PARAMETERS = ("cacertfile", "certfile", "keyfile")


@dataclass(frozen=True)
class TlsOptions:
    """Files in PEM form. Without `ca` the system's authorities are trusted."""

    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None


@dataclass(frozen=True)
class Address:
    """Where the broker is and who we are there; `str()` shows everything but the password.

    `typed`: user and password are not those of a URL, but were said for this one time.
    """

    host: str
    port: int
    vhost: str
    user: str
    password: str = field(repr=False)
    tls: TlsOptions | None = None
    heartbeat: int = HEARTBEAT_SECONDS
    typed: bool = False

    def __str__(self) -> str:
        scheme = "amqp" if self.tls is None else "amqps"
        return f"{scheme}://{self.host}:{self.port} (virtual host {self.vhost}, user {self.user})"

    def parameters(self, name: str) -> pika.ConnectionParameters:
        """pika's parameters for a connection that RabbitMQ's tools show as `name`.

        Raises InvalidAddress when a TLS file cannot be read.
        """
        return pika.ConnectionParameters(
            host=self.host,
            port=self.port,
            virtual_host=self.vhost,
            credentials=pika.PlainCredentials(self.user, self.password),
            heartbeat=self.heartbeat,
            ssl_options=self._ssl_options(),
            # Trying again is the link's business, with backoff and jitter.
            connection_attempts=1,
            socket_timeout=CONNECT_SECONDS,
            stack_timeout=CONNECT_SECONDS + 5,
            client_properties={"connection_name": name},
        )

    def _ssl_options(self) -> pika.SSLOptions | None:
        if self.tls is None:
            return None
        try:
            context = ssl.create_default_context(cafile=self.tls.ca)
            if self.tls.certificate is not None:
                # A key with a passphrase is refused instead of asked for on the terminal.
                context.load_cert_chain(self.tls.certificate, self.tls.key, password="")
        except OSError as error:
            files = (self.tls.ca, self.tls.certificate, self.tls.key)
            named = ", ".join(str(each) for each in files if each is not None)
            raise InvalidAddress(
                f"broker {self}: cannot use TLS files {named}: {error.strerror or error}"
            ) from error
        return pika.SSLOptions(context, self.host)


def parse_address(url: str) -> Address:
    """Read `amqp://user:password@host:port/vhost` or `amqps://…`.

    An empty path is the virtual host `/`. Query parameters are those of RabbitMQ's own URIs:
    `heartbeat` in seconds and, for amqps, `cacertfile`, `certfile` and `keyfile`.
    Raises InvalidAddress, whose text never repeats the URL.
    """
    if not url.strip().lower().startswith(tuple(f"{scheme}://" for scheme in PORTS)):
        raise InvalidAddress("broker URL: it must begin with amqp:// or amqps://")
    try:
        parts = read_url(url)
    except UnreadableUrl as error:
        raise InvalidAddress(f"broker URL: {error}") from None
    if "/" in parts.path[1:]:
        raise InvalidAddress("broker URL: write a slash in the virtual host's name as %2F")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    heartbeat = options.pop("heartbeat", str(HEARTBEAT_SECONDS))
    if not heartbeat.isdecimal() or not 1 <= int(heartbeat) <= 3600:
        raise InvalidAddress("broker URL: heartbeat must be a number of seconds from 1 to 3600")
    return Address(
        host=parts.host,
        port=parts.port or PORTS[parts.scheme],
        vhost=unquote(parts.path[1:]) or "/",
        user=parts.user or "guest",
        password=parts.password or "guest",
        tls=_tls_options(parts.scheme, options),
        heartbeat=int(heartbeat),
    )


def _tls_options(scheme: str, options: dict[str, str]) -> TlsOptions | None:
    known = TLS_PARAMETERS if scheme == "amqps" else ()
    unknown = sorted(set(options) - set(known))
    if unknown:
        raise InvalidAddress(f"broker URL: unknown parameter {unknown[0]} for {scheme}://")
    if scheme == "amqp":
        return None
    ca, certificate, key = (
        Path(options[name]) if options.get(name) else None for name in TLS_PARAMETERS
    )
    if key is not None and certificate is None:
        raise InvalidAddress("broker URL: keyfile needs certfile")
    return TlsOptions(ca, certificate, key)
