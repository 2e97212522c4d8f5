"""Tickets that belong together: duplicates shown, merged and parted again; both keep their histories."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, or_, select
from sqlalchemy.orm import load_only

from models.access import Actor, visible
from models.desk import BadMove
from models.desk_answer import Answering
from models.moves import OPEN, SAID
from models.talent import all_of, people
from models.ticket import Ticket, TicketEvent

_LOOK_BACK = timedelta(days=90)
_MOST = 50
_LATELY = 200  # tickets whose subjects are compared

_MERGED = select(Ticket).where(Ticket.merged_into.in_(bindparam("into", expanding=True))).order_by(Ticket.id.desc())


class Joining(Answering):
    """The whole of the desk's verbs; see bot/desk.py for the one that also tells people."""

    def akin(self, actor: Actor, *, openid: str, contact_key: str, beside: int | None, now: datetime) -> list[Ticket]:
        """This person's other tickets of late, newest first: who judges whether it is the same matter is above."""
        who: list[ColumnElement[bool]] = [Ticket.openid.in_(all_of(self._unit, openid))] if openid else []
        who += [Ticket.contact_key == contact_key] if contact_key else []
        if not who:
            return []
        query = select(Ticket).where(or_(*who), visible(actor), Ticket.created_at > now - _LOOK_BACK)
        query = query.where(Ticket.state != "merged", Ticket.id != (beside or 0))
        return list(self._session.scalars(query.order_by(Ticket.id.desc()).limit(_MOST)))

    def lately(self, actor: Actor, ticket: Ticket) -> list[Ticket]:
        """The newest tickets of other people that are worked on or answered, for a look at their subjects; none that is
        confidential. Without detail."""
        query = select(Ticket).where(visible(actor), Ticket.id != ticket.id, Ticket.confidential.is_(False))
        query = query.where(Ticket.state.in_((*OPEN, *SAID)), Ticket.kind != "rectify")
        if ticket.openid:
            query = query.where(Ticket.openid.not_in(all_of(self._unit, ticket.openid)))
        if ticket.contact_key:
            query = query.where(Ticket.contact_key != ticket.contact_key)
        columns = load_only(Ticket.number, Ticket.subject, Ticket.topic, Ticket.state)
        return list(self._session.scalars(query.order_by(Ticket.id.desc()).limit(_LATELY).options(columns)))

    def joined(self, ticket: Ticket) -> list[Ticket]:
        """Those merged into it, also by way of another, newest first."""
        found: dict[int, Ticket] = {}
        beneath = [ticket.id]
        while beneath:
            merged = self._session.scalars(_MERGED, {"into": beneath})
            fresh = [each for each in merged if each.id not in found and each.id != ticket.id]
            found |= {each.id: each for each in fresh}
            beneath = [each.id for each in fresh]
        return sorted(found.values(), key=lambda each: -each.id)

    def merge(self, ticket: Ticket, into: Ticket, by: Actor, *, why: str = "", now: datetime) -> TicketEvent:
        """并单: `ticket` ends, `into` goes on. Raises BadMove when `into` is not open, and for two people's tickets:
        neither may read what the other is answered."""
        if "rectify" in (ticket.kind, into.kind):
            raise BadMove(ticket.state_name, "差评整改要单独办，不能并单")
        if into.id == ticket.id or into.state not in OPEN:
            raise BadMove(into.state_name, "并不进去：那张工单也要还没有答复")
        if not self._one_person([ticket, *self.joined(ticket)], [into, *self.joined(into)]):
            raise BadMove(ticket.state_name, "不是同一个人的工单，不能并单")
        data = {"into": into.number, "was": ticket.state}
        event = self._do(ticket, "merge", by.key, now, body=why, public=True, data=data, merged_into=into.id)
        self._do(into, "joined", by.key, now, body=why, data={"number": ticket.number})
        return event

    def unmerge(self, ticket: Ticket, by: Actor, *, now: datetime) -> TicketEvent:
        """Back to the state it had, its clock as if it had never been merged."""
        if ticket.state != "merged" or ticket.merged_into is None:
            raise BadMove(ticket.state_name)
        merged = next(each for each in reversed(self.events(ticket)) if each.kind == "merge")
        query = select(Ticket).where(Ticket.id == ticket.merged_into).with_for_update()
        into = self._session.scalars(query.execution_options(populate_existing=True)).one()
        event = self._do(
            ticket, "unmerge", by.key, now, to=merged.old, public=True, data={"into": into.number},
            merged_into=None, closed_at=None,
        )  # fmt: skip
        self._do(into, "parted", by.key, now, data={"number": ticket.number})
        return event

    def _one_person(self, some: Sequence[Ticket], others: Sequence[Ticket]) -> bool:
        """As far as is known: one person on WeChat at most, and telephone numbers differ only for who is known by
        that."""
        here, there = (people(self._unit, {each.openid for each in group if each.openid}) for group in (some, others))
        numbers, further = ({each.contact_key for each in group if each.contact_key} for group in (some, others))
        if len(here | there) > 1:
            return False
        return bool(here & there) or not numbers or not further or bool(numbers & further)
