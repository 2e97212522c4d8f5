"""Follow-ups: an aspect with no thing named keeps the thing talked about."""

from __future__ import annotations

import pytest

from knowledge.aspect import follow_up
from knowledge.entry import Aspect


@pytest.mark.parametrize(
    ("said", "aspect"),
    [
        ("那需要什么材料", "materials"),
        ("多少钱", "amount"),
        ("有多少钱啊？", "amount"),
        ("在哪办", "where"),
        ("去哪里办理呢", "where"),
        ("多久", "time_limit"),
        ("要多久到账", "when"),
        ("电话呢", "contact"),
        ("怎么申请", "how"),
        ("那怎么办理", "how"),
        ("什麼條件", "who"),
        ("什么时候开始", "when"),
        ("收费吗", "fee"),
        ("为什么呢", "why"),
        ("进度怎么查", "progress"),
    ],
)
def test_an_aspect_alone_follows(said: str, aspect: Aspect) -> None:
    assert follow_up(said, "subsidy") == aspect


@pytest.mark.parametrize("said", ["人才公寓在哪", "绿卡需要什么材料", "你好", "好的", "", "？", "硕士多少钱", "转人工"])
def test_a_thing_of_its_own_is_a_new_question(said: str) -> None:
    assert follow_up(said, "subsidy") is None


def test_nothing_talked_about_nothing_to_follow() -> None:
    assert follow_up("多少钱", "") is None
