"""From what a user does on the phone to the message WeChat would push.

https://developers.weixin.qq.com/doc/service/guide/product/message/Receiving_standard_messages.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator.payload import ELEMENT_NAME, Field
from emulator.scenes import Scene
from emulator.templates import Template
from emulator.wants import BadRequest, number, text

STICKER_TEXT = "【收到不支持的消息类型，暂无法显示】"
SAMPLE_PICTURE = "sample"


@dataclass(frozen=True)
class Draft:
    """A message before it has an id and a time. `follow` is what it does to following, None for nothing.

    `mini`: done in the mini-program, and pushed as its own. `answers` to subscription templates: (id, accept or
    reject), with `always` kept for the next popup.
    """

    fields: tuple[Field, ...]
    shown: dict[str, Any]
    summary: str
    event: bool = False
    follow: bool | None = None
    mini: bool = False
    answers: tuple[tuple[str, str], ...] = ()
    always: bool = False


@dataclass(frozen=True)
class Phone:
    """What composing needs to know of the user and the desk."""

    following: bool
    picture_url: Callable[[str], str]
    templates: Mapping[str, Template] = field(default_factory=dict)
    always: Mapping[str, str] = field(default_factory=dict)
    find_scene: Callable[[str], Scene | None] = lambda said: None


def _text(body: dict[str, Any], _: Phone) -> Draft:
    content = text(body, "text", most=5000)
    fields: list[Field] = [("MsgType", "text"), ("Content", content)]
    menu_id = body.get("menu_id")
    if menu_id is not None:
        # A tap on a msgmenu line arrives as text with this field.
        fields.append(("bizmsgmenuid", str(menu_id)))
    return Draft(tuple(fields), {"kind": "text", "text": content}, content)


def _sticker(_: dict[str, Any], __: Phone) -> Draft:
    fields: tuple[Field, ...] = (("MsgType", "text"), ("Content", STICKER_TEXT))
    return Draft(fields, {"kind": "sticker"}, "表情")


def _image(body: dict[str, Any], phone: Phone) -> Draft:
    media_id = text(body, "media_id", SAMPLE_PICTURE)
    url = phone.picture_url(media_id)
    fields: tuple[Field, ...] = (("MsgType", "image"), ("PicUrl", url), ("MediaId", media_id))
    return Draft(fields, {"kind": "image", "media_id": media_id, "url": url}, "图片")


def _voice(body: dict[str, Any], _: Phone) -> Draft:
    seconds = int(number(body, "seconds", 3, low=1, high=60))
    recognition = text(body, "recognition", "")
    fields: list[Field] = [("MsgType", "voice"), ("MediaId", "voice-demo"), ("Format", "amr")]
    if recognition:
        # Tencent is withdrawing speech recognition; without it the field is absent.
        fields.append(("Recognition", recognition))
    shown = {"kind": "voice", "seconds": seconds, "recognition": recognition}
    return Draft(tuple(fields), shown, f"语音 {seconds}″")


def _video(body: dict[str, Any], _: Phone) -> Draft:
    seconds = int(number(body, "seconds", 8, low=1, high=300))
    fields: tuple[Field, ...] = (("MsgType", "video"), ("MediaId", "video-demo"), ("ThumbMediaId", "thumb-demo"))
    return Draft(fields, {"kind": "video", "seconds": seconds}, "视频")


def _location(body: dict[str, Any], _: Phone) -> Draft:
    lat = number(body, "lat", low=-90, high=90)
    lng = number(body, "lng", low=-180, high=180)
    label = text(body, "label", "")
    fields: tuple[Field, ...] = (
        ("MsgType", "location"),
        ("Location_X", round(lat, 6)),
        ("Location_Y", round(lng, 6)),
        ("Scale", int(number(body, "scale", 16, low=1, high=20))),
        ("Label", label),
    )
    return Draft(fields, {"kind": "location", "lat": lat, "lng": lng, "label": label}, f"位置 {label}")


def _link(body: dict[str, Any], _: Phone) -> Draft:
    shown = {
        "kind": "link",
        "title": text(body, "title"),
        "description": text(body, "description", ""),
        "url": text(body, "url"),
    }
    fields: tuple[Field, ...] = (
        ("MsgType", "link"),
        ("Title", shown["title"]),
        ("Description", shown["description"]),
        ("Url", shown["url"]),
    )
    return Draft(fields, shown, f"链接 {shown['title']}")


def _raw(body: dict[str, Any], _: Phone) -> Draft:
    """Any fields at all, for what this desk does not know yet. MsgType is a must; values are text or numbers."""
    given = body.get("fields")
    if not isinstance(given, dict) or "MsgType" not in given:
        raise BadRequest("fields 应为对象，至少有 MsgType。")
    fields = tuple((name, _raw_value(given, name)) for name in given)
    kind = str(given.get("Event", given["MsgType"]))
    return Draft(fields, {"kind": "raw", "text": kind}, kind, event=given["MsgType"] == "event")


def _raw_value(given: dict[str, Any], name: str) -> str | float:
    if not ELEMENT_NAME.fullmatch(name):
        raise BadRequest(f"{name} 不能作 XML 元素名。")
    if isinstance(given[name], str):
        return text(given, name, "", most=20_000)
    return number(given, name, low=-1e18, high=1e18)


MESSAGES: dict[str, Callable[[dict[str, Any], Phone], Draft]] = {
    "text": _text,
    "sticker": _sticker,
    "image": _image,
    "voice": _voice,
    "video": _video,
    "location": _location,
    "link": _link,
    "raw": _raw,
}
