"""A realistic quarter of a district, generated from a seed: events as HSCV would send them."""
