"""Mail at length: 50,000 letters, and Debian's Postfix as a relay."""
