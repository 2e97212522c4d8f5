"""What people agreed to hear from us unasked: giving it, taking it back at any time, and what there is."""

from __future__ import annotations

from bot import news
from bot.conversation import Context
from bot.reply import Turn
from handlers import event_words
from handlers.chat import commands, finding, promise
from handlers.chat.saying import Saying
from models.broadcast import NEWS
from models.event import NO_SEATS, Event, Signup

_APARTMENT = "talent_apartment"
_AROUND = """请 我 我要 我想 要 想 给 帮我 您 你们 把 都 全部 所有 的 了 吧 啊 呀 一下 谢谢 活动 政策 消息 和 有 新 这些
    有了 再 以后 好 好的"""
_STOP = Saying(
    """退订 td t 不要通知 取消订阅 取消通知 别通知 别通知我 不要再通知 别再通知 停止通知 关闭通知 退订通知 不接收通知
    不再接收通知 不想接收通知 不想收到通知 不想再收到通知 不收通知 不要再发了 别发了 别再发了 不要再推送 别推送了
    不要推送 取消推送 取消接收通知 不要消息 别给我发消息 不要给我发消息 撤回同意 不想被打扰 别打扰我""",
    _AROUND,
)
_GIVE = Saying(
    """订阅通知 接收通知 订阅 开通通知 接收活动通知 订阅活动通知 订阅活动 订阅政策通知 开通活动通知 打开通知
    收通知 接收消息 订阅消息 订阅政策""",
    f"{_AROUND} 有活动 有新活动 有新政策 时",
)
_MINE = Saying(
    """我的订阅 我订阅 订阅情况 我的通知 查订阅 看订阅 订阅列表 我的授权 我同意了 通知设置 我的通知设置""",
    "我 的 了 哪些 什么 吗 看看 看 查 查一下 看一下 都 有 过 请 帮我",
)


def is_stop(context: Context) -> bool:
    """Asked before anything that is under way: taking back works always."""
    return _STOP.fits(commands.said(context))


def is_give(context: Context) -> bool:
    return _GIVE.fits(commands.said(context))


def is_mine(context: Context) -> bool:
    return _MINE.fits(commands.said(context))


def stop(context: Context) -> Turn:
    """News and reminders, also what is owed already; the talk stands where it stood. Days that were only to be told of
    are forgotten."""
    stopped = news.stop(context.unit, context.events, context.holder, now=context.now)
    if not stopped.was and not stopped.told:
        reply = context.say("news.was_stopped", stays=_stays(context))
        return Turn(reply, context.state, context.data, note="stopped")
    also = context.phrase("news.forgotten", titles=_titles(context, stopped.forgotten)) if stopped.forgotten else ""
    return Turn(
        context.say("news.stopped", also=also, stays=_stays(context)), context.state, context.data, note="stopped"
    )


def _stays(context: Context) -> str:
    """What they will be told all the same, and how to end that."""
    seats = [event for event, _ in finding.ahead(context) if event.kind not in NO_SEATS]
    seats = [event for event in seats if event.state != "draft"]
    said = context.phrase("news.stays_events", titles=_titles(context, seats)) if seats else ""
    return said + (context.phrase("news.stays_interest") if context.is_interested(_APARTMENT) else "")


def give(context: Context) -> Turn:
    new = context.agreements.give(context.holder, NEWS, how="chat", now=context.now)
    reply = context.say("news.given", how=promise.of_news(context)) if new else context.say("news.is_given")
    return Turn(reply, note="news given")


def mine(context: Context) -> Turn:
    """Everything they could be told unasked."""
    told = [event for event, signup in finding.ahead(context) if _is_told(event, signup)]
    titles = _titles(context, [event for event in told if event.state != "draft"])
    followed = _titles(context, [event for event in told if event.state == "draft"])
    rows = [
        context.phrase("news.subscribed" if context.agrees(NEWS) else "news.not_subscribed"),
        context.phrase("news.reminders", titles=titles) if titles else context.phrase("news.no_reminders"),
    ]
    if followed:
        rows.append(context.phrase("news.followed", titles=followed))
    if context.is_interested(_APARTMENT):
        rows.append(context.phrase("news.interest"))
    return Turn(context.say("news.mine", rows="\n".join(f"· {row}" for row in rows)), note="subscriptions")


def _is_told(event: Event, signup: Signup) -> bool:
    return signup.remind or event.state == "draft"


def _titles(context: Context, events: list[Event]) -> str:
    return "、".join(event_words.title(context, event) for event in reversed(events))
