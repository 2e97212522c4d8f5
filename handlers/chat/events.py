"""What is on: the list, one event by its number or words, what is asked of it, and the file for a calendar."""

from __future__ import annotations

import re

from bot.conversation import Context
from bot.reply import Text, Turn
from handlers import event_words
from handlers.chat import commands, finding
from handlers.chat.saying import Saying
from handlers.chat.steps import Step
from knowledge.entry import Sure
from knowledge.text import plain
from models.event import Event

_SHOWN = 6
_LIST = Saying(
    """有什么活动 有哪些活动 有啥活动 有活动 近期活动 最近活动 活动列表 活动 看活动 查活动 活动报名 报名活动 活动安排
    活动预告 活动日历 活动信息 什么活动 哪些活动 啥活动 所有活动 全部活动 活动有哪些 活动有什么 能参加什么活动
    能报名的活动 可以报名的活动 可以参加的活动 能参加的活动 报名列表 活动查询""",
    """最近 近期 这周 本周 这个月 本月 下周 下个月 今年 请问 我想 想 看看 看 看一下 查一下 了解 一下 吗 呢 啊 呀 的 了
    还 都 我 能 可以 参加 报名 报 人才 区里 汇川 汇川区 现在 目前""",
)
_TIMES = re.compile(r"(?:20\d\d年)?\d{1,2}月份?|这?个?周末|年底|年前|年后|元旦|春节|明天|后天|今天")
_SOME = re.compile(
    r"(?:请问)?(?:最近|近期)?(?:有没有|有什么|有哪些|有啥|还有).{1,12}?的?(?:活动|讲座|沙龙|专场)(?:吗|呢|没有)?"
)
_CALENDAR = re.compile(
    r"(?:我想|我要|帮我|请)?(?:把.{0,12})?(?:加到|加进|加入|添加到?|存到|存进|放进|导入)(?:我的)?(?:手机)?日历(?:里|中)?(?:吧|吗)?"
)
# What is asked of an event on show, and the lines of its card that tell it.
_ASKED = (
    (re.compile(r"哪里|在哪|哪儿|地点|地址|位置|怎么去|会场"), ("place",)),
    (re.compile(r"几点|什么时候|啥时候|时间|哪天|几号|日期|周几|星期几|多久"), ("time", "deadline", "sign_up")),
    (re.compile(r"名额|几个人|多少人|人数|满了|还有位|能报|可以报"), ("seats", "sign_up")),
    (re.compile(r"带什么|带啥|材料|要带|准备什么|证件"), ("materials",)),
    (re.compile(r"联系|电话|找谁|问谁|负责人"), ("contact",)),
    (re.compile(r"议程|安排|内容|流程|讲什么|做什么|干什么|干嘛"), ("agenda",)),
    (re.compile(r"谁能|哪些人|什么人|对象|面向|要求|条件"), ("audience",)),
    (re.compile(r"取消了|还办|改期|延期|推迟"), ("time", "deadline", "sign_up")),
    (re.compile(r"截止|报名到"), ("sign_up", "deadline")),
)
# What is asked of events though no field of theirs tells it; answered as not written, unless its words stand there.
_UNSAID = {
    "events.unsaid_family": re.compile(r"家属|家人|孩子|小孩|娃|爱人|老公|老婆|朋友|带人"),
    "events.unsaid_parking": re.compile(r"停车|车位"),
    "events.unsaid_meal": re.compile(r"管饭|包饭|包吃|吃饭|午饭|午餐|晚饭|晚餐|用餐"),
    "events.unsaid_fee": re.compile(r"收费|免费|交钱|要钱|花钱|费用"),
}
_LONGEST_ASKED = 14  # characters; more is a question of its own
# With the list open: something is to be done with the one that is named.
_DOING = re.compile(r"报名|报个名|参加|想去|去听|候补|取消|退出|不去|去不了|来不了|评价|打分|提醒")
_ASKING = re.compile(r"怎么|如何|吗|什么|几|哪|多少")


def is_list(context: Context) -> bool:
    """Also 周末有什么活动 and, where the content has no sure answer, 有没有适合博士的活动."""
    said = commands.said(context)
    if _LIST.fits(_TIMES.sub("", said)):
        return True
    return bool(_SOME.fullmatch(said)) and not isinstance(context.ask(), Sure) and not finding.meant(context)


def is_named(context: Context) -> bool:
    """An event is named or meant; what the content surely answers is left to it, unless an event is plainly named."""
    found = finding.meant(context)
    if found:
        context.found["events"] = found
    return bool(found)


def is_calendar(context: Context) -> bool:
    return bool(_CALENDAR.fullmatch(commands.said(context)))


def upcoming(context: Context) -> Turn:
    """What is on, to choose from."""
    events = context.programme.upcoming(context.now, _SHOWN)
    if not events:
        return Turn(context.say("events.none"), note="no events")
    if len(events) == 1:
        return show(context, events[0])
    return _list(context, events, "events.list")


def named(context: Context) -> Turn:
    events: list[Event] = context.found["events"]
    return show(context, events[0]) if len(events) == 1 else _list(context, events[:_SHOWN], "events.list")


def show(context: Context, event: Event) -> Turn:
    """One event, where the person stands with it, and what may be done."""
    parts = [event_words.card(context, event), *event_words.standing(context, event)]
    return Turn(Text("\n".join(parts)), "events:one", {"number": event.number}, finding.recalled(event), event.number)


def pick(context: Context) -> Turn | None:
    said = commands.said(context)
    if _DOING.search(said) and not _ASKING.search(said):
        return None
    picked = finding.picked(context)
    return show(context, picked) if isinstance(picked, Event) else picked


def is_asked(context: Context) -> bool:
    """在哪？几点？ of the event talked about last, or of another that is named."""
    recall = context.recall
    if recall.get("topic") == "event" and not recall.get("entry"):
        return bool(_asked(context) or _unsaid(context))
    return bool(finding.spoken(context) and _unsaid(context))


def asked(context: Context) -> Turn:
    """The lines of its card that tell it, or that nobody has said."""
    event, names = finding.asked_of(context), _asked(context)
    if event is None:
        return upcoming(context)
    if not names:
        return _not_written(context, event)
    facts = event_words.facts(context, event)
    lines = [event_words.line(context, name, facts[name]) for name in names if name in facts]
    lines = lines or [event_words.line(context, names[0], context.phrase("events.not_said"))]
    reply = Text("\n".join([event_words.title(context, event), *lines]))
    return Turn(reply, "events:one", {"number": event.number}, finding.recalled(event), event.number)


def one(context: Context) -> Turn | None:
    """With an event on show."""
    return asked(context) if _asked(context) or _unsaid(context) else None


def _asked(context: Context) -> list[str]:
    event = _asked_of(context)
    if event is None:
        return []
    said = commands.said(context).replace(plain(event.title), "")
    return list(dict.fromkeys(name for pattern, names in _ASKED if pattern.search(said) for name in names))


def _asked_of(context: Context) -> Event | None:
    said = commands.said(context)
    event = finding.asked_of(context) if said else None
    if event is None or len(said.replace(plain(event.title), "")) > _LONGEST_ASKED:
        return None
    return event


def _unsaid(context: Context) -> str:
    """The phrase for what is asked and stands nowhere in what is known of the event; empty when nothing is."""
    event, said = _asked_of(context), commands.said(context)
    if event is None:
        return ""
    told = "".join(event_words.facts(context, event).values())
    asked = said.replace(plain(event.title), "")
    return next((key for key, words in _UNSAID.items() if words.search(asked) and not words.search(told)), "")


def _not_written(context: Context, event: Event) -> Turn:
    known = event_words.facts(context, event)["contact"]
    reply = context.say(
        "events.unsaid",
        title=event_words.title(context, event),
        what=context.phrase(_unsaid(context)),
        contact=event_words.line(context, "contact", known),
    )
    return Turn(reply, "events:one", {"number": event.number}, finding.recalled(event), event.number)


def calendar(context: Context) -> Turn:
    """The link to the file of the event on show, else of the next one the person goes to."""
    event = finding.current(context)
    if event is None:
        return Turn(context.say("events.calendar_which"), note="no event")
    url = event_words.link(context.kit, event)
    if not url:
        key = "events.calendar_none" if event.starts_at is not None else "events.calendar_no_date"
        return Turn(context.say(key, when=event_words.when(context, event)), context.state, context.data)
    reply = context.say("events.calendar", title=event_words.title(context, event), url=url)
    return Turn(reply, context.state, context.data, finding.recalled(event), f"calendar {event.number}")


def _list(context: Context, events: list[Event], key: str) -> Turn:
    numbers = [event.number for event in events]
    open_ = (at for at, event in enumerate(events, 1) if not event_words.why_not(context, event))
    first = next(open_, None)
    may = context.phrase("events.pick_sign_up", number=first) if first else context.phrase("events.pick")
    reply = context.say(key, events=event_words.listed(context, events), may=may)
    recall = {"events": numbers, "event": None, "topic": "event", "about": None, "entry": None}
    return Turn(reply, "events:list", {"numbers": numbers}, recall, "events")


STEPS = {"events:list": Step(pick), "events:one": Step(one, by_word=True)}
