"""Reports: what officials hand in or look at, made from the stored state of a day."""
