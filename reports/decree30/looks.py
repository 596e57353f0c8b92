"""The look that text has in the end: what the document's defaults, its theme, the chain of its
styles, its numbering and its own properties say together, in the order that Word has.

A property that says a look is on (bold) is turned over by each kind of style that says so, as
ISO/IEC 29500-1, 17.7.3 has it; the text's own word decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from lxml import etree

from .values import Lettering, LinePlacing

Properties: TypeAlias = dict[str, Any]
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_OFF = frozenset({"0", "false", "off", "none"})
_TOGGLES = {"b": "bold", "i": "italic", "caps": "capitals", "vanish": "hidden"}
_SLOTS = {
    "ascii": ("ascii", "asciiTheme"),
    "other": ("hAnsi", "hAnsiTheme"),
    "east_asian": ("eastAsia", "eastAsiaTheme"),
    "complex_script": ("cs", "cstheme"),
}
_BLACK_THEMES = frozenset({"text1", "dark1", "dark2"} - {"dark2"})
_ALIGNS = {"start": "left", "end": "right", "distribute": "both", "justify": "both"}
_PLAIN_LINES = frozenset({"single", "thick"})
_INDENTS = ("left", "right", "first")
_MOST_STYLES = 50
"""In a chain: Word allows no more than eleven."""


def number(text: str | None, default: float = 0.0) -> float:
    """The measure that *text* is; *default* where it is none."""
    try:
        value = float(text or "")
    except ValueError:
        return default
    return value if abs(value) < 1e7 else default


def on(element: etree._Element) -> bool:
    """Whether an element that says a look is on says so."""
    return (element.get(f"{W}val") or "1") not in _OFF


def letters_given(properties: etree._Element | None, theme: Mapping[str, str]) -> Properties:
    """What an rPr says."""
    given: Properties = {}
    for each in properties if properties is not None else ():
        name = each.tag.removeprefix(W) if isinstance(each.tag, str) else ""
        if name in _TOGGLES:
            given[_TOGGLES[name]] = on(each)
        elif name == "rFonts":
            given |= _fonts(each, theme)
        elif name == "sz":
            given["size"] = number(each.get(f"{W}val"), 20) / 2
        elif name == "u":
            given["underlined"] = (each.get(f"{W}val") or "single") != "none"
        elif name == "color":
            themed = each.get(f"{W}themeColor")
            plain = (each.get(f"{W}val") or "auto").upper().replace("AUTO", "auto")
            shaded = each.get(f"{W}themeTint") or each.get(f"{W}themeShade")
            given["colour"] = "000000" if themed in _BLACK_THEMES and not shaded else plain
        elif name in ("cs", "rtl"):
            given["complex"] = on(each)
    return given


def _fonts(element: etree._Element, theme: Mapping[str, str]) -> Properties:
    given: Properties = {}
    for slot, (plain, themed) in _SLOTS.items():
        font = theme.get(element.get(f"{W}{themed}") or "") or element.get(f"{W}{plain}")
        if font:
            given[slot] = font
    if element.get(f"{W}hint"):
        given["east"] = element.get(f"{W}hint") == "eastAsia"
    return given


def lines_given(properties: etree._Element | None) -> Properties:
    """What a pPr says of how lines stand."""
    given: Properties = {}
    for each in properties if properties is not None else ():
        name = each.tag.removeprefix(W) if isinstance(each.tag, str) else ""
        if name == "jc":
            align = each.get(f"{W}val") or "left"
            given["align"] = _ALIGNS.get(align, align)
        elif name == "ind":
            given |= _indents(each)
        elif name == "spacing":
            given |= _spacing(each)
        elif name == "contextualSpacing":
            given["contextual"] = on(each)
        elif name == "pBdr":
            sides = (each.find(f"{W}top"), each.find(f"{W}bottom"))
            given["ruled"] = any(
                side is not None and side.get(f"{W}val") in _PLAIN_LINES for side in sides
            )
        elif name == "tabs":
            centred = [tab.get(f"{W}val") == "center" for tab in each]
            given["tabbed_to_centre"] = any(centred)
        elif name == "framePr":
            given["framed_in_centre"] = each.get(f"{W}xAlign") == "center"
    return given


def _indents(element: etree._Element) -> Properties:
    given: Properties = {}
    for side, names in (("left", ("start", "left")), ("right", ("end", "right"))):
        for name in names:
            if element.get(f"{W}{name}") is not None:
                given[side] = number(element.get(f"{W}{name}")) / 20
    if element.get(f"{W}hanging") is not None:
        given["first"] = -number(element.get(f"{W}hanging")) / 20
    elif element.get(f"{W}firstLine") is not None:
        given["first"] = number(element.get(f"{W}firstLine")) / 20
    return given


def _spacing(element: etree._Element) -> Properties:
    given: Properties = {}
    for side in ("before", "after"):
        # What a browser would leave, of which Word makes 14 points.
        if (element.get(f"{W}{side}Autospacing") or "0") not in _OFF:
            given[side] = 14.0
        elif element.get(f"{W}{side}") is not None:
            given[side] = number(element.get(f"{W}{side}")) / 20
    if element.get(f"{W}line") is not None:
        given["line"] = number(element.get(f"{W}line"), 240)
        given["rule"] = element.get(f"{W}lineRule") or "auto"
    return given


class Looks:
    """The styles of a document, with its theme and its numbering."""

    def __init__(
        self,
        styles: etree._Element | None,
        theme: Mapping[str, str],
        indents: Mapping[tuple[str, str], Properties],
    ) -> None:
        self._theme = theme
        self._indents = indents
        self._styles: dict[str, etree._Element] = {}
        self._defaults: dict[str, str] = {}
        self._letters: dict[tuple[str, str, str], Properties] = {}
        self._lines: dict[tuple[str, str], Properties] = {}
        self._made: dict[tuple[Any, ...], Lettering] = {}
        self._of_all: Properties = {}
        self._lines_of_all: Properties = {}
        if styles is not None:
            self._read(styles)

    def _read(self, styles: etree._Element) -> None:
        self._of_all = letters_given(
            styles.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr"), self._theme
        )
        self._lines_of_all = lines_given(styles.find(f"{W}docDefaults/{W}pPrDefault/{W}pPr"))
        for style in styles.iter(f"{W}style"):
            name, kind = style.get(f"{W}styleId") or "", style.get(f"{W}type") or "paragraph"
            self._styles.setdefault(name, style)
            if (style.get(f"{W}default") or "0") not in _OFF:
                self._defaults[kind] = name

    def default(self, kind: str) -> str:
        """The style of that kind that holds where none is named."""
        return self._defaults.get(kind, "")

    def known(self, style: str | None, kind: str) -> str:
        """*style*, where the document has it, or the default of its *kind*."""
        return style if style in self._styles and style is not None else self.default(kind)

    def chain(self, style: str) -> list[etree._Element]:
        """The styles that *style* is made of, the first of them first."""
        found: list[etree._Element] = []
        while style in self._styles and len(found) < _MOST_STYLES:
            element = self._styles[style]
            if element in found:
                break
            found.append(element)
            based = element.find(f"{W}basedOn")
            style = "" if based is None else based.get(f"{W}val") or ""
        return found[::-1]

    def _given_by(self, style: str) -> Properties:
        given: Properties = {}
        for each in self.chain(style):
            given |= letters_given(each.find(f"{W}rPr"), self._theme)
        return given

    def _under(self, table: str, paragraph: str, character: str) -> Properties:
        """What the three kinds of styles say of letters together."""
        key = (table, paragraph, character)
        if key not in self._letters:
            given = dict(self._of_all)
            several = [self._given_by(style) for style in key if style]
            for each in several:
                given |= each
            for name in _TOGGLES.values():
                turned = sum(each.get(name, False) for each in several) % 2 == 1
                given[name] = self._of_all.get(name, False) or turned
            self._letters[key] = given
        return self._letters[key]

    def letters(self, table: str, paragraph: str, own: etree._Element | None) -> Lettering:
        """How letters look whose properties are *own*, in such a paragraph and table."""
        named = own.find(f"{W}rStyle") if own is not None else None
        character = "" if named is None else self.known(named.get(f"{W}val"), "character")
        given = self._under(table, paragraph, character) | letters_given(own, self._theme)
        key = tuple(sorted(given.items()))
        if key not in self._made:
            self._made[key] = Lettering(**given)
        return self._made[key]

    def lines(self, table: str, paragraph: str, own: etree._Element | None) -> LinePlacing:
        """How lines stand whose paragraph's properties are *own*."""
        key = (table, paragraph)
        if key not in self._lines:
            given = dict(self._lines_of_all)
            for style in filter(None, key):
                for each in self.chain(style):
                    properties = each.find(f"{W}pPr")
                    given |= self._numbered(properties) | lines_given(properties)
            self._lines[key] = given
        return LinePlacing(**(self._lines[key] | self._numbered(own) | lines_given(own)))

    def _numbered(self, properties: etree._Element | None) -> Properties:
        """The indents of a list's level, where *properties* put a paragraph into one."""
        listed = properties.find(f"{W}numPr") if properties is not None else None
        if listed is None:
            return {}
        values = [listed.find(f"{W}{name}") for name in ("numId", "ilvl")]
        key = [("0" if each is None else each.get(f"{W}val") or "0") for each in values]
        return self._indents.get((key[0], key[1]), {})


def fonts_of_theme(theme: etree._Element | None) -> dict[str, str]:
    """The fonts that a theme stands for: "minorHAnsi" and its like."""
    found: dict[str, str] = {}
    if theme is None:
        return found
    a = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
    for size in ("major", "minor"):
        for script, names in (
            ("latin", ("Ascii", "HAnsi")),
            ("ea", ("EastAsia",)),
            ("cs", ("Bidi",)),
        ):
            font = theme.find(f".//{a}{size}Font/{a}{script}")
            face = "" if font is None else font.get("typeface") or ""
            found |= {f"{size}{name}": face for name in names if face}
    return found


def indents_of_numbering(numbering: etree._Element | None) -> dict[tuple[str, str], Properties]:
    """The indents of the levels of lists, by the list's id and the level."""
    if numbering is None:
        return {}
    levels: dict[str, dict[str, Properties]] = {}
    for each in numbering.iter(f"{W}abstractNum"):
        levels[each.get(f"{W}abstractNumId") or ""] = dict(_levels(each))
    found: dict[tuple[str, str], Properties] = {}
    for each in numbering.iter(f"{W}num"):
        abstract = each.find(f"{W}abstractNumId")
        of = "" if abstract is None else abstract.get(f"{W}val") or ""
        for level, given in levels.get(of, {}).items():
            found[each.get(f"{W}numId") or "", level] = given
    return found


def _levels(abstract: etree._Element) -> Iterator[tuple[str, Properties]]:
    for level in abstract.iter(f"{W}lvl"):
        given = lines_given(level.find(f"{W}pPr"))
        kept: Properties = {name: given[name] for name in _INDENTS if name in given}
        yield level.get(f"{W}ilvl") or "0", kept
