"""预约回电: when, which number, what about; a ticket with its hour, the number sealed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from models.ticket import Ticket
from talk import Talk


def _ticket(talk: Talk) -> Ticket:
    with talk.kit.db.unit() as unit:
        return unit.session.query(Ticket).one()


def test_a_call_is_booked(小林: Talk) -> None:
    小林.play("""
        人 预约回电
        机 什么时候方便接…1. 尽快…2. 今天下午（13:00—17:00）…3. 明天上午（9:00—12:00）…一般工作时间
        人 3
        机 打哪个号码
        人 13812345678
        机 什么事
        人 津贴停发了想问问
        机 编号 T20261123-0001…明天上午…138****5678
    """)
    ticket = _ticket(小林)
    assert (ticket.source, ticket.subject) == ("callback", "津贴停发了想问问")
    assert ticket.callback_at == datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    assert "13812345678" not in ticket.contact + ticket.detail
    with 小林.kit.db.unit() as unit:
        assert 小林.kit.desk(unit).contact(ticket) == "13812345678"


@pytest.mark.parametrize(
    "said", ["我电话13812345678，叫王建国，回我个电话", "请给我打电话 13812345678", "13812345678 给我回电话"]
)
def test_the_number_in_the_wish_is_not_asked_for_again(小林: Talk, said: str) -> None:
    小林.play(f"""
        人 {said}
        机 什么时候方便接
        人 1
        机 138****5678
        人 是
        机 什么事
    """)


def test_a_number_that_a_ticket_waits_for_is_the_tickets(小林: Talk) -> None:
    小林.play("""
        人 人工
        人 津贴停发了想问问
        人 无
        机 联系方式
        人 13812345678 给我回电话
        机 编号 T20261123-0001…138****5678
    """)


@pytest.mark.parametrize("said", ["请给我回电话", "给我打个电话", "预约回电话", "让人给我打电话吧", "给我回个电话"])
def test_ways_to_ask(小林: Talk, said: str) -> None:
    assert "什么时候方便接" in 小林.say(said)


def test_the_question_that_led_here_is_what_it_is_about(小林: Talk) -> None:
    小林.play("""
        人 红烧肉怎么做才好吃
        人 请给我回电话
        人 尽快
        人 13812345678
        机 编号
    """)
    assert _ticket(小林).subject == "红烧肉怎么做才好吃"


def test_at_night_as_soon_as_possible_is_the_next_opening(小林: Talk) -> None:
    小林.play("""
        等 12小时
        人 预约回电
        人 1
        人 13812345678
        人 无
        机 编号
    """)
    assert _ticket(小林).callback_at == datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


def test_without_a_number_nobody_can_ring(小林: Talk) -> None:
    小林.play("""
        人 预约回电
        人 1
        人 不留
        机 要回电得有一个号码
        人 1381234
        机 好像不完整
        人 取消
        机 放下了
    """)


def test_a_question_in_between_is_answered(小林: Talk) -> None:
    小林.play("""
        人 预约回电
        人 人才公寓在哪里
        机 公寓还没有开放…什么时候方便接
        人 8
        机 只有5个选项
    """)
