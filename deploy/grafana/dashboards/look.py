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

COUNT, SHARE, SECONDS, DURATION = "none", "percentunit", "s", "dtdhms"
"""Units, as Grafana calls them; the last is written "2 d 03:20:00", the same in any language."""
LAST = "lastNotNull"
Levels = Sequence[tuple[float | None, str]]
"""From each value on, its colour; the first from None, which is minus infinity."""

GOOD, WATCH, BAD = "#0072B2", "#F0E442", "#D55E00"
"""Blue, yellow and vermilion of Okabe and Ito's palette, which colour-blind people tell apart.
Yellow is for grounds alone: on white it cannot be read."""
SKY, GREEN, ORANGE, PURPLE, BLACK = "#56B4E9", "#009E73", "#E69F00", "#CC79A7", "#000000"
"""Further colours of the palette, for lines that are neither good nor bad."""
PLAIN, TEXT = "#6E6E6E", "text"
"""Grey, and the colour of text, for what is neither good nor bad."""
NONE = "#D0D0D0"
"""Light grey, for a bar of nothing."""

OVERVIEW, BODY, OPERATIONS = "dondoc-overview", "dondoc-body", "dondoc-operations"
PROVINCE = "dondoc-province"
"""Unique identifiers of the dashboards, which their addresses hold."""

UNIT = "unit"
"""The variable that chooses whose figures are shown where Prometheus has those of several units;
empty where none has a name."""

SITE = "report_url"
"""The variable that has the address of the pages of `dondoc report site`, which name what a
dashboard only counts; docs/dashboards.md says how an office sets it."""
SITE_BY_DEFAULT = "/dondoc"
"""Where they are unless somebody says otherwise: beside Grafana, on the same host."""

STATUSES = {
    "done_on_time": "Hoàn thành đúng hạn",
    "done_late": "Hoàn thành quá hạn",
    "in_progress_within": "Đang thực hiện, trong hạn",
    "in_progress_past": "Đang thực hiện, quá hạn",
    "not_started_within": "Chưa thực hiện, trong hạn",
    "not_started_past": "Chưa thực hiện, quá hạn",
}
"""The six statuses of a task."""
UNKNOWN = "Không có trong danh bạ"
"""The name of what stands under no body of the directory."""
PAST = ("done_late", "in_progress_past", "not_started_past")
"""Those that are late."""
RESULTS = {
    "stored": ("Đã ghi nhận", GOOD),
    "duplicate": ("Trùng lặp", SKY),
    "ignored": ("Loại sự kiện chưa biết", PLAIN),
    "redacted": ("Thuộc hồ sơ mật, đã xóa nội dung", BLACK),
    "conflict": ("Trùng mã, khác nội dung", ORANGE),
    "discarded": ("Sự kiện mật, đã hủy", PURPLE),
    "rejected": ("Không rõ độ mật, từ chối", GREEN),
    "dead": ("Sự kiện lỗi", BAD),
}
"""What becomes of an event, and the colour of its line."""


RECEIVING = {"1": "Đang nhận", "0": "Không nhận"}
"""Whether events come in."""

FLAGS = {
    "accepted_before_completed": "Công nhận khi chưa báo hoàn thành",
    "rejected_after_accepted": "Công nhận rồi lại không công nhận",
    "completion_taken_back": "Báo hoàn thành rồi lại báo chưa xong",
    "completed_before_assigned": "Báo hoàn thành trước ngày giao",
    "date_already_over": "Ấn định thời hạn đã qua",
    "early_report": "Báo cáo gửi trước kỳ",
    "ended_body": "Nêu tên đơn vị đã kết thúc hoạt động",
    "extension_beyond": "Gia hạn vượt mức cho phép",
    "no_document": "Có nhiệm vụ nhưng không có văn bản",
    "no_lead": "Không rõ cơ quan chủ trì",
    "no_office": "Danh bạ không có Văn phòng",
    "no_party": "Cập nhật nhiệm vụ không được giao",
    "outside_assigning": "Giao nhiệm vụ ngoài loại văn bản giao nhiệm vụ",
    "parent_cycle": "Nhiệm vụ cấp trên vòng tròn",
    "parent_done_first": "Nhiệm vụ cấp trên xong trước nhiệm vụ con",
    "recurrence_bounded": "Nhiệm vụ lặp lại quá nhiều lần",
    "unknown_parent": "Không rõ nhiệm vụ cấp trên",
    "split_body": "Đơn vị đã chia, nhiệm vụ chưa giao lại",
    "unknown_body": "Đơn vị không có trong danh bạ",
    "unknown_doc_type": "Loại văn bản không có trong Nghị định 30/2020/NĐ-CP",
    "unknown_report": "Báo cáo có tên mà quy chế không nêu",
    "unknown_task": "Có sự kiện về nhiệm vụ chưa được giao",
}
"""What can be odd about the events of a document."""


LATENESS = {
    "breach": "là vi phạm",
    "sometimes": "tùy trường hợp",
    "never": "không là vi phạm",
    "no_term": "không có thời hạn",
    "unknown": "–",
}
"""What lateness is by a rule."""


def field_names() -> dict[str, str]:
    """The fields of documents and tasks, in Vietnamese."""
    fields = _texts()["explain"]["field"]
    return {field: name[:1].upper() + name[1:] for field, name in fields.items()}


def _texts() -> dict[str, Any]:
    return tomllib.loads((RULES / "texts" / "vi.toml").read_text(encoding="utf-8"))


def words(names: Mapping[str, str]) -> model.ValueMapping:
    """A value mapping that shows each key of *names* as its value."""
    return model.ValueMap(
        {
            key: model.ValueMappingResult(text=name, index=number)
            for number, (key, name) in enumerate(names.items())
        }
    )


def levels(*steps: tuple[float | None, str]) -> build.ThresholdsConfig:
    """*steps* as Grafana's thresholds; see `Levels`."""
    return (
        build.ThresholdsConfig()
        .mode(model.ThresholdsMode.ABSOLUTE)
        .steps([model.Threshold(value, colour) for value, colour in steps])
    )


# No figure at all is minus infinity to Grafana: it gets the first colour, which says nothing.
NEUTRAL = ((None, TEXT),)
"""Levels of what is neither good nor bad."""
NONE_IS_GOOD = ((None, TEXT), (1.0, BAD))
"""Levels of what should not be there at all, for text."""
NONE_ON_GROUND = ((None, PLAIN), (0.0, GOOD), (1.0, BAD))
"""The same for a ground, where none is said in colour too."""
SHARE_ON_GROUND = ((None, PLAIN), (0.0, BAD), (0.8, WATCH), (0.95, GOOD))
"""Levels of a share on time, for a ground."""


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


def site() -> build.ConstantVariable:
    """The variable SITE: a constant, since an address that a link to a dashboard could change would
    lead those who trust the dashboard anywhere."""
    return build.ConstantVariable(SITE).label("Trang chi tiết").value(SITE_BY_DEFAULT)


def unit(units: str) -> build.QueryVariable:
    """The variable UNIT: a choice of those for which *units* gives a series."""
    return (
        build.QueryVariable(UNIT)
        .label("Địa phương")
        .datasource(SOURCE)
        .query({"query": f"query_result({units})", "refId": UNIT})
        .regex('/dondoc_unit="([^"]+)/')
        .refresh(model.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(model.VariableSort.ALPHABETICAL_ASC)
        .multi(False)
        .include_all(False)
    )


def to_site(address: str) -> build.DashboardLink:
    """A link at the top of a dashboard to the page of that *address*, in a tab of its own."""
    return (
        build.DashboardLink("Từng việc quá hạn")
        .type(model.DashboardLinkType.LINK)
        .url(f"${{{SITE}}}/{address}")
        .target_blank(True)
        .icon("doc")
    )


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
        (PROVINCE, "Các địa phương"),
    ):
        if target != uid:
            made.link(
                build.DashboardLink(name)
                .type(model.DashboardLinkType.LINK)
                .url(f"/d/{target}")
                .keep_time(True)
                .include_vars(uid != PROVINCE)
                .icon("dashboard")
            )
    return made
