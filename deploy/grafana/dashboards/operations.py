"""*Vận hành*: whether dondoc itself is well, for its administrator.

What a person has to look into stands in the first three rows; how fast it works stands below.
"""

from __future__ import annotations

from grafana_foundation_sdk.builders import dashboard as build

from . import look, panels, queries, tables
from .look import COUNT, DURATION, SECONDS, TEXT
from .tables import Column, Label

_COVERED = "dondoc_calendar_covered_until_timestamp_seconds"


def operations() -> build.Dashboard:
    """The dashboard."""
    board = look.board(
        look.OPERATIONS,
        "Vận hành",
        "dondoc có đang chạy tốt không: nhận sự kiện, nhắc việc, hàng đợi, cơ sở dữ liệu.",
        "now-6h",
    ).with_variable(look.unit(queries.UNITS))
    panels.row(board, 0, 4, *zip((5, 7, 6, 6), _health(), strict=True))
    panels.row(board, 4, 4, *zip((5, 5, 4, 5, 5), _to_be_looked_into(), strict=True))
    panels.row(board, 8, 4, *zip((8, 8, 8), _to_be_asked_of_hscv(), strict=True))
    panels.row(board, 12, 9, (12, _events()), (12, _processing()))
    panels.row(board, 21, 8, (8, _lag()), (8, _reminders()), (8, _queues()))
    panels.row(board, 29, 8, (8, _incomplete()), (8, _odd()), (8, _processes()))
    return board


def _health() -> list[panels.Panel]:
    return [
        panels.number(
            "Nhận sự kiện từ HSCV",
            "Có ít nhất một tiến trình đang nhận sự kiện từ RabbitMQ hay không.",
            f"max ({queries.series('dondoc:consumer:up')})",
            levels=((None, look.BAD), (1.0, look.GOOD)),
            ground=True,
        ).mappings([look.words(look.RECEIVING)]),
        panels.number(
            "Sự kiện gần nhất cách đây (giờ:phút:giây)",
            "Lần nhận sự kiện gần nhất cách đây bao lâu.",
            f"time() - max ({queries.series('dondoc_last_delivery_timestamp_seconds')} > 0)",
            DURATION,
            ((None, TEXT), (259200.0, look.BAD)),
            empty="Chưa nhận sự kiện nào",
        ),
        panels.number(
            "Số liệu tính cách đây (giây)",
            "Số liệu tuân thủ đã tính từ cơ sở dữ liệu cách đây bao lâu; bình thường dưới 20 giây.",
            f"max ({queries.series('dondoc_snapshot_age_seconds')})",
            levels=((None, TEXT), (60.0, look.BAD)),
        ),
        panels.number(
            "Lịch làm việc còn hiệu lực (ngày)",
            "Lịch ngày làm việc, ngày nghỉ đã có đến ngày nào: còn bao nhiêu ngày nữa thì hết.",
            f"floor((min ({queries.series(_COVERED)}) - time()) / 86400)",
            levels=((None, look.BAD), (60.0, TEXT)),
        ),
    ]


def _to_be_looked_into() -> list[panels.Panel]:
    return [
        panels.number(
            "Sự kiện lỗi chờ xử lý",
            "Số sự kiện ở hàng đợi dondoc.dead; xem lý do bằng lệnh dondoc dead list.",
            f"max ({queries.series('dondoc:dead_letters:count')})",
            levels=look.NONE_IS_GOOD,
        ),
        panels.number(
            "Nhắc việc không có nơi nhận",
            "Số thông báo nhắc việc ở hàng đợi dondoc.unrouted vì không hàng đợi nào đăng ký nhận.",
            f"max ({queries.series('dondoc:reminders_unrouted:count')})",
            levels=look.NONE_IS_GOOD,
        ),
        panels.number(
            "Nhắc việc chờ gửi",
            "Số thông báo nhắc việc mà RabbitMQ chưa xác nhận.",
            f"max ({queries.series('dondoc:outbox_pending:count')})",
            levels=((None, TEXT), (1000.0, look.BAD)),
        ),
        panels.number(
            "Chờ gửi lâu nhất (giờ:phút:giây)",
            "Thông báo nhắc việc chờ lâu nhất trong số chờ gửi đã chờ bao lâu.",
            f"max ({queries.series('dondoc:outbox_oldest_age:seconds')})",
            DURATION,
            ((None, TEXT), (600.0, look.BAD)),
        ),
        panels.number(
            "Sự kiện mật nhận được (24 giờ)",
            "HSCV không được gửi sự kiện mật; dondoc hủy ngay, không đọc và không lưu.",
            f"ceil(sum (increase({queries.series('dondoc_secret_events_discarded_total')}[1d])))",
            levels=look.NONE_IS_GOOD,
        ),
    ]


def _to_be_asked_of_hscv() -> list[panels.Panel]:
    missing = queries.series("dondoc:missing_numbers:count", 'age!="new"')
    silent = queries.series("dondoc_messages_without_event_total")
    return [
        panels.number(
            "Sự kiện còn thiếu",
            "Số sự kiện đã quá 4 giờ vẫn chưa đến, theo số thứ tự mà HSCV đánh; lệnh dondoc check"
            " cho biết các số đó.",
            queries.or_zero(f"sum ({missing})"),
            levels=look.NONE_IS_GOOD,
        ),
        panels.number(
            "Sự kiện thuộc loại chưa biết",
            "Số sự kiện được giữ lại mà không được tính vào đâu, vì phiên bản này không biết loại"
            " của chúng; lệnh dondoc status cho biết các loại đó.",
            f"max ({queries.series('dondoc_unknown_type_events')})",
            levels=look.NONE_IS_GOOD,
        ),
        panels.number(
            "Thông điệp không báo sự kiện nào (24 giờ)",
            "Số thông điệp mà theo phương ngữ của HSCV không báo sự kiện nào; lệnh dondoc check cho"
            " biết lý do.",
            queries.or_zero(f"ceil(sum (increase({silent}[1d])))"),
        ),
    ]


def _events() -> panels.Panel:
    # What is another unit's is no work, and would dwarf all else.
    events = queries.series("dondoc_events_total", 'result!="foreign"')
    per_minute = f"60 * sum by (result) (rate({events}[$__rate_interval]))"
    panel = panels.lines(
        "Số sự kiện nhận được mỗi phút, theo kết quả",
        "Số sự kiện nhận được mỗi phút, chia theo kết quả xử lý.",
        [look.over_time(per_minute, "{{result}}")],
        COUNT,
        colours={result: colour for result, (_, colour) in look.RESULTS.items()},
    )
    panels.rename(panel, {result: name for result, (name, _) in look.RESULTS.items()})
    return panel


def _processing() -> panels.Panel:
    return _times(
        "Thời gian xử lý một sự kiện",
        "Từ khi nhận đến khi ghi xong: một nửa và 99% số sự kiện không lâu hơn thế.",
        "processing",
        (("Một nửa số sự kiện", 0.5), ("99% số sự kiện", 0.99)),
        SECONDS,
    )


def _lag() -> panels.Panel:
    return _times(
        "Độ trễ so với HSCV (phút)",
        "Từ khi việc xảy ra trong HSCV đến khi ghi xong: một nửa và 95% số sự kiện không lâu hơn.",
        "lag",
        (("Một nửa số sự kiện", 0.5), ("95% số sự kiện", 0.95)),
        COUNT,
        "/ 60",
    )


def _times(
    title: str,
    description: str,
    what: str,
    quantiles: tuple[tuple[str, float], ...],
    unit: str,
    divided: str = "",
) -> panels.Panel:
    """Within what time a share of the events was done."""
    counted = queries.series(f"dondoc_event_{what}_seconds_bucket")
    buckets = f"sum by (le) (rate({counted}[$__rate_interval]))"
    names = [name for name, _ in quantiles]
    return panels.lines(
        title,
        description,
        [
            look.over_time(
                f"histogram_quantile({quantile}, {buckets}) {divided}".rstrip(), name, ref
            )
            for (name, quantile), ref in zip(quantiles, "AB", strict=True)
        ],
        unit,
        colours=dict(zip(names, (look.GOOD, look.ORANGE), strict=True)),
    )


def _reminders() -> panels.Panel:
    sent, waiting = "Đã gửi trong 1 giờ", "Chờ gửi"
    published = queries.series("dondoc_reminders_published_total")
    return panels.lines(
        "Nhắc việc đã gửi và chờ gửi",
        "Số thông báo nhắc việc RabbitMQ đã xác nhận trong một giờ và số còn chờ.",
        [
            look.over_time(f"sum (increase({published}[1h]))", sent),
            look.over_time(f"max ({queries.series('dondoc:outbox_pending:count')})", waiting, "B"),
        ],
        COUNT,
        colours={sent: look.GOOD, waiting: look.ORANGE},
    )


def _queues() -> panels.Panel:
    dead, unrouted = "Sự kiện lỗi", "Nhắc việc không có nơi nhận"
    return panels.lines(
        "Hàng đợi chờ người quản trị xử lý",
        "Số tin trong hai hàng đợi này chỉ giảm khi người quản trị xử lý.",
        [
            look.over_time(f"max ({queries.series('dondoc:dead_letters:count')})", dead),
            look.over_time(
                f"max ({queries.series('dondoc:reminders_unrouted:count')})", unrouted, "B"
            ),
        ],
        COUNT,
        colours={dead: look.BAD, unrouted: look.PURPLE},
    )


def _incomplete() -> panels.Panel:
    panel = panels.bars(
        "Văn bản thiếu thông tin",
        "Số văn bản còn thiếu từng loại thông tin mà quy định yêu cầu.",
        [
            look.now(
                f"sort_desc(max by (field) ({queries.series('dondoc_documents_incomplete')}))",
                "{{field}}",
            )
        ],
    )
    panels.rename(panel, look.field_names())
    return panel


def _odd() -> panels.Panel:
    panel = panels.bars(
        "Hồ sơ có sự kiện bất thường",
        "Số hồ sơ theo từng dấu hiệu bất thường.",
        [
            look.now(
                f"sort_desc(max by (flag) ({queries.series('dondoc_flagged_streams')}))", "{{flag}}"
            )
        ],
    )
    panels.rename(panel, look.FLAGS)
    return panel


def _processes() -> panels.Panel:
    up = f"max by (instance) ({queries.series('dondoc_consumer_up')})"
    return tables.rows(
        "Các tiến trình đang chạy",
        "Mỗi dòng là một tiến trình dondoc, phiên bản của nó và nó có đang nhận sự kiện không.",
        [
            Label("instance", "Tiến trình", {}),
            Label("version", "Phiên bản", {"custom.width": 110}),
        ],
        [
            Column(
                "Nhận sự kiện",
                f"{up} * on (instance) group_left (version)"
                f" max by (instance, version) ({queries.series('dondoc_build_info')})",
                {
                    **tables.count(130, ((None, look.BAD), (1.0, look.GOOD))),
                    "mappings": [look.words(look.RECEIVING)],
                },
            )
        ],
    )
