"""Makes an HTML page from a template: the one place where text becomes HTML.

Whatever a template prints is made harmless (no control characters, nothing that turns or hides
text) and escaped here, so that no template and no caller escapes anything by itself. A page loads
nothing and runs nothing but the script that stands in it: its policy says so to the browser.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from ...rules.mendable import Mendable
from ...rules.wording import harmless

_POLICY = (
    "default-src 'none'; style-src '{style}'; script-src '{script}'; base-uri 'none';"
    " form-action 'none'"
)


class MissingLibrary(Mendable):
    """What HTML is made with is not installed; one line that says how to install it."""


def require_library() -> None:
    """Raise `MissingLibrary` now, before anything is begun that could not be ended."""
    _environment()


def page(
    template: str,
    *,
    sortable: bool = False,
    shades: Mapping[str, tuple[str, str]] | None = None,
    **values: object,
) -> str:
    """The whole page that *template* (a file of templates/, built on base.html) makes of *values*.

    *sortable*: with the script that lets its tables be sorted. *shades*: of the lights that cells
    have, by their colour, "RRGGBB" on a light and on a dark page; None where none has one. Raises
    `MissingLibrary`.
    """
    style, script = resource("style.css"), resource("sort.js") if sortable else ""
    if shades is not None:
        style += _lights(shades)
    allowed = _digest(script) if script else "none"
    policy = _POLICY.format(style=_digest(style), script=allowed)
    return rendered(
        template, _style=_trusted(style), _script=_trusted(script), _policy=policy, **values
    )


def fragment(template: str, **values: object) -> Any:
    """What *template* makes of *values*, to be printed within a page as it is. Raises
    `MissingLibrary`."""
    return _trusted(rendered(template, **values))


def rendered(template: str, **values: object) -> str:
    """What *template* makes of *values*: the whole, where it brings a style of its own, as a
    letter does. Raises `MissingLibrary`."""
    made: str = _environment().get_template(template).render(**values)
    return made


def _lights(shades: Mapping[str, tuple[str, str]]) -> str:
    """The style of lights in *shades*."""
    rule = ".light.{} {{ background: #{}; }}\n".format
    light = "".join(rule(colour, shade) for colour, (shade, _) in shades.items())
    dark = "".join(rule(colour, shade) for colour, (_, shade) in shades.items())
    return (
        f"{resource('lights.css')}{light}"
        f"@media screen and (prefers-color-scheme: dark) {{\n{dark}}}\n"
    )


def _digest(text: str) -> str:
    """How a policy names a style or script that may stand in the page."""
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _trusted(text: str) -> Any:
    """A file of our own, which goes into the page as it is."""
    from markupsafe import Markup  # noqa: PLC0415 - an extra

    return Markup(text)


@cache
def _environment() -> Any:
    """The environment of all templates. Imported here, since no other command needs it."""
    try:
        from jinja2 import Environment, FunctionLoader, StrictUndefined  # noqa: PLC0415 - an extra
    except ImportError:
        raise MissingLibrary.of(
            "no_page_library",
            "Jinja2, which makes pages and mail, is not there: pip install 'dondoc[reports,mail]'",
        ) from None
    return Environment(
        loader=FunctionLoader(lambda name: resource(f"templates/{name}")),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalized,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        keep_trailing_newline=True,
    )


def _finalized(value: object) -> object:
    """*value* as it may be printed; what is HTML already has been through this."""
    if value is None:
        return ""
    if hasattr(value, "__html__"):
        return value
    return harmless(str(value))


@cache
def resource(name: str) -> str:
    """The text of a file of this room."""
    return files(__package__).joinpath(*name.split("/")).read_text(encoding="utf-8")
