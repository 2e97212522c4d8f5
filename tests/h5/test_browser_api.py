"""The page and the API when the network is bad or somebody taps twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
Opens = Callable[..., Any]
_SAID = {
    "key": "0" * 64,
    "decision": "other",
    "text": "您好",
    "links": [],
    "entries": [],
    "item": None,
    "choices": [],
    "offers_ticket": False,
}


class Line:
    """POST /ask as the network lets it through: `ends` tells of each try what becomes of it."""

    def __init__(self, page: Any, *ends: str) -> None:
        self.ends = list(ends)
        self.keys: list[str] = []
        page.route("**/api/v1/ask", self._comes)

    def _comes(self, route: Any) -> None:
        self.keys.append(route.request.headers["idempotency-key"])
        end = self.ends.pop(0) if self.ends else "answered"
        if end == "broken":
            route.abort()
        elif end == "busy":
            fault = {"ok": False, "error": {"code": "unavailable", "text": "系统正忙，请稍后再试", "field": None}}
            route.fulfill(status=503, json=fault)
        elif end == "page":  # what a proxy in between says
            route.fulfill(status=502, body="<html>Bad Gateway</html>")
        else:
            route.fulfill(json={"ok": True, "data": _SAID})


def ask(page: Any, text: str) -> None:
    page.get_by_role("textbox", name="您的问题").fill(text)
    page.get_by_role("button", name="发送").click()


FAILS = ("of 401", "of 404", "of 502", "of 503", "ERR_FAILED")


def test_a_question_that_broke_off_is_sent_again_with_its_key(opens: Opens) -> None:
    page = opens(None, "/m/ask", expected=FAILS)
    line = Line(page, "broken")
    ask(page, "你好")
    page.get_by_role("article", name="答复").wait_for()
    assert len(line.keys) == 2
    assert len(set(line.keys)) == 1


def test_what_fails_again_is_told_kindly_and_tried_with_the_same_key(opens: Opens) -> None:
    page = opens(None, "/m/ask", expected=FAILS)
    line = Line(page, "broken", "broken", "busy", "page")
    ask(page, "你好")
    page.get_by_role("alert").get_by_text("网络连不上").wait_for()
    page.get_by_role("button", name="重试").click()
    page.get_by_role("alert").get_by_text("系统暂时没有回应").wait_for()
    page.get_by_role("button", name="重试").click()
    page.get_by_role("article", name="答复").wait_for()
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.locator(".mine")).to_have_count(1)
    assert len(line.keys) == 5
    assert len(set(line.keys)) == 1
    ask(page, "你好")
    page.get_by_role("article", name="答复").nth(1).wait_for()
    assert line.keys[-1] != line.keys[0]


def test_a_double_tap_asks_once(opens: Opens) -> None:
    page = opens(None, "/m/ask", expected=FAILS)
    line = Line(page)
    page.get_by_role("textbox", name="您的问题").fill("你好")
    page.get_by_role("button", name="发送").dblclick()
    page.get_by_role("article", name="答复").wait_for()
    assert len(line.keys) == 1
    assert json.loads(page.evaluate("sessionStorage.getItem('huicai.talk')"))[0]["mine"] == "你好"
