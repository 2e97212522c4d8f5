"""One's own pages: consents, logins, 长辈版, taking the data along, being forgotten. Weak eyes find all of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import axe
import pytest
from phones import Phone, Phones
from playwright.sync_api import expect
from views import goes

import activities
from bot.kit import Kit
from browsers import WECHAT
from short_words import told

pytestmark = pytest.mark.browser
Opens = Callable[..., Any]
TEXT = "津贴三月就批了，到现在没有到账"
SMALLEST = {"width": 320, "height": 568}
ELDER = "localStorage.setItem('huicai.look', '{\"elder\": true, \"size\": 30}')"


@pytest.fixture
def 小林(phones: Phones) -> Phone:
    return phones.agreeing("小林", "service")


def test_a_consent_is_taken_back_and_asked_for_anew(opens: Opens, 小林: Phone) -> None:
    page = opens(小林, "/m/me/consents", expected=("of 403",))
    purpose = page.get_by_role("region", name="咨询和办事")
    purpose.get_by_role("button", name="撤回同意").click()
    page.get_by_role("dialog").get_by_role("button", name="撤回", exact=True).click()
    purpose.get_by_text("已撤回").wait_for()
    standing = {each["id"]: each["standing"] for each in 小林.said("GET", "/consents")["items"]}
    assert standing["service"] == "withdrawn"
    page.goto("/m/tickets/new")
    page.get_by_role("textbox", name="什么事").fill(TEXT)
    page.get_by_role("button", name="提交").click()
    page.get_by_role("dialog").get_by_role("button", name="不同意").click()
    page.get_by_text("您没有同意，这一步没有做。").wait_for()
    assert 小林.said("GET", "/tickets")["items"] == []
    page.get_by_role("button", name="提交").click()
    page.get_by_role("dialog").get_by_role("button", name="同意", exact=True).click()
    page.get_by_role("heading", name=TEXT).wait_for()


def test_who_is_forgotten_sees_what_ends_and_has_to_type_the_word(opens: Opens, kit: Kit, 小林: Phone) -> None:
    小林.said("POST", "/tickets", {"text": TEXT})
    小林.said("PUT", f"/events/{activities.hold(kit)}/signup", {"remind": False})
    page = opens(小林, "/m/me/erase", user_agent=WECHAT)
    page.get_by_text(TEXT).wait_for()
    page.get_by_text("医疗人才专场").wait_for()
    assert axe.faults(page) == []
    page.get_by_role("button", name="注销").click()
    page.get_by_text("请填“注销”两个字").wait_for()
    assert 小林.get("/me").status_code == 200
    page.get_by_role("textbox").fill("注销")
    page.get_by_role("button", name="注销").click()
    page.get_by_role("heading", name="已注销").wait_for()
    assert 小林.get("/me").status_code == 401
    page.goto("/m/me")
    page.get_by_role("button", name="微信登录").wait_for()


def test_the_data_are_taken_along_as_a_file(opens: Opens, 小林: Phone) -> None:
    小林.said("POST", "/tickets", {"text": TEXT})
    page = opens(小林, "/m/me")
    page.get_by_role("button", name="导出我的数据").click()
    with page.expect_download() as coming:
        page.get_by_role("link", name="保存文件").click()
    assert coming.value.suggested_filename == "我的数据.json"
    assert TEXT in json.dumps(json.loads(coming.value.path().read_bytes()), ensure_ascii=False)


def test_a_login_elsewhere_is_ended(opens: Opens, phones: Phones, 小林: Phone) -> None:
    other = phones.of("小林", "service")
    page = opens(小林, "/m/me/logins")
    page.get_by_role("button", name="退出其他设备", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="退出", exact=True).click()
    told(page, "退出了2个设备")
    assert other.get("/me").status_code == 401
    assert page.request.get("/api/v1/me").ok


def test_the_large_page_is_kept_by_the_account_and_its_size_by_the_slider(opens: Opens, 小林: Phone) -> None:
    page = opens(小林, "/m/me/look")
    with page.expect_response(lambda answer: answer.request.method == "PUT"):
        page.get_by_role("switch", name="长辈版").check()
    page.get_by_role("slider", name="字号").fill("30")
    expect(page.locator("body")).to_have_css("font-size", "30px")
    expect(page.get_by_role("navigation", name="主要页面").get_by_role("link")).to_have_count(3)
    assert 小林.said("GET", "/me")["elder"] is True
    again = opens(小林, "/m/me")
    again.get_by_text("已开").wait_for()


def test_accounts_are_linked_only_by_who_says_so(opens: Opens, phones: Phones, 小林: Phone) -> None:
    page = opens(小林, "/m/me/link")
    page.get_by_role("button", name="要一个号码").click()
    code = page.get_by_role("status").get_by_text(re.compile(r"^\d{8}$")).inner_text()
    miniapp = phones.of("小林的小程序")
    page.get_by_role("textbox", name="填小程序里的号码").fill(miniapp.said("POST", "/link/code")["code"])
    page.get_by_role("button", name="关联", exact=True).click()
    page.get_by_role("dialog").get_by_text("自己不能分开").wait_for()
    page.get_by_role("dialog").get_by_role("button", name="不关联").click()
    assert 小林.said("GET", "/me")["linked"] is False
    miniapp.said("POST", "/link", {"code": code})
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.get_by_text("已经关联好了").wait_for()


VIEWS = (
    ("/m/me", "我的"),
    ("/m/me/consents", "同意和撤回"),
    ("/m/me/logins", "登录的设备"),
    ("/m/me/look", "长辈版"),
    ("/m/me/link", "关联小程序"),
    ("/m/notices", "通知"),
    ("/m/tickets", "我的工单"),
    ("/m/tickets/new", "写给工作人员"),
    ("/m/events?mine=true", "我报名的活动"),
)


@pytest.mark.parametrize("at", [0, 1])
def test_views_can_be_read_and_tapped(opens: Opens, 小林: Phone, at: int) -> None:
    小林.said("POST", "/tickets", {"text": TEXT})
    page = opens(小林, color_scheme="dark" if at else "light")
    for path, title in VIEWS[at::2]:
        goes(page, path, title)
        assert axe.faults(page) == [], path
        assert axe.small(page) == [], path


def test_the_largest_text_fits_on_the_smallest_phone(opens: Opens, kit: Kit, 小林: Phone) -> None:
    小林.said("POST", "/tickets", {"text": TEXT})
    小林.said("PUT", f"/events/{activities.hold(kit)}/signup", {"remind": False})
    小林.said("PUT", "/me", {"elder": True})
    page = opens(小林, size=SMALLEST)
    page.locator("html[data-elder]").wait_for()
    page.evaluate(ELDER)
    page.reload()
    for path, title in VIEWS:
        goes(page, path, title)
        expect(page.locator("body")).to_have_css("font-size", "30px")
        assert page.evaluate("document.documentElement.scrollWidth") == 320, path
