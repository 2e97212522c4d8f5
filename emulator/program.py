"""What a person does in the mini-program that its server hears of: the customer-service session there.

https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/customer-message/receive.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from emulator.compose import SAMPLE_PICTURE, Draft, Phone
from emulator.payload import Field
from emulator.wants import text


def _enter(body: dict[str, Any], _: Phone) -> Draft:
    """The customer-service button; SessionFrom is what the page set on it."""
    fields: tuple[Field, ...] = (
        ("MsgType", "event"),
        ("Event", "user_enter_tempsession"),
        ("SessionFrom", text(body, "session_from", "")),
    )
    shown = {"kind": "event", "event": "user_enter_tempsession", "text": "进入小程序客服会话"}
    return Draft(fields, shown, "进入小程序客服", event=True, mini=True)


def _text(body: dict[str, Any], _: Phone) -> Draft:
    content = text(body, "text", most=5000)
    shown = {"kind": "text", "text": content, "channel": "mini"}
    return Draft((("MsgType", "text"), ("Content", content)), shown, content, mini=True)


def _image(body: dict[str, Any], phone: Phone) -> Draft:
    media_id = text(body, "media_id", SAMPLE_PICTURE)
    url = phone.picture_url(media_id)
    fields: tuple[Field, ...] = (("MsgType", "image"), ("PicUrl", url), ("MediaId", media_id))
    shown = {"kind": "image", "media_id": media_id, "url": url, "channel": "mini"}
    return Draft(fields, shown, "图片", mini=True)


PROGRAM: dict[str, Callable[[dict[str, Any], Phone], Draft]] = {
    "mini_enter": _enter,
    "mini_text": _text,
    "mini_image": _image,
}
