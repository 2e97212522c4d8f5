"""After the answer: words to a rating, and the 整改 ticket that a low one opens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select, update

from models.base import UtcTime
from models.desk import BadMove, NewTicket, NoSuchTicket
from models.desk_join import Joining
from models.history import data_of
from models.ticket import FORGOTTEN, LOW, RATING_NAMES, Ticket, TicketEvent

WORDS = 500  # of a comment
_RANG = (Ticket.openid == "", Ticket.subject != FORGOTTEN)
_WORDS_FOR = timedelta(days=1)


_SINCE = (
    select(func.count())
    .select_from(Ticket)
    .where(
        Ticket.openid.in_(bindparam("openids", expanding=True)), Ticket.created_at > bindparam("moment", type_=UtcTime)
    )
)
_EVENTS_OF = (
    select(TicketEvent)
    .where(
        TicketEvent.ticket_id.in_(bindparam("tickets", expanding=True)),
        TicketEvent.kind.in_(bindparam("kinds", expanding=True)),
    )
    .order_by(TicketEvent.id)
)


class Aftermath(Joining):
    """The whole of the desk's verbs; see bot/desk.py for the one that also tells people."""

    def _theirs(self, openids: Sequence[str], number: str) -> Ticket:
        """Also one taken by telephone that one of theirs was merged into: that is where they are answered."""
        try:
            return super()._theirs(openids, number)
        except NoSuchTicket:
            found = self._session.scalar(select(Ticket).where(Ticket.number == number, *_RANG))
            if found is None or all(each.openid not in openids for each in self.joined(found)):
                raise
            return found

    def count_since(self, openids: Sequence[str], moment: datetime) -> int:
        """How many a person has handed in after it."""
        given = {"openids": [each for each in openids if each], "moment": moment}
        return int(self._unit.execute(_SINCE, given).scalar_one())

    def events_of(self, tickets: Sequence[Ticket], kinds: Sequence[str]) -> dict[int, list[TicketEvent]]:
        """By id of the ticket, oldest first."""
        found: dict[int, list[TicketEvent]] = {each.id: [] for each in tickets}
        for event in self._session.scalars(_EVENTS_OF, {"tickets": list(found), "kinds": list(kinds)}):
            found[event.ticket_id].append(event)
        return found

    def see(self, ticket: Ticket, event: int) -> None:
        """They have seen it on a page, up to that event: what they saw cannot be taken back. The ticket is held. It is
        no verb on it: nothing changes for anybody else."""
        if event > ticket.seen:
            self._unit.durable = True
            self._unit.execute(update(Ticket).where(Ticket.id == ticket.id).values(seen=event))
            self._session.refresh(ticket)

    def see_all(self, events: Sequence[int]) -> None:
        """`see` for each ticket that these happened to: they are held until the unit ends."""
        if not events:
            return
        self._unit.lock()
        newest = select(TicketEvent.ticket_id, func.max(TicketEvent.id)).where(TicketEvent.id.in_(events))
        by_ticket = newest.group_by(TicketEvent.ticket_id).order_by(TicketEvent.ticket_id)
        for number, event in self._unit.execute(by_ticket).all():
            self.see(self._session.get_one(Ticket, number, with_for_update=True, populate_existing=True), event)

    def send(self, ticket: Ticket, text: str, *, now: datetime) -> TicketEvent:
        """`add` from a page, where files may come without a word. Raises BadMove."""
        self._open_still(ticket)
        waits = ticket.state == "waiting" and not ticket.suspended
        verb = "resume" if waits else "added" if text else "attached"
        return self._do(ticket, verb, "talent", now, body=text, public=True, heard_at=now)

    def may_comment(self, ticket: Ticket, *, now: datetime) -> bool:
        return ticket.rated_at is not None and not ticket.rating_words and now - ticket.rated_at <= _WORDS_FOR

    def comment(self, ticket: Ticket, words: str, *, now: datetime) -> TicketEvent:
        """What they say to the rating just given, once. Raises BadMove."""
        if not self.may_comment(ticket, now=now):
            raise BadMove(ticket.state_name)
        words = words[:WORDS]
        return self._do(ticket, "comment", "talent", now, body=words, public=True, heard_at=now, rating_words=words)

    def remark(self, ticket: Ticket, words: str, *, now: datetime) -> bool:
        """`comment`; what a low rating is about goes to whoever puts it right as well. True: they have it. Raises
        BadMove when nobody would read it."""
        after = self.follower(ticket) if ticket.rating in (None, *LOW) else None
        told = after is not None and after.is_open
        if after is not None and told:
            self.add(after, words, now=now)
        try:
            self.comment(ticket, words, now=now)
        except BadMove:
            if not told:
                raise
        return told

    def rectify(self, ticket: Ticket, *, callback_at: datetime | None, now: datetime) -> Ticket:
        """差评整改 of a ticket just rated low: with its own times, to be rung up at `callback_at`. Raises BadMove when
        the rating was not low, or this was done for it."""
        if ticket.rating not in LOW or ticket.rated_at is None:
            raise BadMove(ticket.state_name)
        query = select(Ticket.id).where(Ticket.follows == ticket.id, Ticket.created_at >= ticket.rated_at)
        if self._session.scalar(query.limit(1)) is not None:
            raise BadMove(ticket.state_name)
        answers = [each.body for each in self.events(ticket) if each.kind == "answer"]
        level = RATING_NAMES[ticket.rating]
        lines = [f"工单 {ticket.number}（第 {ticket.round} 次办理）被评为“{level}”。"]
        lines += [f"评价时说：{ticket.rating_words}"] if ticket.rating_words else []
        lines += [f"答复是：{answers[-1]}"] if answers else []
        new = NewTicket(
            subject=f"整改：{ticket.subject}"[:190],
            detail="\n".join(lines),
            kind="rectify",
            topic=ticket.topic,
            contact=self.readable(ticket.contact) or "",
            source="miniapp" if ticket.source == "miniapp" else "inside",
            confidential=ticket.confidential,
            caller=self.readable(ticket.caller) or "",
            callback_at=callback_at,
            follows=ticket.id,
            demo=ticket.demo,
        )
        return self.open(ticket.openid, new, now=now, by="bot")

    def undelivered(self, ticket: Ticket, reply: int, *, now: datetime) -> TicketEvent:
        """The talent has not got that reply and will not: they are to be rung up. Raises BadMove when it is known."""
        if any(each.kind == "failed" and data_of(each)["event"] == reply for each in self.events(ticket)):
            raise BadMove(ticket.state_name)
        at = ticket.callback_at or now
        return self._do(ticket, "failed", "clock", now, data={"event": reply}, callback_at=at)

    def follower(self, ticket: Ticket) -> Ticket | None:
        """The newest 整改 ticket of a ticket."""
        query = select(Ticket).where(Ticket.follows == ticket.id).order_by(Ticket.id.desc())
        return self._session.scalar(query.limit(1))

    def into(self, ticket: Ticket) -> Ticket | None:
        """The one it was merged into."""
        return self._session.get(Ticket, ticket.merged_into) if ticket.merged_into else None

    def reach(self, ticket: Ticket, contact: str, *, now: datetime) -> TicketEvent:
        """The talent leaves a number to be rung up at; it is sealed. Raises BadMove when nobody works on it."""
        self._open_still(ticket)
        sealed, key, tail = self._seal.close(contact), self._seal.key(contact), self._seal.tail(contact)
        kept: dict[str, Any] = {"contact": sealed, "contact_key": key, "contact_tail": tail}
        return self._do(ticket, "reached", "talent", now, heard_at=now, **kept)
