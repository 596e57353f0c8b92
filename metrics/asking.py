"""What a running service counts, asked of its endpoint as Prometheus asks it."""

from __future__ import annotations

from collections import Counter
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException

from prometheus_client.parser import text_string_to_metric_families

from .endpoint import address_of

_SECONDS = 2.0
_MOST_BYTES = 64 * 1024 * 1024


def counted(listen: str, name: str) -> int | None:
    """The sum of the series *name* of the service that listens at *listen*, "host:port"; None where
    none answers. Raises `CannotListen` where *listen* is no address."""
    found = counted_by(listen, name, "")
    return None if found is None else found.total()


def counted_by(listen: str, name: str, label: str) -> Counter[str] | None:
    """As `counted`, by the values of *label*."""
    host, port = address_of(listen, "[metrics] listen")
    asking = HTTPConnection(host, port, timeout=_SECONDS)
    try:
        asking.request("GET", "/metrics")
        answer = asking.getresponse()
        if answer.status != HTTPStatus.OK:
            return None
        text = answer.read(_MOST_BYTES).decode()
        families = list(text_string_to_metric_families(text))
    except (OSError, HTTPException, ValueError):
        return None
    finally:
        asking.close()
    samples = [sample for family in families for sample in family.samples]
    if not any(sample.name.startswith("dondoc_") for sample in samples):
        return None
    found = Counter[str]()
    for sample in samples:
        if sample.name == name:
            found[sample.labels.get(label, "")] += round(sample.value)
    return found
