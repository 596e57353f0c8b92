"""What the events of a feedback say: `feedback.*`."""

from __future__ import annotations

from .fields import Choice, EventData, Flag, Identifier, Line, Text


class FeedbackReceived(EventData):
    """hscv.feedback.received (18.5, 20.3)."""

    from_body = Identifier(required=True)
    about_body = Identifier(required=True)
    content = Text(required=True)
    task_id = Identifier()


class FeedbackAnswered(EventData):
    """hscv.feedback.answered."""

    answer = Choice("urging_document", "reported_to_chairman", required=True)
    symbol = Text()
    copied_to_source = Flag()


class FeedbackDirectionIssued(EventData):
    """hscv.feedback.direction_issued."""

    symbol = Line(required=True)
    copied_to_source = Flag(required=True)
