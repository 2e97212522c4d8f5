"""What is said to the talent and noted beside it: interim and final replies, materials, calls, ratings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from models.access import AT_THE_DESK, Actor, Forbidden, may
from models.desk import BadMove
from models.desk_dispatch import Dispatch
from models.history import data_of, facts
from models.moves import OPEN, SAID
from models.staff import Staff
from models.ticket import KIND_NAMES, URGENCY_NAMES, Ticket, TicketEvent

REPLIES = ("interim", "ask", "answer")
OUTCOMES = ("reached", "busy", "no_answer", "wrong")
_EDITABLE = {"kind": KIND_NAMES.keys() - {"rectify"}, "urgency": URGENCY_NAMES.keys(), "confidential": {True, False}}
_LENGTHS = {"subject": 190, "topic": 32}


@dataclass(frozen=True, slots=True)
class Said:
    """What goes to the talent. `attachments`: ids of rows put to this ticket; `cites`: ids of entries.
    `there`: those of the materials it asks for that are on the list, and their states."""

    text: str
    attachments: Sequence[int] = ()
    cites: Sequence[str] = ()
    there: Mapping[str, str] = field(default_factory=dict)

    def data(self, **more: Any) -> dict[str, Any]:
        found = {"attachments": list(self.attachments), "cites": list(self.cites), "there": dict(self.there), **more}
        return {name: value for name, value in found.items() if value}


class Answering(Dispatch):
    def interim(self, ticket: Ticket, by: Actor, said: Said, *, now: datetime) -> TicketEvent:
        """An interim reply (阶段答复): the state stays, and it counts as the first response."""
        self._open_still(ticket)
        return self._do(ticket, "interim", by.key, now, body=said.text, public=True, data=said.data())

    def ask(
        self, ticket: Ticket, by: Actor, said: Said, *, materials: Sequence[str] = (), now: datetime
    ) -> TicketEvent:
        """请补充材料: the clock stands still until the talent has said more. One not taken up yet is taken up first."""
        self._take_up(ticket, by, now)
        data = said.data(materials=list(materials))
        return self._do(ticket, "ask", by.key, now, body=said.text, public=True, data=data)

    def suspend(self, ticket: Ticket, by: Actor, why: str, *, now: datetime) -> TicketEvent:
        """暂停 of 代办: the clock stands still until 继续办理, whatever the talent says meanwhile. Raises BadMove."""
        if ticket.kind != "agency":
            raise BadMove(ticket.state_name, "只有代办帮办的工单可以暂停")
        self._reason(ticket, why)
        return self._do(ticket, "suspend", by.key, now, body=why, public=True, suspended=True)

    def resume(self, ticket: Ticket, by: Actor, *, why: str = "", now: datetime) -> TicketEvent:
        """继续办理: what was wanted came another way or is not wanted any more; or why it was suspended is over."""
        data = {"suspended": True} if ticket.is_suspended else None
        return self._do(ticket, "resume", by.key, now, body=why, data=data)

    def answer(self, ticket: Ticket, by: Actor, said: Said, *, now: datetime) -> TicketEvent:
        """The final reply (最终答复). One not taken up yet, or waiting, is taken up first: a verb of its own."""
        self._take_up(ticket, by, now, waiting=True)
        return self._do(ticket, "answer", by.key, now, body=said.text, public=True, data=said.data())

    def recall(self, ticket: Ticket, by: Actor, event: TicketEvent, *, now: datetime) -> TicketEvent:
        """Take back a reply that has not gone out: the caller has seen to that. The ticket is 办理中 again. Raises
        Forbidden when an agent takes back a colleague's, BadMove when more has happened since."""
        if event.actor != by.key and by.role == "agent":
            raise Forbidden("recall")
        after = [each for each in self.events(ticket) if each.id >= event.id]
        taken = any(each.kind in ("recall", "unsaid") and data_of(each)["event"] == event.id for each in after)
        if not after or after[0].id != event.id or event.kind not in REPLIES or taken:
            raise BadMove(ticket.state_name)
        if event.old == event.new:
            return self._do(ticket, "unsaid", by.key, now, data={"event": event.id})
        if any(each.old != each.new for each in after[1:]):
            raise BadMove(ticket.state_name)
        return self._do(ticket, "recall", by.key, now, data={"event": event.id})

    def note(self, ticket: Ticket, by: Actor, text: str, *, mentions: Sequence[int] = (), now: datetime) -> TicketEvent:
        """For colleagues only."""
        return self._do(ticket, "note", by.key, now, body=text, data={"mentions": list(mentions)} if mentions else None)

    def call(self, ticket: Ticket, by: Actor, outcome: str, words: str, *, now: datetime) -> TicketEvent:
        """A telephone call with the talent: `outcome` is one of OUTCOMES. Who was reached need not be rung up again."""
        if outcome not in OUTCOMES:
            raise ValueError(outcome)
        done: dict[str, Any] = {"callback_at": None} if outcome == "reached" else {}
        return self._do(ticket, "call", by.key, now, body=words, data={"outcome": outcome}, **done)

    def callback(self, ticket: Ticket, by: Actor, at: datetime | None, *, now: datetime) -> TicketEvent:
        """When they are to be rung up; None: done, or not any more."""
        data = {"at": at.isoformat() if at else ""}
        return self._do(ticket, "callback", by.key, now, data=data, callback_at=at)

    def edit(self, ticket: Ticket, by: Actor, changes: dict[str, Any], *, now: datetime) -> TicketEvent:
        """kind, urgency, topic, confidential, subject: its times follow, and so does its card. Only
        leads and supervisors lift confidentiality (Forbidden). Raises BadMove when nothing changes."""
        new = {name: value for name, value in _clean(changes).items() if getattr(ticket, name) != value}
        if not new:
            raise BadMove(ticket.state_name, "没有改动")
        if new.get("confidential") is False and by.role == "agent":
            raise Forbidden("edit")
        more: dict[str, Any] = {}
        if ticket.state in OPEN and (timed := {name: new[name] for name in ("kind", "urgency") if name in new}):
            events = self.events(ticket)
            more["card"] = self._card(ticket, events, facts(ticket, events)._replace(**timed), now)
        if new.get("confidential") and ticket.assignee is None and may(by, "claim", ticket):
            more |= {"assignee": by.id, "assigned_at": now}  # an agent would not see it any more
        return self._do(ticket, "edit", by.key, now, data=new, **new, **more)

    def invite(self, ticket: Ticket, by: str, *, now: datetime) -> TicketEvent:
        """Ask for a rating; again while 待评价."""
        verb = "invite" if ticket.state == "answered" else "invited"
        if verb == "invited" and (ticket.state not in SAID or ticket.rating is not None):
            raise BadMove(ticket.state_name)
        return self._do(ticket, verb, by, now, invited_at=now, invitations=ticket.invitations + 1)

    def rate(self, ticket: Ticket, rating: int, words: str, *, now: datetime) -> TicketEvent:
        """好差评, once; the ticket is closed with it. Raises BadMove when it is rated or not answered."""
        if ticket.rating is not None or ticket.state not in SAID or rating not in range(1, 6):
            raise BadMove(ticket.state_name)
        verb = "rate" if ticket.state != "closed" else "rated"
        return self._do(
            ticket,
            verb,
            "talent",
            now,
            body=words,
            public=True,
            data={"rating": rating},
            rating=rating,
            rating_words=words[:500],
            rated_at=now,
            heard_at=now,
        )

    def close(self, ticket: Ticket, by: str, *, why: str = "", now: datetime) -> TicketEvent:
        """办结 without a rating. `by`: an Actor's key, or "clock"."""
        return self._do(ticket, "close", by, now, body=why, public=True)

    def reopen(self, ticket: Ticket, by: str, why: str, *, now: datetime) -> TicketEvent:
        """重办: another round with its own times; it stays with whom it was; of who has left, it is free. `by` may be
        "talent"."""
        values: dict[str, Any] = {"heard_at": now} if by == "talent" else {}
        staff = self._session.get(Staff, ticket.assignee) if ticket.assignee else None
        if staff is None or staff.disabled or staff.role not in AT_THE_DESK:
            values |= {"assignee": None, "assigned_at": None}
        return self._do(
            ticket,
            "reopen",
            by,
            now,
            body=why,
            public=True,
            round=ticket.round + 1,
            card="",
            closed_at=None,
            rating=None,
            rating_words="",
            rated_at=None,
            invited_at=None,
            invitations=0,
            **values,
        )

    def _take_up(self, ticket: Ticket, by: Actor, now: datetime, *, waiting: bool = False) -> None:
        """Bring it to 办理中 by the verb that leads there. The classes below tell nobody: what follows is told."""
        if ticket.state in ("new", "returned"):
            Dispatch.accept(self, ticket, by, now=now)
        elif ticket.state == "dispatched":
            Dispatch.sign(self, ticket, by, now=now)
        elif ticket.state == "waiting" and waiting:
            Answering.resume(self, ticket, by, now=now)


def _clean(changes: dict[str, Any]) -> dict[str, Any]:
    """Raises ValueError for what cannot be edited, or not so."""
    found = {name: changes[name].strip()[: _LENGTHS[name]] if name in _LENGTHS else changes[name] for name in changes}
    wrong = [name for name, value in found.items() if name in _EDITABLE and value not in _EDITABLE[name]]
    wrong += [name for name in found if name not in _EDITABLE and name not in _LENGTHS]
    if wrong or found.get("subject") == "":
        raise ValueError(f"cannot be edited: {sorted(wrong) or 'subject'}")
    return found
