"""Everything between the broker and the database: events in, dead letters and reminders out."""
