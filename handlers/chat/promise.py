"""What people are told they will hear from us, and how sure that is: what WeChat may not let us send is not promised.

https://developers.weixin.qq.com/doc/service/guide/product/message/Service_Center_messages.html
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.conversation import Context
from handlers import event_words
from models import reminders
from models.event import Event, Signup

_SOME_DAY = timedelta(days=30)  # a time far enough for the windows of today to be shut


def of_event(context: Context, event: Event, signup: Signup) -> str:
    """The reminders of an event they signed up for."""
    if signup.state == "waiting":
        return _of(context, "promoted", context.phrase("promise.turn"), [context.now + _SOME_DAY], "")
    if not signup.remind:
        return context.phrase("promise.none")
    dues = [due for due in reminders.times(event).values() if due > context.now]
    if event.starts_at is None:
        told = context.phrase("promise.settled")
        if _sure(context, "event_changed", [context.now + _SOME_DAY]):
            return ""  # it was said that they will be told
        return _of(context, "event_changed", told, [context.now + _SOME_DAY], "")
    if not dues:
        return context.phrase("promise.too_late")
    before = context.phrase("promise.ahead", before=event_words.before(context, event))
    return _of(context, "reminder", before, dues, event_words.link(context.kit, event))


def of_news(context: Context) -> str:
    """The notices sent to everybody who agreed; empty when each is sure to arrive."""
    reached = context.reach("broadcast", context.now + _SOME_DAY)
    return "" if reached.way else _with_how(context, "broadcast", context.phrase("news.how"))


def _of(context: Context, notice: str, told: str, dues: list[datetime], link: str) -> str:
    sure = _sure(context, notice, dues)
    if sure == len(dues):
        return context.phrase("promise.sure", told=told)
    if sure:
        return _with_how(context, notice, context.phrase("promise.some", told=told, sure=sure))
    key = "promise.uncertain_calendar" if link else "promise.uncertain"
    return _with_how(context, notice, context.phrase(key, told=told))


def _sure(context: Context, notice: str, dues: list[datetime]) -> int:
    """How many of them could be sent as things stand: each consent to a subscription is for one."""
    ways = [context.reach(notice, due) for due in dues]
    consents = max((way.left for way in ways if way.way == "subscription"), default=0)
    subscribed = len([way for way in ways if way.way == "subscription"])
    return len([way for way in ways if way.way in ("service", "template")]) + min(subscribed, consents)


def _with_how(context: Context, notice: str, text: str) -> str:
    """With what the person can do about it, where their consent is all that is missing."""
    subscription = context.kit.notices().of(notice).subscription
    return f"{text}{context.phrase('promise.allow')}" if subscription and subscription.id else text
