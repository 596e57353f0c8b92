"""`python -m tests.pictures.pages`: draws docs/pictures/pages anew, from the sample.

It makes the sample's pages in a temporary folder, opens them in Chromium on a desk, on a phone and
on paper, and leaves nothing behind but the pictures. Paper needs pdftoppm.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(_ROOT / "tests")]

from support.chromium import DESKTOP, PHONE, Browser, chromium  # noqa: E402 - by the path above
from support.installation import Installation  # noqa: E402

PICTURES = _ROOT / "docs" / "pictures" / "pages"
BODY = "TNMT"
"""The body whose page is drawn: a department with tasks in every status."""
AS_OF = date(2026, 3, 31)
MONTH = "2026-03"


def main() -> None:
    """Make the pages, and draw each."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="dondoc-pictures-") as name:
        folder = Path(name)
        office = Installation(folder, "amqp://127.0.0.1:1/")
        office.run("replay", "--sample")
        office.run("report", "site", "trang", "--as-of", str(AS_OF))
        office.run("report", "site", "cong", "--public", "--period", MONTH)
        site, public = folder / "trang" / "current", folder / "cong" / "current"
        body = site / "don-vi" / f"{BODY}.html"
        with chromium() as tab:
            _draw(tab, "unit", site / "index.html", DESKTOP)
            _draw(tab, "body", body, DESKTOP)
            _draw(tab, "body-phone", body, PHONE)
            _draw(tab, "obligation", _execution(site, body), DESKTOP)
            _draw(tab, "obligation-phone-dark", _execution(site, body), PHONE, dark=True)
            _draw(tab, "public", public / "index.html", DESKTOP)
            tab.look()
            tab.open(body)
            _on_paper(tab.printed(), folder)


def _execution(site: Path, body: Path) -> Path:
    """The page of a task that *body* is late with."""
    for page in sorted((site / "viec").iterdir()):
        text = page.read_text(encoding="utf-8")
        if body.name in text and '<li aria-current="page">Thực hiện nhiệm vụ</li>' in text:
            return page
    raise LookupError(f"{body}: is late with no task")


def _draw(
    tab: Browser, name: str, page: Path, size: tuple[int, int], *, dark: bool = False
) -> None:
    tab.size(*size)
    tab.look(dark=dark)
    tab.open(page)
    picture = PICTURES / f"{name}.png"
    picture.write_bytes(tab.picture())
    print(picture.name, flush=True)


def _on_paper(pdf: bytes, folder: Path) -> None:
    file = folder / "page.pdf"
    file.write_bytes(pdf)
    target = PICTURES / "body-a4"
    command = ["pdftoppm", "-r", "70", "-l", "1", "-png", "-singlefile"]
    subprocess.run([*command, str(file), str(target)], check=True)
    print(f"{target.name}.png", flush=True)


if __name__ == "__main__":
    main()
