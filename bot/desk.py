"""The desk with what it tells people: who is answered, asked or kept waiting hears of it from the same transaction.

What colleagues do among themselves (dispatching, assigning, notes, cards) is told to nobody. Who is not on WeChat is
owed nothing: they are rung up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot import notices
from bot import reply as replies
from bot.reply import Picture
from bot.sla import Sla
from bot.telling import Telling
from models import files, history, outbox
from models.access import Actor
from models.attachment import Attachment
from models.db import Unit
from models.desk import BadMove
from models.desk_answer import Said
from models.desk_dispatch import TooLate
from models.desk_erase import Erasing
from models.files import Files, Refused
from models.history import data_of
from models.materials import Materials
from models.moves import SAID
from models.seal import Seal
from models.ticket import LOW, Ticket, TicketEvent

UNDO = timedelta(seconds=10)  # within which a reply can be taken back: so long it stays here
RECALLED = "工作人员撤回了"
_OVERTAKEN = "后面的消息已经说明，不用再发"
_GRACE = timedelta(minutes=5)  # who is answered within it need not hear first that somebody has begun
_NEWS_FOR = timedelta(days=1)
_REPLIES = ("interim", "answer", "ask")


class Serving(Erasing):
    """The verbs of the desk; those that concern the talent owe a notice."""

    def __init__(self, unit: Unit, seal: Seal, deadlines: Sla, telling: Telling) -> None:
        super().__init__(unit, seal, deadlines)
        self.telling = telling
        self._sla = deadlines
        self._files = Files(unit, seal)
        self.materials = Materials(unit)

    def accept(self, ticket: Ticket, by: Actor, *, now: datetime) -> TicketEvent:
        first = ticket.accepted_at is None
        return self._begun(ticket, super().accept(ticket, by, now=now), now, first=first)

    def sign(self, ticket: Ticket, by: Actor, *, now: datetime) -> TicketEvent:
        first = ticket.accepted_at is None
        return self._begun(ticket, super().sign(ticket, by, now=now), now, first=first)

    def interim(self, ticket: Ticket, by: Actor, said: Said, *, now: datetime) -> TicketEvent:
        return self._said(ticket, super().interim(ticket, by, said, now=now), said, now)

    def ask(
        self, ticket: Ticket, by: Actor, said: Said, *, materials: Sequence[str] = (), now: datetime
    ) -> TicketEvent:
        """The materials are put on the ticket's list, and off it again by `recall`."""
        there = {each.name: each.state for each in self.materials.of(ticket.id) if each.name in materials}
        event = super().ask(ticket, by, replace(said, there=there), materials=materials, now=now)
        self.materials.want(ticket.id, materials, by.id, now=now)
        return self._said(ticket, event, said, now, materials=self.telling.materials(materials))

    def answer(self, ticket: Ticket, by: Actor, said: Said, *, now: datetime) -> TicketEvent:
        if ticket.state == "new":
            super().accept(ticket, by, now=now)  # not told: the answer is
        return self._said(ticket, super().answer(ticket, by, said, now=now), said, now)

    def recall(self, ticket: Ticket, by: Actor, event: TicketEvent, *, now: datetime) -> TicketEvent:
        """Raises TooLate when it is out or on its way; BadMove when more has happened since."""
        if event.ticket_id != ticket.id or event.kind not in _REPLIES:
            raise BadMove(ticket.state_name)
        moved = [each for each in self.events(ticket) if each.old != each.new]
        if event.old != event.new and moved[-1].id != event.id:
            raise BadMove(ticket.state_name)
        if ticket.seen >= event.id:
            raise TooLate("对方已经在手机页面上看到了，撤不回来")
        done = super().recall(ticket, by, event, now=now)
        if not outbox.take_back(self._unit, notices.of_event(event.id), RECALLED):
            raise TooLate("已经发给对方了，撤不回来")
        self._files.untie(event.id)
        asked: dict[str, Any] = data_of(event)
        names, there = asked.get("materials", []), asked.get("there", {})
        self.materials.unwant(ticket.id, names, there, at=event.at, by=by.id, now=now)
        return done

    def until(self, ticket: Ticket, held: TicketEvent | None) -> str:
        """`Telling.until`; as it was before the reply `held`, where one may still be taken back."""
        if held is None:
            return self.telling.until(ticket)
        before = [each for each in self.events(ticket) if each.id < held.id]
        due = self._sla.due(history.facts(ticket, before))
        return self.telling.by(due.resolve, unknown=due.unknown)

    def suspend(self, ticket: Ticket, by: Actor, why: str, *, now: datetime) -> TicketEvent:
        event = super().suspend(ticket, by, why, now=now)
        self._drop(ticket, "accepted")  # it names a day that is off
        return self._news("suspended", ticket, event, now, why=why)

    def resume(self, ticket: Ticket, by: Actor, *, why: str = "", now: datetime) -> TicketEvent:
        """Told to whom it was suspended for; who sent what was wanted knows."""
        suspended = ticket.is_suspended
        event = super().resume(ticket, by, why=why, now=now)
        if not suspended:
            return event
        return self._news("resumed", ticket, event, now, until=self.telling.until(ticket), why=self.telling.why(why))

    def grant(self, ticket: Ticket, by: Actor, days: int, *, why: str = "", now: datetime) -> TicketEvent:
        event = super().grant(ticket, by, days, why=why, now=now)
        told = {"days": days, "until": self.telling.until(ticket), "why": self.telling.why(why)}
        return self._news("extended", ticket, event, now, **told)

    def refuse(self, ticket: Ticket, by: Actor, why: str, *, now: datetime) -> TicketEvent:
        event = super().refuse(ticket, by, why, now=now)
        self._drop(ticket, "accepted")
        self._owe("ticket_answer", ticket, self.telling.told("refused", ticket, now, why=why), event, now + UNDO, now)
        return event

    def merge(self, ticket: Ticket, into: Ticket, by: Actor, *, why: str = "", now: datetime) -> TicketEvent:
        event = super().merge(ticket, into, by, why=why, now=now)
        self._drop(ticket, "accepted")
        return self._news("merged", ticket, event, now, into=into.number)

    def unmerge(self, ticket: Ticket, by: Actor, *, now: datetime) -> TicketEvent:
        event = super().unmerge(ticket, by, now=now)
        return self._news("parted", ticket, event, now, until=self.telling.until(ticket))

    def reopen(self, ticket: Ticket, by: str, why: str, *, now: datetime) -> TicketEvent:
        """Who asked for it themselves has been told in the chat."""
        self._drop(ticket, f"invite:{ticket.round}")
        event = super().reopen(ticket, by, why, now=now)
        if by == "talent":
            return event
        return self._news("reopened", ticket, event, now, until=self.telling.until(ticket), why=self.telling.why(why))

    def invite(self, ticket: Ticket, by: str, *, now: datetime) -> TicketEvent:
        """The next invitation takes the place of one that has not gone out."""
        event = super().invite(ticket, by, now=now)
        self._drop(ticket, f"invite:{ticket.round}")
        told = self.telling.invitation(ticket, now)
        self._owe("ticket_rating", ticket, told, event, now, now, of=f"invite:{ticket.round}:{event.id}")
        return event

    def rate(self, ticket: Ticket, rating: int, words: str, *, now: datetime) -> TicketEvent:
        """A low one opens the 整改 ticket, which `follower` gives; that one's own rating opens no further one."""
        event = super().rate(ticket, rating, words, now=now)
        self._drop(ticket, f"invite:{ticket.round}")
        if rating in LOW and ticket.kind != "rectify":
            self.rectify(ticket, callback_at=self._sla.ring_back(now), now=now)
        return event

    def close(self, ticket: Ticket, by: str, *, why: str = "", now: datetime) -> TicketEvent:
        """Told to nobody: the answer was."""
        event = super().close(ticket, by, why=why, now=now)
        self._drop(ticket, f"invite:{ticket.round}")
        return event

    def withdraw(self, ticket: Ticket, *, now: datetime) -> None:
        super().withdraw(ticket, now=now)
        self._drop(ticket, "accepted")

    def _begun(self, ticket: Ticket, event: TicketEvent, now: datetime, *, first: bool) -> TicketEvent:
        """By whom and until when, once, should the answer not come before it."""
        if first:
            who, until = self.telling.unit(ticket.unit), self.telling.until(ticket)
            told = self.telling.told("accepted", ticket, now, who=who, until=until)
            due, over = now + _GRACE, now + _NEWS_FOR
            self._owe("ticket_news", ticket, told, event, due, now, of="accepted", until=over)
        return event

    def _said(self, ticket: Ticket, event: TicketEvent, said: Said, now: datetime, **values: str) -> TicketEvent:
        self._drop(ticket, "accepted")
        key = "more" if event.kind == "interim" and event.old in SAID else event.kind
        told = self.telling.told(key, ticket, now, text=said.text.strip(), **values)
        self._owe("ticket_answer", ticket, told, event, now + UNDO, now)
        for number, file in enumerate(self._files.tie(ticket, said.attachments, event.id), 1):
            self._owe_picture(ticket, file, f"{notices.of_event(event.id)}:{number}", now)
        return event

    def _owe_picture(self, ticket: Ticket, file: Attachment, key: str, now: datetime) -> None:
        """Behind its text. Raises Refused for what WeChat does not take; who is not on WeChat gets it otherwise."""
        whose = self._whose(ticket)
        if not whose.openid:
            return
        if why := files.why_unsent(file):
            raise Refused(why)
        body = replies.dump(Picture("", file.id))
        account = _account(whose)
        outbox.add(
            self._unit, whose.openid, notices.REPLY, body, dedup=key, now=now, due_at=now + UNDO, account=account
        )

    def _news(self, key: str, ticket: Ticket, event: TicketEvent, now: datetime, **values: object) -> TicketEvent:
        self._owe("ticket_news", ticket, self.telling.told(key, ticket, now, **values), event, now, now)
        return event

    def _owe(
        self,
        name: str,
        ticket: Ticket,
        told: Mapping[str, Any],
        event: TicketEvent,
        due: datetime,
        now: datetime,
        *,
        of: str = "",
        until: datetime | None = None,
    ) -> None:
        """`of`: what is owed of the ticket rather than of the event, so that it can be found again and dropped."""
        whose = self._whose(ticket)
        if not whose.openid:
            return
        account = _account(whose)
        key = notices.of_ticket(ticket.number, of) if of else notices.of_event(event.id)
        notices.owe(self._unit, name, whose.openid, told, dedup=key, now=now, due_at=due, until=until, account=account)

    def _whose(self, ticket: Ticket) -> Ticket:
        """A ticket of somebody on WeChat that was merged into one taken by telephone is answered with it."""
        if ticket.openid:
            return ticket
        return next((each for each in self.joined(ticket) if each.openid), ticket)

    def _drop(self, ticket: Ticket, what: str) -> None:
        outbox.drop_under(self._unit, notices.of_ticket(ticket.number, what), _OVERTAKEN)


def _account(ticket: Ticket) -> str:
    """Whose openid it carries."""
    return "miniapp" if ticket.source == "miniapp" else "service"
