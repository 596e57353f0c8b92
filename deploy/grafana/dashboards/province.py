"""*Các địa phương*: all units of a province side by side, for whoever answers for several.

It shows only figures that say whose they are; what one unit does in detail is on the dashboards
that its name leads to.
"""

from __future__ import annotations

from grafana_foundation_sdk.builders import dashboard as build

from . import compliance, legal, look, panels, queries, tables
from .look import COUNT, SHARE, TEXT
from .tables import Column

_ALL = queries.OF_EVERY_UNIT
_MONTH = f'window="30d", {_ALL}'
_BREACHES = f"dondoc_all:overdue_breaches:count{{{_ALL}}}"
_OVERDUE = f"dondoc_all:overdue:count{{{_ALL}}}"
_OLDEST = f"dondoc_body:oldest_breach:timestamp_seconds{{{_ALL}}}"
_UP = f"dondoc:consumer:up{{{_ALL}}}"
_FEW = (None, TEXT), (1.0, look.BAD)


def province() -> build.Dashboard:
    """The dashboard."""
    board = look.board(
        look.PROVINCE,
        "Các địa phương",
        "Các địa phương đặt cạnh nhau: nơi nào đúng hạn, nơi nào vi phạm, nơi nào ngừng hoạt động.",
        "now-14d",
    )
    panels.row(board, 0, 4, *zip(compliance.WIDTHS, _tiles(), strict=True))
    panels.row(board, 4, 2, (24, panels.words("", legal.LINE)))
    panels.row(board, 6, 14, (24, _units()))
    panels.row(board, 20, 9, (12, _share_over_time()), (12, _overdue_over_time()))
    panels.row(board, 29, 12, (24, _services()))
    return board


def _or_zero(expression: str) -> str:
    return f"{expression} or 0 * max ({_UP})"


def _share(window: str) -> str:
    labels = f'window="{window}", {_ALL}'
    due = f"sum (dondoc_all:due:count{{{labels}}})"
    return f"sum (dondoc:on_time:count{{{labels}}}) / {due}"


def _tiles() -> list[panels.Panel]:
    return [
        panels.number(
            "Đúng hạn (30 ngày qua)",
            "Tỷ lệ làm đúng hạn trong các việc của mọi địa phương đến hạn 30 ngày qua.",
            _share("30d"),
            SHARE,
            look.SHARE_ON_GROUND,
            ground=True,
            decimals=1,
            empty="Chưa có",
        ),
        panels.number(
            "Đang quá hạn",
            "Số việc của mọi địa phương đã quá thời hạn cuối cùng mà đến nay chưa thực hiện.",
            f"sum ({_OVERDUE})",
        ),
        panels.number(
            "Trong đó là vi phạm",
            "Số việc đang quá hạn của mọi địa phương mà quy định coi là vi phạm.",
            f"sum ({_BREACHES})",
            levels=look.NONE_ON_GROUND,
            ground=True,
        ),
        panels.number(
            "Địa phương đang vi phạm",
            "Số địa phương có ít nhất một việc đang quá hạn là vi phạm.",
            _or_zero(f"count ({_BREACHES} > 0)"),
        ),
        panels.number(
            "Vi phạm lâu nhất (ngày lịch)",
            "Việc đang vi phạm lâu nhất đã quá hạn bao nhiêu ngày, kể cả ngày nghỉ.",
            queries.days_since(f"min ({_OLDEST})"),
            empty="Không có",
        ),
        panels.number(
            "Ngừng nhận sự kiện",
            "Số địa phương có số liệu trong một ngày qua mà nay không còn nhận sự kiện.",
            _or_zero(f"count ({queries.UNITS} unless max by (dondoc_unit) ({_UP}) == 1)"),
            levels=_FEW,
        ),
    ]


def _units() -> panels.Panel:
    due, on_time = (f"dondoc{name}:count{{{_MONTH}}}" for name in ("_all:due", ":on_time"))
    oldest = queries.days_since(f"min by (dondoc_unit) ({_OLDEST})")
    breaching = f"count by (dondoc_unit) (dondoc_body:overdue_breaches:count{{{_ALL}}} > 0)"
    return tables.rows(
        "Từng địa phương, nhiều vi phạm nhất ở trên",
        "Bấm vào tên địa phương để xem tổng quan của địa phương đó.",
        tables.unit_label(look.OVERVIEW, "Xem tổng quan của địa phương"),
        [
            Column("Đang vi phạm", queries.by_unit(_BREACHES), tables.bar(150, look.BAD)),
            Column("Lâu nhất (ngày lịch)", oldest, tables.days(165)),
            Column("Đơn vị đang vi phạm", breaching, tables.count(165)),
            Column("Đang quá hạn", queries.by_unit(_OVERDUE), tables.count(130)),
            Column(
                "Đúng hạn 30 ngày",
                f"{queries.by_unit(on_time)} / {queries.by_unit(due)}",
                tables.share(150),
            ),
            Column(
                "Vi phạm 30 ngày",
                queries.by_unit(f"dondoc_body:breaches:count{{{_MONTH}}}"),
                tables.count(140),
            ),
        ],
    )


def _share_over_time() -> panels.Panel:
    return panels.lines(
        "Tỷ lệ đúng hạn theo thời gian",
        "Tỷ lệ làm đúng hạn trong các việc của mọi địa phương đến hạn 7, 30 và 90 ngày trước đó.",
        [
            look.over_time(_share(window), name, ref)
            for (window, (name, _)), ref in zip(compliance.WINDOWS.items(), "ABC", strict=True)
        ],
        SHARE,
        colours=dict(compliance.WINDOWS.values()),
    )


def _overdue_over_time() -> panels.Panel:
    return panels.lines(
        "Số việc quá hạn và vi phạm",
        "Số việc của mọi địa phương quá hạn mà chưa thực hiện tại mỗi thời điểm.",
        [
            look.over_time(f"sum ({_OVERDUE})", "Quá hạn"),
            look.over_time(f"sum ({_BREACHES})", "Trong đó là vi phạm", "B"),
        ],
        COUNT,
        colours={"Quá hạn": look.BLACK, "Trong đó là vi phạm": look.BAD},
    )


def _services() -> panels.Panel:
    own = f'dondoc_events_total{{result!="foreign", {_ALL}}}'
    secret = queries.by_unit(f"increase(dondoc_secret_events_discarded_total{{{_ALL}}}[1d])")
    dead = f"max by (dondoc_unit) (dondoc:dead_letters:count{{{_ALL}}})"
    unrouted = f"max by (dondoc_unit) (dondoc:reminders_unrouted:count{{{_ALL}}})"
    return tables.rows(
        "dondoc của từng địa phương, nhiều sự kiện lỗi nhất ở trên",
        "Bấm vào tên địa phương để xem việc vận hành của địa phương đó. Sự kiện của địa phương khác"
        " không được tính.",
        tables.unit_label(look.OPERATIONS, "Xem vận hành của địa phương"),
        [
            Column("Sự kiện lỗi", dead, tables.count(120, _FEW)),
            Column("Nhắc việc không có nơi nhận", unrouted, tables.count(215, _FEW)),
            Column("Sự kiện mật 24 giờ", f"ceil({secret})", tables.count(160, _FEW)),
            Column(
                "Sự kiện 24 giờ",
                f"ceil({queries.by_unit(f'increase({own}[1d])')})",
                tables.count(135),
            ),
            Column(
                "Nhận sự kiện",
                f"max by (dondoc_unit) ({_UP})",
                {
                    **tables.count(130, ((None, look.BAD), (1.0, look.GOOD))),
                    "mappings": [look.words(look.RECEIVING)],
                },
            ),
        ],
    )
