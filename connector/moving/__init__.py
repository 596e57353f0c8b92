"""The stored events as lines of a file, and files of a whole database written and taken in."""
