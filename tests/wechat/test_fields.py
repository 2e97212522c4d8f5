"""Template values: cut to WeChat's rules, on whole characters; what would be another value when cut is refused."""

from __future__ import annotations

import pytest

from bot.wechat.errors import SendError
from bot.wechat.fields import cut, fitted

FAMILY = "👨‍👩‍👧"  # five code points, eight UTF-16 units, one character


@pytest.mark.parametrize(
    ("name", "value", "becomes"),
    [
        ("thing1", "汇川区人才日活动", "汇川区人才日活动"),
        ("thing1", "一二三四五六七八九十一二三四五六七八九十", "一二三四五六七八九十一二三四五六七八九十"),
        ("thing1", "一二三四五六七八九十一二三四五六七八九十一", "一二三四五六七八九十一二三四五六七八九…"),
        ("thing12", "第一行\n第二行\t完\x00", "第一行 第二行 完"),
        ("thing1", "", "无"),
        ("short_thing2", "已经通过审核", "已经通过…"),
        ("const3", "已受理", "已受理"),
        ("phrase4", "审核通过了吗", "审核通过了"),
        ("phrase4", "已通过 OK", "已通过"),
        ("name5", "欧阳小林", "欧阳小林"),
        ("name5", "买买提·艾合买提江·吐尔逊江", "买买提·艾合买提江·"),
        ("name5", "Zhang Xiaolin", "Zhang Xiaolin"),
        ("name5", "小林2号", "小林号"),
        ("character_string6", "T20261123-0001", "T20261123-0001"),
        ("character_string6", "编号T1", "T1"),
        ("character_string6", "a" * 40, "a" * 29 + "..."),
        ("character_string6", "没有", "-"),
        ("letter7", "ab12cd", "abcd"),
        ("symbol8", "a★★★★★★", "★★★★★"),
        ("number9", "12.50", "12.50"),
        ("amount10", "¥1,200.00", "¥1200.00"),
        ("amount10", "300 元", "300元"),
        ("phone_number11", "0851-12345678", "0851-12345678"),
        ("phone_number11", "138****8000", "138****8000"),
        ("car_number12", "贵C·12345", "贵C12345"),
        ("time13", "15:01", "15:01"),
        ("time13", "2026-04-24T09:00:00+08:00", "2026年4月24日 09:00"),
        ("time13", "2026-04-24T01:00:00+00:00", "2026年4月24日 09:00"),
        ("time13", "2026-04-24T01:00:00.123456Z", "2026年4月24日 09:00"),
        ("time13", "2026年4月24日 09:00~2026年4月24日 17:00", "2026年4月24日 09:00~2026年4月24日 17:00"),
        ("time13", "09:00~17:00", "09:00~17:00"),
        ("date14", "2026-04-24", "2026年4月24日"),
        ("date14", "2026-04-24 09:00:00", "2026年4月24日 09:00"),
        (
            "keyword1",
            "旧模板的值可以长一些，不止二十个字，这里就有二十多个字",
            "旧模板的值可以长一些，不止二十个字，这里就有二十多个字",
        ),
    ],
)
def test_a_value_is_made_to_fit(name: str, value: str, becomes: str) -> None:
    assert fitted({name: value}) == {name: becomes}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("number1", "1" * 33),
        ("number1", "十二"),
        ("number1", ""),
        ("amount1", "12345678901"),
        ("amount1", "面议"),
        ("phone_number1", "0851-12345678 转 8001 或 8002"),
        ("car_number1", "贵C1234567"),
        ("time1", "明天上午"),
        ("time1", ""),
        ("time1", "25:00"),
        ("time1", "2026-13-24 09:00"),
        ("date1", "09:00"),
        ("letter1", "无"),
    ],
)
def test_what_would_be_another_value_when_cut_is_refused_before_the_call(name: str, value: str) -> None:
    with pytest.raises(SendError) as told:
        fitted({name: value})
    assert (told.value.kind, told.value.code) == ("refused", 47003)
    assert name in told.value.said


@pytest.mark.parametrize(
    ("text", "most", "becomes"),
    [
        (FAMILY * 3, 20, FAMILY * 2 + "…"),
        ("e\u0301" * 12, 11, "e\u0301" * 5 + "…"),
        ("👍🏽" * 6, 20, "👍🏽" * 4 + "…"),
        ("🇨🇳" * 6, 20, "🇨🇳" * 4 + "…"),
        ("𠀀" * 11, 20, "𠀀" * 9 + "…"),
    ],
)
def test_a_cut_never_splits_what_people_see_as_one_character(text: str, most: int, becomes: str) -> None:
    assert cut(text, most) == becomes
