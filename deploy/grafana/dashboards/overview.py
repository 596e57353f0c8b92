"""*Tổng quan tuân thủ*: who is on time, who is late and since when, for the leaders of an office.

What has to be seen in ten seconds stands in the first row; the worst body stands on top.
"""

from __future__ import annotations

from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.builders import table

from . import legal, look, panels, queries
from .panels import COUNT, DAYS, SHARE, heading


def overview() -> build.Dashboard:
    """The dashboard."""
    board = look.board(
        look.OVERVIEW,
        "Tổng quan tuân thủ",
        "Việc thực hiện nhiệm vụ được giao: ai đúng hạn, ai quá hạn và từ bao giờ.",
        "now-7d",
    )
    for each in _first_row():
        board.with_panel(each)
    board.with_panel(_worst()).with_panel(_bodies())
    board.with_panel(_trend()).with_panel(_trend_of_overdue())
    board.with_panel(_rules())
    return board.with_panel(panels.words("Khi nào tính là vi phạm?", (0, 42, 24, 16), legal.text()))


def _first_row() -> list[panels.Panel]:
    return [
        panels.number(
            "Tỷ lệ đúng hạn (30 ngày qua)",
            "Trong các việc đến hạn 30 ngày qua, bao nhiêu phần đã làm đúng hạn.",
            (0, 0, 5, 5),
            look.now(queries.share("30d")),
            SHARE,
            look.SHARE,
            decimals=1,
            empty="Chưa có việc nào đến hạn",
        ),
        panels.number(
            "Đang quá hạn",
            "Số việc đã quá thời hạn cuối cùng mà đến nay chưa thực hiện.",
            (5, 0, 5, 5),
            look.now(queries.or_zero("sum (dondoc_all:overdue:count)")),
            COUNT,
            look.NONE_IS_GOOD,
        ),
        panels.number(
            "Đơn vị đang có việc quá hạn",
            "Số đơn vị có ít nhất một việc đang quá hạn.",
            (10, 0, 4, 5),
            look.now(queries.or_zero("count (dondoc_body:overdue:count > 0)")),
            COUNT,
            look.NONE_IS_GOOD,
        ),
        panels.number(
            "Quá hạn lâu nhất",
            "Việc đang quá hạn lâu nhất đã quá hạn bao nhiêu ngày.",
            (14, 0, 5, 5),
            look.now(queries.days_since("min (dondoc_body:oldest_overdue:timestamp_seconds)")),
            DAYS,
            ((None, look.WATCH), (10.0, look.BAD)),
            empty="Không có việc quá hạn",
        ),
        panels.number(
            "Vi phạm (30 ngày qua)",
            "Số lần vi phạm Quy chế trong các việc đến hạn 30 ngày qua; giải thích ở cuối trang.",
            (19, 0, 5, 5),
            look.now(queries.or_zero(queries.breaches("30d"))),
            COUNT,
            look.NONE_IS_GOOD,
        ),
    ]


def _worst() -> panels.Panel:
    worst = "topk(10, dondoc_body:overdue:count > 0)"
    panel = panels.bars(
        "Quá hạn nhiều nhất hiện nay",
        "Mười đơn vị có nhiều việc đang quá hạn nhất, nhiều nhất ở trên.",
        (0, 5, 10, 12),
        look.now(f"sort_desc({queries.by_name(worst)})", "{{name}}"),
        COUNT,
        ((None, look.BAD),),
        empty="Không có việc quá hạn",
    )
    panels.rename(panel, look.UNKNOWN)
    return panel


def _bodies() -> table.Panel:
    columns = [
        look.column(queries.by_name("dondoc_body:overdue:count"), "A"),
        look.column(
            queries.by_name(queries.days_since("dondoc_body:oldest_overdue:timestamp_seconds")), "B"
        ),
        look.column(queries.by_name('dondoc_body:on_time:ratio{window="30d"}'), "C"),
        look.column(queries.by_name('dondoc_body:breaches:count{window="30d"}'), "D"),
    ]
    named = {
        "name": "Đơn vị",
        "Value #A": "Đang quá hạn",
        "Value #B": "Quá hạn lâu nhất",
        "Value #C": "Đúng hạn (30 ngày)",
        "Value #D": "Vi phạm (30 ngày)",
        "body": "Mã",
    }
    return (
        panels.rows(
            "Tất cả đơn vị",
            "Bấm vào tên đơn vị để xem chi tiết.",
            (10, 5, 14, 12),
            columns,
            look.join(("Time",), named),
            "Đang quá hạn",
        )
        .override_by_name("Đơn vị", look.link_to_body())
        .override_by_name("Đang quá hạn", heading(COUNT, look.NONE_IS_GOOD))
        .override_by_name("Quá hạn lâu nhất", heading(DAYS))
        .override_by_name("Đúng hạn (30 ngày)", heading(SHARE, look.SHARE, 1))
        .override_by_name("Vi phạm (30 ngày)", heading(COUNT))
    )


def _trend() -> panels.Panel:
    return panels.lines(
        "Tỷ lệ đúng hạn theo thời gian",
        "Tỷ lệ đúng hạn của các việc đến hạn trong 7, 30 và 90 ngày trước mỗi thời điểm.",
        (0, 17, 12, 9),
        [
            look.over_time(queries.share(window), name, ref)
            for (window, name), ref in zip(queries.WINDOWS.items(), "ABC", strict=True)
        ],
        SHARE,
        most=1,
    )


def _trend_of_overdue() -> panels.Panel:
    return panels.lines(
        "Số việc quá hạn và chưa quá hạn",
        "Số việc chưa thực hiện tại mỗi thời điểm.",
        (12, 17, 12, 9),
        [
            look.over_time(queries.or_zero("sum (dondoc_all:overdue:count)"), "Quá hạn", "A"),
            look.over_time(queries.or_zero(queries.open_obligations()), "Chưa quá hạn", "B"),
        ],
        COUNT,
    )


def _rules() -> table.Panel:
    columns = [
        look.column(queries.by_rule("dondoc_rule:overdue:count"), "A"),
        look.column(queries.by_rule('dondoc_rule:on_time:ratio{window="30d"}'), "B"),
        look.column(queries.by_rule('dondoc_rule:on_time:ratio{window="90d"}'), "C"),
        look.column('sum by (rule) (dondoc:breaches:count{window="30d"})', "D"),
        look.column(queries.by_rule('dondoc:fulfilment:working_days{window="30d"}'), "E"),
    ]
    named = {
        "rule": "Nội dung",
        "Value #A": "Đang quá hạn",
        "Value #B": "Đúng hạn (30 ngày)",
        "Value #C": "Đúng hạn (90 ngày)",
        "Value #D": "Vi phạm (30 ngày)",
        "Value #E": "Số ngày làm việc trung bình",
    }
    panel = panels.rows(
        "Theo từng quy định",
        "Số ngày làm việc trung bình: từ khi phát sinh đến khi thực hiện, việc đến hạn 30 ngày.",
        (0, 26, 24, 16),
        columns,
        look.join(("Time",), named),
        "Đang quá hạn",
    )
    return (
        panel.override_by_name("Nội dung", heading("string", (), 0, look.words(look.rule_names())))
        .override_by_name("Đang quá hạn", heading(COUNT, look.NONE_IS_GOOD))
        .override_by_name("Đúng hạn (30 ngày)", heading(SHARE, look.SHARE, 1))
        .override_by_name("Đúng hạn (90 ngày)", heading(SHARE, look.SHARE, 1))
        .override_by_name("Vi phạm (30 ngày)", heading(COUNT))
        .override_by_name("Số ngày làm việc trung bình", heading(DAYS, (), 1))
    )
