"""An authority, a server's and a client's certificate, made by openssl for one test run."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

_DAYS = "2"


@dataclass(frozen=True)
class Certificates:
    """Paths of PEM files. The server's certificate is for 127.0.0.1 and localhost."""

    ca: Path
    server: Path
    server_key: Path
    client: Path
    client_key: Path


def make_certificates(directory: Path) -> Certificates:
    """Make them in `directory`, which is made if need be (about 0.2 s)."""
    directory.mkdir(parents=True, exist_ok=True)
    made = Certificates(
        ca=directory / "ca.pem",
        server=directory / "server.pem",
        server_key=directory / "server-key.pem",
        client=directory / "client.pem",
        client_key=directory / "client-key.pem",
    )
    ca_key = directory / "ca-key.pem"
    _request(ca_key, made.ca, "/CN=test authority", "basicConstraints=critical,CA:TRUE")
    signing = ["-CA", str(made.ca), "-CAkey", str(ca_key)]
    names = "subjectAltName=IP:127.0.0.1,DNS:localhost"
    _request(made.server_key, made.server, "/CN=localhost", names, *signing)
    _request(made.client_key, made.client, "/CN=dondoc", "extendedKeyUsage=clientAuth", *signing)
    # The broker may run as another user.
    for path in directory.iterdir():
        path.chmod(0o644)
    return made


def _request(key: Path, certificate: Path, subject: str, extension: str, *more: str) -> None:
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-noenc", "-days", _DAYS, "-keyout", str(key), "-out", str(certificate)]
    command += ["-subj", subject, "-addext", extension, *more]
    subprocess.run(command, check=True, capture_output=True)
