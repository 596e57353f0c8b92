"""Fixtures for every depth of tests: the real database server, broker and browser."""

import os
from pathlib import Path

import loopback

if worker := os.environ.get("PYTEST_XDIST_WORKER"):  # "gw0" and so on
    number, of = worker.removeprefix("gw"), os.environ["PYTEST_XDIST_WORKER_COUNT"]
    os.environ[loopback.PART] = f"{number}/{of}"

_SUPPORT = Path(__file__).parent / "support"
_NAMES = (
    *("postgres", "pgbouncer", "stores", "rabbitmq", "transport"),
    *("chromium", "sample_database"),
)

pytest_plugins = [f"support.{name}" for name in _NAMES if (_SUPPORT / f"{name}.py").exists()]
