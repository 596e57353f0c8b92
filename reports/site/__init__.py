"""Static pages of the unit, of each body and of each overdue obligation; the public page."""
