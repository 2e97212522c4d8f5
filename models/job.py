"""What the clock did last: one row a job, claimed by whichever process runs it next."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UtcTime


class JobRow(Base):
    __tablename__ = "job"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    next_at: Mapped[datetime] = mapped_column(UtcTime)
    worker: Mapped[str] = mapped_column(String(64), default="")
    lease_until: Mapped[datetime | None] = mapped_column(UtcTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)
    good_at: Mapped[datetime | None] = mapped_column(UtcTime)  # when it last ended well
    result: Mapped[str] = mapped_column(String(190), default="")
