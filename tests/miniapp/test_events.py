"""Events on the page: the same seats, the same queue and the same reminders as in the chat."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from phones import Phone, Phones

from activities import IN_ELEVEN_DAYS, cancel, code_of, fill, hold, propose, settle, standing
from bot.events import Announcing
from bot.kit import Kit
from bot.reminding import remind
from config.calendar import SHANGHAI
from models import outbox
from models.consent import Consents
from models.outbox import Row
from models.talent import Talents
from outgoing import deliver
from talk import Clock, Talk
from wechat_api import Recorder


@pytest.fixture(autouse=True)
def _agreed(小林: Phone, 路人: Phone) -> None:
    for phone in (小林, 路人):
        phone.ask("PUT", "/consents/service", json={"version": 1})


def signs_up(phone: Phone, number: str, *, remind: bool = True) -> dict[str, Any]:
    answer = phone.ask("PUT", f"/events/{number}/signup", json={"remind": remind})
    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    mine: dict[str, Any] = answer.json["data"]["mine"]
    return mine


def of(phone: Phone, number: str) -> dict[str, Any]:
    answer = phone.get(f"/events/{number}")
    assert answer.json is not None
    found: dict[str, Any] = answer.json["data"]
    return found


def owed(kit: Kit, openid: str) -> list[Row]:
    with kit.db.unit() as unit:
        return outbox.rows(unit, openid=openid)


def test_anybody_sees_what_is_on(kit: Kit, phones: Phones) -> None:
    first, second = hold(kit, after=timedelta(days=3)), hold(kit, "青年人才沙龙", capacity=2, demo=True)
    answer = phones.stranger().get("/events", query_string={"limit": 1}).json
    assert answer is not None
    assert [each["number"] for each in answer["data"]["items"]] == [first]
    answer = phones.stranger().get("/events", query_string={"after": answer["data"]["next"]}).json
    assert answer is not None
    (row,) = answer["data"]["items"]
    assert (row["number"], row["left"], row["mine"], row["state"]) == (second, 2, None, "open")
    assert "演示" in row["title"]
    assert of(phones.stranger(), first)["place"] == "人才之家"


def test_a_draft_is_nobodys_business(kit: Kit, 小林: Phone) -> None:
    assert 小林.get("/events/H20270423-01").status_code == 404
    named = propose(kit)
    assert of(小林, named)["state"] == "draft"


def test_one_signs_up_and_leaves(kit: Kit, 小林: Phone) -> None:
    number = hold(kit, capacity=1)
    mine = signs_up(小林, number)
    assert (mine["state"], mine["remind"], mine["place"]) == ("going", True, None)
    assert signs_up(小林, number, remind=False)["remind"] is False
    assert of(小林, number)["left"] == 0
    assert 小林.ask("DELETE", f"/events/{number}/signup").status_code == 200
    assert 小林.ask("DELETE", f"/events/{number}/signup").status_code == 200
    assert (of(小林, number)["mine"], of(小林, number)["left"]) == (None, 1)


def test_nothing_is_taken_without_the_consent(kit: Kit, 小林: Phone) -> None:
    number = hold(kit)
    小林.ask("DELETE", "/consents/service")
    answer = 小林.ask("PUT", f"/events/{number}/signup", json={"remind": False})
    assert answer.status_code == 403
    assert answer.json is not None
    assert answer.json["error"]["code"] == "consent_required"
    assert standing(kit, number, 小林.talent.openid) == ("", False)


def test_who_waits_hears_of_the_seat_by_the_mini_program(kit: Kit, 小林: Phone, 路人: Phone) -> None:
    number = hold(kit, capacity=1)
    fill(kit, number)
    assert signs_up(小林, number)["place"] == 1
    assert signs_up(路人, number)["place"] == 2
    with kit.db.writing() as unit:
        events = Announcing(unit, kit.library.phrase)
        events.withdraw(events.find(number), "oSomebody", now=kit.now())
    assert of(小林, number)["mine"]["state"] == "going"
    assert of(路人, number)["mine"]["place"] == 1
    (row,) = owed(kit, 小林.talent.openid)
    assert (row.kind, row.account) == ("promoted", "miniapp")


def test_a_reminder_goes_by_the_account_whose_openid_it_is(kit: Kit, clock: Clock, phones: Phones) -> None:
    follower, visitor = phones.of("关注的人", "service"), phones.of("小程序的人", "miniapp")
    number = hold(kit)
    for phone in (follower, visitor):
        phone.ask("PUT", "/consents/service", json={"version": 1})
        signs_up(phone, number)
    clock.at += timedelta(days=5)
    remind(kit)
    accounts = {
        phone.talent.openid: [row.account for row in owed(kit, phone.talent.openid)] for phone in (follower, visitor)
    }
    assert accounts == {follower.talent.openid: ["service"], visitor.talent.openid: ["miniapp"]}


def test_a_follower_who_also_has_the_mini_program_is_one_person(kit: Kit, phones: Phones) -> None:
    follower = phones.of("小陈", "service")
    with kit.db.writing() as unit:
        talents = Talents(unit)
        both = talents.enter("oMini", "miniapp", unionid="", now=kit.now())
        talents.join(both.id, follower.talent.id, now=kit.now())
    number = hold(kit, capacity=2)
    follower.ask("PUT", "/consents/service", json={"version": 1})
    signs_up(follower, number)
    signs_up(follower, number)
    assert of(follower, number)["left"] == 1
    assert standing(kit, number, "oMini") == ("", False)


def test_what_the_event_does_not_allow_is_told(kit: Kit, 小林: Phone) -> None:
    number = hold(kit)
    cancel(kit, number)
    answer = 小林.ask("PUT", f"/events/{number}/signup", json={"remind": True})
    assert answer.status_code == 409
    assert answer.json is not None
    assert answer.json["error"]["text"] == "这场活动已取消"
    assert 小林.ask("PUT", "/events/H1/signup", json={"remind": True}).status_code == 404


def test_one_checks_in_by_the_code_and_rates(kit: Kit, clock: Clock, 小林: Phone, 路人: Phone) -> None:
    number = hold(kit, capacity=5)
    signs_up(小林, number)
    path, code = f"/events/{number}", code_of(kit, number)
    assert 小林.post(f"{path}/checkin", {"code": code}).status_code == 409  # not today
    assert 小林.post(f"{path}/rating", {"stars": 5}).status_code == 409
    clock.at += IN_ELEVEN_DAYS
    assert of(小林, number)["may"] == ["calendar", "withdraw", "check_in", "rate"]
    assert 小林.post(f"{path}/checkin", {"code": "nonono"}).status_code == 409
    assert 路人.post(f"{path}/checkin", {"code": code}).status_code == 409  # no seat
    answer = 小林.post(f"{path}/checkin", {"code": code.lower()}, key="checks-in-once")
    assert answer.status_code == 200
    assert 小林.post(f"{path}/checkin", {"code": code.lower()}, key="checks-in-once").data == answer.data
    assert 小林.post(f"{path}/rating", {"stars": 6}).status_code == 422
    assert 小林.post(f"{path}/rating", {"stars": 4, "comment": "很好，打我电话13800138000"}).status_code == 200
    mine = of(小林, number)["mine"]
    assert (mine["checked_in"], mine["rating"]) == (True, 4)
    assert mine["comment"].startswith("很好")
    assert of(路人, number)["mine"] is None


def test_one_s_own_events_stay_in_the_list_when_they_are_over(kit: Kit, clock: Clock, 小林: Phone, 路人: Phone) -> None:
    number = hold(kit)
    signs_up(小林, number)
    clock.at += timedelta(days=20)
    for phone, count in ((小林, 1), (路人, 0)):
        answer = phone.get("/events", query_string={"mine": "true"}).json
        assert answer is not None
        assert len(answer["data"]["items"]) == count


def test_the_list_of_one_s_own_wants_a_login(phones: Phones) -> None:
    assert phones.stranger().get("/events", query_string={"mine": "true"}).status_code == 401


def test_a_named_day_is_noted_until_its_date_is_settled(kit: Kit, 小林: Phone) -> None:
    number = propose(kit)
    signs_up(小林, number)
    assert 小林.get(f"/events/{number}/calendar").status_code == 404
    settle(kit, number, (kit.now() + timedelta(days=30)).astimezone(SHANGHAI))
    (row,) = owed(kit, 小林.talent.openid)
    assert (row.kind, row.account) == ("event_changed", "miniapp")
    answer = 小林.get(f"/events/{number}/calendar")
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert b"BEGIN:VEVENT" in answer.data
    assert 小林.talent.openid.encode() not in answer.data


def template(phone: Phone) -> str:
    answer = phone.get("/subscriptions").json
    assert answer is not None
    return next(str(each["template"]) for each in answer["data"]["items"] if "活动和期限提醒" in each["notices"])


def test_the_templates_are_those_of_the_app_by_which_they_are_reached(kit: Kit, phones: Phones, 小林: Phone) -> None:
    follower = phones.of("小陈", "service")
    ours, theirs = kit.notices().reminder.subscription, kit.notices().reminder.miniapp
    assert ours is not None
    assert theirs is not None
    assert (template(follower), template(小林)) == (ours.id, theirs.id)


def test_a_client_cannot_make_up_sends(kit: Kit, phones: Phones, 小林: Phone) -> None:
    wanted = template(小林)
    for _ in range(3):
        answer = 小林.post("/subscriptions", {"results": {wanted: "accept"}})
        assert answer.json is not None
        assert {each["left"] for each in answer.json["data"]["items"]} == {0}
    answer = 小林.post("/subscriptions", {"results": {"other": "accept"}})
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["error"]["field"] == "results.other"


def test_a_tap_that_wechat_told_of_is_one_send_and_a_refusal_ends_it(kit: Kit, clock: Clock, 小林: Phone) -> None:
    wanted, number = template(小林), hold(kit)
    signs_up(小林, number)
    with kit.db.writing() as unit:
        Consents(unit).accept(小林.talent.openid, wanted, now=kit.now())  # as its event does
    小林.post("/subscriptions", {"results": {wanted: "accept"}})
    with kit.db.unit() as unit:
        assert Consents(unit).left(小林.talent.openid, wanted) == 1
    clock.at += timedelta(days=5)
    remind(kit)
    deliver(kit)
    assert isinstance(kit.miniapp, Recorder)
    assert [row.state for row in owed(kit, 小林.talent.openid)] == ["sent"]
    小林.post("/subscriptions", {"results": {wanted: "ban"}})
    with kit.db.unit() as unit:
        assert Consents(unit).left(小林.talent.openid, wanted) == 0


def test_it_is_rated_as_long_as_in_the_chat(
    kit: Kit, clock: Clock, phones: Phones, 小林: Phone, chats: Callable[..., Talk]
) -> None:
    number = hold(kit, "博士沙龙")
    signs_up(小林, number)
    clock.at += IN_ELEVEN_DAYS + timedelta(days=29)
    chat = chats(小林.talent.openid)
    assert "博士沙龙给几分" in chat.say("评价活动")
    assert "rate" in of(phones.of("小林"), number)["may"]
    clock.at += timedelta(days=31)
    小林 = phones.of("小林")
    assert "没有可以评价的活动" in chat.say("评价活动")
    assert "30天内可以评价" in chat.say("评价博士沙龙")
    assert "rate" not in of(小林, number)["may"]
    assert 小林.post(f"/events/{number}/rating", {"stars": 5}).status_code == 409
