"""The law: pure functions and data. No clock, no input or output, no database, no logging."""
