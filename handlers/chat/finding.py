"""Which event people mean: by its words, by its number in the list they were shown, or the one on show."""

from __future__ import annotations

import re

from bot import taking
from bot.conversation import Context
from bot.reply import Turn
from handlers.chat import choices, commands
from knowledge.entry import Sure
from knowledge.text import plain
from models.event import Event, Signup
from models.programme import NoSuchEvent

_HINT = re.compile(
    r"活动|专场|沙龙|讲座|论坛|培训|招聘会|座谈|交流会|宣讲|大会|大赛|路演|开放日|参观|研讨|联谊|体检|报名|签到"
)
_FILLING = re.compile(
    r"请问|我想|我要|我也|帮我|参加|报名|活动|怎么|怎样|如何|什么时候|啥时候|时候|几点|几号|哪天|在哪里|在哪儿|在哪|哪里|地点|时间"
    r"|有没有|没有|还有|有关|有|是|的|了|吗|呢|啊|呀|能不能|能|可以|最近|近期|一下|介绍|详情|情况|名额|带什么|要带|要|什么|多少"
    r"|这个|那个|这场|那场|就|取消|退出|撤销|候补|今年|明年|吧|想|去|看|查|找|关于|安排"
    r"|举办|举行|(?:办|开)(?=$|吗|呢|的)|开始|结束|地址|位置|材料|证件|联系人?|电话|几个人|截止|评价|打分"
)
_GENERIC = frozenset({"人才", "高层次人才", "青年人才", "汇川", "汇川区", "遵义", "政策", "报", "人才日"})
_OURS = ("day", "events", "check_in", "notice")  # what the content says of events at large
_SHORTEST, _TELLING = 2, 4  # characters of a title that may stand for it; that name it whatever the content says
_APART = 3  # characters of a title that name it where the content knows no such thing


def meant(context: Context) -> list[Event]:
    """Events a message is about; none when the content has a sure answer and no event is plainly named."""
    if context.message.kind not in ("text", "voice"):
        return []
    said = commands.said(context)
    words, known = _FILLING.sub("", said), context.ask()
    sure = known if isinstance(known, Sure) else None
    if sure and sure.best.entry.about == "day":
        return [] if sure.best.entry.aspect in ("what", "when") else _days(context)
    if not _HINT.search(said) and (sure or len(words) < _TELLING):
        return spoken(context)
    found = by_words(context, said)
    return [event for event in found if _is_told(plain(event.title), said, words)] if sure else found


def by_words(context: Context, said: str) -> list[Event]:
    """Upcoming events whose title stands in `said` (plain), or holds what is left of it without its filling words."""
    found, words = among(_known(context), said), _FILLING.sub("", said)
    if found or len(words) < _TELLING or words in _GENERIC:
        return found
    return context.programme.search(words, _upcoming(context))


def spoken(context: Context) -> list[Event]:
    """Events plainly named in a message: by the whole title, or by a part of it that is no matter of the content.

    Named days are left to their own answers.
    """
    if "spoken" not in context.found:
        said = commands.said(context)
        known = among(_known(context), said) if len(said) >= _APART else []
        context.found["spoken"] = [event for event in known if _is_plain(context, event)]
    found: list[Event] = context.found["spoken"]
    return found


def among(known: list[Event], said: str) -> list[Event]:
    """Those of `known` that `said` (plain) is about."""
    words = _FILLING.sub("", said)
    found = [event for event in known if plain(event.title) in said]
    if not found and len(words) >= _SHORTEST and words not in _GENERIC:
        found = [event for event in known if words in plain(event.title)]
    if not found and len(words) >= _TELLING and words not in _GENERIC:
        found = [event for event in known if _is_shortened(words, plain(event.title))]
    return found


def asked_of(context: Context) -> Event | None:
    """The event a question is about: the one it names, else the one on show."""
    named, shown = spoken(context), on_show(context)
    if named and shown not in named:
        return named[0] if len(named) == 1 else None
    return shown if named or not is_of_something_else(context) else None


def chosen(context: Context, events: list[Event]) -> Event | None:
    """The one of a list that a message picks, by its number or its words."""
    at = choices.pick(context.text, [event.title for event in events])
    if at is not None:
        return events[at]
    found = among(events, commands.said(context)) if choices.number(context.text) is None else []
    return found[0] if len(found) == 1 else None


def listed(context: Context, number: int) -> Event | None:
    """The one at that place in the list last shown."""
    numbers = context.recall.get("events") or []
    return find(context, str(numbers[number - 1])) if 1 <= number <= len(numbers) else None


def on_show(context: Context) -> Event | None:
    """The event talked about last, while talents may see it."""
    number = context.recall.get("event")
    return find(context, str(number)) if number else None


def current(context: Context) -> Event | None:
    """The one on show, else the next the person signed up for."""
    return on_show(context) or next(iter(reversed([event for event, _ in ahead(context)])), None)


def ahead(context: Context) -> list[tuple[Event, Signup]]:
    """What the person signed up for and takes place, latest first."""
    return taking.ahead(context.programme, context.holder, context.now)


def signed(context: Context) -> list[tuple[Event, Signup]]:
    """What the person signed up for and is not over, cancelled events as well, latest first."""
    return taking.signed(context.programme, context.holder, context.now)


def find(context: Context, number: str) -> Event | None:
    """None for what is not for talents to see."""
    try:
        event = context.programme.find(number)
    except NoSuchEvent:
        return None
    return event if taking.is_visible(event) else None


def is_of_something_else(context: Context) -> bool:
    """Whether a short question names a matter of its own: 公寓在哪 is not about the event on show."""
    known, said = context.ask(), commands.said(context)
    if context.kit.library.day_in(said) is not None:
        return True
    return isinstance(known, Sure) and len(said) > _TELLING and known.best.entry.about not in _OURS


def _days(context: Context) -> list[Event]:
    """Named days that have a date and can be signed up for: they know more than the content."""
    return [event for event in _upcoming(context) if event.named and event.kind == "day"]


def _known(context: Context) -> list[Event]:
    """Upcoming ones and the person's own: who signed up is told of it when cancelled, too."""
    if "known" not in context.found:
        known = _upcoming(context)
        context.found["known"] = known + [event for event, _ in signed(context) if event not in known]
    found: list[Event] = context.found["known"]
    return found


def _upcoming(context: Context) -> list[Event]:
    if "upcoming" not in context.found:
        context.found["upcoming"] = context.programme.upcoming(context.now, 1000)
    found: list[Event] = context.found["upcoming"]
    return found


def _is_plain(context: Context, event: Event) -> bool:
    said, title = commands.said(context), plain(event.title)
    if event.named:
        return False
    if len(title) >= _TELLING and title in said:
        return not context.kit.library.thing(title)
    words = _FILLING.sub("", said)
    if len(words) < _APART or context.kit.library.thing(words):
        return False
    return bool(_HINT.search(said)) or not isinstance(context.ask(), Sure)


def _is_shortened(words: str, title: str) -> bool:
    """医疗专场 for 医疗人才专场: every sign of it in order."""
    signs = iter(title)
    return all(sign in signs for sign in words)


def _is_told(title: str, said: str, words: str) -> bool:
    return title in said or (len(words) >= _TELLING and words in title)


def picked(context: Context) -> Event | Turn | None:
    """The event of the list that the message picks; a word about it when there is no such number."""
    events = [context.programme.find(str(number)) for number in context.data["numbers"]]
    event = chosen(context, events)
    if event is not None or choices.number(context.text) is None:
        return event
    return Turn(context.say("choice.no_such", most=len(events)), context.state, context.data)


def recalled(event: Event) -> dict[str, object]:
    """What a turn about an event recalls."""
    return {"event": event.number, "topic": "event", "about": None, "entry": None, "misses": None}
