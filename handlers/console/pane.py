"""Everything the page of one ticket shows, read in one unit."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from werkzeug.datastructures import MultiDict

from bot.deliveries import deliveries
from bot.kit import Kit
from bot.sla import Sla
from config.calendar import SHANGHAI
from handlers.console import channel, composer, moving, shell, stocked, suggesting, timeline
from handlers.console.acting import Outcome
from handlers.console.matters import same_matter
from handlers.console.steps import BESIDE, FIRST, REPLIES, legal, steps, why_no_answer, why_not
from handlers.console.wording import OUTCOMES, UNREADABLE, Wording
from models import chatlog
from models.access import Actor, rights
from models.attachment import Attachment
from models.audit import of as audit_of
from models.db import Unit
from models.desk_join import Joining
from models.drafts import Drafts
from models.faq import FaqDrafts
from models.files import why_unsent
from models.history import state_names
from models.materials import MANDATE, STATES, Materials
from models.moves import OVER, SAID
from models.stock import Stock
from models.ticket import KIND_NAMES, RATING_NAMES, SOURCE_NAMES, URGENCY_NAMES, Ticket, TicketEvent
from models.workbench import Draft, Material

WRITING = timedelta(minutes=3)  # since whoever has an unsent draft touched it
_WARNED = timedelta(days=7)  # before a 委托书 runs out
TAB_NAMES = {"answer": "答复", "interim": "阶段答复", "ask": "请补充材料", "note": "内部备注", "call": "电话记录"}
DRAFT_OF = {"answer": "reply", "interim": "reply", "ask": "reply", "note": "note", "call": "call"}
_REASONS = ("dispatch", "designate", "send_back", "ask_extension", "deny", "grant", "reopen", "suspend")


def pane(
    kit: Kit,
    unit: Unit,
    actor: Actor,
    number: str,
    outcome: Outcome | None = None,
    form: MultiDict[str, str] | None = None,
    tab: str = "",
) -> dict[str, Any]:
    """For console/ticket_pane.html. `form`: what was sent and not taken; `tab`: to be opened. Raises NoSuchTicket."""
    desk, now = kit.desk(unit), kit.now()
    ticket = desk.get(actor, number)
    events, names = desk.events(ticket), composer.roster(kit, unit).names()
    may, outcome = legal(actor, ticket), outcome or Outcome()
    walk = steps(actor, ticket)
    return {
        "ticket": ticket,
        "actor": actor,
        "outcome": outcome,
        "tell": bool(outcome.words) and not (outcome.done and shell.fragment()),
        "news": _news(kit, outcome.news, names),
        "steps": walk[:FIRST],
        "more": walk[FIRST:],
        "why_not": why_not(actor, ticket),
        "no_answer": why_no_answer(actor, ticket),
        "reason": _reason(kit, ticket, events, names),
        "left": Sla(kit.rules, kit.calendar).left(ticket, now),
        "assignee": names.get(ticket.assignee or 0, ""),
        "helpers": [shell.unit_name(kit, each) for each in ticket.helpers.split()],
        "names": {"kind": KIND_NAMES, "source": SOURCE_NAMES, "urgency": URGENCY_NAMES, "rating": RATING_NAMES},
        "groups": timeline.grouped(_items(kit, unit, actor, ticket, events, names, now)),
        "undo": composer.undo(events, actor, now),
        "faq": _faq(unit, ticket, events, now) if "knowledge" in rights(actor) else {},
        "can": may,
        "open": ticket.number,
        **_composer(kit, unit, desk, actor, ticket, form or MultiDict({"tab": tab}), may, now),
        **_side(kit, unit, desk, actor, ticket, now),
    }


def token() -> str:
    """Of a form that is to be done once."""
    return secrets.token_urlsafe(18)


def opened(sealed: str | None) -> str:
    """A name or number as staff read it; `sealed`: as Desk.readable gives it."""
    return UNREADABLE if sealed is None else sealed


def wording(kit: Kit, names: Mapping[int, str]) -> Wording:
    return Wording(
        lambda actor: timeline.who(actor, names),
        lambda name: shell.unit_name(kit, name),
        lambda at: at.astimezone(SHANGHAI).strftime("%m-%d %H:%M"),
    )


def history(kit: Kit, unit: Unit, actor: Actor, number: str) -> dict[str, Any]:
    """For console/ticket_history.html. Raises NoSuchTicket."""
    desk = kit.desk(unit)
    ticket = desk.get(actor, number)
    names = composer.roster(kit, unit).names()
    words = wording(kit, names)
    events = desk.events(ticket)
    states = state_names(events)
    done = [(each, timeline.who(each.actor, names), words.told(each), states[each.id]) for each in events]
    looks = [
        (each, timeline.who(each.actor, names))
        for each in audit_of(unit, f"ticket:{ticket.number}")
        if not each.action.startswith("ticket.")
    ]
    return {"ticket": ticket, "done": done, "looks": looks}


def _reason(
    kit: Kit, ticket: Ticket, events: Sequence[TicketEvent], names: Mapping[int, str]
) -> tuple[TicketEvent, str, str] | None:
    """Why it last came here or may take longer, by whom and in what words; None: nobody has said so."""
    kinds = [each for each in _REASONS if each != "suspend" or ticket.is_suspended]
    told = (each for each in reversed(events) if each.kind in kinds and each.body) if ticket.is_open else iter(())
    found = next(told, None)
    if found is None:
        return None
    return found, timeline.who(found.actor, names), wording(kit, names).told(found)


def _items(
    kit: Kit,
    unit: Unit,
    actor: Actor,
    ticket: Ticket,
    events: Sequence[TicketEvent],
    names: Mapping[int, str],
    now: datetime,
) -> list[timeline.Item]:
    until = ticket.closed_at + timedelta(days=1) if ticket.state in OVER and ticket.closed_at else now
    found = timeline.Found(
        events=events,
        exchanges=chatlog.beside(unit, actor, ticket, ticket.created_at - timeline.BEFORE, until),
        deliveries=deliveries(unit, [each.id for each in events if each.public], now),
        files=_files(kit, unit, ticket),
        names=names,
        read=Drafts(unit).has_read(ticket.id, actor.id),
        reader=actor.key,
    )
    return timeline.items(kit, ticket, found, wording(kit, names))


def _files(kit: Kit, unit: Unit, ticket: Ticket) -> dict[int, list[Attachment]]:
    found: dict[int, list[Attachment]] = {}
    for each in composer.files(kit, unit).of(ticket):
        if each.event_id is not None:
            found.setdefault(each.event_id, []).append(each)
    return found


def _composer(
    kit: Kit,
    unit: Unit,
    desk: Joining,
    actor: Actor,
    ticket: Ticket,
    form: MultiDict[str, str],
    may: frozenset[str],
    now: datetime,
) -> dict[str, Any]:
    tabs = [each for each in (*REPLIES, *BESIDE) if each in may]
    mine = Drafts(unit).mine(ticket.id, actor.id)
    left = _left(desk, ticket, may, mine)
    if left is not None:
        mine = {name: draft for name, draft in mine.items() if draft is not left}
    chosen = form.get("tab", "")
    loose = composer.files(kit, unit).loose(ticket, actor.id)
    begun = next((each for each in tabs if _draft(mine, each)), "")
    values = composer.values(kit, desk, ticket, actor)
    stock = [(each, stocked.filled(each.body, values)) for each in Stock(unit).all(actor)]
    drafts = {each: form["text"] if each == chosen and "text" in form else _draft(mine, each) for each in tabs}
    cites = _cites(kit, form.get("cites") or (mine["reply"].cites if "reply" in mine else ""))
    return {
        "tabs": {each: "补充答复" if each == "interim" and ticket.state in SAID else TAB_NAMES[each] for each in tabs},
        "tab": chosen if chosen in tabs else begun or next(iter(tabs), ""),
        "compact": not (chosen in tabs or begun or loose or left),
        "stranded": left,
        "stranded_cites": json.dumps(composer.listed(left.cites)) if left else "",
        "drafts": drafts,
        "sizes": _sizes(kit, drafts, list(cites), now),
        "kept": form,
        "cites": cites,
        "once": token(),
        "once_of": token,
        "why_unsent": why_unsent,
        "channel": channel.channel(kit, unit, ticket, now),
        "suggestions": suggesting.suggestions(kit, ticket, now) if set(tabs) & set(REPLIES) else [],
        "stock": stock,
        "mates": {id_: name for id_, name in composer.colleagues(unit, kit, ticket).items() if id_ != actor.id},
        "writing": Drafts(unit).others(ticket.id, actor.id, now - WRITING),
        "outcomes": OUTCOMES,
        "loose": loose,
        "room": kit.settings.reply_bytes,
    }


def _left(desk: Joining, ticket: Ticket, may: frozenset[str], mine: Mapping[str, Draft]) -> Draft | None:
    """A reply that was written when a final answer came before it, or the ticket was over."""
    draft = mine.get("reply")
    if draft is None or "answer" in may:
        return None
    answered = max((each.id for each in desk.events(ticket) if each.kind == "answer"), default=0)
    return draft if draft.seen < answered or not may & set(REPLIES) else None


def _draft(mine: Mapping[str, Any], tab: str) -> str:
    draft = mine.get(DRAFT_OF[tab])
    return draft.body if draft is not None else ""


def _sizes(kit: Kit, drafts: Mapping[str, str], cites: Sequence[str], now: datetime) -> dict[str, channel.Size]:
    """How long each kept draft is as it would go out, by the form that holds it."""
    kept = {DRAFT_OF[tab]: text for tab, text in drafts.items() if text}
    whole = {kind: composer.whole(kit, text, cites, now)[0] if kind == "reply" else text for kind, text in kept.items()}
    return {kind: channel.size(kit, text) for kind, text in whole.items()}


def _cites(kit: Kit, listed: str) -> dict[str, str]:
    """Entries that a draft names, with their questions; those that are gone are left out."""
    found = {each: kit.library.entry(each) for each in composer.listed(listed)}
    return {each: entry.question for each, entry in found.items() if entry is not None}


def _side(kit: Kit, unit: Unit, desk: Joining, actor: Actor, ticket: Ticket, now: datetime) -> dict[str, Any]:
    listed = Materials(unit).of(ticket.id)
    return {
        "caller": opened(desk.readable(ticket.caller)),
        "has_contact": bool(ticket.contact),
        "alike": moving.alike(kit, desk, actor, ticket, now),
        "mandate": _mandate(listed, now) if ticket.is_open else "",
        "mandate_name": MANDATE,
        "same": same_matter(kit, desk, actor, ticket),
        "materials": listed,
        "material_states": STATES,
        "topic": kit.library.words.topics.get(ticket.topic, ""),
    }


def _mandate(materials: Sequence[Material], now: datetime) -> str:
    """That a 委托书 runs out, or has; empty: it is good for longer, or there is none with a day."""
    ends = [each.until for each in materials if each.until is not None and each.state == "here"]
    if not ends or (left := min(ends) - now.astimezone(SHANGHAI).date()) > _WARNED:
        return ""
    return f"{MANDATE}{min(ends):%m-%d}{'到期' if left >= timedelta() else '已过期'}"


def _faq(unit: Unit, ticket: Ticket, events: Sequence[TicketEvent], now: datetime) -> dict[int, bool]:
    """Those answers of the ticket that can be made a draft, and whether each is one already."""
    drafted = FaqDrafts(unit).of(ticket)
    return {each.id: each.id in drafted for each in events if composer.teaches(ticket, events, each, now)}


def _news(kit: Kit, news: Sequence[TicketEvent], names: Mapping[int, str]) -> list[tuple[TicketEvent, str, str]]:
    words = wording(kit, names)
    return [(each, timeline.who(each.actor, names), words.told(each)) for each in news]
