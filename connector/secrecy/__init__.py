"""What became secret is found in the queues and taken out; `erasure` is the whole second stage."""
