"""The panels that the leaders' dashboard and a body's have in common: one row of tiles, two lines.

Whose figures they show is said by `Whose`; everything else is the same, so that a body reads its
own page as its leaders read theirs.
"""

from __future__ import annotations

from dataclasses import dataclass

from . import look, panels, queries
from .look import SHARE

WINDOWS = {
    "7d": ("7 ngày", look.SKY),
    "30d": ("30 ngày", look.GOOD),
    "90d": ("90 ngày", look.ORANGE),
}
"""The windows of due dates, each with its name and the colour of its line."""


@dataclass(frozen=True)
class Whose:
    """Whose figures: ``of`` in Vietnamese, ``labels`` as PromQL, ``share`` the record of shares."""

    of: str
    labels: str
    share: str

    def series(self, name: str, *labels: str) -> str:
        """The series *name*, theirs alone, with further *labels*."""
        return queries.series(name, *filter(None, (self.labels, *labels)))


UNIT = Whose("", "", "dondoc_all:on_time:ratio")
CHOSEN_BODY = Whose(" của đơn vị", 'body="$body"', "dondoc_body:on_time:ratio")

WIDTHS = (4, 3, 4, 4, 5, 4)
"""Of the tiles of the first row, as long as their titles ask for."""

_MONTH = 'window="30d"'


def share(whose: Whose) -> panels.Panel:
    """The share on time: the first tile with colour."""
    return panels.number(
        "Đúng hạn (30 ngày qua)",
        f"Tỷ lệ làm đúng hạn trong các việc{whose.of} đến hạn 30 ngày qua.",
        whose.series(whose.share, _MONTH),
        SHARE,
        look.SHARE_ON_GROUND,
        ground=True,
        decimals=1,
        empty="Chưa có",
    )


def overdue(whose: Whose) -> panels.Panel:
    """What is overdue now, a breach or not."""
    return panels.number(
        "Đang quá hạn",
        f"Số việc{whose.of} đã quá thời hạn cuối cùng mà đến nay chưa thực hiện.",
        _overdue(whose),
    )


def breaches_now(whose: Whose) -> panels.Panel:
    """What of it is a breach: the second tile with colour."""
    return panels.number(
        "Trong đó là vi phạm",
        f"Số việc đang quá hạn{whose.of} mà quy định coi là vi phạm.",
        _breaches(whose),
        levels=look.NONE_ON_GROUND,
        ground=True,
    )


def oldest_breach(whose: Whose) -> panels.Panel:
    """For how long the oldest of these has been overdue."""
    oldest = whose.series("dondoc_body:oldest_breach:timestamp_seconds")
    return panels.number(
        "Vi phạm lâu nhất (ngày lịch)",
        f"Việc đang vi phạm lâu nhất{whose.of} đã quá hạn bao nhiêu ngày, kể cả ngày nghỉ.",
        queries.days_since(f"min ({oldest})"),
        empty="Không có",
    )


def breaches_of_month(whose: Whose) -> panels.Panel:
    """How many breaches fell due in the last 30 days."""
    return panels.number(
        "Vi phạm (30 ngày qua)",
        f"Số việc vi phạm trong các việc{whose.of} đến hạn 30 ngày qua, kể cả việc đã làm xong.",
        queries.or_zero(f"sum ({whose.series('dondoc_body:breaches:count', _MONTH)})"),
    )


def share_over_time(whose: Whose) -> panels.Panel:
    """The share on time of each window."""
    return panels.lines(
        "Tỷ lệ đúng hạn theo thời gian",
        f"Tỷ lệ làm đúng hạn trong các việc{whose.of} đến hạn 7, 30 và 90 ngày trước đó.",
        [
            look.over_time(whose.series(whose.share, f'window="{window}"'), name, ref)
            for (window, (name, _)), ref in zip(WINDOWS.items(), "ABC", strict=True)
        ],
        SHARE,
        colours=dict(WINDOWS.values()),
    )


def overdue_over_time(whose: Whose) -> panels.Panel:
    """What was overdue, and what of it was a breach."""
    return panels.lines(
        "Số việc quá hạn và vi phạm",
        f"Số việc{whose.of} quá hạn mà chưa thực hiện tại mỗi thời điểm.",
        [
            look.over_time(_overdue(whose), "Quá hạn"),
            look.over_time(_breaches(whose), "Trong đó là vi phạm", "B"),
        ],
        look.COUNT,
        colours={"Quá hạn": look.BLACK, "Trong đó là vi phạm": look.BAD},
    )


def lights(whose: Whose) -> panels.Panel:
    """What is to be done by its traffic light, by the words of the regulations."""
    lit = whose.series("dondoc:obligations_lit:count")
    return panels.bars(
        "Việc chưa xong theo mức cảnh báo",
        f"Số việc{whose.of} chưa xong theo từng mức cảnh báo mà văn bản quy định đặt ra.",
        [look.now(f"sort_desc(sum by (light) ({lit}))", "{{light}}")],
        empty="Quy định không đặt mức cảnh báo",
    )


def _overdue(whose: Whose) -> str:
    return queries.or_zero(f"sum ({whose.series('dondoc_body:overdue:count')})")


def _breaches(whose: Whose) -> str:
    return queries.or_zero(f"sum ({whose.series('dondoc_body:overdue_breaches:count')})")
