"""What admins see of accounts and units."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect


@pytest.mark.browser
def test_a_name_that_is_taken_loses_nothing_typed(desk, opens) -> None:
    taken, admin = desk.hire("agent").login, desk.sits("admin")
    page = opens(admin, "/staff", expected="of 400")
    page.get_by_role("button", name="建账号").click()
    form = page.locator("dialog[open] form")
    expect(form.locator("[name=name]")).to_be_focused()
    form.locator("[name=name]").fill("张三")
    form.locator("[name=login]").fill(taken)
    form.locator("[name=role]").select_option("lead")
    form.locator("button.primary").click()
    expect(form.get_by_role("alert")).to_contain_text("已经有人用了")
    expect(form.locator("[name=name]")).to_have_value("张三")
    expect(form.locator("[name=role]")).to_have_value("lead")


def test_where_matters_go_is_told_by_their_names(desk) -> None:
    page = desk.sits("admin").get("/units").text
    topics = desk.kit.library.words.topics
    named = [name for route in desk.kit.rules().routes for name in route.topics]
    assert named
    for name in named:
        said = topics.get(name, f"{name} <span")
        assert re.search(rf">[^<]*{re.escape(said)}", page)
