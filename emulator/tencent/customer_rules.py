"""What a customer-service message may hold, and how it stands in the chat.

Sizes are bytes of UTF-8. The 2048 bytes of a text are what clients observe; Tencent's page names 45002 only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from emulator.desk import Desk
from emulator.ledger import Ledger
from emulator.tokens import Refused

TEXT_BYTES = 2048
MENU_LINES = 20


def read_message(body: dict[str, Any], desk: Desk, ledger: Ledger) -> dict[str, Any]:
    """What the phone shows, or Refused with Tencent's code."""
    kind = body.get("msgtype")
    read = KINDS[ledger.account.kind].get(kind) if isinstance(kind, str) else None
    if read is None:
        raise Refused(40008, f"invalid message type: {kind!r}")
    content = body.get(str(kind))
    if not isinstance(content, dict):
        raise Refused(47001, f"data format error: {kind} is missing")
    return read(content, desk, ledger)


def _string(content: dict[str, Any], name: str, *, need: bool = True, most: int = TEXT_BYTES, code: int = 45002) -> str:
    value = content.get(name, "")
    if not isinstance(value, str):
        raise Refused(47001, f"data format error: {name} must be a string")
    if need and not value.strip():
        raise Refused(44004, f"empty content: {name}")
    if len(value.encode(errors="replace")) > most:
        raise Refused(code, f"content size out of limit: {name} has more than {most} bytes")
    return value


def _text(content: dict[str, Any], _: Desk, __: Ledger) -> dict[str, Any]:
    return {"kind": "text", "text": _string(content, "content")}


def _image(content: dict[str, Any], desk: Desk, ledger: Ledger) -> dict[str, Any]:
    media = desk.world.shelf.need(content.get("media_id"), ledger.account.appid, "image")
    return {"kind": "image", "media_id": media.id}


def _news(content: dict[str, Any], _: Desk, __: Ledger) -> dict[str, Any]:
    articles = content.get("articles")
    if not isinstance(articles, list) or not articles or not all(isinstance(each, dict) for each in articles):
        raise Refused(44003, "empty news data")
    if len(articles) > 1:
        raise Refused(45008, "article size out of limit: 1 is allowed")
    (article,) = articles
    shown = {
        "title": _string(article, "title", most=512, code=45003),
        "description": _string(article, "description", need=False, most=2048, code=45004),
        "picture": _string(article, "picurl", need=False, code=45005),
        "url": _string(article, "url", need=False, code=45005),
    }
    return {"kind": "news", "articles": [shown]}


def _menu(content: dict[str, Any], _: Desk, __: Ledger) -> dict[str, Any]:
    lines = content.get("list")
    if not isinstance(lines, list) or not 1 <= len(lines) <= MENU_LINES or not all(isinstance(x, dict) for x in lines):
        raise Refused(40035, f"invalid parameter: msgmenu.list has 1 to {MENU_LINES} lines")
    items = [{"id": str(line.get("id", "")), "text": _string(line, "content", most=256)} for line in lines]
    head, tail = _string(content, "head_content", need=False), _string(content, "tail_content", need=False)
    if len((head + tail + "".join(item["text"] for item in items)).encode(errors="replace")) > TEXT_BYTES:
        raise Refused(45002, "content size out of limit")
    return {"kind": "menu", "text": head, "items": items, "tail": tail}


def _card(content: dict[str, Any], desk: Desk, ledger: Ledger) -> dict[str, Any]:
    own = desk.world.mini.account.appid
    if ledger.account.kind == "service" and content.get("appid") != own:
        raise Refused(40013, "invalid appid: the mini-program is not linked to this account")
    media = desk.world.shelf.need(content.get("thumb_media_id"), ledger.account.appid, "image", "thumb")
    return {
        "kind": "card",
        "title": _string(content, "title", most=512, code=45003),
        "page": _string(content, "pagepath", most=1024, code=45005),
        "media_id": media.id,
        "from": desk.world.mini.account.name,
    }


def _link(content: dict[str, Any], _: Desk, __: Ledger) -> dict[str, Any]:
    return {
        "kind": "link",
        "title": _string(content, "title", most=512, code=45003),
        "description": _string(content, "description", need=False, code=45004),
        "url": _string(content, "url", code=45005),
    }


Read = Callable[[dict[str, Any], Desk, Ledger], dict[str, Any]]
KINDS: dict[str, dict[str, Read]] = {
    "service": {"text": _text, "image": _image, "news": _news, "msgmenu": _menu, "miniprogrampage": _card},
    "mini": {"text": _text, "image": _image, "link": _link, "miniprogrampage": _card},
}
