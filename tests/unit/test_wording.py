"""The words of a reminder and the message that carries them."""

import json
import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from dondoc.rules.body import Body
from dondoc.rules.directory import Directory
from dondoc.rules.obligations import Obligation
from dondoc.rules.places import FileError
from dondoc.rules.reading.regulation import parse_regulation
from dondoc.rules.reading.texts import parse_texts
from dondoc.rules.reminding.message import reminder_data, reminder_event, routing_key
from dondoc.rules.reminding.reminder import Reminder
from dondoc.rules.reminding.text import LONGEST_QUOTE, Quotes, basis_of, duty_of, render
from dondoc.rules.wording import Names, harmless
from hypothesis import given
from hypothesis import strategies as st
from support.reminding import DIRECTORY, calendar, obligation, shipped, texts

TARGET = date(2026, 3, 27)
CITED_AS = "Quy chế ban hành kèm theo Quyết định số 02/2015/QĐ-UBND"
CITED_SHORT = "QĐ 02/2015/QĐ-UBND"
NAMES = Names(
    CITED_AS,
    {"ubnd": "UBND huyện", "chairman": "Chủ tịch UBND huyện"},
    cited_short=CITED_SHORT,
)
RULES = parse_regulation(shipped("regulations/02-2015-qd-ubnd.toml"), "shipped").rules
QUOTES = Quotes("15/CT-UBND", "Về phòng, chống cháy rừng", "Báo cáo kết quả rà soát")
TASK = (
    "việc thực hiện nhiệm vụ “Báo cáo kết quả rà soát” giao tại văn bản số 15/CT-UBND"
    " (trích yếu: “Về phòng, chống cháy rừng”)"
)


def reminder_of(owed: Obligation, on: date, role: str = "obligor", body: str = "NV") -> Reminder:
    """A reminder of *owed* on *on*; the step is none that exists, for no word depends on it."""
    offset = calendar().working_days_between(owed.target or owed.opened_on, on)
    passed = owed.due is not None and on > owed.due
    late = calendar().working_days_between(owed.due or on, on) if passed else 0
    off = owed.target is not None and not calendar().is_working(owed.target)
    on_off = not calendar().is_working(on)
    return Reminder(owed.id, "step", owed.target, offset, role, body, offset, on, late, off, on_off)


def names_of(owed: Obligation) -> Names:
    """The names by which *owed* is told of under the regulation that ships."""
    return replace(NAMES, rule=next((each for each in RULES if each.id == owed.rule), None))


def words(
    on: date,
    role: str = "obligor",
    body: str = "NV",
    quotes: Quotes = QUOTES,
    directory: Directory = DIRECTORY,
    **fields: Any,
) -> str:
    owed = obligation(**fields)
    return render(
        reminder_of(owed, on, role, body), owed, quotes, directory, texts(), names_of(owed)
    )


# How it stands, told to the body that owes.


@pytest.mark.parametrize(
    ("on", "fields", "standing"),
    [
        # Tue 24, Wed 25, Thu 26 → 27/3: three working days.
        (date(2026, 3, 24), {}, "có thời hạn đến hết ngày 27/3/2026, còn 3 ngày làm việc."),
        (date(2026, 3, 27), {}, "đến hạn hôm nay, ngày 27/3/2026."),
        (
            date(2026, 3, 6),
            {"target": date(2026, 3, 8)},  # a Sunday
            (
                "có thời hạn đến hết ngày 08/3/2026 (ngày nghỉ); hôm nay, ngày 06/3/2026, là"
                " ngày làm việc cuối cùng trước khi hết hạn."
            ),
        ),
        (
            date(2026, 3, 7),  # the Saturday before it
            {"target": date(2026, 3, 8)},
            (
                "có thời hạn đến hết ngày 08/3/2026 (ngày nghỉ); từ hôm nay, ngày 07/3/2026, đến"
                " khi hết hạn không còn ngày làm việc nào."
            ),
        ),
        (
            date(2026, 3, 30),
            {"due": date(2026, 3, 30)},
            "đã qua mốc phấn đấu ngày 27/3/2026; thời hạn cuối cùng là hết ngày 30/3/2026.",
        ),
        (
            date(2026, 3, 31),
            {"due": date(2026, 3, 30)},
            "đã quá hạn 1 ngày làm việc (thời hạn cuối cùng: hết ngày 30/3/2026).",
        ),
        (
            date(2026, 3, 31),
            {},
            "đã quá hạn 2 ngày làm việc (thời hạn: hết ngày 27/3/2026).",
        ),
        # Saturday: no working day has passed since Friday.
        (date(2026, 3, 28), {}, "đã quá hạn (thời hạn: hết ngày 27/3/2026)."),
        (
            date(2026, 3, 28),
            {"target": date(2026, 3, 26), "due": date(2026, 3, 27)},
            "đã quá hạn (thời hạn cuối cùng: hết ngày 27/3/2026).",
        ),
        (
            date(2026, 3, 24),
            {"due": date(2026, 3, 30)},
            (
                "đề nghị hoàn thành trong ngày 27/3/2026, còn 3 ngày làm việc; thời hạn cuối"
                " cùng: hết ngày 30/3/2026."
            ),
        ),
        (
            date(2026, 3, 27),
            {"due": date(2026, 3, 30)},
            (
                "đề nghị hoàn thành trong hôm nay, ngày 27/3/2026; thời hạn cuối cùng: hết ngày"
                " 30/3/2026."
            ),
        ),
        (
            date(2026, 3, 5),
            {"target": date(2026, 3, 8), "due": date(2026, 3, 9)},
            (
                "đề nghị hoàn thành trong ngày 08/3/2026 (ngày nghỉ), còn 1 ngày làm việc; thời "
                "hạn cuối cùng: hết ngày 09/3/2026."
            ),
        ),
        (
            date(2026, 3, 9),
            {"target": date(2026, 3, 8), "due": date(2026, 3, 9)},
            (
                "đã qua mốc phấn đấu ngày 08/3/2026 (ngày nghỉ); thời hạn cuối cùng là hết ngày"
                " 09/3/2026."
            ),
        ),
        (
            date(2026, 3, 6),
            {"target": date(2026, 3, 8), "due": date(2026, 3, 9)},
            (
                "đề nghị hoàn thành trong ngày 08/3/2026 (ngày nghỉ); hôm nay, ngày 06/3/2026,"
                " là ngày làm việc cuối cùng trước ngày đó; thời hạn cuối cùng: hết ngày"
                " 09/3/2026."
            ),
        ),
        (
            date(2026, 3, 9),
            {"target": None},
            "chưa hoàn thành sau 5 ngày làm việc kể từ ngày 02/3/2026.",
        ),
    ],
)
def test_the_words_say_how_the_obligation_stands_on_the_day(
    on: date, fields: dict[str, Any], standing: str
) -> None:
    text = words(on, **fields)
    assert text.startswith("Kính gửi: Phòng Nội vụ. Đề nghị Phòng Nội vụ ")
    assert text.endswith(f". Cụ thể: {TASK} {standing} Căn cứ: Điều 10.2.a {CITED_SHORT}.")


@pytest.mark.parametrize("cite", ["Điều 17", "Điều 5.1.đ", "Điều 10.1.b, 19.2, 20.2"])
def test_the_legal_basis_stands_last_and_short(cite: str) -> None:
    assert words(TARGET, cite=cite).endswith(f" Căn cứ: {cite} {CITED_SHORT}.")
    owed = obligation(cite=cite)
    reminder = reminder_of(owed, TARGET)
    assert basis_of(reminder, owed, DIRECTORY, texts(), NAMES) == f"{cite} {CITED_SHORT}"


@pytest.mark.parametrize(
    ("cite", "places"),
    [
        ("Điều 17", "Điều 17"),
        ("Điều 4.2", "khoản 2 Điều 4"),
        ("Điều 5.1.đ", "điểm đ khoản 1 Điều 5"),
        ("Điều 7.1, 7.2.b", "khoản 1, điểm b khoản 2 Điều 7"),
        (
            "Điều 10.1.b, 19.2, 20.2",
            "điểm b khoản 1 Điều 10, khoản 2 Điều 19, khoản 2 Điều 20",
        ),
        ("Điều 7.1, 7.2.b, 19.2", "khoản 1, điểm b khoản 2 Điều 7; khoản 2 Điều 19"),
    ],
)
def test_a_citation_is_written_in_full_as_an_official_writes_it(cite: str, places: str) -> None:
    assert texts().citation(cite, CITED_AS) == f"{places} {CITED_AS}"
    assert texts().citation(cite, "77/2026/QĐ-UBND") == f"{places} của 77/2026/QĐ-UBND"


def test_an_article_is_of_a_regulation_that_is_called_by_its_number_alone() -> None:
    assert texts().brief_citation("Điều 3", "77/2026/QĐ-UBND") == "Điều 3 của 77/2026/QĐ-UBND"
    assert texts().brief_citation("Điều 3", "QĐ 77/2026/QĐ-UBND") == "Điều 3 QĐ 77/2026/QĐ-UBND"
    assert texts().brief_citation("Quy chế", "77/2026/QĐ-UBND") == "Quy chế"


@pytest.mark.parametrize("cite", ["Nghị định 138/2016/NĐ-CP", "Điều 5 và Điều 6", "Điều 5,6"])
def test_what_is_no_list_of_articles_is_cited_as_it_stands(cite: str) -> None:
    assert words(TARGET, cite=cite).endswith(f" Căn cứ: {cite}.")


# What is asked of whom.


@pytest.mark.parametrize(
    ("role", "body", "request_"),
    [
        ("coordinating", "TP", "Đề nghị Phòng Tư pháp phối hợp với Phòng Nội vụ khẩn trương"),
        ("office", "VP", "Đề nghị Văn phòng HĐND và UBND huyện theo dõi, đôn đốc Phòng Nội vụ"),
        ("chairman", "chairman", "Kính báo cáo Chủ tịch Ủy ban nhân dân xem xét, cho ý kiến"),
        ("director", "GIAM-DOC", "Kính báo cáo GIAM-DOC xem xét, cho ý kiến chỉ đạo."),
    ],
)
def test_others_are_told_whose_it_is_and_asked_what_is_theirs_to_do(
    role: str, body: str, request_: str
) -> None:
    text = words(date(2026, 3, 30), role, body)
    assert f"{TASK}, do Phòng Nội vụ chịu trách nhiệm, đã quá hạn 1 ngày làm việc" in text
    assert request_ in text


def test_no_reminder_calls_anything_a_breach() -> None:
    """Silence in a review is none, and what is one is for reports to say."""
    said = texts().templates
    assert [key for key in said if key.startswith("reminder") and "vi phạm" in said[key]] == []


def test_the_office_is_asked_to_do_its_own_work_in_whatever_role_it_is_addressed() -> None:
    owed = obligation(rule="return_handling", body="VP", target=None)
    reminder = reminder_of(owed, date(2026, 3, 9), "office", "VP")
    text = render(reminder, owed, QUOTES, DIRECTORY, texts(), names_of(owed))
    assert "chịu trách nhiệm" not in text
    assert "Đề nghị Văn phòng HĐND và UBND huyện sớm hoàn thành." in text


def test_the_successor_of_an_abolished_body_is_asked_as_the_obligor() -> None:
    directory = Directory(
        {
            "NV": Body(
                *("NV", "Phòng Nội vụ", "department"), valid_to=date(2026, 3, 26), successor="XA"
            ),
            "XA": Body("XA", "UBND xã Tam Tiến", "commune"),
        }
    )
    text = words(date(2026, 3, 27), "obligor", "XA", directory=directory)
    assert text.startswith(
        "Kính gửi: UBND xã Tam Tiến. Đề nghị UBND xã Tam Tiến hoàn thành đúng thời hạn."
    )
    assert "Phòng Nội vụ" not in text


def test_each_successor_of_a_body_that_was_split_is_asked_and_told_of_the_others() -> None:
    split = Body(
        "NV", "Phòng Nội vụ", "department", valid_to=date(2026, 3, 26), successor=("XA", "XB")
    )
    directory = Directory(
        {
            "NV": split,
            "XA": Body("XA", "UBND xã A", "commune"),
            "XB": Body("XB", "UBND xã B", "other"),
        }
    )
    text = words(date(2026, 3, 27), "obligor", "XB", directory=directory)
    assert text.startswith("Kính gửi: UBND xã B. Đề nghị UBND xã B hoàn thành đúng thời hạn.")
    assert ", do UBND xã A, UBND xã B chịu trách nhiệm, đến hạn" in text
    assert "Đề nghị UBND xã B " in text
    assert "Phòng Nội vụ" not in text


# What it is about.


@pytest.mark.parametrize(
    ("quotes", "fields", "matter"),
    [
        (
            Quotes(None, None, "Lập dự toán"),
            {"rule": "review"},
            "việc rà soát, đối chiếu thông tin về nhiệm vụ “Lập dự toán” đến hạn",
        ),
        (
            Quotes("02/KH-UBND", None, None),
            {"rule": "classification"},
            (
                "việc phân loại, cập nhật và chuyển theo dõi nhiệm vụ giao tại văn bản số"
                " 02/KH-UBND đến hạn"
            ),
        ),
        (
            Quotes(),
            {"rule": "feedback_response", "stream": "feedback:PA-7", "subject": "PA-7"},
            "việc xử lý thông tin phản hồi (mã số: PA-7) đến hạn",
        ),
        (Quotes(), {"rule": "of_another_office"}, "việc thực hiện quy định (mã số: 15) đến hạn"),
        # A document may be called like a year.
        (Quotes(), {"subject": "2026"}, "việc thực hiện nhiệm vụ (mã số: 2026) đến hạn"),
    ],
)
def test_the_matter_is_named_by_whatever_is_known_of_it(
    quotes: Quotes, fields: dict[str, Any], matter: str
) -> None:
    assert matter in words(TARGET, quotes=quotes, **fields)


@pytest.mark.parametrize(
    ("period", "name"),
    [
        ("2026-02", "tháng 2/2026"),
        ("2026-12", "tháng 12/2026"),
        ("2026-Q3", "quý 3/2026"),
        ("2026-W07", "tuần 7/2026"),
        ("2026-H1", "kỳ 6 tháng đầu năm 2026"),
        ("2026", "năm 2026"),
    ],
)
def test_a_period_is_named_as_officials_name_it(period: str, name: str) -> None:
    assert f"kết quả thực hiện nhiệm vụ {name} đến hạn" in words(
        TARGET, quotes=Quotes(), rule="body_report", stream="reports:NV", subject=period
    )
    assert f"cập nhật tình hình thực hiện nhiệm vụ trong {name} đến hạn" in words(
        TARGET, quotes=Quotes(), rule="status_update", trace={"period": {"name": period}}
    )


def test_a_report_that_is_called_by_its_period_says_the_word_once() -> None:
    owed = obligation(rule="body_report", stream="reports:NV", subject="2026-W27")
    rule = next(each for each in RULES if each.id == "body_report")
    own = replace(rule, texts=(), title="Báo cáo tuần")
    said = duty_of(owed, TARGET, DIRECTORY, texts(), replace(names_of(owed), rule=own))
    assert said == "Báo cáo tuần 27/2026"


@pytest.mark.parametrize(
    ("document", "name"),
    [
        (
            {"kind": "CĐ", "issued_on": "2026-09-04", "by": "chairman"},
            "Công điện số 13/CĐ-UBND ngày 04/9/2026 của Chủ tịch UBND huyện",
        ),
        (
            {"kind": "QĐ", "issued_on": "2026-02-16", "by": "province"},
            "Quyết định số 13/CĐ-UBND ngày 16/02/2026",
        ),
        ({"issued_on": "2026-11-30"}, "văn bản số 13/CĐ-UBND ngày 30/11/2026"),
        ({}, "văn bản số 13/CĐ-UBND"),
    ],
)
def test_a_document_is_named_by_symbol_date_and_issuer_since_numbers_begin_again_each_year(
    document: dict[str, str], name: str
) -> None:
    named = words(TARGET, quotes=Quotes("13/CĐ-UBND"), trace={"document": document})
    assert f"việc thực hiện nhiệm vụ giao tại {name} đến hạn" in named


def test_feedback_and_inspections_are_named_by_the_bodies_and_by_what_is_still_missing() -> None:
    feedback = {"parties": {"from_body": "TP", "about_body": "NV"}}
    assert (
        "việc xử lý thông tin phản hồi của Phòng Tư pháp về việc thực hiện nhiệm vụ của Phòng Nội"
        " vụ đến hạn"
    ) in words(TARGET, quotes=Quotes(), rule="feedback_response", trace=feedback)
    inspection = {
        "parties": {"bodies": ["TP", "NV"]},
        "needed": {"reported_to_chairman": [True], "notified_bodies": ["NV"]},
    }
    assert (
        "việc báo cáo, thông báo kết quả kiểm tra đối với Phòng Tư pháp, Phòng Nội vụ (chưa báo cáo"
        " Chủ tịch; chưa thông báo kết quả kiểm tra đến Phòng Nội vụ) đến hạn"
    ) in words(TARGET, quotes=Quotes(), rule="inspection_report", trace=inspection)


@pytest.mark.parametrize(
    ("fields", "duty"),
    [
        ({}, "Thực hiện nhiệm vụ"),
        (
            {
                "rule": "feedback_response",
                "trace": {"parties": {"from_body": "TP", "about_body": "NV"}},
            },
            (
                "Xử lý thông tin phản hồi của Phòng Tư pháp về việc thực hiện nhiệm vụ của Phòng"
                " Nội vụ"
            ),
        ),
        (
            {"rule": "information", "trace": {"missing": ["d:unit"]}},
            "Cập nhật đầy đủ thông tin về nhiệm vụ (còn thiếu: bộ phận theo dõi)",
        ),
        (
            {"rule": "information", "trace": {"unclassified": True}},
            (
                "Cập nhật đầy đủ thông tin về nhiệm vụ (văn bản chưa phân loại xong nên chưa xác"
                " định được thông tin còn thiếu)"
            ),
        ),
    ],
)
def test_the_head_of_a_row_says_from_whom_about_whom_and_what_is_missing(
    fields: dict[str, Any], duty: str
) -> None:
    owed = obligation(**fields)
    assert duty_of(owed, TARGET, DIRECTORY, texts(), names_of(owed)) == duty


def test_missing_information_is_listed() -> None:
    missing = {"missing": ["a:symbol", "d:unit", "d:officer", "d:unit"]}
    assert (
        "việc cập nhật đầy đủ thông tin về nhiệm vụ (còn thiếu: số, ký hiệu, bộ phận theo dõi,"
        " chuyên viên theo dõi) đến hạn hôm nay"
    ) in words(TARGET, quotes=Quotes(), rule="information", trace=missing)


def test_a_requested_report_is_named_by_what_was_asked_and_by_the_request() -> None:
    asked = {"opened_by": {"type": "report.requested"}}
    about: dict[str, Any] = {"rule": "requested_report", "subject": "YC-7", "trace": asked}
    assert "việc gửi báo cáo theo yêu cầu “Tiến độ giải ngân” (mã yêu cầu: YC-7) đến hạn" in words(
        TARGET, quotes=Quotes(content="Tiến độ giải ngân"), **about
    )
    assert "“báo cáo tình hình, kết quả thực hiện” (mã yêu cầu: YC-7)" in words(
        TARGET, quotes=Quotes(content="body_progress"), **about
    )
    assert "việc gửi báo cáo theo yêu cầu (mã yêu cầu: YC-7) đến hạn" in words(
        TARGET, quotes=Quotes(), **about
    )


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_rule_of_the_regulation_has_words_of_its_own(language: str) -> None:
    assert [rule.id for rule in RULES if rule.text(language, "duty") is None] == []


# Text that others wrote.

HOSTILE = "Dòng 1\r\nDòng 2\x00\x1b[31m\u202eđảo\u2066\ufeff\u2028hết\ud800\x85 {target} %s"


def test_hostile_text_is_shown_on_one_line_without_what_does_not_print() -> None:
    assert harmless(HOSTILE) == "Dòng 1 Dòng 2 [31m đảo hết {target} %s"


@given(st.text(st.characters(exclude_categories=()), max_size=60))
def test_whatever_is_quoted_the_text_prints_and_stays_one_line_of_nfc(quote: str) -> None:
    text = words(TARGET, quotes=Quotes(quote, quote, quote), subject=quote, cite=quote)
    assert text.isprintable()
    assert text == unicodedata.normalize("NFC", text)
    assert text.encode("utf-8")


def test_decomposed_letters_are_composed() -> None:
    spelled = unicodedata.normalize("NFD", "Đề nghị Ủy ban nhân dân xã")
    assert spelled != "Đề nghị Ủy ban nhân dân xã"
    assert harmless(spelled) == "Đề nghị Ủy ban nhân dân xã"


def test_a_long_text_is_cut_in_the_words_and_whole_in_the_data() -> None:
    long = "a" * 1000
    owed = obligation()
    reminder = reminder_of(owed, TARGET)
    data = reminder_data(reminder, owed, Quotes(content=long), DIRECTORY, texts(), NAMES)
    assert f"“{'a' * (LONGEST_QUOTE - 1)}…”" in data["text"]
    assert data["content"] == long
    longest = words(TARGET, quotes=Quotes(content="a" * LONGEST_QUOTE))
    assert f"“{'a' * LONGEST_QUOTE}”" in longest


# The texts file.


def test_the_shipped_texts_are_in_nfc() -> None:
    for template in texts().templates.values():
        assert template == unicodedata.normalize("NFC", template)


def changed(path: str, value: object) -> dict[str, Any]:
    """The shipped texts with the text at *path* replaced, or removed where *value* is None."""
    data = shipped("texts/vi.toml")
    *tables, key = path.split(".")
    table = data
    for name in tables:
        table = table.setdefault(name, {})
    if value is None:
        del table[key]
    else:
        table[key] = value
    return data


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        ("reminder.text", None, "is missing"),
        ("reminder.standing.late", None, "is missing"),
        ("rule.other", None, "is missing"),
        ("reminder.standing.later", "x", "is not known here"),
        ("remainder", "x", "is not known here"),
        ("rule.execution", "x", "is not known here"),
        ("reminder.asked.execution.after", "x", "is not known here"),
        ("rule.other", " ", "must be a text that is not empty, not ' '"),
        ("period.year", 2026, "must be a text that is not empty, not 2026"),
        (
            "period.year",
            "năm {yaer}",
            "{yaer} is not filled in here; allowed: {year}",
        ),
        ("period.year", "năm {year!r}", "{year} is not filled in here; allowed: {year}"),
        ("period.year", "năm {year:>9}", "{year} is not filled in here; allowed: {year}"),
        (
            "period.year",
            "{year.__class__}",
            "{year.__class__} is not filled in here; allowed: {year}",
        ),
        ("period.year", "năm {}", "{} is not filled in here; allowed: {year}"),
        ("rule.other", "làm {gì}", "{gì} is not filled in here; allowed: none"),
        ("period.year", "năm {year", "expected '}' before end of string"),
    ],
)
def test_texts_that_could_not_be_filled_in_are_refused_when_they_are_loaded(
    path: str, value: object, problem: str
) -> None:
    with pytest.raises(FileError) as refusal:
        parse_texts(changed(path, value), "vi.toml")
    assert str(refusal.value) == f"vi.toml: {path}: {problem}"


# The message.


def test_the_message_is_the_event_of_the_contract() -> None:
    owed = obligation(due=date(2026, 3, 30), trace={"target": "x"})
    reminder = replace(reminder_of(owed, date(2026, 3, 24)), step="due_soon")
    event = reminder_event(
        *(reminder, owed, QUOTES, DIRECTORY, texts(), names_of(owed)),
        datetime(2026, 3, 24, 1, 0, 0, 5, tzinfo=UTC),
    )
    text = event["data"].pop("text")
    assert json.loads(json.dumps(event)) == {
        "specversion": "1.0",
        "id": reminder.id,
        "source": "dondoc",
        "type": "dondoc.reminder.due_soon",
        "time": "2026-03-24T08:00:00.000005+07:00",
        "subject": "15",
        "secrecy": "normal",
        "datacontenttype": "application/json",
        "data": {
            "obligation": "a1b2",
            "rule": "execution",
            "cite": "Điều 10.2.a",
            "body": "NV",
            "role": "obligor",
            "symbol": "15/CT-UBND",
            "abstract": "Về phòng, chống cháy rừng",
            "task_id": "15-1",
            "content": "Báo cáo kết quả rà soát",
            "target": "2026-03-27",
            "due": "2026-03-30",
            "target_at": None,
            "due_at": None,
            "working_days_left": 3,
            "trace": {"target": "x"},
        },
    }
    assert text == render(reminder, owed, QUOTES, DIRECTORY, texts(), names_of(owed))


@pytest.mark.parametrize(
    ("on", "fields", "left"),
    [
        (date(2026, 3, 27), {}, 0),
        (date(2026, 4, 1), {}, -3),
        (date(2026, 3, 9), {"target": None}, None),
    ],
)
def test_the_days_left_are_negative_after_the_target_and_absent_without_one(
    on: date, fields: dict[str, Any], left: int | None
) -> None:
    owed = obligation(**fields)
    data = reminder_data(reminder_of(owed, on), owed, QUOTES, DIRECTORY, texts(), NAMES)
    assert data["working_days_left"] == left


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("NV", "NV"),
        ("P_NV-1", "P_NV-1"),
        ("P.NV", "P%2ENV"),
        ("P NV", "P%20NV"),
        ("*", "%2A"),
        ("#", "%23"),
        ("UBND xã", "UBND%20x%C3%A3"),
        ("\ud800", "%3F"),
    ],
)
def test_a_routing_key_has_four_words_whatever_the_code_of_the_body(body: str, word: str) -> None:
    reminder = replace(reminder_of(obligation(), TARGET, body=body), step="due_today")
    assert routing_key(reminder, "execution") == f"reminder.{word}.execution.due_today"


def test_long_codes_keep_the_key_within_its_limit_and_apart() -> None:
    keys = set()
    for ending in "ab":
        reminder = reminder_of(obligation(), TARGET, body="Đ" * 300 + ending)
        key = routing_key(replace(reminder, step="escalated"), "r" * 300)
        assert len(key.encode()) <= 255
        assert key.count(".") == 3
        keys.add(key)
    assert len(keys) == 2
