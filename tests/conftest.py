"""Fixtures for every depth of tests: the real database server, broker and browser."""

from pathlib import Path

_SUPPORT = Path(__file__).parent / "support"
_NAMES = (
    *("postgres", "pgbouncer", "stores", "rabbitmq", "transport"),
    *("chromium", "sample_database"),
)

pytest_plugins = [f"support.{name}" for name in _NAMES if (_SUPPORT / f"{name}.py").exists()]
