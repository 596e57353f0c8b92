"""What is asked of the stored state, and never changes it."""
