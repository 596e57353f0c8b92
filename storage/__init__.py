"""What dondoc remembers: models, migrations, the unit of work, queries."""
