"""What is written at a ticket: replies with citations, notes with mentions, calls; taken back, sent again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from bot.deliveries import resend as send_again
from bot.desk import UNDO
from bot.kit import Kit
from bot.telling import day
from handlers.console import shell, stocked
from handlers.console.acting import Act, Wrong
from handlers.console.channel import size
from handlers.console.suggesting import cited
from handlers.console.wording import OUTCOMES
from models.access import Actor, require, sees
from models.db import Unit
from models.desk import Desk
from models.desk_answer import Said
from models.drafts import Drafts
from models.files import Files
from models.history import data_of, recalled
from models.materials import Materials
from models.roster import Roster
from models.seal import Seal
from models.stock import Stock
from models.ticket import LOW, Ticket, TicketEvent
from models.typed import integer

LONGEST = 4000  # characters of a reply
_MOST_MESSAGES = 5  # what WeChat takes in a whole window
REPLIES = ("answer", "interim", "ask")


class Undo(NamedTuple):
    """A reply of one's own that can still be taken back, for so many seconds."""

    event: int
    seconds: int


def values(kit: Kit, desk: Desk, ticket: Ticket, actor: Actor) -> dict[str, str]:
    """What the {variables} of a reply stand for here."""
    until = day(ticket.resolve_due) if ticket.resolve_due else ""
    unit = shell.unit_name(kit, ticket.unit)
    caller = desk.readable(ticket.caller) or ""
    return stocked.values(ticket, actor, kit.office(), caller=caller, unit=unit, until=until)


def whole(kit: Kit, text: str, cites: Sequence[str], now: datetime) -> tuple[str, list[str]]:
    """The text as it goes out, with a source line for each entry it cites; and those entries that there are."""
    entries = [entry for each in dict.fromkeys(cites) if (entry := kit.library.entry(each)) is not None]
    sources = list(dict.fromkeys(cited(kit, entry, now) for entry in entries))
    left = [line for line in sources if line not in text]
    return "\n\n".join([text, *(["\n".join(left)] if left else [])]), [entry.id for entry in entries]


def reply(act: Act, verb: str) -> str:
    """答复, 阶段答复, 请补充材料."""
    written = act.words("text", "还没有写内容", LONGEST)
    text, missing = stocked.filled(written, values(act.kit, act.desk, act.ticket, act.by))
    if missing:
        raise Wrong("这些还没填上：" + "、".join(f"{{{name}}}" for name in missing))
    text, cites = whole(act.kit, text, _ids(act, "cites"), act.now)
    if size(act.kit, text).messages > _MOST_MESSAGES:
        raise Wrong(f"太长了，要分成 {_MOST_MESSAGES} 条以上才能发完，请写短些")
    said = Said(text, _files(act), cites)
    if verb == "ask":
        wanted = _wanted(act)
        act.desk.ask(act.ticket, act.by, said, materials=wanted, now=act.now)
    elif verb == "interim":
        act.desk.interim(act.ticket, act.by, said, now=act.now)
    else:
        act.desk.answer(act.ticket, act.by, said, now=act.now)
    for each in _ids(act, "stocked"):
        Stock(act.unit).used(integer(each) or 0)
    Drafts(act.unit).drop(act.ticket.id, act.by.id, "reply")
    return ""


def _wanted(act: Act) -> list[str]:
    """What is typed, and what is on the list and not here yet: they are told of all of it."""
    open_ = [each.name for each in Materials(act.unit).of(act.ticket.id) if each.state == "wanted"]
    return list(dict.fromkeys([*stocked.lines(act.form.get("materials", "")), *open_]))


def note(act: Act) -> str:
    text = act.words("text", "还没有写内容", LONGEST)
    named, blind = _called_on(act, text)
    event = act.desk.note(act.ticket, act.by, text, mentions=named, now=act.now)
    files(act.kit, act.unit).tie(act.ticket, _files(act), event.id)
    drafts = Drafts(act.unit)
    drafts.call_on(event, [each for each in named if each != act.by.id], act.now)
    drafts.drop(act.ticket.id, act.by.id, "note")
    return f"备注记下了。看不到这张工单、没有通知的：{'、'.join(blind)}" if blind else "备注记下了"


def _called_on(act: Act, text: str) -> tuple[list[int], list[str]]:
    """Ids of those the note names, and the names of those among them who do not see the ticket."""
    seeing = colleagues(act.unit, act.kit, act.ticket)
    everybody = seeing | {each.id: each.name for each in roster(act.kit, act.unit).colleagues()}
    named = stocked.called_on(text, everybody)
    return [each for each in named if each in seeing], [everybody[each] for each in named if each not in seeing]


def call(act: Act) -> str:
    outcome = act.form.get("outcome", "")
    if outcome not in OUTCOMES:
        raise Wrong("请选通话结果")
    words = act.words("text", "接通了要写说了什么" if outcome == "reached" else "", LONGEST)
    event = act.desk.call(act.ticket, act.by, outcome, words, now=act.now)
    files(act.kit, act.unit).tie(act.ticket, _files(act), event.id)
    if act.form.get("done") and act.ticket.callback_at is not None:
        act.desk.callback(act.ticket, act.by, None, now=act.now)
    Drafts(act.unit).drop(act.ticket.id, act.by.id, "call")
    return "通话记下了"


def recall(act: Act) -> str:
    event = of_ticket(act)
    if event.actor != act.by.key:
        raise Wrong("只能撤回自己发的")
    act.desk.recall(act.ticket, act.by, event, now=act.now)
    cites = listed(json.dumps(data_of(event).get("cites") or []))
    mine = (act.ticket.id, act.by.id, "reply", event.body)
    Drafts(act.unit).save(*mine, seen=act.ticket.last_event, cites=cites, now=act.now)
    return "撤回了，内容还在草稿里"


def again(act: Act) -> str:
    """A reply that a colleague's came before: the ticket taken up again and answered with it, in one."""
    require(act.by, "answer")
    act.desk.reopen(act.ticket, act.by.key, act.words("why", "请写重办的原因", 1000), now=act.now)
    return reply(act, "answer") or "重办了，答复已发"


def keep(act: Act) -> str:
    """Such a reply as a note."""
    said = note(act)
    Drafts(act.unit).drop(act.ticket.id, act.by.id, "reply")
    return said


def resend(act: Act) -> str:
    event = of_ticket(act)
    if event.kind not in (*REPLIES, "refuse") or not send_again(act.unit, event.id, act.now):
        raise Wrong("没有要重发的")
    return "已经重新排队发送"


def of_ticket(act: Act) -> TicketEvent:
    """The event the form names. Raises Wrong."""
    number = act.number("event", 1, 10**18, "没有这一条")
    found = next((each for each in act.desk.events(act.ticket) if each.id == number), None)
    if found is None:
        raise Wrong("没有这一条")
    return found


def undo(events: Sequence[TicketEvent], actor: Actor, now: datetime) -> Undo | None:
    recalled = {int(str(data_of(each)["event"])) for each in events if each.kind in ("recall", "unsaid")}
    for each in reversed(events):
        left = (each.at + UNDO - now).total_seconds()
        if each.kind in REPLIES and each.actor == actor.key and each.id not in recalled and left > 0:
            return Undo(each.id, max(1, round(left)))
    return None


def teaches(ticket: Ticket, events: Sequence[TicketEvent], event: TicketEvent, now: datetime) -> bool:
    """Whether others may be answered so: the last final answer, when it is out and was not rated low."""
    last = [each.id for each in events if each.kind in ("answer", "reopen") and each.id not in recalled(events)][-1:]
    good = ticket.rating not in LOW and not ticket.confidential
    return good and event.kind == "answer" and last == [event.id] and event.at + UNDO <= now


def colleagues(unit: Unit, kit: Kit, ticket: Ticket) -> dict[int, str]:
    """Who may be called on: those who see the ticket."""
    return {each.id: each.name for each in roster(kit, unit).colleagues() if sees(each.actor, ticket)}


def files(kit: Kit, unit: Unit) -> Files:
    return Files(unit, Seal(kit.settings.secret_key))


def roster(kit: Kit, unit: Unit) -> Roster:
    return Roster(unit, Seal(kit.settings.secret_key))


def _files(act: Act) -> tuple[int, ...]:
    return tuple(number for each in act.form.getlist("file") if (number := integer(each)) is not None)


def listed(text: str) -> list[str]:
    """A field that holds a JSON list of ids; what is none is nothing."""
    try:
        found = json.loads(text or "[]")
    except ValueError:
        return []
    return [str(each)[:190] for each in found][:20] if isinstance(found, list) else []


def _ids(act: Act, name: str) -> list[str]:
    return listed(act.form.get(name, ""))
