"""What becomes secret: erased at once (`redaction`), and what remains of it on disk (`remains`)."""
