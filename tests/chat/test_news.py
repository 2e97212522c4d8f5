"""What people agreed to be told unasked, and taking it back at any time."""

from __future__ import annotations

import pytest

from activities import hold, propose, standing
from models.agreement import Agreements
from talk import Talk


def agrees(talk: Talk) -> bool:
    with talk.kit.db.unit() as unit:
        return Agreements(unit).has(talk.openid, "news")


@pytest.mark.parametrize("said", ["订阅通知", "接收活动通知", "我要订阅活动通知", "开通通知", "订阅"])
def test_agreeing_in_words(小林: Talk, 路人: Talk, said: str) -> None:
    小林.play(f"""
        人 {said}
        机 有新的活动和政策就告诉您…退订
        人 {said}
        机 您已经订阅
        人 我的订阅
        机 活动和政策通知：已订阅…活动提醒：没有
    """)
    assert (agrees(小林), agrees(路人)) == (True, False)


@pytest.mark.parametrize(
    "said", ["退订", "TD", "t", "不要通知", "取消订阅", "别再通知我了", "我不想再收到通知", "不要再发了"]
)
def test_taking_it_back(小林: Talk, said: str) -> None:
    小林.play(f"""
        人 接收活动通知
        人 {said}
        机 已退订
        人 {said}
        机 没有订阅通知
    """)
    assert not agrees(小林)


def test_taking_it_back_takes_reminders_with_it_and_leaves_the_seats(小林: Talk) -> None:
    number, day = hold(小林.kit), propose(小林.kit, "人才日")
    小林.play("""
        人 报名医疗专场
        人 1
        人 关注人才日
        人 我的订阅
        机 没有订阅…活动提醒：医疗人才专场…登记：2027年人才日
        人 退订
        机 已退订…2027年人才日也取消了…报了名的医疗人才专场改期或取消，还会在这里告诉您…“取消报名”
        人 TD
        机 没有订阅通知…医疗人才专场改期或取消，还会
        机不 不会主动给您发消息
        人 我的订阅
        机 活动提醒：没有
        机不 人才日
    """)
    assert standing(小林.kit, number, 小林.openid) == ("going", False)
    assert standing(小林.kit, day, 小林.openid)[0] == "cancelled"


def test_in_the_middle_of_a_ticket_it_works_and_the_ticket_goes_on(小林: Talk) -> None:
    小林.play("""
        人 接收活动通知
        人 人工
        人 退订
        机 已退订
        人 想问人才津贴怎么还没发
        机 具体情况
    """)
    assert not agrees(小林)


def test_in_the_middle_of_a_sign_up(小林: Talk) -> None:
    number = hold(小林.kit)
    小林.play("""
        人 报名医疗专场
        人 TD
        机 没有订阅通知
        人 2
        机 报上了
    """)
    assert standing(小林.kit, number, 小林.openid) == ("going", False)


def test_nobody_is_subscribed_by_a_word_in_passing(小林: Talk) -> None:
    for said in ("告诉我人才公寓在哪", "通知我", "怎么订阅消息提醒", "有新政策能通知我吗"):
        小林.say(said)
    assert not agrees(小林)
