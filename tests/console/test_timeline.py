"""One line of time: what a message did to the ticket stands there once."""

from __future__ import annotations

from dataclasses import replace

from bot.deadline import Deadline
from console.conftest import Desk
from console.test_ticket import HX, text_of
from talk import Talk, message_of

NUMBER = "T20261123-0001"


def page_of(desk: Desk) -> str:
    return text_of(desk.sits("agent").get(f"/tickets/{NUMBER}", headers=HX))


def answered(talk: Talk) -> None:
    for said in ("人工", "单位没给我报津贴", "无", "13812345678"):
        talk.say(said)
    talk.play("""
        等 15分钟
        答 名单已经报到财政。
        等 11秒
        送
    """)


def test_a_rating_that_was_tapped_stands_once(desk: Desk, 小林: Talk) -> None:
    answered(小林)
    message = message_of("非常满意", 小林.openid, int(小林.clock.at.timestamp()))
    小林.pipeline.handle(replace(message, menu_id=f"rate:{NUMBER}:5"), Deadline())
    page = page_of(desk)
    assert page.count("评价：非常满意") == 1
    assert '<div class="said-text">非常满意</div>' not in page


def test_a_rating_in_their_own_words_keeps_them(desk: Desk, 小林: Talk) -> None:
    answered(小林)
    小林.say("很满意，谢谢你们")
    page = page_of(desk)
    assert page.count("很满意，谢谢你们") == 1
    assert page.count("评价：非常满意") == 1


def test_pictures_stand_once_before_and_after_the_ticket_is_opened(desk: Desk, 小林: Talk) -> None:
    for said in ("人工", "[image]", "单位没给我报津贴", "无", "13812345678"):
        小林.say(said)
        小林.clock.wait("1秒")
    assert page_of(desk).count("［图片］") + page_of(desk).count("图片，正在取") == 1
    小林.say("我的工单")
    小林.say("1")
    小林.say("[image]")
    page = page_of(desk)
    assert page.count("［图片］") + page.count("图片，正在取") == 2


def test_a_picture_of_another_day_stays_in_the_talk(desk: Desk, 小林: Talk) -> None:
    小林.say("[image]")
    小林.clock.wait("4小时")
    for said in ("人工", "单位没给我报津贴", "无", "13812345678"):
        小林.say(said)
    小林.say("我的工单")
    小林.say("1")
    小林.say("[image]")
    page = page_of(desk)
    assert page.count("［图片］") + page.count("图片，正在取") == 2


def test_a_tap_on_the_menu_is_told_in_words(desk: Desk, 小林: Talk) -> None:
    address = "https://talent.example/m/login?next=%2Fm%2F"
    view = replace(message_of("", 小林.openid, int(小林.clock.at.timestamp())), kind="event", event="view")
    小林.pipeline.handle(replace(view, key="view", event_key=address), Deadline())
    小林.say("[click menu.card]")
    answered(小林)
    page = page_of(desk)
    assert address not in page
    assert "menu.card" not in page
    assert "［点开了网页］" in page
    assert "［点了菜单］" in page


def test_what_wechat_tells_by_itself_was_said_by_nobody(desk: Desk, 小林: Talk) -> None:
    answered(小林)
    小林.say("[templatesendjobfinish - success m1]")
    小林.say("[click menu.card]")
    page = page_of(desk)
    assert "其他消息" not in page
    assert "点了菜单" in page
