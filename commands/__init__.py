"""The command line: a module for each command, with its options and what it does.

Each has the command as ``command``; `cli` lists them. How the parts are put together for them
stands in `assembly`, how they speak in `terminal`: only here do all parts meet.
"""
