"""What a running service counts, asked of its endpoint as Prometheus asks it."""

from __future__ import annotations

from http import HTTPStatus
from http.client import HTTPConnection, HTTPException

from prometheus_client.parser import text_string_to_metric_families

from .endpoint import address_of

_SECONDS = 2.0
_MOST_BYTES = 64 * 1024 * 1024


def counted(listen: str, name: str) -> int | None:
    """The sum of the series *name* of the service that listens at *listen*, "host:port"; None where
    none answers. Raises `CannotListen` where *listen* is no address."""
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
    return round(sum(sample.value for sample in samples if sample.name == name))
