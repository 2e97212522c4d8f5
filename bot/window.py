"""How many customer-service messages WeChat still takes for one person, and until when: counted from what we know.

What a person does gives an allowance by its kind; another of that kind replaces it with a full one, nothing adds up. A
send uses up the allowance that ends soonest of those that are open and have something left.
https://developers.weixin.qq.com/doc/service/guide/product/message/Service_Center_messages.html
https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/customer-message/customer-message.html
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from models.message import Opened
from models.sending import USED, Sending

OUTSIDE = 45015  # errcodes: no window is open
USED_UP = 45047  # one is open, but nothing is left in it
_SECOND = timedelta(seconds=1)


class Rule(NamedTuple):
    limit: int
    life: timedelta


RULES = {
    "message": Rule(5, timedelta(hours=48)),
    "menu": Rule(3, timedelta(minutes=1)),
    "follow": Rule(3, timedelta(minutes=1)),
    "scan": Rule(3, timedelta(minutes=1)),
    "session": Rule(2, timedelta(minutes=1)),  # the mini-program's customer-service page was opened
}
# To know who used up what, what was open at any time of the longest life must be known too, and what that used up.
LOOK_BACK = timedelta(hours=120)


@dataclass(frozen=True, slots=True)
class Window:
    """`left` messages may be sent, the last of them before `closes_at`; None: no window is open at all."""

    left: int
    closes_at: datetime | None


@dataclass(slots=True)
class _Allowance:
    kind: str
    left: int
    ends: datetime


def window(opened: Iterable[Opened], sendings: Iterable[Sending], now: datetime) -> Window:
    """`opened` and `sendings` in any order, of the last LOOK_BACK."""
    allowances: dict[str, _Allowance] = {}
    for _, what in sorted(_happened(opened, sendings), key=lambda each: each[0]):
        if isinstance(what, Opened):
            rule = RULES[what.kind]
            allowances[what.kind] = _Allowance(what.kind, rule.limit, what.sent_at + rule.life)
        elif what.outcome in USED:
            _use(allowances, what.at)
        elif what.outcome == str(OUTSIDE):
            allowances.clear()  # WeChat knows better
        elif what.outcome == str(USED_UP):
            for each in allowances.values():
                each.left = 0
    usable = [each for each in _open(allowances, now) if each.left]
    return Window(sum(each.left for each in usable), max((each.ends for each in _open(allowances, now)), default=None))


def _happened(
    opened: Iterable[Opened], sendings: Iterable[Sending]
) -> Iterable[tuple[tuple[datetime, int], Opened | Sending]]:
    """A callback tells its whole second: it happened before that was over, and before we had it. Sends come last."""
    for trigger in opened:
        yield (min(trigger.received_at, trigger.sent_at + _SECOND), 0), trigger
    for sending in sendings:
        if sending.way == "service":
            yield (sending.at, 1), sending


def _open(allowances: dict[str, _Allowance], at: datetime) -> list[_Allowance]:
    return sorted((each for each in allowances.values() if at < each.ends), key=lambda each: (each.ends, each.kind))


def _use(allowances: dict[str, _Allowance], at: datetime) -> None:
    for each in _open(allowances, at):
        if each.left:
            each.left -= 1
            return
