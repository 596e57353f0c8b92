"""Elements of WordprocessingML, made by name: `make("w:jc", val="center")`."""

from __future__ import annotations

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from ..decree30.requirements import FONT, TextLook

XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_FONT_SLOTS = ("ascii", "hAnsi", "eastAsia", "cs")


def make(name: str, *children: BaseOxmlElement, **attributes: str | int) -> BaseOxmlElement:
    """The element *name* ("w:p") with *attributes* of the same namespace, over *children*."""
    element = OxmlElement(name)
    prefix = name.partition(":")[0]
    for key, value in attributes.items():
        element.set(qn(f"{prefix}:{key}"), str(value))
    element.extend(children)
    return element


def twips(millimetres: float) -> int:
    """*millimetres* in twentieths of a point, as documents measure."""
    return round(millimetres * 1440 / 25.4)


def fonts() -> BaseOxmlElement:
    """The font of the appendix, for every kind of letter."""
    return make("w:rFonts", **dict.fromkeys(_FONT_SLOTS, FONT))


def run_look(look: TextLook) -> BaseOxmlElement:
    """The properties of letters that have *look*, at the size that dondoc writes."""
    size = round(look.size.written * 2)
    on = [(name, look.bold) for name in ("w:b", "w:bCs")]
    on += [(name, look.italic) for name in ("w:i", "w:iCs")]
    return make(
        "w:rPr",
        fonts(),
        *(make(name, val=int(value)) for name, value in on),
        make("w:color", val="000000"),
        make("w:sz", val=size),
        make("w:szCs", val=size),
    )


def paragraph(style: str, text: str) -> BaseOxmlElement:
    """A paragraph in *style* that says *text*."""
    return make("w:p", make("w:pPr", make("w:pStyle", val=style)), run(text))


def run(text: str) -> BaseOxmlElement:
    """A run of *text* in the look of its paragraph."""
    words = make("w:t")
    words.text = text
    words.set(XML_SPACE, "preserve")
    return make("w:r", words)
