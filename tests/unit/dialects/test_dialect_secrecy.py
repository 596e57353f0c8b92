"""Secrecy comes first in every dialect, and fails closed: only an established word is normal."""

from __future__ import annotations

import gzip
import json
from typing import Any
from unicodedata import normalize

import pytest
from dondoc.connector.contract.body import Limits
from dondoc.connector.contract.headers import UNREAD, HeaderTable
from dondoc.connector.contract.verdicts import Malformed, Secret, Unestablished
from dondoc.connector.dialects.saying import EventsSaid, Nothing, Withdrawn
from dondoc.connector.dialects.secrecy import speaks_of_secrecy
from support.dialects import ARRIVAL, CLASSIFIED, SECRECY, TOP, made, message, say, small

BODY = {"ma": "VB-1", "luc": "2026-03-02T08:00:00", "doMat": "Thường", "so": 1}
DIALECT = small()
SILENT = {name: value for name, value in BODY.items() if name != "doMat"}


def doubtful(found: object) -> None:
    assert isinstance(found, Unestablished), found


@pytest.mark.parametrize(
    "word",
    ["Thường", "THƯỜNG", "  thường ", normalize("NFD", "Thường"), normalize("NFD", "THƯỜNG")],
)
def test_a_word_of_the_table_is_normal_in_any_case_and_form(word: str) -> None:
    assert isinstance(say(DIALECT, BODY | {"doMat": word}), EventsSaid)


@pytest.mark.parametrize(
    ("word", "level"),
    [
        ("Mật", "mat"),
        ("MẬT", "mat"),
        ("mat", "mat"),
        (normalize("NFD", "Mật"), "mat"),
        (" Tối   mật ", "toimat"),
        ("TUYỆT MẬT", "tuyetmat"),
        ("Tuyet-Mat", "tuyetmat"),
        ("Độ mật: Tối mật", "toimat"),
        ("ＭẬＴ", "mat"),
        ("M\u200bật", "mat"),
        ("hạn chế", "toimat"),
        ("HAN CHE", "toimat"),
    ],
)
def test_a_secret_word_is_secret_in_any_spelling(word: str, level: str) -> None:
    assert say(DIALECT, BODY | {"doMat": word}, normal=True) == Withdrawn(level, "VB-1")


@pytest.mark.parametrize("word", ["Thuong", "Thượng", "0", 0, 1, True, "bình thường", "normal"])
def test_a_word_that_the_table_does_not_have_is_not_established(word: object) -> None:
    doubtful(say(DIALECT, BODY | {"doMat": word}, normal=True))


@pytest.mark.parametrize("value", [[], {}, ["Thường"], {"ten": "Thường"}, [["Mật"]]])
def test_secrecy_that_is_no_single_word_is_never_normal(value: object) -> None:
    assert not isinstance(say(DIALECT, BODY | {"doMat": value}, normal=True), EventsSaid)


@pytest.mark.parametrize("body", [SILENT, BODY | {"doMat": None}, BODY | {"doMat": "  "}])
def test_what_says_nothing_is_normal_only_where_the_queue_is_declared_so(body: Any) -> None:
    doubtful(say(DIALECT, body))
    assert isinstance(say(DIALECT, body, normal=True), EventsSaid)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "secrecy",
            "isSecret",
            "DoMat",
            "do_mat",
            "ĐỘ MẬT",
            "độMật",
            "mucDoMat",
            "security_level",
        ),
        *("SecurityLevel", "confidentiality", "classification", "ｓｅｃｒｅｔ", "se\u200bcret"),
        *(normalize("NFD", "Độ mật"), "doc.secrecy"),
    ],
)
def test_whatever_else_is_named_like_secrecy_can_only_make_it_secret_or_doubtful(name: str) -> None:
    assert speaks_of_secrecy(name)
    for wrap in (lambda v: v, lambda v: {"x": [v]}, json.dumps):
        inside = {"kem": wrap({name: "Mật"})}
        assert say(DIALECT, BODY | inside, normal=True) == Withdrawn("mat", "VB-1")
        doubtful(say(DIALECT, BODY | {"kem": wrap({name: "không rõ"})}, normal=True))
        assert isinstance(say(DIALECT, BODY | {"kem": wrap({name: "Thường"})}), EventsSaid)
        doubtful(say(DIALECT, SILENT | {"kem": wrap({name: "Thường"})}))


@pytest.mark.parametrize("name", ["secretary", "matKhau", "domain", "do", "mat", "thuKy"])
def test_a_name_that_is_something_else_says_nothing(name: str) -> None:
    assert not speaks_of_secrecy(name)
    assert isinstance(say(DIALECT, BODY | {name: "x"}), EventsSaid)


@pytest.mark.parametrize("name", ["secrecy", "doMat", "X-Do-Mat", "cloudEvents_secrecy"])
def test_a_header_can_only_make_it_secret_or_doubtful(name: str) -> None:
    assert say(DIALECT, BODY, headers={name: "mat"}) == Withdrawn("mat", "VB-1")
    assert say(DIALECT, BODY, headers={name: "Mật".encode()}) == Withdrawn("mat", "VB-1")
    doubtful(say(DIALECT, BODY, headers={name: "x"}))
    doubtful(say(DIALECT, BODY, headers={name: b"\xff"}))
    doubtful(say(DIALECT, SILENT, headers={name: "normal"}))
    assert isinstance(say(DIALECT, BODY, headers={name: "normal"}), EventsSaid)
    doubtful(say(DIALECT, BODY, headers=HeaderTable([("x", UNREAD)])))


def test_a_secret_header_wins_over_a_body_that_nobody_can_read() -> None:
    assert say(DIALECT, b"{", headers={"secrecy": "tuyetmat"}) == Secret("tuyetmat")


@pytest.mark.parametrize("label", ["(Mật)", "[TỐI MẬT]", "( tuyệt  mật )", "Độ mật: Mật", "(mat)"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_label_in_any_text_is_never_normal_and_erases_only_what_nothing_calls_normal(
    label: str, form: Any
) -> None:
    text = normalize(form, f"V/v phòng, chống {label} tội phạm")
    for more in ({"trichYeu": text}, {"x": [{"y": [text]}]}):
        for body in (SILENT | more, BODY | {"doMat": "?"} | more):
            assert isinstance(say(DIALECT, body, normal=True), Withdrawn)
            escaped = json.dumps(body, ensure_ascii=True).encode()
            assert isinstance(say(DIALECT, escaped, normal=True), Withdrawn)
        doubtful(say(DIALECT, BODY | more, normal=True))
        doubtful(say(DIALECT, json.dumps(BODY | more, ensure_ascii=True).encode()))


def test_the_place_of_a_label_is_told_by_a_path_of_the_file_alone() -> None:
    assigned = """
[[event]]
type = "task.assigned"
each = "viec"
fields = { task_id = ".ma", content = ".noiDung", kind = { value = "execute" }, lead = "dv[].ma" }
"""
    dialect = small(assigned + CLASSIFIED.replace('"so"', '"vb.so"'))
    label = "theo Công văn 12 (Mật) của Công an tỉnh"
    for more, place in (
        ({"viec": [{"ma": "1"}, {"noiDung": label}]}, "at .noiDung"),
        ({"vb": {"so": label}}, "at vb.so"),
        ({"dv": [{"ma": "A"}, {"ma": label}]}, "at dv[].ma"),
        ({"CANARY": label}, "at none of the paths of the dialect"),
        ({label: "CANARY"}, "at none of the paths of the dialect"),
    ):
        found = say(dialect, BODY | more)
        assert isinstance(found, Unestablished)
        assert found.reason.endswith(f"though the message says that it is normal: {place}")


KNOWN_NOT = "secrecy is stated in a way the dialect does not know: "
ELSEWHERE = "at none of the paths; put its words into the table, or name the key in ignore"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (SILENT, "secrecy is not stated: nothing at doMat, vb.cap"),
        (BODY | {"doMat": None}, "secrecy is not stated: nothing at doMat, vb.cap; a key with"),
        (
            SILENT | {"CANARY_do_mat": "Thường"},
            "secrecy is not stated: nothing at doMat, vb.cap; a key with doMat in its name stands",
        ),
        (BODY | {"doMat": "CANARY"}, f"{KNOWN_NOT}at doMat; put its word into the table"),
        (BODY | {"vb": {"cap": 0}}, f"{KNOWN_NOT}at vb.cap; put its word into the table"),
        (
            BODY | {"doMat": {"CANARY": "Thường"}},
            f"{KNOWN_NOT}at doMat stands a list or an object; name the path of its word",
        ),
        (BODY | {"vb": [{"cap": "Thường"}]}, f"{KNOWN_NOT}at vb.cap stands a list or an object"),
        (
            BODY | {"doMatCANARY": False},
            f"{KNOWN_NOT}under a key with doMat in its name, {ELSEWHERE}",
        ),
        (BODY | {"x": '{"secret": "CANARY"}'}, f"{KNOWN_NOT}in JSON within a text, {ELSEWHERE}"),
        ([BODY], "the body is a list, of which nothing is read: each message has to stand by"),
    ],
)
def test_where_secrecy_is_not_established_is_told_and_nothing_is_given_away(
    body: Any, reason: str
) -> None:
    dialect = small(secrecy=SECRECY.replace('"doMat"', '["doMat", "vb.cap"]'))
    found = say(dialect, body)
    assert isinstance(found, Unestablished)
    assert found.reason.startswith(reason)
    assert "CANARY" not in found.reason


def test_a_header_is_told_as_the_place_without_its_name() -> None:
    found = say(DIALECT, BODY, headers={"x-do-mat-CANARY": "CANARY"})
    assert isinstance(found, Unestablished)
    assert found.reason == f"{KNOWN_NOT}in a header; put its words into the table"


@pytest.mark.parametrize(
    "text", ["Mật độ dân số", "bảo mật", "(Mật khẩu)", "mặt bằng (mất)", "tomat:"]
)
def test_a_text_that_only_has_the_word_is_no_label(text: str) -> None:
    assert isinstance(say(DIALECT, BODY | {"trichYeu": text}), EventsSaid)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"\xff",
        b"\xef\xbb\xbf{}",
        b'{"a": NaN}',
        b'{"a": 1e999}',
        b'{"a": 1, "a": 1}',
        b"[" * 100 + b"]" * 100,
        b'{"doMat": "Th\\u01b0\\u1eddng"} {}',
        json.dumps(BODY).encode("utf-16"),
        b" " * 2_000_000,
    ],
)
def test_a_body_that_cannot_be_read_is_not_established_even_in_a_normal_queue(body: bytes) -> None:
    found = say(DIALECT, body, normal=True)
    if body == b"null":
        assert isinstance(found, Malformed)  # It was read, and says nothing.
        found = say(DIALECT, body)
    doubtful(found)


def test_two_keys_that_become_one_are_one_key_given_twice() -> None:
    one, other = normalize("NFC", "độ"), normalize("NFD", "độ")
    doubtful(say(DIALECT, BODY | {one: "a", other: "a"}, normal=True))


def test_marks_without_end_are_not_established() -> None:
    doubtful(say(DIALECT, BODY | {"x": "a" + "\u0301" * 400}, normal=True))


def test_a_secret_word_wins_over_every_other() -> None:
    body = BODY | {"doMat": "Thường", "secrecy": "?", "loaiMat": "x", "secret": "Tuyệt mật"}
    assert say(DIALECT, body, normal=True) == Withdrawn("tuyetmat", "VB-1")


def test_a_key_that_sounds_like_secrecy_can_be_ignored_but_never_a_secret_word() -> None:
    dialect = small(secrecy=SECRECY + 'ignore = ["Classification"]\n')
    assert isinstance(say(dialect, BODY | {"classification": "Y tế"}), EventsSaid)
    assert say(dialect, BODY | {"Classification": "MẬT"}) == Withdrawn("mat", "VB-1")
    doubtful(say(dialect, BODY | {"classified": "Y tế"}))


def test_a_word_within_an_object_is_read_and_what_stands_beside_it_counts() -> None:
    dialect = small(secrecy=SECRECY.replace('"doMat"', '"doMat.ma"').replace('"Thường"', '"0"'))
    assert isinstance(say(dialect, BODY | {"doMat": {"ma": 0, "ten": "Bình thường"}}), EventsSaid)
    assert say(dialect, BODY | {"doMat": {"ma": 0, "ten": "Mật"}}) == Withdrawn("mat", "VB-1")
    doubtful(say(dialect, BODY | {"doMat": {"ma": 0}, "kem": {"doMat": {"ma": 0}}}))
    doubtful(say(dialect, BODY | {"doMat": {"ten": "Bình thường"}}))


def test_of_several_places_one_has_to_say_normal_and_none_another() -> None:
    dialect = small(secrecy=SECRECY.replace('"doMat"', '["doMat", "vb.cap"]'))
    assert isinstance(say(dialect, SILENT | {"vb": {"cap": "Thường"}}), EventsSaid)
    doubtful(say(dialect, BODY | {"vb": {"cap": "?"}}))
    doubtful(say(dialect, BODY | {"vb": [{"cap": "Thường"}]}))
    assert say(dialect, BODY | {"vb": {"cap": "Mật"}}) == Withdrawn("mat", "VB-1")


def test_a_secret_message_that_names_no_document_is_counted_and_no_more() -> None:
    subjects: list[Any] = [None, "", 7.5, {}, ["VB-1"], "x" * 300]
    for subject in subjects:
        found = say(DIALECT, BODY | {"doMat": "Mật", "ma": subject})
        assert found == (Withdrawn("mat", "7.5") if subject == 7.5 else Secret("mat"))
    unnamed = made(TOP + SECRECY.replace('subject = "ma"\n', "") + CLASSIFIED)
    assert say(unnamed, BODY | {"doMat": "Mật"}) == Secret("mat")


def test_a_record_of_what_is_not_established_has_a_plain_id_and_nothing_else() -> None:
    dialect = small(top=TOP + 'id = "maSuKien"\n')
    found = say(dialect, SILENT | {"maSuKien": "SK-9", "trichYeu": "CANARY"})
    assert isinstance(found, Unestablished)
    assert (found.event_id, found.reason) == (
        "SK-9",
        "secrecy is not stated: nothing at doMat",
    )
    assert "CANARY" not in repr(found)


def test_secrecy_can_stand_in_a_header_that_the_file_names() -> None:
    dialect = small(secrecy=SECRECY.replace('"doMat"', '"@header.x-do-mat"'))
    assert isinstance(say(dialect, SILENT, headers={"x-do-mat": "Thường"}), EventsSaid)
    doubtful(say(dialect, SILENT))
    doubtful(say(dialect, SILENT, headers=HeaderTable([("x-do-mat", "Thường"), ("x-do-mat", "?")])))


def test_secrecy_is_decided_before_what_a_message_tells_of() -> None:
    nothing = small(CLASSIFIED + '[[nothing]]\nreason = "read"\nwhen = { ma = "VB-1" }\n')
    assert say(nothing, BODY) == Nothing("read")
    doubtful(say(nothing, SILENT))
    assert isinstance(say(nothing, BODY | {"doMat": "Mật"}), Withdrawn)


def test_a_packed_body_is_unpacked_within_bounds() -> None:
    packed = gzip.compress(json.dumps(BODY).encode())
    assert isinstance(say(DIALECT, packed, content_encoding="gzip"), EventsSaid)
    doubtful(say(DIALECT, packed, content_encoding="br", normal=True))
    bomb = message(gzip.compress(b" " * 3_000_000), content_encoding="gzip")
    doubtful(DIALECT.read(bomb, Limits(), ARRIVAL, normal=True))
