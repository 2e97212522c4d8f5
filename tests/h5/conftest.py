"""The mobile page on a phone: `opens(小林, "/m/items")` is 小林's, who is logged in; `opens(None)` is a stranger's."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from phones import Phone, Phones

from bot.kit import Kit
from browsers import patient, served
from handlers import cookie
from models.login import Logins
from short_words import keeps

PHONE = {"width": 360, "height": 780}


@pytest.fixture
def 小林(phones: Phones) -> Phone:
    return phones.of("小林", "service")


def logged_in(kit: Kit, phone: Phone) -> str:
    """A login of the browser's own, by a token a cookie can carry."""
    token, openid = secrets.token_hex(16), phone.talent.openid
    with kit.db.writing() as unit:
        Logins(unit).begin(token, phone.talent, openid, phone.talent.app, agent="browser", now=kit.now())
    return token


@pytest.fixture
def base(app: Flask) -> Iterator[str]:
    with served(app) as address:
        yield address


@pytest.fixture
def opens(browser: Any, kit: Kit, base: str) -> Iterator[Callable[..., Any]]:
    """At the end no page may have met a fault. `greeted`: the privacy sheet has been answered before. `expected`: parts
    of what the browser may complain about."""
    contexts: list[Any] = []
    problems: list[str] = []

    def opened(
        phone: Phone | None,
        path: str = "/m/",
        *,
        size: dict[str, int] = PHONE,
        greeted: bool = True,
        expected: tuple[str, ...] = ("of 401", "of 404"),
        **more: Any,
    ) -> Any:
        context = browser.new_context(
            base_url=base, viewport=size, has_touch=True, locale="zh-CN", timezone_id="Asia/Shanghai", **more
        )
        contexts.append(context)
        keeps(context)
        if phone is not None:
            context.add_cookies([{"name": cookie.name(kit.settings), "value": logged_in(kit, phone), "url": base}])
        page = patient(context.new_page())
        page.on("pageerror", lambda error: problems.append(str(error)))
        bad = ("error", "warning")
        page.on(
            "console",
            lambda said: (
                problems.append(said.text)
                if said.type in bad and not any(part in said.text for part in expected)
                else None
            ),
        )
        if greeted:
            context.add_init_script("localStorage.setItem('huicai.privacy', '{}')")
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert problems == []
