"""A digest as the e-mail that is sent: its subject, its words, its HTML and its headers."""
