"""What is odd in a reminder policy, in the words of whoever asks: file, place, what to mend."""

from __future__ import annotations

from ...rules.reading.policy_checks import PolicyFinding
from .words import words


def told_of_policy(found: PolicyFinding) -> str:
    """*found* in one line that begins with the file and the place."""
    text = words().say(f"reminders.check.{found.what}", **found.values)
    return f"{found.place.file}: {found.place.key}: {text}"
