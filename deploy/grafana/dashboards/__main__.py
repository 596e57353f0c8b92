"""Writes the dashboards' JSON anew."""

from . import FOLDER, files

FOLDER.mkdir(exist_ok=True)
for name, text in files().items():
    FOLDER.joinpath(name).write_text(text, encoding="utf-8")
