"""A country's own class of the `holidays` package, without those of all other countries.

Whoever asks the package for a country has 250 of them imported, which took a third of the start of
every command. The module of one country needs none of the others and is loaded by itself.
"""

from __future__ import annotations

from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holidays import HolidayBase

VIETNAM = "VN"


@cache
def holidays_of(country: str) -> type[HolidayBase] | None:
    """The class of the country of that ISO 3166 code; None where the package has none. Raises
    ImportError or OSError where the package is not as it was."""
    # Here and not above, since not every command needs a calendar.
    import holidays  # noqa: PLC0415
    from holidays.registry import COUNTRIES  # noqa: PLC0415

    found = ((name, names[0]) for name, names in COUNTRIES.items() if country in names[1:])
    module_name, class_name = next(found, ("", ""))
    if not module_name:
        return None
    path = f"{holidays.__path__[0]}/countries/{module_name}.py"
    spec = spec_from_file_location(f"{__name__}_{module_name}", path)
    if spec is None or spec.loader is None:
        raise ImportError(path=path)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    of_country: type[HolidayBase] = getattr(module, class_name)
    return of_country
