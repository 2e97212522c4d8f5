"""What became of each reply to a talent: held, waiting, on its way, sent, failed or taken back. For staff."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from bot.desk import RECALLED
from bot.notices import of_event
from bot.ways import PERHAPS
from bot.wechat.errcode import meaning
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
# The outbox keeps the sentence with WeChat's code and the cure for whoever runs the place; staff cannot use those.
_CODE = re.compile(r"（(-?\d+)）；")
_OURS = re.compile(r"没有配置|程序出错")
_LATER = "微信暂时发不出，已记下，会自动再发；急事请打电话"
_STUCK = "微信发不出，请告诉管理员；急事请打电话，修好后可以重发"
_REFUSED = "微信没有收下这条内容，请改过再发，或打电话"
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

    @property
    def waits_for_them(self) -> bool:
        """It goes out when they come next."""
        return self.state == "waiting" and self.why.startswith(_NEXT_VISIT)


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
    own = of_event(event)
    return [own, *(f"{own}:{number}" for number in range(1, MOST_FILES + 1))]


def _of(row: Row, now: datetime) -> Delivery:
    state, why = _standing(row, now)
    way = _WAYS.get(row.way, "") if state == "sent" else ""
    return Delivery(state, why, way, row.sent_at, row.id)


def _standing(row: Row, now: datetime) -> tuple[State, str]:
    if row.state == "dead":
        return ("recalled", "") if row.reason == RECALLED else ("failed", _plainly(row.reason, _STUCK))
    if row.state == "sent":
        if PERHAPS in row.reason:
            return "sent", row.reason
        return "sent", _ONLY_TOLD if row.way in ("subscription", "template") else ""
    if row.state == "waiting":
        why = _plainly(row.reason, "微信现在发不出")
        return "waiting", f"{_NEXT_VISIT}：{why}" if why else _NEXT_VISIT
    if row.state == "due" and row.due_at > now:
        return ("waiting", _plainly(row.reason, _LATER)) if row.reason else ("held", "")
    return "sending", ""


def _plainly(reason: str, ours: str) -> str:
    """`reason` as it stands in the outbox; `ours`: what to say of what only those who run the place can mend."""
    found = _CODE.search(reason)
    if found is None:
        return ours if _OURS.search(reason) else reason
    means = meaning(int(found[1]))
    if means.kind in ("window", "consent", "gone"):
        return means.said
    return _REFUSED if means.kind == "refused" else ours
