"""A queue on which HSCV speaks a dialect of its own, beside the contract's: the service, whole."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dondoc.connector.transport import Client, Outgoing, parse_address
from support.edxml import FOLDER, put, sample
from support.hscv import STRUCTURED, as_json, event
from support.installation import Installation
from support.rabbitmq import VirtualHost, wait_until
from support.transport import StartPublisher, all_confirmed, ready

DIALECTS = Path(__file__).parents[2] / "docs" / "dialects"
FIXTURES = Path(__file__).parents[1] / "fixtures" / "dialects"
QUEUE, EXCHANGE = "hscv.cong-van", "cong-van"
AXIS = "truc-van-ban"
SECRET = "CanaryVănBảnMật"


@pytest.fixture
def installation(tmp_path: Path, vhost: VirtualHost) -> Iterator[Installation]:
    made = Installation(tmp_path, vhost.url)
    settings = tmp_path / "dondoc.toml"
    source = f'\n[[source]]\nqueue = "{QUEUE}"\ndialect = "congvan.toml"\nexchange = "{EXCHANGE}"\n'
    other = f'\n[[source]]\nqueue = "{AXIS}"\ndialect = "trucvanban.toml"\nexchange = "{AXIS}"\n'
    settings.write_text(settings.read_text("utf-8") + source + other, "utf-8")
    for name in ("congvan.toml", "trucvanban.toml"):
        (tmp_path / name).write_bytes((DIALECTS / name).read_bytes())
    yield made
    made.end_what_is_left()


def told(name: str) -> list[dict[str, Any]]:
    lines = (DIALECTS / name).read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def sent(*messages: object) -> list[Outgoing]:
    """*messages* as an HSCV sends them that knows of no contract: without a content type."""
    bodies = [json.dumps(each, ensure_ascii=False).encode() for each in messages]
    return [Outgoing(EXCHANGE, "vb", body, "", f"m{n}") for n, body in enumerate(bodies)]


def test_a_story_told_in_a_dialect_is_taken_in_beside_the_contract_and_secrets_are_nowhere(
    installation: Installation, vhost: VirtualHost, publishing: StartPublisher
) -> None:
    installation.run("declare")
    story = told("congvan.jsonl")
    first = story[0]
    secret = first | {"doMat": "MẬT ", "maVanBan": "VB-99", "trichYeu": SECRET}
    doubtful = first | {"doMat": "Nội bộ", "maVanBan": "VB-98", "trichYeu": SECRET}
    invalid = first | {"maVanBan": "VB-97", "ngayBanHanh": "31/02/2026"}
    became = first | {"maVanBan": "VB-96", "soKyHieu": "96/CV-UBND", "trichYeu": "Một việc khác"}
    publisher = publishing()
    assert all_confirmed(publisher.publish(sent(*story, secret, doubtful, invalid, became)))
    assert all_confirmed(publisher.publish(sent(*story)))  # a second time
    hidden = became | {"doMat": "Tối mật", "trichYeu": SECRET}
    assert all_confirmed(publisher.publish(sent(hidden)))
    own = as_json(event(id="of-the-contract"))
    assert all_confirmed(publisher.publish([Outgoing("hscv.events", "x", own, STRUCTURED, "c")]))
    service = installation.start()
    wait_until(lambda: service.events_in() == 2 * len(story) + 6, "all are taken", 60)
    wait_until(lambda: len(installation.rows("dead", "list")) == 1, "the invalid one is dead", 30)
    assert service.stop()[0] == 0

    lines = [json.loads(line) for line in installation.run("export").splitlines()]
    expected = {
        (each["type"], each["subject"], json.dumps(each["data"], sort_keys=True))
        for each in told("story.jsonl")
    }
    found = {
        (each["type"], each["subject"], json.dumps(each["data"], sort_keys=True))
        for each in lines
        if each["id"] != "of-the-contract"
    }
    assert found == expected
    assert len(lines) == len(expected) + 1
    (letter,) = installation.rows("dead", "list")
    assert "ngayBanHanh" in letter["path"] or "issued_on" in letter["path"]
    (rejected,) = installation.rows("rejections", "list")
    assert SECRET not in json.dumps(rejected, ensure_ascii=False)
    kept = b"".join(path.read_bytes() for path in installation.folder.iterdir() if path.is_file())
    assert SECRET.encode() not in kept


def test_a_letter_of_a_dialect_goes_back_to_its_own_queue(
    installation: Installation, vhost: VirtualHost, publishing: StartPublisher
) -> None:
    installation.run("declare")
    invalid = told("congvan.jsonl")[0] | {"loaiVanBan": ""}
    assert all_confirmed(publishing().publish(sent(invalid)))
    service = installation.start()
    wait_until(lambda: len(installation.rows("dead", "list")) == 1, "it is dead", 60)
    assert service.stop()[0] == 0
    # Whoever keeps the dialect finds out what was meant.
    file = installation.folder / "congvan.toml"
    text = file.read_text("utf-8")
    mended = text.replace(
        'doc_type = { path = "loaiVanBan", words = "loai", others = "keep" }',
        'doc_type = { path = "loaiVanBan", words = "loai", others = "keep", default = "CT" }',
    )
    assert mended != text
    file.write_text(mended, "utf-8")
    installation.run("dead", "retry", "--all")
    wait_until(lambda: ready(vhost.url, QUEUE) == 1, "it is in its own queue")
    service = installation.start()
    wait_until(lambda: service.events_in() == 1, "it is taken", 60)
    assert service.stop()[0] == 0
    assert installation.rows("dead", "list") == []
    assert len(installation.run("export").splitlines()) == 1


def test_messages_of_files_are_published_as_they_are_to_the_queue_of_their_dialect(
    installation: Installation, vhost: VirtualHost
) -> None:
    story = DIALECTS / "congvan.jsonl"
    wrapped = {"routing_key": "vb.x", "content_type": "text/x", "headers": {"loai": "1"}}
    body = base64.b64encode(b"{}").decode()
    file = installation.folder / "wrapped.jsonl"
    file.write_text(json.dumps({"amqp": {**wrapped, "body_base64": body}}), "utf-8")
    settings = installation.folder / "dondoc.toml"
    bound = f'exchange = "{EXCHANGE}"\n'
    told = settings.read_text("utf-8").replace(bound, f'{bound}binding = ["vb.*.#"]\n')
    settings.write_text(told, "utf-8")

    done = installation.run("publish", "--dialect", "congvan.toml", str(story), "wrapped.jsonl")
    assert done == f"11 messages published to {QUEUE} and confirmed\n"
    document = FOLDER / "01-new-qcvn-issued.xml"
    done = installation.run("publish", "--dialect", "edxml", str(document))
    assert done == f"1 message published to {AXIS} and confirmed\n"
    with Client(parse_address(vhost.url)) as client:
        sent = client.get(QUEUE, 20)
        assert [each.body for each in sent[:10]] == story.read_bytes().splitlines()
        assert {(each.routing_key, each.content_type) for each in sent[:10]} == {("vb.x", "")}
        assert (sent[10].routing_key, sent[10].content_type) == ("vb.x", "text/x")
        assert sent[10].headers["loai"] == "1"
        assert [each.body for each in client.get(AXIS, 20)] == [document.read_bytes()]

    file.write_text(json.dumps({"amqp": {**wrapped, "routing_key": "y", "body_base64": body}}))
    told = installation.run("publish", "--dialect", "congvan", "wrapped.jsonl", code=1)
    assert "cong-van brings nothing with the key y to a queue" in told
    told = installation.run("publish", "--dialect", str(DIALECTS / "rows.toml"), "x", code=1)
    assert "no [[source]] speaks" in told
    file.write_text('{"amqp": 1}', "utf-8")
    told = installation.run("publish", "--dialect", QUEUE, "wrapped.jsonl", code=1)
    assert 'wrapped.jsonl:1: "amqp" must be an object' in told


DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
DUE = "<edXML:DueDate>"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10))


def bad_edxml() -> list[tuple[str, str]]:
    """Messages of edXML with a word of the reason why their secrecy is not established."""
    good = sample("01-new-qcvn-issued").decode()

    def after_declaration(text: str) -> str:
        return good.replace(DECLARATION, DECLARATION + text)

    include = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/hostname"/>'
    return [
        (after_declaration(f"<!DOCTYPE x [{LAUGHS}]>").replace("15<", "&l9;<"), "document type"),
        (
            after_declaration('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'),
            "document type",
        ),
        (good.replace(DUE, include + DUE), "XInclude"),
        (good.replace(DUE, "<a>" * 100 + "</a>" * 100 + DUE), "too deep"),
        (good.replace("UTF-8", "ISO-8859-1"), "not UTF-8"),
        (good + good, "not one well-formed"),
    ]


def test_bad_input_has_its_outcome_and_what_comes_after_it_is_taken(
    installation: Installation, vhost: VirtualHost, publishing: StartPublisher
) -> None:
    installation.run("declare")
    first = told("congvan.jsonl")[0]
    raw = json.dumps(first, ensure_ascii=False)
    bad_json = [
        raw.replace("{", '{"x": ' + "[" * 100 + "]" * 100 + ",", 1).encode(),
        raw.encode("utf-16"),
        f"{raw}\n{raw}".encode(),
        base64.b64encode(raw.encode()),
    ]
    listed = first | {"maVanBan": "VB-90", "trichYeu": ["một", "hai"]}
    no_base64 = put("01-new-qcvn-issued", DUE, "")
    no_base64 = re.sub(r"(ContentTransferEncoded>)[^<]*<", r"\g<1>?? no base64 ??<", no_base64)
    bad_xml = bad_edxml()
    xml = [text.encode() for text, _ in bad_xml]
    publisher = publishing()
    from_axis = [
        Outgoing(AXIS, "vb", body, "application/xml", f"x{n}", {"secrecy": "normal"})
        for n, body in enumerate([*xml, no_base64.encode()])
    ]
    of_json = [Outgoing(EXCHANGE, "vb", body, "", f"j{n}") for n, body in enumerate(bad_json)]
    after = sent(listed, *told("congvan.jsonl"))
    assert all_confirmed(publisher.publish([*from_axis, *of_json, *after]))
    service = installation.start()
    published = len(from_axis) + len(of_json) + len(after)
    wait_until(lambda: service.events_in() == published, "all are taken", 60)
    wait_until(lambda: len(installation.rows("dead", "list")) == 1, "the letter is there", 30)
    assert service.stop()[0] == 0

    (letter,) = installation.rows("dead", "list")
    assert letter["path"] == "trichYeu"
    reasons = [each["reason"] for each in installation.rows("rejections", "list")]
    assert len(reasons) == len(bad_json) + len(bad_xml)
    for _, word in bad_xml:
        assert any(word in reason for reason in reasons), (word, reasons)
    lines = installation.run("export").splitlines()
    assert len(lines) == 9
    subjects = {json.loads(line)["subject"] for line in lines}
    assert "000.00.41.Z99,2026,15/CT-UBND" in subjects, "its attachment was no base64, and dropped"


def test_a_service_whose_dialect_says_two_things_does_not_start(installation: Installation) -> None:
    file = installation.folder / "congvan.toml"
    whole = file.read_text("utf-8")
    file.write_bytes((FIXTURES / "two_meanings_of_one_word.toml").read_bytes())
    assert 'words.loai.CÔNG VĂN: means something else than "Công văn"' in installation.run(
        "run", code=1
    )
    # Two that give their events one source, under which an id of the one may be an id of the other.
    other = installation.folder / "trucvanban.toml"
    file.write_text(whole, "utf-8")
    other.write_text(whole.replace('path = "doMat"', 'path = "mucDo"'), "utf-8")
    said = installation.run("run", code=1)
    assert "trucvanban.toml: name: is that of another dialect in" in said
