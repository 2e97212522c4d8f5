"""What an open console asks every few seconds, answered 304 while nothing has changed; and its list anew when it has.

Asked by hundreds at once, beside the callbacks of WeChat: what is the same for all of them comes from `Moment`, and
who has nothing changed in their list is told so, and does not ask for it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence

from flask import Response, render_template, request

from handlers.console.gate import Gate, actor
from handlers.console.listing import Listing
from handlers.console.moment import Moment
from handlers.console.presence import Presence
from models.access import Actor, sees
from models.drafts import Drafts
from models.inbox import Filter, beyond
from models.news import News, news, told
from models.ticket import Ticket
from models.typed import integer
from models.views import takes

_MOST = 200  # rows that a list is brought up to date with
_SOON = {"Retry-After": "1"}


def make(gate: Gate) -> None:
    kit, moment = gate.kit, Moment(gate.kit)
    presence, listing, one_at_a_time = Presence(kit), Listing(kit, moment), threading.Lock()

    @gate.page("/poll", "tickets", quiet=True)
    def poll() -> Response:
        """`open`: the ticket on the screen, `writing`: 1 while somebody types in it, `revision`: heard last, `since`:
        the newest event there is news of; "" the first time, when it is said which are `known`. With a list: its
        filter, `shown`: the revision it is of, `end`: the mark behind its last row."""
        now, who, number = moment.revision(), actor(), request.args.get("open", "")[:16]
        open_one = _seen(who, [number], now).get(number) if number else None
        if open_one is not None:
            presence.here(who, number, request.args.get("writing") == "1")
        board = presence.board()
        tag = f"{now}.{board.stamp}"
        if request.if_none_match.contains(tag):
            return Response(status=304, headers={"ETag": f'"{tag}"'})
        at = {each: board.at[each] for each in _seen(who, list(board.at), now)}
        said: dict[str, object] = {"revision": now, "me": who.id, "at": at}
        if now != request.args.get("revision") or not request.args.get("since"):
            said |= _changed(who, now) | {"open": number, "last": open_one.last_event if open_one else None}
        if "shown" in request.args:
            said |= _list(who, now)
        return Response(json.dumps(said), content_type="application/json", headers={"ETag": f'"{tag}"'})

    def _seen(who: Actor, numbers: Sequence[str], now: str) -> dict[str, Ticket]:
        """Those that exist for this actor."""
        found = moment.tickets(numbers, now) if numbers else {}
        return {number: ticket for number, ticket in found.items() if sees(who, ticket)}

    def _changed(who: Actor, now: str) -> dict[str, object]:
        since, newest, calls = integer(request.args.get("since", "")), moment.latest(now), 0
        found = _news(who, newest if since is None else since, now)
        heard = (
            {"news": [each._asdict() for each in found]}
            if since is not None
            else {"known": [each.event for each in found]}
        )
        if moment.called_on(who, now):
            with kit.db.unit() as unit:
                calls = Drafts(unit).calls(who)
        return {"since": newest, "news": [], "calls": calls, **heard}

    def _news(who: Actor, since: int, now: str) -> list[News]:
        happened = moment.happened(since, now)
        if happened is not None:
            return told(happened, who)
        with kit.db.unit() as unit:
            return news(unit, who, since)

    def _list(who: Actor, now: str) -> dict[str, object]:
        """`list`: whether its rows are others now; so they are, too, when one of `moved` is among them."""
        shown = request.args["shown"]
        changed = moment.changes(shown, now) if shown != now else None
        if changed is None:
            return {"list": shown != now, "moved": [], "counts": moment.counts(who, now)}
        theirs = [each for each in changed.tickets if sees(who, each)]
        fresh = not changed.lost <= {each.number for each in theirs} or any(_stands(who, each) for each in theirs)
        return {"list": fresh, "moved": [each.number for each in theirs], "counts": moment.counts(who, now)}

    def _stands(who: Actor, ticket: Ticket) -> bool:
        """On the part of the list that is shown. Of words it cannot be told, and the sum of a filter is not counted."""
        wanted = listing.wanted()
        if not takes(wanted, who, ticket, kit.now()):
            return False
        plain = wanted == Filter(view=wanted.view)
        return not plain or not beyond(wanted, ticket, request.args.get("end", ""))

    @gate.page("/live", "tickets", quiet=True)
    def live() -> Response:
        """The list as it is now, as many rows of it as the page has; inbox.js puts them in place. 503: others are
        being answered, and those who talk to the bot go first."""
        if not one_at_a_time.acquire(blocking=False):
            return Response(status=503, headers=_SOON)
        try:
            found = listing.live(max(1, min(_MOST, integer(request.args.get("rows", "")) or 50)))
            return Response(render_template("console/live.html", live=found))
        finally:
            one_at_a_time.release()
