"""What people call a body, a rule or a document is found, and nothing that is only alike."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import datetime

import pytest
from dondoc.commands.assembly.application import Application, Refused
from dondoc.commands.assembly.settings import Settings
from dondoc.commands.terminal.finding import find_body, find_rule, find_subject
from dondoc.rules.events import LOCAL
from dondoc.storage.advancing import advance
from dondoc.storage.database import Store
from dondoc.storage.secrecy.remains import Listed, redact_listed
from dondoc.storage.symbols import fill_symbol_keys, symbol_key
from hypothesis import given
from hypothesis import strategies as st
from support.office import ISSUED, task, tell
from support.stories import law

SYMBOL, TWICE = "113/VP-TH", "15/KH-UBND"
NOW = datetime(2026, 3, 20, 12, tzinfo=LOCAL)


@pytest.fixture
def application(store: Store) -> Application:
    tell(store, "VB-1", ("2026-03-02", ISSUED, {"symbol": SYMBOL, "issued_on": "2026-03-01"}))
    for subject, day in (("VB-2", "2026-03-02"), ("VB-3", "2025-03-03")):
        tell(store, subject, (day, ISSUED, {"symbol": TWICE, "issued_on": day, "doc_type": "KH"}))
    task(store, "VB-4", "2026-03-02", "2026-03-20", lead="XYZ-9")
    advance(store, law(), NOW.date())
    return Application(Settings(), store, law(), None)


@pytest.mark.parametrize(
    "typed", [SYMBOL, "113/vp-th", " 113 / VP - TH ", "113/VP\u2011TH", "VB-1"]
)
def test_a_document_is_found_by_its_symbol_however_it_is_typed(
    application: Application, typed: str
) -> None:
    assert find_subject(application, typed) == "VB-1"


def test_of_several_documents_of_one_symbol_all_are_told(application: Application) -> None:
    with pytest.raises(Refused) as refused:
        find_subject(application, "15/kh-ubnd")
    told = str(refused.value)
    assert "\n" not in told
    assert told.startswith("2 documents go by '15/kh-ubnd'")
    for subject, day in (("VB-2", "2026-03-02"), ("VB-3", "2025-03-03")):
        assert f"{subject}: kế hoạch" in told or f"{subject}: plan" in told, told
        assert day in told


@pytest.mark.parametrize(
    ("typed", "subject"),
    [
        ("113/VP-TH ngày 01/03/2026", "VB-1"),
        ("Công văn số 113/vp-th", "VB-1"),
        ("kế hoạch  số 15/KH-UBND, ngày 3/3/2025 ", "VB-3"),
        ("15/KH-UBND ngày 2026-03-02", "VB-2"),
    ],
)
def test_a_document_is_found_as_lists_and_letters_name_it(
    application: Application, typed: str, subject: str
) -> None:
    assert find_subject(application, typed) == subject


@pytest.mark.parametrize("day", ["02/03/2026", "31/02/2026", "xưa", ""])
def test_a_symbol_with_another_day_names_nothing(application: Application, day: str) -> None:
    typed = f"{SYMBOL} ngày {day}"
    assert find_subject(application, typed) == typed


@pytest.mark.parametrize(
    "typed", ["VB-9", "113", "113/VP", "/", "", "2026-03", "\u202e", "x" * 9999]
)
def test_what_is_nobodys_symbol_stays_as_it_is(application: Application, typed: str) -> None:
    assert find_subject(application, typed) == typed


def test_an_identifier_goes_before_a_symbol(application: Application) -> None:
    tell(application.store, "VB-5", ("2026-03-02", ISSUED, {"symbol": "VB-1"}))
    assert find_subject(application, "VB-1") == "VB-1"


def test_a_symbol_that_was_corrected_is_the_one_to_find_it_by(application: Application) -> None:
    corrected = ("2026-03-04", "document.corrected", {"fields": {"symbol": "114/VP-TH"}})
    tell(application.store, "VB-1", corrected)
    assert find_subject(application, "114/vp-th") == "VB-1"
    assert find_subject(application, SYMBOL) == SYMBOL


def test_what_is_secret_is_not_found_by_its_symbol_and_leaves_no_key(
    application: Application,
) -> None:
    store = application.store
    redact_listed(store, application.law, [Listed("document:VB-1", "purged", NOW)])
    assert find_subject(application, SYMBOL) == SYMBOL
    keys = store.read(lambda tx: tx.rows("SELECT symbol_key FROM stream WHERE symbol IS NULL"))
    assert set(keys) == {(None,)}


def test_documents_that_were_stored_before_are_given_their_keys(application: Application) -> None:
    store = application.store
    store.transact(lambda tx: tx.run("UPDATE stream SET symbol_key = NULL"))
    assert find_subject(application, SYMBOL) == SYMBOL
    store.transact(fill_symbol_keys)
    assert find_subject(application, SYMBOL) == "VB-1"


@pytest.mark.parametrize(
    "typed",
    [
        *("PYT", "pyt", "Phòng Y tế", "PHÒNG Y TẾ", "phong y te", " phòng  y tế "),
        unicodedata.normalize("NFD", "Phòng Y tế"),
    ],
)
def test_a_body_is_found_by_its_code_in_any_case_or_by_its_name(
    application: Application, typed: str
) -> None:
    assert find_body(application, typed) == "PYT"


def test_a_body_that_no_directory_has_is_found_while_something_is_stored_of_it(
    application: Application,
) -> None:
    assert find_body(application, "XYZ-9") == "XYZ-9"


@pytest.mark.parametrize("typed", ["Phòng Ytế", "PYTT", "y te", "Phòng Nội vụ và Y tế"])
def test_a_name_that_is_only_alike_is_refused_with_the_nearest(
    application: Application, typed: str
) -> None:
    with pytest.raises(Refused, match=r"like it: .*PYT \(Phòng Y tế\)"):
        find_body(application, typed)


def test_a_name_like_no_other_is_refused_in_one_short_line(application: Application) -> None:
    for typed in ("", "?", "\x1b[31m", "z" * 100_000):
        with pytest.raises(Refused, match="has no body") as refused:
            find_body(application, typed)
        assert len(str(refused.value)) < 500
        assert str(refused.value).isprintable()


def test_a_rule_is_found_in_any_case_and_a_slip_is_told_the_nearest(
    application: Application,
) -> None:
    assert find_rule(application, "EXECUTION") == "execution"
    with pytest.raises(Refused, match=r"no rule 'exekution'; like it: execution, open_execution"):
        find_rule(application, "exekution")


_SYMBOLS = st.from_regex(r"[0-9]{1,4}/[A-ZĐ]{1,6}-[A-ZĐ]{1,6}", fullmatch=True)


@given(
    _SYMBOLS, st.sampled_from([str.lower, str.upper, lambda text: f" {text.replace('/', ' / ')}"])
)
def test_every_spelling_of_a_symbol_has_one_key(symbol: str, spelt: Callable[[str], str]) -> None:
    assert symbol_key(symbol) == symbol_key(spelt(symbol))
    assert symbol_key(unicodedata.normalize("NFD", symbol)) == symbol_key(symbol)
    assert symbol_key(f"1{symbol}") != symbol_key(symbol)
