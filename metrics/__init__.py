"""Prometheus figures and the HTTP endpoint that serves them."""
