"""*Vận hành*: whether dondoc itself is well, for its administrator.

What a person has to look into stands in the first two rows; how fast it works stands below.
"""

from __future__ import annotations

from grafana_foundation_sdk.builders import dashboard as build

from . import look, panels
from .panels import COUNT, DAYS, SECONDS, heading

RATE = "suffix:sự kiện/phút"
_UP = {"1": "Đang nhận", "0": "Không nhận"}


def operations() -> build.Dashboard:
    """The dashboard."""
    board = look.board(
        look.OPERATIONS,
        "Vận hành",
        "dondoc có đang chạy tốt không: nhận sự kiện, nhắc việc, hàng đợi, cơ sở dữ liệu.",
        "now-6h",
    )
    for each in (*_health(), *_to_be_looked_into(), *_flow(), *_tables()):
        board.with_panel(each)
    return board


def _health() -> list[panels.Panel]:
    return [
        panels.number(
            "Nhận sự kiện từ HSCV",
            "Có ít nhất một tiến trình đang nhận sự kiện từ RabbitMQ hay không.",
            (0, 0, 6, 4),
            look.now("max (dondoc:consumer:up)"),
            COUNT,
            ((None, look.BAD), (1.0, look.GOOD)),
        ).mappings([look.words(_UP)]),
        panels.number(
            "Sự kiện gần nhất",
            "Thời gian từ lần nhận sự kiện gần nhất.",
            (6, 0, 6, 4),
            look.now("time() - max (dondoc_last_delivery_timestamp_seconds > 0)"),
            SECONDS,
            ((None, look.GOOD), (86400.0, look.WATCH), (259200.0, look.BAD)),
            empty="Chưa nhận sự kiện nào",
        ),
        panels.number(
            "Tuổi của số liệu",
            "Số liệu tuân thủ được đọc từ cơ sở dữ liệu bao lâu trước; bình thường dưới 20 giây.",
            (12, 0, 6, 4),
            look.now("max (dondoc_snapshot_age_seconds)"),
            SECONDS,
            ((None, look.GOOD), (60.0, look.BAD)),
        ),
        panels.number(
            "Lịch làm việc còn hiệu lực",
            "Số ngày còn lại mà lịch làm việc đã có dữ liệu.",
            (18, 0, 6, 4),
            look.now(
                "floor((min (dondoc_calendar_covered_until_timestamp_seconds) - time()) / 86400)"
            ),
            DAYS,
            ((None, look.BAD), (14.0, look.WATCH), (60.0, look.GOOD)),
        ),
    ]


def _to_be_looked_into() -> list[panels.Panel]:
    return [
        panels.number(title, description, place, look.now(query), unit, levels)
        for title, description, place, query, unit, levels in (
            (
                "Sự kiện hỏng chờ xử lý",
                "Số sự kiện sai định dạng ở hàng đợi dondoc.dead; xem bằng lệnh dondoc dead list.",
                (0, 4, 5, 4),
                "max (dondoc:dead_letters:count)",
                COUNT,
                look.NONE_IS_GOOD,
            ),
            (
                "Thư nhắc không có nơi nhận",
                "Số thư nhắc trong hàng đợi dondoc.unrouted vì không hàng đợi nào nhận.",
                (5, 4, 5, 4),
                "max (dondoc:reminders_unrouted:count)",
                COUNT,
                look.NONE_IS_GOOD,
            ),
            (
                "Thư nhắc chờ gửi",
                "Số thư nhắc RabbitMQ chưa xác nhận.",
                (10, 4, 4, 4),
                "max (dondoc:outbox_pending:count)",
                COUNT,
                ((None, look.GOOD), (100.0, look.WATCH), (1000.0, look.BAD)),
            ),
            (
                "Thư nhắc chờ lâu nhất",
                "Thư nhắc đầu tiên trong số chờ gửi đã chờ bao lâu.",
                (14, 4, 5, 4),
                "max (dondoc:outbox_oldest_age:seconds)",
                SECONDS,
                ((None, look.GOOD), (300.0, look.WATCH), (1800.0, look.BAD)),
            ),
            (
                "Sự kiện mật nhận được (24 giờ)",
                "HSCV không được gửi văn bản mật; dondoc bỏ đi mà không đọc.",
                (19, 4, 5, 4),
                "ceil(sum (increase(dondoc_secret_events_discarded_total[1d])))",
                COUNT,
                look.NONE_IS_GOOD,
            ),
        )
    ]


def _flow() -> list[panels.Panel]:
    per_minute = "60 * sum by ({0}) (rate({1}[$__rate_interval]))"
    events = panels.lines(
        "Sự kiện nhận được theo kết quả",
        "Số sự kiện mỗi phút theo kết quả xử lý.",
        (0, 8, 12, 9),
        [look.over_time(per_minute.format("result", "dondoc_events_total"), "{{result}}")],
        RATE,
    )
    panels.rename(events, look.RESULTS)
    return [
        events,
        panels.lines(
            "Thời gian xử lý một sự kiện",
            "Từ khi nhận sự kiện đến khi ghi xong vào cơ sở dữ liệu: một nửa và 99% số sự kiện.",
            (12, 8, 12, 9),
            [
                look.over_time(_quantile(0.5, "processing"), "Một nửa số sự kiện", "A"),
                look.over_time(_quantile(0.99, "processing"), "99% số sự kiện", "B"),
            ],
            SECONDS,
        ),
        panels.lines(
            "Độ trễ so với HSCV",
            "Từ khi việc xảy ra trong HSCV đến khi dondoc ghi xong: một nửa và 95% số sự kiện.",
            (0, 17, 8, 9),
            [
                look.over_time(_quantile(0.5, "lag"), "Một nửa số sự kiện", "A"),
                look.over_time(_quantile(0.95, "lag"), "95% số sự kiện", "B"),
            ],
            SECONDS,
        ),
        panels.lines(
            "Thư nhắc đã gửi và chờ gửi",
            "Số thư nhắc RabbitMQ đã xác nhận trong mỗi giờ và số còn chờ.",
            (8, 17, 8, 9),
            [
                look.over_time(
                    "sum (increase(dondoc_reminders_published_total[1h]))", "Đã gửi trong 1 giờ"
                ),
                look.over_time("max (dondoc:outbox_pending:count)", "Chờ gửi", "B"),
            ],
            COUNT,
        ),
        panels.lines(
            "Hàng đợi cần người xử lý",
            "Số tin trong hai hàng đợi mà chỉ người quản trị mới làm cho vơi đi.",
            (16, 17, 8, 9),
            [
                look.over_time("max (dondoc:dead_letters:count)", "Sự kiện hỏng"),
                look.over_time(
                    "max (dondoc:reminders_unrouted:count)", "Thư nhắc không có nơi nhận", "B"
                ),
            ],
            COUNT,
        ),
    ]


def _tables() -> list[panels.Panel]:
    incomplete = panels.bars(
        "Văn bản thiếu thông tin",
        "Số văn bản thiếu từng thông tin mà Điều 5.1 yêu cầu.",
        (0, 26, 8, 9),
        look.now("sort_desc(max by (field) (dondoc_documents_incomplete))", "{{field}}"),
        COUNT,
        ((None, look.WATCH),),
    )
    panels.rename(incomplete, look.field_names())
    odd = panels.bars(
        "Hồ sơ có sự kiện bất thường",
        "Số hồ sơ theo dấu hiệu bất thường; lệnh dondoc status cho biết từng trường hợp.",
        (8, 26, 8, 9),
        look.now("sort_desc(max by (flag) (dondoc_flagged_streams))", "{{flag}}"),
        COUNT,
        ((None, look.WATCH),),
    )
    panels.rename(odd, look.FLAGS)
    return [incomplete, odd, _processes()]


def _processes() -> panels.Panel:
    return panels.rows(
        "Các tiến trình đang chạy",
        "Mỗi dòng là một tiến trình dondoc, phiên bản của nó và nó có đang nhận sự kiện không.",
        (16, 26, 8, 9),
        [
            look.column("max by (instance) (dondoc_consumer_up)", "A"),
            look.column("max by (instance, version) (dondoc_build_info)", "B"),
        ],
        look.join(
            ("Time", "Value #B"),
            {"instance": "Tiến trình", "version": "Phiên bản", "Value #A": "Nhận sự kiện"},
        ),
        "Nhận sự kiện",
    ).override_by_name(
        "Nhận sự kiện", heading(COUNT, ((None, look.BAD), (1.0, look.GOOD)), 0, look.words(_UP))
    )


def _quantile(quantile: float, what: str) -> str:
    buckets = f"rate(dondoc_event_{what}_seconds_bucket[$__rate_interval])"
    return f"histogram_quantile({quantile}, sum by (le) ({buckets}))"
