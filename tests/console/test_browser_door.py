"""Coming in through a real browser, with a second factor; what one wants of the desk is what the desk does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyotp
import pytest
from house import RIGHT, House
from playwright.sync_api import expect

from bot.kit import Kit
from browsers import patient, served
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
        shown = patient(context.new_page())
        shown.on("pageerror", lambda error: problems.append(str(error)))
        shown.on("console", lambda said: problems.append(said.text) if said.type in ("error", "warning") else None)
        shown.goto("/console/")
        yield shown
        context.close()
    refused = ("of 401", "of 403")  # Chromium tells every refusal; what a page asked before its logout gets one, too
    assert [each for each in problems if not any(part in each for part in refused)] == []


def enters(page: Any, login: str, password: str = RIGHT) -> None:
    page.get_by_label("用户名").fill(login)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


def test_an_admin_scans_a_code_and_comes_in(house: House, page: Any) -> None:
    house.hire("zhang.san", "admin")
    enters(page, "zhang.san", "a-wrong-One-of-9-letters")
    expect(page.get_by_role("alert")).to_contain_text("用户名或密码不对")
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
    page.get_by_label("6 位数字").wait_for()
    expect(page.locator("svg")).to_have_count(0)
    page.get_by_label("6 位数字").fill(codes.at(int(house.clock().timestamp())))
    page.get_by_role("button", name="进入").click()
    page.wait_for_url("**/console/staff")


def test_who_wants_no_single_keys_has_none(desk: Any, house: House, page: Any) -> None:
    desk.ticket()
    house.hire("li.si", "lead")
    enters(page, "li.si")
    page.locator("[data-alerts]").wait_for()
    page.goto("/console/?view=all")
    page.keyboard.press("j")
    expect(page.locator(".row.cursor")).to_have_count(1)

    page.goto("/console/me")
    page.get_by_label("单键快捷键").uncheck()
    page.get_by_label("响一声").check()
    page.get_by_role("button", name="保存").click()
    expect(page.locator("body[data-keys=off][data-sound=on][data-notifications=off]")).to_have_count(1)
    page.goto("/console/?view=all")
    for key in ("j", "g", "m", "?"):
        page.keyboard.press(key)
    assert "view=all" in page.url
    assert page.locator(".row.cursor, dialog[open]").count() == 0
    expect(page.locator("[data-alerts]")).to_have_attribute("aria-pressed", "true")

    page.locator("[data-dialog=keys-help]").first.click()
    with page.expect_response("**/me/settings") as answer:
        page.locator("[data-keys-switch]").check()
    assert answer.value.status == 204
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page.locator(".row.cursor")).to_have_count(1)
    page.reload()
    expect(page.locator("body[data-keys=on][data-sound=on]")).to_have_count(1)


def test_the_bell_turns_everything_off_and_the_account_knows(house: House, page: Any) -> None:
    staff = house.hire("li.si", "lead")
    enters(page, "li.si")
    page.wait_for_url("**/console/")  # and its scripts
    bell = page.locator("[data-alerts]")
    for pressed, kept in (("true", '"sound": true'), ("false", '"sound": false')):
        with page.expect_response("**/me/settings"):
            bell.click()
        expect(bell).to_have_attribute("aria-pressed", pressed)
        assert kept in house.staff(staff.id).settings
