"""Sheets, one after the other: what people agree to is what they were shown, and going back leaves one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from phones import Phone, Phones
from playwright.sync_api import expect

import activities
from bot.kit import Kit
from browsers import Held

pytestmark = pytest.mark.browser
Opens = Callable[..., Any]
TEXT = "津贴三月就批了，到现在没有到账"
PHOTOS = [{"name": f"{at}.gif", "mimeType": "image/gif", "buffer": b"GIF89a\1\0\1\0\0\0\0%d" % at} for at in range(3)]


def standing(phone: Phone) -> dict[str, str]:
    return {each["id"]: each["standing"] for each in phone.said("GET", "/consents")["items"]}


def ask(page: Any, text: str) -> None:
    page.get_by_role("textbox", name="您的问题").fill(text)
    page.get_by_role("button", name="发送").click()


def said_as_a_stranger(page: Any, phone: Phone) -> None:
    """This browser's first sheet was answered with 同意, before the login."""
    version = next(each["version"] for each in phone.said("GET", "/privacy")["purposes"] if each["id"] == "service")
    page.evaluate("version => localStorage.setItem('huicai.privacy', JSON.stringify({version, agreed: true}))", version)


def test_what_was_agreed_to_before_the_login_counts_once_and_never_after_it_was_taken_back(
    opens: Opens, 小林: Phone
) -> None:
    page = opens(小林, "/m/ask", expected=("of 403",))
    said_as_a_stranger(page, 小林)
    ask(page, "人才津贴是什么")
    page.get_by_role("article", name="答复").wait_for()
    assert standing(小林)["service"] == "given"
    小林.said("DELETE", "/consents/service")
    said_as_a_stranger(page, 小林)
    ask(page, "人才绿卡是什么")
    page.get_by_role("dialog").get_by_role("button", name="不同意").click()
    page.get_by_role("alert").get_by_text("没有同意").wait_for()
    assert standing(小林)["service"] == "withdrawn"


def test_a_call_that_wants_two_consents_asks_for_both(opens: Opens, 小林: Phone) -> None:
    page = opens(小林, "/m/tickets/new", expected=("of 403",))
    page.get_by_role("textbox", name="什么事").fill(TEXT)
    page.get_by_role("textbox", name="联系方式").fill("13800138000")
    page.get_by_role("button", name="提交").click()
    sheet = page.get_by_role("dialog")
    texts = []
    for _ in range(2):
        texts.append(sheet.inner_text())
        sheet.get_by_role("button", name="同意", exact=True).click()
        page.wait_for_function("text => document.querySelector('.sheet')?.innerText !== text", arg=texts[-1])
    page.get_by_role("heading", name=TEXT).wait_for()
    assert texts[0] != texts[1]
    assert standing(小林) == {**standing(小林), "service": "given", "phone": "given"}


def test_three_photos_ask_once_and_all_of_them_go_up(opens: Opens, 小林: Phone) -> None:
    page = opens(小林, "/m/tickets/new", expected=("of 403",))
    page.set_input_files("input[type=file]", PHOTOS)
    page.get_by_role("dialog").get_by_role("button", name="同意", exact=True).click()
    for photo in PHOTOS:
        page.get_by_role("button", name=f"删掉{photo['name']}").wait_for()
    expect(page.get_by_role("progressbar")).to_have_count(0)
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_greeting_waits_for_the_sheet_that_is_up(opens: Opens, kit: Kit, phones: Phones) -> None:
    小林, number = phones.of("小林", "service"), activities.hold(kit)
    page = opens(小林, "about:blank", greeted=False)
    greeting = Held(page, "**/api/v1/privacy")
    page.goto(f"/m/events/{number}")
    asked = greeting.came()
    page.get_by_role("button", name="报名").click()
    page.get_by_role("dialog", name="报名").wait_for()
    with page.expect_response("**/api/v1/privacy"):  # what the greeting waited for
        asked.continue_()
    page.get_by_role("dialog", name="报名").get_by_role("button", name="再想想").click()
    page.get_by_role("dialog", name="个人信息怎么用").get_by_role("button", name="不同意，先看看").click()
    page.get_by_role("button", name="报名").click()
    page.get_by_role("dialog", name="报名").wait_for()


def test_going_back_leaves_the_sheet_and_nothing_else(opens: Opens, phones: Phones) -> None:
    小林 = phones.agreeing("小林", "service")
    number = 小林.said("POST", "/tickets", {"text": TEXT})["ticket"]["number"]
    page = opens(小林, "/m/tickets")
    page.get_by_role("link", name=TEXT).click()
    sheet = page.get_by_role("dialog")
    for leaves in (page.go_back, sheet.get_by_role("button", name="不撤销").click):
        page.get_by_role("button", name="撤销工单").click()
        sheet.wait_for()
        leaves()
        expect(sheet).to_have_count(0)
        assert page.url.endswith(f"/m/tickets/{number}")
        expect(page.get_by_role("button", name="撤销工单")).not_to_have_attribute("aria-disabled", "true")
    page.go_back()
    page.get_by_role("heading", name="我的工单", level=1).wait_for()
    assert 小林.said("GET", f"/tickets/{number}")["state"] != "withdrawn"


def test_a_link_in_a_sheet_leads_there_and_back(opens: Opens, 小林: Phone) -> None:
    page = opens(小林, "/m/", greeted=False)
    page.get_by_role("dialog").get_by_role("link").click()
    page.get_by_role("heading", name="个人信息处理说明", level=1).wait_for()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.go_back()
    page.get_by_role("heading", name="汇才通", level=1).wait_for()
    expect(page.get_by_role("dialog")).to_have_count(0)
