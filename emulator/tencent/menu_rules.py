"""What a menu may look like: three buttons, five beneath each, names and keys counted in bytes.

Codes: https://developers.weixin.qq.com/doc/oplatform/developers/errCode/errCode.html (40015 to 40027)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from emulator.tokens import Refused

KEY_BYTES = 128
URL_BYTES = 1024
WITH_KEY = {
    "click",
    "scancode_push",
    "scancode_waitmsg",
    "pic_sysphoto",
    "pic_photo_or_album",
    "pic_weixin",
    "location_select",
}
WITH_MEDIA = {"media_id": "media_id", "view_limited": "media_id", "article_id": "article_id"} | {
    "article_view_limited": "article_id"
}


@dataclass(frozen=True)
class Level:
    """Limits and error codes, which differ for the bar and for what opens above it."""

    label: str
    most: int
    name_bytes: int
    count_code: int
    type_code: int
    name_code: int
    key_code: int
    url_code: int


BAR = Level("button", 3, 16, 40016, 40017, 40018, 40019, 40020)
SUB = Level("sub button", 5, 60, 40023, 40024, 40025, 40026, 40027)


def read_menu(body: dict[str, Any]) -> dict[str, Any]:
    """The menu as /menu/get returns it, or Refused with Tencent's code."""
    return {"button": [_bar_button(button) for button in _buttons(body.get("button"), BAR)]}


def _buttons(value: Any, level: Level) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not 1 <= len(value) <= level.most:
        raise Refused(level.count_code, f"invalid {level.label} size: 1 to {level.most} are allowed")
    if not all(isinstance(button, dict) for button in value):
        raise Refused(47001, "data format error: every button is a JSON object")
    return value


def _bar_button(button: dict[str, Any]) -> dict[str, Any]:
    name = _name(button, BAR)
    if button.get("sub_button"):
        subs = [_leaf(sub, SUB) for sub in _buttons(button["sub_button"], SUB)]
        return {"name": name, "sub_button": subs}
    return _leaf(button, BAR)


def _leaf(button: dict[str, Any], level: Level) -> dict[str, Any]:
    if level is SUB and button.get("sub_button"):
        raise Refused(40022, "invalid sub button level: menus have two levels")
    kind = button.get("type")
    kept = {"type": kind, "name": _name(button, level)}
    if kind in WITH_KEY:
        kept["key"] = _sized(button, "key", KEY_BYTES, level.key_code, level)
    elif kind == "view":
        kept["url"] = _url(button, level)
    elif kind == "miniprogram":
        kept["url"] = _url(button, level)
        kept["appid"] = _sized(button, "appid", 64, level.type_code, level)
        kept["pagepath"] = _sized(button, "pagepath", URL_BYTES, level.type_code, level)
    elif kind in WITH_MEDIA:
        kept[WITH_MEDIA[kind]] = _sized(button, WITH_MEDIA[kind], 256, 40007, level)
    else:
        raise Refused(level.type_code, f"invalid {level.label} type: {kind!r}")
    return {**kept, "sub_button": []}


def _name(button: dict[str, Any], level: Level) -> str:
    return _sized(button, "name", level.name_bytes, level.name_code, level)


def _sized(button: dict[str, Any], name: str, most: int, code: int, level: Level) -> str:
    value = button.get(name)
    if not isinstance(value, str) or not 1 <= len(value.encode(errors="replace")) <= most:
        raise Refused(code, f"invalid {level.label} {name} size: 1 to {most} bytes of UTF-8")
    return value


def _url(button: dict[str, Any], level: Level) -> str:
    url = _sized(button, "url", URL_BYTES, level.url_code, level)
    if not url.startswith(("http://", "https://")):
        code = 40055 if level is BAR else 40054
        raise Refused(code, f"invalid {level.label} url domain: http:// or https:// is needed")
    return url
