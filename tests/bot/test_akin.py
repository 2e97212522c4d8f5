"""Whether two tickets are one matter."""

from __future__ import annotations

import pytest

from bot.akin import LIKELY, Typed, likeness, ranked
from bot.kit import Kit

ALLOWANCE = Typed("人才津贴没到账", "我去年评上副高，人才津贴一直没有到账，问了单位说已经报上去了", "allowance")


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (Typed("人才津贴到现在还没到账", "", "allowance"), True),
        (Typed("津贴没有到账", "副高的人才津贴没到账，单位说报上去了", ""), True),
        (Typed("人才公寓什么时候可以申请", "我想住人才公寓，什么时候可以申请", "housing"), False),
        (Typed("孩子上学", "孩子秋季要上小学，学校怎么安排", "education"), False),
        (Typed("你好", "", ""), False),
        (Typed("", "", ""), False),
    ],
)
def test_the_same_matter_is_told_from_another(kit: Kit, other: Typed, same: bool) -> None:
    assert (likeness(ALLOWANCE, other, kit.library.canonical) >= LIKELY) is same
    assert likeness(other, ALLOWANCE, kit.library.canonical) == likeness(ALLOWANCE, other, kit.library.canonical)


def test_the_most_alike_comes_first(kit: Kit) -> None:
    others = [Typed("孩子上学"), Typed("人才津贴没到账"), Typed("人才津贴怎么申请")]
    found = ranked(ALLOWANCE, others, kit.library.canonical)
    assert [each.subject for each, _ in found] == ["人才津贴没到账", "人才津贴怎么申请", "孩子上学"]
    assert found[0][1] > found[1][1]
