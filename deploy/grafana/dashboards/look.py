"""How every dashboard looks: its data source, colours, words for rules, and links to the others.

Nothing here asks for a figure; queries stand with the panel that shows them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.builders import prometheus
from grafana_foundation_sdk.models import dashboard as model
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

RULES = Path(__file__).parents[3] / "rules"
SOURCE = model.DataSourceRef(type_val="prometheus", uid="dondoc-prometheus")
"""The data source of provisioning/datasources/dondoc.yml."""
TAG = "dondoc"

GOOD, WATCH, BAD, PLAIN = "#0072B2", "#F0E442", "#D55E00", "#8C8C8C"
"""Blue, yellow and vermilion of Okabe and Ito's palette, which colour-blind people tell apart."""

OVERVIEW, BODY, OPERATIONS = "dondoc-overview", "dondoc-body", "dondoc-operations"
"""Unique identifiers of the dashboards, which their addresses hold."""

STATUSES = {
    "done_on_time": "Hoàn thành đúng hạn",
    "done_late": "Hoàn thành quá hạn",
    "in_progress_within": "Đang thực hiện, trong hạn",
    "in_progress_past": "Đang thực hiện, quá hạn",
    "not_started_within": "Chưa thực hiện, trong hạn",
    "not_started_past": "Chưa thực hiện, quá hạn",
}
"""The six statuses of Điều 5.1.g."""
UNKNOWN = {"unknown": "Không có trong danh bạ"}
"""The name of what stands under no body of the directory."""
PAST = ("done_late", "in_progress_past", "not_started_past")
"""Those that are late."""
RESULTS = {
    "stored": "Đã ghi nhận",
    "duplicate": "Trùng lặp",
    "ignored": "Loại sự kiện chưa biết",
    "redacted": "Thuộc hồ sơ mật, đã xóa nội dung",
    "conflict": "Mâu thuẫn",
    "discarded": "Bỏ qua vì là văn bản mật",
    "rejected": "Từ chối vì không rõ độ mật",
    "dead": "Sai định dạng",
}
"""What becomes of an event."""


FLAGS = {
    "completed_before_assigned": "Báo hoàn thành trước ngày giao",
    "early_report": "Báo cáo gửi trước kỳ",
    "no_document": "Có nhiệm vụ nhưng không có văn bản",
    "no_lead": "Không rõ cơ quan chủ trì",
    "no_office": "Danh bạ không có Văn phòng",
    "outside_3.2": "Giao nhiệm vụ ngoài văn bản nêu tại Điều 3.2",
    "unknown_body": "Đơn vị không có trong danh bạ",
    "unknown_task": "Nhiệm vụ chưa được giao",
}
"""What can be odd about the events of a document."""


def field_names() -> dict[str, str]:
    """The fields of Điều 5.1, in Vietnamese."""
    fields = _texts()["explain"]["field"]
    return {field: name[:1].upper() + name[1:] for field, name in fields.items()}


def rule_names() -> dict[str, str]:
    """What each rule demands and by which article, in Vietnamese, as a heading would have it."""
    regulation = tomllib.loads(
        (RULES / "regulations" / "02-2015-qd-ubnd.toml").read_text(encoding="utf-8")
    )
    texts = _texts()["rule"]
    named = {rule["id"]: texts.get(rule["id"], texts["other"]) for rule in regulation["rule"]}
    return {
        rule["id"]: f"{named[rule['id']][:1].upper()}{named[rule['id']][1:]} ({rule['cite']})"
        for rule in regulation["rule"]
    }


def _texts() -> dict[str, Any]:
    return tomllib.loads((RULES / "texts" / "vi.toml").read_text(encoding="utf-8"))


def words(names: Mapping[str, str], colours: Mapping[str, str] | None = None) -> model.ValueMapping:
    """A value mapping that shows each key of *names* as its value."""
    coloured = colours or {}
    return model.ValueMap(
        {
            key: model.ValueMappingResult(text=name, color=coloured.get(key), index=number)
            for number, (key, name) in enumerate(names.items())
        }
    )


def levels(*steps: tuple[float | None, str]) -> build.ThresholdsConfig:
    """Thresholds: from each value on, its colour; the first from None, which is minus infinity."""
    return (
        build.ThresholdsConfig()
        .mode(model.ThresholdsMode.ABSOLUTE)
        .steps([model.Threshold(value, colour) for value, colour in steps])
    )


NONE_IS_GOOD = ((None, GOOD), (1.0, BAD))
"""Levels of what should not be there at all."""
SHARE = ((None, BAD), (0.8, WATCH), (0.95, GOOD))
"""Levels of a share on time."""


def now(expression: str, legend: str = "__auto", ref: str = "A") -> prometheus.Dataquery:
    """What *expression* gives at the end of the time that is shown."""
    return _query(expression, legend, ref).instant()


def over_time(expression: str, legend: str, ref: str = "A") -> prometheus.Dataquery:
    """What *expression* gives at each moment of the time that is shown."""
    return _query(expression, legend, ref).range()


def column(expression: str, ref: str) -> prometheus.Dataquery:
    """A column of a table: a row for each series that *expression* gives now."""
    return _query(expression, "__auto", ref).instant().format(PromQueryFormat.TABLE)


def _query(expression: str, legend: str, ref: str) -> prometheus.Dataquery:
    query = prometheus.Dataquery().expr(expression).legend_format(legend).ref_id(ref)
    return query.datasource(SOURCE)


def join(excluded: Sequence[str], named: Mapping[str, str]) -> list[model.DataTransformerConfig]:
    """Rows of several columns as one table: without *excluded*, with headings as *named*."""
    return [
        model.DataTransformerConfig(id_val="merge", options={}),
        model.DataTransformerConfig(
            id_val="organize",
            options={
                "excludeByName": dict.fromkeys(excluded, True),
                "indexByName": {name: place for place, name in enumerate(named)},
                "renameByName": dict(named),
            },
        ),
    ]


def link_to_body() -> list[model.DynamicConfigValue]:
    """Of a table's column with names of bodies: a click opens the dashboard of that body."""
    link = {
        "title": "Xem chi tiết đơn vị",
        "url": f"/d/{BODY}?var-body=${{__data.fields.body}}&${{__url_time_range}}",
    }
    return [
        model.DynamicConfigValue(id_val="links", value=[link]),
        model.DynamicConfigValue(id_val="mappings", value=[words(UNKNOWN)]),
    ]


def board(uid: str, title: str, description: str, since: str) -> build.Dashboard:
    """An empty dashboard in Vietnam's time, with links to the others and a refresh."""
    made = (
        build.Dashboard(title)
        .uid(uid)
        .description(description)
        .tags([TAG])
        .timezone("Asia/Ho_Chi_Minh")
        .week_start("monday")
        .refresh("1m")
        .time(since, "now")
        .tooltip(model.DashboardCursorSync.CROSSHAIR)
        .readonly()
    )
    for target, name in (
        (OVERVIEW, "Tổng quan tuân thủ"),
        (BODY, "Theo đơn vị"),
        (OPERATIONS, "Vận hành"),
    ):
        if target != uid:
            made.link(
                build.DashboardLink(name)
                .type(model.DashboardLinkType.LINK)
                .url(f"/d/{target}")
                .keep_time(True)
                .icon("dashboard")
            )
    return made
