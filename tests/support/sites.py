"""Pages of a unit for tests: a document whose every text is a canary, and a site that shows it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from dondoc.commands.assembly.loading import load_directory, load_law, load_texts
from dondoc.commands.assembly.settings import TrackingSettings
from dondoc.connector.contract.guard import Limits
from dondoc.connector.intake import Intake
from dondoc.reports.site.keeping import Sites
from dondoc.rules.law import Law
from dondoc.storage.database import Store
from support.hscv import event, structured

NOW = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)
CANARY, KEPT = "ZQXJBIMAT", "ZQXJTHUONG"


@cache
def office_law() -> Law:
    """The product's law for the sample's bodies."""
    directory = load_directory("sample")
    assert directory is not None
    return load_law(TrackingSettings(), directory)


def document(subject: str, canary: str, **changes: Any) -> list[dict[str, Any]]:
    """A document of 2 March with one task of the bodies of the sample, nothing of it done."""
    said = event("document.issued")["data"]
    said |= {"abstract": f"{canary}-abstract", "symbol": f"{canary}/CT-UBND", "task_count": 1}
    issued = event("document.issued", id=f"{subject}-i", subject=subject, data=said | changes)
    task = event("task.assigned", id=f"{subject}-t", subject=subject)
    task["data"] |= {
        "task_id": f"{subject}-1",
        "content": f"{canary}-content",
        "lead": ["TCKH"],
        "coordinating": ["XUANHOA"],
    }
    return [issued, task]


def take(store: Store, *events: dict[str, Any], at: datetime = NOW) -> None:
    """Take *events* in as the service would, at *at*."""
    intake = Intake(store, office_law(), Limits(), history_limit=100)
    intake.handle([structured(each) for each in events], at)


def make_secret(store: Store, subject: str, at: datetime = NOW) -> None:
    """HSCV says that the document *subject* is secret."""
    take(store, event("document.secrecy_changed", id=f"{subject}-s", subject=subject), at=at)


def sites_on(store: Store, clock: Callable[[], datetime] = lambda: NOW, host: str = "a") -> Sites:
    """The sites of *store*, as the machine *host* sees them."""
    return Sites(store, office_law(), load_texts("vi"), host, clock)


def everything_in(directory: Path) -> bytes:
    """Every byte and every name of what stands in *directory*."""
    found = sorted(directory.rglob("*"))
    content = [path.read_bytes() for path in found if path.is_file()]
    return b"\n".join([*content, *(str(path).encode() for path in found)])
