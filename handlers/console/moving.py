"""The steps of a ticket as forms: what each asks for, and the verb it then does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from bot.akin import LIKELY, ranked
from bot.kit import Kit
from config import worktime
from config.calendar import SHANGHAI
from handlers.console import composer, shell
from handlers.console.acting import Act, Wrong
from handlers.console.filters import ending_of, hidden_name
from models.access import Actor
from models.db import Unit
from models.desk import NoSuchTicket
from models.desk_join import Joining
from models.history import data_of
from models.ticket import KIND_NAMES, URGENCY_NAMES, Ticket

_MOST_WORDS = 1000
_SLOT = timedelta(minutes=30)  # at which call-backs begin
_READY = timedelta(minutes=15)  # before one


class Alike(NamedTuple):
    """Another ticket of the same person. `likely`: of the same matter."""

    ticket: Ticket
    score: int
    likely: bool


def accept(act: Act) -> str:
    act.desk.accept(act.ticket, act.by, now=act.now)
    return "受理了，归您办理"


def sign(act: Act) -> str:
    act.desk.sign(act.ticket, act.by, now=act.now)
    return "签收了，归您办理"


def claim(act: Act) -> str:
    act.desk.claim(act.ticket, act.by, now=act.now)
    return "领取了，归您办理"


def assign(act: Act) -> str:
    to = act.number("to", 1, 10**9, "请选一位同事")
    names = takers(act.kit, act.unit, act.ticket)
    if to not in names:
        raise Wrong("这位同事接不了这张工单")
    act.desk.assign(act.ticket, act.by, to, now=act.now)
    return f"指派给了{names[to]}"


def release(act: Act) -> str:
    act.desk.release(act.ticket, act.by.key, why=_why(act), now=act.now)
    return "放回未分派了"


def dispatch(act: Act) -> str:
    unit, helpers = _units(act)
    act.desk.dispatch(act.ticket, act.by, unit, helpers=helpers, why=_why(act), now=act.now)
    return f"转办给了{shell.unit_name(act.kit, unit)}"


def designate(act: Act) -> str:
    unit, helpers = _units(act)
    act.desk.designate(act.ticket, act.by, unit, helpers=helpers, why=_why(act), now=act.now)
    return f"指定由{shell.unit_name(act.kit, unit)}承办"


def send_back(act: Act) -> str:
    act.desk.send_back(act.ticket, act.by, _why(act, "请写退回的理由"), now=act.now)
    return "退回热线了"


def suspend(act: Act) -> str:
    act.desk.suspend(act.ticket, act.by, _why(act, "请写暂停的原因"), now=act.now)
    return "暂停了，会告诉对方"


def resume(act: Act) -> str:
    suspended = act.ticket.is_suspended
    act.desk.resume(act.ticket, act.by, why=_why(act, "请写恢复的原因" if suspended else ""), now=act.now)
    return "恢复办理，会告诉对方" if suspended else "继续办理，时限接着算"


def ask_extension(act: Act) -> str:
    days = _days(act)
    act.desk.ask_extension(act.ticket, act.by, days, _why(act, "请写延期的理由"), now=act.now)
    return "延期申请交上去了"


def grant(act: Act) -> str:
    act.desk.grant(act.ticket, act.by, _days(act), why=_why(act), now=act.now)
    return "同意了，会告诉对方"


def deny(act: Act) -> str:
    act.desk.deny(act.ticket, act.by, _why(act, "请写不同意的理由"), now=act.now)
    return "没有同意，已退给承办的同事"


def supervise(act: Act) -> str:
    on = not act.ticket.supervised
    act.desk.supervise(act.ticket, act.by, on, why=_why(act), now=act.now)
    return "列为督办了" if on else "不再督办"


def refuse(act: Act) -> str:
    why = _why(act, "请写明不受理的原因，和对方该走的法定途径")
    act.desk.refuse(act.ticket, act.by, why, now=act.now)
    return "不予受理，会告诉对方"


def merge(act: Act) -> str:
    number = (act.words("other") or act.words("into", "请选要并入的工单")).upper()
    try:
        into = act.desk.hold(act.by, number, "merge")
    except NoSuchTicket:
        raise Wrong("没有这张工单") from None
    act.desk.merge(act.ticket, into, act.by, why=_why(act), now=act.now)
    return f"并入了 {number}"


def unmerge(act: Act) -> str:
    act.desk.unmerge(act.ticket, act.by, now=act.now)
    return "分出来了，接着办"


def callback(act: Act) -> str:
    at = _at(act.form.get("at", ""))
    if at is not None and at < act.now:
        raise Wrong("这个时间已经过了")
    act.desk.callback(act.ticket, act.by, at, now=act.now)
    return "约好了回访" if at else "不用再回访了"


def edit(act: Act) -> str:
    ticket = act.ticket
    new: dict[str, Any] = {name: act.words(name) for name in ("kind", "urgency", "topic")}
    new["subject"] = act.words("subject", "标题不能空", 190)
    new["confidential"] = bool(act.form.get("confidential"))
    if new["kind"] not in KIND_NAMES or new["urgency"] not in URGENCY_NAMES or new["topic"] not in topics(act.kit):
        raise Wrong("没有这个选项")
    changes = {name: value for name, value in new.items() if value != getattr(ticket, name)}
    if not changes:
        raise Wrong("没有改动")
    act.desk.edit(ticket, act.by, changes, now=act.now)
    return "改好了，时限按新类别算"


def close(act: Act) -> str:
    act.desk.close(act.ticket, act.by.key, why=_why(act), now=act.now)
    return "办结了"


def invite(act: Act) -> str:
    act.desk.invite(act.ticket, act.by.key, now=act.now)
    return "请对方评价了"


def reopen(act: Act) -> str:
    act.desk.reopen(act.ticket, act.by.key, _why(act, "请写重办的原因"), now=act.now)
    return "重办，时限重新算"


DO: dict[str, Callable[[Act], str]] = {
    each.__name__: each
    for each in (
        accept, sign, claim, assign, release, dispatch, designate, send_back, suspend, resume, ask_extension, grant,
        deny, supervise, refuse, merge, unmerge, callback, edit, close, invite, reopen,
    )
}  # fmt: skip


def asked(kit: Kit, unit: Unit, desk: Joining, actor: Actor, ticket: Ticket, verb: str) -> dict[str, Any]:
    """What the form of a step shows."""
    rules = kit.rules()
    if verb == "assign":
        return {"people": takers(kit, unit, ticket)}
    if verb in ("dispatch", "designate"):
        units = {name: each.name for name, each in shell.answering(kit).items()}
        return {"units": units, **_way(kit, desk, ticket, verb)}
    if verb in ("ask_extension", "grant"):
        wished = next((each for each in reversed(desk.events(ticket)) if each.kind == "ask_extension"), None)
        days = int(str(data_of(wished).get("days", 1))) if wished is not None and verb == "grant" else 1
        return {"longest": rules.longest_extension, "days": days, "wished": wished}
    if verb == "merge":
        others = alike(kit, desk, actor, ticket, kit.now())
        return {"alike": [each for each in others if each.ticket.is_open and each.ticket.kind != "rectify"]}
    if verb == "callback":
        at = ticket.callback_at if ticket.callback_at and ticket.callback_at > kit.now() else _slot(kit)
        name, number = desk.readable(ticket.caller), desk.readable(ticket.contact)
        known = {"caller": hidden_name(name or ""), "tail": ending_of(number or ""), "contact": bool(number)}
        return {"at": at.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M") if at else "", **known}
    if verb == "edit":
        return {"kinds": KIND_NAMES, "urgencies": URGENCY_NAMES, "topics": topics(kit)}
    return {}


def _slot(kit: Kit) -> datetime | None:
    """The next half hour on duty that leaves time to get ready; None: in a year that is not known."""
    soon = kit.now() + _READY
    full = soon.replace(minute=0, second=0, microsecond=0)
    return worktime.on_duty(kit.calendar(), full + -(-(soon - full) // _SLOT) * _SLOT)


def _way(kit: Kit, desk: Joining, ticket: Ticket, verb: str) -> dict[str, Any]:
    """What the list of routes says, unless that unit has it or has sent it back; and who has sent it back."""
    sent = [str(data_of(each).get("unit", "")) for each in desk.events(ticket) if each.kind == "send_back"]
    route = kit.rules().route(ticket.kind, ticket.topic)
    if route is not None and (route.unit in sent or (route.unit == ticket.unit and verb == "dispatch")):
        route = None
    return {"route": route, "returned": [shell.unit_name(kit, each) for each in dict.fromkeys(sent)]}


def alike(kit: Kit, desk: Joining, actor: Actor, ticket: Ticket, now: datetime) -> list[Alike]:
    """The same person's other tickets, the likeliest duplicate first."""
    others = desk.akin(actor, openid=ticket.openid, contact_key=ticket.contact_key, beside=ticket.id, now=now)
    found = ranked(ticket, others, kit.library.canonical)
    return [Alike(each, round(100 * score), score >= LIKELY and _joins(ticket, each)) for each, score in found]


def _joins(ticket: Ticket, other: Ticket) -> bool:
    """整改 repeats the words of the ticket it follows, and is put right on its own."""
    return other.is_open and "rectify" not in (ticket.kind, other.kind)


def topics(kit: Kit) -> dict[str, str]:
    """What a ticket may be about, by id; "" for nothing of it."""
    return {"": "没有分类", **kit.library.words.topics}


def takers(kit: Kit, unit: Unit, ticket: Ticket) -> dict[int, str]:
    """Who can be given it: those of the unit that has to answer."""
    return {each.id: each.name for each in composer.roster(kit, unit).colleagues(ticket.unit)}


def _why(act: Act, missing: str = "") -> str:
    return act.words("why", missing, _MOST_WORDS)


def _days(act: Act) -> int:
    longest = act.kit.rules().longest_extension
    return act.number("days", 1, longest, f"请填 1 到 {longest} 个工作日")


def _units(act: Act) -> tuple[str, list[str]]:
    units = shell.answering(act.kit)
    unit = act.form.get("unit", "")
    if unit not in units:
        raise Wrong("请选一个单位")
    return unit, [each for each in act.form.getlist("helpers") if each in units]


def day_of(text: str) -> date | None:
    """What a field for a date holds; None for an empty one. Raises Wrong."""
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        raise Wrong("日期写得不对") from None


def _at(text: str) -> datetime | None:
    """What a field for date and time holds, in the office's time; None for an empty one. Raises Wrong."""
    if not text.strip():
        return None
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Wrong("时间写得不对") from None
    return found.replace(tzinfo=SHANGHAI) if found.tzinfo is None else found
