"""Documents in edXML: which event, about which document, with what in it."""

from __future__ import annotations

from typing import Any

import pytest
from dondoc.connector.contract.data.validation import validate
from dondoc.connector.contract.verdicts import Secret
from dondoc.connector.dialects.saying import EventsSaid, SaidEvent, Saying
from support.edxml import ARRIVAL, admitted, changed, put, read, sample, word_of

NEW, RECEIVED, UPDATE, RECALL, REPLACE = (
    "01-new-qcvn-issued",
    "02-new-soap-received",
    "05-update",
    "06-recall",
    "07-replace-received",
)
OWN, PROVINCE, OTHER = "000.00.41.Z99", "000.00.00.Z99", "000.00.77.Z99"
SUBJECT = f"{OWN},2026,15/CT-UBND"


def events(saying: Saying) -> tuple[SaidEvent, ...]:
    """The events of *saying*, each of them as the contract wants it."""
    assert isinstance(saying, EventsSaid), saying
    for event in saying.events:
        assert validate(admitted(event)) is None
    return saying.events


def only(saying: Saying) -> SaidEvent:
    """The one event of *saying*."""
    (event,) = events(saying)
    return event


def without(name: str, *elements: str) -> str:
    """The sample of that *name* with these elements empty."""
    return changed(name, **dict.fromkeys(elements, ""))


@pytest.mark.parametrize(
    ("number", "notation", "symbol"),
    [
        ("15", "CT-UBND", "15/CT-UBND"),
        ("15/CT-UBND", "", "15/CT-UBND"),
        ("15/CT-UBND", "N/A", "15/CT-UBND"),
        ("15/CT-UBND", "CT-UBND", "15/CT-UBND"),
        ("15", "15/CT-UBND", "15/CT-UBND"),
        ("15", "015/CT-UBND", "015/CT-UBND"),
        ("", "15/CT-UBND", "15/CT-UBND"),
        ("null", "15/CT-UBND", "15/CT-UBND"),
        ("15", "151/CT-UBND", None),
        ("15/CT", "UBND", None),
        ("15", "", None),
        ("", "CT-UBND", None),
        ("15", "/CT-UBND", None),
        ("/CT-UBND", "", None),
        ("15/", "", None),
    ],
)
def test_a_symbol_is_read_from_whichever_part_holds_it(
    number: str, notation: str, symbol: str | None
) -> None:
    message = changed(NEW, CodeNumber=number, CodeNotation=notation)
    if symbol is None:
        assert word_of(read(message)) == "required Code"
        return
    data = only(read(message)).data
    assert (data["symbol"], data["number"]) == (symbol, symbol.partition("/")[0])


@pytest.mark.parametrize(
    ("document_id", "subject"),
    [
        (f"{OWN},2026/03/02,15/CT-UBND", SUBJECT),
        (f"{OWN},2026,15/CT-UBND", SUBJECT),
        (f"{OWN}-2026-15/CT-UBND", SUBJECT),
        (f"{OWN},02/03/2026,15/CT-UBND", SUBJECT),
        (f"{OWN},2014/02/30,15/CT-UBND", f"{OWN},2014,15/CT-UBND"),
        (f"{OWN},0022/07/12,15/CT-UBND", f"{OWN},0022,15/CT-UBND"),
        (f"{OWN.lower()}, 2026/03/02 , 0015/ct-ubnd", SUBJECT),
        (f"{OTHER},2026/03/02,15/CT-UBND", f"{OTHER},2026,15/CT-UBND"),
        ("7b0d7c1e-52b5-4a38-9d0f-000000000041", SUBJECT),
        ("7B0D7C1E-5215-4A38-9D0F-000000000041", SUBJECT),
        ("20417", SUBJECT),
        ("", SUBJECT),
        (f"{OWN},2026/03/02,15", SUBJECT),
        (f"{OWN},26/03/02,15/CT-UBND", SUBJECT),
        (",2026/03/02,15/CT-UBND", SUBJECT),
        ("null,2026/03/02,15/CT-UBND", SUBJECT),
    ],
)
def test_a_document_is_known_by_organ_year_and_symbol(document_id: str, subject: str) -> None:
    assert only(read(changed(NEW, DocumentId=document_id))).subject == subject


@pytest.mark.parametrize("document_id", [f"{OWN},2026/03/02,16/CT-UBND", f"{OWN}-2026-15/QĐ-UBND"])
def test_two_names_of_two_documents_are_refused(document_id: str) -> None:
    assert word_of(read(changed(NEW, DocumentId=document_id))) == "identity DocumentId"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"CodeNumber": "", "CodeNotation": ""}, "required Code"),
        ({"PromulgationDate": ""}, "required PromulgationDate"),
        ({"PromulgationDate": "2026/02/30"}, "date PromulgationDate"),
        ({"PromulgationDate": "3/2/2026 12:00:00 AM"}, "date PromulgationDate"),
        ({"Subject": "", "Content": ""}, "required Subject"),
        ({"TypeName": "", "CodeNotation": "UBND-HT", "DocumentId": "1"}, "required DocumentType"),
        ({"BussinessDocType": "4"}, "business BussinessDocType"),
        ({"BussinessDocType": "44"}, "business BussinessDocType"),
        ({"BussinessDocType": "x"}, "business BussinessDocType"),
        ({"BussinessDocType": ""}, "business BussinessDocType"),
    ],
)
def test_what_a_new_document_must_have_is_named(changes: dict[str, str], expected: str) -> None:
    assert word_of(read(changed(NEW, **changes))) == expected


@pytest.mark.parametrize("organ", ["", "null", "N/A", " "])
def test_a_message_without_a_sender_is_refused(organ: str) -> None:
    message = sample(NEW).replace(
        f"<edXML:From><edXML:OrganId>{OWN}".encode(), f"<edXML:From><edXML:OrganId>{organ}".encode()
    )
    assert word_of(read(message)) == "required From/OrganId"


@pytest.mark.parametrize(
    ("element", "expected"),
    [
        ("<edXML:DocumentId>1</edXML:DocumentId>", "repeated DocumentId"),
        ("<edXML:Subject>x</edXML:Subject>", "repeated Subject"),
        ("<edXML:Code/>", "repeated Code"),
        ("<edXML:From/>", "repeated From"),
        ("<edXML:type><description>x</description></edXML:type>", "repeated DocumentType"),
        ("<TraceHeaderList/>", "repeated TraceHeaderList"),
        ("<edXML:DueDate>2026/03/05</edXML:DueDate>", "events"),
        ("<edXML:Unknown/><edXML:Unknown/>", "events"),
        (f"<To><OrganId>{OWN}</OrganId></To>", "events"),
    ],
)
def test_an_element_twice_where_one_is_meant_is_refused(element: str, expected: str) -> None:
    assert word_of(read(put(NEW, "<edXML:SteeringType>", element))) == expected


def test_elements_twice_within_others_are_refused_by_their_place() -> None:
    twice = put(NEW, "<edXML:OrganizationInCharge>", "<edXML:OrganId>x</edXML:OrganId>")
    assert word_of(read(twice)) == "repeated From/OrganId"
    twice = put(UPDATE, "<edXML:BussinessDocType>", "<edXML:DocumentId>x</edXML:DocumentId>")
    assert word_of(read(twice)) == "repeated Bussiness/DocumentId"
    twice = put(UPDATE, "</edXML:TraceHeaderList>", "<Business><Paper/></Business>")
    assert word_of(read(twice)) == "repeated Bussiness"
    twice = put(NEW, "</edXML:edXMLHeader>", "<MessageHeader/>")
    assert word_of(read(twice)) == "repeated MessageHeader"


def test_text_with_elements_inside_is_no_text() -> None:
    within = changed(NEW, CodeNumber="1<b/>5").encode()
    assert word_of(read(within)) == "required CodeNumber"


@pytest.mark.parametrize(
    ("name", "notation", "expected"),
    [
        ("Quyết định", "CT-UBND", "QD"),
        ("QUYET DINH", "CT-UBND", "QD"),
        ("tờ  trình", "CT-UBND", "TTr"),
        ("Thông tư liên tịch", "CT-UBND", "Thông tư liên tịch"),
        ("null", "QĐ-UBND", "QD"),
        ("", "TTR-UBND", "TTr"),
        ("", "BC-UBND", "BC"),
    ],
)
def test_a_type_is_read_from_its_name_or_else_from_the_symbol(
    name: str, notation: str, expected: str
) -> None:
    message = changed(NEW, TypeName=name, CodeNotation=notation, DocumentId="1")
    assert only(read(message)).data["doc_type"] == expected


@pytest.mark.parametrize(
    ("priority", "urgency"),
    [
        *(("0", "normal"), ("1", "khan"), ("2", "thuongkhan"), ("3", "hoatoc"), ("4", "hoatoc")),
        *(("5", "normal"), ("6", None), ("", None), ("Hỏa tốc", "hoatoc"), ("KHẨN", "khan")),
        *(("Thượng khẩn", "thuongkhan"), ("Thường", "normal"), ("gap", None)),
    ],
)
def test_urgency_is_read_from_numbers_and_words(priority: str, urgency: str | None) -> None:
    assert only(read(changed(NEW, Priority=priority))).data.get("urgency") == urgency


@pytest.mark.parametrize(
    ("competence", "position", "authority"),
    [
        ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "ubnd"),
        ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "chairman"),
        ("KT.CHỦ TỊCH", "", "chairman"),
        ("CHỦ TỊCH", "", "chairman"),
        ("", "Chủ tịch", "chairman"),
        ("N/A", "Chủ tịch", "chairman"),
        ("", "Phó Chủ tịch", "ubnd"),
        ("TL. CHỦ TỊCH", "Chánh Văn phòng", "ubnd"),
        ("Quyền 1", "Chủ tịch", "ubnd"),
        ("", "", "ubnd"),
    ],
)
def test_whose_authority_a_document_has_follows_from_who_signed(
    competence: str, position: str, authority: str
) -> None:
    message = changed(NEW, Competence=competence, Position=position)
    assert only(read(message)).data["authority"] == authority
    by_office = read(message, own={OWN: "office"})
    assert only(by_office).data["authority"] == "office"


def test_a_due_date_is_never_a_deadline_and_an_answer_is_nothing() -> None:
    answer = f"<ResponseFor><OrganId>{PROVINCE}</OrganId><Code>70/UBND</Code></ResponseFor>"
    message = put(NEW, "<edXML:SteeringType>", answer)
    assert read(message.replace("DueDate>2026/03/02", "DueDate>2026/04/30")) == read(sample(NEW))
    nameless = put(NEW, "<edXML:SteeringType>", answer.replace("<Code>70/UBND</Code>", ""))
    assert word_of(read(nameless)) == "identity ResponseFor"


HOPS = [
    (
        "<OrganId>000.00.41.z99</OrganId><Timestamp>2026/03/01 23:00:00</Timestamp>",
        "2026-03-01T23:00",
    ),
    (
        "<OrganId>000.00.41.Z99</OrganId><Timestamp>2026/03/03 00:00:00</Timestamp>",
        "2026-03-02T00:00",
    ),
    (
        "<OrganId>000.00.00.Z99</OrganId><Timestamp>2026/03/01 00:00:00</Timestamp>",
        "2026-03-02T00:00",
    ),
    ("<OrganId>000.00.41.Z99</OrganId><Timestamp>0022/07/12</Timestamp>", "2026-03-02T00:00"),
    ("<OrganId>000.00.41.Z99</OrganId><Time>2026-03-01T00:00:00.000Z</Time>", "2026-03-01T07:00"),
    ("<OrganId>null</OrganId><Timestamp>2026/03/01</Timestamp>", "2026-03-02T00:00"),
    ("<Timestamp>2026/03/01</Timestamp>", "2026-03-02T00:00"),
]


@pytest.mark.parametrize(("hop", "expected"), HOPS)
def test_the_time_is_the_earliest_hop_of_the_sender(hop: str, expected: str) -> None:
    event = only(read(put(NEW, "<edXML:TraceHeader>", f"<TraceHeader>{hop}</TraceHeader>")))
    assert event.time.astimezone(ARRIVAL.tzinfo).isoformat().startswith(expected)


def test_without_a_hop_of_the_sender_the_time_is_the_arrival() -> None:
    for text in ("", "2026/03/28 00:00:00", "x"):
        assert only(read(changed(NEW, Timestamp=text))).time == ARRIVAL
    soon = only(read(changed(NEW, Timestamp="2026/03/26 07:00:00")))
    assert soon.time > ARRIVAL, "clocks differ by less than a day"


def sent(name: str, sender: str, receiver: str, issuer: str = "") -> bytes:
    """The sample of that *name* from *sender* to *receiver* alone, about a document of *issuer*,
    the sender itself unless another is given."""
    text = sample(name).decode().replace(f"DocumentId>{OWN}", f"DocumentId>{issuer or sender}")
    before, _, rest = text.partition("<edXML:From>")
    _, _, after = rest.partition("<edXML:DocumentId>")
    parties = f"<From><OrganId>{sender}</OrganId></From><To><OrganId>{receiver}</OrganId></To>"
    return f"{before}{parties}<edXML:DocumentId>{after}".encode()


@pytest.mark.parametrize(
    ("sender", "receiver", "expected"),
    [
        (OWN, OTHER, "document.issued"),
        (OWN.lower(), "", "document.issued"),
        (PROVINCE, OWN, "document.received"),
        (PROVINCE, OWN.lower(), "document.received"),
        (PROVINCE, OTHER, "not_ours"),
        (OTHER, OWN, "not_province"),
        (OTHER, OTHER, "not_ours"),
    ],
)
def test_whose_document_it_is_follows_from_sender_and_receivers(
    sender: str, receiver: str, expected: str
) -> None:
    saying = read(sent(NEW, sender, receiver))
    found = saying.events[0].type if isinstance(saying, EventsSaid) else word_of(saying)
    assert found == expected


def test_the_provinces_documents_need_somebody_who_passes_them_on() -> None:
    assert word_of(read(sample(RECEIVED), endorsed_by=None)) == "not_endorsed"
    replacing = read(sample(REPLACE), endorsed_by=None)
    assert [event.type for event in events(replacing)] == ["document.withdrawn"]


def test_a_received_document_is_dated_by_its_arrival() -> None:
    event = only(read(sample(RECEIVED)))
    assert event.time == ARRIVAL
    assert event.data["endorsed_on"] == "2026-03-25"
    assert event.data["authority"] == "province"


def test_the_organs_of_the_settings_are_compared_in_any_case() -> None:
    settings: dict[str, Any] = {
        "own": {OWN.lower(): "ubnd"},
        "province": frozenset({PROVINCE.lower()}),
        "bodies": {"000.12.41.z99": "XTH"},
    }
    for name in (NEW, RECEIVED, UPDATE):
        assert read(sample(name), **settings) == read(sample(name))


def test_no_business_at_all_is_a_new_document() -> None:
    text = sample(NEW).decode()
    begin, end = text.index("<edXML:Bussiness>"), text.index("</edXML:Bussiness>") + 18
    expected = read(text)
    assert read(text[:begin] + text[end:]) == expected
    assert read(text[:begin] + "<edXML:Bussiness/>" + text[end:]) == expected


def test_a_recall_that_names_another_document_is_refused() -> None:
    named = f"<DocumentId>{OWN},2026/02/10,34/UBND-VX</DocumentId>"
    assert word_of(read(put(RECALL, "<edXML:Paper>", named))) == "identity Bussiness/DocumentId"
    same = put(RECALL, "<edXML:Paper>", named.replace("34", "033"))
    assert read(same) == read(sample(RECALL))


def test_a_reason_that_is_not_given_is_said_all_the_same() -> None:
    assert only(read(without(RECALL, "BussinessDocReason"))).data == {"reason": "Thu hồi"}
    first, _ = events(read(without(REPLACE, "BussinessDocReason")))
    assert first.data == {"reason": "Thay thế"}
    corrected, taken_off = events(read(without(UPDATE, "BussinessDocReason")))
    assert "reason" not in corrected.data
    assert taken_off.data["reason"] == "Cập nhật nơi nhận"


def test_a_recall_by_the_province_concerns_its_receivers() -> None:
    event = only(read(sent(RECALL, PROVINCE, OWN)))
    assert (event.type, event.subject) == ("document.withdrawn", f"{PROVINCE},2026,33/UBND-VX")
    assert word_of(read(sent(RECALL, PROVINCE, OTHER))) == "not_ours"


def test_an_update_is_about_the_document_that_business_names() -> None:
    for event in events(read(sample(UPDATE))):
        assert event.subject == SUBJECT
    named = f"<edXML:Bussiness><edXML:DocumentId>{OWN},2026/03/02,15/CT-UBND"
    text = sample(UPDATE).decode()
    assert named in text
    for document_id in ("20417", "", f"{OWN},2026/03/02,16/CT-UBND"):
        about_itself = text.replace(named, f"<edXML:Bussiness><edXML:DocumentId>{document_id}")
        for event in events(read(about_itself)):
            assert event.subject == f"{OWN},2026,16/CT-UBND"


def test_an_update_leaves_out_what_cannot_be_read() -> None:
    message = changed(
        UPDATE, PromulgationDate="2026/02/30", Priority="9", CodeNumber="", Subject="", Content=""
    )
    corrected, _ = events(read(message))
    assert corrected.data["fields"] == {"doc_type": "CT", "signer": "Người Ký Mẫu A"}


def test_an_update_whose_header_is_of_two_documents_is_refused() -> None:
    message = changed(UPDATE, CodeNumber="17")
    assert word_of(read(message)) == "identity DocumentId"


def test_an_update_that_changes_nothing_gives_nothing() -> None:
    quiet = changed(UPDATE, DocumentInfo="0")
    assert [event.type for event in events(read(quiet))] == ["task.withdrawn"]
    assert word_of(read(quiet.replace("ReceiverType>0", "ReceiverType>1"))) == "no_change"


def test_a_receiver_is_taken_off_once_and_never_by_half() -> None:
    receiver = (
        "<edXML:Receiver><edXML:OrganId>{}</edXML:OrganId>"
        "<edXML:ReceiverType>{}</edXML:ReceiverType></edXML:Receiver>"
    )

    def with_receiver(organ: str, kind: str) -> Saying:
        return read(put(UPDATE, "<edXML:Receiver>", receiver.format(organ, kind)))

    assert len(events(with_receiver("000.12.41.Z99", "0"))) == 2
    assert len(events(with_receiver("000.07.41.Z99", "0"))) == 3
    assert len(events(with_receiver("null", "0"))) == 2
    assert word_of(with_receiver("000.12.41.Z99", "1")) == "repeated Receiver"
    assert word_of(with_receiver("000.07.41.Z99", "2")) == "business ReceiverType"


def test_receivers_of_the_provinces_documents_are_not_ours_to_take_off() -> None:
    text = sent(UPDATE, PROVINCE, OWN)
    assert [event.type for event in events(read(text))] == ["document.corrected"]


REPLACED = (
    "<ReplacementInfoList><ReplacementInfo><DocumentId>{}</DocumentId>{}</ReplacementInfo>"
    "</ReplacementInfoList>"
)
OLD = f"{OWN},2026/01/05,2/CT-UBND"


def replacing(document_id: str, organs: str = "") -> Saying:
    """What a document of the office's own says that replaces another."""
    text = changed(NEW, BussinessDocType="3")
    return read(
        text.replace("<edXML:Paper>", REPLACED.format(document_id, organs) + "<edXML:Paper>")
    )


def test_a_document_of_ones_own_replaces_another_for_all_or_for_some() -> None:
    whole, new = events(replacing(OLD))
    assert (whole.type, whole.subject) == ("document.withdrawn", f"{OWN},2026,2/CT-UBND")
    assert new.type == "document.issued"
    some = "<OrganIdList><OrganId>000.07.41.Z99</OrganId><OrganId>9.9</OrganId></OrganIdList>"
    first, second, _ = events(replacing(OLD, some))
    assert first.data["task_id"] == f"{OWN},2026,2/CT-UBND#RV"
    assert second.data["task_id"] == f"{OWN},2026,2/CT-UBND#9.9"
    assert first.id != second.id


@pytest.mark.parametrize(
    ("document_id", "organs", "expected"),
    [
        ("", "", "required ReplacementInfo/DocumentId"),
        ("20417", "", "identity ReplacementInfo/DocumentId"),
        (f"{OWN},2026,15/CT-UBND", "", "business ReplacementInfo/DocumentId"),
        (OLD, "<OrganIdList><OrganId>null</OrganId></OrganIdList>", "required OrganIdList"),
        (OLD, "<OrganIdList/>", "events"),
    ],
)
def test_what_is_replaced_must_be_named(document_id: str, organs: str, expected: str) -> None:
    assert word_of(replacing(document_id, organs)) == expected


def test_a_replacement_that_is_for_others_withdraws_nothing_of_ours() -> None:
    text = sample(REPLACE).replace(
        f"<edXML:OrganIdList><edXML:OrganId>{OWN}".encode(),
        f"<edXML:OrganIdList><edXML:OrganId>{OTHER}".encode(),
    )
    assert [event.type for event in events(read(text))] == ["document.received"]


@pytest.mark.parametrize(
    "root",
    [
        "<a/>",
        "<edXML/>",
        "<Envelope><Header/></Envelope>",
        "<edXML><MessageHeader/></edXML>",
        "<html><body/></html>",
    ],
)
def test_another_envelope_is_refused(root: str) -> None:
    assert word_of(read(root)) == "root root"


def test_another_namespace_is_refused_and_an_undeclared_one_is_not() -> None:
    text = sample(NEW).decode()
    other = text.replace("http://www.mic.gov.vn/TBT/QCVN_102_2016", "http://example.com/x")
    assert word_of(read(other)) == "namespace MessageHeader"
    undeclared = text.replace(' xmlns:edXML="http://www.mic.gov.vn/TBT/QCVN_102_2016"', "")
    assert read(undeclared) == read(text)
    taken_back = text.replace("edXML:", "").replace("<MessageHeader>", '<MessageHeader xmlns="">')
    assert read(taken_back) == read(text)


def test_a_report_on_malware_is_no_document() -> None:
    soap = '<s:Envelope xmlns:s="x"><s:Header><e:MessageHeader xmlns:e="http://edxml.gov.vn/schema"><From><OrganId>1</OrganId></From><Subject>x</Subject></e:MessageHeader></s:Header><s:Body><AVReport><a>b</a></AVReport></s:Body></s:Envelope>'
    assert word_of(read(soap)) == "not_a_document"
    assert word_of(read(soap.replace("<AVReport><a>b</a></AVReport>", ""))) == "not_ours"


def test_ids_are_of_what_is_said_and_not_of_how_it_came() -> None:
    expected = only(read(sample(NEW)))
    by_another_relay = changed(
        NEW, ContentTransferEncoded="YQ==", Department="x", DueDate="2026/04/01"
    )
    later_hop = put(
        NEW,
        "<edXML:Bussiness>",
        "<TraceHeader><OrganId>null</OrganId><Timestamp>2026/03/03</Timestamp></TraceHeader>",
    )
    for message in (by_another_relay, later_hop):
        assert only(read(message)) == expected
    other = ARRIVAL.replace(day=26)
    assert only(read(sample(NEW), arrival=other)).id == expected.id
    assert only(read(sample(NEW), own={OWN: "office"})).id == expected.id
    received = only(read(sample(RECEIVED)))
    assert only(read(sample(RECEIVED), arrival=other, endorsed_by="x")).id == received.id
    assert only(read(changed(NEW, Subject="x"))).id != expected.id
    assert only(read(changed(NEW, Timestamp="2026/03/02 00:00:01"))).id != expected.id


def test_two_updates_of_one_day_are_two_events() -> None:
    first, _ = events(read(sample(UPDATE)))
    second, _ = events(read(changed(UPDATE, Subject="x")))
    assert first.id != second.id


def test_what_is_too_long_to_identify_anything_is_refused() -> None:
    assert word_of(read(sent(NEW, "1" * 300, OWN))) == "identity From/OrganId"
    long = changed(NEW, CodeNotation="CT-" + "x" * 300, DocumentId="1")
    assert word_of(read(long)) == "identity Code"
    almost = changed(UPDATE, DocumentId=f"{OWN},2026,15/{'x' * 233}", CodeNumber="")
    assert word_of(read(almost)) == "identity DocumentId"


@pytest.mark.parametrize("name", [NEW, UPDATE, RECALL])
def test_nobody_else_can_speak_of_a_document_of_ones_own(name: str) -> None:
    foreign = sent(name, PROVINCE, OWN, issuer=OWN)
    assert word_of(read(foreign)) == "identity DocumentId"
    assert read(foreign, secrecy="mat") == Secret("mat")
    (event, *_) = events(read(sent(name, PROVINCE, OWN)))
    assert event.subject.startswith(PROVINCE)


def test_nobody_else_can_replace_a_document_of_ones_own() -> None:
    text = sample(REPLACE).decode()
    named = f"<edXML:ReplacementInfo><edXML:DocumentId>{PROVINCE}"
    assert named in text
    foreign = text.replace(named, named.replace(PROVINCE, OWN))
    assert word_of(read(foreign)) == "identity ReplacementInfo/DocumentId"
