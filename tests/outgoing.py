"""Sending in tests: one thread, as fast as it goes, and what arrived where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot import notices
from bot import reply as replies
from bot.attempt import Pace
from bot.delivery import Delivery
from bot.kit import Kit
from models import outbox
from models.outbox import Row

NOTICE = {
    "title": "人才日活动",
    "when": "2026-11-25T09:00:00+08:00",
    "note": "请带身份证",
    "text": "人才日活动后天开始。",
}


def fast(kit: Kit, **settings: Any) -> Kit:
    return replace(
        kit, settings=replace(kit.settings, **{"delivery_threads": 1, "delivery_per_second": 1e6, **settings})
    )


def deliver(kit: Kit, worker: str = "test", pace: Pace | None = None) -> str:
    """Send what is due; what it did."""
    return Delivery(fast(kit), worker, pace).run(60)


def owe(kit: Kit, openid: str, name: str = "ticket_answer", *, dedup: str = "", **more: Any) -> int:
    """Owe a notice; the number of its row. `data` is laid over NOTICE."""
    data: Mapping[str, Any] = {**NOTICE, **more.pop("data", {})}
    with kit.db.writing() as unit:
        known = len(outbox.rows(unit, limit=10_000))
        notices.owe(unit, name, openid, data, dedup=dedup or f"test:{known}", now=kit.now(), **more)
        return outbox.rows(unit, limit=1)[0].id


def row(kit: Kit, number: int) -> Row:
    with kit.db.unit() as unit:
        found = outbox.find(unit, number)
    assert found is not None
    return found


def arrived(kit: Kit, openid: str, since: int = 0) -> list[str]:
    """What Recorder was given for a person: texts as they are, templates as way and fields."""
    said = []
    for call in kit.wechat.calls[since:] + (kit.miniapp.calls if kit.miniapp else []):  # type: ignore[attr-defined]
        if call.values.get("openid") == openid:
            fields = "；".join(f"{name} {value}" for name, value in call.values.get("fields", {}).items())
            said.append(replies.as_text(call.reply) if call.what == "send" else f"{call.what} {fields}")
    return said
