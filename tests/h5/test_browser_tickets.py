"""Tickets on the page: handed in with a photo, answered, rated; nothing anybody wrote is taken for markup."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import axe
import pytest
from phones import Phone, Phones
from playwright.sync_api import expect

import staffing
from bot.kit import Kit

pytestmark = pytest.mark.browser
Opens = Callable[..., Any]
TEXT = "津贴三月就批了，到现在没有到账"
MARKUP = "<img src=x onerror=\"document.title='fired'\"><script>document.title='fired'</script><b>粗</b>"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture
def 小林(phones: Phones) -> Phone:
    return phones.agreeing("小林", "service")


def handed_in(phone: Phone, text: str = TEXT) -> str:
    return str(phone.said("POST", "/tickets", {"text": text})["ticket"]["number"])


def staff(kit: Kit, phone: Phone, what: str, text: str) -> None:
    """They do it, and the time in which they may take it back goes by."""
    staffing.DOES[what](kit, phone.talent.openid, text)
    kit.now.at += timedelta(seconds=11)  # type: ignore[attr-defined]


def looks_again(page: Any) -> None:
    """As on coming back to the page from another app."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_a_ticket_with_a_photo_is_answered_and_rated(opens: Opens, kit: Kit, 小林: Phone) -> None:
    page = opens(小林, "/m/tickets/new")
    page.get_by_role("textbox", name="什么事").fill(TEXT)
    page.set_input_files("input[type=file]", [{"name": "聘书.png", "mimeType": "image/png", "buffer": PNG}])
    page.get_by_role("button", name="删掉聘书.png").wait_for()
    assert axe.faults(page) == []
    page.get_by_role("button", name="提交").dblclick()
    page.get_by_role("heading", name=TEXT).wait_for()
    talk = page.get_by_role("log", name="往来的话")
    expect(talk.get_by_role("img", name="聘书.png")).to_have_js_property("naturalWidth", 1)
    assert len(小林.said("GET", "/tickets")["items"]) == 1
    staff(kit, 小林, "答", "下周发放。")
    looks_again(page)
    talk.get_by_text("下周发放。").wait_for()
    page.get_by_role("button", name="提交评价").click()
    page.get_by_text("请选一项").wait_for()
    page.get_by_role("radio", name="非常满意").check()
    page.get_by_role("button", name="提交评价").click()
    page.get_by_text("我的评价：非常满意").wait_for()
    expect(page.get_by_role("button", name="提交评价")).to_have_count(0)
    assert axe.faults(page) == []
    assert axe.small(page) == []


def test_more_is_said_and_a_ticket_is_withdrawn(opens: Opens, kit: Kit, 小林: Phone) -> None:
    number = handed_in(小林)
    staff(kit, 小林, "要", "身份证复印件")
    page = opens(小林, f"/m/tickets/{number}")
    page.get_by_text("还要您补交").wait_for()
    page.get_by_role("textbox", name="补充情况").fill("下午送来")
    page.get_by_role("button", name="发送").click()
    page.get_by_role("log").get_by_text("下午送来").wait_for()
    page.get_by_role("button", name="撤销工单").click()
    page.get_by_role("dialog").get_by_role("button", name="撤销", exact=True).click()
    page.get_by_role("button", name="撤销工单").wait_for(state="detached")
    assert 小林.said("GET", f"/tickets/{number}")["state"] == "withdrawn"


def test_what_is_being_written_is_still_there_after_a_reload(opens: Opens, 小林: Phone) -> None:
    page = opens(小林, "/m/tickets/new")
    page.get_by_role("textbox", name="什么事").fill(TEXT)
    page.get_by_role("radio", name="求助").check()
    page.reload()
    expect(page.get_by_role("textbox", name="什么事")).to_have_value(TEXT)
    expect(page.get_by_role("radio", name="求助")).to_be_checked()


def test_nothing_anybody_wrote_is_taken_for_markup(opens: Opens, kit: Kit, 小林: Phone) -> None:
    number = handed_in(小林, f"{MARKUP}{TEXT}")
    staff(kit, 小林, "答", f"{MARKUP}已办好")
    page = opens(小林, f"/m/tickets/{number}")
    page.get_by_role("log").get_by_text("已办好").wait_for()
    expect(page.locator("main img, main script, main b")).to_have_count(0)
    for path, words in (("/m/tickets", "<img"), ("/m/notices", "工单答复")):
        page.goto(path)
        page.get_by_text(words).first.wait_for()
        expect(page.locator("main img, main script, main b")).to_have_count(0)
        assert "fired" not in page.title()
