"""Runs the service without a broker until it answers; fed to Python by deploy/install.sh.

Arguments: the command dondoc, and its settings file. Exit code 1 where it does not answer within
a minute or ends before; what it wrote says why.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

NOBODY_LISTENS = "amqp://nobody@127.0.0.1:1/"
SECONDS = 60.0


def main() -> int:
    """Start it, wait for its metrics, end it."""
    command, settings = sys.argv[1:]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    environment = {
        **os.environ,
        "DONDOC_BROKER_URL": NOBODY_LISTENS,
        "DONDOC_METRICS_LISTEN": address,
    }
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
        service = subprocess.Popen(
            [command, "--config", settings, "run"], stdout=said, stderr=said, env=environment
        )
        try:
            if _answers(service, address):
                return 0
        finally:
            service.terminate()
            service.wait(timeout=30)
        said.seek(0)
        print(said.read().strip() or "it does not answer")
    return 1


def _answers(service: "subprocess.Popen[bytes]", address: str) -> bool:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until and service.poll() is None:
        try:
            with urllib.request.urlopen(f"http://{address}/metrics", timeout=5) as answer:
                answer.read()
        except (OSError, urllib.error.URLError):
            time.sleep(0.3)
        else:
            return True
    return False


if __name__ == "__main__":
    raise SystemExit(main())
