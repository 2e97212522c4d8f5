"""What staff keep beside a ticket: drafts, what each has seen, mentions, materials, replies in stock, views."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, RowId, UtcTime, exact
from models.ticket import HOTLINE


class Draft(Base):
    """One a person, ticket and tab. `seen`: the newest event on the writer's screen."""

    __tablename__ = "ticket_draft"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True, autoincrement=False)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True, autoincrement=False)
    tab: Mapped[str] = mapped_column(String(16), primary_key=True)  # reply | note | call
    body: Mapped[str] = mapped_column(Text, default="")
    cites: Mapped[str] = mapped_column(Text, default="")  # ids of entries, as JSON; "" for none
    seen: Mapped[int] = mapped_column(RowId, default=0)
    updated_at: Mapped[datetime] = mapped_column(UtcTime)


class Seen(Base):
    """How far each has read a ticket; its list shows a dot while ticket.last_event is further."""

    __tablename__ = "ticket_seen"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True, autoincrement=False)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True, autoincrement=False)
    event: Mapped[int] = mapped_column(RowId, default=0)
    at: Mapped[datetime] = mapped_column(UtcTime)


class Mention(Base):
    """@name in a note."""

    __tablename__ = "mention"
    __table_args__ = exact(Index("ix_mention_staff_id_seen_at", "staff_id", "seen_at"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    event_id: Mapped[int] = mapped_column(ForeignKey("ticket_event.id"))
    at: Mapped[datetime] = mapped_column(UtcTime)
    seen_at: Mapped[datetime | None] = mapped_column(UtcTime)


class Material(Base):
    """One line of a ticket's checklist of materials."""

    __tablename__ = "ticket_material"
    __table_args__ = exact(Index("ix_ticket_material_ticket_id", "ticket_id"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    name: Mapped[str] = mapped_column(String(190))
    state: Mapped[str] = mapped_column(String(16), default="wanted")  # wanted | here | waived
    until: Mapped[date | None]  # the last day it is good for, of a 委托书
    by: Mapped[int | None] = mapped_column(RowId)  # staff.id
    updated_at: Mapped[datetime] = mapped_column(UtcTime)


class Canned(Base):
    """A reply in stock, with {variables} of handlers/console/canned.py. `unit` "": for everybody."""

    __tablename__ = "canned"
    __table_args__ = exact(Index("ix_canned_unit", "unit"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    title: Mapped[str] = mapped_column(String(64))
    body: Mapped[str] = mapped_column(Text)
    unit: Mapped[str] = mapped_column(String(32), default="")
    uses: Mapped[int] = mapped_column(default=0)
    gone: Mapped[bool] = mapped_column(default=False)
    demo: Mapped[bool] = mapped_column(default=False)
    by: Mapped[int | None] = mapped_column(RowId)
    updated_at: Mapped[datetime] = mapped_column(UtcTime)


class View(Base):
    """A saved filter: the query of its address. `shared`: with the whole unit."""

    __tablename__ = "saved_view"
    __table_args__ = exact(Index("ix_saved_view_staff_id", "staff_id"), Index("ix_saved_view_unit", "unit"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    unit: Mapped[str] = mapped_column(String(32), default=HOTLINE)
    shared: Mapped[bool] = mapped_column(default=False)
    name: Mapped[str] = mapped_column(String(64))
    query: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UtcTime)


class FaqDraft(Base):
    """A human answer that may become an entry. Equal questions have one `form`, as the matcher folds them."""

    __tablename__ = "faq_draft"
    __table_args__ = exact(Index("ix_faq_draft_form", "form"), Index("ix_faq_draft_state", "state"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    event_id: Mapped[int] = mapped_column(ForeignKey("ticket_event.id"))
    form: Mapped[str] = mapped_column(String(190))
    question: Mapped[str] = mapped_column(String(190))
    answer: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16), default="open")  # open | taken | dropped
    by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    made_at: Mapped[datetime] = mapped_column(UtcTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcTime)
