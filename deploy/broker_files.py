"""What a private RabbitMQ node reads when it starts: its configuration and its environment.

Every place, port and name in it is the node's own, so that it cannot meet another RabbitMQ.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from loopback import HOST, free_ports


@dataclass(frozen=True)
class Ports:
    """Where a node listens: AMQP, AMQP with TLS, the HTTP API, other nodes, its port mapper."""

    amqp: int
    tls: int
    http: int
    distribution: int
    mapper: int

    @classmethod
    def free(cls) -> Ports:
        """Ports that nothing listens on at this moment."""
        return cls(*free_ports(5))


def write_files(
    directory: Path,
    ports: Ports,
    plugins: Sequence[str],
    settings: Sequence[str],
    certificates: tuple[Path, Path, Path] | None,
) -> None:
    """Write the node's configuration into *directory*, and make the folders that it works in.

    *certificates* (ca, certificate, key): listen with TLS too.
    """
    for name in ("data", "log", "home"):
        (directory / name).mkdir(parents=True, exist_ok=True)
    (directory / "enabled_plugins").write_text(f"[{','.join(plugins)}].\n")
    lines = [
        f"listeners.tcp.1 = {HOST}:{ports.amqp}",
        "disk_free_limit.absolute = 50MB",
        "log.file = node.log",
        "log.file.level = info",
        *settings,
    ]
    if certificates is not None:
        ca, certificate, key = certificates
        lines += [
            f"listeners.ssl.1 = {HOST}:{ports.tls}",
            f"ssl_options.cacertfile = {ca}",
            f"ssl_options.certfile = {certificate}",
            f"ssl_options.keyfile = {key}",
            "ssl_options.verify = verify_peer",
            "ssl_options.fail_if_no_peer_cert = true",
        ]
    if "rabbitmq_management" in plugins:
        lines += [
            f"management.tcp.ip = {HOST}",
            f"management.tcp.port = {ports.http}",
        ]
    (directory / "rabbitmq.conf").write_text("\n".join(lines) + "\n")
    cookie = directory / "home" / ".erlang.cookie"
    if not cookie.exists():
        cookie.touch(mode=0o600)
        cookie.write_text(secrets.token_hex(16))
        cookie.chmod(0o400)


def environment(directory: Path, ports: Ports, node_name: str) -> dict[str, str]:
    """The caller's environment with every setting of another node taken out of it."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("RABBITMQ_", "ERL_", "NOTIFY_SOCKET"))
    }
    loopback = "-kernel inet_dist_use_interface {127,0,0,1}"
    return kept | {
        "HOME": str(directory / "home"),
        "ERL_EPMD_ADDRESS": HOST,
        "ERL_EPMD_PORT": str(ports.mapper),
        "RABBITMQ_CONF_ENV_FILE": os.devnull,
        "RABBITMQ_NODENAME": node_name,
        "RABBITMQ_DIST_PORT": str(ports.distribution),
        "RABBITMQ_CONFIG_FILE": str(directory / "rabbitmq.conf"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(directory / "enabled_plugins"),
        "RABBITMQ_MNESIA_BASE": str(directory / "data"),
        "RABBITMQ_LOG_BASE": str(directory / "log"),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": loopback,
        "RABBITMQ_CTL_ERL_ARGS": loopback,
        # The script then becomes the node instead of watching over it, so that the process
        # id is the node's own.
        "RUNNING_UNDER_SYSTEMD": "true",
    }
