"""预约回电: when and under which number somebody is to ring, and what about. It becomes a ticket with its hour."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

from bot import contact
from bot.conversation import Context
from bot.private import masked
from bot.reply import Text, Turn
from config.calendar import Open, moments
from handlers import duty
from handlers.chat import choices, commands
from handlers.chat.contact import contact_in
from handlers.chat.saying import Saying
from handlers.chat.steps import Step
from knowledge.text import plain
from models.desk import NewTicket

_WANTED = Saying(
    """预约回电 预约电话 预约回电话 预约通话 请给我回电话 给我回电话 给我回个电话 请回电 回电话给我 请回电话 给我回电
    回我电话 请给我打电话 给我打电话 给我打个电话 打电话给我 打个电话给我 让人给我打电话 安排人给我打电话 能给我打电话
    能打电话给我
    回我个电话 回个电话 回个电话给我 电话联系我 打电话联系我 申请回电 要求回电""",
    "我 我要 我想 想 请 麻烦 你们 您 让 能 能不能 可以 帮我 工作人员 一下 吗 吧 啊 了 谢谢",
)
_PARTS = re.compile(r"[，,。；;！!\s]+")
_WHOSE = re.compile(r"我?的?(?:联系|手机)?(?:电话|手机|号码|方式)?号?(?:是|为)?|我?(?:姓|叫|名字是?|名叫)\w{1,4}")
_SLOTS = 4
_DAYS = 10  # looked ahead for them
_SUBJECT = 40


def is_wanted(context: Context) -> bool:
    """Also with the number and a name beside it: 我电话138…，叫王建国，回我个电话. Where a step waits, it may be what
    that asked for."""
    said = commands.said(context)
    if not said or _WANTED.fits(said):
        return bool(said)
    number = "" if context.state else contact.within(context.text)
    parts = _PARTS.split(context.text.replace(number, "，")) if number else ()
    return _WANTED.fits("".join(plain(part) for part in parts if not _WHOSE.fullmatch(plain(part))))


def start(context: Context) -> Turn:
    """When there is a question that led here, that is what the call is about."""
    about = masked(str(context.recall.get("question") or ""))
    return _ask_when(context, {"about": about} if about else {})


def take_when(context: Context) -> Turn | None:
    slots = [str(each) for each in context.data["slots"]]
    names = [_name(context, each) for each in slots]
    at = choices.pick(context.text, names)
    if at is None:
        if choices.number(context.text) is not None:
            return Turn(context.say("choice.no_such", most=len(slots)), context.state, context.data)
        return None
    return _ask_number(context, {**context.data, "slot": slots[at]})


def take_number(context: Context) -> Turn | None:
    known = context.data.get("guess")
    if known and commands.is_yes(context.text):
        return _ask_about(context, {**context.data, "contact": known})
    given = contact_in(context.text)
    if given:
        context.needs_number()
        return _ask_about(context, {**context.data, "contact": context.desk.seal(given)})
    if given is None and not contact.is_broken_number(context.text):
        return None
    key = "callback.need_number" if given == "" else "ticket.broken_number"
    return Turn(context.say(key), context.state, context.data)


def take_about(context: Context) -> Turn | None:
    said = context.text.strip()
    if commands.is_no(said) or plain(said) in ("无", "没有", "见面说", "电话里说"):
        return _open(context, context.phrase("callback.subject"))
    return _open(context, masked(said)) if len(plain(said)) > 1 else None


def _slots(context: Context) -> tuple[tuple[str, str], ...]:
    return tuple((str(at), _name(context, str(each))) for at, each in enumerate(context.data["slots"], 1))


def ask_when(context: Context) -> str:
    rows = choices.listed([_name(context, str(each)) for each in context.data["slots"]])
    return context.phrase("callback.ask_when", slots=rows)


def ask_number(context: Context) -> str:
    if context.data.get("guess"):
        known = contact.masked(context.desk.unseal(str(context.data["guess"])))
        return context.phrase("callback.confirm_number", contact=known)
    return context.phrase("callback.ask_number")


def ask_about(context: Context) -> str:
    return context.phrase("callback.ask_about")


def _ask_when(context: Context, data: dict[str, Any]) -> Turn:
    given = (contact.within(context.text) if context.keeps_numbers() else None) or ""
    slots = ["", *(each.isoformat() for each in _openings(context))]
    whole = {**data, "slots": slots, **({"guess": context.desk.seal(given)} if given else {})}
    rows = choices.listed([_name(context, each) for each in slots])
    parts = [context.phrase("callback.ask_when", slots=rows)]
    if not context.kit.office().hours_confirmed:
        parts.append(context.phrase("duty.unconfirmed"))
    return Turn(Text("\n".join(parts)), "callback:when", whole, note="ring when?")


def _ask_number(context: Context, data: dict[str, Any]) -> Turn:
    key = "callback.ask_number"
    values = {}
    if data.get("guess"):
        key, values = "callback.confirm_number", {"contact": contact.masked(context.desk.unseal(str(data["guess"])))}
    return Turn(context.say(key, **values), "callback:number", data, note="ring where?")


def _ask_about(context: Context, data: dict[str, Any]) -> Turn:
    if data.get("about"):
        return _submit(context, data, str(data["about"]))
    return Turn(context.say("callback.ask_about"), "callback:about", data, note="ring about?")


def _open(context: Context, about: str) -> Turn:
    return _submit(context, dict(context.data), about)


def _submit(context: Context, data: dict[str, Any], about: str) -> Turn:
    context.needs_number()
    number = context.desk.unseal(str(data["contact"]))
    slot = str(data["slot"])
    at = datetime.fromisoformat(slot) if slot else _soonest(context)
    new = NewTicket(
        subject=about[:_SUBJECT],
        detail=f"{about}\n{context.phrase('callback.detail', slot=_name(context, slot))}",
        topic=str(context.recall.get("topic") or ""),
        contact=number,
        source=context.source if context.source == "miniapp" else "callback",
        callback_at=at,
    )
    ticket = context.desk.open(context.openid, new, now=context.now)
    reply = context.say(
        "callback.done", number=ticket.number, slot=_name(context, slot), contact=contact.masked(number)
    )
    return Turn(reply, recall={"ticket": ticket.number, "question": None, "misses": None}, note=ticket.number)


def _soonest(context: Context) -> datetime:
    """Now, or when somebody is on duty next; now where that is not known: it is seen at once then."""
    standing = context.kit.calendar().is_open(context.now)
    return context.now if isinstance(standing, Open) else standing.next_opening or context.now


def _openings(context: Context) -> list[datetime]:
    """The next stretches of duty that have not begun."""
    calendar, today = context.kit.calendar(), duty.today(context)
    found: list[datetime] = []
    for number in range(_DAYS):
        day: date = today + timedelta(days=number)
        frames = calendar.frames(day)
        if frames is None:
            break
        found += [start for start, _ in moments(day, frames) if start > context.now]
    return found[:_SLOTS]


def _name(context: Context, slot: str) -> str:
    """明天上午（9:00—12:00）; the first is as soon as possible."""
    if not slot:
        return context.phrase("callback.soonest")
    start = datetime.fromisoformat(slot)
    half = context.phrase("callback.morning" if start.hour < 12 else "callback.afternoon")
    frames = context.kit.calendar().frames(start.date()) or ()
    end = next((over for begin, over in moments(start.date(), frames) if begin == start), None)
    hours = f"（{start.hour}:{start:%M}—{end.hour}:{end:%M}）" if end else f"（{start.hour}:{start:%M}起）"
    return f"{duty.day_said(context, start)}{half}{hours}"


STEPS = {
    "callback:when": Step(take_when, ask_when, choices=_slots),
    "callback:number": Step(take_number, ask_number),
    "callback:about": Step(take_about, ask_about),
}
