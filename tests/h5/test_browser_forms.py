"""What people write on the page is not lost, not replaced and not sent without what belongs to it."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from phones import Phone, Phones
from playwright.sync_api import expect
from views import go

import staffing
from bot.kit import Kit
from browsers import Held
from models.seal import Seal
from models.talent import Talents

pytestmark = pytest.mark.browser
Opens = Callable[..., Any]
TEXT = "津贴三月就批了，到现在没有到账"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PHOTO = {"name": "聘书.png", "mimeType": "image/png", "buffer": PNG}


@pytest.fixture
def 小林(phones: Phones) -> Phone:
    return phones.agreeing("小林", "service", "service", "phone")


def handed_in(phone: Phone, text: str = TEXT) -> str:
    return str(phone.said("POST", "/tickets", {"text": text})["ticket"]["number"])


def test_a_ticket_waits_for_its_photos_and_leaves_no_draft(opens: Opens, 小林: Phone) -> None:
    page = opens(小林, "/m/tickets/new")
    uploads = Held(page, "**/api/v1/uploads", "POST")
    page.get_by_role("textbox", name="什么事").fill(TEXT)
    page.set_input_files("input[type=file]", [PHOTO])
    page.get_by_role("progressbar").wait_for()
    page.get_by_role("button", name="提交").click()
    page.get_by_role("status").get_by_text("还有照片在上传").wait_for()
    assert 小林.said("GET", "/tickets")["items"] == []
    uploads.on()
    talk = page.get_by_role("log", name="往来的话")
    expect(talk.get_by_role("img", name="聘书.png")).to_have_count(1)
    go(page, "/m/tickets/new")
    expect(page.get_by_role("textbox", name="什么事")).to_have_value("")
    expect(page.get_by_role("button", name="删掉聘书.png")).to_have_count(0)


def test_what_is_typed_while_words_go_out_stays(opens: Opens, 小林: Phone) -> None:
    page = opens(小林, f"/m/tickets/{handed_in(小林)}")
    messages = Held(page, "**/messages", "POST")
    field = page.get_by_role("textbox", name="补充内容")
    field.fill("材料齐了")
    page.get_by_role("button", name="发送").click()
    field.fill("材料齐了，另外换了单位")
    messages.on()
    page.get_by_role("log").get_by_text("材料齐了").wait_for()
    expect(field).to_have_value("，另外换了单位")


def test_a_question_handed_over_leaves_what_was_written(opens: Opens, 小林: Phone) -> None:
    page = opens(小林, "/m/entries/apartment.what")
    field = page.get_by_role("textbox", name="什么事")
    hands = page.get_by_role("button", name="没解决，转人工")
    hands.click()
    expect(field).to_have_value("汇川区的人才公寓是什么？\n")
    go(page, "/m/entries/card.what")
    hands.click()
    expect(field).to_have_value("人才绿卡是什么？\n")
    field.fill("我的卡一直没有办下来")
    go(page, "/m/entries/apartment.what")
    hands.click()
    expect(field).to_have_value("我的卡一直没有办下来\n\n汇川区的人才公寓是什么？\n")


def test_a_number_that_was_taken_back_is_not_offered(opens: Opens, kit: Kit, 小林: Phone) -> None:
    with kit.db.writing() as unit:
        Talents(unit).keep_phone(小林.talent, Seal(kit.settings.secret_key), "13985211111")
    page = opens(小林, "/m/tickets/new", expected=("of 422",))
    mine = page.get_by_role("checkbox", name="用我的手机号")
    mine.check()
    page.get_by_role("textbox", name="什么事").fill(TEXT)
    小林.said("DELETE", "/me/phone")
    page.get_by_role("button", name="提交").click()
    page.get_by_text("原来的手机号已经删除").wait_for()
    expect(mine).to_have_count(0)
    with kit.db.writing() as unit:
        Talents(unit).keep_phone(小林.talent, Seal(kit.settings.secret_key), "13985211111")
    page.goto("/m/me/consents")
    page.get_by_role("region", name="联系电话").get_by_role("button", name="撤回同意").click()
    page.get_by_role("dialog").get_by_role("button", name="撤回", exact=True).click()
    region = page.get_by_role("region", name="联系电话")
    region.get_by_text("已撤回").wait_for()
    go(page, "/m/tickets/new")
    page.get_by_role("textbox", name="联系方式").wait_for()
    expect(mine).to_have_count(0)


def test_what_is_wrong_is_told_where_the_focus_goes(opens: Opens, kit: Kit, 小林: Phone) -> None:
    number = handed_in(小林)
    staffing.DOES["答"](kit, 小林.talent.openid, "下周发放。")
    kit.now.at += timedelta(seconds=11)  # type: ignore[attr-defined]
    page = opens(小林, f"/m/tickets/{number}")
    page.get_by_role("button", name="提交评价").click()
    page.get_by_role("alert").get_by_text("请选一项").wait_for()
    expect(page.get_by_role("radio", name="非常满意")).to_be_focused()
    page.get_by_role("radio", name="非常满意").check()
    page.get_by_role("button", name="提交评价").click()
    page.get_by_text("我的评价：非常满意").wait_for()
    expect(page.get_by_role("region", name="现在的情况")).to_be_focused()
    page.goto("/m/me/link")
    code = page.get_by_role("textbox", name=re.compile("里的号码"))
    page.get_by_role("button", name="关联", exact=True).click()
    expect(code).to_be_focused()
