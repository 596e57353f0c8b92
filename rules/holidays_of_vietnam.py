"""The `holidays` package's own class of Vietnam, without those of all other countries.

Whoever asks the package for a country has 250 of them imported, which took a third of the start of
every command. Its module of Vietnam needs none of them and is loaded by itself.
"""

from __future__ import annotations

from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holidays import HolidayBase


@cache
def vietnam() -> type[HolidayBase]:
    """The class. Raises ImportError or OSError where the package is not as it was."""
    # Here and not above, since not every command needs a calendar.
    import holidays  # noqa: PLC0415

    path = f"{holidays.__path__[0]}/countries/vietnam.py"
    spec = spec_from_file_location(f"{__name__}_base", path)
    if spec is None or spec.loader is None:
        raise ImportError(path=path)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    found: type[HolidayBase] = module.Vietnam
    return found
