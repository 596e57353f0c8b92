"""How an obligation came to its deadline: those before it, over when set, or of another law."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..obligations import FormerDeadline
from .extensions import cut_to_what_was_over
from .words import Asked, one_line


def move_lines(asked: Asked) -> Iterator[str]:
    """Each deadline that was replaced before it had passed: old, new, by which event; and each
    that was over when it was set."""
    extensions = asked.trace.get("extensions") or ()
    cut = {
        (each.get("source"), each.get("id")) for each in extensions if cut_to_what_was_over(each)
    }
    for over in asked.trace.get("over") or ():
        if (over.get("source"), over.get("id")) in cut:
            continue  # It is told with the limit that cut it.
        yield asked.say("moves.over", date=asked.written(over.get("date")), event=asked.event(over))
    moves = asked.trace.get("moved") or ()
    if not moves:
        return
    term = asked.trace.get("due") or asked.trace.get("target") or {}
    news = (*(move.get("from") for move in moves[1:]), term.get("from"))
    for move, new in zip(moves, news, strict=True):
        yield asked.say(
            "moves.moved",
            old=asked.written(move.get("from", "?")),
            new=asked.written(new or "?"),
            event=asked.event(move),
        )


def former_lines(asked: Asked, former: Sequence[FormerDeadline]) -> Iterator[str]:
    """Each deadline that another law gave: which it was, and when it was judged anew."""
    for had in former:
        due, due_at = had.end
        target, target_at = (had.target, had.target_at) if had.target else (had.due, had.due_at)
        if due is not None and target is not None:
            yield asked.say(
                "moves.reprocessed",
                due=asked.end(due, due_at),
                target=asked.end(target, target_at),
                regulation=one_line(had.regulation),
                date=asked.on(had.until),
            )
