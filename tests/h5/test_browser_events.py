"""Events on the page: a seat taken with the wish to be reminded, given back; a code at the door."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import axe
import pytest
from phones import Phone, Phones
from playwright.sync_api import expect
from views import left

import activities
from bot.kit import Kit
from short_words import told

pytestmark = pytest.mark.browser
Opens = Callable[..., Any]


@pytest.fixture
def 小林(phones: Phones) -> Phone:
    return phones.agreeing("小林", "service")


def test_a_seat_is_taken_with_the_reminder_and_given_back(opens: Opens, kit: Kit, 小林: Phone) -> None:
    number = activities.hold(kit, capacity=1)
    page = opens(小林, "/m/events")
    page.get_by_role("link", name="医疗人才专场").click()
    page.get_by_role("button", name="报名").click()
    sheet = page.get_by_role("dialog")
    expect(sheet.get_by_role("checkbox", name="提醒我")).not_to_be_checked()
    sheet.get_by_role("checkbox", name="提醒我").check()
    assert axe.faults(page) == []
    sheet.get_by_role("button", name="确定报名").click()
    page.get_by_role("region", name="我和这场活动").get_by_text("已报名").wait_for()
    mine = 小林.said("GET", f"/events/{number}")["mine"]
    assert (mine["state"], mine["remind"]) == ("going", True)
    assert axe.faults(page) == []
    assert axe.small(page) == []
    assert page.request.get(page.get_by_role("link", name="加到手机日历").get_attribute("href")).ok
    page.get_by_role("button", name="取消报名").click()
    page.get_by_role("dialog").get_by_role("button", name="取消报名").click()
    page.get_by_role("button", name="报名", exact=True).wait_for()
    assert 小林.said("GET", f"/events/{number}")["mine"] is None


def test_who_comes_late_waits_and_is_told_the_place(opens: Opens, kit: Kit, 小林: Phone) -> None:
    number = activities.hold(kit, capacity=1)
    activities.fill(kit, number)
    page = opens(小林, f"/m/events/{number}")
    page.get_by_role("button", name="排候补").click()
    page.get_by_role("button", name="确定候补").click()
    page.get_by_text("候补名单上，排第1位").wait_for()


def test_a_code_at_the_door_and_stars_afterwards(opens: Opens, kit: Kit, 小林: Phone) -> None:
    number = activities.hold(kit, after=timedelta(minutes=30))
    小林.said("PUT", f"/events/{number}/signup", {"remind": False})
    kit.now.at += timedelta(hours=1)  # type: ignore[attr-defined]
    page = opens(小林, f"/m/events/{number}", expected=("of 409",))
    page.get_by_role("textbox", name="签到码").fill("XXXXXX")
    page.get_by_role("button", name="签到").click()
    page.get_by_role("alert").wait_for()
    page.get_by_role("textbox", name="签到码").fill(activities.code_of(kit, number))
    page.get_by_role("button", name="签到").click()
    page.get_by_role("region", name="我和这场活动").get_by_text("已签到").wait_for()
    page.get_by_role("radio", name="满意", exact=True).check()
    page.get_by_role("button", name="提交评价").click()
    page.get_by_role("button", name="改评价").wait_for()
    assert 小林.said("GET", f"/events/{number}")["mine"]["rating"] == 4
    words = page.get_by_role("textbox", name="哪里好、哪里要改")
    words.fill("讲得很清楚")
    rates(page, "改评价")
    page.reload()
    expect(words).to_have_value("讲得很清楚")
    page.get_by_role("radio", name="非常满意").check()
    rates(page, "改评价")
    mine = 小林.said("GET", f"/events/{number}")["mine"]
    assert (mine["rating"], mine["comment"]) == (5, "讲得很清楚")


def rates(page: Any, button: str) -> None:
    """The words of thanks may be those for an earlier one."""
    with page.expect_response("**/rating"):
        page.get_by_role("button", name=button).click()
    told(page, "谢谢您的评价")


def test_what_wechat_does_not_open_can_be_taken_along(opens: Opens, kit: Kit, 小林: Phone) -> None:
    path = f"/m/events/{activities.hold(kit)}"
    page = opens(小林, path, user_agent="Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.50")
    page.get_by_text("选“在浏览器打开”").wait_for()
    page = opens(小林, path, user_agent="Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.50 miniProgram/wx0")
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('refused')); }")
    page.get_by_role("button", name="加到手机日历").click()
    expect(page.get_by_role("textbox", name="要复制的内容")).to_have_value(re.compile(r"^http.*/calendar$"))
    page.get_by_role("dialog").get_by_role("button", name="好了").click()
    left(page)
    page.goto("/m/entries/day.when")
    page.get_by_role("button", name="复制网址").first.wait_for()
    expect(page.locator("main a[target=_blank]")).to_have_count(0)
