"""Whatever a password is made of and wherever it stands in a URL, no part of it is shown."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from dondoc.connector.transport import InvalidAddress, parse_address
from dondoc.connector.transport.management import inspect_policies
from dondoc.connector.transport.topology import topology
from dondoc.storage.database import StorageError, open_store
from hypothesis import example, given, settings
from hypothesis import strategies as st
from psycopg.conninfo import conninfo_to_dict

CASES = Path(__file__).parents[1] / "fixtures" / "cases" / "07-password-urls.txt"
MARKS = "ZXJĐ"
"""None of them is in a URL of the shapes below, nor in a word of dondoc's."""
SPECIAL = "#?/@[]%:&=+ ,;'\"\\^`{}|<>~!$()*-_.·đ中😀127"

PASSWORDS = st.lists(
    st.text(MARKS, min_size=1, max_size=4) | st.text(SPECIAL, min_size=1, max_size=3),
    min_size=1,
    max_size=5,
).map("".join)
SHAPES = (
    "postgresql://clerk:{}@127.0.0.1:1/dondoc",
    "postgresql://clerk:{}@127.0.0.1:1,127.0.0.2:2/dondoc?sslmode=disable",
    "postgresql://clerk:{}@[::1]:1",
    "postgresql://:{}@/dondoc?host=/nowhere",
    "postgresql://clerk@127.0.0.1:1/dondoc?password={}",
    "postgresql://127.0.0.1:1?password={}",
    "postgresql://clerk@127.0.0.1:1/dondoc?PASSWORD={}",
    "postgresql://clerk@127.0.0.1:1/dondoc?sslpassword={}&sslmode=disable",
    "mysql://clerk:{}@127.0.0.1/dondoc",
    "sqlite://clerk:{}@127.0.0.1/dondoc",
    "clerk:{}@127.0.0.1",
    "amqp://clerk:{}@127.0.0.1:1/",
    "amqp://clerk:{}@127.0.0.1",
    "amqps://clerk:{}@127.0.0.1:1/hscv?cacertfile=ca.pem",
    "amqp://:{}@[::1]:1/hscv",
    "http://clerk:{}@127.0.0.1:1",
    "http://clerk:{}@[::1]:1/",
    "http://clerk:{}@",
)


def shown(url: str) -> str:
    """Everything that the readers of *url* give or raise, whichever it is meant for."""
    told = []
    try:
        store = open_store(url)
        told += [store.name, repr(store), repr(store._engine), str(store._engine.database)]
    except StorageError as error:
        told += [str(error), repr(error), repr(error.__cause__)]
    try:
        address = parse_address(url)
        told += [str(address), repr(address)]
    except InvalidAddress as error:
        told += [str(error), repr(error), repr(error.__cause__)]
    if not url.startswith("http") or ":1" in url:
        told += [repr(problem) for problem in inspect_policies(url, "/", topology())]
    return "\n".join(told)


@settings(max_examples=400, deadline=None)
@given(PASSWORDS, st.sampled_from(SHAPES), st.booleans())
@example("ZX[ZJ", SHAPES[-3], False)
@example("7?Z", SHAPES[11], False)
@example("7/ZXJZ", SHAPES[0], False)
@example("Z@X", SHAPES[5], False)
def test_no_mark_of_a_password_is_shown(password: str, shape: str, encoded: bool) -> None:
    url = shape.format(quote(password, safe="") if encoded else password)
    told = shown(url)
    assert not set(told) & set(MARKS), (url, told)


@pytest.mark.parametrize("url", CASES.read_text(encoding="utf-8").split())
def test_no_part_of_the_known_passwords_is_shown(url: str) -> None:
    told = shown(url)
    for part in ("Geheim", "heim", "pa#ss", "pa?ss", "2026", ":12", "ss@"):
        assert part not in told, told


@given(PASSWORDS)
@settings(max_examples=100, deadline=None)
def test_an_encoded_password_is_used_and_the_name_leads_to_the_same_database(
    password: str,
) -> None:
    encoded = quote(password, safe="")
    url = (
        f"postgresql://cl%40rk:{encoded}@h1:1,[::1]:2/d%2Fb?options=-ca%3Db%20-cc%3Dd&sslmode=allow"
    )
    wanted = conninfo_to_dict(url)
    assert wanted.pop("password") == password
    assert conninfo_to_dict(open_store(url).name) == wanted
    assert parse_address(f"amqp://clerk:{encoded}@broker/v").password == password


def test_the_name_for_the_servers_own_tools_keeps_the_host() -> None:
    for password in ("pa#ss", "pa?ss"):
        url = f"postgresql://clerk:{password}@127.0.0.1:1/dondoc"
        assert open_store(url).name == "postgresql://clerk@127.0.0.1:1/dondoc"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql:///dondoc",
        "postgresql://%2Fvar%2Frun%2Fpg/dondoc",
        "postgresql://u@h:5433/d?sslmode=require&connect_timeout=3",
        "postgresql://u@/d?host=h1,h2&port=5433",
        "postgresql:///?service=office&passfile=/etc/pass",
    ],
)
def test_a_name_leads_to_the_database_of_its_url(url: str) -> None:
    wanted, named = conninfo_to_dict(url), conninfo_to_dict(open_store(url).name)
    if wanted.get("host") == "h1,h2":
        wanted["port"] = "5433,5433"
    assert named == wanted


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:ZXJZ@a..b/d",
        "postgresql://u:ZXJZ@h:0/d",
        "postgresql://u:ZXJZ@h:70000/d",
        "postgresql://u:%FFZXJZ@h/d",
        "postgresql://u:\udcffZXJZ@h/d",
        "postgresql://u:ZXJZ@h/d?connect_timeout=soon",
        "postgresql://u:ZXJZ@h/d\n",
        "sqlite:///a\nb",
        "amqp://u:ZXJZ@a..b/",
        "amqp://u:ZXJZ\udcff@h/",
        "amqp://u:ZXJZ@h/%0A",
        "amqp://u:ZXJZ@h o/",
        "http://u:ZXJZ@[::1",
        "http://u:ZXJZ@a..b:1",
        "http://u:ZXJZ@h:x",
    ],
)
def test_what_cannot_be_an_address_is_refused_in_one_line(url: str) -> None:
    if url.startswith("amqp"):
        with pytest.raises(InvalidAddress) as refused:
            parse_address(url)
        told = str(refused.value)
    elif url.startswith("http"):
        (problem,) = inspect_policies(url, "/", topology())
        told = problem.object + problem.text
    else:
        with pytest.raises(StorageError) as refusal:
            open_store(url)
        told = str(refusal.value)
    assert "\n" not in told
    assert "ZXJZ" not in told
