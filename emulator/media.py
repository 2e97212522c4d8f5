"""Temporary media: pictures a user sends. Kept in memory only, as on a desk that is cleared each evening."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass

KEPT = 50
MAX_BYTES = 2 * 1024 * 1024
# By their first bytes: the type a sender claims is not to be trusted.
SIGNATURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}


class BadMedia(ValueError):
    """Not a picture WeChat would take; the text says which it takes."""


@dataclass(frozen=True)
class Media:
    id: str
    type: str
    data: bytes


def picture_type(data: bytes) -> str:
    for start, name in SIGNATURES.items():
        if data.startswith(start):
            return name
    raise BadMedia("图片须是 PNG、JPEG 或 GIF。")


class Shelf:
    """The last pictures, by media_id."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._items: dict[str, Media] = {}

    def add(self, data: bytes) -> Media:
        if len(data) > MAX_BYTES:
            raise BadMedia("图片最大 2 MB。")
        media = Media(secrets.token_urlsafe(36), picture_type(data), data)
        with self._lock:
            self._items[media.id] = media
            if len(self._items) > KEPT:
                del self._items[next(iter(self._items))]
        return media

    def find(self, media_id: str) -> Media | None:
        with self._lock:
            return self._items.get(media_id)
