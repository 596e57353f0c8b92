"""The words that say what counts as a breach and by which article, for those who read figures.

How terms run and what is excused is said here as docs/regulation.md has it; what each rule demands
and where it stands is said by the tables, from the regulation's own file.
"""

from __future__ import annotations

LINE = """\
**Vi phạm** là không làm xong trong thời hạn mà Quy chế (Quyết định 02/2015/QĐ-UBND) quy định tại \
Điều 4, 5, 6, 16, 18, 21. **Quá hạn chưa hẳn là vi phạm**: phối hợp chậm (điểm b khoản 2 Điều 10), \
không phản hồi khi rà soát (điểm b khoản 2 Điều 6) thì không tính; chuyển trả chậm thì tính.
"""
"""What a leader has to know before the figures, on two lines."""

TEXT = """\
**Là vi phạm**: hết 24 giờ ngày cuối cùng của thời hạn mà việc chưa thực hiện, hoặc thực hiện \
sau đó. Thời hạn tính theo Điều 147, 148 Bộ luật Dân sự 2015: ngày cuối rơi vào ngày nghỉ thì \
kéo đến hết ngày làm việc liền sau. Việc bị thu hồi hay chuyển giao khi đã quá hạn vẫn là vi \
phạm.

**Quá hạn mà không phải vi phạm**: không phản hồi khi rà soát nhiệm vụ (điểm b khoản 2 Điều 6; \
riêng chuyển trả sau thời hạn là vi phạm); cung cấp thông tin phối hợp chậm (điểm b khoản 2 Điều \
10); cập nhật 6 tháng và năm về nhiệm vụ không có thời hạn (điểm b khoản 3 Điều 6, vì các tháng \
đã được tính); nhiệm vụ đã chuyển trả đúng hạn mà chưa được giao lại (khoản 2 Điều 6).

**Tỷ lệ đúng hạn** = số việc làm đúng hạn / số việc đến hạn trong kỳ, tính đến hết hôm qua, kể \
cả việc đến nay chưa làm; không kể việc được thu hồi trước hạn và việc Quy chế không quy định \
thời hạn cụ thể (“kịp thời”).

**Số ngày** quá hạn là ngày lịch, kể cả ngày nghỉ. **Màu**: xanh là đạt, vàng là cần chú ý, đỏ \
cam là không đạt.
"""
"""All of it, in Markdown."""
