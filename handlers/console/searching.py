"""Search over everything at once: tickets, the people who have them, what was said in chats."""

from __future__ import annotations

from flask import Response, render_template, request

from handlers.console.gate import Gate, actor
from handlers.console.listing import Listing
from models.sought import Sought

_MOST = 30


def make(gate: Gate) -> None:
    kit = gate.kit
    listing = Listing(kit)

    @gate.page("/search", "tickets")
    def search() -> Response:
        q = request.args.get("q", "").strip()[:50]
        now = kit.now()
        with kit.db.unit() as unit:
            rows = listing.inbox(unit, actor()).search(q, _MOST) if q else []
            lines = listing.lines(unit, rows, now)
            sought = Sought(unit, actor())
            said = sought.messages(q, _MOST) if len(q) > 1 else []
        return Response(render_template("console/search.html", q=q, lines=lines, said=said))
