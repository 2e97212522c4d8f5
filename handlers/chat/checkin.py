"""签到: by the code shown at the place, said or scanned, and the rating afterwards."""

from __future__ import annotations

import re

from bot import reply as replies
from bot import taking
from bot.conversation import Context
from bot.private import masked
from bot.reply import Text, Turn
from handlers import event_words
from handlers.chat import choices, commands, finding
from handlers.chat.saying import Saying
from handlers.chat.steps import Step
from models.event import Event, Signup
from models.events import Refused
from models.programme import NoSuchEvent
from models.seating import RATED_FOR, why_not_rated

_SCENE = re.compile(r"(?:qrscene_)?checkin:([0-9A-Za-z]{1,16})")
_SAID = re.compile(r"(?:我要|我来|我)?签到[码：:，,\s]*([0-9A-Za-z]{1,16})?[。！!]?", re.IGNORECASE)
_BARE_CODE = re.compile(r"\s*([0-9A-Za-z]{4,16})\s*")
_RATE = Saying(
    "评价活动 活动评价 评价 打分 给活动打分 评价一下 评分 活动打分 我要评价 提意见 活动反馈",
    "我 要 想 来 给 对 活动 这次 这场 一下 请 吧 这个 的",
)
_STARS = re.compile(
    r"(?:我|我给|给|打|评价|我评价|评分|打分|评)?([0-9]{1,3}|[零一二三四五六七八九十]{1,2})个?(?:分|星级?|颗星)?(?:好评)?(?:吧|了)?"
)
_RATE_NAMED = re.compile(
    r"(?:我|想|要|来|去|请|帮我|给|对)*"
    r"(?:(?:评价|打分|评分)(?:一下)?(?P<what>.{2,20}?)|(?P<also>.{2,20}?)(?:活动)?的?(?:评价|打分|评分|打个分)(?:一下)?)(?:活动)?(?:吧|了)?"
)
_LONGEST = 200
_MOST = 5  # stars


def is_scan(context: Context) -> bool:
    """A check-in code was scanned, by a follower or by somebody who followed with it."""
    message = context.message
    return message.event in ("scan", "subscribe") and bool(_SCENE.fullmatch(message.event_key))


def is_check_in(context: Context) -> bool:
    return context.message.kind in ("text", "voice") and bool(_SAID.fullmatch(context.text))


def is_rating(context: Context) -> bool:
    """评价活动, or 评价 with the name of one."""
    return _RATE.fits(commands.said(context)) or _named(context) is not None


def scan(context: Context) -> Turn:
    """Where the talk stands stays as it is."""
    context.people.follow(context.openid, scene=context.message.event_key, now=context.now)
    found = _SCENE.fullmatch(context.message.event_key)
    turn = _check_in(context, found[1] if found else "")
    reply = turn.reply
    if context.message.event == "subscribe":
        hello = context.phrase("welcome.scan", account=context.kit.office().account)
        reply = Text(f"{replies.as_text(reply)}\n\n{hello}")
    return Turn(reply, context.state, context.data, turn.recall, turn.note)


def check_in(context: Context) -> Turn:
    found = _SAID.fullmatch(context.text)
    if found is None or not found[1]:
        return Turn(context.say("checkin.ask"), "checkin:code", note="check in?")
    return _check_in(context, found[1])


def take_code(context: Context) -> Turn | None:
    found = _BARE_CODE.fullmatch(context.text)
    return _check_in(context, found[1]) if found else None


def rate(context: Context) -> Turn:
    """Of what they signed up for and has begun within a month; the one that is named, or why it cannot be rated."""
    event = None if _RATE.fits(commands.said(context)) else _named(context)
    if event is not None:
        return _rate_named(context, event)
    found = taking.to_rate(context.programme, context.holder, context.now)
    if not found:
        return Turn(context.say("rating.none"), note="nothing to rate")
    if len(found) == 1:
        return _ask_stars(context, found[0])
    numbers = [event.number for event in found]
    reply = context.say("rating.which", events=event_words.listed(context, found))
    return Turn(reply, "rating:which", {"numbers": numbers}, note="rate which?")


def pick(context: Context) -> Turn | None:
    events = [context.programme.find(str(number)) for number in context.data["numbers"]]
    at = choices.pick(context.text, [event.title for event in events])
    if at is not None:
        return _ask_stars(context, events[at])
    if choices.number(context.text) is not None:
        return Turn(context.say("choice.no_such", most=len(events)), context.state, context.data)
    return None


def stars(context: Context) -> Turn | None:
    """Kept at once: who says no more has rated all the same."""
    found = _STARS.fullmatch(commands.said(context))
    if found is None:
        return None
    given = choices.number(found[1])
    if given is None or not 1 <= given <= _MOST:
        title = event_words.title(context, context.programme.find(str(context.data["number"])))
        return Turn(context.say("rating.again", title=title), context.state, context.data, note="stars?")
    refused = _rate(context, given, "")
    if refused:
        return refused
    data = {"number": context.data["number"], "stars": given}
    return Turn(context.say("rating.stars", stars=given), "rating:words", data, note=f"rated {given}")


def words(context: Context) -> Turn | None:
    if is_rating(context):
        return None  # of another event
    if not commands.is_no(context.text):
        refused = _rate(context, int(context.data["stars"]), masked(context.text)[:_LONGEST])
        if refused:
            return refused
    return Turn(context.say("rating.done"), note="rated")


def _check_in(context: Context, code: str) -> Turn:
    try:
        event = context.events.by_code(code)
        before = context.programme.signup(event, context.holder)
        if before is not None and before.checked_in_at is not None and before.state == "going":
            return Turn(context.say("checkin.already", title=event_words.title(context, event)), note=event.number)
        if _may_sign_up(context, event, before):
            reply = context.say("checkin.sign_up_first", title=event_words.title(context, event))
            return Turn(reply, recall=finding.recalled(event), note="sign up first")
        context.events.check_in(event, context.holder, code, now=context.now)
    except NoSuchEvent:
        return Turn(context.say("checkin.unknown", code=code), note="no such code")
    except Refused as fault:
        return Turn(context.say("checkin.refused", why=fault.why), note="refused")
    recall = {"event": event.number}
    return Turn(context.say("checkin.done", title=event_words.title(context, event)), recall=recall, note=event.number)


def _may_sign_up(context: Context, event: Event, signup: Signup | None) -> bool:
    """Where seats are counted one signs up first: on the day, while there are any."""
    if not event.capacity or not event.is_on(event_words.today(context)):
        return False
    return "sign_up" in taking.may(event, signup, context.programme.seats(event), context.now)


def _named(context: Context) -> Event | None:
    """The event that 评价… names: one they signed up for, else one that is to come."""
    found = _RATE_NAMED.fullmatch(commands.said(context))
    if found is None:
        return None
    said = found["what"] or found["also"]
    own = finding.among([event for event, _ in context.programme.of(context.holder, 50)], said)
    known = own or finding.among(context.programme.upcoming(context.now, 1000), said)
    return known[0] if known and len({event.title for event in known}) == 1 else None


def _rate_named(context: Context, event: Event) -> Turn:
    title, signup = event_words.title(context, event), context.programme.signup(event, context.holder)
    why = why_not_rated(event, signup, context.now)
    if not why:
        return _ask_stars(context, event)
    if signup is None or signup.state == "cancelled":
        reply = context.say("rating.not_signed", title=title)
    elif event.state == "cancelled":
        reply = context.say("rating.refused", why=context.phrase("events.was_cancelled"))
    elif event.starts_at is None or context.now < event.starts_at:
        reply = context.say("rating.too_early", title=title, when=event_words.when(context, event))
    elif context.now - event.starts_at > RATED_FOR:
        reply = context.say("rating.over", title=title, days=RATED_FOR.days)
    else:
        reply = context.say("rating.refused", why=why)
    return Turn(reply, context.state, context.data, finding.recalled(event), "cannot be rated")


def _ask_stars(context: Context, event: Event) -> Turn:
    reply = context.say("rating.ask", title=event_words.title(context, event))
    return Turn(reply, "rating:stars", {"number": event.number}, note="rate?")


def _rate(context: Context, given: int, said: str) -> Turn | None:
    """Why it could not be kept; None when it was."""
    event = context.programme.find(str(context.data["number"]))
    try:
        context.events.rate(event, context.holder, given, said, now=context.now)
    except Refused as fault:
        return Turn(context.say("rating.refused", why=fault.why), note="refused")
    return None


STEPS = {
    "checkin:code": Step(take_code),
    "rating:which": Step(pick),
    "rating:stars": Step(stars),
    "rating:words": Step(words),
}
