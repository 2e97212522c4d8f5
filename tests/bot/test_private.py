"""Numbers that are nobody's business do not stand in the messages we keep."""

from __future__ import annotations

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
        ("工单T20261122-0007，2022年", "工单T20261122-0007，2022年"),
        ("0852-28681234转8001", "0852-28681234转8001"),
    ],
)
def test_numbers_are_masked(written: str, kept: str) -> None:
    assert masked(written) == kept


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
        (ticket,) = 小林.kit.desk(unit).of(小林.openid)
        assert "13800138000" not in kept
        assert "138****8000" in kept
        assert 小林.kit.desk(unit).contact(ticket) == "13800138000"
