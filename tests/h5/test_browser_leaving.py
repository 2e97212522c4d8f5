"""Logging out and being forgotten, once and for all; and where somebody without a login is led."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from phones import Phone, Phones
from playwright.sync_api import expect
from views import go

from bot.kit import Kit
from browsers import WECHAT, Held
from models.login import Logins
from short_words import told

pytestmark = pytest.mark.browser
Opens = Callable[..., Any]
FAILS = ("of 401", "ERR_FAILED")
NAMES = "Object.keys(localStorage).concat(Object.keys(sessionStorage)).filter((name) => name !== 'huicai.look')"


class Doors:
    """Who was led to WeChat's login, and by which request; it says nothing of its own."""

    def __init__(self, page: Any) -> None:
        self.led: list[str] = []
        page.route("**/m/login?**", self._comes)

    def _comes(self, route: Any) -> None:
        self.led.append(route.request.url)
        route.fulfill(body="<h1>微信登录</h1>", content_type="text/html; charset=utf-8")


def ends_elsewhere(kit: Kit, phone: Phone) -> None:
    with kit.db.writing() as unit:
        Logins(unit).end(phone.talent, kit.now())


@pytest.mark.parametrize(
    ("path", "button", "asked"), [("/m/me", "退出登录", "/notices/unread"), ("/m/me/logins", "全部退出", "/logins")]
)
def test_who_logs_out_of_a_login_that_has_ended_is_out(
    opens: Opens, kit: Kit, 小林: Phone, path: str, button: str, asked: str
) -> None:
    page = opens(小林, "/m/privacy", user_agent=WECHAT)
    with page.expect_response(f"**/api/v1{asked}"):  # what is asked after the login has ended leads to another one
        page.goto(path)
    doors = Doors(page)
    page.evaluate("localStorage.setItem('huicai.draft..ticket', JSON.stringify({at: Date.now(), value: {text: '话'}}))")
    page.get_by_role("button", name=button).click()
    ends_elsewhere(kit, 小林)
    page.get_by_role("dialog").get_by_role("button", name="退出", exact=True).click()
    told(page, "退出")
    assert page.evaluate(NAMES) == []
    assert doors.led == []


def test_what_was_asked_before_somebody_logged_out_leads_to_no_new_login(opens: Opens, 小林: Phone) -> None:
    page = opens(小林, "/m/privacy", user_agent=WECHAT)
    doors, unread = Doors(page), Held(page, "**/notices/unread")
    page.get_by_role("link", name="我的", exact=True).click()
    late = unread.came()
    page.get_by_role("button", name="退出登录").click()
    page.get_by_role("dialog").get_by_role("button", name="退出", exact=True).click()
    told(page, "已退出登录")
    with page.expect_response("**/notices/unread") as answer:
        late.continue_()
    assert answer.value.status == 401
    go(page, "/m/items")
    page.get_by_role("heading", name="办事", level=1).wait_for()
    assert doors.led == []


def test_who_is_forgotten_by_a_call_without_an_answer_is_told_so(opens: Opens, phones: Phones) -> None:
    小林 = phones.agreeing("小林", "service")
    page = opens(小林, "/m/me/erase", expected=FAILS, user_agent=WECHAT)
    doors, tries = Doors(page), iter((True, False))

    def comes(route: Any) -> None:
        if route.request.method == "POST" and next(tries):
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/api/v1/me/erase", comes)
    page.get_by_role("textbox").fill("注销")
    page.get_by_role("button", name="注销").click()
    expect(page.get_by_role("heading", name="已注销")).to_be_focused()
    assert page.evaluate(NAMES) == []
    assert doors.led == []
    assert 小林.get("/me").status_code == 401


def test_who_was_logged_out_before_is_not_told_that_they_are_forgotten(opens: Opens, kit: Kit, 小林: Phone) -> None:
    page = opens(小林, "/m/me/erase", user_agent=WECHAT)
    doors = Doors(page)
    page.get_by_role("textbox").fill("注销")
    ends_elsewhere(kit, 小林)
    page.get_by_role("button", name="注销").click()
    page.get_by_role("heading", name="微信登录").wait_for()
    assert len(doors.led) == 1


def test_going_back_from_the_login_does_not_lead_there_again(opens: Opens) -> None:
    page = opens(None, "/m/", user_agent=WECHAT)
    doors = Doors(page)
    page.get_by_role("link", name="工单", exact=True).click()
    page.get_by_role("heading", name="微信登录").wait_for()
    page.go_back()
    page.get_by_role("heading", name="汇才通", level=1).wait_for()
    assert len(doors.led) == 1
    page.get_by_role("link", name="工单", exact=True).click()
    page.get_by_role("heading", name="微信登录").wait_for()


@pytest.mark.parametrize(
    ("agent", "words"),
    [(f"{WECHAT} miniProgram/wx1", "请回到小程序，重新打开这一页。"), (None, "请在微信里打开这一页。")],
)
def test_where_nobody_can_log_in_the_page_says_what_to_do(opens: Opens, agent: str | None, words: str) -> None:
    page = opens(None, "/m/tickets", user_agent=agent)
    doors = Doors(page)
    page.get_by_role("alert").get_by_text(words).wait_for()
    expect(page.get_by_role("button", name="重试")).to_have_count(0)
    page.get_by_role("link", name="我的", exact=True).click()
    page.get_by_text(words).wait_for()
    expect(page.get_by_role("button", name="微信登录")).to_have_count(0)
    assert doors.led == []
