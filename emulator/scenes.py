"""QR codes with a scene (带参数的二维码), by ticket.

https://developers.weixin.qq.com/doc/service/api/qrcode/qrcodes/api_createqrcode
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

KEPT = 200
SHORT = "http://weixin.qq.com/q/"


@dataclass(frozen=True)
class Scene:
    """`ends` is None for a lasting code. `url` is what the picture says."""

    ticket: str
    scene: str
    url: str
    ends: float | None

    def as_json(self) -> dict[str, Any]:
        return vars(self)


class Scenes:
    """Of one account. The clock is handed in."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._made: dict[str, Scene] = {}

    def make(self, scene: str, seconds: int | None) -> Scene:
        """`seconds` None: for ever."""
        ends = None if seconds is None else self._now() + seconds
        made = Scene("gQE" + secrets.token_urlsafe(48), scene, SHORT + secrets.token_urlsafe(16), ends)
        self._made[made.ticket] = made
        if len(self._made) > KEPT:
            del self._made[next(iter(self._made))]
        return made

    def find(self, said: str) -> Scene | None:
        """By ticket or by the picture's address; None when there is none or it has ended."""
        for made in self._made.values():
            if said in {made.ticket, made.url}:
                return made if made.ends is None or made.ends > self._now() else None
        return None

    def all(self) -> list[Scene]:
        return [made for made in self._made.values() if made.ends is None or made.ends > self._now()]
