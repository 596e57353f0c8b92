"""What a letter says: the number in its subject, the demand first, what is new on top."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from datetime import date
from importlib.resources import files
from typing import Any

import pytest
from dondoc.mail.composing.content import MOST_LINES
from dondoc.mail.composing.greeting import salutation
from dondoc.mail.composing.headers import LONGEST_SUBJECT
from dondoc.mail.composing.rows import LONGEST_CONTENT
from dondoc.mail.composing.texts import BRACES, parse_texts, texts
from dondoc.mail.digest import DigestLine, LineKind, message_id
from dondoc.rules.body import Body
from dondoc.rules.normalising import one_form
from dondoc.rules.places import FileError
from support.digests import (
    MAILBOX,
    MORNING,
    ON,
    composed,
    digest,
    example,
    html_of,
    line,
    soon,
    text_of,
    today,
)
from support.markup import read_markup
from support.pages import ROOT, fences

NO_CLOCK = {"due": None, "target": None, "working_days": None}


def aged(number: int, age: int) -> DigestLine:
    return line(number, LineKind.WITHOUT_DEADLINE, age=age, **NO_CLOCK)


def subject(*lines: DigestLine, **changed: Any) -> str:
    return str(composed(digest(*lines, **changed))["Subject"])


# The subject


def test_the_subject_says_how_many_of_each_kind_then_who_and_when() -> None:
    lines = [line(n) for n in range(3)] + [soon(n) for n in range(5)]
    assert subject(*lines) == (
        "[Đôn đốc] 3 nhiệm vụ quá hạn, 5 sắp đến hạn – Phòng Nội vụ – 26/11/2026"
    )
    assert subject(today(1), aged(2, 12)) == (
        "[Đôn đốc] 1 nhiệm vụ đến hạn hôm nay, 1 chưa có thời hạn – Phòng Nội vụ – 26/11/2026"
    )
    many = [line(n) for n in range(1_855)]
    assert "[Đôn đốc] 1.855 nhiệm vụ quá hạn – " in subject(*many)


@pytest.mark.parametrize("page", ["docs/mail.md", "docs/vi/lanh-dao.md"])
def test_the_subject_on_the_pages_is_that_of_a_letter(page: str) -> None:
    shown = subject(line(1), line(2), today(3), soon(4))
    assert f"\n{shown}\n" in (ROOT / page).read_text(encoding="utf-8")


def test_other_letters_have_subjects_of_their_own() -> None:
    about = "Công văn số 13/UBND-VP ngày 04/9/2026 của UBND huyện – Phòng Nội vụ – 26/11/2026"
    assert subject(line(13), single=True) == f"[Đôn đốc] Quá hạn 7 ngày làm việc: {about}"
    assert subject(today(13), single=True) == f"[Đôn đốc] Đến hạn hôm nay: {about}"
    assert subject(line(1), line(2), catch_up=True) == (
        "[Đôn đốc] Tổng hợp lần đầu: 2 nhiệm vụ quá hạn – Phòng Nội vụ – 26/11/2026"
    )


def test_a_name_that_is_too_long_leaves_the_day_in_the_subject() -> None:
    assert subject(line(1), body_name="Phòng " * 100).endswith("Phòng… – 26/11/2026")
    assert subject(line(1, document="Công văn " * 100), single=True).endswith(" – 26/11/2026")


# What stands where


def places(text: str, *words: str) -> list[int]:
    found = [text.find(each) for each in words]
    assert -1 not in found, [each for each in words if each not in text]
    return found


def test_what_is_new_stands_on_top_then_the_latest_first_then_by_kind() -> None:
    lines = (
        aged(8, 3),
        aged(7, 30),
        soon(6, working_days=3),
        soon(5, working_days=1),
        today(4),
        line(3, working_days=-1),
        line(2, working_days=-40),
        soon(1, new=True),
    )
    letter = composed(digest(*lines))
    for shown in (text_of(letter), html_of(letter)):
        order = places(shown, *(f"{number}/UBND-VP" for number in range(1, 9)))
        assert order == sorted(order)
    said = re.findall(r"^[A-ZĐÁ].*\(\d\)$", text_of(letter), re.M)
    assert said == [
        "MỚI (1)",
        "QUÁ HẠN, ĐÃ NHẮC TRƯỚC ĐÂY (2)",
        "ĐẾN HẠN HÔM NAY, ĐÃ NHẮC TRƯỚC ĐÂY (1)",
        "SẮP ĐẾN HẠN, ĐÃ NHẮC TRƯỚC ĐÂY (2)",
        "CHƯA CÓ THỜI HẠN, ĐÃ NHẮC TRƯỚC ĐÂY (2)",
    ]


@pytest.mark.parametrize("new", [True, False])
def test_where_all_is_new_or_nothing_is_everything_stands_by_kind(new: bool) -> None:
    text = text_of(composed(digest(line(1, new=new), soon(2, new=new))))
    assert "MỚI" not in text
    assert "trước đây" not in text
    assert "QUÁ HẠN (1)" in text


def test_the_demand_comes_first_and_the_legal_basis_last() -> None:
    text = text_of(composed(digest(line(13))))
    assert text.startswith(
        "Kính gửi: Trưởng phòng Nội vụ\n\nĐề nghị Phòng Nội vụ tập trung hoàn thành 1 nhiệm vụ quá"
    )
    order = (
        "1. Công văn số 13/UBND-VP ngày 04/9/2026",
        "Thời hạn: ",
        "Việc cần làm: ",
        "Căn cứ: ",
    )
    assert places(text, *order) == sorted(places(text, *order))
    assert "Căn cứ: Điều 10.2.a QĐ 02/2015/QĐ-UBND\n" in text


def test_text_and_html_say_the_same() -> None:
    told = digest(
        line(13, new=True, obligor="UBND xã Xuân Hòa"),
        today(14),
        joined=3,
        without_address=("UBND xã A",),
        page="https://theo-doi.yenthe.example/don-vi/NV.html",
    )
    letter = composed(told)
    html = " ".join(read_markup(html_of(letter)).text.split())
    text = " ".join(text_of(letter).split())
    for words in (
        "Kính gửi: Trưởng phòng Nội vụ",
        "Đề nghị Phòng Nội vụ tập trung hoàn thành 1 nhiệm vụ quá hạn, 1 đến hạn hôm nay nêu",
        "13/UBND-VP",
        "04/9/2026",
        "UBND xã Xuân Hòa",
        "Thực hiện nhiệm vụ: “Rà soát, lập danh sách 13 công trình vi phạm",
        "hết ngày 17/11/2026",
        "quá hạn 7 ngày làm việc",
        "Khẩn trương hoàn thành.",
        "Điều 10.2.a QĐ 02/2015/QĐ-UBND",
        "Thư này gồm cả 3 việc lẽ ra được gửi thành thư riêng",
        "Chưa gửi thư được đến 1 cơ quan, đơn vị vì danh bạ chưa có địa chỉ: UBND xã A.",
        "Danh sách đầy đủ: https://theo-doi.yenthe.example/don-vi/NV.html",
        "tự động gửi thay Văn phòng HĐND và UBND huyện Yên Thế, theo số liệu ngày 26/11/2026",
    ):
        assert words in text, words
        assert words in html, words


@pytest.mark.parametrize(
    ("roles", "demand"),
    [
        (["obligor"], "Đề nghị Phòng Nội vụ tập trung hoàn thành"),
        (["coordinating"], "Đề nghị Phòng Nội vụ phối hợp hoàn thành"),
        (["office", "office"], "Đề nghị Phòng Nội vụ theo dõi, đôn đốc thực hiện 2"),
        (["chairman", "province"], "Kính báo cáo Phòng Nội vụ xem xét, cho ý kiến chỉ đạo đối với"),
        (["office", "obligor"], "Đề nghị Phòng Nội vụ thực hiện, theo dõi, đôn đốc 2 nhiệm vụ"),
    ],
)
def test_each_is_asked_for_its_own_part(roles: list[str], demand: str) -> None:
    lines = [line(number, role=role) for number, role in enumerate(roles)]
    assert f"\n\n{demand}" in text_of(composed(digest(*lines)))


def test_a_row_says_from_whom_about_whom_and_what_is_missing() -> None:
    duty = "Xử lý thông tin phản hồi của Phòng Tư pháp về việc thực hiện nhiệm vụ của UBND xã A"
    told = line(1, duty=duty, content=None, document="", symbol=None)
    letter = composed(digest(told, single=True))
    assert f"1. {duty}" in text_of(letter).replace("\n   ", " ")
    assert duty in html_of(letter)
    assert duty[:60] in letter["Subject"]


def test_a_single_letter_begins_with_what_is_asked_and_says_it_once() -> None:
    told = digest(line(13, asked="Kính báo cáo Chủ tịch xem xét, cho ý kiến."), single=True)
    letter = composed(told)
    assert text_of(letter).split("\n\n")[1] == "Kính báo cáo Chủ tịch xem xét, cho ý kiến."
    assert html_of(letter).count("Kính báo cáo Chủ tịch xem xét, cho ý kiến.") == 1


def test_a_catch_up_letter_counts_by_rule() -> None:
    lines = [
        *(line(n, working_days=-n) for n in range(1, 4)),
        line(9, rule_title="Báo cáo tháng", working_days=-20),
        line(10, LineKind.WITHOUT_DEADLINE, rule_title="Xác định thời hạn", due=None, age=30),
    ]
    text = text_of(composed(digest(*lines, catch_up=True)))
    assert "- Thực hiện nhiệm vụ: 3; gấp nhất: quá hạn 3 ngày làm việc\n- Báo cáo tháng: 1;" in text
    assert "- Xác định thời hạn: 1; gấp nhất: chưa hoàn thành sau 30 ngày làm việc" in text.replace(
        "\n  ", " "
    )
    assert "Thư này tổng hợp một lần những nhiệm vụ đã đến kỳ nhắc" in text


def test_a_catch_up_letter_calls_nothing_late_that_is_not() -> None:
    letter = composed(digest(soon(1), soon(2), catch_up=True))
    assert "quá hạn" not in text_of(letter) + html_of(letter) + str(letter["Subject"])
    assert 'class="late' not in html_of(letter)
    assert 'class="late' in html_of(composed(digest(line(1), soon(2), catch_up=True)))


LONG_NAME = (
    "Ban Quản lý dự án đầu tư xây dựng công trình giao thông và nông nghiệp phát triển nông thôn"
    " huyện Yên Thế"
)
LONG_DOCUMENT = (
    "Kế hoạch số 1234/KH-UBND ngày 04/9/2026 của Ủy ban nhân dân huyện Yên Thế tỉnh Bắc Giang"
)


def test_no_length_of_a_name_keeps_the_day_out_of_a_subject() -> None:
    last = today(1, due=date(2026, 11, 28), target=date(2026, 11, 28), document=LONG_DOCUMENT)
    alone = subject(last, single=True, body_name=LONG_NAME)
    assert alone.endswith("… – 26/11/2026")
    assert "1234/KH-UBND ngày 04/9/2026" in alone
    assert "– Ban Quản lý dự án đầu tư xây dựng" in alone
    kinds = [
        *(line(n) for n in range(1_234)),
        *(today(n) for n in range(1_234)),
        *(soon(n) for n in range(1_234)),
        *(aged(n, 3) for n in range(1_234)),
    ]
    first = subject(*kinds, catch_up=True, body_name=LONG_NAME)
    assert first.endswith("… – 26/11/2026")
    assert max(len(alone), len(first)) <= LONGEST_SUBJECT


def test_a_short_name_leaves_its_room_in_a_subject_to_the_document() -> None:
    last = today(1, due=date(2026, 11, 28), target=date(2026, 11, 28), document=LONG_DOCUMENT[:79])
    assert LONG_DOCUMENT[:79] in subject(last, single=True)


def test_the_subject_of_what_has_no_clock_says_what_is_so() -> None:
    assert subject(aged(1, 5), single=True).startswith(
        "[Đôn đốc] Chưa hoàn thành sau 5 ngày làm việc: Công văn"
    )
    assert subject(aged(1, 0), single=True).startswith("[Đôn đốc] Chưa có thời hạn: Công văn")


# Days


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (line(1), "hết ngày 17/11/2026 – quá hạn 7 ngày làm việc"),
        # Due on Saturday, told on Sunday: no working day has passed.
        (line(1, due=date(2026, 11, 25), working_days=0), "hết ngày 25/11/2026 – quá hạn\n"),
        (today(1), "hết ngày 26/11/2026 – đến hạn hôm nay"),
        (
            today(1, due=date(2026, 11, 28), target=date(2026, 11, 28)),
            "hết ngày 28/11/2026 – hôm nay là ngày làm việc cuối cùng",
        ),
        # Told on a day off: the last working day has been.
        (
            soon(1, due=date(2026, 11, 28), target=date(2026, 11, 28), working_days=0),
            "hết ngày 28/11/2026 – không còn ngày làm việc nào trước khi hết hạn",
        ),
        (soon(1), "hết ngày 01/12/2026 – còn 3 ngày làm việc"),
        (
            soon(1, target=date(2026, 11, 30)),
            "hết ngày 01/12/2026 (phấn đấu xong ngày 30/11/2026) – còn 3 ngày làm việc",
        ),
        # The target has passed and is nothing to strive for any more.
        (soon(1, target=date(2026, 11, 25)), "hết ngày 01/12/2026 – còn 3 ngày làm việc"),
        (soon(1, due=None), "hết ngày 01/12/2026 – còn 3 ngày làm việc"),
        (aged(1, 15), "chưa có – chưa hoàn thành sau 15 ngày làm việc"),
        (line(1, LineKind.WITHOUT_DEADLINE, **NO_CLOCK), "chưa có\n"),
        (aged(1, 0), "chưa có\n"),
    ],
)
def test_days_are_counted_from_the_due_date_and_said_as_they_stand(
    told: DigestLine, words: str
) -> None:
    text = text_of(composed(digest(told)))
    assert f"Thời hạn: {words}".strip() in text.replace("\n   ", " ")


# How much


def test_a_letter_of_hundreds_says_how_many_more_there_are_and_stays_small() -> None:
    long = "Kiểm tra, rà soát " * 200
    lines = tuple(line(n, content=long, working_days=-n, asked=long) for n in range(900))
    letter = composed(digest(*lines))
    text = text_of(letter)
    assert f"\n{MOST_LINES}. " in text
    assert f"\n{MOST_LINES + 1}. " not in text
    assert "QUÁ HẠN (900)" in text
    assert f"Còn {900 - MOST_LINES} nhiệm vụ không liệt kê trong thư này." in text
    assert "người quản trị hệ thống đôn đốc của Văn phòng" in text
    assert len(html_of(letter).encode()) < 100_000
    assert len(bytes(letter)) < 250_000
    paged = text_of(composed(digest(*lines, page="https://x.example/NV.html")))
    assert "Danh sách đầy đủ: https://x.example/NV.html" in paged
    assert "người quản trị" not in paged


OFFICIAL = "Rà soát, đối chiếu thông tin, số liệu về việc thực hiện nhiệm vụ được giao của huyện "


@pytest.mark.parametrize("words", [OFFICIAL, "a&<b>'\" "])
@pytest.mark.parametrize("many", [60, 900])
def test_a_letter_stays_small_whatever_words_its_rows_have(words: str, many: int) -> None:
    def of(length: int) -> str:
        return (words * 50)[:length]

    lines = [
        line(
            number,
            content=of(190),
            document=f"{number} {of(200)}",
            obligor=of(115),
            asked=f"Đề nghị Phòng Nội vụ {of(150)}",
            duty=of(190),
            article=of(100),
            symbol=f"{number}{of(100)}",
        )
        for number in range(many)
    ]
    names = tuple(of(110) for _ in range(30))
    letter = composed(digest(*lines, without_address=names, joined=3))
    assert len(html_of(letter).encode()) < 100_000
    listed = [int(each) for each in re.findall(r"^(\d+)\. ", text_of(letter), re.MULTILINE)]
    assert listed == list(range(1, len(listed) + 1))
    assert 20 < len(listed) < MOST_LINES
    assert f"Còn {many - len(listed)} nhiệm vụ không liệt kê trong thư này." in text_of(letter)


def test_a_content_is_cut_between_words() -> None:
    text = text_of(composed(digest(line(1, content="rà soát " * 200)))).replace("\n   ", " ")
    (quoted,) = re.findall(r"“(.*?)”", text)
    assert quoted.endswith(("soát…", "rà…"))
    assert LONGEST_CONTENT - 8 < len(quoted) <= LONGEST_CONTENT


def test_those_without_an_address_are_named_up_to_thirty() -> None:
    names = tuple(f"UBND xã {number}" for number in range(45))
    text = text_of(composed(digest(without_address=names))).replace("\n", " ")
    assert "đến 45 cơ quan, đơn vị" in text
    assert "UBND xã 29 và 15 cơ quan, đơn vị khác." in text


# Whom it greets


@pytest.mark.parametrize(
    ("name", "head", "own", "greeted"),
    [
        ("Phòng Nội vụ", "Trưởng phòng", None, "Trưởng phòng Nội vụ"),
        (
            "Văn phòng HĐND và UBND huyện",
            "Chánh Văn phòng",
            None,
            "Chánh Văn phòng HĐND và UBND huyện",
        ),
        ("UBND xã Xuân Hòa", "Chủ tịch UBND xã", None, "Chủ tịch UBND xã Xuân Hòa"),
        ("Trạm Khuyến nông", "Giám đốc", None, "Giám đốc Trạm Khuyến nông"),
        (
            "Ủy ban nhân dân xã Tân Hiệp",
            "Chủ tịch",
            None,
            "Chủ tịch Ủy ban nhân dân xã Tân Hiệp",
        ),
        (
            "Ủy ban nhân dân xã Tân Hiệp",
            "Chủ tịch UBND",
            None,
            "Chủ tịch Ủy ban nhân dân xã Tân Hiệp",
        ),
        (
            "Ủy ban nhân dân xã Tân Hiệp",
            "Chủ tịch UBND xã",
            None,
            "Chủ tịch Ủy ban nhân dân xã Tân Hiệp",
        ),
        (
            "UBND xã Tân Hiệp",
            "Chủ tịch Uỷ ban nhân dân",
            None,
            "Chủ tịch Uỷ ban nhân dân xã Tân Hiệp",
        ),
        ("Trung tâm Y tế", "Giám đốc", None, "Giám đốc Trung tâm Y tế"),
        ("Phòng Nội vụ", None, None, "Phòng Nội vụ"),
        ("Phòng Nội vụ", "Trưởng phòng", "Bà Trưởng phòng Nội vụ", "Bà Trưởng phòng Nội vụ"),
    ],
)
def test_the_head_is_greeted_by_office_and_body(
    name: str, head: str | None, own: str | None, greeted: str
) -> None:
    assert salutation(Body("X", name, "department", head=head, salutation=own)) == greeted


# The Message-ID, and the bytes


def test_the_same_reminders_make_the_same_letter_to_the_byte() -> None:
    told = digest(line(1), line(2))
    again = replace(told, lines=told.lines[::-1])
    assert bytes(composed(told)) == bytes(composed(again))
    assert message_id(("a", "b"), "NV", "x.example") == message_id(
        ["b", "a", "b"], "NV", "x.example"
    )
    assert len({message_id(ids, body, "x") for ids in ("a", "ab") for body in ("NV", "TP")}) == 4


# The texts file


def shipped() -> dict[str, Any]:
    text = files("dondoc.mail").joinpath("texts", "vi.toml").read_text("utf-8")
    assert text == one_form(text)
    return tomllib.loads(text)


def test_the_words_that_ship_are_all_there() -> None:
    assert texts().templates.keys() == BRACES.keys()
    assert parse_texts(shipped(), "vi.toml") == texts()
    assert not any("vi phạm" in text for text in texts().templates.values())


@pytest.mark.parametrize(
    ("table", "key", "value", "problem"),
    [
        ("subject", "digest", None, "subject.digest: is missing"),
        ("subject", "other", "x", "subject.other: is not known here"),
        ("subject", "digest", " ", "subject.digest: must be a text that is not empty, not ' '"),
        ("days", "late", "{day}", "days.late: {day} is not filled in here; allowed: {days}"),
    ],
)
def test_words_that_cannot_be_used_are_refused_when_they_are_loaded(
    table: str, key: str, value: str | None, problem: str
) -> None:
    data = shipped()
    data[table].pop(key, None)
    if value is not None:
        data[table][key] = value
    with pytest.raises(FileError) as refused:
        parse_texts(data, "vi.toml")
    assert str(refused.value) == f"vi.toml: {problem}"


def test_the_page_shows_a_letter_as_it_is() -> None:
    letter = composed(example())
    page = [each.text.rstrip("…\n") for each in fences(ROOT / "docs" / "mail.md")]
    assert letter["Subject"] in page
    (text,) = (each for each in page if each.startswith("Kính gửi: "))
    assert text_of(letter).startswith(text)


def test_a_letter_says_when_and_from_whom_it_is() -> None:
    assert MORNING.date() == ON
    assert composed(digest(line(1)))["List-Id"] == f"<{MAILBOX.list_id}>"
