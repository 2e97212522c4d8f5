"""What came in, as one immutable value, whatever door it came by."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import Literal

Kind = Literal["text", "image", "voice", "video", "location", "link", "card", "event", "other"]


@dataclass(frozen=True, slots=True)
class Message:
    """One push of WeChat, cleaned: no control characters, no lone surrogates, NFC, every text capped.

    `key` is the same for every delivery of the same message and for no other one
    (MsgId, or for events FromUserName + CreateTime + Event + EventKey).
    `sent_at` is WeChat's CreateTime in seconds since 1970.
    `passive` is False where WeChat takes no reply in the HTTP answer (mini-program pushes in JSON).
    """

    key: str
    openid: str
    account: str
    kind: Kind
    sent_at: int
    text: str = ""  # what the person typed; for voice the Recognition, if WeChat sent one
    event: str = ""  # lower case: subscribe, scan, click, view ...
    event_key: str = ""
    menu_id: str = ""  # bizmsgmenuid: the tapped choice of a msgmenu
    media_id: str = ""
    title: str = ""
    url: str = ""
    label: str = ""
    latitude: float | None = None
    longitude: float | None = None
    passive: bool = True

    def dump(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @staticmethod
    def parse(text: str) -> Message:
        """What dump() gave, also of a newer version with more fields. ValueError, TypeError when it is none."""
        known = {each.name for each in fields(Message)}
        return Message(**{name: value for name, value in json.loads(text).items() if name in known})
