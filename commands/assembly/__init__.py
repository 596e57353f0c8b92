"""How the parts are put together for a command: settings, data files, law, database."""
