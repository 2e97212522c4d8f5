"""Events people sign up for (人才日 and others), who signed up, and the reminders they are owed."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OpenId, RowId, UtcTime, exact

State = Literal["draft", "open", "full", "closed", "cancelled", "done"]


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
    demo: Mapped[bool] = mapped_column(default=False)
    code: Mapped[str] = mapped_column(String(16), default="")  # of the check-in
    named: Mapped[str | None] = mapped_column(String(64))  # the day of days.yaml it is, with its year
    year: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    updated_at: Mapped[datetime] = mapped_column(UtcTime)


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


class Broadcast(Base):
    """One text to many. `cursor` is the last person it was queued for: it goes on from there."""

    __tablename__ = "broadcast"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    title: Mapped[str] = mapped_column(String(64))
    body: Mapped[str] = mapped_column(Text)
    audience: Mapped[str] = mapped_column(Text)  # JSON
    state: Mapped[str] = mapped_column(String(16), default="running")  # running | stopped | done
    per_minute: Mapped[int]
    cursor: Mapped[str] = mapped_column(String(64), default="")
    queued: Mapped[int] = mapped_column(default=0)
    skipped: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime] = mapped_column(UtcTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)
