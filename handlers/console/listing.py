"""The list of tickets as its pane shows it: views with counts, saved views, and a line a ticket.

Pages that show a ticket extend console/inbox.html, which calls `inbox()` for the panes around it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from cachetools import LRUCache
from flask import render_template, request
from markupsafe import escape

from bot.deliveries import Delivery, deliveries
from bot.kit import Kit
from bot.reach import Reach, reach_all
from bot.sla import Left, Sla
from handlers.console.gate import actor
from handlers.console.moment import Moment
from models.access import Actor, rights
from models.db import Unit
from models.glance import last_replies, last_words
from models.inbox import VIEWS, Filter, Inbox, Page, Row
from models.moves import OPEN, SAID
from models.saved_views import SavedViews
from models.ticket import Ticket
from models.views import POOL

NOTICE = "ticket_answer"
_SAVED = 12  # saved views whose tickets are counted
_FIRST_VIEW = "mine"
# A row is drawn again afterwards, for its chips count down: soon where minutes matter.
_DRAWN, _NEAR, _DRAWN_NEAR = timedelta(minutes=5), timedelta(hours=2), timedelta(seconds=30)
_BREATH = 0.0005  # seconds between two rows: drawing must not keep callbacks from the interpreter
QUERY = "?of-this-list"


class Line(NamedTuple):
    """`reach` None: not on WeChat, or nothing has to be said any more. `failed` None: the last reply did not fail."""

    ticket: Ticket
    assignee: str
    unread: bool
    left: Left
    caller: str
    reach: Reach | None
    failed: Delivery | None
    said: str  # last, by the talent or to them
    lying: bool  # soon back to the pool, should whoever has it do nothing


class Tab(NamedTuple):
    """A view on the left. `tickets`: how many, None: not counted. `number`: of a saved one, else 0."""

    key: str
    name: str
    to: str
    tickets: int | None
    here: bool
    number: int = 0
    shared: bool = False
    mine: bool = True


class Panes(NamedTuple):
    """`query`: the filter as an address has it, with its question mark."""

    wanted: Filter
    title: str
    tabs: Sequence[Tab]
    saved: Sequence[Tab]
    lines: Sequence[Line]
    more: str
    query: str
    total: int
    revision: str


class Live(NamedTuple):
    """`counts`: name=count of each view; `rows`: markup."""

    revision: str
    total: int
    counts: str
    rows: str
    more: str
    wanted: Filter


class Drawn:
    """Rows as markup, kept for a moment: what is the same for everybody who sees them is drawn once."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._kept: LRUCache[tuple[object, ...], tuple[datetime, str]] = LRUCache(4000)

    def rows(
        self, rows: Sequence[Row], bulk: bool, now: datetime, lines: Callable[[Sequence[Row]], Sequence[Line]]
    ) -> str:
        """`lines` makes those that are not kept. Addresses in it end in QUERY."""
        keys = [(row.ticket.id, row.ticket.version, row.assignee, row.unread, bulk) for row in rows]
        with self._guard:
            found = {key: kept[1] for key in keys if (kept := self._kept.get(key)) and now < kept[0]}
        missing = [(key, row) for key, row in zip(keys, rows, strict=True) if key not in found]
        for (key, _), line in zip(missing, lines([row for _, row in missing]) if missing else (), strict=True):
            found[key] = render_template("console/rows.html", lines=[line], more="", query=QUERY)
            with self._guard:
                self._kept[key] = now + _lasts(line.ticket, now), found[key]
            time.sleep(_BREATH)
        return "".join(found[key] for key in keys)


def _lasts(ticket: Ticket, now: datetime) -> timedelta:
    near = ticket.next_due is not None and abs(ticket.next_due - now) < _NEAR
    return _DRAWN_NEAR if near else _DRAWN + timedelta(seconds=ticket.id % 60)  # not all in the same refresh


class Listing:
    def __init__(self, kit: Kit, moment: Moment | None = None) -> None:
        self._kit = kit
        self._moment = moment or Moment(kit)
        self._drawn = Drawn()
        self._sla = Sla(kit.rules, kit.calendar)

    def panes(self, limit: int = 50) -> Panes:
        """For whoever asks, as the present address wants it."""
        now, who, wanted = self._kit.now(), actor(), self.wanted()
        with self._kit.db.unit() as unit:
            inbox = self.inbox(unit, who)
            revision = inbox.revision()
            counts = inbox.counts(now)
            page = inbox.page(wanted, now, limit=limit)
            tabs = [
                Tab(key, name, f"/console/?view={key}", counts[key], wanted == Filter(view=key))
                for key, name in VIEWS.items()
            ]
            saved = self._saved(unit, inbox, who, wanted, now)
            lines = self.lines(unit, page.rows, now)
            plain = wanted == Filter(view=wanted.view)
            total = counts[wanted.view] if plain else _total(inbox, wanted, page, now)
        title = next((tab.name for tab in (*saved, *tabs) if tab.here), VIEWS[wanted.view])
        return Panes(wanted, title, tabs, saved, lines, _more(wanted, page.next), query(wanted), total, revision)

    def wanted(self) -> Filter:
        """The filter of the present address; one's own work when it has none."""
        args = request.args.to_dict()
        return Filter.parse(args if "view" in args else {**args, "view": _FIRST_VIEW})

    def inbox(self, unit: Unit, who: Actor) -> Inbox:
        return Inbox(unit, who, self._kit.desk(unit).key)

    def live(self, limit: int) -> Live:
        """The list again, for whoever has it open: hundreds ask when a ticket moves, and a row is made for all."""
        now, who, wanted = self._kit.now(), actor(), self.wanted()
        revision = self._moment.revision(newest=True)  # of what one has just done oneself, too
        counts = self._moment.counts(who, revision)
        with self._kit.db.unit() as unit:
            inbox = self.inbox(unit, who)
            page = self._page(inbox, who, wanted, revision, limit)
            rows = self._drawn.rows(page.rows, "bulk" in rights(who), now, lambda some: self.lines(unit, some, now))
            plain = wanted == Filter(view=wanted.view)
            total = counts[wanted.view] if plain else _total(inbox, wanted, page, now)
        told = " ".join(f"{name}={count}" for name, count in counts.items())
        shown = rows.replace(QUERY, str(escape(query(wanted))))
        return Live(revision, total, told, shown, _more(wanted, page.next), wanted)

    def _page(self, inbox: Inbox, who: Actor, wanted: Filter, revision: str, limit: int) -> Page:
        """Read once for all who see the same."""
        if wanted.q or wanted.view == "mine" or wanted.assignee == "me" or self._moment.sees_more(who, revision):
            return inbox.page(wanted, self._kit.now(), limit=limit)
        page = self._moment.page(who, wanted, revision, limit)
        return page._replace(rows=inbox.theirs(page.rows))

    def rows(self, after: str) -> tuple[Sequence[Line], str]:
        """The next lines, and the address of those behind them."""
        now, wanted = self._kit.now(), self.wanted()
        with self._kit.db.unit() as unit:
            page = self.inbox(unit, actor()).page(wanted, now, after)
            return self.lines(unit, page.rows, now), _more(wanted, page.next)

    def lines(self, unit: Unit, rows: Sequence[Row], now: datetime) -> list[Line]:
        talked = [row.ticket.openid for row in rows if row.ticket.openid and row.ticket.state in (*OPEN, *SAID)]
        ways = dict(reach_all(self._kit, unit, list(dict.fromkeys(talked)), NOTICE, now=now))
        replies = last_replies(unit, [row.ticket.id for row in rows])
        told = deliveries(unit, list(replies.values()), now)
        said = last_words(unit, [row.ticket.id for row in rows])
        desk, span = self._kit.desk(unit), self._kit.rules().idle
        stale = self._sla.ago(now, span._replace(amount=max(1, span.amount * 3 // 4)))

        def line(row: Row) -> Line:
            ticket = row.ticket
            last = told.get(replies.get(ticket.id, 0))
            failed = last if last is not None and last.state == "failed" else None
            way = ways.get(ticket.openid) if ticket.source != "miniapp" and ticket.state in (*OPEN, *SAID) else None
            left = self._sla.left(ticket, now)
            caller = desk.readable(ticket.caller) or ""
            return Line(
                ticket,
                row.assignee,
                row.unread,
                left,
                caller,
                way,
                failed,
                said.get(ticket.id, ""),
                lies(ticket, stale),
            )

        return [line(row) for row in rows]

    def _saved(self, unit: Unit, inbox: Inbox, who: Actor, wanted: Filter, now: datetime) -> list[Tab]:
        found = []
        for at, view in enumerate(SavedViews(unit, who).all()):
            its = Filter.parse(dict(parse_qsl(view.query)))
            count = inbox.count(its, now) if at < _SAVED else None
            mine = view.staff_id == who.id
            to = f"/console/{query(its)}"
            found.append(Tab(f"saved-{view.id}", view.name, to, count, its == wanted, view.id, view.shared, mine))
        return found


def _total(inbox: Inbox, wanted: Filter, page: Page, now: datetime) -> int:
    """How many a filter finds, of which `page` is the first; words are not looked for twice."""
    return inbox.count(wanted, now) if page.next else len(page.rows)


def query(wanted: Filter) -> str:
    """With `view` always, so that an address without one means the first."""
    return "?" + urlencode({"view": wanted.view, **wanted.dump()})


def _more(wanted: Filter, after: str) -> str:
    return f"/console/tickets{query(wanted)}&{urlencode({'after': after})}" if after else ""


def lies(ticket: Ticket, before: datetime | None) -> bool:
    """Untouched since then by whoever has it, where that leads back to the pool."""
    if ticket.assignee is None or ticket.assigned_at is None or before is None or ticket.state not in POOL:
        return False
    return max(ticket.touched_at or ticket.assigned_at, ticket.assigned_at) < before
