"""The installer in an empty Debian, from nothing to a letter: `python -m tests.bare --install`."""
