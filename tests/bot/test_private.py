"""Numbers that are nobody's business do not stand in the messages we keep."""

from __future__ import annotations

import re

import pytest

from bot.private import masked
from talk import Talk


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("我的电话13800138000，谢谢", "我的电话138****8000，谢谢"),
        ("138 0013 8000", "138****8000"),
        ("身份证520303199001011234", "身份证5203********234"),
        ("52030319900101123X", "5203********23X"),
        ("卡号6222021234567890123", "卡号6222********123"),
        ("+8613800138000", "+86138****8000"),
        ("１３８００１３８０００", "138****8000"),
        ("520303 19900101 1234", "5203********234"),
        ("6222 0212 3456 7890 123", "6222********123"),
        ("138，1234，5678", "138****5678"),
        ("138、1234、5678", "138****5678"),
        ("138.1234.5678", "138****5678"),
        ("138, 1234, 5678", "138****5678"),
        ("138 12 34 56 78", "138****5678"),
        ("0086 138 1234 5678", "0086138****5678"),
        ("520303，19900101，1234", "5203********234"),
        ("5203，0319，9001，0112，3X", "5203********23X"),
        ("5203 0319 9001 0112 34", "5203********234"),
        ("6222，0212，3456，7890，123", "6222********123"),
        ("2019、2020、2021、2022都交了", "2019、2020、2021、2022都交了"),
        ("合同2022.09.01-2025.08.31", "合同2022.09.01-2025.08.31"),
        ("3000、5000、8000、10000元", "3000、5000、8000、10000元"),
        ("985、211、2022年", "985、211、2022年"),
        ("工单T20261122-0007，2022年", "工单T20261122-0007，2022年"),
        ("0852-28681234转8001", "0852-28681234转8001"),
    ],
)
def test_numbers_are_masked(written: str, kept: str) -> None:
    assert masked(written) == kept


_SPLIT = [
    "我电话138 1234 5678 津贴怎么申请？公寓在哪里？",
    "我电话138，1234，5678 津贴怎么申请？红烧肉怎么做才好吃？",
    "我电话138 1234 5678，津贴怎么申请，公寓在哪里",
    "津贴怎么申请？公寓在哪里？人才日是哪天？人才驿站收费吗，打我138 1234 5678",
    "公寓在哪里？红烧肉怎么做才好吃，我身份证520303 19900101 1234",
    "津贴和公寓怎么申请，我电话138 1234 5678",
    "我身份证5203 0319 9001 0112 34，津贴的条件和材料",
    "我的电话是138 1234 5678，红烧肉怎么做才好吃",
]


@pytest.mark.parametrize("said", _SPLIT)
def test_nothing_of_a_number_in_groups_gets_anywhere(小林: Talk, said: str) -> None:
    heard = 小林.say(said) + 小林.say("更多")
    kept = [_column(小林, column, table) for column, table in _KEPT]
    heard += 小林.say("工单") + 小林.say("无")
    kept += [_column(小林, column, table) for column, table in _KEPT]
    小林.say("不留")
    kept += [_column(小林, column, table) for column, table in (*_KEPT, ("subject", "ticket"), ("detail", "ticket"))]
    for text in (heard, *kept):
        assert not _DIGITS.search(text), text
    assert any("****" in text for text in kept)


_KEPT = (("text", "question"), ("data", "talk"), ("text", "message"), ("reply", "message"))
_DIGITS = re.compile(r"138\D{0,3}1234|1234\D{0,3}5678|19900101|9001\D{0,3}0112")


def _column(talk: Talk, column: str, table: str) -> str:
    with talk.kit.db.unit() as unit:
        query = f"SELECT group_concat({column}, '|') FROM {table}"  # noqa: S608
        return str(unit.connection.exec_driver_sql(query).scalar_one() or "")


@pytest.mark.parametrize(
    "said", ["红烧肉怎么做才好吃，我电话138 1234 5678", "红烧肉怎么做？公寓在哪里？电话13812345678"]
)
def test_the_number_beside_a_question_is_still_offered_to_call_back_on(小林: Talk, said: str) -> None:
    小林.say(said)
    小林.play("""
        人 工单
        人 无
        机 138****5678
        人 好
        机 工单已提交
    """)
    with 小林.kit.db.unit() as unit:
        (ticket,) = 小林.kit.desk(unit).listed([小林.openid])
        assert 小林.kit.desk(unit).contact(ticket).replace(" ", "") == "13812345678"


def test_what_is_set_aside_to_be_said_again_is_sealed(小林: Talk) -> None:
    小林.play("""
        人 工单
        人 津贴没到账
        人 无
        人 不留
        机 工单已提交
        人 还有，家里的红烧肉怎么做，13987654321
        机 T2026
    """)
    assert "13987654321" not in _column(小林, "data", "talk")
    小林.play("""
        人 好
        机 已
    """)
    assert "13987654321" in _column(小林, "body", "ticket_event")


def test_a_contact_is_kept_sealed_in_the_ticket_and_masked_in_the_message(小林: Talk) -> None:
    小林.play("""
        人 人工
        人 津贴没到账
        人 三月批的，一直没有
        人 13800138000
        机 工单已提交
    """)
    with 小林.kit.db.unit() as unit:
        kept = unit.connection.exec_driver_sql("SELECT group_concat(text) FROM message").scalar_one()
        (ticket,) = 小林.kit.desk(unit).listed([小林.openid])
        assert "13800138000" not in kept
        assert "138****8000" in kept
        assert 小林.kit.desk(unit).contact(ticket) == "13800138000"
