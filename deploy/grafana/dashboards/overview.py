"""*Tổng quan tuân thủ*: who is on time, who is late and since when, for the leaders of an office.

What has to be seen in ten seconds stands in the first row, where two tiles alone carry colour;
who and since when below it, the worst on top.
"""

from __future__ import annotations

from grafana_foundation_sdk.builders import dashboard as build

from . import compliance, legal, look, panels, queries, tables
from .compliance import UNIT
from .tables import Column, Label

_MONTH = 'window="30d"'


def overview() -> build.Dashboard:
    """The dashboard."""
    board = look.board(
        look.OVERVIEW,
        "Tổng quan tuân thủ",
        "Thực hiện nhiệm vụ được giao: đơn vị nào đúng hạn, đơn vị nào quá hạn, từ bao giờ.",
        "now-14d",
    ).with_variable(look.unit(queries.UNITS))
    board.with_variable(look.site())
    board.link(look.to_site("index.html"))
    panels.row(board, 0, 4, *zip(compliance.WIDTHS, _tiles(), strict=True))
    panels.row(board, 4, 2, (24, panels.words("", legal.LINE)))
    panels.row(board, 6, 18, (17, _bodies()))
    panels.row(board, 6, 9, (7, compliance.share_over_time(UNIT)), left=17)
    panels.row(board, 15, 9, (7, compliance.overdue_over_time(UNIT)), left=17)
    panels.row(board, 24, 15, (24, _rules()))
    panels.row(board, 39, 7, (14, panels.words("Cách tính", legal.TEXT)), (10, _regulations()))
    panels.row(board, 46, 7, (24, compliance.lights(UNIT)))
    return board


def _tiles() -> list[panels.Panel]:
    return [
        compliance.share(UNIT),
        compliance.overdue(UNIT),
        compliance.breaches_now(UNIT),
        panels.number(
            "Đơn vị đang vi phạm",
            "Số đơn vị có ít nhất một việc đang quá hạn là vi phạm.",
            queries.or_zero(f"count ({queries.series('dondoc_body:overdue_breaches:count')} > 0)"),
        ),
        compliance.oldest_breach(UNIT),
        compliance.breaches_of_month(UNIT),
    ]


def _bodies() -> panels.Panel:
    oldest = queries.days_since(queries.series("dondoc_body:oldest_breach:timestamp_seconds"))
    return tables.rows(
        "Từng đơn vị, nhiều vi phạm nhất ở trên",
        "Bấm vào tên đơn vị để xem chi tiết.",
        tables.body_label(),
        [
            Column(
                "Đang vi phạm",
                queries.by_name(queries.series("dondoc_body:overdue_breaches:count")),
                tables.bar(115, look.BAD),
            ),
            Column("Lâu nhất (ngày lịch)", queries.by_name(oldest), tables.days(158)),
            Column(
                "Đang quá hạn",
                queries.by_name(queries.series("dondoc_body:overdue:count")),
                tables.count(115),
            ),
            Column(
                "Đúng hạn 30 ngày",
                queries.by_name(queries.series("dondoc_body:on_time:ratio", _MONTH)),
                tables.share(145),
            ),
        ],
    )


def _regulations() -> panels.Panel:
    regulations = queries.series("dondoc_regulation_info")
    of = "regulation, title, in_force_from"
    return tables.rows(
        "Văn bản quy định đang có hiệu lực",
        "Mọi quy định, điều khoản nêu tại trang này là của các văn bản này.",
        [
            Label("title", "Tên văn bản", {"custom.minWidth": 200}),
            Label("regulation", "Số, ký hiệu", {"custom.width": 165}),
            Label("in_force_from", "Có hiệu lực từ", {"custom.width": 120}),
        ],
        [Column("Đang có hiệu lực", f"max by ({of}) ({regulations}) == 1", tables.count(120))],
    )


def _rules() -> panels.Panel:
    breaches = queries.by_rule(f"sum by (rule) ({queries.series('dondoc:breaches:count', _MONTH)})")
    taken = queries.series("dondoc:fulfilment:working_days", _MONTH)
    return tables.rows(
        "Từng quy định, nhiều vi phạm nhất ở trên",
        "Làm xong sau: số ngày trung bình từ khi phát sinh đến khi làm xong, 30 ngày qua.",
        tables.rule_label(),
        [
            Column(
                "Đang vi phạm",
                queries.by_rule(queries.series("dondoc_rule:overdue_breaches:count")),
                tables.bar(115, look.BAD),
            ),
            Column(
                "Đang quá hạn",
                queries.by_rule(queries.series("dondoc_rule:overdue:count")),
                tables.count(115),
            ),
            Column(
                "Đúng hạn 30 ngày",
                queries.by_rule(queries.series("dondoc_rule:on_time:ratio", _MONTH)),
                tables.share(145),
            ),
            Column("Vi phạm 30 ngày", breaches, tables.count(130)),
            Column("Làm xong sau (ngày làm việc)", queries.by_rule(taken), tables.days(235, 1)),
        ],
    )
