"""What outlives a reload, a closed tab and another login: drafts, the keys of what got no answer, long lists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from phones import Phone, Phones
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
Opens = Callable[..., Any]
TEXT = "津贴三月就批了，到现在没有到账"
FAILS = ("of 401", "of 404", "ERR_FAILED")
DAY = 86_400_000


@pytest.fixture
def 小林(phones: Phones) -> Phone:
    return phones.agreeing("小林", "service")


def test_a_ticket_whose_answer_was_lost_is_one_ticket_after_the_tab_is_closed(opens: Opens, 小林: Phone) -> None:
    page = opens(小林, "/m/tickets/new", expected=FAILS)
    keys: list[str] = []

    def lost(route: Any) -> None:
        keys.append(route.request.headers["idempotency-key"])
        route.fetch()
        route.abort()

    page.route("**/api/v1/tickets", lost)
    page.get_by_role("textbox", name="什么事").fill(TEXT)
    page.get_by_role("button", name="提交").click()
    page.get_by_role("alert").get_by_text("网络连不上").wait_for()
    again = page.context.new_page()  # WeChat ends the tab with the page
    page.close()
    again.goto("/m/tickets/new")
    expect(again.get_by_role("textbox", name="什么事")).to_have_value(TEXT)
    assert TEXT not in again.evaluate("localStorage.getItem('huicai.unanswered')")
    again.get_by_role("button", name="提交").click()
    again.get_by_role("heading", name=TEXT).wait_for()
    assert len(小林.said("GET", "/tickets")["items"]) == 1
    assert len(set(keys)) == 1
    assert again.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('huicai.draft'))") == []
    assert again.evaluate("localStorage.getItem('huicai.unanswered')") == "{}"


def test_drafts_are_kept_apart_by_person_and_for_some_days(opens: Opens, base: str, 小林: Phone) -> None:
    page = opens(小林, "/m/tickets/new")
    words = page.get_by_role("textbox", name="什么事")
    words.fill("登录前写的")

    def becomes(name: str) -> None:
        page.context.add_cookies([{"name": "huicai_whose", "value": name, "domain": "127.0.0.1", "path": "/m/"}])
        page.reload()

    becomes("lin-1")
    expect(words).to_have_value("登录前写的")
    words.fill("小林写的")
    becomes("wang-2")
    expect(words).to_have_value("")
    words.fill("老王写的")
    becomes("lin-1")
    expect(words).to_have_value("小林写的")
    page.clock.install()
    page.clock.fast_forward(4 * DAY)
    page.reload()
    expect(words).to_have_value("")
    assert page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('huicai.draft'))") == []


def row(number: int) -> dict[str, Any]:
    """As GET /tickets tells it."""
    return {
        "number": f"HC{number}",
        "subject": f"第{number}件",
        "kind_name": "咨询",
        "state": "new",
        "state_name": "待受理",
        "unread": False,
        "heard_at": "2026-10-09T09:00:00+08:00",
    }


def test_a_long_list_is_found_as_it_was_left_until_it_has_changed(opens: Opens, 小林: Phone) -> None:
    numbers = list(range(1, 31))

    def pages(route: Any) -> None:
        if "/tickets/" in route.request.url:
            route.fulfill(status=404, json={"ok": False, "error": {"code": "not_found", "text": "没有"}})
            return
        after = route.request.url.partition("after=")[2]
        rest = numbers[numbers.index(int(after)) + 1 :] if after else numbers
        data = {"items": [row(each) for each in rest[:20]], "next": str(rest[19]) if len(rest) > 20 else None}
        route.fulfill(json={"ok": True, "data": data})

    page = opens(小林, "/m/privacy", expected=FAILS)
    page.route("**/api/v1/tickets**", pages)
    page.get_by_role("link", name="工单", exact=True).click()
    lines = page.locator(".cells .cell")
    page.get_by_role("button", name="再看一些").click()
    expect(lines).to_have_count(30)
    page.get_by_role("link", name="第30件").click()
    page.get_by_role("heading", name="工单", exact=True, level=1).wait_for()
    page.go_back()
    expect(lines).to_have_count(30)
    numbers.insert(0, 0)  # a new one: the first page ends elsewhere now
    newest = page.get_by_role("link", name="第0件")
    while not newest.count():  # what is under way from before is not asked for twice, and does not tell of it
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        page.wait_for_timeout(100)
    expect(lines).to_have_count(20)
    page.get_by_role("button", name="再看一些").click()
    expect(lines).to_have_count(31)
    expect(page.get_by_role("link", name="第20件")).to_have_count(1)
