"""What there is to read, by anybody: topics, entries, items with their check, places; as large as people want it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import axe
import pytest
from phones import Phone
from playwright.sync_api import expect
from views import drawn

pytestmark = pytest.mark.browser
Opens = Callable[..., Any]
_READING = (
    ("/m/", "/m/topics/housing", "/m/ask", "/m/privacy"),
    ("/m/items", "/m/items/talent_apartment", "/m/places"),
)


@pytest.mark.parametrize("paths", _READING)
def test_nothing_stands_in_the_way_of_reading(opens: Opens, paths: tuple[str, ...]) -> None:
    page = opens(None, paths[0])
    for path in paths:
        page.goto(path, wait_until="networkidle")
        drawn(page)
        assert axe.faults(page) == []
        assert axe.small(page) == []
        page.set_viewport_size({"width": 320, "height": 568})
        assert page.evaluate("document.documentElement.scrollWidth") == 320


@pytest.mark.parametrize("path", ["/m/", "/m/items/talent_apartment"])
def test_the_largest_text_in_the_dark_fits_the_smallest_phone(opens: Opens, path: str) -> None:
    page = opens(None, "/m/", size={"width": 320, "height": 568}, color_scheme="dark")
    page.evaluate("localStorage.setItem('huicai.look', '{\"elder\": true, \"size\": 30}')")
    page.goto(path, wait_until="networkidle")
    drawn(page)
    expect(page.locator("body")).to_have_css("font-size", "30px")
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert axe.faults(page) == []


def test_from_a_topic_to_an_answer_and_its_source(opens: Opens) -> None:
    page = opens(None)
    page.get_by_role("link", name="人才公寓和住房").click()
    page.get_by_role("heading", name="人才公寓和住房", level=1).wait_for()
    page.get_by_role("textbox").fill("租金")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="人才公寓租金多少？").click()
    page.get_by_text("出处：").wait_for()
    expect(page.locator(".source")).to_contain_text("现在是否有效待确认")
    expect(page).to_have_title("人才公寓租金多少？ · 汇才通")
    assert axe.faults(page) == []
    page.go_back()
    page.get_by_role("heading", name="人才公寓和住房", level=1).wait_for()


def test_conditions_are_gone_through_in_place_and_back(opens: Opens) -> None:
    page = opens(None, "/m/items/talent_apartment")
    page.get_by_role("button", name="开始对照").click()
    card = page.locator(".check")
    card.get_by_role("button", name="正高级职称").click()
    card.get_by_role("button", name="引进到我区工作").click()
    card.get_by_text("看起来符合").wait_for()
    expect(card).to_contain_text("引进到我区的正高级职称人才")
    assert axe.faults(page) == []
    card.get_by_role("button", name="上一题").click()
    card.get_by_role("button", name="引进到我区工作").wait_for()


def test_interest_is_noted_and_taken_back(opens: Opens, 小林: Phone) -> None:
    page = opens(小林, "/m/items/talent_apartment", expected=("of 403",))
    page.get_by_role("button", name="开始对照").click()
    page.get_by_role("button", name="正高级职称").click()
    asked = page.get_by_role("button", name="引进到我区工作")
    asked.wait_for()
    page.get_by_role("button", name="登记意向").click()
    page.get_by_role("dialog").get_by_role("button", name="同意", exact=True).click()
    page.get_by_role("button", name="取消登记").wait_for()
    expect(asked).to_have_count(1)  # the check goes on where it was
    page.get_by_role("button", name="取消登记").click()
    page.get_by_role("dialog").get_by_role("button", name="取消登记").click()
    page.get_by_role("button", name="登记意向").wait_for()


def test_where_somebody_is_is_asked_for_only_on_a_tap(opens: Opens) -> None:
    page = opens(None, "/m/places", geolocation={"latitude": 27.7, "longitude": 106.9}, permissions=["geolocation"])
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "lat=" in request.url else None)
    page.get_by_text("汇川区人才驿站").first.wait_for()
    assert asked == []
    with page.expect_response("**/places?lat=*"):
        page.get_by_role("button", name="按离我的远近排").click()
    page.get_by_role("button", name="重新定位").wait_for()
    assert ["lat=27.696" in each and "lng=106.904" in each for each in asked] == [True]


def test_without_the_right_to_it_all_places_are_still_there(opens: Opens) -> None:
    page = opens(None, "/m/places")
    page.get_by_role("button", name="按离我的远近排").click()
    page.get_by_role("alert").get_by_text("没有得到位置权限").wait_for()
    page.get_by_text("汇川区人才驿站").first.wait_for()
