"""The talent apartments: who comes first, and registering interest while they are not open."""

from __future__ import annotations

import re
from typing import Any

from bot.conversation import Context
from bot.reply import Text, Turn
from handlers.chat import choices, citing, commands, qualify, whether
from handlers.chat.saying import Saying
from handlers.chat.steps import Step
from knowledge.eligibility import Verdict
from knowledge.text import plain

_APARTMENT = re.compile(r"人才公寓|公寓|人才房|人才住房")
_OTHER_THINGS = re.compile(r"津贴|补贴|补助|绿卡|驿站|热线|人才日|公租房|职称评|过渡|周转")
_LIVE = re.compile(r"住")
_AROUND = """再 我 要 想 我想 我要 帮我 请 麻烦 先 去 在 一个 一下 吧 了 的 人才 公寓 人才公寓 人才房 入住
    住房 给 排队 那 那就 好的 好 可以 谢谢"""
_REGISTER = Saying("登记 登记意向 意向登记 预登记 登记一下 登记一次 预约登记 报名登记 意向", _AROUND)
_WITHDRAW = Saying(
    """取消登记 撤销登记 取消意向 取消意向登记 撤回登记 不登记了 取消登记意向 删除登记 退出登记""", _AROUND
)
_AM_I = Saying(
    """登记了吗 登记了没 登记了没有 登记过吗 登记过没有 登记上了吗 登记成功了吗 登记成功没有 登记好了吗 有没有登记
    是否登记 是不是登记 有没有登记过 有没有登记上 登记上没有 登记上没 登记了不""",
    """我 本人 公寓 人才公寓 人才房 意向 的 过 了 已经 之前 到底 是不是 吗 呢 啊 呀 请问 帮我 查 查一下 看看 看一下 那
    入住 成功 上""",
)
_THEN_THIS = Saying("公寓呢 人才公寓呢 住房呢 人才房呢 公寓能住吗 那公寓呢 公寓可以吗 公寓行吗", "那 那么 我 人才 呢")
_ITEM = "talent_apartment"


def is_check(context: Context) -> bool:
    text = plain(context.text)
    if _THEN_THIS.fits(text) and (context.recall.get("facts") or context.recall.get("other")):
        return True
    if context.recall.get("item") == CHECK.item and whether.asks_why(context):
        return True
    return _is_meant(context, text) and whether.is_wanted(context, CHECK.counting(context))


def is_register(context: Context) -> bool:
    return _REGISTER.fits(commands.said(context))


def is_withdraw(context: Context) -> bool:
    return _WITHDRAW.fits(commands.said(context))


def is_asking(context: Context) -> bool:
    return _AM_I.fits(commands.said(context))


def registered(context: Context) -> Turn:
    """Whether they are on the list."""
    if context.is_interested(_ITEM):
        return Turn(context.say("housing.is_registered"), note="is registered")
    return Turn(context.say("housing.is_not_registered"), state="housing:offered", recall={"topic": CHECK.topic})


def register(context: Context) -> Turn:
    theirs, note = context.openids, _note(context)
    new = context.interests.register(context.holder, _ITEM, note=note, now=context.now, others=theirs)
    key = "housing.registered" if new else "housing.registered_before"
    recall = {"topic": CHECK.topic, "item": _ITEM}
    return Turn(context.say(key), recall=recall, note="registered" if new else "registered before")


def withdraw(context: Context) -> Turn:
    was = context.interests.withdraw(context.openids, _ITEM)
    return Turn(context.say("housing.withdrawn" if was else "housing.nothing_to_withdraw"), note="interest withdrawn")


def check(context: Context) -> Turn:
    return CHECK.begin(context)


def about(context: Context) -> Turn:
    """What the apartments are, for whoever taps them in the menu."""
    return citing.show_item(context, _ITEM)


def interest(context: Context) -> Turn:
    """What registering means, and the offer to do it."""
    return Turn(context.say("housing.interest"), state="housing:offered", recall={"topic": CHECK.topic})


def offered(context: Context) -> Turn | None:
    """After “reply 登记 and we note your interest”."""
    if commands.is_yes(context.text) or choices.number(context.text) == 1:
        return register(context)
    if commands.is_no(context.text):
        return Turn(context.say("housing.not_now"))
    return None


def _is_meant(context: Context, text: str) -> bool:
    if _APARTMENT.search(text):
        return True
    if _OTHER_THINGS.search(text):
        return False
    topic = context.recall.get("topic")
    return topic == CHECK.topic or (not topic and bool(_LIVE.search(text)))


def _close(context: Context, body: str, verdict: Verdict) -> Turn:
    item = context.kit.library.item(_ITEM)
    if item is not None and item.status == "open":
        return Turn(Text(body), state="ticket:offered", data=_subject(context))
    return Turn(Text(body), state="housing:offered")


def _subject(context: Context) -> dict[str, Any]:
    return {"subject": context.phrase("qualify.question", name=CHECK.name(context))}


def _note(context: Context) -> str:
    """What they told us of themselves, for whoever rings them when the apartments open."""
    facts = context.recall.get("facts") or {}
    return "、".join(context.phrase(f"fact.{fact}_{value}") for fact, value in facts.items())


CHECK = qualify.Check(_ITEM, "housing", "housing:fact", _close)
STEPS = {**CHECK.step(), "housing:offered": Step(offered, by_word=True)}
