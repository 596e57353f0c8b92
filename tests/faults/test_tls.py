"""The whole service over TLS: to the broker with a client's certificate, to the database with
the server's verified. The certificates are the test's own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from dondoc.connector.transport import Client, parse_address
from support.certificates import Certificates, make_certificates
from support.installation import Installation
from support.postgres import PostgresCluster, new_cluster
from support.rabbitmq import VirtualHost, wait_until


@pytest.fixture
def tls_cluster(certificates: Certificates) -> Iterator[PostgresCluster]:
    """A cluster with the server's certificate, to which nobody comes without TLS."""
    cluster = new_cluster({"ssl": "on", "ssl_cert_file": "server.pem", "ssl_key_file": "key.pem"})
    try:
        for source, name in (
            (certificates.server, "server.pem"),
            (certificates.server_key, "key.pem"),
        ):
            target = cluster.data / name
            shutil.copy(source, target)
            shutil.chown(target, cluster.data.owner())
            target.chmod(0o600)
        rules = "local all all trust\nhostssl all all 127.0.0.1/32 trust\n"
        (cluster.data / "pg_hba.conf").write_text(rules)
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


def broker_url(vhost: VirtualHost, certificates: Certificates) -> str:
    files = (
        f"cacertfile={certificates.ca}&certfile={certificates.client}"
        f"&keyfile={certificates.client_key}"
    )
    port = vhost.broker.tls_port
    return f"amqps://guest:guest@localhost:{port}/{vhost.name}?{files}"


def test_the_service_works_over_tls_from_end_to_end(
    tmp_path: Path, vhost: VirtualHost, certificates: Certificates, tls_cluster: PostgresCluster
) -> None:
    database = f"{tls_cluster.url()}?sslmode=verify-full&sslrootcert={certificates.ca}"
    installation = Installation(tmp_path, broker_url(vhost, certificates), database)
    installation.run("publish", "--sample")
    running = installation.start()
    wait_until(lambda: running.events_in() > 1_000, "events are taken over TLS", 60)
    connections = vhost.broker.ctl("list_connections", "ssl", "peer_cert_subject", "vhost")
    ours = [line.split("\t") for line in connections.splitlines() if vhost.name in line]
    assert ours
    assert all(ssl == "true" and "dondoc" in subject for ssl, subject, _ in ours)
    import psycopg

    with psycopg.connect(f"{tls_cluster.url()}?sslmode=require") as connection:
        sessions = connection.execute(
            "SELECT s.ssl FROM pg_stat_ssl s JOIN pg_stat_activity USING (pid)"
            " WHERE application_name = 'dondoc'"
        ).fetchall()
    assert sessions
    assert all(encrypted for (encrypted,) in sessions)
    with Client(parse_address(broker_url(vhost, certificates))) as client:
        wait_until(lambda: client.depth("dondoc.unrouted") > 0, "reminders go out over TLS", 60)
    assert running.stop()[0] == 0
    assert "guest:guest" not in running.log.read_text(encoding="utf-8")


def test_a_server_that_cannot_prove_who_it_is_is_refused_in_one_line(
    tmp_path: Path, vhost: VirtualHost, certificates: Certificates, tls_cluster: PostgresCluster
) -> None:
    other = make_certificates(tmp_path / "other")
    database = f"{tls_cluster.url()}?sslmode=verify-full&sslrootcert={other.ca}"
    installation = Installation(tmp_path, broker_url(vhost, certificates), database)
    refusal = installation.run("run", code=1)
    assert "certificate verify failed" in refusal
    assert refusal.strip().count("\n") == 0
    strange = broker_url(vhost, certificates).replace(str(certificates.ca), str(other.ca))
    refusal = Installation(tmp_path, strange).run("declare", code=1)
    assert "its certificate is not trusted" in refusal
    assert "guest:guest" not in refusal
