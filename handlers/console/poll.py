"""What an open console asks every few seconds, answered 304 while nothing has changed; and its list anew when it has.

Asked by hundreds at once: what is the same for all of them is read once a moment in each process.
"""

from __future__ import annotations

import json
import threading
from datetime import timedelta

from cachetools import LRUCache
from flask import Response, render_template, request

from bot.kit import Kit
from handlers.console.gate import Gate, actor
from handlers.console.listing import Listing
from handlers.console.presence import Presence
from models.access import Actor
from models.drafts import Drafts
from models.inbox import Inbox
from models.news import latest, news
from models.typed import integer

_FRESH = timedelta(milliseconds=500)
_MOST = 200  # rows that a list is brought up to date with


class _Revision:
    """The desk's, read at most twice a second."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._guard = threading.Lock()
        self._read_at = kit.now() - timedelta(days=1)
        self._value = ""

    def __call__(self) -> str:
        now = self._kit.now()
        with self._guard:
            if not timedelta() <= now - self._read_at < _FRESH:
                with self._kit.db.unit() as unit:
                    self._value = Inbox(unit, actor()).revision()
                self._read_at = now
            return self._value


class _Sight:
    """Whether a ticket is there for somebody, asked again when anything has happened to any."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._guard = threading.Lock()
        self._known: LRUCache[tuple[Actor, str, str], bool] = LRUCache(2000)

    def __call__(self, who: Actor, number: str, revision: str) -> bool:
        key = who, number, revision
        with self._guard:
            known = self._known.get(key)
        if known is None:
            with self._kit.db.unit() as unit:
                known = number in Inbox(unit, who).seen([number])
            with self._guard:
                self._known[key] = known
        return known


def make(gate: Gate) -> None:
    kit = gate.kit
    presence, revision, listing, sight = Presence(kit), _Revision(kit), Listing(kit), _Sight(kit)

    @gate.page("/poll", "tickets", quiet=True)
    def poll() -> Response:
        """`open`: the ticket on the screen, `writing`: 1 while somebody types in it, `revision`: of what is shown,
        `since`: the newest event there is news of; "" the first time."""
        now, number = revision(), request.args.get("open", "")[:16]
        if number and sight(actor(), number, now):
            presence.here(actor(), number, request.args.get("writing") == "1")
        board = presence.board()
        tag = f"{now}.{board.stamp}"
        if request.if_none_match.contains(tag):
            return Response(status=304, headers={"ETag": f'"{tag}"'})
        said: dict[str, object] = {"revision": now, "me": actor().id, "at": _theirs(board.at)}
        if now != request.args.get("revision") or not request.args.get("since"):
            said |= _changed(number)
        return Response(json.dumps(said), content_type="application/json", headers={"ETag": f'"{tag}"'})

    def _theirs(at: dict[str, list[tuple[int, str, bool]]]) -> dict[str, list[tuple[int, str, bool]]]:
        """Of the tickets that exist for this actor."""
        if not at:
            return at
        with kit.db.unit() as unit:
            seen = Inbox(unit, actor()).seen(list(at))
        return {number: who for number, who in at.items() if number in seen}

    def _changed(number: str) -> dict[str, object]:
        since = integer(request.args.get("since", ""))
        with kit.db.unit() as unit:
            newest = latest(unit)
            found = news(unit, actor(), since) if since is not None else []
            events = Inbox(unit, actor()).newest(number) if number else None
            calls = Drafts(unit).calls(actor())
        told = [each._asdict() for each in found]
        return {"since": newest, "news": told, "open": number, "last": events, "calls": calls}

    @gate.page("/live", "tickets", quiet=True)
    def live() -> str:
        """The list as it is now, as many rows of it as the page has; desk.js puts them in place."""
        found = listing.live(max(1, min(_MOST, integer(request.args.get("rows", "")) or 50)))
        return render_template("console/live.html", live=found)
