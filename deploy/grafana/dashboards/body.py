"""*Theo đơn vị*: what one body owes, what it is late with, and how it has done.

The body is chosen by its name at the top of the page; addresses hold its code.
"""

from __future__ import annotations

from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.models import dashboard

from . import compliance, legal, look, panels, queries, tables
from .compliance import CHOSEN_BODY
from .tables import Column

_OPEN = 'state="open"'
_PAGE = "don-vi/${body}.html"
"""The page of the body, which has each of its overdue obligations by symbol and content."""
_MONTH = 'window="30d"'


def body() -> build.Dashboard:
    """The dashboard."""
    board = look.board(
        look.BODY,
        "Theo đơn vị",
        "Việc của một đơn vị: còn phải làm gì, quá hạn việc nào, kết quả ra sao.",
        "now-14d",
    ).with_variable(look.unit(queries.UNITS))
    board.with_variable(_variable())
    board.with_variable(look.site()).link(look.to_site(_PAGE))
    panels.row(board, 0, 3, (24, panels.words("", f"## ${{body:text}}\n\n{legal.LINE}")))
    panels.row(board, 3, 4, *zip(compliance.WIDTHS, _tiles(), strict=True))
    panels.row(board, 7, 13, (24, _rules()))
    panels.row(
        board,
        20,
        9,
        (8, _tasks()),
        (8, compliance.share_over_time(CHOSEN_BODY)),
        (8, compliance.overdue_over_time(CHOSEN_BODY)),
    )
    panels.row(board, 29, 7, (24, compliance.lights(CHOSEN_BODY)))
    return board


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


def _tiles() -> list[panels.Panel]:
    return [
        compliance.share(CHOSEN_BODY),
        compliance.overdue(CHOSEN_BODY),
        compliance.breaches_now(CHOSEN_BODY),
        panels.number(
            "Chưa quá hạn",
            "Số việc đơn vị còn phải làm và chưa quá hạn, kể cả việc không có thời hạn.",
            queries.or_zero(f"sum ({CHOSEN_BODY.series('dondoc:obligations:count', _OPEN)})"),
        ),
        compliance.oldest_breach(CHOSEN_BODY),
        compliance.breaches_of_month(CHOSEN_BODY),
    ]


def _rules() -> panels.Panel:
    oldest = queries.days_since(CHOSEN_BODY.series("dondoc:oldest_breach:timestamp_seconds"))
    return tables.rows(
        "Từng quy định, nhiều vi phạm nhất ở trên",
        "Những việc đơn vị đang phải làm và kết quả 30 ngày qua.",
        tables.rule_label(_PAGE),
        [
            Column(
                "Đang vi phạm",
                queries.by_rule(CHOSEN_BODY.series("dondoc:overdue_breaches:count")),
                tables.bar(125, look.BAD),
            ),
            Column("Lâu nhất (ngày lịch)", queries.by_rule(oldest), tables.days(158)),
            Column(
                "Đang quá hạn",
                queries.by_rule(CHOSEN_BODY.series("dondoc:overdue:count")),
                tables.count(115),
            ),
            Column(
                "Chưa quá hạn",
                queries.by_rule(CHOSEN_BODY.series("dondoc:obligations:count", _OPEN)),
                tables.count(115),
            ),
            Column(
                "Đúng hạn 30 ngày",
                queries.by_rule(CHOSEN_BODY.series("dondoc:on_time:ratio", _MONTH)),
                tables.share(145),
            ),
        ],
    )


def _tasks() -> panels.Panel:
    return panels.bars(
        "Nhiệm vụ do đơn vị chủ trì",
        "Theo sáu tình trạng; nhiệm vụ đã hoàn thành được giữ lại 90 ngày.",
        [
            look.now(queries.or_zero(f"sum ({_tasks_that_are(status)})"), name, ref)
            for (status, name), ref in zip(look.STATUSES.items(), "ABCDEF", strict=True)
        ],
        colours={
            name: look.BAD if status in look.PAST else look.GOOD
            for status, name in look.STATUSES.items()
        },
    )


def _tasks_that_are(status: str) -> str:
    return CHOSEN_BODY.series("dondoc:tasks:count", f'status="{status}"')
