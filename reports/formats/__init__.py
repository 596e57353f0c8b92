"""The forms in which a report leaves dondoc, each written from the value alone."""
