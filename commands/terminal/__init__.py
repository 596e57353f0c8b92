"""How a command speaks with whoever calls it: options, tables, files, exit codes."""
