"""A page is compressed once and still says the same with whatever comes behind it."""

from __future__ import annotations

import gzip
import random

import pytest
from dondoc.metrics.packing import page_of


@pytest.mark.parametrize(
    "text", [b"", b"x", b"dondoc_tasks 1.0\n" * 10_000, random.Random(1).randbytes(70_000)]
)
@pytest.mark.parametrize("more", [b"", b"# EOF\n", b"dondoc_events_total 2.0\n" * 500])
def test_a_page_with_more_behind_it_unpacks_to_both(text: bytes, more: bytes) -> None:
    page = page_of(text)
    assert page.with_more(more) == text + more
    assert gzip.decompress(page.gzipped_with_more(more)) == text + more


def test_a_page_serves_any_number_of_scrapes() -> None:
    page = page_of(b"dondoc_tasks 1.0\n")
    first = page.gzipped_with_more(b"a\n")
    assert gzip.decompress(page.gzipped_with_more(b"b\n")).endswith(b"b\n")
    assert page.gzipped_with_more(b"a\n") == first


def test_a_repetitive_page_becomes_small() -> None:
    text = b"".join(b'dondoc_tasks{body="XA%d",status="done_late"} 1.0\n' % n for n in range(2000))
    assert len(page_of(text).gzipped_with_more(b"")) < len(text) / 8
