"""How HTML is made: one template environment, one stylesheet, one shape of table."""
