"""Pages show nothing of what has become secret, and no erasure is done while one of them may."""

from __future__ import annotations

import logging
import sys
import threading
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from dondoc.commands.assembly.clock import uptime
from dondoc.commands.assembly.loading import load_texts
from dondoc.connector import service as service_module
from dondoc.connector.broker import Broker
from dondoc.connector.contract.guard import Limits
from dondoc.connector.intake import Intake
from dondoc.connector.secrecy import standing_pages
from dondoc.connector.secrecy.erasing_copies import erase_copies
from dondoc.connector.secrecy.second_stage import SETTLED
from dondoc.connector.secrecy.standing_pages import PageKeeper
from dondoc.connector.service import Service
from dondoc.connector.transport import parse_address
from dondoc.connector.transport.topology import BrokerNames
from dondoc.metrics.pipeline import PipelineMetrics
from dondoc.reports.html import making as html
from dondoc.reports.site.folder import CURRENT, CannotPublish, claim
from dondoc.rules.wording import Texts
from dondoc.storage.database import Store
from dondoc.storage.secrecy.first_stage import redactions
from dondoc.storage.secrecy.remains import mark_erased, redact_untold, sought, unerased
from support.hscv import event
from support.rabbitmq import VirtualHost, wait_until
from support.sites import (
    CANARY,
    KEPT,
    NOW,
    document,
    everything_in,
    make_secret,
    office_law,
    sites_on,
    take,
)

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what has nothing to do with the database that the pages are made of."""


@pytest.fixture
def site(store: Store, tmp_path: Path) -> Path:
    """Pages that show two documents, one of which is about to become secret."""
    take(store, *document("VB-1", CANARY), *document("VB-2", KEPT))
    directory = tmp_path / "trang"
    sites_on(store).make(directory)
    shown = everything_in(directory)
    for part in ("abstract", "content"):
        assert f"{CANARY}-{part}".encode() in shown
    return directory


def nothing_of_it_is_in(directory: Path) -> bool:
    try:
        shown = everything_in(directory)
    except FileNotFoundError:
        return False  # the old pages are just being removed
    return CANARY.encode() not in shown and b"VB-1" not in shown


def test_pages_made_anew_have_nothing_of_it_and_all_the_rest(store: Store, site: Path) -> None:
    make_secret(store, "VB-1")
    assert sites_on(store).renew(NOW) == []
    assert nothing_of_it_is_in(site)
    assert KEPT.encode() in everything_in(site)


@on_sqlite
def test_pages_that_cannot_be_made_anew_are_taken_away(
    store: Store, site: Path, caplog: pytest.LogCaptureFixture
) -> None:
    make_secret(store, "VB-1")
    wordless = replace(sites_on(store), texts=Texts({}))
    assert wordless.renew(NOW) == []
    assert nothing_of_it_is_in(site)
    assert [each.name for each in (site / CURRENT).iterdir()] == ["index.html"]
    assert "Trang đang được lập lại" in (site / CURRENT / "index.html").read_text("utf-8")
    assert "taken away instead" in caplog.text
    sites_on(store).make(site)
    assert KEPT.encode() in everything_in(site)


@on_sqlite
def test_pages_that_cannot_even_be_taken_away_are_named(store: Store, site: Path) -> None:
    make_secret(store, "VB-1")
    current = site / CURRENT
    target = current.readlink()
    current.unlink()
    current.mkdir()
    (line,) = sites_on(store).renew(NOW)
    assert str(site) in line
    current.rmdir()
    current.symlink_to(target)
    assert sites_on(store).renew(NOW) == []
    assert nothing_of_it_is_in(site)


@on_sqlite
def test_pages_on_another_machine_count_until_they_were_made_anew_there(
    store: Store, site: Path, tmp_path: Path
) -> None:
    make_secret(store, "VB-1")
    moved = tmp_path / "elsewhere"
    site.rename(moved)
    (line,) = sites_on(store, host="b").renew(NOW)
    assert f"{site} on a" in line
    moved.rename(site)
    later = NOW + timedelta(seconds=91)
    sites_on(store, lambda: later).make(site)
    site.rename(moved)
    assert sites_on(store, host="b").renew(NOW) == []


def test_pages_on_another_machine_count_again_when_a_further_name_becomes_known(
    store: Store, site: Path, tmp_path: Path
) -> None:
    """They were made after the redaction, and may quote what nobody knew then."""
    make_secret(store, "VB-1")
    later = NOW + timedelta(seconds=91)
    sites_on(store, lambda: later).make(site)
    site.rename(tmp_path / "elsewhere")
    assert sites_on(store, host="b").renew(NOW) == []
    late = event("document.issued", id="late", subject="VB-1")
    late["data"]["symbol"] = "77/X-UBND"
    take(store, late)
    (line,) = sites_on(store, host="b").renew(NOW)
    assert f"{site} on a" in line


@on_sqlite
@pytest.mark.parametrize("other", [False, True])
def test_pages_in_a_place_that_the_service_does_not_see_are_not_taken_for_deleted(
    store: Store, tmp_path: Path, other: bool
) -> None:
    """As under a unit with a /tmp of its own, or without /home."""
    take(store, *document("VB-1", CANARY))
    place, hidden = tmp_path / "tmp", tmp_path / "hidden"
    place.mkdir()
    sites_on(store).make(place / "trang")
    make_secret(store, "VB-1")
    place.rename(hidden)
    if other:
        place.mkdir()
    for _ in range(2):
        (line,) = sites_on(store).renew(NOW)
        assert str(place / "trang") in line
        assert "--remove" in line
    if other:
        place.rmdir()
    hidden.rename(place)
    assert sites_on(store).renew(NOW) == []
    assert nothing_of_it_is_in(place / "trang")


@on_sqlite
def test_pages_that_somebody_has_deleted_are_forgotten(
    store: Store, site: Path, tmp_path: Path
) -> None:
    site.rename(tmp_path / "gone")
    make_secret(store, "VB-1")
    assert sites_on(store).renew(NOW) == []
    assert sites_on(store).standing() == []


@on_sqlite
def test_pages_that_are_taken_down_are_gone_and_forgotten(store: Store, site: Path) -> None:
    sites_on(store).take_down(site)
    assert not site.exists()
    assert sites_on(store).standing() == []
    with pytest.raises(CannotPublish, match="no pages of dondoc's making"):
        sites_on(store).take_down(site)


@on_sqlite
def test_a_site_of_another_machine_that_is_gone_for_good_can_be_forgotten(
    store: Store, site: Path, tmp_path: Path
) -> None:
    site.rename(tmp_path / "gone")
    sites_on(store, host="b").take_down(site)
    assert sites_on(store).standing() == []


@on_sqlite
def test_the_same_state_gives_the_same_bytes(store: Store, site: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    sites_on(store, lambda: NOW + timedelta(hours=3)).make(again)
    shown = {path.relative_to(site / CURRENT): path for path in (site / CURRENT).rglob("*.html")}
    for name, path in shown.items():
        assert path.read_bytes() == (again / CURRENT / name).read_bytes()
    assert sites_on(store).make(site).changed == 0


@on_sqlite
def test_an_erasure_is_not_done_while_pages_may_show_it(
    store: Store, site: Path, vhost: VirtualHost
) -> None:
    make_secret(store, "VB-1")
    address, at = parse_address(vhost.url), NOW + SETTLED
    nobody = erase_copies(store, office_law(), address, BrokerNames(), None, at, 1.0)
    assert any(str(site) in line for line in nobody)
    assert [each.erased_at for each in store.read(redactions)] == [None]
    left = erase_copies(store, office_law(), address, BrokerNames(), sites_on(store), at, 1.0)
    assert not any(str(site) in line for line in left)
    assert nothing_of_it_is_in(site)


@on_sqlite
def test_pages_that_are_made_after_the_redaction_are_not_made_again_and_again(
    store: Store, site: Path
) -> None:
    keeper = PageKeeper(store, sites_on(store))
    keeper.look()
    first = (site / CURRENT).readlink()
    make_secret(store, "VB-1")
    keeper.look()
    second = (site / CURRENT).readlink()
    keeper.look()
    assert first != second == (site / CURRENT).readlink()


@on_sqlite
def test_whoever_is_asked_to_stop_takes_away_what_would_take_long_to_make(
    store: Store, site: Path
) -> None:
    make_secret(store, "VB-1")
    sites = sites_on(store)
    sites.stop()
    assert sites.renew(NOW) == []
    assert nothing_of_it_is_in(site)
    assert [each.name for each in (site / CURRENT).iterdir()] == ["index.html"]


class Stuck:
    """Pages that cannot be made anew, as what *says* tells."""

    def __init__(self) -> None:
        self.says = ["/srv/trang: cannot be written"]
        self.asked: list[datetime] = []

    def renew(self, redacted_at: datetime) -> list[str]:
        self.asked.append(redacted_at)
        return self.says

    def stop(self) -> None:
        """It does nothing that could be ended."""


@on_sqlite
def test_what_stands_in_the_way_is_said_once_and_again_when_it_is_another(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(standing_pages, "AGAIN_SECONDS", 0.0)
    take(store, *document("VB-1", CANARY))
    make_secret(store, "VB-1")
    stuck = Stuck()
    keeper = PageKeeper(store, stuck)
    for says in (stuck.says, stuck.says, ["/srv/khac: cannot be written"], []):
        stuck.says = says
        keeper.look()
    said = [record.getMessage() for record in caplog.records]
    assert [line.rpartition("mend it: ")[2] for line in said] == [
        "/srv/trang: cannot be written",
        "/srv/khac: cannot be written",
    ]


@on_sqlite
@pytest.mark.parametrize("is_known", [True, False], ids=["of a key", "of a digest"])
@pytest.mark.parametrize("was_erased", [True, False], ids=["erased", "not erased"])
def test_pages_are_made_anew_when_a_further_name_of_something_secret_becomes_known(
    store: Store, is_known: bool, was_erased: bool
) -> None:
    if is_known:
        make_secret(store, "VB-1")
    else:
        redact_untold(store, office_law(), {"document:VB-1": "mat"}, NOW)
    pages = Stuck()
    pages.says = []
    keeper = PageKeeper(store, pages)
    keeper.look()
    if was_erased:
        assert mark_erased(store, sought(store), NOW)
        keeper.look()
    quote = event("feedback.received", id="q", subject="PA-1")
    quote["data"]["content"] = f"về văn bản số 77/{CANARY}-UBND chậm"
    take(store, quote)
    late = event("document.issued", id="late", subject="VB-1")
    late["data"]["symbol"] = f"77/{CANARY}-UBND"
    keeper.look()
    assert len(pages.asked) == 1
    take(store, late)
    assert store.read(unerased)
    keeper.look()
    keeper.look()
    assert len(pages.asked) == 2


def test_a_running_service_makes_pages_anew_at_once(
    store: Store,
    site: Path,
    vhost: VirtualHost,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(service_module, "PAGES_SECONDS", 0.1)
    service = Service(
        store,
        office_law(),
        load_texts(),
        Broker(parse_address(vhost.url), BrokerNames()),
        Intake(store, office_law(), Limits(), history_limit=10),
        PipelineMetrics(),
        lambda: NOW,
        uptime,
        pages=sites_on(store),
    )
    running = threading.Thread(target=service.run)
    with caplog.at_level(logging.INFO):
        running.start()
        try:
            make_secret(store, "VB-1")
            wait_until(lambda: nothing_of_it_is_in(site), "the pages are made anew")
        finally:
            service.stop()
            running.join(20)
    # Long before the copies of it in the database are overwritten.
    assert [each.erased_at for each in store.read(redactions)] == [None]
    assert CANARY not in caplog.text


@on_sqlite
def test_without_the_library_no_directory_is_made_ours(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    monkeypatch.setattr(html, "_environment", html._environment.__wrapped__)
    with pytest.raises(html.MissingLibrary, match="pip install"):
        sites_on(store).make(tmp_path / "trang")
    assert not (tmp_path / "trang").exists()
    assert sites_on(store).standing() == []


@on_sqlite
def test_a_directory_that_was_made_ours_and_never_filled_stops_nothing(
    store: Store, tmp_path: Path
) -> None:
    claim(tmp_path / "trong", "unit", "", "")
    take(store, *document("VB-1", CANARY))
    make_secret(store, "VB-1")
    assert sites_on(store).renew(NOW) == []
