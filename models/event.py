"""Events people sign up for (人才日 and others), who signed up, and the reminders they are owed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import OFFICE, Base, OpenId, RowId, UtcTime, exact

State = Literal["draft", "open", "full", "closed", "cancelled", "done"]
STATE_NAMES = {
    "draft": "未发布",
    "open": "报名中",
    "full": "名额已满",
    "closed": "报名已截止",
    "cancelled": "已取消",
    "done": "已结束",
}
NO_SEATS = ("deadline", "call")  # kinds: days to keep in mind; nobody takes a seat
SHOWN = ("open", "full", "closed")  # to talents; a named day is found as a draft too, by its name
_DAY = timedelta(days=1)


class Event(Base):
    """Texts nobody has said yet are "unknown" and told as such. A draft has no reminders and is not shown."""

    __tablename__ = "event"
    __table_args__ = exact(UniqueConstraint("named", "year"), Index("ix_event_state_starts_at", "state", "starts_at"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    number: Mapped[str] = mapped_column(String(16), unique=True)  # H20270423-01
    title: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16))  # day | activity | deadline | call
    place: Mapped[str] = mapped_column(String(190), default="unknown")
    starts_at: Mapped[datetime | None] = mapped_column(UtcTime)  # of a deadline: the deadline itself
    ends_at: Mapped[datetime | None] = mapped_column(UtcTime)
    all_day: Mapped[bool] = mapped_column(default=False)  # the day is known, the hour is not
    capacity: Mapped[int] = mapped_column(default=0)  # 0: no limit
    opens_at: Mapped[datetime | None] = mapped_column(UtcTime)  # of the sign-up; None: at once
    closes_at: Mapped[datetime | None] = mapped_column(UtcTime)  # None: at the start
    audience: Mapped[str] = mapped_column(String(190), default="")  # who it is meant for, in words
    contact: Mapped[str] = mapped_column(String(190), default="unknown")
    agenda: Mapped[str] = mapped_column(Text, default="")
    materials: Mapped[str] = mapped_column(Text, default="")  # what to bring
    remind: Mapped[str] = mapped_column(String(190), default="")  # before the start: "7d 1d 2h"
    remind_text: Mapped[str] = mapped_column(Text, default="")  # instead of the common wording
    state: Mapped[str] = mapped_column(String(16), default="draft")
    why: Mapped[str] = mapped_column(String(190), default="")  # it was cancelled
    demo: Mapped[bool] = mapped_column(default=False)
    code: Mapped[str] = mapped_column(String(16), default="")  # of the check-in
    named: Mapped[str | None] = mapped_column(String(64))  # the day of days.yaml it is, with its year
    year: Mapped[int | None]
    by_content: Mapped[bool] = mapped_column(default=False)  # its date stands in days.yaml, and was not set by staff
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    updated_at: Mapped[datetime] = mapped_column(UtcTime)

    @property
    def state_name(self) -> str:
        return STATE_NAMES[self.state]

    @property
    def shuts_at(self) -> datetime | None:
        """From here on nobody signs up."""
        return self.closes_at or self.starts_at

    @property
    def over_at(self) -> datetime | None:
        """Its end; of an event that does not say one, the end of its day in the office."""
        if self.ends_at is not None or self.starts_at is None:
            return self.ends_at
        return self.starts_at if self.kind == "deadline" and not self.all_day else midnight(self.starts_at) + _DAY

    def is_ahead(self, now: datetime) -> bool:
        return self.starts_at is not None and now < self.starts_at

    def state_at(self, now: datetime, going: int) -> str:
        """What time and seats make of it. Drafts and cancelled events stay what they are."""
        if self.state in ("draft", "cancelled") or self.starts_at is None:
            return self.state
        if self.over_at is not None and now >= self.over_at:
            return "done"
        if self.shuts_at is not None and now >= self.shuts_at:
            return "closed"
        return "full" if self.capacity and going >= self.capacity else "open"

    def is_on(self, day: date) -> bool:
        """Whether it takes place on this day of the office."""
        if self.starts_at is None:
            return False
        last = self.ends_at or self.starts_at
        return self.starts_at.astimezone(OFFICE).date() <= day <= last.astimezone(OFFICE).date()


def midnight(at: datetime) -> datetime:
    """The beginning of that day in the office."""
    return at.astimezone(OFFICE).replace(hour=0, minute=0, second=0, microsecond=0)


class Signup(Base):
    """`turn` orders the waiting list: who cancels and comes back stands at its end."""

    __tablename__ = "signup"
    __table_args__ = exact(UniqueConstraint("event_id", "openid"), Index("ix_signup_openid_state", "openid", "state"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    openid: Mapped[str] = mapped_column(OpenId)
    state: Mapped[str] = mapped_column(String(16))  # going | waiting | cancelled
    turn: Mapped[int]
    remind: Mapped[bool] = mapped_column(default=False)  # the person agreed to be reminded of this event
    signed_at: Mapped[datetime] = mapped_column(UtcTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcTime)
    checked_in_at: Mapped[datetime | None] = mapped_column(UtcTime)
    rating: Mapped[int | None]  # 1 to 5
    comment: Mapped[str] = mapped_column(Text, default="")


class ReminderRow(Base):
    """`kind` is how long before the start ("7d"); `state`: due | queued (in the outbox) | cancelled | expired."""

    __tablename__ = "reminder"
    __table_args__ = exact(
        UniqueConstraint("event_id", "openid", "kind", "due_at"), Index("ix_reminder_state_due_at", "state", "due_at")
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    openid: Mapped[str] = mapped_column(OpenId)
    kind: Mapped[str] = mapped_column(String(16))
    due_at: Mapped[datetime] = mapped_column(UtcTime)
    state: Mapped[str] = mapped_column(String(16), default="due")
    reason: Mapped[str] = mapped_column(String(190), default="")
