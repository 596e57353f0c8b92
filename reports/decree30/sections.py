"""A section's properties read: paper, margins, numbers of pages."""

from __future__ import annotations

from lxml import etree

from .looks import W, number, on
from .values import PageSection, Paragraph


def section_of(
    properties: etree._Element, headers: dict[str, tuple[Paragraph, ...]]
) -> PageSection:
    """The section that *properties* (sectPr) describe, with *headers*; lengths in points."""
    size, margins = properties.find(f"{W}pgSz"), properties.find(f"{W}pgMar")
    first, numbers = properties.find(f"{W}titlePg"), properties.find(f"{W}pgNumType")
    plain = PageSection()
    starts = None if numbers is None else numbers.get(f"{W}start")
    form = None if numbers is None else numbers.get(f"{W}fmt")
    gutter = _points(margins, "gutter", 0)
    return PageSection(
        width=_points(size, "w", plain.width),
        height=_points(size, "h", plain.height),
        top=abs(_points(margins, "top", plain.top)),
        bottom=abs(_points(margins, "bottom", plain.bottom)),
        left=_points(margins, "left", plain.left) + gutter,
        right=_points(margins, "right", plain.right),
        own_first=first is not None and on(first),
        starts_at=None if starts is None else round(number(starts)),
        number_form=form or "decimal",
        headers=headers,
    )


def _points(element: etree._Element | None, name: str, default: float) -> float:
    text = None if element is None else element.get(f"{W}{name}")
    return default if text is None else number(text, default * 20) / 20
