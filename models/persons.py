"""The talents as staff look them up: those with something the actor may see; nothing here is unmasked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, case, func, or_, select

from models.access import Actor, visible
from models.agreement import AgreementRow
from models.chatlog import readable
from models.consent import ConsentRow
from models.db import Unit
from models.event import Event, Signup
from models.message import MessageRow
from models.moves import OPEN
from models.person import Person
from models.ticket import Ticket

PAGE = 50
ONLY = {"": "全部", "open": "有没办完的工单", "following": "关注着", "left": "取消了关注", "rang": "没用微信"}
_FOLLOWING = {"following": True, "left": False}
_RINGING = "~"  # before the contact_key of who only rang up; behind every openid in their order


class Known(NamedTuple):
    """`who`: an openid, or what stands for somebody who only rang up. `tickets`: those the actor may see; `last`,
    `named`, `reached`: the newest of them, the newest with a name, with a number. `person` None: never followed."""

    who: str
    person: Person | None
    tickets: int
    seen_at: datetime | None
    last: Ticket | None
    named: Ticket | None
    reached: Ticket | None

    @property
    def rang(self) -> bool:
        return self.who.startswith(_RINGING)


class Persons:
    """Reads, takes no lock. Staff of the hotline see everybody; those of a unit, whose tickets they see."""

    def __init__(self, unit: Unit, actor: Actor) -> None:
        self._unit = unit
        self._session = unit.session
        self._actor = actor

    def found(
        self, q: str, key: str = "", tail: str = "", *, only: str = "", after: str = "", limit: int = PAGE
    ) -> list[Known]:
        """By what stands in a ticket or was said, by a telephone number (`key`: Seal.key of it) or its end (`tail`: of
        `seal.ending`), or all; `only` of ONLY. By openid, and then those who only rang up."""
        where: list[ColumnElement[bool]] = [visible(self._actor)]
        if q:
            ways = [Ticket.subject.contains(q, autoescape=True), Ticket.number == q.upper()]
            ways += [Ticket.contact_key == key] * bool(key) + [Ticket.contact_tail == tail] * bool(tail)
            where.append(or_(*ways))
        some: list[str] = []
        if only != "rang" and not after.startswith(_RINGING):
            some = self._following(q, where, only, after, limit)
        rang = self._ringing(where, only, after, limit - len(some)) if only not in _FOLLOWING else []
        return self._known([*some, *rang])

    def _following(self, q: str, where: Sequence[ColumnElement[bool]], only: str, after: str, limit: int) -> list[str]:
        of = select(Ticket.openid).where(Ticket.openid > after, *where, *self._among(Ticket.openid, only))
        some = set(self._unit.execute(of.order_by(Ticket.openid).distinct().limit(limit)).scalars())
        if self._actor.hotline:
            said: Any = self._saying(q) if q else select(Person.openid)
            column = said.selected_columns[0]
            more = said.where(column > after, *self._among(column, only)).order_by(column).limit(limit)
            some |= set(self._unit.execute(more).scalars())
        return sorted(some)[:limit]

    def _ringing(self, where: Sequence[ColumnElement[bool]], only: str, after: str, limit: int) -> list[str]:
        rang = after.removeprefix(_RINGING) if after.startswith(_RINGING) else ""
        calls = select(Ticket.contact_key).where(Ticket.openid == "", Ticket.contact_key > rang, *where)
        if only == "open":
            calls = calls.where(Ticket.contact_key.in_(self._open(Ticket.contact_key).where(Ticket.openid == "")))
        calls = calls.order_by(Ticket.contact_key).distinct().limit(limit)
        return [f"{_RINGING}{each}" for each in self._unit.execute(calls).scalars()]

    def _among(self, openid: Any, only: str) -> list[ColumnElement[bool]]:
        if only == "open":
            return [openid.in_(self._open(Ticket.openid))]
        if only not in _FOLLOWING:
            return []
        return [openid.in_(select(Person.openid).where(Person.following.is_(_FOLLOWING[only])))]

    def _open(self, column: Any) -> Any:
        """Of the open tickets this actor may see."""
        return select(column).where(visible(self._actor), Ticket.state.in_(OPEN)).correlate(None)

    def _saying(self, q: str) -> Any:
        """Of the chats this actor may read."""
        said = (MessageRow.text.contains(q, autoescape=True), readable(self._actor))
        return select(MessageRow.openid).where(*said).distinct()

    def one(self, who: str) -> Known | None:
        """None: nobody this actor may see."""
        known = self._known([who])[0]
        seen = known.tickets or (self._actor.hotline and (known.person is not None or known.seen_at is not None))
        return known if who.removeprefix(_RINGING) and seen else None

    def _known(self, some: Sequence[str]) -> list[Known]:
        counted = self._counted(some)
        last = select(MessageRow.openid, func.max(MessageRow.received_at)).where(MessageRow.openid.in_(some))
        seen = {row[0]: row[1] for row in self._unit.execute(last.group_by(MessageRow.openid))}
        people = {each.openid: each for each in self._session.scalars(select(Person).where(Person.openid.in_(some)))}
        wanted = select(Ticket).where(Ticket.id.in_({at for row in counted.values() for at in row[1:] if at}))
        held = {each.id: each for each in self._session.scalars(wanted)}

        def known(who: str) -> Known:
            tickets, *newest = counted.get(who, (0, None, None, None))
            return Known(who, people.get(who), tickets or 0, seen.get(who), *(held.get(at or 0) for at in newest))

        return [known(who) for who in some]

    def _counted(self, some: Sequence[str]) -> dict[str, tuple[int | None, ...]]:
        """Of each: how many, and the ids of the newest, the newest with a name and the newest with a number."""
        newest = [func.max(case((column != "", Ticket.id))) for column in (Ticket.caller, Ticket.contact)]
        asked: Any = select(Ticket.openid, func.count(), func.max(Ticket.id), *newest).where(visible(self._actor))
        found = asked.where(Ticket.openid.in_([who for who in some if who])).group_by(Ticket.openid)
        rang: Any = select(Ticket.contact_key, func.count(), func.max(Ticket.id), *newest).where(visible(self._actor))
        keys = [who.removeprefix(_RINGING) for who in some if who.startswith(_RINGING)]
        rang = rang.where(Ticket.openid == "", Ticket.contact_key.in_(keys)).group_by(Ticket.contact_key)
        counted = {row[0]: tuple(row[1:]) for row in self._unit.execute(found)}
        return counted | {f"{_RINGING}{row[0]}": tuple(row[1:]) for row in self._unit.execute(rang)}

    def tickets(self, who: str) -> list[Ticket]:
        rang = (Ticket.openid == "", Ticket.contact_key == who.removeprefix(_RINGING))
        theirs = rang if who.startswith(_RINGING) else (Ticket.openid == who,)
        query = select(Ticket).where(visible(self._actor), *theirs).order_by(Ticket.id.desc())
        return list(self._session.scalars(query.limit(PAGE)))

    def agreements(self, openid: str) -> list[AgreementRow]:
        return list(self._session.scalars(select(AgreementRow).where(AgreementRow.openid == openid)))

    def consents(self, openid: str) -> list[ConsentRow]:
        return list(self._session.scalars(select(ConsentRow).where(ConsentRow.openid == openid)))

    def events(self, openid: str) -> list[tuple[Event, Signup]]:
        query = select(Event, Signup).join(Signup, Signup.event_id == Event.id).where(Signup.openid == openid)
        return [
            (event, signup) for event, signup in self._session.execute(query.order_by(Signup.id.desc()).limit(PAGE))
        ]
