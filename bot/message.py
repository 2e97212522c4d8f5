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
    `page` names the account whose openid it carries when it came from a page of ours and not from a chat: it opens no
    window of WeChat's, and is answered on the page, at once.
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
    page: Literal["", "service", "miniapp"] = ""
    # Of templates: (template id, accept | reject | success | why it failed, msgid); what an event does not say is "".
    results: tuple[tuple[str, str, str], ...] = ()

    @property
    def app(self) -> Literal["service", "miniapp"]:
        """Whose the openid is."""
        return self.page or ("service" if self.passive else "miniapp")

    def dump(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @staticmethod
    def parse(text: str) -> Message:
        """What dump() gave, also of a newer version with more fields. ValueError, TypeError when it is none."""
        known = {each.name for each in fields(Message)}
        values = {name: value for name, value in json.loads(text).items() if name in known}
        values["results"] = tuple(tuple(result) for result in values.get("results", ()))
        return Message(**values)


Opens = Literal["message", "menu", "follow", "scan", "session", ""]
_OPENING: dict[str, Opens] = {
    "click": "menu",
    "scancode_push": "menu",
    "scancode_waitmsg": "menu",
    "subscribe": "follow",
    "scan": "scan",
    "user_enter_tempsession": "session",
}


def opens(message: Message) -> Opens:
    """Which of WeChat's windows the message opens, in which customer-service messages may be sent without being asked.

    A tapped line of a msgmenu comes as text, but counts as a menu click.
    https://developers.weixin.qq.com/doc/service/guide/product/message/Service_Center_messages.html
    """
    if message.page:
        return ""
    if message.kind == "event":
        return _OPENING.get(message.event, "")
    return "menu" if message.menu_id else "message"
