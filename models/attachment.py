"""Files of tickets, both ways, sealed in the database so that one backup has everything.

A talent's file is first only WeChat's media_id (three days): `awaited` until the clock has fetched it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, RowId, UtcTime, exact

LARGEST = 10 * 1024 * 1024  # bytes; WeChat's own limit for pictures and films
KINDS = ("image", "voice", "video", "file")


class Attachment(Base):
    __tablename__ = "attachment"
    __table_args__ = exact(
        Index("ix_attachment_ticket_id", "ticket_id"), Index("ix_attachment_state_at", "state", "at")
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)  # random, 128 bit or more: its address
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    event_id: Mapped[int | None] = mapped_column(RowId)  # ticket_event.id; None: put to a draft that is not sent yet
    staff_id: Mapped[int | None] = mapped_column(RowId)  # None: the talent's
    kind: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))  # awaited | kept | lost | refused
    why: Mapped[str] = mapped_column(String(190), default="")
    mime: Mapped[str] = mapped_column(String(64), default="")  # by its first bytes, not by what was claimed
    title: Mapped[str] = mapped_column(String(190), default="")  # the file's own name, cleaned
    size: Mapped[int] = mapped_column(default=0)
    digest: Mapped[str] = mapped_column(String(64), default="")  # sha256, hex
    media_id: Mapped[str] = mapped_column(String(190), default="")  # WeChat's, while it is good
    account: Mapped[str] = mapped_column(String(16), default="")  # service | miniapp: to which a talent sent it
    media_at: Mapped[datetime | None] = mapped_column(UtcTime)  # since when; while awaited: when to try again
    tries: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime] = mapped_column(UtcTime)
    # Last, so that looking at the rest of the row does not touch the pages it fills.
    body: Mapped[bytes | None] = mapped_column(LargeBinary().with_variant(mysql.LONGBLOB(), "mysql", "mariadb"))
