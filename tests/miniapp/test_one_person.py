"""Who has linked the mini-program is one person in the chat too: tickets, sign-ups, interests and agreements of either
side are told of and changed by the other."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from phones import Phone, Phones, linked

import staffing
from activities import code_of, hold, standing
from bot import fetching
from bot.kit import Kit
from models.broadcast import NEWS
from models.desk import BadMove, NewTicket
from models.desk_answer import Said
from models.desk_dispatch import TooLate
from staffing import LEAD
from talk import Talk
from wechat_api import Recorder

TEXT = "津贴三月就批了，到现在没有到账"


@pytest.fixture
def 小林(phones: Phones) -> Phone:
    return phones.agreeing("小林", "miniapp", "service", NEWS)


@pytest.fixture
def 客服(chats: Callable[..., Talk]) -> Talk:
    """小林 in the customer service of the mini-program."""
    return chats("o小林", in_miniapp=True)


def opened(phone: Phone, text: str = TEXT) -> str:
    return str(phone.said("POST", "/tickets", {"text": text})["ticket"]["number"])


def test_a_ticket_of_the_miniprogram_in_the_chat(小林: Phone, chat: Talk) -> None:
    number = opened(小林)
    chat.play(f"""
        人 我的工单
        机 您还没有提交过工单
        人 {number}
        机 没有查到
    """)
    linked(小林, chat)
    chat.play(f"""
        人 我的工单
        机 {number}…{TEXT}…待受理
        人 补充 银行卡是农商行的
        机 {number}
        人 查进度
        机 {number}…补充了1次
        人 撤销工单
        机 {number}
        人 是
        机 已经撤销
    """)
    assert 小林.said("GET", f"/tickets/{number}")["state"] == "withdrawn"


def test_it_is_rated_in_the_chat(小林: Phone, chat: Talk, kit: Kit) -> None:
    number = opened(小林)
    linked(小林, chat)
    staffing.DOES["答"](kit, "o小林", "下周发放")
    chat.play(f"""
        等 1分钟
        送
        机 下周发放
        人 {number}
        机 下周发放
        人 评价
        机 {number}
        人 5分
        机 非常满意
    """)
    assert 小林.said("GET", f"/tickets/{number}")["rating"]["stars"] == 5


def test_a_picture_is_fetched_where_it_was_sent(小林: Phone, chat: Talk, kit: Kit) -> None:
    number = opened(小林)
    linked(小林, chat)
    staffing.DOES["要"](kit, "o小林", "合同")
    chat.play(f"""
        等 1分钟
        人 [image]
        机 {number}
    """)
    assert fetching.fetch(kit) == "取回 1"
    assert isinstance(kit.wechat, Recorder)
    assert isinstance(kit.miniapp, Recorder)
    assert [[call.what for call in each.calls].count("download") for each in (kit.wechat, kit.miniapp)] == [1, 0]


def test_a_ticket_of_the_chat_in_the_customer_service(小林: Phone, chat: Talk, 客服: Talk, kit: Kit) -> None:
    linked(小林, chat)
    for text in ("我要投诉", "窗口让我跑了三趟", "无", "不留"):
        chat.say(text)
    (ticket,) = 小林.said("GET", "/tickets")["items"]
    for text, answer in (("查进度", ticket["number"]), ("[image]", ticket["number"]), ("是", "已经")):
        客服.say(text)
        assert answer in 客服.deliver()
    assert fetching.fetch(kit) == "取回 1"
    assert isinstance(kit.miniapp, Recorder)
    assert [call.what for call in kit.miniapp.calls].count("download") == 1


def test_what_a_linked_person_signs_up_for_in_the_customer_service_is_theirs(
    小林: Phone, chat: Talk, 客服: Talk, kit: Kit
) -> None:
    linked(小林, chat)
    number = hold(kit, "博士沙龙", capacity=5)
    客服.play("""
        人 报名博士沙龙
        送
        机 博士沙龙
        人 1
        送
        机 博士沙龙
    """)
    assert (standing(kit, number, "oChat"), standing(kit, number, "o小林")) == (("going", True), ("", False))
    assert 小林.said("GET", f"/events/{number}")["mine"]["state"] == "going"
    chat.play("""
        人 我的活动
        机 博士沙龙
    """)
    客服.play("""
        人 取消报名
        送
        机 博士沙龙
        人 是
        送
        机 博士沙龙
    """)
    assert standing(kit, number, "oChat")[0] == "cancelled"


def test_they_check_in_there_too(小林: Phone, chat: Talk, 客服: Talk, kit: Kit, phones: Phones) -> None:
    number = hold(kit, "博士沙龙", capacity=5)
    小林.said("PUT", f"/events/{number}/signup", {"remind": False})
    linked(小林, chat)
    phones.clock.wait("11天")
    客服.say(f"签到 {code_of(kit, number)}")
    assert "签到成功" in 客服.deliver()
    assert 小林.said("GET", f"/events/{number}")["mine"]["checked_in"]


def test_news_is_stopped_by_either_door(小林: Phone, chat: Talk, 客服: Talk) -> None:
    linked(小林, chat)
    客服.say("退订")
    assert not given(小林)
    客服.say("订阅通知")
    assert given(小林)
    chat.say("退订")
    assert not given(小林)


def given(phone: Phone) -> bool:
    (found,) = (each for each in phone.said("GET", "/consents")["items"] if each["id"] == NEWS)
    return found["standing"] in ("given", "outdated")  # outdated: by words of the chat, not of the page


def test_an_interest_is_one(小林: Phone, chat: Talk, 客服: Talk) -> None:
    linked(小林, chat)
    客服.say("公寓登记意向")
    客服.deliver()
    assert 小林.said("GET", "/items/talent_apartment")["interested"]
    assert "登记了：" in chat.say("公寓登记了吗")


def test_the_desk_sees_one_person_and_may_put_their_tickets_together(小林: Phone, chat: Talk, kit: Kit) -> None:
    theirs = opened(小林)
    with kit.db.writing() as unit:
        other = kit.desk(unit).open("oChat", NewTicket(TEXT, "见附件"), now=kit.now()).number

    def merge() -> None:
        with kit.db.writing() as unit:
            desk = kit.desk(unit)
            desk.merge(desk.hold(LEAD, other, "merge"), desk.hold(LEAD, theirs, "merge"), LEAD, now=kit.now())

    with pytest.raises(BadMove):
        merge()
    linked(小林, chat)
    with kit.db.unit() as unit:
        akin = kit.desk(unit).akin(LEAD, openid="oChat", contact_key="", beside=None, now=kit.now())
        assert {each.number for each in akin} == {theirs, other}
    merge()
    assert "下周发放" not in chat.say(other)
    with staffing.serving(kit, theirs) as (desk, ticket):
        desk.answer(ticket, LEAD, Said("下周发放"), now=kit.now())
    chat.clock.wait("1分钟")
    assert "下周发放" in chat.deliver()
    assert "下周发放" in chat.say(other)


def test_what_was_read_in_the_other_chat_is_not_taken_back(小林: Phone, chat: Talk, 客服: Talk, kit: Kit) -> None:
    number = opened(小林)
    linked(小林, chat)
    staffing.DOES["答"](kit, "o小林", "下周发放")
    chat.clock.wait("5秒")
    客服.say(number)
    assert "下周发放" not in 客服.deliver()
    chat.clock.wait("6秒")
    客服.say(number)
    with staffing.serving(kit, number) as (desk, ticket):
        (answer,) = (each for each in desk.events(ticket) if each.kind == "answer")
        with pytest.raises(TooLate):
            desk.recall(ticket, LEAD, answer, now=kit.now())
    assert "下周发放" in 客服.deliver()
