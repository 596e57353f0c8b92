"""A realistic quarter of a district, generated from a seed: events as HSCV would send them."""

OFFICE_SOURCE = "/hscv/yen-lam/van-phong"
"""The instance of HSCV where the Office issues, assigns and follows."""
UNITS_SOURCE = "/hscv/yen-lam/don-vi"
"""The instance where departments and communes accept, report and complete."""
