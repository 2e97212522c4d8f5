"""Photos and papers a talent has sent up and not yet put to a ticket. What is never used is forgotten after a day."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, LargeBinary, String, delete, func, select
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import Mapped, defer, mapped_column

from models.attachment import Attachment
from models.base import Base, RowId, UtcTime, exact
from models.db import Unit
from models.files import MOST_OF_A_TICKET, Refused, clean, kept_kind, unsealed
from models.seal import Seal
from models.talent import IdentityRow, hold
from models.ticket import Ticket, TicketEvent

LIFE = timedelta(days=1)
MOST = 9  # of one person, not put to a ticket
MOST_BYTES = 100 << 20  # of one person within LIFE


class UploadRow(Base):
    __tablename__ = "upload"
    __table_args__ = exact(Index("ix_upload_talent_id", "talent_id"), Index("ix_upload_at", "at"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)  # random, 128 bit or more: its address
    talent_id: Mapped[int] = mapped_column(ForeignKey("talent.id"))
    kind: Mapped[str] = mapped_column(String(16))
    mime: Mapped[str] = mapped_column(String(64))  # by its first bytes
    title: Mapped[str] = mapped_column(String(190), default="")
    size: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))  # sha256, hex
    at: Mapped[datetime] = mapped_column(UtcTime)
    body: Mapped[bytes] = mapped_column(LargeBinary().with_variant(mysql.LONGBLOB(), "mysql", "mariadb"))  # sealed


class TooMany(Exception):
    """So many wait to be put to a ticket already."""


class TooMuch(Exception):
    """So many bytes of theirs have come within a day, put to tickets or not."""


class Gone(Exception):
    """One of the names is none of theirs (any more)."""


class Uploads:
    """One talent's; part of the caller's unit. Verbs raise Stale when they are somebody else by now."""

    def __init__(self, unit: Unit, seal: Seal, talent_id: int) -> None:
        self._unit = unit
        self._session = unit.session
        self._seal = seal
        self._talent = talent_id

    def put(self, title: str, data: bytes, *, now: datetime) -> UploadRow:
        """Raises Refused for what is not kept, TooMany, TooMuch."""
        kind = kept_kind(data)
        self._hold()
        count = select(func.count()).select_from(UploadRow)
        mine = count.where(UploadRow.talent_id == self._talent, UploadRow.at > now - LIFE)
        if self._unit.execute(mine).scalar_one() >= MOST:
            raise TooMany
        if self._lately(now) + len(data) > MOST_BYTES:
            raise TooMuch
        self._unit.durable = True
        row = UploadRow(
            name=secrets.token_urlsafe(24),
            talent_id=self._talent,
            kind=kind.kind,
            mime=kind.mime,
            title=clean(title, kind),
            size=len(data),
            digest=hashlib.sha256(data).hexdigest(),
            at=now,
            body=self._seal.close_bytes(data),
        )
        self._session.add(row)
        self._session.flush()
        return row

    def find(self, name: str) -> UploadRow | None:
        """Without what is in it."""
        query = select(UploadRow).where(UploadRow.name == name, UploadRow.talent_id == self._talent)
        return self._session.scalar(query.options(defer(UploadRow.body, raiseload=True)))

    def body(self, number: int) -> bytes:
        """Raises Refused when it is not here any more, or sealed with another SECRET_KEY."""
        query = select(UploadRow.body).where(UploadRow.id == number, UploadRow.talent_id == self._talent)
        return unsealed(self._seal, self._session.scalar(query))

    def remove(self, name: str) -> bool:
        """False: it is none of theirs, or put to a ticket."""
        self._hold()
        gone = delete(UploadRow).where(UploadRow.name == name, UploadRow.talent_id == self._talent)
        return bool(self._unit.execute(gone).rowcount)

    def hand_in(self, event: TicketEvent, names: Sequence[str]) -> None:
        """They belong to that event of a ticket from now on, under the same names. Raises Gone, Refused."""
        if not names:
            return
        self._hold()
        chosen = list(dict.fromkeys(names))
        query = select(UploadRow).where(UploadRow.name.in_(chosen), UploadRow.talent_id == self._talent)
        found = {each.name: each for each in self._session.scalars(query)}
        if len(found) < len(chosen):
            raise Gone
        here = select(func.count()).select_from(Attachment).where(Attachment.ticket_id == event.ticket_id)
        if self._unit.execute(here).scalar_one() + len(chosen) > MOST_OF_A_TICKET:
            raise Refused(f"一个工单最多放 {MOST_OF_A_TICKET} 个文件")
        for name in chosen:
            self._session.add(_attached(found[name], event))
            self._session.delete(found[name])
        self._session.flush()

    def _lately(self, now: datetime) -> int:
        """Bytes they sent within LIFE."""
        since = now - LIFE
        loose = select(func.sum(UploadRow.size)).where(UploadRow.talent_id == self._talent, UploadRow.at > since)
        mine = select(IdentityRow.openid).where(IdentityRow.talent_id == self._talent)
        put = select(func.sum(Attachment.size)).join(Ticket, Ticket.id == Attachment.ticket_id)
        put = put.where(Ticket.openid.in_(mine), Attachment.staff_id.is_(None), Attachment.at > since)
        return sum(int(self._unit.execute(each).scalar() or 0) for each in (loose, put))

    def _hold(self) -> None:
        """One at a time of a person, so that they are counted right."""
        hold(self._unit, self._talent)


def _attached(row: UploadRow, event: TicketEvent) -> Attachment:
    """Sealed as it is: the key is the same."""
    return Attachment(
        name=row.name,
        ticket_id=event.ticket_id,
        event_id=event.id,
        kind=row.kind,
        state="kept",
        mime=row.mime,
        title=row.title,
        size=row.size,
        digest=row.digest,
        tries=0,
        at=row.at,
        body=row.body,
    )
