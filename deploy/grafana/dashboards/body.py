"""*Theo đơn vị*: what one body owes, what it is late with, and how it has done.

The body is chosen by its name at the top of the page; addresses hold its code.
"""

from __future__ import annotations

from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.models import dashboard

from . import legal, look, panels, queries
from .panels import COUNT, DAYS, SHARE, heading

_OF = 'body="$body"'
_WINDOW = 'body="$body", window="30d"'


def body() -> build.Dashboard:
    """The dashboard."""
    board = look.board(
        look.BODY,
        "Theo đơn vị",
        "Việc của một đơn vị: còn phải làm gì, quá hạn việc nào, kết quả ra sao.",
        "now-7d",
    ).with_variable(_variable())
    for each in _first_row():
        board.with_panel(each)
    board.with_panel(_tasks()).with_panel(_rules())
    board.with_panel(_trend()).with_panel(_trend_of_overdue())
    return board.with_panel(panels.words("Khi nào tính là vi phạm?", (0, 27, 24, 16), legal.text()))


def _variable() -> build.QueryVariable:
    """The bodies by name; the code is what queries use."""
    return (
        build.QueryVariable("body")
        .label("Đơn vị")
        .datasource(look.SOURCE)
        .query({"query": f"query_result({queries.NAMES})", "refId": "body"})
        .regex('/name="(?<text>[^"]+)|body="(?<value>[^"]+)/g')
        .refresh(dashboard.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(dashboard.VariableSort.ALPHABETICAL_ASC)
        .multi(False)
        .include_all(False)
    )


def _first_row() -> list[panels.Panel]:
    return [
        panels.number(
            "Tỷ lệ đúng hạn (30 ngày qua)",
            "Trong các việc của đơn vị đến hạn 30 ngày qua, bao nhiêu phần đã làm đúng hạn.",
            (0, 0, 6, 5),
            look.now(f"dondoc_body:on_time:ratio{{{_WINDOW}}}"),
            SHARE,
            look.SHARE,
            decimals=1,
            empty="Chưa có việc nào đến hạn",
        ),
        panels.number(
            "Đang quá hạn",
            "Số việc của đơn vị đã quá thời hạn cuối cùng mà chưa thực hiện.",
            (6, 0, 5, 5),
            look.now(queries.or_zero(f"sum (dondoc_body:overdue:count{{{_OF}}})")),
            COUNT,
            look.NONE_IS_GOOD,
        ),
        panels.number(
            "Còn trong hạn hoặc không có thời hạn",
            "Số việc đơn vị còn phải làm và chưa quá hạn.",
            (11, 0, 4, 5),
            look.now(queries.or_zero(queries.open_obligations(_OF))),
            COUNT,
            ((None, look.PLAIN),),
        ),
        panels.number(
            "Quá hạn lâu nhất",
            "Việc đang quá hạn lâu nhất của đơn vị đã quá hạn bao nhiêu ngày.",
            (15, 0, 5, 5),
            look.now(queries.days_since(f"dondoc_body:oldest_overdue:timestamp_seconds{{{_OF}}}")),
            DAYS,
            ((None, look.WATCH), (10.0, look.BAD)),
            empty="Không có việc quá hạn",
        ),
        panels.number(
            "Vi phạm (30 ngày qua)",
            "Số lần vi phạm trong các việc của đơn vị đến hạn 30 ngày qua.",
            (20, 0, 4, 5),
            look.now(queries.or_zero(f"sum (dondoc_body:breaches:count{{{_WINDOW}}})")),
            COUNT,
            look.NONE_IS_GOOD,
        ),
    ]


def _tasks() -> panels.Panel:
    panel = panels.bars(
        "Nhiệm vụ do đơn vị chủ trì",
        "Theo sáu tình trạng của Điều 5.1.g; nhiệm vụ đã hoàn thành được giữ lại 90 ngày.",
        (0, 5, 10, 12),
        look.now(f"sum by (status) (dondoc:tasks:count{{{_OF}}})", "{{status}}"),
        COUNT,
        ((None, look.GOOD),),
        empty="Không có nhiệm vụ",
    )
    panels.rename(panel, look.STATUSES)
    for status in look.PAST:
        panel.override_by_name(
            status,
            [
                dashboard.DynamicConfigValue(
                    id_val="color", value={"mode": "fixed", "fixedColor": look.BAD}
                )
            ],
        )
    return panel


def _rules() -> panels.Panel:
    columns = [
        look.column(f"sum by (rule) (dondoc:overdue:count{{{_OF}}})", "A"),
        look.column(queries.open_by_rule(_OF), "B"),
        look.column(
            queries.by_rule(
                queries.days_since(f"dondoc:oldest_overdue:timestamp_seconds{{{_OF}}}")
            ),
            "C",
        ),
        look.column(queries.by_rule(f"dondoc:on_time:ratio{{{_WINDOW}}}"), "D"),
        look.column(queries.by_rule(f"dondoc:breaches:count{{{_WINDOW}}}"), "E"),
    ]
    named = {
        "rule": "Nội dung",
        "Value #A": "Đang quá hạn",
        "Value #B": "Chưa quá hạn",
        "Value #C": "Quá hạn lâu nhất",
        "Value #D": "Đúng hạn (30 ngày)",
        "Value #E": "Vi phạm (30 ngày)",
    }
    return (
        panels.rows(
            "Theo từng quy định",
            "Những việc đơn vị đang phải làm và kết quả 30 ngày qua.",
            (10, 5, 14, 12),
            columns,
            look.join(("Time",), named),
            "Đang quá hạn",
        )
        .override_by_name("Nội dung", heading("string", (), 0, look.words(look.rule_names())))
        .override_by_name("Đang quá hạn", heading(COUNT, look.NONE_IS_GOOD))
        .override_by_name("Chưa quá hạn", heading(COUNT))
        .override_by_name("Quá hạn lâu nhất", heading(DAYS))
        .override_by_name("Đúng hạn (30 ngày)", heading(SHARE, look.SHARE, 1))
        .override_by_name("Vi phạm (30 ngày)", heading(COUNT))
    )


def _trend() -> panels.Panel:
    return panels.lines(
        "Tỷ lệ đúng hạn theo thời gian",
        "Tỷ lệ đúng hạn của các việc đến hạn trong 7, 30 và 90 ngày trước mỗi thời điểm.",
        (0, 17, 12, 10),
        [
            look.over_time(f'dondoc_body:on_time:ratio{{{_OF}, window="{window}"}}', name, ref)
            for (window, name), ref in zip(queries.WINDOWS.items(), "ABC", strict=True)
        ],
        SHARE,
        most=1,
    )


def _trend_of_overdue() -> panels.Panel:
    return panels.lines(
        "Số việc quá hạn và chưa quá hạn",
        "Số việc của đơn vị chưa thực hiện tại mỗi thời điểm.",
        (12, 17, 12, 10),
        [
            look.over_time(f"sum (dondoc_body:overdue:count{{{_OF}}})", "Quá hạn", "A"),
            look.over_time(queries.or_zero(queries.open_obligations(_OF)), "Chưa quá hạn", "B"),
        ],
        COUNT,
    )
