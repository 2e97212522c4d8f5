"""Files of tickets: put by staff, fetched of talents, opened by name. Who may see the ticket is for the caller to ask.

A talent's file is `awaited` until the clock has fetched it (bot/fetching.py): then it is `kept`, or `lost` with a
reason. Files stay as long as their ticket.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.orm import defer

from models.attachment import LARGEST, Attachment
from models.db import Unit
from models.magic import Kind, sniff
from models.seal import Seal, Sealed
from models.ticket import Ticket, TicketEvent

MOST_OF_A_REPLY = 9
MOST_OF_A_TICKET = 60
GOOD_FOR = timedelta(days=3)  # a media_id of WeChat's
_BY_WECHAT = ("image/jpeg", "image/png", "image/gif")
_LONGEST = 120  # characters of a name
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$")
_UNSAFE = re.compile(r'(?:[\\/:*?"<>|\s]|\.{2,})+')


class Refused(Exception):
    """It is not kept. `str()` says why, in Chinese, for who wanted to put it there."""


class Awaited(NamedTuple):
    """A talent's file that is still at WeChat. `account`: of ours, it was sent to."""

    id: int
    ticket: str
    kind: str
    media_id: str
    account: str
    tries: int
    at: datetime


_OF = (
    select(Attachment)
    .where(Attachment.ticket_id == bindparam("ticket"))
    .order_by(Attachment.id)
    .options(defer(Attachment.body, raiseload=True))
)


class Files:
    """Part of the caller's unit."""

    def __init__(self, unit: Unit, seal: Seal) -> None:
        self._unit = unit
        self._session = unit.session
        self._seal = seal

    def put(self, ticket: Ticket, by: int, title: str, data: bytes, *, now: datetime) -> Attachment:
        """A member of staff's, for a reply or note not sent yet. Raises Refused."""
        kind = kept_kind(data)
        mine = (Attachment.ticket_id == ticket.id, Attachment.state != "refused")
        own = (*mine, Attachment.staff_id == by, Attachment.event_id.is_(None))
        if self._count(*mine) >= MOST_OF_A_TICKET:
            raise Refused(f"一个工单最多放 {MOST_OF_A_TICKET} 个文件")
        if self._count(*own) >= MOST_OF_A_REPLY:
            raise Refused(f"一次最多放 {MOST_OF_A_REPLY} 个文件")
        self._unit.durable = True
        row = Attachment(
            name=secrets.token_urlsafe(24),
            ticket_id=ticket.id,
            staff_id=by,
            kind=kind.kind,
            state="kept",
            mime=kind.mime,
            title=clean(title, kind),
            size=len(data),
            digest=hashlib.sha256(data).hexdigest(),
            tries=0,
            at=now,
            body=self._seal.close_bytes(data),
        )
        self._session.add(row)
        self._session.flush()
        return row

    def of(self, ticket: Ticket) -> list[Attachment]:
        """Oldest first, without reading what is in them."""
        return list(self._session.scalars(_OF, {"ticket": ticket.id}))

    def loose(self, ticket: Ticket, by: int) -> list[Attachment]:
        """What `by` has put to a draft."""
        return [each for each in self.of(ticket) if each.event_id is None and each.staff_id == by]

    def find(self, name: str) -> Attachment | None:
        """Without what is in it. The caller asks whether its ticket may be seen: `ticket_id`."""
        query = select(Attachment).where(Attachment.name == name)
        return self._session.scalar(query.options(defer(Attachment.body, raiseload=True)))

    def body(self, number: int) -> bytes:
        """Raises Refused when it is not here (any more), or sealed with another SECRET_KEY."""
        sealed = self._session.scalar(
            select(Attachment.body).where(Attachment.id == number, Attachment.state == "kept")
        )
        return unsealed(self._seal, sealed)

    def remove(self, ticket: Ticket, by: int, name: str) -> bool:
        """Take it away from a draft. False: it is not theirs, or sent."""
        found = self.find(name)
        if found is None or found.ticket_id != ticket.id or found.staff_id != by or found.event_id is not None:
            return False
        self._session.delete(found)
        self._session.flush()
        return True

    def tie(self, ticket: Ticket, numbers: Sequence[int], event: int) -> list[Attachment]:
        """They belong to `event` from now on. Raises Refused when one is not this ticket's, or belongs to another."""
        mine = {each.id: each for each in self.of(ticket) if each.staff_id is not None and each.event_id is None}
        chosen = list(dict.fromkeys(numbers))
        if len(chosen) > MOST_OF_A_REPLY:
            raise Refused(f"一次最多放 {MOST_OF_A_REPLY} 个文件")
        if not mine.keys() >= set(chosen):
            raise Refused("有的附件已经发过或拿掉了，请重新放一次")
        for number in chosen:
            mine[number].event_id = event
        self._session.flush()
        return [mine[number] for number in chosen]

    def untie(self, event: int) -> None:
        """A reply was taken back: its files stand beside the draft again."""
        query = select(Attachment).where(Attachment.event_id == event, Attachment.staff_id.is_not(None))
        for each in self._session.scalars(query.options(defer(Attachment.body, raiseload=True))):
            each.event_id = None
        self._session.flush()

    def _count(self, *where: object) -> int:
        query = select(func.count()).select_from(Attachment)
        return int(self._unit.execute(query.where(*where)).scalar_one())  # type: ignore[arg-type]


# What the clock does with talents' files. All of it is asked again before it is written: a job may run twice.


def note(unit: Unit, event: TicketEvent, kind: str, media_id: str, *, account: str, now: datetime) -> None:
    """A talent has sent it to that account of ours: it lies at WeChat for three days."""
    unit.session.add(
        Attachment(
            name=secrets.token_urlsafe(24),
            ticket_id=event.ticket_id,
            event_id=event.id,
            kind=kind,
            state="awaited",
            media_id=media_id[:190],
            account=account,
            tries=0,
            at=now,
        )
    )
    unit.session.flush()


def awaited(unit: Unit, now: datetime, limit: int = 20) -> list[Awaited]:
    """Whose turn it is, oldest first."""
    columns = (Attachment.id, Ticket.number, Attachment.kind, Attachment.media_id, Attachment.account, Attachment.tries)
    query = select(*columns, Attachment.at).join(Ticket, Ticket.id == Attachment.ticket_id)
    due = or_(Attachment.media_at.is_(None), Attachment.media_at <= now)
    query = query.where(Attachment.state == "awaited", due).order_by(Attachment.at, Attachment.id)
    return [Awaited(*row) for row in unit.execute(query.limit(limit))]


def fetched(unit: Unit, seal: Seal, number: int, data: bytes, *, now: datetime) -> None:
    """It is here. What it turns out to be is kept only if it is of a kind we keep."""
    try:
        kind = kept_kind(data)
    except Refused as fault:
        gone(unit, number, str(fault), state="refused")
        return
    unit.durable = True
    which = update(Attachment).where(Attachment.id == number, Attachment.state == "awaited")
    values = {"state": "kept", "kind": kind.kind, "mime": kind.mime, "size": len(data), "body": seal.close_bytes(data)}
    digest, title = hashlib.sha256(data).hexdigest(), f"{now:%Y%m%d}-{number}.{kind.ending}"
    unit.execute(which.values(**values, digest=digest, title=title, why=""))


def gone(unit: Unit, number: int, why: str, *, state: str = "lost") -> None:
    unit.durable = True
    which = update(Attachment).where(Attachment.id == number, Attachment.state == "awaited")
    unit.execute(which.values(state=state, why=why[:190]))


def again(unit: Unit, number: int, why: str, at: datetime) -> None:
    """To be tried once more from `at` on."""
    which = update(Attachment).where(Attachment.id == number, Attachment.state == "awaited")
    unit.execute(which.values(tries=Attachment.tries + 1, media_at=at, why=why[:190]))


def uploaded(unit: Unit, number: int) -> tuple[str, datetime | None]:
    """WeChat's media_id of a file of ours and when it was made; "" when there is none."""
    row = unit.execute(select(Attachment.media_id, Attachment.media_at).where(Attachment.id == number)).first()
    return (row[0], row[1]) if row is not None else ("", None)


def note_upload(unit: Unit, number: int, media_id: str, now: datetime) -> None:
    unit.execute(update(Attachment).where(Attachment.id == number).values(media_id=media_id[:190], media_at=now))


def why_unsent(file: Attachment) -> str:
    """Why it cannot go out in WeChat, for staff; empty when it can."""
    return "" if file.mime in _BY_WECHAT else "微信里只能发图片；别的文件请到窗口给，或者把内容写成文字"


def unsealed(seal: Seal, body: bytes | None) -> bytes:
    """What is in a file. Raises Refused when it is not here (any more), or sealed with another SECRET_KEY."""
    if body is None:
        raise Refused("这个文件不在了")
    try:
        return seal.open_bytes(body)
    except Sealed:
        raise Refused("这个文件封存打不开（换过密钥）") from None


def clean(title: str, kind: Kind) -> str:
    """A name to save it under: one line, no path, nothing invisible, the ending that fits what it is."""
    shown = "".join(each for each in unicodedata.normalize("NFC", title) if unicodedata.category(each)[0] != "C")
    stem = _UNSAFE.sub(" ", _ENDING.sub("", shown)).strip(" .")
    return f"{stem[:_LONGEST] or '附件'}.{kind.ending}"


def kept_kind(data: bytes) -> Kind:
    """Of what is small enough and of a kind that is kept; raises Refused for all else."""
    if not data:
        raise Refused("文件是空的")
    if len(data) > LARGEST:
        raise Refused(f"文件太大，最多 {LARGEST >> 20} MB")
    kind = sniff(data)
    if kind is None:
        raise Refused("只收图片（JPG、PNG、GIF）、PDF、Word、Excel（docx、xlsx）、录音（AMR、MP3）和 MP4")
    return kind
