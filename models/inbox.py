"""The list of tickets as one member of staff sees it: its pages, its counts, whether it changed, what words find."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, defer

from models.access import Actor, visible
from models.audit import AuditRow
from models.db import Unit
from models.seal import ending
from models.staff import Staff
from models.tally import Tally
from models.ticket import Ticket, TicketEvent
from models.typed import printable
from models.views import SORTS as SORTS
from models.views import VIEWS as VIEWS
from models.views import Filter as Filter
from models.views import chosen, of_view
from models.workbench import Seen

_UNSEEN = (Ticket.detail, Ticket.tried, Ticket.contact)  # nothing of it stands in a list
_LONGEST = 50  # characters of a search
_MOST = 1000  # tickets that words find
_EPOCH, _TICK = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
_NUMBER = re.compile(r"[Tt]?[0-9+][0-9 -]{6,}")  # of a ticket or a telephone
_TAIL = re.compile(r"[0-9]{4}")  # of a telephone number
_REVISION = select(AuditRow.seq).where(AuditRow.action.startswith("ticket.")).order_by(AuditRow.seq.desc()).limit(1)
_MARK = re.compile(r"(none|[0-9]{1,17})\.([0-9]{1,18})")


class Row(NamedTuple):
    """`ticket` comes without detail and contact. `assignee`: the name, "" when nobody has it. `unread`: there
    is more in it than this actor has seen."""

    ticket: Ticket
    assignee: str
    unread: bool


class Page(NamedTuple):
    """`next`: what `page` takes as `after`, "" at the end."""

    rows: list[Row]
    next: str


class _Place(NamedTuple):
    """The last row of a page: `at` None, `last` not 0: it is among those without a time."""

    at: datetime | None
    last: int

    @property
    def timed(self) -> bool:
        return self.at is not None or not self.last


class Inbox:
    """Reads, takes no lock. `key`: Desk.key, so that a telephone number finds its tickets."""

    def __init__(self, unit: Unit, actor: Actor, key: Callable[[str], str] = lambda text: "") -> None:
        self._unit = unit
        self._session = unit.session
        self._actor = actor
        self._key = key
        self._ids: dict[str, list[int]] = {}

    def page(self, wanted: Filter, now: datetime, after: str = "", limit: int = 50) -> Page:
        """Those without a time come last, newest first."""
        where = self._where(wanted, now)
        column, backwards = _ORDERS[wanted.order]
        place = _place(after)
        rows: list[Row] = []
        if column is not None and place.timed:
            timed = [*where, column.is_not(None), *_behind(column, backwards, place)]
            rows = self._rows(timed, column, backwards, limit)
        if len(rows) <= limit:
            rest = [] if place.timed else [Ticket.id < place.last]
            rest += [] if column is None else [column.is_(None)]
            rows += self._rows([*where, *rest], None, True, limit - len(rows))
        return Page(rows[:limit], _mark(rows[limit - 1].ticket, column) if len(rows) > limit else "")

    def counts(self, now: datetime) -> dict[str, int]:
        """How many stand in each of VIEWS."""
        return Tally(self._unit, self._actor, now).of(self._actor)

    def count(self, wanted: Filter, now: datetime) -> int:
        """How many a filter finds, for a saved view."""
        return self._session.scalar(select(func.count()).select_from(Ticket).where(*self._where(wanted, now))) or 0

    def revision(self) -> str:
        """Another one whenever something happened to any ticket. The audit's numbers, because those are committed in
        their order; ids of events are not, and the highest could hide one that comes later."""
        return str(self._unit.execute(_REVISION).scalar() or 0)

    def theirs(self, rows: Sequence[Row]) -> list[Row]:
        """Rows that were read for somebody else who sees them, too, as they are for this actor."""
        read = select(Seen.ticket_id, Seen.event).where(Seen.staff_id == self._actor.id)
        read = read.where(Seen.ticket_id.in_([row.ticket.id for row in rows]))
        seen = {row[0]: row[1] for row in self._unit.execute(read)}
        return [row._replace(unread=row.ticket.last_event > seen.get(row.ticket.id, 0)) for row in rows]

    def search(self, q: str, limit: int = 50) -> list[Row]:
        """Newest first: tickets by number, telephone number or words, of theirs or of what was said in them."""
        found = self._found(q)
        return [] if found is None else self._rows([visible(self._actor), found], None, True, limit - 1)

    def _where(self, wanted: Filter, now: datetime) -> list[ColumnElement[bool]]:
        found = [visible(self._actor), of_view(wanted.view, self._actor, now), *chosen(wanted, self._actor)]
        words = self._found(wanted.q)
        return found if words is None else [*found, words]

    def _found(self, q: str) -> ColumnElement[bool] | None:
        """None: nothing is looked for."""
        q = printable(q).strip()[:_LONGEST]
        if not q:
            return None
        if _NUMBER.fullmatch(q):
            number = Ticket.number.startswith(f"T{q.upper().removeprefix('T')}", autoescape=True)
            return or_(number, Ticket.contact_key == self._key(q))
        if q not in self._ids:
            self._ids[q] = self._saying(q)
        found = Ticket.id.in_(self._ids[q])
        return or_(found, Ticket.contact_tail == self._key(ending(q))) if _TAIL.fullmatch(q) else found

    def _saying(self, q: str) -> list[int]:
        """The newest that hold these words. Everything said is read for it, so once an inbox and not for each page."""
        said = select(TicketEvent.ticket_id).where(_has(TicketEvent.body, q))
        end = Ticket.number.endswith(f"-{q}", autoescape=True)
        held = or_(_has(Ticket.subject, q), _has(Ticket.detail, q), end, Ticket.id.in_(said))
        query = select(Ticket.id).where(visible(self._actor), held)
        return list(self._session.scalars(query.order_by(Ticket.id.desc()).limit(_MOST)))

    def _rows(
        self,
        where: Sequence[ColumnElement[bool]],
        column: InstrumentedAttribute[Any] | None,
        backwards: bool,
        limit: int,
    ) -> list[Row]:
        """One more than `limit`, so that the caller knows whether there are more."""
        seen = and_(Seen.ticket_id == Ticket.id, Seen.staff_id == self._actor.id)
        query: Any = select(Ticket, Staff.name, Seen.event).options(*(defer(each) for each in _UNSEEN))
        query = query.outerjoin(Staff, Staff.id == Ticket.assignee).outerjoin(Seen, seen).where(*where)
        for each in (column, Ticket.id):
            if each is not None:
                query = query.order_by(each.desc() if backwards else each)
        found = self._session.execute(query.limit(limit + 1))
        return [Row(ticket, name or "", ticket.last_event > (event or 0)) for ticket, name, event in found]


def _has(column: InstrumentedAttribute[str], q: str) -> ColumnElement[bool]:
    """Chinese has no small letters, and looking for them costs as much again."""
    cased = q.lower() != q.upper()
    return column.icontains(q, autoescape=True) if cased else column.contains(q, autoescape=True)


_ORDERS: dict[str, tuple[InstrumentedAttribute[Any] | None, bool]] = {
    "due": (Ticket.next_due, False),
    "callback": (Ticket.callback_at, False),
    "heard": (Ticket.heard_at, True),
    "new": (None, True),
}


def _behind(column: InstrumentedAttribute[Any], backwards: bool, place: _Place) -> list[ColumnElement[bool]]:
    """The first condition is for the index."""
    if place.at is None:
        return []
    if backwards:
        return [column <= place.at, or_(column < place.at, Ticket.id < place.last)]
    return [column >= place.at, or_(column > place.at, Ticket.id > place.last)]


def beyond(wanted: Filter, ticket: Ticket, after: str) -> bool:
    """Whether it stands behind the page of which `after` is the `next`."""
    column, backwards = _ORDERS[wanted.order]
    at: datetime | None = getattr(ticket, column.key) if column is not None else None
    place = _place(after)
    if place.at is None:
        return at is None and ticket.id < place.last
    if at is None:
        return True
    here, last = (at, ticket.id), (place.at, place.last)
    return here < last if backwards else here > last


def _mark(ticket: Ticket, column: InstrumentedAttribute[Any] | None) -> str:
    at: datetime | None = getattr(ticket, column.key) if column is not None else None
    return f"{(at - _EPOCH) // _TICK}.{ticket.id}" if at else f"none.{ticket.id}"


def _place(after: str) -> _Place:
    """What `_mark` wrote; anything else is the beginning."""
    found = _MARK.fullmatch(after)
    if found is None:
        return _Place(None, 0)
    at, last = found[1], int(found[2])
    return _Place(None if at == "none" else _EPOCH + int(at) * _TICK, last)
