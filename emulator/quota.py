"""How many customer-service messages an account may still send to one person, and until when.

What a person does gives an allowance by its kind; another of that kind replaces it with a full one, nothing adds up.

https://developers.weixin.qq.com/doc/service/guide/product/message/Service_Center_messages.html
https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/customer-message/customer-message.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

HOUR = 3600
OUTSIDE = 45015  # no allowance is open: response out of time limit
USED_UP = 45047  # some are open, but nothing is left in them


@dataclass(frozen=True)
class Rule:
    """`limit` messages within `life` seconds."""

    limit: int
    life: int


# A tapped line of a msgmenu is a menu click, although it comes as a text message.
SERVICE = {"message": Rule(5, 48 * HOUR), "menu": Rule(3, 60), "follow": Rule(3, 60), "scan": Rule(3, 60)}
MINI = {"message": Rule(5, 48 * HOUR), "session": Rule(2, 60)}


@dataclass
class Allowance:
    """`ends` is the first second in which it is no longer open."""

    kind: str
    left: int
    limit: int
    ends: float


class Quota:
    """One person's allowances. Times are seconds, and handed in; they may not run backwards."""

    def __init__(self, rules: Mapping[str, Rule] = SERVICE) -> None:
        self._rules = rules
        self._allowances: dict[str, Allowance] = {}

    def triggers(self, kind: str, at: float) -> None:
        """The person did something of this kind. WeChat counts from the callback's CreateTime: whole seconds."""
        rule = self._rules[kind]
        self._allowances[kind] = Allowance(kind, rule.limit, rule.limit, at + rule.life)

    def send(self, at: float) -> int:
        """0 and one message used up, from the allowance that ends soonest; or OUTSIDE or USED_UP and nothing used."""
        open_now = self.open(at)
        if not open_now:
            return OUTSIDE
        for allowance in open_now:
            if allowance.left:
                allowance.left -= 1
                return 0
        return USED_UP

    def open(self, at: float) -> list[Allowance]:
        """What is open at that time, used up or not, the first to end first."""
        return sorted(
            (each for each in self._allowances.values() if at < each.ends), key=lambda each: (each.ends, each.kind)
        )
