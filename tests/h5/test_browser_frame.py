"""The frame around the views: what it weighs, moving about, and that nothing of it is out of reach."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from phones import Phone
from playwright.sync_api import expect
from views import drawn, go

from browsers import patient

pytestmark = pytest.mark.browser
Opens = Callable[..., Any]
SLOWLY = """() => { const back = history.back.bind(history);
    addEventListener("popstate", () => { window.back = true });
    history.back = () => setTimeout(back, 1500); }"""


def test_the_first_page_weighs_less_than_100_kilobytes(opens: Opens, browser: Any, base: str) -> None:
    context = browser.new_context(base_url=base)
    page = patient(context.new_page())
    come: list[Any] = []
    page.on("requestfinished", lambda request: come.append(request))
    page.goto("/m/", wait_until="networkidle")
    page.get_by_role("heading", name="常见问题").wait_for()
    sizes = [request.sizes()["responseBodySize"] for request in come]
    assert len(sizes) > 10
    assert 10_000 < sum(sizes) < 100_000
    context.close()


def test_going_somewhere_moves_the_focus_and_going_back_finds_the_page_as_it_was(opens: Opens) -> None:
    page = opens(None)
    page.get_by_role("heading", name="汇才通", level=1).wait_for()
    go(page, "/m/x")
    heading = page.get_by_role("heading", name="没有这一页", level=1)
    expect(heading).to_be_focused()
    expect(page).to_have_title("没有这一页 · 汇才通")
    page.go_back()
    page.get_by_role("heading", name="汇才通", level=1).wait_for()


def test_who_goes_on_while_a_slow_browser_still_leaves_a_sheet_is_not_led_back(opens: Opens) -> None:
    page = opens(None, greeted=False)
    sheet = page.get_by_role("dialog", name="个人信息怎么用")
    sheet.wait_for()
    page.evaluate(SLOWLY)
    sheet.get_by_role("button", name="不同意，先看看").click()
    page.get_by_role("link", name="人才公寓和住房").click()
    page.get_by_role("heading", name="人才公寓和住房", level=1).wait_for()
    page.wait_for_function("window.back")
    expect(page).to_have_url(re.compile("/m/topics/housing$"))
    page.go_back()
    page.get_by_role("heading", name="汇才通", level=1).wait_for()


def test_nothing_is_wider_than_the_smallest_phone(opens: Opens) -> None:
    page = opens(None, size={"width": 320, "height": 568})
    page.get_by_role("heading", name="常见问题").wait_for()
    drawn(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 320


@pytest.mark.parametrize(
    ("path", "said"), [("/m/tickets/T1", "地址可能写错了"), ("/m/events/nope", "没有找到"), ("/m/entries/nope", "没有")]
)
def test_what_is_not_there_says_so_and_leads_home(opens: Opens, 小林: Phone, path: str, said: str) -> None:
    page = opens(小林, path, expected=("of 404", "of 422"))
    told = page.get_by_role("alert")
    expect(told).to_contain_text(said)
    expect(told).not_to_contain_text("格式")
    told.get_by_role("link", name="回首页").click()
    page.get_by_role("heading", name="汇才通", level=1).wait_for()
