"""What an open console asks every few seconds, answered 304 while nothing has changed; and its list anew when it has.

Asked by hundreds at once: what is the same for all of them is read once a moment in each process.
"""

from __future__ import annotations

import json
import threading
from datetime import timedelta

from flask import Response, render_template, request

from bot.kit import Kit
from handlers.console.gate import Gate, actor
from handlers.console.listing import Listing
from handlers.console.presence import Presence
from models.inbox import Inbox
from models.news import latest, news

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


def make(gate: Gate) -> None:
    kit = gate.kit
    presence, revision, listing = Presence(kit), _Revision(kit), Listing(kit)

    @gate.page("/poll", "tickets", quiet=True)
    def poll() -> Response:
        """`open`: the ticket on the screen, `writing`: 1 while somebody types in it, `revision`: of what is shown,
        `since`: the newest event there is news of; "" the first time."""
        if number := request.args.get("open", "")[:16]:
            presence.here(actor(), number, request.args.get("writing") == "1")
        now, board = revision(), presence.board()
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
        since = request.args.get("since", type=int)
        with kit.db.unit() as unit:
            newest = latest(unit)
            found = news(unit, actor(), since) if since is not None else []
            events = Inbox(unit, actor()).newest(number) if number else None
        return {"since": newest, "news": [each._asdict() for each in found], "last": events}

    @gate.page("/live", "tickets", quiet=True)
    def live() -> str:
        """The list as it is now, as many rows of it as the page has; desk.js puts them in place."""
        found = listing.live(max(1, min(_MOST, request.args.get("rows", 50, type=int))))
        return render_template("console/live.html", live=found)
