"""Going about on the mobile page, and waiting for what is drawn there."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

_GO = """(path) => import(document.querySelector('[href$="/router.js"]').href).then((router) => router.go(path))"""


def go(page: Any, path: str) -> None:
    """As a link leads there; nothing is loaded anew."""
    page.evaluate(_GO, path)


def goes(page: Any, path: str, title: str) -> None:
    """`go`, and the view named so has what it shows."""
    go(page, path)
    page.get_by_role("heading", name=title, level=1).wait_for()
    drawn(page)


def drawn(page: Any) -> None:
    """There is one view, and nothing says that it is still on its way."""
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.locator(".waiting")).to_have_count(0)


def left(page: Any) -> None:
    """The sheet that was answered is gone from the way back, too: going elsewhere before would meet it."""
    page.wait_for_function("!history.state?.over")
