"""Coming in through a real browser, with a second factor; what one wants of the desk is what the desk does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyotp
import pytest
from house import RIGHT, House

from bot.kit import Kit
from browsers import served
from talk import Clock

pytestmark = pytest.mark.browser


@pytest.fixture
def house(kit: Kit, clock: Clock) -> House:
    return House(kit, clock)


@pytest.fixture
def page(browser: Any, house: House) -> Iterator[Any]:
    """A browser in front of the login; at the end it may have met no fault."""
    problems: list[str] = []
    with served(house.app) as base:
        context = browser.new_context(base_url=base, viewport={"width": 1366, "height": 768}, locale="zh-CN")
        shown = context.new_page()
        shown.on("pageerror", lambda error: problems.append(str(error)))
        shown.on("console", lambda said: problems.append(said.text) if said.type in ("error", "warning") else None)
        shown.goto("/console/")
        yield shown
        context.close()
    assert [each for each in problems if "403" not in each] == []  # Chromium tells every refusal


def enters(page: Any, login: str, password: str = RIGHT) -> None:
    page.get_by_label("用户名").fill(login)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


def test_an_admin_scans_a_code_and_comes_in(house: House, page: Any) -> None:
    house.hire("zhang.san", "admin")
    enters(page, "zhang.san", "a-wrong-One-of-9-letters")
    assert "用户名或密码不对" in page.get_by_role("alert").inner_text()
    enters(page, "zhang.san")
    drawn = page.locator(".drawn svg").bounding_box()
    assert min(drawn["width"], drawn["height"]) >= 150
    codes = pyotp.TOTP(page.locator("code").inner_text().replace(" ", ""))
    page.get_by_label("6 位数字").fill("000000")
    page.get_by_role("button", name="完成").click()
    page.get_by_role("alert").wait_for()
    page.get_by_label("6 位数字").fill(codes.at(int(house.clock().timestamp())))
    page.get_by_role("button", name="完成").click()
    page.wait_for_url("**/console/staff")
    page.goto("/console/me")
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/console/login")
    house.clock.wait("1分钟")
    enters(page, "zhang.san")
    assert page.locator("svg").count() == 0
    page.get_by_label("6 位数字").fill(codes.at(int(house.clock().timestamp())))
    page.get_by_role("button", name="进入").click()
    page.wait_for_url("**/console/staff")


def test_who_wants_no_single_keys_has_none(desk: Any, house: House, page: Any) -> None:
    desk.ticket()
    house.hire("li.si", "lead")
    enters(page, "li.si")
    page.goto("/console/?view=all")
    page.keyboard.press("j")
    assert page.locator(".row.cursor").count() == 1

    page.goto("/console/me")
    page.get_by_label("单键快捷键").uncheck()
    page.get_by_label("响一声").check()
    page.get_by_role("button", name="保存").click()
    page.wait_for_load_state()
    assert page.locator("body[data-keys=off][data-sound=on][data-notifications=off]").count() == 1
    page.goto("/console/?view=all")
    for key in ("j", "g", "m", "?"):
        page.keyboard.press(key)
    assert "view=all" in page.url
    assert page.locator(".row.cursor, dialog[open]").count() == 0
    assert page.locator("[data-alerts]").get_attribute("aria-pressed") == "true"

    page.locator("[data-dialog=keys-help]").first.click()
    with page.expect_response("**/me/settings") as answer:
        page.locator("[data-keys-switch]").check()
    assert answer.value.status == 204
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert page.locator(".row.cursor").count() == 1
    page.reload()
    assert page.locator("body[data-keys=on][data-sound=on]").count() == 1


def test_the_bell_turns_everything_off_and_the_account_knows(house: House, page: Any) -> None:
    staff = house.hire("li.si", "lead")
    enters(page, "li.si")
    bell = page.locator("[data-alerts]")
    for pressed, kept in (("true", '"sound": true'), ("false", '"sound": false')):
        with page.expect_response("**/me/settings"):
            bell.click()
        assert bell.get_attribute("aria-pressed") == pressed
        assert kept in house.staff(staff.id).settings
