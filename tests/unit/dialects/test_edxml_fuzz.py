"""edXML whatever may come: it never raises, and no label is ever overlooked.

The profile is derandomised, so that a run can be repeated.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random
from unicodedata import normalize
from xml.etree import ElementTree as Tree
from xml.sax.saxutils import escape

from dondoc.connector.contract.data.validation import validate
from dondoc.connector.contract.verdicts import Malformed, Secret, Unestablished
from dondoc.connector.dialects.saying import EventsSaid, Nothing, Saying, Withdrawn
from hypothesis import given, settings
from hypothesis import strategies as st
from support.edxml import ARRIVAL, DIALECT, LIMITS, NAMES, admitted, read, sample, told_of

CANARY = "Canary-7f3a"
QUICK = settings(max_examples=80, deadline=None, derandomize=True)
# 13b never declares its prefix, and 14 and 20 are no XML that a tree can be made of.
TREES = {
    name: Tree.tostring(Tree.fromstring(sample(name)))
    for name in NAMES
    if not name.startswith(("13b", "14", "20"))
}
NORMAL = sorted(name for name in TREES if not name.startswith("13"))
QCVN = "http://www.mic.gov.vn/TBT/QCVN_102_2016"
SPEAKING = (
    "Secret",
    "secrecy",
    "DoMat",
    "Độ_Mật",
    "isConfidential",
    "ClassificationCode",
    "SECURITYLEVEL",
)
SECRETS = ("Mật", "Tối mật", "Tuyệt mật", "Độ mật: Mật", "tuyet mat", "toi-mat", "(mật)")

names = st.sampled_from(NORMAL)
orders = st.randoms(use_true_random=False)
sayings = st.sampled_from(["normal", "mat", "x", None])
labels = st.builds(
    lambda text, form, case, blank, ends: (
        ends + case(normalize(form, text)).replace(" ", blank) + ends
    ),
    st.sampled_from(SECRETS),
    st.sampled_from(["NFC", "NFD", "NFKC"]),
    st.sampled_from([str, str.upper, str.lower, str.title, str.swapcase]),
    st.sampled_from([" ", "  ", "\n", "\u00a0", "_", "\u200b", ""]),
    st.sampled_from(["", " ", "\n\t", ".", "*"]),
)


def check(body: bytes, secrecy: str | None) -> Saying:
    """What must hold for every message, read at once and in blocks."""
    found = read(body, secrecy=secrecy)
    assert isinstance(found, EventsSaid | Nothing | Withdrawn | Secret | Unestablished | Malformed)
    if secrecy == "mat":
        assert isinstance(found, Secret | Withdrawn)
    if secrecy == "x":
        assert not isinstance(found, EventsSaid | Nothing | Malformed)
    if isinstance(found, EventsSaid):
        for event in found.events:
            wrong = validate(admitted(event))
            assert wrong is None or isinstance(wrong, Malformed)
    blocks = [body[at : at + 50] for at in range(0, len(body), 50)]
    headers = {} if secrecy is None else {"secrecy": secrecy}
    reading = DIALECT.read_blocks(blocks, LIMITS, ARRIVAL, normal=False, headers=headers)
    assert same(reading.saying) == same(found)
    return found


def same(saying: Saying) -> object:
    """*saying* without what follows from how the message is cut into blocks or put in order: of
    several faults which is met first, and where an event was read."""
    if isinstance(saying, EventsSaid):
        return [replace(event, path="") for event in saying.events]
    if isinstance(saying, Unestablished):
        return replace(saying, reason="")
    return saying


def written(tree: Tree.Element, prefix: str, namespace: str | None) -> str:
    """*tree* as XML whose elements all have that *prefix*, declared or not."""

    def name(element: Tree.Element) -> str:
        return f"{prefix}:{local(element)}" if prefix else local(element)

    def write(element: Tree.Element, more: str = "") -> str:
        within = escape(element.text or "") + "".join(
            write(child) + escape(child.tail or "") for child in element
        )
        return f"<{name(element)}{more}>{within}</{name(element)}>"

    declared = f"xmlns:{prefix}" if prefix else "xmlns"
    return write(tree, "" if namespace is None else f' {declared}="{namespace}"')


def local(element: Tree.Element) -> str:
    """The name of *element* without its namespace."""
    return str(element.tag).rpartition("}")[2]


def beside(name: str) -> Saying:
    """What the sample of that *name* says, whatever it should."""
    return read(sample(name))


@QUICK
@given(st.binary(max_size=80), sayings)
def test_any_bytes_have_an_outcome(body: bytes, secrecy: str | None) -> None:
    check(body, secrecy)


@QUICK
@given(st.data(), st.sampled_from(NAMES), sayings)
def test_any_sample_with_bytes_changed_has_an_outcome(
    data: st.DataObject, name: str, secrecy: str | None
) -> None:
    body = bytearray(sample(name))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(body) - 1))
        body[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    check(bytes(body), secrecy)


texts = st.text(max_size=12) | st.sampled_from(
    [
        *("null", "N/A", "2026/02/30", "15/CT-UBND", "000.00.41.Z99,2026/03/02,15/CT-UBND", "03"),
        *("a" + "\u0301" * 40, "x" * 300, "\x85", "000.00.41.Z99", "2026-03-01T00:00:00Z", "2"),
    ]
)


@QUICK
@given(st.data(), names, texts)
def test_any_sample_with_elements_changed_has_an_outcome(
    data: st.DataObject, name: str, text: str
) -> None:
    tree = Tree.fromstring(TREES[name])
    elements = list(tree.iter())
    for element in data.draw(st.lists(st.sampled_from(elements), min_size=1, max_size=4)):
        change = data.draw(st.sampled_from(["text", "drop", "twice", "empty"]))
        if change == "text":
            element.text = "".join(each for each in text if each.isprintable())
        elif change == "empty":
            element.clear()
        elif len(element):
            at = data.draw(st.integers(0, len(element) - 1))
            if change == "drop":
                del element[at]
            else:
                element.append(element[at])
    check(Tree.tostring(tree, encoding="utf-8"), "normal")


@QUICK
@given(names, orders, st.sampled_from(["", "edXML", "x", "ns0"]), st.sampled_from([QCVN, None]))
def test_neither_order_nor_prefix_nor_namespace_changes_what_is_said(
    name: str,
    order: Random,
    prefix: str,
    namespace: str | None,
) -> None:
    tree = Tree.fromstring(TREES[name])
    for element in tree.iter():
        children = list(element)
        order.shuffle(children)
        element[:] = children
    found = check(written(tree, prefix, namespace).encode(), "normal")
    assert same(found) == same(beside(name))


@QUICK
@given(names, st.lists(st.sampled_from(["null", "", "000.00.99.Z99"]), max_size=4))
def test_later_hops_change_nothing(name: str, organs: list[str]) -> None:
    text = written(Tree.fromstring(TREES[name]), "", None)
    hops = "".join(
        f"<TraceHeader><OrganId>{organ}</OrganId><Timestamp>2026/01/01</Timestamp></TraceHeader>"
        for organ in organs
    )
    text = text.replace("</TraceHeaderList>", f"{hops}</TraceHeaderList>")
    assert check(text.encode(), "normal") == beside(name)


@QUICK
@given(st.data(), names, labels, st.sampled_from(SPEAKING), st.booleans(), sayings)
def test_a_level_anywhere_is_never_overlooked(
    data: st.DataObject,
    name: str,
    label: str,
    speaking: str,
    as_attribute: bool,
    secrecy: str | None,
) -> None:
    tree = Tree.fromstring(TREES[name])
    element = data.draw(st.sampled_from(list(tree.iter())))
    if as_attribute:
        element.set(speaking, label)
    else:
        new = Tree.Element(speaking)
        new.text = label
        element.insert(data.draw(st.integers(0, len(element))), new)
    found = check(Tree.tostring(tree, encoding="utf-8"), secrecy)
    assert isinstance(found, Secret | Withdrawn)


@QUICK
@given(st.data(), names, st.text(max_size=8), st.sampled_from(SPEAKING))
def test_a_label_in_any_other_words_is_never_normal(
    data: st.DataObject, name: str, text: str, speaking: str
) -> None:
    text = "".join(each for each in text if each.isprintable())
    if text.strip().casefold() in ("thường", "bình thường", "không mật"):
        return
    tree = Tree.fromstring(TREES[name])
    aside = {
        id(within)
        for element in tree.iter()
        if local(element) in ("Signature", "AttachmentEncoded", "Attachment")
        for within in element.iter()
    }
    places = [element for element in tree.iter() if id(element) not in aside]
    new = Tree.SubElement(data.draw(st.sampled_from(places)), speaking)
    new.text = text
    found = check(Tree.tostring(tree, encoding="utf-8"), "normal")
    assert isinstance(found, Unestablished | Secret | Withdrawn)


@QUICK
@given(names, st.sampled_from(["Mật", "x"]))
def test_nothing_of_what_is_withheld_is_in_a_verdict(name: str, label: str) -> None:
    tree = Tree.fromstring(TREES[name])
    for element in tree.iter():
        if element.text and element.text.strip() and len(element) == 0:
            element.text = CANARY + element.text
    Tree.SubElement(tree, "Secret").text = label
    body = Tree.tostring(tree, encoding="utf-8")
    found = check(body, "normal")
    assert isinstance(found, Secret | Withdrawn | Unestablished)
    assert CANARY not in repr(found)
    assert CANARY not in repr(DIALECT.read_blocks([body], LIMITS, ARRIVAL, normal=True))


@QUICK
@given(st.data(), names, texts)
def test_no_reason_repeats_a_word_of_the_message(data: st.DataObject, name: str, text: str) -> None:
    tree = Tree.fromstring(TREES[name])
    leaves = [element for element in tree.iter() if len(element) == 0]
    for element in data.draw(st.lists(st.sampled_from(leaves), min_size=1, max_size=3)):
        element.text = CANARY + "".join(each for each in text if each.isprintable())
    found = check(Tree.tostring(tree, encoding="utf-8"), "normal")
    if not isinstance(found, EventsSaid):
        assert CANARY not in repr(found)


def test_every_sample_with_a_secret_is_among_those_that_are_not_normal() -> None:
    told = {name: told_of(name)["expect"]["outcome"] for name in NAMES}
    assert all(name.startswith("13") for name, outcome in told.items() if outcome == "secret")
