"""From what a user does beside talking to the event WeChat would push: following, scanning, the menu.

https://developers.weixin.qq.com/doc/service/guide/product/message/Receiving_event_pushes.html
https://developers.weixin.qq.com/doc/service/guide/product/menu/Custom_Menu_Push_Events.html
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from emulator.compose import Draft, Phone
from emulator.payload import Field
from emulator.wants import BadRequest, number, text


def _event(name: str, *fields: Field, summary: str, follow: bool | None = None) -> Draft:
    shown = {"kind": "event", "event": name, "text": summary}
    return Draft((("MsgType", "event"), ("Event", name), *fields), shown, summary, event=True, follow=follow)


def _follow(_: dict[str, Any], phone: Phone) -> Draft:
    if phone.following:
        raise BadRequest("已经关注了。")
    return _event("subscribe", ("EventKey", ""), summary="关注", follow=True)


def _unfollow(_: dict[str, Any], phone: Phone) -> Draft:
    if not phone.following:
        raise BadRequest("还没有关注。")
    return _event("unsubscribe", ("EventKey", ""), summary="取消关注", follow=False)


def _scan(body: dict[str, Any], phone: Phone) -> Draft:
    """A QR code with a scene: SCAN for followers; for others it is how they begin to follow.

    `scene` as printed somewhere, or `ticket`: one that /cgi-bin/qrcode/create gave, or the address in its picture.
    """
    made = phone.find_scene(text(body, "ticket", most=500)) if "ticket" in body else None
    if "ticket" in body and made is None:
        raise BadRequest("没有这个二维码，或已过期。")
    scene = made.scene if made else text(body, "scene", most=64)
    ticket = ("Ticket", made.ticket if made else hashlib.sha256(scene.encode()).hexdigest())
    if phone.following:
        return _event("SCAN", ("EventKey", scene), ticket, summary=f"扫码 {scene}")
    return _event("subscribe", ("EventKey", f"qrscene_{scene}"), ticket, summary=f"扫码关注 {scene}", follow=True)


def _click(body: dict[str, Any], _: Phone) -> Draft:
    key = text(body, "key")
    return _event("CLICK", ("EventKey", key), summary=f"菜单 {key}")


def _view(body: dict[str, Any], _: Phone) -> Draft:
    url = text(body, "url")
    return _event("VIEW", ("EventKey", url), summary=f"菜单链接 {url}")


def _miniprogram(body: dict[str, Any], _: Phone) -> Draft:
    path = text(body, "pagepath")
    return _event("view_miniprogram", ("EventKey", path), summary=f"菜单小程序 {path}")


def _scancode(body: dict[str, Any], _: Phone) -> Draft:
    """The menu's scan buttons; `wait` is the kind where the bot is expected to answer."""
    name = "scancode_waitmsg" if body.get("wait") else "scancode_push"
    result = text(body, "result")
    info: Field = ("ScanCodeInfo", (("ScanType", "qrcode"), ("ScanResult", result)))
    return _event(name, ("EventKey", text(body, "key")), info, summary=f"扫一扫 {result}")


def _location_select(body: dict[str, Any], _: Phone) -> Draft:
    lat = number(body, "lat", low=-90, high=90)
    lng = number(body, "lng", low=-180, high=180)
    label = text(body, "label", "")
    info: Field = (
        "SendLocationInfo",
        (
            ("Location_X", str(lat)),
            ("Location_Y", str(lng)),
            ("Scale", "15"),
            ("Label", label),
            ("Poiname", ""),
        ),
    )
    return _event("location_select", ("EventKey", text(body, "key")), info, summary=f"菜单选位置 {label}")


def _report_location(body: dict[str, Any], _: Phone) -> Draft:
    """The position WeChat reports by itself when a user who consented opens the chat."""
    lat = number(body, "lat", low=-90, high=90)
    lng = number(body, "lng", low=-180, high=180)
    fields: list[Field] = [("Latitude", lat), ("Longitude", lng), ("Precision", 30.0)]
    return _event("LOCATION", *fields, summary="上报地理位置")


EVENTS: dict[str, Callable[[dict[str, Any], Phone], Draft]] = {
    "follow": _follow,
    "unfollow": _unfollow,
    "scan": _scan,
    "click": _click,
    "view": _view,
    "miniprogram": _miniprogram,
    "scancode": _scancode,
    "location_select": _location_select,
    "report_location": _report_location,
}
