"""What a person signed up for: seeing it, leaving it, and having its reminders on or off."""

from __future__ import annotations

import re

from bot.conversation import Context
from bot.reply import Text, Turn
from handlers import event_words
from handlers.chat import choices, commands, finding, promise
from handlers.chat.saying import Saying
from handlers.chat.steps import Step
from models.event import NO_SEATS, Event, Signup
from models.events import Refused

_SHOWN = 6
_MINE = Saying(
    """我的活动 我的报名 我报名的活动 我报了什么 我报了哪些活动 我报的活动 我参加的活动 报名记录 查报名 报名查询
    我报上了吗 我报名了吗 报上了吗 报名成功了吗 我的报名情况 报名情况 我报了吗""",
    "我 想 要 查 看 看看 查一下 看一下 请 帮我 的 了 吗 呢 一下 有 没 没有 哪些 什么",
)
_PLACE = Saying(
    """候补到哪了 候补到哪 候补到哪儿了 候补到第几了 候补到了吗 候补排第几 候补第几 候补第几位 排第几 排第几位 排到第几
    排到哪了 排到哪儿了 排到我了吗 轮到我了吗 轮到我没有 候补进度 候补情况 我的候补 查候补 候补名单 候补轮到我了吗""",
    "我 想 要 查 看 看看 查一下 看一下 请问 帮我 的 了 吗 呢 一下 现在 目前 还 有 没 没有 前面",
)
_LEAVE_NAMED = re.compile(
    r"(?:我|想|要|请|帮我|把|算了|那)*(?:取消|退出|撤销|不参加|不去|去不了|来不了|参加不了)(?P<what>.{2,20}?)的?(?:报名|活动|候补)?(?:了|吧)*"
    r"|(?:我|把|算了)*(?P<also>.{2,20}?)(?:的?报名|活动)?(?:我)?(?:取消|退|不去|不参加|去不了|来不了|参加不了)(?:了|掉|吧)*"
)


def is_mine(context: Context) -> bool:
    return _MINE.fits(commands.said(context))


def is_place(context: Context) -> bool:
    """我排第几: for who waits for a seat; 候补到哪了 for anybody."""
    said = commands.said(context)
    return _PLACE.fits(said) and ("候补" in said or bool(_waiting(context)))


def is_leaving(context: Context) -> bool:
    """取消报名, also of one that is named: 我想取消医疗专场的报名."""
    said = commands.said(context)
    if commands.is_leave(said):
        return bool(finding.ahead(context)) or "报名" in said
    named = _LEAVE_NAMED.fullmatch(said)
    mine = (
        finding.among([event for event, _ in finding.ahead(context)], named["what"] or named["also"]) if named else []
    )
    context.found["leaving"] = mine[0] if len(mine) == 1 else None
    return len(mine) == 1


def is_remind(context: Context) -> bool:
    return commands.is_remind(commands.said(context)) and bool(finding.ahead(context))


def is_quiet(context: Context) -> bool:
    return commands.is_quiet(commands.said(context))


def mine(context: Context) -> Turn:
    """What they signed up for, what is ahead first."""
    found = finding.signed(context)
    if not found:
        return Turn(context.say("signup.none"), note="no signups")
    if len(found) == 1:
        event, signup = found[0]
        return _told(context, event, signup)
    found = list(reversed(found))[:_SHOWN]
    rows = [f"{event_words.row(context, event)}｜{event_words.mine(context, event, signup)}" for event, signup in found]
    numbers = [event.number for event, _ in found]
    reply = context.say("signup.mine", events=choices.listed(rows))
    return Turn(reply, "signup:mine", {"numbers": numbers}, {"events": numbers, "event": None}, "signups")


def place(context: Context) -> Turn:
    """Their place on each waiting list they stand on."""
    found = _waiting(context)
    if not found:
        return Turn(context.say("signup.no_place"), note="not waiting")
    rows = [
        context.phrase(
            "signup.place_row", title=event_words.title(context, event), place=context.programme.place(signup)
        ).strip()
        for event, signup in found
    ]
    recall = finding.recalled(found[0][0])
    return Turn(context.say("signup.place", titles="\n".join(rows)), recall=recall, note="place")


def _waiting(context: Context) -> list[tuple[Event, Signup]]:
    return [(event, signup) for event, signup in finding.ahead(context) if signup.state == "waiting"]


def pick_mine(context: Context) -> Turn | None:
    picked = finding.picked(context)
    if not isinstance(picked, Event):
        return picked
    signup = context.programme.signup(picked, context.holder)
    return None if signup is None else _told(context, picked, signup)


def leave(context: Context) -> Turn:
    """取消报名: which, and whether they are sure."""
    found = [event for event, _ in finding.ahead(context)]
    if not found:
        return Turn(context.say("signup.none"), note="no signups")
    shown = context.found.get("leaving") or finding.on_show(context)
    if len(found) > 1 and shown in found and shown is not None:
        return _confirm(context, shown)
    if len(found) == 1:
        return _confirm(context, found[0])
    found = list(reversed(found))[:_SHOWN]
    reply = context.say("signup.leave_which", events=event_words.listed(context, found))
    return Turn(reply, "signup:which", {"numbers": [event.number for event in found]}, note="leave which?")


def pick_leave(context: Context) -> Turn | None:
    picked = finding.picked(context)
    return _confirm(context, picked) if isinstance(picked, Event) else picked


def confirmed(context: Context) -> Turn | None:
    event = finding.find(context, str(context.data["number"]))
    if event is None:
        return Turn(context.say("signup.gone"))
    said, number = commands.said(context), choices.number(context.text)
    if number == 1 or commands.is_yes(context.text) or commands.is_leave(said):
        return _left(context, event)
    if number is not None or commands.is_no(context.text):
        return Turn(context.say("signup.kept", title=event_words.title(context, event)))
    return None


def ask_confirm(context: Context) -> str:
    event = finding.find(context, str(context.data["number"]))
    return context.phrase("signup.confirm_ask", title=event_words.title(context, event) if event else "")


def remind(context: Context) -> Turn:
    """提醒我: for the event on show, else for all they signed up for."""
    return _reminders_on(context)


def quiet(context: Context) -> Turn:
    """不要提醒了: at once, without a question; the sign-ups stay."""
    return _reminders_off(context)


def _left(context: Context, event: Event) -> Turn:
    try:
        context.events.withdraw(event, context.holder, now=context.now)
    except Refused as fault:
        return Turn(context.say("signup.cannot_leave", why=fault.why), note="refused")
    return Turn(context.say("signup.left", title=event_words.title(context, event)), note=f"left {event.number}")


def _confirm(context: Context, event: Event) -> Turn:
    seat = context.phrase("signup.to_who_waits") if context.programme.seats(event).waiting else ""
    title, when = event_words.title(context, event), event_words.when(context, event)
    reply = context.say("signup.confirm", title=title, when=when, seat=seat.strip())
    return Turn(reply, "signup:leave", {"number": event.number}, note="leave?")


def _told(context: Context, event: Event, signup: Signup) -> Turn:
    parts = [event_words.card(context, event), *event_words.standing(context, event)]
    return Turn(
        Text("\n".join(parts)),
        "events:one",
        {"number": event.number},
        finding.recalled(event),
        f"{signup.state} {event.number}",
    )


def _reminders_on(context: Context) -> Turn:
    found = [(event, signup) for event, signup in finding.ahead(context) if not signup.remind]
    shown = finding.on_show(context)
    found = [(event, signup) for event, signup in found if event == shown] or found
    if not found:
        return Turn(context.say("signup.is_reminded"), note="reminders on")
    for event, _ in found:
        context.events.remind(event, context.holder, True, now=context.now)
    told = promise.of_event(context, found[0][0], found[0][1])
    return Turn(context.say("signup.reminded", titles=_titles(context, found), promise=told), note="reminders on")


def _reminders_off(context: Context) -> Turn:
    """Of days that were only to be kept in mind nothing is left then."""
    found = [(event, signup) for event, signup in finding.ahead(context) if signup.remind and event.state != "draft"]
    if not found:
        return Turn(context.say("signup.is_quiet"), note="reminders off")
    for event, _ in found:
        if event.kind in NO_SEATS:
            context.events.withdraw(event, context.holder, now=context.now)
        else:
            context.events.remind(event, context.holder, False, now=context.now)
    return Turn(context.say("signup.quiet", titles=_titles(context, found)), note="reminders off")


def _titles(context: Context, found: list[tuple[Event, Signup]]) -> str:
    return "、".join(event_words.title(context, event) for event, _ in reversed(found))


STEPS = {
    "signup:mine": Step(pick_mine, by_word=True),
    "signup:which": Step(pick_leave),
    "signup:leave": Step(confirmed, ask_confirm, light=True, put_aside="flow.put_aside_leaving"),
}
