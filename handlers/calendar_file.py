"""GET /events/<number>.ics: an event for a phone's calendar. Public facts of a public event only, nothing personal."""

from __future__ import annotations

import re

from flask import Blueprint, Response

from bot import taking
from bot.kit import Kit
from models.event import Event
from models.programme import NoSuchEvent, Programme

_NUMBER = re.compile(r"H[0-9]{4,8}-[0-9]{2,4}")


def make(kit: Kit) -> Blueprint:
    door = Blueprint("events", __name__)

    @door.get("/events/<number>.ics")
    def calendar(number: str) -> Response:
        """404 for drafts too: they are nobody's business yet."""
        if not _NUMBER.fullmatch(number):
            return Response(status=404)
        with kit.db.unit() as unit:
            try:
                event = Programme(unit).find(number)
            except NoSuchEvent:
                return Response(status=404)
            return answer(event, kit.settings.wechat_appid) if taking.has_calendar(event) else Response(status=404)

    return door


def answer(event: Event, account: str) -> Response:
    """Of one that `taking.has_calendar`."""
    from handlers.calendar_entry import rendered  # takes longer to load than to answer, and few ask

    said = Response(rendered(event, account), content_type="text/calendar; charset=utf-8")
    said.headers["Content-Disposition"] = f'attachment; filename="{event.number}.ics"'
    said.headers["Cache-Control"] = "no-cache"  # it may be moved or cancelled
    return said
