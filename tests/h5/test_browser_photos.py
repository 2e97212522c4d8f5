"""Photos on their way up: what is taken out of them, one by one, and what their form is told."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from phones import Phone, Phones
from playwright.sync_api import expect

from browsers import Held

pytestmark = pytest.mark.browser
Opens = Callable[..., Any]
WHERE = b"Exif\0\0 27.7N 106.9E"
APP1 = b"\xff\xe1" + (len(WHERE) + 2).to_bytes(2, "big") + WHERE
DRAWN = "() => { const it = document.createElement('canvas'); it.width = 40; return it.toDataURL('image/jpeg') }"
UPLOADS = "**/api/v1/uploads"
LISTENS = """() => { const send = XMLHttpRequest.prototype.send;
    XMLHttpRequest.prototype.send = function (...given) { window.call = this; send.apply(this, given) } }"""
MOVES = "() => window.call.upload.dispatchEvent(new ProgressEvent('progress'))"


@pytest.fixture
def 小林(phones: Phones) -> Phone:
    return phones.agreeing("小林", "service")


def jpeg(name: str, bytes_: bytes) -> dict[str, Any]:
    return {"name": name, "mimeType": "image/jpeg", "buffer": bytes_[:2] + APP1 + bytes_[2:]}


def gifs(count: int) -> list[dict[str, Any]]:
    return [
        {"name": f"{at}.gif", "mimeType": "image/gif", "buffer": b"GIF89a\1\0\1\0\0\0\0%d" % at} for at in range(count)
    ]


def test_no_photo_tells_where_it_was_taken(opens: Opens, 小林: Phone) -> None:
    page = opens(小林, "/m/tickets/new")
    page.get_by_role("textbox", name="什么事").fill("看照片")
    whole = base64.b64decode(page.evaluate(DRAWN).split(",")[1])
    broken = b"\xff\xd8\xff\xe0\0\4JF\xff\xda\0\2cannot be drawn"
    photos = [jpeg("门牌.jpg", whole), jpeg("坏的.jpeg", broken), {**jpeg("没有类型", broken), "mimeType": ""}]
    page.set_input_files("input[type=file]", photos)
    for name in ("门牌.jpg", "坏的.jpg", "没有类型.jpg"):
        page.get_by_role("button", name=f"删掉{name}").wait_for()
    page.get_by_role("button", name="提交").click()
    page.get_by_role("heading", name="看照片").wait_for()
    number = 小林.said("GET", "/tickets")["items"][0]["number"]
    kept = 小林.said("GET", f"/tickets/{number}")["lines"][0]["files"]
    bodies = [小林.get(f"/files/{file['name']}").data for file in kept]
    assert len(bodies) == 3
    assert all(body.startswith(b"\xff\xd8\xff") for body in bodies)
    assert not [body for body in bodies if b"Exif" in body]
    assert bodies[1].endswith(b"cannot be drawn")


def test_photos_go_one_by_one_and_can_be_left_out_on_the_way(opens: Opens, 小林: Phone) -> None:
    page = opens(小林, "/m/tickets/new", expected=("ERR_FAILED",))
    uploads = Held(page, UPLOADS)
    page.set_input_files("input[type=file]", gifs(4))
    expect(page.get_by_role("progressbar")).to_have_count(4)
    page.get_by_role("button", name="取消上传1.gif").click()
    first = uploads.came()
    assert "0.gif" in first.request.post_data
    first.continue_()
    page.get_by_role("button", name="删掉0.gif").wait_for()
    assert "2.gif" in uploads.came(2).request.post_data
    page.get_by_role("button", name="取消上传2.gif").click()
    uploads.came(3).continue_()
    page.get_by_role("button", name="删掉3.gif").wait_for()
    expect(page.get_by_role("progressbar")).to_have_count(0)
    expect(page.get_by_role("button", name="删掉")).to_have_count(2)


def test_a_photo_that_stands_still_is_given_up_not_one_that_is_slow(opens: Opens, 小林: Phone) -> None:
    page = opens(小林, "/m/tickets/new")
    page.clock.install()
    page.evaluate(LISTENS)
    page.route(UPLOADS, lambda route: None)
    with page.expect_request(UPLOADS):
        page.set_input_files("input[type=file]", gifs(1))
    page.clock.fast_forward(25_000)
    expect(page.get_by_role("progressbar")).to_have_count(1)
    page.evaluate(MOVES)
    page.clock.fast_forward(25_000)
    expect(page.get_by_role("progressbar")).to_have_count(1)
    page.clock.fast_forward(10_000)
    page.get_by_role("alert").get_by_text("网络有点慢").wait_for()
    page.get_by_role("button", name="重试").wait_for()


def test_who_refuses_is_asked_once_for_all_photos(opens: Opens, phones: Phones) -> None:
    page = opens(phones.of("小林", "service"), "/m/tickets/new", expected=("of 403",))
    page.set_input_files("input[type=file]", gifs(3))
    page.get_by_role("dialog").get_by_role("button", name="不同意").click()
    expect(page.get_by_text("您没有同意，这一步没有做。")).to_have_count(3)
    expect(page.get_by_role("dialog")).to_have_count(0)
