"""Signing up for an event, with the consent to be reminded in the same step; one's own sign-ups, and leaving."""

from __future__ import annotations

import re

from bot.conversation import Context
from bot.reply import Text, Turn
from config.calendar import SHANGHAI
from handlers import event_words
from handlers.chat import choices, commands, finding, promise
from handlers.chat.saying import Saying
from handlers.chat.steps import Step
from knowledge.entry import Sure
from knowledge.text import plain
from models.event import NO_SEATS, Event, Signup
from models.events import Refused

_SHOWN = 6
_WANTED = re.compile(
    r"(?:请|帮我|给我|我|我也|也|想|要|我想|我要|我来|那|那就|就|好的?|可以)*"
    r"(?:报名参加|报名|报个名|报一个|报(?=第?[0-9一二三四五六七八九])|参加|候补|排候补|(?:想去|想来|去|来|想)(?:听(?:一?听)?|上)|想去)"
    r"(?:第?(?P<number>[0-9]{1,2}|[一二三四五六七八九])(?:个|场|号|项)?)?(?P<what>.*?)(?:活动)?(?:吧|了|啊|呀|一下|谢谢|可以吗|行吗)*"
)
_ALSO = re.compile(
    r"(?:第?(?P<number>[0-9]{1,2}|[一二三四五六七八九])(?:个|场|号|项)(?:那个|活动)?|(?P<what>.{2,20}?)(?:活动)?)"
    r"(?:我|也|想|要|能|可以|帮我|给我)*(?:报名|参加|报个名|报一个)(?:吧|了|啊|呀)?"
)
_HOW = re.compile(r"(?:怎么|如何|怎样|在哪里?|能|可以|还能)(?:报名|参加|报)(?:参加)?(?:吗|呢)?")
_QUESTION = re.compile(r"怎么|如何|怎样|哪|吗|什么|几|能不能|多少|谁")
_BARE = re.compile(r"(?:这个|这场|这|那个|那场|它|上面的|刚才的|刚才那个|一个|一下|的)?")
_TOLD = re.compile(
    r"(?P<what>.{2,12}?)(?:的?(?:日期|时间|日子))?(?:定了|定下来|确定了|有消息|有消息了)(?:就|以后|后|请|再)*(?:提醒|告诉|通知)(?:一下)?我"
)
_FOLLOW = re.compile(
    r"(?:我要|我想|想|帮我|请)?(?:关注|登记|预约|订阅)(?:一下)?(?P<what>.{2,12}?)(?:的?(?:日期|时间|通知|消息|提醒))?(?:吧|了)?"
)

_BARE_FOLLOW = ("登记", "关注", "我要登记", "登记一下")  # of 人才日 where it is talked about
_DAY = "人才日"
# Of two things asked at once: to be reminded as well, and to sign up and no word of reminders.
_CONSENT = Saying(
    "要 要的 要提醒 接收 接收提醒 需要 需要提醒 报名并接收提醒 候补并接收提醒 报名并提醒 提醒",
    "是 是的 我 想 请 好 好的 嗯 都 的 吧 了 啊 呀",
)
_ONLY = Saying(
    "报名 报 参加 候补 排候补 我要报名 报名参加 就报名",
    "我 要 我要 想 请 帮我 给我 确认 确定 好 好的 是 是的 行 可以 嗯 那 就 吧 了 啊 呀 一下 这个 这场 活动",
)


def is_wanted(context: Context) -> bool:
    """报名1、我要报名、参加 with an event on show or in the list, or with the words of one."""
    said = commands.said(context)
    if _HOW.fullmatch(said) and context.recall.get("topic") == "event" and not context.recall.get("entry"):
        context.found["event"] = _on_show(context)
        return context.found["event"] is not None
    found = _WANTED.fullmatch(said) or (None if _QUESTION.search(said) else _ALSO.fullmatch(said))
    if found is None:
        return False
    what, number = found["what"] or "", choices.number(found["number"] or "")
    if number is not None and _BARE.fullmatch(what):
        context.found["event"] = finding.listed(context, number)
        return True
    if _BARE.fullmatch(what):
        context.found["event"] = None if "活动" in said and not what else _on_show(context)
        return True
    event = _named(context, what)
    if event is not None and event.state == "draft" and found.re is _ALSO:
        return False  # 人才日报名 may be a question: the content says that it is not open
    context.found["event"] = event
    return event is not None


def is_follow(context: Context) -> bool:
    """关注人才日: to be told when the date of a named day is settled."""
    said = commands.said(context)
    if said in _BARE_FOLLOW and context.recall.get("about") == "day":
        context.found |= {"day": _DAY, "event": _of_day(context, _DAY)}
        return True
    found = _FOLLOW.fullmatch(said) or _TOLD.fullmatch(said)
    day = context.kit.library.day_in(found["what"]) if found else None
    if found and day:
        context.found |= {"day": day.name, "event": _of_day(context, found["what"])}
    return day is not None


def follow(context: Context) -> Turn:
    event: Event | None = context.found["event"]
    if event is None:
        return Turn(context.say("signup.no_day", name=context.found["day"]), note="no such day")
    return begin(context, event)


def start(context: Context) -> Turn:
    event: Event | None = context.found["event"]
    return begin(context, event) if event is not None else which(context)


def which(context: Context) -> Turn:
    """To choose what to sign up for; nothing to choose where there is one."""
    events = context.programme.upcoming(context.now, _SHOWN)
    events = [event for event in events if event.kind not in NO_SEATS and not event_words.why_not(context, event)]
    if not events:
        return Turn(context.say("events.none"), note="no events")
    if len(events) == 1:
        return begin(context, events[0])
    numbers = [event.number for event in events]
    recall = {"events": numbers, "event": None, "topic": "event", "about": None, "entry": None}
    reply = context.say("signup.which", events=event_words.listed(context, events))
    return Turn(reply, "signup:pick", {"numbers": numbers}, recall, "signup which?")


def pick(context: Context) -> Turn | None:
    picked = finding.picked(context)
    return begin(context, picked) if isinstance(picked, Event) else picked


def begin(context: Context, event: Event) -> Turn:
    """The question that comes before a sign-up, or why there is none."""
    mine = context.programme.signup(event, context.holder)
    if mine is not None and mine.state != "cancelled":
        return _already(context, event, mine)
    if event.state == "draft" or event.kind in NO_SEATS:
        return _sign(context, event, remind=True)
    if reason := event_words.why_not(context, event):
        return Turn(context.say("signup.refused", title=event_words.title(context, event), why=reason), note="refused")
    full, before = event_words.is_full(context, event), event_words.before(context, event)
    data = {"number": event.number, "full": full}
    title, when = event_words.title(context, event), event_words.when(context, event)
    if before:
        ask = context.say("signup.ask_wait" if full else "signup.ask", title=title, when=when, before=before)
        return Turn(ask, "signup:remind", data, finding.recalled(event), "signup?")
    if full:
        ask = context.say("signup.ask_wait_only", title=title, when=when)
        return Turn(ask, "signup:wait", data, finding.recalled(event), "wait?")
    return _sign(context, event, remind=False)


def take_follow(context: Context) -> Turn | None:
    """After 人才日 was told of: 登记 or 报名."""
    event = finding.find(context, str(context.data["number"]))
    said = commands.said(context)
    wanted = said in (*_BARE_FOLLOW, "报名", "提醒我", "我要报名") or choices.number(context.text) == 1
    return begin(context, event) if event and (wanted or commands.is_yes(context.text)) else None


def take_remind(context: Context) -> Turn | None:
    """1 signs up and agrees to be reminded, 2 only signs up. Words that agree to no more than the sign-up mean 2."""
    event = finding.find(context, str(context.data["number"]))
    if event is None:
        return Turn(context.say("signup.gone"))
    said, number = commands.said(context), choices.number(context.text)
    if commands.is_leave(said):
        return Turn(context.say("signup.not_signed"), note="not signed up")
    remind = _is_consent(context, said, number)
    if remind is None:
        if number is not None:
            return Turn(context.say("choice.no_such", most=2), context.state, context.data)
        return begin(context, event) if is_wanted(context) and context.found["event"] == event else None
    if event_words.is_full(context, event) and not context.data.get("full"):
        return begin(context, event)  # the last seat went while they thought: nobody waits who was not asked
    return _sign(context, event, remind=remind)


def take_wait(context: Context) -> Turn | None:
    """Whether to wait for a seat, where nothing is left to be reminded of."""
    event = finding.find(context, str(context.data["number"]))
    if event is None:
        return Turn(context.say("signup.gone"))
    said, number = commands.said(context), choices.number(context.text)
    if number == 2 or commands.is_no(context.text) or commands.is_leave(said):
        return Turn(context.say("signup.not_signed"), note="not signed up")
    if number == 1 or commands.is_yes(context.text) or _ONLY.fits(said):
        return _sign(context, event, remind=False)
    return Turn(context.say("choice.no_such", most=2), context.state, context.data) if number is not None else None


def _is_consent(context: Context, said: str, number: int | None) -> bool | None:
    """Whether they are to be reminded; None when the message answers neither that nor the sign-up."""
    if number == 1 or _CONSENT.fits(said):
        return True
    only = _ONLY.fits(said) or commands.is_yes(context.text) or commands.is_no(context.text) or commands.is_quiet(said)
    only = only or bool(re.search(r"只(?:报名|候补)|不(?:要|用|需要)提醒", said))
    return False if number == 2 or only else True if commands.is_remind(said) else None


def ask_remind(context: Context) -> str:
    event = finding.find(context, str(context.data["number"]))
    key = "signup.remind_ask"
    if context.data.get("full"):
        key = "signup.remind_ask_wait" if context.state == "signup:remind" else "signup.wait_ask"
    return context.phrase(key, title=event_words.title(context, event) if event else "")


def _sign(context: Context, event: Event, *, remind: bool) -> Turn:
    try:
        signup = context.events.sign_up(event, context.holder, remind=remind, now=context.now)
    except Refused as fault:
        return Turn(
            context.say("signup.refused", title=event_words.title(context, event), why=fault.why), note="refused"
        )
    event = context.programme.find(event.number)
    key = {"draft": "signup.noted"}.get(event.state) or ("signup.in_mind" if event.kind in NO_SEATS else "")
    key = key or ("signup.waiting" if signup.state == "waiting" else "signup.done")
    told = context.phrase(
        key,
        title=event_words.title(context, event),
        when=event_words.when(context, event),
        place=context.programme.place(signup) if signup.state == "waiting" else event_words.where(context, event),
        promise=promise.of_event(context, event, signup),
        may=event_words.may(context, event),
    )
    told = "\n".join(filter(None, told.splitlines()))  # nothing need be promised
    return Turn(
        Text(told), "events:one", {"number": event.number}, finding.recalled(event), f"{signup.state} {event.number}"
    )


def _already(context: Context, event: Event, signup: Signup) -> Turn:
    reply = context.say(
        "signup.already",
        title=event_words.title(context, event),
        when=event_words.when(context, event),
        standing=event_words.mine(context, event, signup),
        may=event_words.may(context, event),
    )
    return Turn(
        reply, "events:one", {"number": event.number}, finding.recalled(event), f"{signup.state} {event.number}"
    )


def _on_show(context: Context) -> Event | None:
    if context.recall.get("about") == "day":
        return _of_day(context, _DAY)
    event = finding.on_show(context)
    return None if event is None or event.state_at(context.now, 0) == "done" else event


def _named(context: Context, said: str) -> Event | None:
    """The one event a message names; where the content has a sure answer, by its whole title."""
    found = finding.by_words(context, said)
    sure = isinstance(context.ask(), Sure)
    fitting = [event for event in found if not sure or plain(event.title) in said]
    return fitting[0] if len(fitting) == 1 else _of_day(context, said)


def _of_day(context: Context, said: str) -> Event | None:
    """The coming event of a named day, a draft while its date is not settled."""
    day = context.kit.library.day_in(plain(said))
    if day is None:
        return None
    year = context.now.astimezone(SHANGHAI).year
    found = (context.programme.named(day.id, each) for each in (year, year + 1))
    return next(
        (event for event in found if event and event.state_at(context.now, 0) not in ("done", "cancelled")), None
    )


STEPS = {
    "signup:pick": Step(pick),
    "signup:follow": Step(take_follow),
    "signup:remind": Step(take_remind, ask_remind, light=True, put_aside="flow.put_aside_signup"),
    "signup:wait": Step(take_wait, ask_remind, light=True, put_aside="flow.put_aside_signup"),
}
