"""A ticket (工单): what a talent wants a person to answer, and everything that happened to it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OpenId, RowId, UtcTime, exact
from models.moves import OPEN, STATE_NAMES, SUSPENDED_NAME

KIND_NAMES = {
    "question": "咨询",
    "help": "求助",
    "complaint": "投诉",
    "suggestion": "建议",
    "unpaid": "政策未兑现",
    "agency": "代办帮办",
    "rectify": "差评整改",  # follows a ticket whose answer was rated low
}
SOURCE_NAMES = {
    "chat": "微信",
    "miniapp": "小程序",  # whatever it is about: the openid is the mini-program's
    "page": "手机页面",  # of somebody the service account knows
    "phone": "电话",
    "callback": "预约回电",
    "missed": "漏接回拨",
    "walkin": "到窗口",
    "inside": "内部",  # opened by the desk itself: 差评整改
}
URGENCY_NAMES = {"normal": "一般", "urgent": "紧急", "emergency": "特急"}
# 好差评 (GB/T 39735-2020): five levels, the two lowest are 差评.
RATING_NAMES = {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}
LOW = (1, 2)  # 差评
CARD_NAMES = {"": "", "yellow": "黄牌", "red": "红牌"}
HOTLINE = "hotline"  # the unit of those who are of no 成员单位
FORGOTTEN = "（本人已注销）"  # instead of the words of somebody who asked us to forget them
UNKNOWN = "unknown"  # in office.yaml: 未写明, of entries whose unit nobody has told; no ticket goes there


class Ticket(Base):
    """Changed by the verbs of models/desk*.py alone, each of which adds 1 to `version`."""

    __tablename__ = "ticket"
    __table_args__ = exact(
        Index("ix_ticket_openid_id", "openid", "id"),
        Index("ix_ticket_state_id", "state", "id"),
        Index("ix_ticket_next_due_id", "next_due", "id"),
        Index("ix_ticket_yellow_at", "yellow_at"),
        Index("ix_ticket_assignee_state", "assignee", "state"),
        Index("ix_ticket_unit_state", "unit", "state"),
        Index("ix_ticket_contact_key", "contact_key"),
        Index("ix_ticket_contact_tail", "contact_tail"),
        Index("ix_ticket_callback_at_id", "callback_at", "id"),
        Index("ix_ticket_heard_at_id", "heard_at", "id"),
        Index("ix_ticket_merged_into", "merged_into"),
        Index("ix_ticket_follows", "follows"),
        Index("ix_ticket_updated_at", "updated_at"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    number: Mapped[str] = mapped_column(String(16), unique=True)  # T20261122-0007
    openid: Mapped[str] = mapped_column(OpenId)  # "": not on WeChat, by phone or at the counter
    kind: Mapped[str] = mapped_column(String(16))  # of KIND_NAMES
    source: Mapped[str] = mapped_column(String(16), default="chat")  # of SOURCE_NAMES
    urgency: Mapped[str] = mapped_column(String(16), default="normal")
    confidential: Mapped[bool] = mapped_column(default=False)
    topic: Mapped[str] = mapped_column(String(32), default="")
    subject: Mapped[str] = mapped_column(String(190))
    detail: Mapped[str] = mapped_column(Text)
    tried: Mapped[str] = mapped_column(Text, default="")  # what the bot offered before: entry ids and scores, JSON
    contact: Mapped[str] = mapped_column(Text, default="")  # sealed; empty: the person would rather not say
    contact_key: Mapped[str] = mapped_column(String(64), default="")  # to find it by the number (Seal.key)
    contact_tail: Mapped[str] = mapped_column(String(64), default="")  # by its last four digits (Seal.tail)
    caller: Mapped[str] = mapped_column(String(512), default="")  # sealed: the name, where somebody gave one
    state: Mapped[str] = mapped_column(String(16), default="new")
    suspended: Mapped[bool] = mapped_column(default=False)  # it waits by 暂停, not for the talent; counts while waiting
    version: Mapped[int] = mapped_column(default=1)
    unit: Mapped[str] = mapped_column(String(32), default=HOTLINE)  # who has to answer (主办)
    helpers: Mapped[str] = mapped_column(String(190), default="")  # 协办: " hr housing ", a blank on either side
    assignee: Mapped[int | None] = mapped_column(RowId)  # staff.id
    assigned_at: Mapped[datetime | None] = mapped_column(UtcTime)
    touched_at: Mapped[datetime | None] = mapped_column(UtcTime)  # when staff last did something to it
    dispatches: Mapped[int] = mapped_column(default=0)
    designated: Mapped[bool] = mapped_column(default=False)  # by a supervisor: cannot be sent back
    supervised: Mapped[bool] = mapped_column(default=False)  # 督办
    round: Mapped[int] = mapped_column(default=1)  # 重办 adds 1
    merged_into: Mapped[int | None] = mapped_column(RowId)  # ticket.id
    follows: Mapped[int | None] = mapped_column(RowId)  # ticket.id: the one a 整改 ticket was opened for
    card: Mapped[str] = mapped_column(String(8), default="")  # "" | yellow | red
    accept_due: Mapped[datetime | None] = mapped_column(UtcTime)
    first_due: Mapped[datetime | None] = mapped_column(UtcTime)
    resolve_due: Mapped[datetime | None] = mapped_column(UtcTime)
    next_due: Mapped[datetime | None] = mapped_column(UtcTime)  # the first of those still to be met; None: none, paused
    yellow_at: Mapped[datetime | None] = mapped_column(UtcTime)  # one working day before resolve_due
    due_unknown: Mapped[bool] = mapped_column(default=False)  # it lies in a year whose holidays are not known
    accepted_at: Mapped[datetime | None] = mapped_column(UtcTime)
    first_at: Mapped[datetime | None] = mapped_column(UtcTime)  # the first word of a person to the talent
    resolved_at: Mapped[datetime | None] = mapped_column(UtcTime)  # the final answer of this round
    closed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    invited_at: Mapped[datetime | None] = mapped_column(UtcTime)  # to rate, last
    invitations: Mapped[int] = mapped_column(default=0)
    rating: Mapped[int | None]
    rating_words: Mapped[str] = mapped_column(String(500), default="")
    rated_at: Mapped[datetime | None] = mapped_column(UtcTime)
    callback_at: Mapped[datetime | None] = mapped_column(UtcTime)  # when they are to be rung up; None: not
    heard_at: Mapped[datetime | None] = mapped_column(UtcTime)  # when the talent last said something to it
    last_event: Mapped[int] = mapped_column(RowId, default=0)  # ticket_event.id: what somebody may not have seen yet
    seen: Mapped[int] = mapped_column(RowId, default=0)  # ticket_event.id: the newest the talent has seen on a page
    demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    updated_at: Mapped[datetime] = mapped_column(UtcTime)

    @property
    def state_name(self) -> str:
        return SUSPENDED_NAME if self.is_suspended else STATE_NAMES[self.state]

    @property
    def is_suspended(self) -> bool:
        return self.state == "waiting" and self.suspended

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_erased(self) -> bool:
        """Whose it was asked to be forgotten: there is nobody left to be told."""
        return not self.openid and self.subject == FORGOTTEN


class TicketEvent(Base):
    """Appended to, never changed. `data` is JSON; what stands in it for which kind is told in models/desk.py."""

    __tablename__ = "ticket_event"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
    actor: Mapped[str] = mapped_column(String(64))  # talent | bot | clock | staff:<id>
    kind: Mapped[str] = mapped_column(String(16))  # a verb of models/moves.py, or one of models/desk.py's others
    body: Mapped[str] = mapped_column(Text, default="")
    media: Mapped[str] = mapped_column(String(190), default="")  # "image:<media_id>": a reference, fetched later
    public: Mapped[bool] = mapped_column(default=False)  # the talent may see it
    old: Mapped[str] = mapped_column(String(16), default="")  # state before, where it changed
    new: Mapped[str] = mapped_column(String(16), default="")
    data: Mapped[str] = mapped_column(String(2000), default="")


class Counter(Base):
    """Numbers without gaps: the row is locked until the ticket that took its number is committed."""

    __tablename__ = "counter"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[int]
