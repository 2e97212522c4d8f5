"""The menu below the chat: an editor's file, checked against WeChat's limits, as the body of menu/create.

https://developers.weixin.qq.com/doc/offiaccount/Custom_Menus/Creating_Custom-Defined_Menu.html
"""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from config import document

_TOP, _SUB = 3, 5
_TOP_NAME, _SUB_NAME = 4, 7  # Chinese characters that a phone shows; WeChat cuts the rest off with dots
_KEY_BYTES, _URL_BYTES = 128, 1024


def _fits(limit: int, what: str) -> AfterValidator:
    def check(text: str) -> str:
        if len(text.encode()) > limit:
            raise ValueError(f"is longer than {limit} bytes; shorten the {what}（太长）")
        return text

    return AfterValidator(check)


def _shown(limit: int) -> AfterValidator:
    def check(name: str) -> str:
        # A phone gives a Chinese character the room of two Latin ones.
        room = sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in name)
        if not name.strip() or room > 2 * limit:
            raise ValueError(f"{name!r} does not fit; use 1 to {limit} Chinese characters（菜单名太长或为空）")
        return name

    return AfterValidator(check)


def _link(url: str | None) -> str | None:
    if url is not None and not url.startswith(("https://", "http://")):
        raise ValueError("is no web address; begin it with https://（网址格式）")
    return url


def _own(path: str) -> str:
    if not path.startswith("/m/"):
        raise ValueError("is no page of ours; begin it with /m/（自己的网页）")
    return path


Key = Annotated[str, Field(min_length=1), _fits(_KEY_BYTES, "key")]
Url = Annotated[str, _fits(_URL_BYTES, "address"), AfterValidator(_link)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Item(_Part):
    """What one tap does: exactly one of `key`, `url`, `open` (an address below our own, /m/), or `page` of the mini
    program `appid` (`url` for old phones)."""

    name: Annotated[str, _shown(_SUB_NAME)]
    key: Key | None = None
    url: Url | None = None
    open: Annotated[str, AfterValidator(_own)] | None = None
    page: str | None = None
    appid: str | None = None

    @model_validator(mode="after")
    def _one_action(self) -> Item:
        if self.page is not None:
            if self.key is not None or self.open is not None or self.url is None or self.appid is None:
                raise ValueError("page needs appid and url, and no key; add them（小程序要写 appid 和 url）")
        elif [self.key, self.url, self.open].count(None) != 2 or self.appid is not None:
            raise ValueError("needs a key, a url or open; write one of the three（key、url、open 三选一）")
        return self

    def body(self, site: str) -> dict[str, Any]:
        if self.open is not None:
            there = f"{site}/m/login?{urlencode({'next': self.open})}"  # so that they are known from the start
            return {"type": "view", "name": self.name, "url": there}
        if self.page is not None:
            link = {"appid": self.appid, "pagepath": self.page, "url": self.url}
            return {"type": "miniprogram", "name": self.name, **link}
        if self.url is not None:
            return {"type": "view", "name": self.name, "url": self.url}
        return {"type": "click", "name": self.name, "key": self.key}


class Column(_Part):
    name: Annotated[str, _shown(_TOP_NAME)]
    items: Annotated[tuple[Item, ...], Field(min_length=1, max_length=_SUB)]


class Menu(_Part):
    menu: Annotated[tuple[Column, ...], Field(min_length=1, max_length=_TOP)]

    @model_validator(mode="after")
    def _keys_differ(self) -> Menu:
        keys = [item.key for column in self.menu for item in column.items if item.key]
        for key in keys:
            if keys.count(key) > 1:
                raise ValueError(f"{key} stands twice; keep one of them（重复的 key）")
        return self


def load_menu(path: Path, site: str = "") -> dict[str, Any]:
    """The JSON body of menu/create; BadFile names file, line, field and cure when WeChat would refuse or cut it.

    `site`: where phones reach us (PUBLIC_URL). Without it buttons that open our own pages are left out.
    """
    menu, site = document.load(path, Menu), site.rstrip("/")
    shown = [(column.name, [each for each in column.items if site or each.open is None]) for column in menu.menu]
    return {
        "button": [{"name": name, "sub_button": [each.body(site) for each in items]} for name, items in shown if items]
    }
