"""What we told them: by WeChat where it could be, and here in any case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated

from flask import Response
from pydantic import Field

from bot import notices
from config.notices import NAMES, NAMES_SAID, Name
from handlers.miniapp.gate import Gate
from handlers.miniapp.shapes import From, Given, Id, Page, Posted, Shown, answers, says
from handlers.miniapp.tapping import noted
from handlers.speaking import Speaker, Voice
from models import outbox_inbox
from models.db import Unit
from models.outbox import Row
from models.talent import Talents

_TAG = "消息"
_AT_ONCE = 50  # the most a page shows
_MOMENT = timedelta(microseconds=1)


class Notice(Shown):
    id: int
    kind: Name
    name: str = Field(description="The kind in Chinese.")
    title: str
    text: str
    at: datetime
    unread: bool
    wechat: bool = Field(description="It has gone out by WeChat as well.")
    ticket: str | None = Field(description="The ticket it is about.")
    event: str | None = Field(description="The event it is about.")


class Inbox(Page[Notice]):
    unread: int


class Until(Given):
    up_to: Id | None = None
    """The newest notice that was shown; null: all of them."""


class Unread(Shown):
    unread: int


class Cursor(From):
    after: Annotated[str, Field(pattern=r"^\d{0,9}$")] = ""


def make(gate: Gate) -> None:
    kit = gate.kit

    @gate.route("GET", "/notices", answers(Inbox), tag=_TAG, summary="我们告诉过您的，新的在前")
    def list_notices(query: Cursor) -> Response:
        """Showing it is seeing it: an answer that it shows cannot be taken back by staff any more."""
        with kit.db.unit() as unit:
            inbox, unseen = _inbox(gate, unit, query)
        return says(kit.db.doing(lambda unit: _seen(gate, unit, query)) if unseen else inbox)

    @gate.route("GET", "/notices/unread", answers(Unread), tag=_TAG, summary="几条没看过")
    def count_notices() -> Response:
        """Shows none of them."""
        with kit.db.unit() as unit:
            return says(Unread(unread=_count(gate, unit, _read(gate, unit))))

    @gate.route("POST", "/notices/read", answers(Unread, more=(409,)), tag=_TAG, summary="看过了")
    def read_notices(header: Posted, body: Until) -> Response:
        talent, now = gate.talent(), kit.now()
        with gate.posting(header, body) as post:
            before = body.up_to + 1 if body.up_to else None
            newest = outbox_inbox.told(post.unit, talent.all, NAMES, now, before=before, limit=_AT_ONCE)
            kit.desk(post.unit).see_all(_unseen(notices.about(post.unit, newest)))
            since = _read(gate, post.unit)
            if until := max((shown for row in newest if (shown := outbox_inbox.readable(row)) > since), default=None):
                since = until
                Talents(post.unit).read(talent, since)
            return post.says(Unread(unread=_count(gate, post.unit, since)))


def _inbox(gate: Gate, unit: Unit, query: Cursor) -> tuple[Inbox, list[int]]:
    """And the events of tickets in it that they see for the first time."""
    before, more = int(query.after) if query.after else None, query.limit + 1
    found = outbox_inbox.told(unit, gate.talent().all, NAMES, gate.kit.now(), before=before, limit=more)
    rows, since = found[: query.limit], _read(gate, unit)
    about = notices.about(unit, rows)
    speaker = Voice(gate.kit, gate.kit.now())
    items = [_notice(speaker, row, about[row.id], since) for row in rows]
    all_here = before is None and len(found) < more
    unread = len([each for each in items if each.unread]) if all_here else _count(gate, unit, since)
    following = str(items[-1].id) if len(found) > query.limit else None
    return Inbox(items=items, next=following, unread=unread), _unseen(about)


def _seen(gate: Gate, unit: Unit, query: Cursor) -> Inbox:
    """Looked at anew once their tickets are held: staff may have taken one back meanwhile."""
    inbox, unseen = _inbox(gate, unit, query)
    while unseen:
        gate.kit.desk(unit).see_all(unseen)
        inbox, unseen = _inbox(gate, unit, query)
    return inbox


def _unseen(about: Mapping[int, notices.About]) -> list[int]:
    return [each.unseen for each in about.values() if each.unseen]


def _count(gate: Gate, unit: Unit, since: datetime) -> int:
    return outbox_inbox.count_since(unit, gate.talent().all, NAMES, gate.kit.now(), since)


def _read(gate: Gate, unit: Unit) -> datetime:
    """What was owed until then has been seen; what was before their first visit was told in the chat."""
    came, read = Talents(unit).since(gate.talent())
    return read or came - _MOMENT


def _notice(speaker: Speaker, row: Row, about: notices.About, since: datetime) -> Notice:
    data = notices.data_of(row)
    return Notice.model_validate(
        {
            "id": row.id,
            "kind": row.kind,
            "name": NAMES_SAID[row.kind],
            "title": data["title"],
            "text": noted(speaker, data["text"]),
            "at": row.created_at,
            "unread": outbox_inbox.readable(row) > since,
            "wechat": row.state == "sent",
            "ticket": about.ticket or None,
            "event": about.event or None,
        }
    )
