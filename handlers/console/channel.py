"""How an answer would reach this person, told before one is typed; and into how many messages it goes."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from bot import notices
from bot import reply as replies
from bot.kit import Kit
from bot.reach import reach
from models.db import Unit
from models.talent import App
from models.ticket import Ticket


class Channel(NamedTuple):
    """`open`: an answer goes out at once. `closes_at` and `left`: of the customer-service window."""

    words: str
    open: bool
    closes_at: datetime | None = None
    left: int = 0
    why: str = ""
    ring: bool = False  # better ring them up as well


class Size(NamedTuple):
    """Of a text as it would go out."""

    characters: int
    bytes: int
    messages: int


def channel(kit: Kit, unit: Unit, ticket: Ticket, now: datetime) -> Channel:
    if ticket.is_erased:
        return Channel("对方已注销，没有办法再联系", False)
    if not ticket.openid:
        return Channel("对方不在微信上，请打电话答复", False, ring=True)
    account: App = "miniapp" if ticket.source == "miniapp" else "service"
    found = reach(kit, unit, ticket.openid, "ticket_answer", account=account, now=now)
    by = "小程序" if found.account == "miniapp" else ""
    if found.way == "service":
        return Channel(f"{by}客服消息", True, found.closes_at, found.left)
    if found.way == "subscription":
        return Channel(f"{by}订阅消息 已授权", True, why=f"只通知有答复，全文等对方来看。{found.why}")
    if found.way == "template":
        return Channel("模板消息", True, why=f"只通知有答复，全文等对方来看。{found.why}")
    words = "无法送达：等对方下次来访" + (" + 电话" if ticket.contact else "")
    return Channel(words, False, why=found.why, ring=bool(ticket.contact))


def size(kit: Kit, text: str) -> Size:
    characters, room = notices.room(kit.settings, kit.library.phrase("pipeline.more"))
    messages, rest = 0, text
    while rest:
        head, rest = replies.fit(rest, characters, room)
        messages += bool(head)
        if not head:
            break
    return Size(len(text), len(text.encode()), messages)
