"""Asking on the page: first the consent, then answers, choices, 有用/没用, 转人工; and coming back to all of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import axe
import pytest
from phones import Phone
from playwright.sync_api import expect

from browsers import WECHAT

pytestmark = pytest.mark.browser
Opens = Callable[..., Any]


def agree(小林: Phone) -> None:
    version = next(each for each in 小林.get("/privacy").json["data"]["purposes"] if each["id"] == "service")["version"]
    assert 小林.ask("PUT", "/consents/service", json={"version": version}).status_code == 200


def ask(page: Any, text: str) -> None:
    page.get_by_role("textbox", name="您的问题").fill(text)
    page.get_by_role("button", name="发送").click()


def test_a_question_from_the_first_page_is_answered_with_its_source(opens: Opens, 小林: Phone) -> None:
    agree(小林)
    page = opens(小林)
    page.get_by_role("textbox", name="您想问什么").fill("人才公寓什么时候能入住")
    page.get_by_role("button", name="提问", exact=True).click()
    answer = page.get_by_role("article", name="答复")
    answer.wait_for()
    expect(answer).to_contain_text(re.compile("没有开放|未建成"))
    answer.get_by_text("资料时间：").first.wait_for()
    expect(page).to_have_url(re.compile("/m/ask$"))
    assert axe.faults(page) == []
    assert axe.small(page) == []
    answer.get_by_role("button", name="没用").click()
    answer.get_by_role("status").wait_for()
    expect(answer.get_by_role("button", name="没用")).to_have_attribute("aria-pressed", "true")
    answer.get_by_role("link", name="看条件、材料和办法").click()
    page.get_by_role("heading", name="人才公寓", level=1).wait_for()
    page.go_back()
    answer.wait_for()
    page.go_back()
    page.get_by_role("heading", name="汇才通", level=1).wait_for()


def test_choices_are_tapped(opens: Opens, 小林: Phone) -> None:
    agree(小林)
    page = opens(小林, "/m/ask")
    ask(page, "怎么申请")
    choice = page.locator(".answer .chip").first
    choice.wait_for()
    said = choice.inner_text()
    choice.click()
    page.get_by_role("article", name="答复").nth(1).wait_for()
    expect(page.locator(".mine").nth(1)).to_contain_text(said)
    expect(choice).to_be_disabled()


def test_nothing_is_asked_before_somebody_agrees(opens: Opens, 小林: Phone) -> None:
    page = opens(小林, "/m/ask", expected=("of 403",))
    foot = page.locator(".composer").bounding_box()
    assert 0 <= foot["y"] + foot["height"] - page.locator(".places").bounding_box()["y"] <= 1  # the border of these
    ask(page, "人才津贴是什么")
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("button", name="不同意").click()
    page.get_by_role("alert").get_by_text("没有同意").wait_for()
    assert 小林.get("/consents").json["data"]["items"][0]["standing"] == "never"
    assert axe.faults(page) == []
    assert axe.small(page) == []
    page.reload()
    expect(page.get_by_text("人才津贴是什么")).to_have_count(1)
    page.get_by_role("button", name="再问一次").click()
    sheet.get_by_role("button", name="不同意").click()
    page.get_by_role("button", name="浏览问答").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("提问")  # the view has gone, and its refusal
    page.go_back()
    page.get_by_role("button", name="再问一次").click()
    sheet.get_by_role("button", name="不同意").click()
    page.get_by_role("button", name="同意并提问").click()
    assert axe.faults(page) == []
    sheet.get_by_role("button", name="同意", exact=True).click()
    page.get_by_role("article", name="答复").wait_for()
    assert 小林.get("/consents").json["data"]["items"][0]["standing"] == "given"


def test_the_first_visit_asks_and_who_refuses_may_read(opens: Opens, 小林: Phone) -> None:
    page = opens(小林, "/m/", greeted=False)
    sheet = page.get_by_role("dialog", name="个人信息怎么用")
    sheet.wait_for()
    expect(sheet.get_by_role("heading")).to_be_focused()
    for _ in range(5):
        page.keyboard.press("Tab")
        assert sheet.evaluate("each => each.contains(document.activeElement)")
    assert axe.faults(page) == []
    sheet.get_by_role("button", name="不同意，先看看").click()
    page.get_by_role("link", name="人才公寓和住房").click()
    page.get_by_role("link", name="人才公寓租金多少？").wait_for()
    page.reload()
    page.get_by_role("link", name="人才公寓租金多少？").wait_for()
    expect(sheet).to_have_count(0)


def test_a_common_question_is_read_without_any_consent(opens: Opens) -> None:
    page = opens(None)
    page.get_by_role("region", name="常见问题").or_(page.locator(".group", has_text="常见问题")).get_by_role(
        "button"
    ).first.click()
    page.wait_for_url("**/m/entries/*")
    page.get_by_text("出处：").first.wait_for()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_stranger_logs_in_and_finds_the_question_again(opens: Opens) -> None:
    page = opens(None, "/m/ask", expected=("of 401", "of 503"), user_agent=WECHAT)
    page.route("**/m/login?**", lambda route: route.fulfill(body=route.request.url))
    ask(page, "人才津贴是什么")
    page.wait_for_url("**/m/login?next=%2Fm%2Fask")
    page.goto("/m/ask")
    expect(page.locator(".mine")).to_contain_text("人才津贴是什么")
    expect(page.get_by_role("textbox", name="您的问题")).to_have_value("")
    page.get_by_role("alert").get_by_role("button", name="再问一次").wait_for()


def test_an_answer_is_handed_to_staff_with_what_was_asked(opens: Opens, 小林: Phone) -> None:
    agree(小林)
    page = opens(小林, "/m/ask", expected=("of 404",))
    ask(page, "人才公寓租金多少")
    page.get_by_role("button", name="转人工").click()
    page.wait_for_url("**/m/tickets/new")
    draft = page.evaluate("JSON.parse(localStorage.getItem('huicai.draft..ticket')).value")
    assert draft["text"] == "人才公寓租金多少"
    assert len(draft["question_key"]) > 32


def test_a_mark_stays_at_its_answer_when_the_oldest_are_left_out(opens: Opens, 小林: Phone) -> None:
    agree(小林)
    page = opens(小林, "/m/ask")
    ask(page, "人才津贴是什么")
    page.get_by_role("article", name="答复").wait_for()
    page.evaluate(
        """() => {
            const [mine, answer] = JSON.parse(sessionStorage.getItem("huicai.talk"));
            const turns = Array.from({ length: 16 }, () => [mine, answer]).flat().slice(1);
            sessionStorage.setItem("huicai.talk", JSON.stringify(turns.map((turn, no) => ({ ...turn, no }))));
        }"""
    )
    page.reload()
    answers = page.get_by_role("article", name="答复")
    useful = page.get_by_role("button", name="有用", pressed=True)
    answers.nth(15).get_by_role("button", name="有用").click()
    useful.wait_for()
    ask(page, "人才公寓租金多少")
    expect(answers.last).to_contain_text("租金")
    for place, marked in ((-2, 1), (-1, 0)):
        expect(answers.nth(place).get_by_role("button", name="有用", pressed=True)).to_have_count(marked)


def test_without_a_network_one_can_still_write_and_sends_when_it_is_back(opens: Opens, 小林: Phone) -> None:
    agree(小林)
    page = opens(小林, "/m/ask", expected=("ERR_INTERNET_DISCONNECTED",))
    page.get_by_role("textbox", name="您的问题").wait_for()
    page.context.set_offline(True)
    page.get_by_text("现在没有网络").wait_for()
    ask(page, "人才公寓什么时候能入住")
    again = page.get_by_role("button", name="重试")
    again.wait_for()
    page.context.set_offline(False)
    expect(page.get_by_text("现在没有网络")).to_be_hidden()
    again.click()
    page.get_by_role("article", name="答复").wait_for()


def test_who_does_not_know_how_to_begin_taps_a_question(opens: Opens, 小林: Phone) -> None:
    agree(小林)
    page = opens(小林, "/m/ask")
    beginnings = page.get_by_role("region", name="可以这样问")
    beginnings.get_by_role("button", name="人才津贴是什么？").click()
    expect(page.get_by_role("article", name="答复")).to_contain_text("名城聚才工程")
    expect(beginnings).to_have_count(0)
    assert axe.faults(page) == []
