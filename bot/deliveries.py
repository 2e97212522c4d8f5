"""What became of each reply to a talent: held, waiting, on its way, sent, failed or taken back. For staff."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from bot.desk import RECALLED, dedup
from bot.ways import PERHAPS
from models import outbox, outbox_desk
from models.db import Unit
from models.outbox import PASSIVE, Row
from models.sending import WAY_NAMES

State = Literal["held", "waiting", "sending", "sent", "failed", "recalled"]
STATE_NAMES: dict[State, str] = {
    "held": "还没发",
    "waiting": "等着发",
    "sending": "正在发",
    "sent": "已送达",
    "failed": "没发出去",
    "recalled": "已撤回",
}
MOST_FILES = 9  # of one reply
_WAYS = {**WAY_NAMES, PASSIVE: "随下一条回复"}
# A reply stands as badly as the worst of its parts.
_WORST: tuple[State, ...] = ("recalled", "failed", "waiting", "sending", "held", "sent")
_ONLY_TOLD = "只发了通知，全文等对方来看"
_NEXT_VISIT = "等对方下次来访"


class Delivery(NamedTuple):
    """`why` and `way` are Chinese for staff, `at` when it went out (None: not yet), `row` its number in the outbox."""

    state: State
    why: str
    way: str
    at: datetime | None
    row: int

    @property
    def name(self) -> str:
        return STATE_NAMES[self.state]


def deliveries(unit: Unit, events: Sequence[int], now: datetime) -> dict[int, Delivery]:
    """By id of the event; those that owe nobody anything are missing, and so are those long over."""
    whose = {key: event for event in events for key in _keys(event)}
    found: dict[int, list[Delivery]] = {}
    for row in outbox.by_dedup(unit, list(whose)):
        found.setdefault(whose[row.dedup], []).append(_of(row, now))
    return {event: min(parts, key=lambda part: _WORST.index(part.state)) for event, parts in found.items()}


def resend(unit: Unit, event: int, now: datetime) -> int:
    """Send again what did not arrive of a reply, or all of it when all has; nothing that was taken back. How many."""
    rows = [row for row in outbox.by_dedup(unit, _keys(event)) if row.reason != RECALLED]
    left = [row for row in rows if row.state != "sent"]
    return outbox_desk.resend(unit, [row.id for row in left or rows], now)


def _keys(event: int) -> list[str]:
    own = dedup(event)
    return [own, *(f"{own}:{number}" for number in range(1, MOST_FILES + 1))]


def _of(row: Row, now: datetime) -> Delivery:
    state, why = _standing(row, now)
    way = _WAYS.get(row.way, "") if state == "sent" else ""
    return Delivery(state, why, way, row.sent_at, row.id)


def _standing(row: Row, now: datetime) -> tuple[State, str]:
    if row.state == "dead":
        return ("recalled", "") if row.reason == RECALLED else ("failed", row.reason)
    if row.state == "sent":
        if PERHAPS in row.reason:
            return "sent", row.reason
        return "sent", _ONLY_TOLD if row.way in ("subscription", "template") else ""
    if row.state == "waiting":
        return "waiting", f"{_NEXT_VISIT}：{row.reason}" if row.reason else _NEXT_VISIT
    if row.state == "due" and row.due_at > now:
        return ("waiting", row.reason) if row.reason else ("held", "")
    return "sending", ""
