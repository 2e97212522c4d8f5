"""What a ticket is about, by what was written."""

from __future__ import annotations

import pytest

from bot.matter import kind_of


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("人才津贴三月就批了，到现在没有发，问了单位说不知道", "unpaid"),
        ("津贴一直没发", "unpaid"),
        ("没有发现哪里可以申报", "question"),
        ("我没发票能报吗", "question"),
        ("窗口的人态度不好", "complaint"),
        ("人才津贴是什么", "question"),
    ],
)
def test_the_kind_is_read_from_the_words(text: str, kind: str) -> None:
    assert kind_of(text) == kind
