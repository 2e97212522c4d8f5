"""Which way a message takes, chosen at the last moment from what is true of the person then. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.window import Window
from models.sending import UNSURE, Sending, Way

# WeChat sends what has the same client_msg_id once within ten minutes; one of them is left for the call itself.
_SAME_TEMPLATE = timedelta(minutes=9)
PERHAPS = "可能已经送到"  # is part of the reason of every row that ended without an answer of WeChat's


@dataclass(frozen=True, slots=True)
class Facts:
    """`subscription` and `template` are ids, "" where the notice has none; `consents` are those for the former."""

    following: bool
    window: Window
    subscription: str = ""
    consents: int = 0
    lasting: bool = False
    template: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """`why` is for staff. `spends`: a consent is used up for it now."""

    way: Way
    why: str
    template: str = ""
    spends: bool = False


@dataclass(frozen=True, slots=True)
class Over:
    """It is not sent again: it has arrived, or may have."""

    way: Way
    why: str


def choose(facts: Facts, closed: frozenset[str] = frozenset()) -> Choice:
    """`closed`: ways WeChat has just refused."""
    if not facts.following:
        return Choice("", "对方没有关注公众号")
    if facts.window.left and "service" not in closed:
        return Choice("service", f"还能发 {facts.window.left} 条客服消息")
    shut = _shut(facts.window, closed)
    if facts.subscription and facts.consents and "subscription" not in closed:
        return Choice("subscription", f"{shut}，对方同意过订阅通知", facts.subscription, spends=True)
    if facts.template and "template" not in closed:
        return Choice("template", f"{shut}，用模板消息", facts.template)
    return Choice("", "，".join([shut, *_lacking(facts, closed)]))


def again(
    facts: Facts, doubts: Sequence[Sending], now: datetime, closed: frozenset[str] = frozenset()
) -> Choice | Over:
    """What to do about a part whose calls `doubts` got no answer: it may be there already.

    Nothing is sent twice but a customer-service message, and that once. `closed` as above.
    """
    last = doubts[-1]
    if last.way == "service":
        if len([each for each in doubts if each.way == "service"]) > 1:
            return Over(last.way, f"微信两次都没有回音，{PERHAPS}")
        if facts.following and facts.window.left and "service" not in closed:
            return Choice("service", "上次微信没有回音，再发一次")
        return Choice("", f"上次微信没有回音，{_shut(facts.window, closed)}")
    if last.way == "template":
        is_the_same = last.template == facts.template and last.way not in closed
        if is_the_same and now - doubts[0].at < _SAME_TEMPLATE:
            return Choice("template", "上次微信没有回音，用同一编号再发一次", last.template)
        return Over(last.way, f"微信没有回音，{PERHAPS}；过了十分钟再发会重复")
    if facts.lasting or facts.consents or last.template != facts.subscription or last.way in closed:
        return Over(last.way, f"微信没有回音，{PERHAPS}；再发会重复")
    return Choice("subscription", "上次微信没有回音，用同一次同意再发一次", last.template)


def in_doubt(sendings: Sequence[Sending], part: int) -> list[Sending]:
    return [each for each in sendings if each.part == part and each.outcome == UNSURE]


def _shut(window: Window, closed: frozenset[str]) -> str:
    if "service" in closed:
        return "微信没有收客服消息"
    return "客服消息的条数用完了" if window.closes_at else "对方近两天没有来过，不能发客服消息"


def _lacking(facts: Facts, closed: frozenset[str]) -> list[str]:
    lacking = []
    if facts.subscription:
        lacking.append("微信没有收订阅通知" if "subscription" in closed else "没有订阅的同意")
    if facts.template:
        lacking.append("微信没有收模板消息")
    return lacking or ["也没有别的路"]
