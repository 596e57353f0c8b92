"""Which forms a report can be written in, and by which module: loaded when it is asked for.

A form's module has ``write(report, letterhead) -> bytes``. A library of the extra `reports` that is
missing is named with what installs it.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from ...rules.mendable import Mendable
from ..columns import table
from ..letterhead import Letterhead
from ..report import Report

FORMS: Mapping[str, str] = {
    "csv": "as_csv",
    "docx": "as_docx",
    "html": "as_html",
    "json": "as_json",
    "xlsx": "as_xlsx",
}
"""The module of each form in this room; a file's ending names its form."""


def table_written(report: Report, key: str) -> bytes:
    """The table *key* of *report* as CSV; its heads alone, where it has no rows."""
    module = import_module(".as_csv", __package__)
    document: bytes = module.write_table(
        next((each for each in report.tables if each.key == key), table(key, (), ()))
    )
    return document


class CannotMake(Mendable):
    """A form cannot be made here; one line that says what to install or write."""


def written(report: Report, form: str, letterhead: Letterhead) -> bytes:
    """*report* in *form*, one of `FORMS`. Raises `CannotMake`."""
    try:
        module = import_module(f".{FORMS[form]}", __package__)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("dondoc"):
            raise
        raise CannotMake.of(
            "no_library",
            "to write {form} more has to be installed: `pip install 'dondoc[reports]'` ({library}"
            " is missing)",
            form=form,
            library=error.name,
        ) from None
    document: bytes = module.write(report, letterhead)
    return document
