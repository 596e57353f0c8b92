"""What the trail tells of an act besides its subject is told to a Vietnamese in Vietnamese."""

from __future__ import annotations

import pytest
from dondoc.commands import audit
from dondoc.commands.terminal.words import Words


def test_what_was_asked_and_what_became_of_it_is_told_in_the_reader_s_language(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(audit, "words", lambda: Words("vi"))
    details = {
        "everything": True,
        "law": "ab12",
        "since": "2026-03-01",
        "letters": ["x"],
        "stay": 2,
    }
    assert audit._short(details) == ("tất cả, luật ab12, từ 2026-03-01, sự kiện lỗi, còn lại 2")
    assert audit._short({"applied": ["0001"]}) == "đã áp dụng"
    parts = {"bodies": ["a"], "calendar": ["b"], "policy": ["c"]}
    assert audit._short(parts) == "danh bạ, lịch, cách nhắc việc"
    assert audit._short({"no_such_word": 1}) == "no_such_word 1"
