"""What leaves the database whole, and comes back: the log, and what does not follow from it."""
