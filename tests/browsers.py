"""Chromium without a window, and an app served to it."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from werkzeug.serving import make_server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

# What WeChat's own browser says it is: pages that can be logged in to from nowhere else look for it.
WECHAT = "Mozilla/5.0 (Linux; Android 12) AppleWebKit/537.36 Chrome/107 Mobile Safari/537.36 MicroMessenger/8.0.40"


# Milliseconds a page is waited for: there may be two cores only, and much else on them.
PATIENCE = 20_000
# SLOW=6: pages think six times as slowly, and each answer takes 0.6 s longer. A test that does not wait fails then.
SLOW = float(os.environ.get("SLOW", "0"))


@contextmanager
def chromium() -> Iterator[Browser]:
    """Skips, or fails where REQUIRE_SERVICES is set, when there is none."""
    path = shutil.which("chromium")
    if path is None:
        if os.environ.get("REQUIRE_SERVICES"):
            pytest.fail("Chromium is missing and REQUIRE_SERVICES is set")
        pytest.skip("Chromium is not installed")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


def patient(page: Page) -> Page:
    """That page, which now waits as long as a loaded machine wants, and is slow where SLOW says so."""
    page.set_default_timeout(PATIENCE)
    if SLOW:
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOW})
    return page


class Held:
    """Requests that stand still until they are let through: one that `came`, or with `on` all, and all that follow."""

    def __init__(self, page: Page, path: str, method: str = "") -> None:
        self._page, self._method = page, method
        self._waiting: list[Route] = []
        self._held = True
        page.route(path, self._comes)

    def _comes(self, route: Route) -> None:
        if self._held and self._method in ("", route.request.method):
            self._waiting.append(route)
        else:
            route.continue_()

    def came(self, number: int = 1) -> Route:
        """The first, second, …; `expect_request` is too early for it, since a page is told of a request before that
        is held."""
        while len(self._waiting) < number:  # pytest's own limit ends a wait in vain
            self._page.wait_for_timeout(20)
        return self._waiting[number - 1]

    def on(self) -> None:
        self._held = False
        for route in self._waiting:
            route.continue_()
        self._waiting.clear()


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Its address."""
    server = make_server("127.0.0.1", 0, _late(app) if SLOW else app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _late(app: Flask) -> Any:
    def answers(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        if "/static/" not in environ["PATH_INFO"]:
            time.sleep(SLOW / 10)
        return app(environ, start)

    return answers
