"""Reminders: the office's policy, whether to remind today, whom, in what words, as what message."""
