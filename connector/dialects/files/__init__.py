"""Dialect files: TOML that somebody writes by hand, read into a dialect or refused.

All that is wrong with a file is told at once, each fault with its key and what to mend. Nothing is
guessed, no key is ignored, and nothing in a file is ever evaluated.
"""
