"""SQLite and PostgreSQL: what each does otherwise, behind `engine.Engine`, and how either fails."""
