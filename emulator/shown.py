"""What a valid reply looks like on the phone, by its MsgType."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from emulator.sheet import Sheet


def _text(sheet: Sheet) -> dict[str, Any]:
    return {"kind": "text", "text": sheet.text("Content")}


def _image(sheet: Sheet) -> dict[str, Any]:
    return {"kind": "image", "media_id": sheet.text("Image/MediaId")}


def _voice(sheet: Sheet) -> dict[str, Any]:
    return {"kind": "voice", "media_id": sheet.text("Voice/MediaId")}


def _video(sheet: Sheet) -> dict[str, Any]:
    return {
        "kind": "video",
        "media_id": sheet.text("Video/MediaId"),
        "title": sheet.text("Video/Title"),
        "description": sheet.text("Video/Description"),
    }


def _music(sheet: Sheet) -> dict[str, Any]:
    return {
        "kind": "music",
        "title": sheet.text("Music/Title"),
        "description": sheet.text("Music/Description"),
        "url": sheet.text("Music/MusicUrl"),
    }


def _news(sheet: Sheet) -> dict[str, Any]:
    articles = [
        {
            "title": item.text("Title"),
            "description": item.text("Description"),
            "picture": item.text("PicUrl"),
            "url": item.text("Url"),
        }
        for item in sheet.every("Articles/item")
    ]
    return {"kind": "news", "articles": articles}


def _transfer(_: Sheet) -> dict[str, Any]:
    """Handed over to Tencent's own customer-service desk: from here on messages would not reach the bot."""
    return {"kind": "transfer", "text": "已转接到微信客服（演示环境不接管会话）"}


SHOWN: dict[str, Callable[[Sheet], dict[str, Any]]] = {
    "text": _text,
    "image": _image,
    "voice": _voice,
    "video": _video,
    "music": _music,
    "news": _news,
    "transfer_customer_service": _transfer,
}
