"""Signing up for an event, with the consent to be reminded in the same step; one's own sign-ups, and leaving."""

from __future__ import annotations

import re

from bot.conversation import Context
from bot.reply import Text, Turn
from config.calendar import SHANGHAI
from handlers.chat import choices, commands, finding, promise, showing
from handlers.chat.saying import Saying
from handlers.chat.steps import Step
from knowledge.entry import Sure
from knowledge.text import plain
from models.event import Event, Signup
from models.events import Refused

_SHOWN = 6
_WANTED = re.compile(
    r"(?:请|帮我|给我|我|我也|也|想|要|我想|我要|我来|那|那就|就|好的?|可以)*"
    r"(?:报名参加|报名|报个名|报一个|报(?=第?[0-9一二三四五六七八九])|参加|候补|排候补|想去)"
    r"(?:第?(?P<number>[0-9]{1,2}|[一二三四五六七八九])(?:个|场|号|项)?)?(?P<what>.*?)(?:活动)?(?:吧|了|啊|呀|一下|谢谢|可以吗|行吗)*"
)
_BARE = re.compile(r"(?:这个|这场|这|那个|那场|它|上面的|刚才的|刚才那个|一个|一下|的)?")
_FOLLOW = re.compile(
    r"(?:我要|我想|想|帮我|请)?(?:关注|登记|预约|订阅)(?:一下)?(?P<what>.{2,12}?)(?:的?(?:日期|时间|通知|消息|提醒))?(?:吧|了)?"
)
_MINE = Saying(
    """我的活动 我的报名 我报名的活动 我报了什么 我报了哪些活动 我报的活动 我参加的活动 报名记录 查报名 报名查询
    我报上了吗 我报名了吗 报上了吗 报名成功了吗 我的报名情况 报名情况 我的候补 候补到了吗 候补到第几了 我报了吗""",
    "我 想 要 查 看 看看 查一下 看一下 请 帮我 的 了 吗 呢 一下 有 没 没有 哪些 什么",
)
_LEAVE = Saying(
    """取消报名 退出报名 撤销报名 取消我的报名 不报名了 不参加了 不去了 去不了了 来不了了 参加不了了 退出活动 取消活动
    取消参加 取消候补 不候补了 退出候补 取消关注""",
    "我 要 想 请 帮我 把 那个 这个 这场 的 了 吧 一下 活动 给 不好意思 抱歉 可能",
)
_REMIND = Saying(
    "提醒我 到时候提醒我 要提醒 开提醒 打开提醒 恢复提醒 记得提醒我 需要提醒 给我提醒 我要提醒 开启提醒",
    "请 我 到时 到时候 一下 吧 要 想 也 还是 活动 前",
)
_QUIET = Saying(
    """不要提醒 取消提醒 不要提醒了 关闭提醒 关掉提醒 别提醒 别提醒我 不用提醒 不用提醒了 不需要提醒 停止提醒 不想要提醒
    不要再提醒 别再提醒""",
    "我 请 帮我 把 了 吧 的 活动 都 全部 所有 再",
)


def is_wanted(context: Context) -> bool:
    """报名1、我要报名、参加 with an event on show or in the list, or with the words of one."""
    found = _WANTED.fullmatch(commands.said(context))
    if found is None:
        return False
    said, number = found["what"], choices.number(found["number"] or "")
    bare = _BARE.fullmatch(said) is not None
    if number is not None and bare:
        context.found["event"] = finding.listed(context, number)
        return bool(context.recall.get("events"))
    context.found["event"] = _on_show(context) if bare else _named(context, said)
    return bare or context.found["event"] is not None


def is_follow(context: Context) -> bool:
    """关注人才日: to be told when the date of a named day is settled."""
    found = _FOLLOW.fullmatch(commands.said(context))
    day = context.kit.library.day_in(found["what"]) if found else None
    if found and day:
        context.found |= {"day": day.name, "event": _of_day(context, found["what"])}
    return day is not None


def is_mine(context: Context) -> bool:
    return _MINE.fits(commands.said(context))


def is_leaving(context: Context) -> bool:
    said = commands.said(context)
    return _LEAVE.fits(said) and (bool(finding.ahead(context)) or "报名" in said)


def is_remind(context: Context) -> bool:
    return _REMIND.fits(commands.said(context)) and bool(finding.ahead(context))


def is_quiet(context: Context) -> bool:
    return _QUIET.fits(commands.said(context))


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
    events = [event for event in events if event.kind not in showing.NO_SEATS and not showing.why_not(context, event)]
    if not events:
        return Turn(context.say("events.none"), note="no events")
    if len(events) == 1:
        return begin(context, events[0])
    numbers = [event.number for event in events]
    recall = {"events": numbers, "event": None, "topic": "event", "about": None, "entry": None}
    reply = context.say("signup.which", events=showing.listed(context, events))
    return Turn(reply, "signup:pick", {"numbers": numbers}, recall, "signup which?")


def pick(context: Context) -> Turn | None:
    picked = _picked(context)
    return begin(context, picked) if isinstance(picked, Event) else picked


def begin(context: Context, event: Event) -> Turn:
    """The question that comes before a sign-up, or why there is none."""
    mine = context.programme.signup(event, context.openid)
    if mine is not None and mine.state != "cancelled":
        return _already(context, event, mine)
    if event.state == "draft" or event.kind in showing.NO_SEATS:
        return _sign(context, event, remind=True)
    if reason := showing.why_not(context, event):
        return Turn(context.say("signup.refused", title=showing.title(context, event), why=reason), note="refused")
    if not showing.before(context, event):
        return _sign(context, event, remind=False)
    ask = context.say(
        "signup.ask",
        title=showing.title(context, event),
        when=showing.when(context, event),
        before=showing.before(context, event),
    )
    return Turn(ask, "signup:remind", {"number": event.number}, _recall(event), "signup?")


def take_follow(context: Context) -> Turn | None:
    """After 人才日 was told of: 登记 or 报名."""
    event = finding.find(context, str(context.data["number"]))
    said = commands.said(context)
    wanted = said in ("登记", "关注", "报名", "提醒我", "我要登记", "我要报名") or choices.number(context.text) == 1
    return begin(context, event) if event and (wanted or commands.is_yes(context.text)) else None


def take_remind(context: Context) -> Turn | None:
    """1 signs up and agrees to be reminded, 2 only signs up."""
    event = finding.find(context, str(context.data["number"]))
    if event is None:
        return Turn(context.say("signup.gone"))
    said, number = commands.said(context), choices.number(context.text)
    if _LEAVE.fits(said):
        return Turn(context.say("signup.not_signed"), note="not signed up")
    if (
        number == 2
        or commands.is_no(context.text)
        or _QUIET.fits(said)
        or re.search(r"只报名|不(?:要|用|需要)提醒", said)
    ):
        return _sign(context, event, remind=False)
    if number == 1 or commands.is_yes(context.text) or _REMIND.fits(said) or said in ("报名", "报名并接收提醒"):
        return _sign(context, event, remind=True)
    if number is not None:
        return Turn(context.say("choice.no_such", most=2), context.state, context.data)
    return None


def ask_remind(context: Context) -> str:
    event = finding.find(context, str(context.data["number"]))
    return context.phrase("signup.remind_ask", title=showing.title(context, event) if event else "")


def mine(context: Context) -> Turn:
    """What they signed up for, what is ahead first."""
    found = finding.ahead(context)
    if not found:
        return Turn(context.say("signup.none"), note="no signups")
    if len(found) == 1:
        event, signup = found[0]
        return _told(context, event, signup)
    found = list(reversed(found))[:_SHOWN]
    rows = [f"{showing.row(context, event)}｜{showing.mine(context, event, signup)}" for event, signup in found]
    numbers = [event.number for event, _ in found]
    reply = context.say("signup.mine", events=choices.listed(rows))
    return Turn(reply, "signup:mine", {"numbers": numbers}, {"events": numbers, "event": None}, "signups")


def pick_mine(context: Context) -> Turn | None:
    picked = _picked(context)
    if not isinstance(picked, Event):
        return picked
    signup = context.programme.signup(picked, context.openid)
    return None if signup is None else _told(context, picked, signup)


def leave(context: Context) -> Turn:
    """取消报名: which, and whether they are sure."""
    found = [event for event, _ in finding.ahead(context)]
    if not found:
        return Turn(context.say("signup.none"), note="no signups")
    shown = finding.on_show(context)
    if len(found) > 1 and shown in found and shown is not None:
        return _confirm(context, shown)
    if len(found) == 1:
        return _confirm(context, found[0])
    found = list(reversed(found))[:_SHOWN]
    reply = context.say("signup.leave_which", events=showing.listed(context, found))
    return Turn(reply, "signup:which", {"numbers": [event.number for event in found]}, note="leave which?")


def pick_leave(context: Context) -> Turn | None:
    picked = _picked(context)
    return _confirm(context, picked) if isinstance(picked, Event) else picked


def confirmed(context: Context) -> Turn | None:
    event = finding.find(context, str(context.data["number"]))
    if event is None:
        return Turn(context.say("signup.gone"))
    said, number = commands.said(context), choices.number(context.text)
    if number == 1 or commands.is_yes(context.text) or _LEAVE.fits(said):
        return _left(context, event)
    if number is not None or commands.is_no(context.text):
        return Turn(context.say("signup.kept", title=showing.title(context, event)))
    return None


def remind(context: Context) -> Turn:
    """提醒我: for the event on show, else for all they signed up for."""
    return _reminders_on(context)


def quiet(context: Context) -> Turn:
    """不要提醒了: at once, without a question; the sign-ups stay."""
    return _reminders_off(context)


def _sign(context: Context, event: Event, *, remind: bool) -> Turn:
    try:
        signup = context.events.sign_up(event, context.openid, remind=remind, now=context.now)
    except Refused as fault:
        return Turn(context.say("signup.refused", title=showing.title(context, event), why=fault.why), note="refused")
    event = context.programme.find(event.number)
    key = {"draft": "signup.noted"}.get(event.state) or ("signup.in_mind" if event.kind in showing.NO_SEATS else "")
    key = key or ("signup.waiting" if signup.state == "waiting" else "signup.done")
    told = context.phrase(
        key,
        title=showing.title(context, event),
        when=showing.when(context, event),
        place=context.programme.place(signup) if signup.state == "waiting" else showing.place(context, event),
        promise=promise.of_event(context, event, signup),
        may=showing.may(context, event),
    )
    told = "\n".join(filter(None, told.splitlines()))  # nothing need be promised
    return Turn(Text(told), "events:one", {"number": event.number}, _recall(event), f"{signup.state} {event.number}")


def _left(context: Context, event: Event) -> Turn:
    try:
        context.events.withdraw(event, context.openid, now=context.now)
    except Refused as fault:
        return Turn(context.say("signup.cannot_leave", why=fault.why), note="refused")
    return Turn(context.say("signup.left", title=showing.title(context, event)), note=f"left {event.number}")


def _confirm(context: Context, event: Event) -> Turn:
    reply = context.say("signup.confirm", title=showing.title(context, event), when=showing.when(context, event))
    return Turn(reply, "signup:leave", {"number": event.number}, note="leave?")


def _already(context: Context, event: Event, signup: Signup) -> Turn:
    reply = context.say(
        "signup.already",
        title=showing.title(context, event),
        when=showing.when(context, event),
        standing=showing.mine(context, event, signup),
        may=showing.may(context, event),
    )
    return Turn(reply, "events:one", {"number": event.number}, _recall(event), f"{signup.state} {event.number}")


def _told(context: Context, event: Event, signup: Signup) -> Turn:
    parts = [showing.card(context, event), *showing.standing(context, event)]
    return Turn(
        Text("\n".join(parts)), "events:one", {"number": event.number}, _recall(event), f"{signup.state} {event.number}"
    )


def _reminders_on(context: Context) -> Turn:
    found = [(event, signup) for event, signup in finding.ahead(context) if not signup.remind]
    shown = finding.on_show(context)
    found = [(event, signup) for event, signup in found if event == shown] or found
    if not found:
        return Turn(context.say("signup.is_reminded"), note="reminders on")
    for event, _ in found:
        context.events.remind(event, context.openid, True, now=context.now)
    told = promise.of_event(context, found[0][0], found[0][1])
    return Turn(context.say("signup.reminded", titles=_titles(context, found), promise=told), note="reminders on")


def _reminders_off(context: Context) -> Turn:
    """Of days that were only to be kept in mind nothing is left then."""
    found = [(event, signup) for event, signup in finding.ahead(context) if signup.remind and event.state != "draft"]
    if not found:
        return Turn(context.say("signup.is_quiet"), note="reminders off")
    for event, _ in found:
        if event.kind in showing.NO_SEATS:
            context.events.withdraw(event, context.openid, now=context.now)
        else:
            context.events.remind(event, context.openid, False, now=context.now)
    return Turn(context.say("signup.quiet", titles=_titles(context, found)), note="reminders off")


def _titles(context: Context, found: list[tuple[Event, Signup]]) -> str:
    return "、".join(showing.title(context, event) for event, _ in reversed(found))


def _picked(context: Context) -> Event | Turn | None:
    """The event of the list that the message picks; a word about it when there is no such number."""
    events = [context.programme.find(str(number)) for number in context.data["numbers"]]
    at = choices.pick(context.text, [event.title for event in events])
    if at is not None:
        return events[at]
    if choices.number(context.text) is not None:
        return Turn(context.say("choice.no_such", most=len(events)), context.state, context.data)
    return None


def _on_show(context: Context) -> Event | None:
    if context.recall.get("about") == "day":
        return _of_day(context, "人才日")
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


def _recall(event: Event) -> dict[str, object]:
    return {"event": event.number, "topic": "event", "about": None, "entry": None, "misses": None}


STEPS = {
    "signup:pick": Step(pick),
    "signup:follow": Step(take_follow),
    "signup:remind": Step(take_remind, ask_remind, light=True),
    "signup:mine": Step(pick_mine),
    "signup:which": Step(pick_leave),
    "signup:leave": Step(confirmed),
}
