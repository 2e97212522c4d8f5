"""The page before its modules are there: nobody looks at 正在打开… for ever."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from browsers import Held, patient
from handlers.h5.shell import STATIC

pytestmark = pytest.mark.browser
Opens = Callable[..., Any]
# What Chrome 80 and Safari 13.1 stumble over, most of it while they read the file: then nothing of the page works.
TOO_NEW = re.compile(
    r"\?\?=|\|\|=|&&=|\.at\(|\.replaceAll\(|\.findLast|\.hasOwn\(|structuredClone|Promise\.any|randomUUID|\.showModal\("
    r"|\(\?<[=!]|^\s*static\b|^\s*#\w+|^(?:const .* = )?await\b|\bimport\.meta|\d_\d",
    re.MULTILINE,
)


def test_no_module_is_written_in_words_too_new_for_old_phones() -> None:
    ours = [path for path in STATIC.rglob("*.js") if not path.name.startswith("htm-")]
    assert len(ours) > 30
    assert [(path.name, found) for path in ours if (found := TOO_NEW.findall(path.read_text("utf-8")))] == []
    assert not re.search(r"=>|`|\b(?:const|let|class)\b|\?\.", re.sub("//.*", "", (STATIC / "opening.js").read_text()))


@pytest.mark.parametrize(
    "sample", ["a ??= b;", "each.at(-1)", "await go();", "const a = await go();", "  static { a(); }", "/(?<=a)b/"]
)
def test_what_is_too_new_is_found(sample: str) -> None:
    assert TOO_NEW.search(f"x();\n{sample}\n")


def test_when_a_module_does_not_come_the_page_says_so_and_can_be_opened_again(opens: Opens) -> None:
    page = opens(None, "/m/privacy", expected=("of 401", "of 404", "ERR_FAILED", "preload"))
    page.route("**/icons.js", lambda route: route.abort())
    page.goto("/m/items")
    page.get_by_text("还没有打开，可能是网络不好。").wait_for()
    expect(page.get_by_text("正在打开…")).to_be_hidden()
    page.unroute("**/icons.js")
    page.get_by_role("link", name="重新打开").click()
    page.get_by_role("heading", name="办事", level=1).wait_for()
    expect(page.get_by_role("link", name="重新打开")).to_have_count(0)


def test_a_browser_too_old_to_read_the_page_is_told_so_and_who_waits_long_can_open_it_again(
    opens: Opens, browser: Any, base: str
) -> None:
    context = browser.new_context(base_url=base)
    page = patient(context.new_page())
    page.route("**/parts.js", lambda route: route.fulfill(body="let a ?" + "?? b;", content_type="text/javascript"))
    tells = Held(page, "**/opening.js")
    with page.expect_request_finished(lambda request: request.url.endswith("/main.js")):
        page.goto("/m/", wait_until="commit")
    tells.came().continue_()  # also when it comes last
    page.get_by_text("请更新到最新版再试").wait_for()
    page.route("**/parts.js", lambda route: None)
    page.goto("/m/", wait_until="commit")
    page.get_by_text("正在打开…").wait_for()
    expect(page.get_by_role("link", name="重新打开")).to_be_hidden()
    page.evaluate("document.getAnimations().forEach((each) => each.finish())")
    page.get_by_role("link", name="重新打开").wait_for()
    context.close()


def test_a_view_that_does_not_come_is_told_of_and_still_drawn_when_it_comes(opens: Opens) -> None:
    page = opens(None, "/m/privacy")
    views = Held(page, "**/views/events.js")
    page.clock.install()
    page.get_by_role("link", name="活动", exact=True).click()
    view = views.came()
    page.clock.fast_forward(16_000)
    page.get_by_role("alert").get_by_text("这一页没有打开").wait_for()
    view.continue_()
    page.get_by_role("heading", name="活动", level=1).wait_for()
