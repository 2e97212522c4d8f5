"""The inbox of the page: what was told by whatever way, unread until it is read, with the way to what it is about."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from phones import Phone, Phones

import staffing
from bot import notices
from bot.kit import Kit
from bot.wechat.errors import SendError
from models import outbox
from models.desk_answer import Said
from models.desk_dispatch import TooLate
from outgoing import deliver

TEXT = "津贴三月就批了，到现在没有到账"


@pytest.fixture
def 小林(phones: Phones) -> Phone:
    return phones.agreeing("小林")


@pytest.fixture
def 路人(phones: Phones) -> Phone:
    return phones.agreeing("路人")


def opened(phone: Phone) -> str:
    return str(phone.said("POST", "/tickets", {"text": TEXT})["ticket"]["number"])


def owed(kit: Kit, phone: Phone, number: int, name: str = "event_changed", **more: Any) -> None:
    data = {"title": f"通知{number}", "when": "", "note": "看一下", "text": f"第{number}条", **more}
    with kit.db.writing() as unit:
        notices.owe(unit, name, phone.talent.openid, data, dedup=f"test:{phone.talent.id}:{number}", now=kit.now())


def wait(phones: Phones, **how: float) -> None:
    phones.clock.at += timedelta(**how)


def test_a_reply_is_there_with_its_ticket(小林: Phone, 路人: Phone, kit: Kit, phones: Phones) -> None:
    number = opened(小林)
    staffing.DOES["答"](kit, 小林.talent.openid, "下周发放")
    assert 小林.said("GET", "/notices") == {"items": [], "next": None, "unread": 0}  # it may still be taken back
    wait(phones, seconds=11)
    inbox = 小林.said("GET", "/notices")
    assert (inbox["unread"], inbox["items"][0]["ticket"], inbox["items"][0]["wechat"]) == (1, number, False)
    assert "下周发放" in inbox["items"][0]["text"]
    assert "打开工单评价" in inbox["items"][0]["text"]
    assert "回复“" not in inbox["items"][0]["text"]
    assert 路人.said("GET", "/notices")["items"] == []


def test_what_was_held_back_while_others_were_read_is_unread(小林: Phone, kit: Kit, phones: Phones) -> None:
    opened(小林)
    staffing.DOES["答"](kit, 小林.talent.openid, "下周发放")
    wait(phones, seconds=5)
    owed(kit, 小林, 2)
    wait(phones, seconds=1)
    assert 小林.said("POST", "/notices/read") == {"unread": 0}
    wait(phones, seconds=5)
    inbox = 小林.said("GET", "/notices")
    assert (inbox["unread"], {each["kind"]: each["unread"] for each in inbox["items"]}) == (
        1,
        {"event_changed": False, "ticket_answer": True},
    )
    assert 小林.said("POST", "/notices/read") == {"unread": 0}


def test_a_subject_that_is_cut_shows_it(小林: Phone, kit: Kit, phones: Phones) -> None:
    小林.said("POST", "/tickets", {"text": "津贴三月就批了，到现在没有到账，问了单位也说不清楚"})
    staffing.DOES["答"](kit, 小林.talent.openid, "下周发放")
    wait(phones, seconds=11)
    title = 小林.said("GET", "/notices")["items"][0]["title"]
    assert len(title) == 20
    assert title.endswith("…")


def test_it_is_told_whether_it_reached_wechat(小林: Phone, kit: Kit, phones: Phones) -> None:
    phone = phones.agreeing("小吴", "service")
    owed(kit, phone, 1)
    with kit.db.writing() as unit:
        row = outbox.rows(unit, openid=phone.talent.openid)[0]
        outbox.take(unit, [row.id], reason="", now=kit.now())
    assert [each["wechat"] for each in phone.said("GET", "/notices")["items"]] == [True]


def test_what_is_taken_back_is_not_there(小林: Phone, kit: Kit, phones: Phones) -> None:
    with staffing.serving(kit, opened(小林)) as (desk, ticket):
        event = desk.answer(ticket, staffing.AGENT, Said("错了"), now=kit.now())
        desk.recall(ticket, staffing.AGENT, event, now=kit.now())
    wait(phones, minutes=1)
    assert 小林.said("GET", "/notices")["items"] == []


def test_what_wechat_refused_is_there_all_the_same(小林: Phone, kit: Kit, phones: Phones) -> None:
    opened(小林)
    kit.miniapp.refuse(SendError("refused", 45002, "内容太长", "改短再发"), what="send")  # type: ignore[union-attr]
    staffing.DOES["答"](kit, 小林.talent.openid, "下周发放")
    wait(phones, seconds=11)
    deliver(kit)
    assert [each["wechat"] for each in 小林.said("GET", "/notices")["items"]] == [False]


def test_read_up_to_where_it_was_seen(小林: Phone, kit: Kit, phones: Phones) -> None:
    for number in range(3):
        wait(phones, minutes=1)
        owed(kit, 小林, number)
    inbox = 小林.said("GET", "/notices?limit=2")
    assert ([each["text"] for each in inbox["items"]], inbox["unread"]) == (["第2条", "第1条"], 3)
    rest = 小林.said("GET", f"/notices?limit=2&after={inbox['next']}")
    assert ([each["text"] for each in rest["items"]], rest["next"]) == (["第0条"], None)
    assert 小林.said("POST", "/notices/read", {"up_to": inbox["items"][1]["id"]}) == {"unread": 1}
    assert [each["unread"] for each in 小林.said("GET", "/notices")["items"]] == [True, False, False]
    assert 小林.said("POST", "/notices/read") == {"unread": 0}
    assert 小林.said("POST", "/notices/read", {"up_to": rest["items"][0]["id"]}) == {"unread": 0}


def test_a_notice_of_an_event_names_it(小林: Phone, kit: Kit) -> None:
    owed(kit, 小林, 1, event="E2026-0001")
    assert [each["event"] for each in 小林.said("GET", "/notices")["items"]] == ["E2026-0001"]


@pytest.mark.parametrize(("method", "path"), [("GET", "/notices"), ("POST", "/notices/read")])
def test_an_answer_that_was_shown_is_not_taken_back(
    小林: Phone, kit: Kit, phones: Phones, method: str, path: str
) -> None:
    number = opened(小林)
    staffing.DOES["进"](kit, 小林.talent.openid, "在查了")
    wait(phones, seconds=11)
    assert 小林.said(method, path)["unread"] == (method == "GET")
    assert not recalled(kit, number, "interim")
    assert 小林.said("GET", f"/tickets/{number}")["unread"] is False


def test_what_was_counted_or_is_still_held_is_taken_back(小林: Phone, kit: Kit, phones: Phones) -> None:
    number = opened(小林)
    staffing.DOES["进"](kit, 小林.talent.openid, "在查了")
    wait(phones, seconds=11)
    staffing.DOES["答"](kit, 小林.talent.openid, "下周发放")
    assert len(小林.said("GET", "/notices")["items"]) == 1
    assert recalled(kit, number, "answer")
    staffing.DOES["答"](kit, 小林.talent.openid, "下周三发放")
    wait(phones, seconds=11)
    assert 小林.said("GET", "/notices/unread") == {"unread": 2}
    assert recalled(kit, number, "answer")


def recalled(kit: Kit, number: str, kind: str) -> bool:
    """Whether staff can take back the last of that kind."""
    with staffing.serving(kit, number) as (desk, ticket):
        event = [each for each in desk.events(ticket) if each.kind == kind][-1]
        try:
            desk.recall(ticket, staffing.LEAD, event, now=kit.now())
        except TooLate:
            return False
    return True
