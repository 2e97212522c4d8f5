"""Temporary media (临时素材): what people send and what the account uploads. In memory, for three days of the clock.

https://developers.weixin.qq.com/doc/service/api/material/temporary/api_uploadtempmedia
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from emulator.tokens import Refused

DAYS_3 = 3 * 86_400
KEPT = 200
KEPT_BYTES = 256 * 1024 * 1024
MAX_BYTES = 2 * 1024 * 1024
# By their first bytes: the type a sender claims is not to be trusted.
SIGNATURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}
SOUNDS = {b"#!AMR": "audio/amr", b"ID3": "audio/mpeg", b"\xff\xfb": "audio/mpeg", b"\xff\xf3": "audio/mpeg"}
# The largest size in bytes, and what the file may begin with.
UPLOADS = {
    "image": (10 * 1024 * 1024, SIGNATURES),
    "voice": (2 * 1024 * 1024, SOUNDS),
    "video": (10 * 1024 * 1024, {b"ftyp": "video/mp4"}),
    "thumb": (64 * 1024, {b"\xff\xd8\xff": "image/jpeg"}),
}


class BadMedia(ValueError):
    """Not a picture WeChat would take; the text says which it takes."""


@dataclass(frozen=True)
class Media:
    """`appid` is whose it is: another account's media_id is no media_id."""

    id: str
    type: str
    data: bytes
    kind: str
    name: str
    appid: str
    created: int
    ends: float


def picture_type(data: bytes) -> str:
    found = _type(data, SIGNATURES)
    if found is None:
        raise BadMedia("图片须是 PNG、JPEG 或 GIF。")
    return found


def _type(data: bytes, signatures: dict[bytes, str]) -> str | None:
    for start, name in signatures.items():
        # MP4 tells its kind behind four bytes of length.
        if data.startswith(start) or (start == b"ftyp" and data[4:8] == start):
            return name
    return None


class Shelf:
    """The last files, by media_id. The clock is handed in."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._items: dict[str, Media] = {}

    def add(self, data: bytes, appid: str = "") -> Media:
        """A picture somebody sends from the phone."""
        if len(data) > MAX_BYTES:
            raise BadMedia("图片最大 2 MB。")
        return self._put(data, picture_type(data), "image", "picture", appid)

    def upload(self, kind: str, name: str, data: bytes, appid: str) -> Media:
        """From /cgi-bin/media/upload: 40004 kind, 40005 what it is, 40006 its size."""
        if kind not in UPLOADS:
            raise Refused(40004, "invalid media type")
        largest, signatures = UPLOADS[kind]
        if not 0 < len(data) <= largest:
            raise Refused(40006, f"invalid meida size: 1 to {largest} bytes")
        found = _type(data, signatures)
        if found is None:
            raise Refused(40005, f"invalid file type: this is no {kind}")
        return self._put(data, found, kind, name, appid)

    def find(self, media_id: str) -> Media | None:
        with self._lock:
            media = self._items.get(media_id)
        return media if media is not None and media.ends > self._now() else None

    def need(self, media_id: object, appid: str, *kinds: str) -> Media:
        """Refused (40007) unless this account may use it as one of `kinds`."""
        media = self.find(media_id) if isinstance(media_id, str) else None
        if media is None or media.kind not in (kinds or UPLOADS) or media.appid not in {"", appid}:
            raise Refused(40007, "invalid media_id")
        return media

    def _put(self, data: bytes, found: str, kind: str, name: str, appid: str) -> Media:
        now = self._now()
        media = Media(secrets.token_urlsafe(36), found, data, kind, name, appid, int(now), now + DAYS_3)
        with self._lock:
            self._items[media.id] = media
            while len(self._items) > KEPT or sum(len(item.data) for item in self._items.values()) > KEPT_BYTES:
                del self._items[next(iter(self._items))]
        return media
