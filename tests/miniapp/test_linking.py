"""One person by a code: shown in the mini-program and typed in the chat, or the other way round."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from typing import Any

import pytest
from phones import Phone, Phones, linked

from activities import hold
from bot.kit import Kit
from bot.wechat.values import Phone as Told
from models import outbox, parting
from models.agreement import Agreements
from models.events import Events
from models.programme import Programme
from models.talent import Talents
from outgoing import arrived, deliver
from talk import Talk
from wechat_api import Recorder, no


def data(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200, answer.json
    return dict(answer.json["data"])


def openids(kit: Kit, openid: str) -> set[str]:
    with kit.db.unit() as unit:
        talent = Talents(unit).of(openid)
        return set(talent.all) if talent else set()


def code_in(text: str) -> str:
    found = re.search(r"\d{8}", text)
    assert found, text
    return found[0]


@pytest.mark.parametrize("typed", ["绑定 {}", "绑定{}", "{}", "关联：{}"])
def test_the_code_of_the_miniprogram_typed_in_the_chat(小林: Phone, chat: Talk, kit: Kit, typed: str) -> None:
    code = data(小林.post("/link/code"))["code"]
    asked = chat.say(typed.format(code))
    assert "不能撤销" in asked
    assert openids(kit, "o小林") == {"o小林"}
    assert "已经关联" in chat.say("确认关联")
    assert openids(kit, "o小林") == {"o小林", "oChat"}
    me = data(小林.get("/me"))
    assert (me["following"], me["linked"]) == ("service", True)


def test_the_code_of_the_chat_typed_on_the_page(小林: Phone, chat: Talk, kit: Kit) -> None:
    code = code_in(chat.say("绑定"))
    assert data(小林.post("/link", {"code": code}, key="link-it-once"))["following"] == "service"
    assert data(小林.post("/link", {"code": code}, key="link-it-once"))["following"] == "service"
    assert openids(kit, "oChat") == {"o小林", "oChat"}
    assert 小林.post("/link", {"code": code}).status_code == 422


def test_a_code_works_in_the_middle_of_something_else(小林: Phone, chat: Talk) -> None:
    chat.say("提问题")
    chat.say(data(小林.post("/link/code"))["code"])
    assert "已经关联" in chat.say("确认关联")
    assert "津贴三月就批了" in chat.say("津贴三月就批了，到现在没有到账")  # the question goes on


def test_nobody_is_linked_who_does_not_say_so(小林: Phone, chat: Talk, kit: Kit) -> None:
    code = data(小林.post("/link/code"))["code"]
    chat.play(f"""
        人 绑定 {code}
        机 别人给您的，不要回复
        人 是
        人 人才公寓怎么申请
        等 6分钟
        人 你好
        等 6分钟
        人 确认关联
        机 号码不对，或者已经过期
        人 确认关联
    """)
    assert "号码" not in (chat.heard or "")
    assert openids(kit, "o小林") == {"o小林"}


def test_tries_are_of_one_person_whichever_door_they_use(小林: Phone, chat: Talk) -> None:
    linked(小林, chat)
    for number in range(1, 6):
        小林.post("/link", {"code": f"{number:08}"})
        chat.say(f"绑定 {number:08}")
    assert "太多" in chat.say("绑定 00000009")
    refused = 小林.post("/link", {"code": "00000009"})
    assert refused.status_code == 429
    assert refused.json is not None
    assert refused.json["error"]["text"] == "试得太多了，请过一小时再试"


def test_going_out_everywhere_ends_the_codes(小林: Phone, chat: Talk) -> None:
    code = data(小林.post("/link/code"))["code"]
    小林.said("POST", "/logins/end", {"also_this": False})
    assert "不对" in chat.say(f"绑定 {code}")


def test_what_is_wrong_is_said(小林: Phone, 路人: Phone, chat: Talk, phones: Phones) -> None:
    assert "不对" in chat.say("绑定 00000000")
    code = data(小林.post("/link/code"))["code"]
    phones.clock.at += timedelta(minutes=11)
    assert "不对" in chat.say(f"绑定 {code}")
    linked(小林, chat)
    assert "已经关联" in chat.say(f"绑定 {data(小林.post('/link/code'))['code']}")
    assert "别人" in chat.say(f"绑定 {data(路人.post('/link/code'))['code']}")


def test_eight_digits_that_are_no_code_are_what_they_were(chat: Talk, 小林: Phone) -> None:
    小林.post("/link/code")
    assert "关联" not in chat.say("28681234")


def test_guessing_in_the_chat_ends(chat: Talk, 小林: Phone, phones: Phones) -> None:
    code = data(小林.post("/link/code"))["code"]
    for number in range(10):
        chat.say(f"绑定 {(int(code) + number + 1) % 10**8:08}")
    assert "太多" in chat.say(f"绑定 {code}")
    assert "已经关联" not in chat.say(code)


def test_guessing_bare_digits_ends_too(chat: Talk, 小林: Phone) -> None:
    code = data(小林.post("/link/code"))["code"]
    for number in range(10):
        chat.say(f"{(int(code) + number + 1) % 10**8:08}")
    assert "已经关联" not in chat.say(code)


def test_guessing_on_the_page_ends(小林: Phone, chat: Talk) -> None:
    code = code_in(chat.say("绑定"))
    for number in range(10):
        assert 小林.post("/link", {"code": f"{(int(code) + number + 1) % 10**8:08}"}).status_code == 422
    assert 小林.post("/link", {"code": code}).status_code == 429


def test_what_they_have_is_one_afterwards_and_who_waited_hears(小林: Phone, chat: Talk, kit: Kit) -> None:
    number = hold(kit, capacity=2)
    for openid in ("o小林", "oChat", "oWaits"):
        with kit.db.writing() as unit:
            Events(unit).sign_up(Programme(unit).find(number), openid, remind=False, now=kit.now())
    linked(小林, chat)
    with kit.db.unit() as unit:
        programme = Programme(unit)
        states = {each.openid: each.state for each in programme.signups(programme.find(number))}
    assert states == {"oChat": "going", "oWaits": "going"}
    with kit.db.unit() as unit:
        assert outbox.people_under(unit, f"promoted:{number}:") == {"oWaits"}


def test_the_side_that_showed_the_code_is_warned(小林: Phone, chat: Talk, kit: Kit) -> None:
    linked(小林, chat)
    deliver(kit)
    (told,) = 小林.said("GET", "/notices")["items"]
    assert (told["kind"], told["unread"]) == ("linked", True)
    assert "11月23日10:00" in told["text"]
    assert "不是您自己办的" in told["text"]
    assert arrived(kit, "oChat") == []  # the chat has just been told itself


def test_a_code_shown_in_the_chat_warns_in_the_chat(小林: Phone, chat: Talk, kit: Kit) -> None:
    小林.said("POST", "/link", {"code": code_in(chat.say("绑定"))})
    deliver(kit)
    (told,) = arrived(kit, "oChat")
    assert "不是您自己办的" in told
    assert arrived(kit, "o小林") == []


def test_who_was_linked_by_mistake_is_parted(小林: Phone, chat: Talk, kit: Kit) -> None:
    agree(kit, "o小林", "service")
    number = 小林.said("POST", "/tickets", {"text": "津贴三月就批了，到现在没有到账"})["ticket"]["number"]
    linked(小林, chat)
    assert number in chat.say("我的工单")
    with kit.db.writing() as unit:
        assert parting.part(unit, "oChat", kit.now()) is not None
        assert parting.part(unit, "oChat", kit.now()) is None
    assert openids(kit, "o小林") == {"o小林"}
    assert openids(kit, "oChat") == {"oChat"}
    assert number not in chat.say("我的工单")
    assert 小林.get("/me").status_code == 401


def agree(kit: Kit, openid: str, purpose: str) -> None:
    with kit.db.writing() as unit:
        version = kit.privacy().version(purpose)
        Agreements(unit).give(openid, purpose, how="miniapp", now=kit.now(), version=version)


def test_a_number_wants_consent_and_is_sealed(小林: Phone, kit: Kit) -> None:
    refused = 小林.post("/me/phone", {"code": "abc"})
    assert refused.status_code == 403
    assert refused.json is not None
    assert refused.json["error"]["field"] == "phone"
    assert isinstance(kit.miniapp, Recorder)
    assert kit.miniapp.calls == []
    agree(kit, "o小林", "phone")
    assert data(小林.post("/me/phone", {"code": "abc"}, key="phone-once")) == {"phone": "138****8000"}
    assert data(小林.post("/me/phone", {"code": "abc"}, key="phone-once")) == {"phone": "138****8000"}
    assert [(call.what, call.openid) for call in kit.miniapp.calls] == [("phone", "o小林")]
    with kit.db.unit() as unit:
        row = Talents(unit).row(小林.talent)
    assert row.phone
    assert "13800138000" not in row.phone + row.phone_key
    assert data(小林.get("/me"))["phone"] == "138****8000"
    assert 小林.ask("DELETE", "/me/phone").status_code == 200
    assert data(小林.get("/me"))["phone"] == ""
    with kit.db.unit() as unit:
        row = Talents(unit).row(小林.talent)
    assert (row.phone, row.phone_key) == ("", "")


def test_a_number_is_hidden_alike_wherever_it_stands(小林: Phone, kit: Kit) -> None:
    agree(kit, "o小林", "phone")
    assert isinstance(kit.miniapp, Recorder)
    kit.miniapp.answers["phone"] = Told("85261234567", "852")
    told = data(小林.post("/me/phone", {"code": "abc"}))["phone"]
    assert told == data(小林.get("/me"))["phone"]
    assert "6123" not in told


def test_a_number_of_a_post_that_came_to_nothing_is_asked_for_again(
    小林: Phone, kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was seen under way, and undone before ours."""
    agree(kit, "o小林", "phone")
    monkeypatch.setattr("handlers.miniapp.once._is_known", lambda *_: True)
    assert 小林.post("/me/phone", {"code": "abc"}).status_code == 503
    assert data(小林.get("/me"))["phone"] == ""


def test_a_number_nobody_may_type(小林: Phone, kit: Kit) -> None:
    agree(kit, "o小林", "phone")
    assert 小林.post("/me/phone", {"code": "abc", "phone": "13900000000"}).status_code == 422
    assert isinstance(kit.miniapp, Recorder)
    kit.miniapp.refuse(no("code", 40029))
    answer = 小林.post("/me/phone", {"code": "abc"})
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["error"]["field"] == "code"


def test_no_code_number_or_digits_in_any_log(
    小林: Phone, chat: Talk, kit: Kit, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    agree(kit, "o小林", "phone")
    小林.post("/me/phone", {"code": "CANARY-CODE"})
    shown, asked = data(小林.post("/link/code"))["code"], code_in(chat.say("绑定"))
    小林.post("/link", {"code": "00000000"})
    小林.post("/link", {"code": asked})
    chat.say(f"绑定 {shown}")
    chat.say("确认关联")
    for secret in ("CANARY", "13800138000", shown, asked, 小林.token):
        assert secret not in caplog.text
