"""What talents do with an event: sign up, wait in a fair order, withdraw, check in, rate.

Each verb holds the event's row first, so verbs on one event come one after the other on every database.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select

from models import reminders
from models.base import OFFICE
from models.event import NO_SEATS, Event, Signup
from models.programme import NoSuchEvent, Programme

RATED_FOR = timedelta(days=30)  # from its start


class Refused(Exception):
    """It can't be done; `why` is the reason in Chinese, without a full stop, fit to be shown."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Seating(Programme):
    """Verbs raise Refused. Nobody is told anything here: what is returned says who is to be."""

    def sign_up(self, event: Event, openid: str, *, remind: bool, now: datetime) -> Signup:
        """Going, or waiting when all seats are taken. Twice changes nothing; after a cancellation it is a new turn.

        A draft takes it only if it is a named day: the person wants to hear of it when its date is settled.
        """
        held = self._hold(event)
        known = self.signup(held, openid)
        if known is not None and known.state != "cancelled":
            return known
        if why := why_not_taken(held, now):
            raise Refused(why)
        seats = self.seats(held)
        free = not held.capacity or (seats.going < held.capacity and not seats.waiting)
        known = self._take(held, openid, known, "going" if free else "waiting", now)
        known.remind = remind
        self._settle(held, now, why="", openid=openid)
        return known

    def withdraw(self, event: Event, openid: str, *, now: datetime) -> Signup | None:
        """Give the seat back; who waited first gets it and is returned, for they are to be told."""
        held = self._hold(event)
        known = self.signup(held, openid)
        if known is None or known.state == "cancelled":
            raise Refused("您没有报名这场活动")
        if known.checked_in_at is not None or held.state_at(now, 0) == "done":
            raise Refused("您已经签到，不能取消了" if known.checked_in_at else "活动已经结束，不用取消了")
        known.state, known.cancelled_at = "cancelled", now
        self._settle(held, now, why="取消报名", openid=openid)
        reminders.take_back(self._unit, held, why="取消报名", openid=openid)
        promoted = self._promote(held, now)
        return promoted[0] if promoted else None

    def remind(self, event: Event, openid: str, wanted: bool, *, now: datetime) -> Signup:
        """The person agrees to be reminded of what they signed up for, or does not any more."""
        held = self._hold(event)
        known = self.signup(held, openid)
        if known is None or known.state == "cancelled":
            raise Refused("您没有报名这场活动")
        known.remind = wanted
        self._settle(held, now, why="不要提醒", openid=openid)
        if not wanted:
            reminders.take_back(self._unit, held, why="不要提醒", openid=openid)
        return known

    def check_in(self, event: Event, openid: str, code: str, *, now: datetime) -> Signup:
        """By the code the organiser shows, on the day. Twice is harmless.

        Without having signed up only where there is no limit: elsewhere the seat may be somebody's who waits.
        """
        held = self._hold(event)
        if held.state in ("draft", "cancelled"):
            raise Refused(f"这场活动{held.state_name}")
        if code.strip().upper() != held.code:
            raise Refused("签到码不对，请看现场公布的签到码")
        if not held.is_on(now.astimezone(OFFICE).date()):
            raise Refused("只能在活动当天签到")
        known = self.signup(held, openid)
        if known is None or known.state == "cancelled":
            known = self._walk_in(held, openid, known, now)
        if known.state == "waiting":
            raise Refused("您还在候补名单上，没有轮到")
        if known.checked_in_at is None:
            known.checked_in_at = now
        self._session.flush()
        return known

    def rate(self, event: Event, openid: str, stars: int, comment: str, *, now: datetime) -> Signup:
        """1 to 5 stars, by who had a seat, once it has begun and for RATED_FOR; may be given anew."""
        held = self._hold(event)
        known = self.signup(held, openid)
        if why := why_not_rated(held, known, now):
            raise Refused(why)
        if known is None or not 1 <= stars <= 5:
            raise Refused("评价是 1 到 5 星")
        known.rating, known.comment = stars, comment
        self._session.flush()
        return known

    def _hold(self, event: Event) -> Event:
        """The event as it is now, and nobody else's until the unit ends."""
        self._unit.lock()
        self._unit.durable = True
        held = self._session.get(Event, event.id, with_for_update=True, populate_existing=True)
        if held is None:
            raise NoSuchEvent(event.number)
        return held

    def _settle(self, held: Event, now: datetime, *, why: str, openid: str = "") -> None:
        """The state follows the seats, the reminders follow both; `why` is said by those that go."""
        self._session.flush()
        held.state = held.state_at(now, self.seats(held).going)
        self._session.flush()
        reminders.fit(self._unit, held, why=why, now=now, openid=openid)

    def _promote(self, held: Event, now: datetime) -> list[Signup]:
        """Seats that are free go to those who wait, first come first served, until it begins."""
        if held.state_at(now, 0) not in ("open", "closed") or (held.starts_at is not None and now >= held.starts_at):
            return []
        query = select(Signup).where(Signup.event_id == held.id, Signup.state == "waiting").order_by(Signup.turn)
        if held.capacity:
            query = query.limit(max(0, held.capacity - self.seats(held).going))
        promoted = list(self._session.scalars(query.execution_options(populate_existing=True)))
        for each in promoted:
            each.state = "going"
        if promoted:
            self._settle(held, now, why="", openid=promoted[0].openid if len(promoted) == 1 else "")
        return promoted

    def _next_turn(self, held: Event) -> int:
        query = select(func.coalesce(func.max(Signup.turn), 0)).where(Signup.event_id == held.id)
        return int(self._session.scalars(query).one()) + 1

    def _walk_in(self, held: Event, openid: str, known: Signup | None, now: datetime) -> Signup:
        if held.capacity:
            raise Refused("您没有报名这场活动，请找现场工作人员")
        taken = self._take(held, openid, known, "going", now)
        taken.remind = False  # of a sign-up they cancelled: nobody has asked them anew
        return taken

    def _take(self, held: Event, openid: str, known: Signup | None, state: str, now: datetime) -> Signup:
        turn = self._next_turn(held)
        if known is None:
            known = Signup(event_id=held.id, openid=openid, remind=False, comment="", turn=turn, state=state)
            known.signed_at = now
            self._session.add(known)
        known.state, known.turn, known.signed_at, known.cancelled_at = state, turn, now, None
        return known


def why_not_taken(event: Event, now: datetime) -> str:
    """Why nobody can sign up now, or wait; as Refused says it, empty when they can."""
    state = event.state_at(now, 0)
    if state == "draft":
        return "" if event.named else "没有这场活动"
    if state in ("cancelled", "done"):
        return f"这场活动{event.state_name if state == 'cancelled' else '已结束'}"
    if state == "closed":
        return "报名已经截止"
    if event.opens_at is not None and now < event.opens_at:
        at = event.opens_at.astimezone(OFFICE)
        return f"报名还没有开始，{at.month}月{at.day}日 {at:%H:%M} 开始"
    return ""


def why_not_rated(event: Event, signup: Signup | None, now: datetime) -> str:
    """Why whose sign-up this is cannot rate it now; as Refused says it, empty when they can."""
    if signup is None or signup.state != "going":
        return "没有您参加这场活动的记录，不能评价"
    if event.state == "cancelled" or event.kind in NO_SEATS:
        return "这场活动不评价"
    if event.state == "draft" or event.starts_at is None or now < event.starts_at:
        return "活动还没有开始，开始以后才能评价"
    return "" if now - event.starts_at <= RATED_FOR else f"活动开始后{RATED_FOR.days}天内可以评价，现在过了"
