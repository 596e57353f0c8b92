"""A commit whose answer never comes: the database has it, and nobody knows."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from dondoc.storage.database import Store


def unheard_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The next commit succeeds, and its answer never comes; gives whether that has been."""
    once: Callable[..., Any] = Store._once
    seen: list[str] = []

    def lose_the_answer(self: Store, work: Any, begin: Any) -> Any:
        result = once(self, work, begin)
        if not seen and begin == self._engine.begin_write:
            seen.append(work.__name__)
            raise cut_off(store)
        return result

    monkeypatch.setattr(Store, "_once", lose_the_answer)
    return seen


def cut_off(store: Store) -> Exception:
    if sqlite3.Error in store._engine.driver_errors:
        error = sqlite3.OperationalError("locked")
        error.sqlite_errorcode = sqlite3.SQLITE_BUSY
        return error
    return psycopg.errors.AdminShutdown("terminating connection")


def unheard_each(store: Store | None, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The first commit of every work on *store*, of any where it is None, succeeds, and its answer
    never comes; gives the works."""
    once: Callable[..., Any] = Store._once
    seen: list[Any] = []

    def lose_the_answer(self: Store, work: Any, begin: Any) -> Any:
        result = once(self, work, begin)
        if store in (None, self) and begin == self._engine.begin_write and work not in seen:
            seen.append(work)
            raise cut_off(self)
        return result

    monkeypatch.setattr(Store, "_once", lose_the_answer)
    return seen
