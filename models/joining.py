"""What a person has once, brought under one openid when two turn out to be one person.

Rows of record stay where they are. A sign-up is held by its event's row, as every verb on it; two for the same event
become one, and the seat that falls free goes to who waits.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, inspect, select, update

from models import outbox, reminders
from models.agreement import AgreementRow
from models.db import Clash, Stale, Unit
from models.event import Event, ReminderRow, Signup
from models.interest import Interest
from models.seating import Seating

WHY = "两个账号合并"
_RANKS = {"going": 0, "waiting": 1, "cancelled": 2}


class Promoted(NamedTuple):
    """Somebody who waited and now has the seat that was taken twice; they are to be told."""

    event: Event
    signup: Signup


def gather(unit: Unit, old: str, new: str, now: datetime) -> list[Promoted]:
    """Nothing of what a person has once stands under the openid `old` any more. May be done again at any time.

    Raises Stale (run again).
    """
    unit.lock()
    unit.durable = True
    try:
        _agreements(unit, old, new)
        _interests(unit, old, new)
        return _Gathering(unit).bring(old, new, now)
    except Clash as error:  # they did the same thing by the other openid at this moment
        raise Stale from error


def _agreements(unit: Unit, old: str, new: str) -> None:
    """Of two for one purpose the later word counts, be it yes or no."""
    session = unit.session
    for row in session.scalars(select(AgreementRow).where(AgreementRow.openid == old).with_for_update()).all():
        known = session.get(AgreementRow, (new, row.purpose), with_for_update=True)
        if known is None or _said_at(row) > _said_at(known):
            values = _values(row) | {"openid": new}
            if known is not None:
                session.delete(known)
                session.flush()
            session.add(AgreementRow(**values))
        session.delete(row)
        session.flush()


def _said_at(row: AgreementRow) -> datetime:
    return row.given_at if row.withdrawn_at is None else max(row.given_at, row.withdrawn_at)


def _interests(unit: Unit, old: str, new: str) -> None:
    session = unit.session
    for row in session.scalars(select(Interest).where(Interest.openid == old).with_for_update()).all():
        known = session.scalar(select(Interest).where(Interest.openid == new, Interest.item == row.item))
        if known is None:
            row.openid = new
        else:
            known.note = known.note or row.note
            known.created_at = min(known.created_at, row.created_at)
            session.delete(row)
        session.flush()


class _Gathering(Seating):
    def bring(self, old: str, new: str, now: datetime) -> list[Promoted]:
        query = select(Signup.event_id).where(Signup.openid == old).order_by(Signup.event_id)
        found: list[Promoted] = []
        for number in list(self._session.scalars(query)):
            event = self._session.get(Event, number)
            if event is not None:
                found += self._of_one(event, old, new, now)
        return found

    def _of_one(self, event: Event, old: str, new: str, now: datetime) -> list[Promoted]:
        held = self._hold(event)
        mine, known = self.signup(held, old), self.signup(held, new)
        if mine is None:
            return []  # somebody was faster
        if known is None:
            mine.openid = new
        else:
            _merge(mine, known)
            self._session.delete(mine)
        self._session.flush()
        _move_reminders(self._unit, held, old, new)
        self._settle(held, now, why=WHY, openid=new)
        return [Promoted(held, each) for each in self._promote(held, now)]


def _merge(mine: Signup, known: Signup) -> None:
    """Into `known`: the better of two seats, the earlier of two turns, and whatever either of them did."""
    known.remind = any(each.remind for each in (mine, known) if each.state != "cancelled")
    if (_RANKS[mine.state], mine.turn) < (_RANKS[known.state], known.turn):
        known.state, known.turn = mine.state, mine.turn
        known.signed_at, known.cancelled_at = mine.signed_at, mine.cancelled_at
    known.checked_in_at = known.checked_in_at or mine.checked_in_at
    if known.rating is None:
        known.rating, known.comment = mine.rating, mine.comment


def _move_reminders(unit: Unit, event: Event, old: str, new: str) -> None:
    """With those that are in the outbox and not on their way; what both were to be told is told once."""
    of = (ReminderRow.event_id == event.id, ReminderRow.openid == old)
    theirs = select(ReminderRow.kind, ReminderRow.due_at).where(
        ReminderRow.event_id == event.id, ReminderRow.openid == new
    )
    known = {tuple(row) for row in unit.execute(theirs)}
    twice = []
    for row in unit.execute(select(ReminderRow.id, ReminderRow.kind, ReminderRow.due_at).where(*of)).all():
        if (row.kind, row.due_at) in known:
            twice.append(row.id)
        else:
            unit.execute(update(ReminderRow).where(ReminderRow.id == row.id).values(openid=new))
    if twice:
        outbox.drop_all(unit, [reminders.dedup(each) for each in twice], WHY)
        unit.execute(delete(ReminderRow).where(ReminderRow.id.in_(twice)))


def _values(row: AgreementRow) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in inspect(AgreementRow).columns}
