"""How we write to somebody who is in both: by the service account while they follow it, else by the mini-program."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from phones import Phone, Phones, linked

import staffing
from bot.entering import Entering
from bot.kit import Kit
from bot.reach import reach_all
from handlers.console.channel import channel
from models import outbox, sending
from models.desk_answer import Said
from models.seal import Seal
from outgoing import arrived, deliver
from talk import Talk
from wechat_api import no

ANSWER = "下周发放"
Chats = Callable[..., Talk]


@pytest.fixture
def 小林(phones: Phones) -> Phone:
    return phones.agreeing("小林")


def opened(phone: Phone) -> str:
    return str(phone.said("POST", "/tickets", {"text": "津贴三月就批了，到现在没有到账"})["ticket"]["number"])


def answered(kit: Kit, number: str) -> str:
    """How staff were told that it would go out; it is sent."""
    with staffing.serving(kit, number) as (desk, ticket):
        told = channel(kit, desk._unit, ticket, kit.now()).words
        desk.answer(ticket, staffing.LEAD, Said(ANSWER), now=kit.now())
    kit.now.at += timedelta(seconds=11)  # type: ignore[attr-defined]
    deliver(kit)
    return told


def does_not_arrive(chat: Talk, kit: Kit) -> None:
    """WeChat says so of the template that went to the chat just now."""
    with kit.db.unit() as unit:
        (call,) = sending.since(unit, "oChat", chat.clock.at)
    chat.say(f"[sent emu-template-notice failed:user-block {call.msgid}]")


def heard(kit: Kit, openid: str) -> bool:
    return any(ANSWER in said for said in arrived(kit, openid))


def test_of_a_ticket_of_before_who_follows_hears_in_the_chat(小林: Phone, chat: Talk, kit: Kit) -> None:
    number = opened(小林)
    linked(小林, chat)
    assert answered(kit, number) == "客服消息"
    assert (heard(kit, "oChat"), heard(kit, "o小林")) == (True, False)


def test_who_left_hears_in_the_mini_program(小林: Phone, chat: Talk, chats: Chats, kit: Kit) -> None:
    linked(小林, chat)
    number = opened(小林)
    chat.say("[unsubscribe]")
    chats("o小林", in_miniapp=True).say("你好")
    assert 小林.said("GET", "/me")["following"] == "miniapp"
    assert answered(kit, number) == "小程序客服消息"
    assert (heard(kit, "oChat"), heard(kit, "o小林")) == (False, True)


def test_who_left_is_asked_for_consents_there(小林: Phone, chat: Talk, kit: Kit) -> None:
    linked(小林, chat)
    assert 小林.said("GET", "/subscriptions")["items"] == []
    chat.say("[unsubscribe]")
    assert 小林.said("GET", "/subscriptions")["account"] == "miniapp"
    assert 小林.said("GET", "/subscriptions")["items"]


def test_one_whom_wechat_says_has_left_is_written_to_there(小林: Phone, chat: Talk, chats: Chats, kit: Kit) -> None:
    linked(小林, chat)
    number = opened(小林)
    chats("o小林", in_miniapp=True).say("你好")
    kit.wechat.refuse(no("gone", 43004))  # type: ignore[attr-defined]
    answered(kit, number)
    assert heard(kit, "o小林")
    assert 小林.said("GET", "/me")["following"] == "miniapp"


def test_what_waits_goes_out_where_they_come_next(小林: Phone, chat: Talk, chats: Chats, kit: Kit) -> None:
    linked(小林, chat)
    number = opened(小林)
    chat.say("[unsubscribe]")
    assert answered(kit, number).startswith("无法送达")
    assert not heard(kit, "o小林")
    chats("o小林", in_miniapp=True).say("你好")
    deliver(kit)
    assert (heard(kit, "oChat"), heard(kit, "o小林")) == (False, True)


def test_what_waits_there_goes_along_in_the_chat(小林: Phone, chat: Talk, kit: Kit) -> None:
    number = opened(小林)
    chat.say("你好")
    linked(小林, chat)
    chat.say("[unsubscribe]")
    answered(kit, number)
    chat.clock.wait("1天")
    assert ANSWER in chat.say("你好")
    with kit.db.unit() as unit:
        assert {row.state for row in outbox.rows(unit) if row.kind == "ticket_answer"} == {"sent"}


def test_what_waited_goes_out_when_they_are_linked(小林: Phone, chat: Talk, kit: Kit) -> None:
    number = opened(小林)
    assert answered(kit, number).startswith("无法送达")
    linked(小林, chat)
    deliver(kit)
    assert heard(kit, "oChat")


def test_what_waited_goes_out_when_wechat_says_that_they_are_one(小林: Phone, chat: Talk, kit: Kit) -> None:
    number = opened(小林)
    answered(kit, number)
    chat.say("你好")
    for openid, app in (("o小林", "miniapp"), ("oChat", "service")):
        with kit.db.writing() as unit:
            Entering(unit, Seal(kit.settings.secret_key), kit.library.phrase).enter(
                openid, app, unionid="u1", now=kit.now()
            )
    deliver(kit)
    assert heard(kit, "oChat")


def test_what_did_not_arrive_after_all_goes_by_the_other(小林: Phone, chat: Talk, chats: Chats, kit: Kit) -> None:
    linked(小林, chat)
    number = opened(小林)
    chat.clock.wait("3天")
    chats("o小林", in_miniapp=True).say("你好")
    assert answered(kit, number) == "模板消息"
    does_not_arrive(chat, kit)
    deliver(kit)
    assert heard(kit, "o小林")


def test_what_waits_is_not_said_twice_where_they_ask_for_it(小林: Phone, chat: Talk, chats: Chats, kit: Kit) -> None:
    """They follow, but no way to there is open: their question in the mini-program opens one."""
    linked(小林, chat)
    number = opened(小林)
    chat.clock.wait("3天")
    answered(kit, number)
    does_not_arrive(chat, kit)
    deliver(kit)
    chats("o小林", in_miniapp=True).say(number)
    deliver(kit)
    assert sum(ANSWER in said for said in arrived(kit, "o小林")) == 1


def test_what_was_asked_in_one_chat_is_answered_there(小林: Phone, chat: Talk, chats: Chats, kit: Kit) -> None:
    linked(小林, chat)
    there = chats("o小林", in_miniapp=True)
    there.say("人才公寓怎么申请")
    deliver(kit)
    assert any("公寓" in said for said in arrived(kit, "o小林"))
    assert not any("公寓" in said for said in arrived(kit, "oChat"))


def test_a_list_says_of_each_what_one_by_one_says(小林: Phone, chat: Talk, chats: Chats, kit: Kit) -> None:
    linked(小林, chat)
    chat.say("[unsubscribe]")
    chats("o小林", in_miniapp=True).say("你好")
    chats("oAlone").say("你好")
    with kit.db.unit() as unit:
        found = dict(reach_all(kit, unit, ["oChat", "o小林", "oAlone", "oNobody"], "broadcast", now=kit.now()))
    assert [(found[each].way, found[each].account) for each in ("oChat", "o小林", "oAlone", "oNobody")] == [
        ("service", "miniapp"),
        ("service", "miniapp"),
        ("service", "service"),
        ("", "service"),
    ]
