"""The inbox: its list, the next pages of it, taking the next ticket, views that are kept, being away, search."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from flask import Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from handlers.console.gate import INSIDE, Gate, actor, inside, signed
from handlers.console.listing import Listing, query
from handlers.console.shell import answering, fragment, shown, to, toast
from models.access import rights
from models.db import Unit
from models.inbox import SORTS, Filter
from models.moves import STATE_NAMES
from models.roster import Roster
from models.saved_views import SavedViews, TooMany
from models.ticket import CARD_NAMES, HOTLINE, KIND_NAMES, SOURCE_NAMES, URGENCY_NAMES
from models.turns import Turns

_HOMES = (("tickets", ""), ("staff", "/console/staff"), ("audit", "/console/audit"))


def make(gate: Gate) -> None:
    kit = gate.kit
    listing = Listing(kit)
    gate.door.record_once(lambda state: state.app.jinja_env.globals.update(_globals(gate, listing)))

    @gate.page("/", INSIDE)
    def home() -> AnyResponse:
        """Whoever has no tickets to see begins where their work is."""
        mine = rights(actor())
        elsewhere = next((to for right, to in _HOMES if right in mine), "/console/me")
        return redirect(elsewhere, 303) if elsewhere else whole()

    @gate.page("/tickets", "tickets")
    def tickets() -> AnyResponse:
        """htmx: the rows behind `after`; else the page."""
        if not fragment():
            return whole()
        lines, more = listing.rows(request.args.get("after", ""))
        return Response(render_template("console/rows.html", lines=lines, more=more, query=query(listing.wanted())))

    def whole() -> AnyResponse:
        return shown("console/inbox.html", "console/panes.html")

    @gate.page("/tickets/next", "claim", methods=("POST",))
    def take_next() -> AnyResponse:
        def taken(unit: Unit) -> str:
            ticket = Turns(unit, signed(kit.desk(unit))).take_next(actor(), kit.now())
            return ticket.number if ticket else ""

        number = kit.db.doing(taken)
        if number:
            return to(f"/console/tickets/{number}?view=mine")
        if fragment():
            return toast(Response(status=204), "没有待接的工单了")
        return redirect("/console/?view=free", 303)

    @gate.page("/views", "tickets", methods=("POST",))
    def keep_view() -> AnyResponse:
        name = request.form.get("name", "").strip()[:64]
        wanted = Filter.parse(dict(parse_qsl(request.form.get("query", "").lstrip("?"))))
        if not name:
            return toast(Response(status=204), "请给视图起个名字", bad=True)
        try:
            with kit.db.writing() as unit:
                shared = "shared" in request.form
                SavedViews(unit, actor()).save(name, query(wanted).lstrip("?"), shared=shared, now=kit.now())
        except TooMany:
            return toast(Response(status=204), "最多存 20 个视图，请先删掉几个", bad=True)
        return to(f"/console/{query(wanted)}")

    @gate.page("/views/<int:number>/drop", "tickets", methods=("POST",))
    def drop_view(number: int) -> AnyResponse:
        with kit.db.writing() as unit:
            SavedViews(unit, actor()).drop(number)
        return to("/console/")

    @gate.page("/away", "tickets", methods=("POST",))
    def away() -> AnyResponse:
        """Gets no tickets by turns, until they say that they are back."""
        here = inside().staff
        with kit.db.writing() as unit:
            Roster(unit, gate.seal).set_away(actor().key, here.id, away=not here.away, now=kit.now())
        return to(request.form.get("back", "") if _ours(request.form.get("back", "")) else "/console/")


def _ours(address: str) -> bool:
    return address.startswith("/console/") and "\\" not in address


def _globals(gate: Gate, listing: Listing) -> dict[str, Callable[..., Any] | dict[str, str]]:
    """What console/inbox.html calls, so that a page about a ticket need not know of the panes around it."""

    def colleagues() -> list[tuple[int, str]]:
        who = actor()
        with gate.kit.db.unit() as unit:
            roster = Roster(unit, gate.seal)
            found = roster.colleagues("" if who.hotline or who.role == "supervisor" else who.unit)
        return [(staff.id, f"{staff.name}{'（离开）' if staff.away else ''}") for staff in found]

    def units() -> dict[str, str]:
        return {HOTLINE: "热线"} | {key: unit.name for key, unit in answering(gate.kit).items()}

    return {
        "inbox": listing.panes,
        "token": secrets.token_urlsafe,
        "colleagues": colleagues,
        "units": units,
        "may": lambda right: right in rights(actor()),
        "is_away": lambda: inside().staff.away,
        "KIND_NAMES": KIND_NAMES,
        "SOURCE_NAMES": SOURCE_NAMES,
        "STATE_NAMES": STATE_NAMES,
        "URGENCY_NAMES": URGENCY_NAMES,
        "CARD_NAMES": CARD_NAMES,
        "SORTS": SORTS,
    }
