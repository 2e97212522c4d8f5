"""The talent hotline: its number and hours, and whether somebody is on duty right now."""

from __future__ import annotations

import re

from bot.conversation import Context
from bot.reply import Turn
from config.calendar import SHANGHAI
from handlers import duty
from handlers.chat import citing, dates
from knowledge.entry import Sure
from knowledge.text import plain

_PEOPLE = r"(?:有人|上班|下班|值班|办公|开门|营业|工作时间|有没有人|人工在|在线|休息|放假)"
_NOW = re.compile(
    rf"(?:现在|今天|这会儿?|此刻|明天|后天|周末|星期[一二三四五六日天]|周[一二三四五六日天]|中午|晚上|假期|节假日|国庆|春节|五一|元旦|端午|中秋|清明).{{0,8}}{_PEOPLE}"
    r"|(?:你们|您们|人工|客服|热线|工作人员|办公室).{0,6}(?:几点|什么时候|啥时候|多久)?.{0,2}(?:上班|下班|有人接|有人在|在线|开门|营业|休息|放假)"
    r"|^(?:还|请问|你们)?有人(?:在|值班|上班|办公)?吗?$|^(?:还|请问)?(?:有|没有?)人(?:值班|上班|办公)"
    r"|^(?:几点|什么时候|啥时候)(?:上班|下班|开门|关门|办公)|^(?:你们|您们|人工|客服|热线|工作人员|办公室)?的?(?:上班|上下班|办公|工作|服务|营业|作息)时间"
)
# 我现在在红花岗上班 tells where somebody works.
_STATEMENT = re.compile(r"^(?:我|本人|俺).{0,8}在.{1,12}(?:上班|办公)(?:的|了|呢)?$")
_WEEK = re.compile(r"时间|几点|何时|时候|周末|双休|上下班")
_NOT_US = re.compile(r"入职|转正|公积金|社保|单位上班|公司上班|学校放假|招聘|来上班|去上班")


def is_hours(context: Context) -> bool:
    text = plain(context.text)
    return bool(_NOW.search(text)) and not (_NOT_US.search(text) or _STATEMENT.search(text))


def is_hotline(context: Context) -> bool:
    """The content's own questions on number and hours: their answer changes through the day."""
    known = context.ask()
    if not isinstance(known, Sure):
        return False
    entry = known.best.entry
    return entry.about == "hotline" and entry.aspect in ("contact", "when")


def answer(context: Context) -> Turn:
    hotline = context.kit.office().hotline
    hours = context.phrase("hotline.hours", hours=hotline.hours) if hotline.hours else ""
    reply = context.say(
        "hotline.answer", number=duty.number(context), hours=hours, duty=_duty(context), general=hotline.general
    )
    recall = {
        "topic": "hotline",
        "about": "hotline",
        "item": "talent_hotline",
        "question": citing.question(context) or None,
    }
    asked = citing.asks(context, "sure", "hotline")
    return Turn(reply, "ticket:offered", {"subject": ""}, recall, "hotline", asked=asked)


def _duty(context: Context) -> str:
    """Today unless another day is named; the hours of the week too when they are asked for."""
    week = f"{duty.hours(context)}\n" if _WEEK.search(context.text) else ""
    today = context.now.astimezone(SHANGHAI).date()
    day = dates.read(plain(context.text), today, context.kit.calendar().day_name)
    return week + (duty.now(context) if day is None or day == today else duty.on(context, day))
