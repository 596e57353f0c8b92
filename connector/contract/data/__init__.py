"""What the data of an event may be: the fields and schemas of each type, and the check by them."""
