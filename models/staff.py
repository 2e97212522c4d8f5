"""Accounts of those who work here, and their sessions. Verbs are in models/entrance.py (who comes in) and
models/roster.py (who works here)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.access import Actor
from models.base import Base, RowId, UtcTime, exact
from models.ticket import HOTLINE


class Staff(Base):
    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    login: Mapped[str] = mapped_column(String(64), unique=True)  # lower case
    name: Mapped[str] = mapped_column(String(64))  # as colleagues see it
    role: Mapped[str] = mapped_column(String(16))  # of models/access.py
    unit: Mapped[str] = mapped_column(String(32), default=HOTLINE)
    password: Mapped[str] = mapped_column(String(190), default="")  # argon2id; "": comes in by OIDC alone
    password_at: Mapped[datetime | None] = mapped_column(UtcTime)
    must_change: Mapped[bool] = mapped_column(default=False)  # somebody else has set the password
    totp: Mapped[str] = mapped_column(Text, default="")  # sealed; "": no second factor yet
    totp_step: Mapped[int] = mapped_column(RowId, default=0)  # the last one used: none is taken twice (RFC 6238, 5.2)
    subject: Mapped[str | None] = mapped_column(String(190), unique=True)  # at the OIDC provider
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(UtcTime)
    disabled: Mapped[bool] = mapped_column(default=False)
    away: Mapped[bool] = mapped_column(default=False)  # gets no tickets by turns
    settings: Mapped[str] = mapped_column(Text, default="")  # JSON: sound, notifications, keys, scheme
    demo: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    updated_at: Mapped[datetime] = mapped_column(UtcTime)

    @property
    def actor(self) -> Actor:
        return Actor(self.id, self.name, self.role, self.unit)  # type: ignore[arg-type]


class StaffSession(Base):
    """Kept under a hash of its token; over when `ended_at` is set, when it is old, or when the account changed."""

    __tablename__ = "staff_session"
    __table_args__ = exact(Index("ix_staff_session_staff_id", "staff_id"))

    token: Mapped[str] = mapped_column(String(64), primary_key=True)  # sha256 of the cookie's value, hex
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    staff_version: Mapped[int]  # of roles, password, factor; another one now ends the session
    csrf: Mapped[str] = mapped_column(String(64))
    stage: Mapped[str] = mapped_column(String(16))  # password | whole: a second factor is (not) missing still
    address: Mapped[str] = mapped_column(String(64), default="")
    agent: Mapped[str] = mapped_column(String(190), default="")
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    seen_at: Mapped[datetime] = mapped_column(UtcTime, index=True)
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)
