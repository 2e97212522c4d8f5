"""What the desk remembers: people, what stands in their chats, and every callback with its attempts.

Plain records; `World` owns them and is the only one to change them, under its lock.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any, Literal

from emulator.payload import Message

Side = Literal["user", "account", "notice", "event"]
CallbackState = Literal["running", "shown", "silent", "failed"]


@dataclass
class Person:
    """A WeChat user: an openid for each account, one unionid, and whether they follow the service account."""

    openid: str
    name: str
    following: bool = False
    mini_openid: str = ""
    unionid: str = ""
    phone: str = ""  # invented, of nobody
    blocks: bool = False  # 不接收消息: template messages are taken and never arrive
    snapshot: bool = False  # 快照页: they look at pages and have not said 使用完整服务
    since: float = 0.0  # when they began to follow
    always: dict[str, str] = field(default_factory=dict)  # 总是保持以上选择: accept or reject, by template

    @property
    def host(self) -> str:
        """The name of this machine by which their phone opens pages: so each phone has cookies of its own."""
        return f"phone-{hashlib.sha256(self.openid.encode()).hexdigest()[:10]}.localhost"

    def as_json(self) -> dict[str, Any]:
        return {
            "openid": self.openid,
            "name": self.name,
            "host": self.host,
            "following": self.following,
            "mini_openid": self.mini_openid,
            "unionid": self.unionid,
        }


@dataclass
class Entry:
    """One line of a chat. `event` entries (menu clicks, scans) are invisible on a real phone and on ours."""

    id: int
    openid: str
    side: Side
    shown: dict[str, Any]
    at: float
    callback: int | None
    state: Literal["", "sending", "sent", "failed"] = ""
    revision: int = 0

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "openid": self.openid,
            "side": self.side,
            "at": self.at,
            "callback": self.callback,
            "state": self.state,
            **self.shown,
        }


@dataclass(frozen=True)
class Check:
    """One rule a reply must keep, and how this one stands to it."""

    name: str
    ok: bool
    note: str = ""


@dataclass(frozen=True)
class Attempt:
    """One delivery to the bot and what came back. `status` is None when no HTTP answer arrived at all."""

    number: int
    at: float
    query: str
    posted: str
    status: int | None
    ms: int
    error: str
    response: str
    decrypted: str
    checks: tuple[Check, ...]
    valid: bool

    def as_json(self) -> dict[str, Any]:
        checks = [vars(check) for check in self.checks]
        return {**vars(self), "checks": checks}


@dataclass
class Callback:
    """One message on its way to the bot, with up to four deliveries."""

    id: int
    message: Message
    openid: str  # of the person on the service account, also when they were in the mini-program
    person: str
    summary: str
    mode: str
    at: float
    plain: str = ""
    state: CallbackState = "running"
    attempts: list[Attempt] = field(default_factory=list)
    revision: int = 0

    def brief(self) -> dict[str, Any]:
        """One line for the list. Ids are text: MsgId is wider than a JavaScript number."""
        last = self.attempts[-1] if self.attempts else None
        return {
            "id": self.id,
            "openid": self.openid,
            "person": self.person,
            "account": "mini" if self.message.mini else "service",
            "kind": self.message.kind,
            "summary": self.summary,
            "msg_id": None if self.message.msg_id is None else str(self.message.msg_id),
            "create_time": self.message.created,
            "mode": self.mode,
            "at": self.at,
            "state": self.state,
            "attempt_count": len(self.attempts),
            "status": last.status if last else None,
            "ms": last.ms if last else None,
            "valid": last.valid if last else None,
            "error": last.error if last else "",
        }

    def as_json(self) -> dict[str, Any]:
        return {**self.brief(), "plain": self.plain, "attempts": [each.as_json() for each in self.attempts]}
