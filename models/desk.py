"""Every verb on a ticket: row, event and audit in the caller's unit. Nobody else changes a ticket.

One chain: Desk is how a verb is done and what talents do, Dispatch (desk_dispatch.py) who is to answer, Answering
(desk_answer.py) what is answered, Joining (desk_join.py) what belongs together. Doors use bot/desk.py, which owes the
notices as well.

Kinds of events beside the verbs of moves.py, and what stands in their `data`:
opened; added; attached {attachments}; interim, answer, ask {attachments, cites, materials, there}; note {mentions};
call {outcome}; claim, assign {to, was}; release; card {card, missed}; recall {event}; merge {into, was}; unmerge
{into}; joined {number}; parted {number}; dispatch, designate {unit, helpers}; grant {days}; resume {suspended}; edit
{field: new value}; supervise {on}; erased; callback {at}; rate, rated {rating}; comment; reached; unsaid,
failed {event}.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, bindparam, select, update

from models import counter, files, history
from models.access import Actor, Forbidden, may, require, visible
from models.audit import Audit
from models.base import OFFICE
from models.db import Stale, Unit
from models.history import Deadlines, Due, Facts
from models.moves import MOVES, OPEN, OVER, SAID
from models.seal import Seal, Sealed
from models.ticket import HOTLINE, Ticket, TicketEvent


class NoSuchTicket(Exception):
    """There is no ticket of that number, or it belongs to somebody else."""


class BadMove(Exception):
    """The ticket does not allow it. `state_name` is the present state, in the words people see; `why` a sentence for
    staff, where it is not the state alone."""

    def __init__(self, state_name: str, why: str = "") -> None:
        super().__init__(why or state_name)
        self.state_name = state_name
        self.why = why


class Changed(Exception):
    """Somebody was faster. `since`: the events that the caller had not seen, oldest first."""

    def __init__(self, ticket: Ticket, since: list[TicketEvent]) -> None:
        super().__init__(ticket.number)
        self.ticket = ticket
        self.since = since


@dataclass(frozen=True, slots=True)
class NewTicket:
    """What a talent hands in. `contact` may be empty; `tried` is what the bot offered before, as JSON."""

    subject: str
    detail: str
    kind: str = "question"
    topic: str = ""
    contact: str = ""
    tried: str = ""
    source: str = "chat"
    urgency: str = "normal"
    confidential: bool = False
    caller: str = ""
    callback_at: datetime | None = None
    follows: int | None = None
    demo: bool = False


# Built once: that costs as much as a small database takes to answer them, and every page asks.
_NEWEST = 2**62  # before it come all
_LISTED = (
    select(Ticket)
    .where(Ticket.openid.in_(bindparam("openids", expanding=True)), Ticket.id < bindparam("before"))
    .order_by(Ticket.id.desc())
    .limit(bindparam("most", type_=Integer))
)
_EVENTS = select(TicketEvent).where(TicketEvent.ticket_id == bindparam("ticket")).order_by(TicketEvent.id)


class Desk:
    """Works inside `unit`: everything is committed with the message that caused it."""

    def __init__(self, unit: Unit, seal: Seal, deadlines: Deadlines) -> None:
        self._unit = unit
        self._session = unit.session
        self._seal = seal
        self._deadlines = deadlines
        self._audit = Audit(unit, seal.audit_key)
        self.address = ""  # from which it is done, for the audit: set by doors that know one

    def open(self, openid: str, new: NewTicket, *, now: datetime, by: str = "talent") -> Ticket:
        """`openid` "": nobody on WeChat. `by`: an Actor's key when staff open it."""
        self._unit.lock()
        self._unit.durable = True
        ticket = Ticket(
            number=self._number(now),
            openid=openid,
            kind=new.kind,
            source=new.source,
            urgency=new.urgency,
            confidential=new.confidential,
            topic=new.topic,
            subject=new.subject[:190],
            detail=new.detail,
            tried=new.tried,
            contact=self._seal.close(new.contact),
            contact_key=self._seal.key(new.contact),
            contact_tail=self._seal.tail(new.contact),
            caller=self._seal.close(new.caller),
            state="new",
            version=1,
            unit=HOTLINE,
            helpers="",
            dispatches=0,
            round=1,
            card="",
            invitations=0,
            callback_at=new.callback_at,
            follows=new.follows,
            # An agent who opens a confidential one would not see it any more.
            assignee=int(by.removeprefix("staff:")) if new.confidential and by.startswith("staff:") else None,
            heard_at=now,
            last_event=0,
            demo=new.demo,
            created_at=now,
            updated_at=now,
        )
        self._session.add(ticket)
        self._session.flush()
        event = self._note(ticket, "opened", now, actor=by, public=True)
        ticket.last_event = event.id
        for name, value in self._clock(ticket, [event], "new").items():
            setattr(ticket, name, value)
        self._session.flush()
        self._put_down(by, ticket, "opened", now, kind=new.kind, source=new.source)
        return ticket

    def add(self, ticket: Ticket, text: str, *, now: datetime) -> None:
        """The talent says more; a ticket that waited for it goes on, one that is suspended does not."""
        self._open_still(ticket)
        verb = "resume" if ticket.state == "waiting" and not ticket.suspended else "added"
        self._do(ticket, verb, "talent", now, body=text, public=True, heard_at=now)

    def attach(self, ticket: Ticket, kind: str, media_id: str, *, account: str, now: datetime) -> None:
        """A picture or recording, by WeChat's reference to it (media_id, good for 3 days, with the account of ours it
        was sent to: service or miniapp); the clock fetches it."""
        self._open_still(ticket)
        verb = "resume" if ticket.state == "waiting" and not ticket.suspended else "attached"
        event = self._do(ticket, verb, "talent", now, media=f"{kind}:{media_id}"[:190], public=True, heard_at=now)
        files.note(self._unit, event, kind, media_id, account=account, now=now)

    def withdraw(self, ticket: Ticket, *, now: datetime) -> None:
        """Raises BadMove when it is past withdrawing."""
        self._do(ticket, "withdraw", "talent", now, to="withdrawn", public=True, heard_at=now)

    def theirs(self, openids: Sequence[str], number: str, *, hold: bool = False) -> Ticket:
        """A person's ticket, by all their openids. `hold`: with its row locked, for a verb. Raises NoSuchTicket, also
        for other people's tickets: their existence is not told.
        """
        known = [each for each in openids if each]
        if not hold:
            return self._theirs(known, number)
        self._unit.lock()
        self._session.refresh(self._theirs(known, number), with_for_update=True)
        return self._theirs(known, number)  # it may have been parted meanwhile

    def listed(self, openids: Sequence[str], *, before: int | None = None, limit: int = 20) -> list[Ticket]:
        """A person's tickets, newest first; `before`: those opened before the one of that id."""
        given = {"openids": [each for each in openids if each], "before": before or _NEWEST, "most": limit}
        return list(self._session.scalars(_LISTED, given))

    def events(self, ticket: Ticket) -> list[TicketEvent]:
        return list(self._session.scalars(_EVENTS, {"ticket": ticket.id}))

    def contact(self, ticket: Ticket) -> str:
        return self._seal.open(ticket.contact)

    def caller(self, ticket: Ticket) -> str:
        return self._seal.open(ticket.caller)

    def key(self, contact: str) -> str:
        """What finds tickets by their contact (`Ticket.contact_key`)."""
        return self._seal.key(contact)

    def seal(self, contact: str) -> str:
        """For a contact that has to wait until its ticket is opened."""
        return self._seal.close(contact)

    def unseal(self, sealed: str) -> str:
        return self._seal.open(sealed)

    def readable(self, sealed: str) -> str | None:
        """As `unseal`; None: sealed with a SECRET_KEY that is ours no more."""
        try:
            return self._seal.open(sealed)
        except (Sealed, ValueError):
            return None

    # What staff do begins with this.

    def get(self, actor: Actor, number: str) -> Ticket:
        """Raises NoSuchTicket, also for those this actor may not see."""
        ticket = self._session.scalar(select(Ticket).where(Ticket.number == number, visible(actor)))
        if ticket is None:
            raise NoSuchTicket(number)
        return ticket

    def sees(self, actor: Actor, ticket_id: int) -> bool:
        """Whether the ticket exists for this actor."""
        query = select(Ticket.id).where(Ticket.id == ticket_id, visible(actor))
        return self._session.scalar(query) is not None

    def hold(self, actor: Actor, number: str, right: str, seen: int | None = None) -> Ticket:
        """The ticket with its row locked until the unit ends, for a verb that needs `right` on it.

        `seen`: the newest event on the actor's screen. Raises NoSuchTicket, Forbidden, Changed when there is more that
        somebody else did; what the clock did counts only where it changed the state.
        """
        require(actor, right)
        self._unit.lock()
        query = select(Ticket).where(Ticket.number == number, visible(actor)).with_for_update()
        ticket = self._session.scalar(query.execution_options(populate_existing=True))
        if ticket is None:
            raise NoSuchTicket(number)
        if not may(actor, right, ticket):
            raise Forbidden(right)
        if seen is not None and seen < ticket.last_event:
            news = [each for each in self.events(ticket) if each.id > seen and _is_news(each, actor)]
            if news:
                raise Changed(ticket, news)
        return ticket

    def retime(self, ticket: Ticket, *, now: datetime) -> bool:
        """Its times as the present rules and calendar make them, and no card any more that they do not give. No event:
        nobody did anything to it. False: they are what they were. Raises Stale.
        """
        self._unit.lock()
        events = self.events(ticket)
        values = self._clock(ticket, events, ticket.state)
        values["card"] = self._card(ticket, events, history.facts(ticket, events), now)
        if all(getattr(ticket, name) == value for name, value in values.items()):
            return False
        same = update(Ticket).where(Ticket.id == ticket.id, Ticket.version == ticket.version)
        values |= {"version": ticket.version + 1, "updated_at": now}
        if self._unit.execute(same.values(values)).rowcount != 1:
            raise Stale
        self._session.refresh(ticket)
        until = ticket.resolve_due.isoformat() if ticket.resolve_due else ""
        self._put_down("clock", ticket, "retime", now, resolve=until)
        return True

    def _card(self, ticket: Ticket, events: list[TicketEvent], facts: Facts, now: datetime) -> str:
        """The highest card of this round, or the lesser one when no promise is broken by the rules of today."""
        given = history.cards(events)
        card = "red" if "red" in (ticket.card, *given) else ticket.card or "".join(given[-1:])
        due = self._deadlines.due(facts._replace(accepted_at=None, first_at=None))
        if not card or due.unknown or due.resolve is None:
            return ticket.card
        ends = (due.accept, facts.accepted_at), (due.first, facts.first_at), (due.resolve, None)
        if any(end is not None and end < (done or now) for end, done in ends):
            return card
        return "yellow" if due.yellow is not None and due.yellow <= now else ""

    def _theirs(self, openids: Sequence[str], number: str) -> Ticket:
        found = self._session.scalar(select(Ticket).where(Ticket.number == number, Ticket.openid.in_(openids)))
        if found is None:
            raise NoSuchTicket(number)
        return found

    def _number(self, now: datetime) -> str:
        day = now.astimezone(OFFICE).strftime("%Y%m%d")
        value = counter.take(self._unit, f"ticket:{day}")
        return f"T{day}-{value:04d}"

    def _open_still(self, ticket: Ticket) -> None:
        if ticket.state == "closed" or ticket.state not in (*OPEN, *SAID):
            raise BadMove(ticket.state_name)

    def _do(
        self,
        ticket: Ticket,
        verb: str,
        by: str,
        now: datetime,
        *,
        to: str = "",
        body: str = "",
        media: str = "",
        public: bool = False,
        data: Mapping[str, Any] | None = None,
        **values: Any,
    ) -> TicketEvent:
        """One verb: the table of moves asked, the event and the audit written, the row changed by compare-and-set with
        its times worked out from all events. `to`: the new state when the move has several. Raises BadMove, Stale.
        """
        self._unit.lock()
        self._unit.durable = True
        old, new = ticket.state, ticket.state
        move = MOVES.get(verb)
        if move is not None:
            new = to or move.to[0]
            if old not in move.of or new not in move.to:
                raise BadMove(ticket.state_name)
        event = self._note(
            ticket, verb, now, actor=by, body=body, media=media, public=public, old=old, new=new, data=data
        )
        changed = {"state": new, "version": ticket.version + 1, "updated_at": now, "last_event": event.id, **values}
        if by.startswith("staff:"):
            changed["touched_at"] = now
        if new == "working":
            changed["suspended"] = False
        if new in OVER and old not in OVER:
            changed["closed_at"] = now
        changed |= self._clock(ticket, self.events(ticket), new)
        same = update(Ticket).where(Ticket.id == ticket.id, Ticket.version == ticket.version, Ticket.state == old)
        if self._unit.execute(same.values(changed)).rowcount != 1:
            raise Stale
        self._session.refresh(ticket)
        detail = {"old": old, "new": new} if old != new else {}
        self._put_down(by, ticket, verb, now, event=event.id, **detail)
        return event

    def _put_down(self, by: str, ticket: Ticket, verb: str, now: datetime, **detail: object) -> None:
        what = f"ticket:{ticket.number}"
        self._audit.add(by, f"ticket.{verb}", what, now=now, address=self.address, **detail)

    def _clock(self, ticket: Ticket, events: list[TicketEvent], state: str) -> dict[str, Any]:
        """The columns of its clock, as its events and the rules make them."""
        facts = history.facts(ticket, events)
        due = self._deadlines.due(facts) if state in OPEN else Due()
        return {
            "accepted_at": facts.accepted_at,
            "first_at": facts.first_at,
            "resolved_at": facts.resolved_at,
            "accept_due": due.accept,
            "first_due": due.first,
            "resolve_due": due.resolve,
            "next_due": due.next,
            "yellow_at": due.yellow,
            "due_unknown": due.unknown,
        }

    def _note(
        self,
        ticket: Ticket,
        kind: str,
        now: datetime,
        *,
        actor: str,
        body: str = "",
        media: str = "",
        public: bool = False,
        old: str = "",
        new: str = "",
        data: Mapping[str, Any] | None = None,
    ) -> TicketEvent:
        said = json.dumps(dict(data), ensure_ascii=False) if data else ""
        event = TicketEvent(
            ticket_id=ticket.id, at=now, actor=actor, kind=kind, body=body, media=media, public=public, data=said
        )
        event.old, event.new = old or ticket.state, new or ticket.state
        self._session.add(event)
        self._session.flush()
        return event


def _is_news(event: TicketEvent, actor: Actor) -> bool:
    return event.actor != actor.key and (event.actor != "clock" or event.old != event.new)
