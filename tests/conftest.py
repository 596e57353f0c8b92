"""Fixtures for every depth of tests: the real database server, broker and browser."""

from pathlib import Path

_SUPPORT = Path(__file__).parent / "support"

pytest_plugins = [
    f"support.{name}"
    for name in ("postgres", "pgbouncer", "stores", "rabbitmq", "transport", "chromium")
    if (_SUPPORT / f"{name}.py").exists()
]
