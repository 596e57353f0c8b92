"""The words that say what counts as a breach and by which article, for those who read figures.

What each rule demands and where it stands comes from the regulation's own file; how terms run and
what is excused is said here as docs/regulation.md has it.
"""

from __future__ import annotations

from .look import rule_names

_BREACH = """\
**Là vi phạm**: việc có thời hạn mà hết 24 giờ ngày cuối cùng của thời hạn vẫn chưa thực hiện, \
hoặc thực hiện sau thời hạn đó. Thời hạn rơi vào ngày nghỉ thì kéo đến hết ngày làm việc liền sau. \
Việc bị thu hồi hay chuyển giao khi đã quá hạn vẫn tính là vi phạm của đơn vị.

**Quá hạn nhưng không tính vi phạm**: chưa phản hồi khi rà soát nhiệm vụ (Điều 6.2.b); cung cấp \
thông tin phối hợp chậm (Điều 10.2.b); cập nhật 6 tháng và năm về nhiệm vụ không có thời hạn \
(Điều 6.3.b, vì các tháng đã được tính); nhiệm vụ đã chuyển trả đúng hạn mà chưa được giao lại \
(Điều 6.2.b).

**Không có thời hạn** thì không quá hạn và không có trong tỷ lệ: những việc Quy chế chỉ yêu cầu \
*kịp thời*.

**Tỷ lệ đúng hạn** = số việc làm đúng hạn / số việc đến hạn trong kỳ. Việc chưa làm vẫn nằm trong \
mẫu số; việc được thu hồi trước hạn thì không tính.

**Màu**: xanh là đạt, vàng là cần chú ý, đỏ cam là không đạt.
"""


def text() -> str:
    """The panel's text, in Markdown."""
    listed = "\n".join(f"- {name}" for name in rule_names().values())
    return f"{_BREACH}\n**Các việc được theo dõi và căn cứ**\n\n{listed}\n"
