"""Broker URLs: what is understood, what is refused, and that no password is ever shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from dondoc.connector.transport import InvalidAddress, TlsOptions, parse_address


def test_the_default_url_is_understood() -> None:
    address = parse_address("amqp://guest:guest@127.0.0.1:5672/")
    assert (address.host, address.port, address.vhost) == ("127.0.0.1", 5672, "/")
    assert (address.user, address.password, address.tls) == ("guest", "guest", None)


@pytest.mark.parametrize(
    ("path", "vhost"), [("", "/"), ("/", "/"), ("/%2F", "/"), ("/hscv", "hscv"), ("/a%2Fb", "a/b")]
)
def test_the_path_is_the_virtual_host(path: str, vhost: str) -> None:
    assert parse_address(f"amqp://broker{path}").vhost == vhost


def test_user_and_password_may_hold_any_character_percent_encoded() -> None:
    address = parse_address("amqp://d%C3%B4n:p%40ss%3Aw%2Frd@broker")
    assert (address.user, address.password) == ("dôn", "p@ss:w/rd")


def test_amqps_has_its_own_port_and_trusts_the_system_unless_told_otherwise() -> None:
    assert parse_address("amqps://broker").port == 5671
    assert parse_address("amqps://broker").tls == TlsOptions()
    assert parse_address(
        "amqps://broker/v?cacertfile=/etc/ca.pem&certfile=c.pem&keyfile=k.pem"
    ).tls == TlsOptions(Path("/etc/ca.pem"), Path("c.pem"), Path("k.pem"))


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://u:s3cret@broker", "must begin with amqp:// or amqps://"),
        ("broker:5672", "must begin with amqp:// or amqps://"),
        ("amqp://u:s3cret@", "the host is missing"),
        ("amqp://u:s3cret@broker:99999", "cannot be read"),
        ("amqp://u:s3cret@broker:amqp", "cannot be read"),
        ("amqp://u:s3cret@[::1", "cannot be read"),
        ("amqp://u:s3cret@broker/a/b", "%2F"),
        ("amqp://u:s3cret@broker/?heartbeat=0", "heartbeat must be"),
        ("amqp://u:s3cret@broker/?heartbeat=soon", "heartbeat must be"),
        ("amqp://u:s3cret@broker/?verify=none", "unknown parameter verify for amqp://"),
        ("amqp://u:s3cret@broker/?cacertfile=ca.pem", "unknown parameter cacertfile for amqp://"),
        ("amqps://u:s3cret@broker/?keyfile=k.pem", "keyfile needs certfile"),
    ],
)
def test_a_url_that_is_wrong_is_refused_without_repeating_it(url: str, why: str) -> None:
    with pytest.raises(InvalidAddress, match=why) as refused:
        parse_address(url)
    assert "s3cret" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_tls_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    address = parse_address(f"amqps://u:s3cret@broker?cacertfile={tmp_path}/ca.pem")
    with pytest.raises(InvalidAddress, match=r"ca\.pem: No such file") as refused:
        address.parameters("test")
    assert "s3cret" not in str(refused.value)


def test_neither_text_nor_representation_shows_the_password() -> None:
    address = parse_address("amqps://u:s3cret@broker/v")
    assert str(address) == "amqps://broker:5671 (virtual host v, user u)"
    assert "s3cret" not in repr(address)
