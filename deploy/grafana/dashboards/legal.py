"""The words that say what counts as a breach, for those who read figures.

They hold for any regulation: what each rule demands, where it stands and what lateness is by it is
said by the tables, from the regulations in force.
"""

from __future__ import annotations

LINE = """\
**Vi phạm** là không làm xong trong thời hạn mà văn bản quy định đang có hiệu lực đặt ra. \
**Quá hạn chưa hẳn là vi phạm**: bảng *Từng quy định* nêu điều khoản và cho biết quá hạn thì có \
tính là vi phạm hay không.
"""
"""What a leader has to know before the figures, on two lines."""

TEXT = """\
**Là vi phạm**: hết 24 giờ ngày cuối cùng của thời hạn mà việc chưa thực hiện, hoặc thực hiện \
sau đó. Thời hạn tính theo Bộ luật Dân sự 2015: ngày cuối rơi vào ngày nghỉ thì kéo đến hết ngày \
làm việc liền sau, nếu quy định không nêu khác. Việc bị thu hồi hay chuyển giao khi đã quá hạn vẫn \
là vi phạm.

**Quá hạn mà không phải vi phạm**: việc mà quy định không tính là vi phạm (cột *Quá hạn thì*); \
nhiệm vụ đã chuyển trả đúng hạn mà chưa được giao lại.

**Tỷ lệ đúng hạn** = số việc làm đúng hạn / số việc đến hạn trong kỳ, tính đến hết hôm qua, kể \
cả việc đến nay chưa làm; không kể việc được thu hồi trước hạn và việc không có thời hạn cụ thể \
(“kịp thời”).

**Số ngày** quá hạn là ngày lịch, kể cả ngày nghỉ. **Màu**: xanh là đạt, vàng là cần chú ý, đỏ \
cam là không đạt.
"""
"""All of it, in Markdown."""
