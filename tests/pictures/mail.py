"""`python -m tests.pictures.mail`: draws docs/pictures/mail anew.

It opens one digest in Chromium on a desk and on a dark phone, and leaves nothing behind but the
pictures.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(_ROOT / "tests")]

from support.chromium import PHONE, chromium  # noqa: E402 - found only by the path above
from support.digests import composed, example, html_of  # noqa: E402

PICTURES = _ROOT / "docs" / "pictures" / "mail"
DESK = (800, 820)


def main() -> None:
    """Draw the digest as HTML; its text stands in docs/mail.md itself."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="dondoc-pictures-") as name, chromium() as tab:
        page = Path(name, "letter.html")
        page.write_text(html_of(composed(example())), encoding="utf-8")
        for picture, size, dark in (("digest", DESK, False), ("digest-phone-dark", PHONE, True)):
            tab.size(*size)
            tab.look(dark=dark)
            tab.open(page)
            (PICTURES / f"{picture}.png").write_bytes(tab.picture())
            print(f"{picture}.png", flush=True)


if __name__ == "__main__":
    main()
