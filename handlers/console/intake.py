"""Tickets that staff write down: a call, one to be called back, a call nobody took, somebody at the counter."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from flask import Response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from bot.akin import LIKELY, Typed, ranked
from bot.kit import Kit
from bot.private import masked
from config.calendar import SHANGHAI
from config.desk import Route
from handlers.console.gate import Gate, actor, signed
from handlers.console.shell import answering, to
from models import once
from models.db import Unit
from models.desk import NewTicket
from models.inbox import Filter, Inbox
from models.ticket import KIND_NAMES, SOURCE_NAMES, URGENCY_NAMES, Ticket

SOURCES = ("phone", "walkin", "callback", "missed")
_KINDS = tuple(kind for kind in KIND_NAMES if kind != "rectify")
_AHEAD = timedelta(days=60)  # a call-back is promised for no later
_SAME_MATTER, _LOOKED_AT = 3, 150
_DIGITS = 7  # of a telephone number, before anybody is looked for


class Wrong(Exception):
    """A field that will not do: its name, and why."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


class Known(NamedTuple):
    """What is known while the form is being filled in. `same`: (ticket, whether it is likely the same matter) of this
    caller; `others`: other people's open ones like it."""

    same: list[tuple[Ticket, bool]]
    others: list[Ticket]
    route: Route | None
    topic: str
    entries: list[Any]


class _Told(NamedTuple):
    subject: str
    detail: str
    topic: str
    ticket: Ticket


def make(gate: Gate) -> None:
    kit = gate.kit

    @gate.page("/tickets/new", "open", methods=("GET", "POST"))
    def new_ticket() -> AnyResponse:
        if request.method == "GET":
            return form({"source": request.args.get("source", "phone")}, {})
        given = {name: value.strip() for name, value in request.form.items()}
        try:
            return to(f"/console/tickets/{opened(given)}?view={'free' if given.get('then') == 'leave' else 'mine'}")
        except Wrong as wrong:
            return form(given, {wrong.field: str(wrong)}, 422)
        except once.Again:
            return to("/console/?view=all&sort=new")

    @gate.page("/tickets/new/known", "open", methods=("POST",))
    def known() -> str:
        with kit.db.unit() as unit:
            found = known_of(kit, unit, request.form)
        return render_template("console/known.html", known=found, typed=request.form.get("subject", "").strip())

    def form(given: Mapping[str, str], wrong: Mapping[str, str], status: int = 200) -> Response:
        choices = {
            "sources": {name: SOURCE_NAMES[name] for name in SOURCES},
            "kinds": {name: KIND_NAMES[name] for name in _KINDS},
            "urgencies": URGENCY_NAMES,
            "topics": kit.library.words.topics,
        }
        token = given.get("once") or secrets.token_urlsafe(16)
        return Response(
            render_template("console/new_ticket.html", given=given, wrong=wrong, token=token, **choices), status
        )

    def opened(given: Mapping[str, str]) -> str:
        """Its number."""
        new, now = written(given, kit.now()), kit.now()
        unit_wanted = given.get("unit", "")
        if given.get("then") == "dispatch" and unit_wanted not in answering(kit):
            raise Wrong("unit", "请选转办给哪个单位")

        def work(unit: Unit) -> str:
            once.take(unit, f"new:{actor().id}:{given.get('once', '')}", now)
            desk = signed(kit.desk(unit))
            ticket = desk.open("", new, now=now, by=actor().key)
            if given.get("then") == "mine":
                desk.accept(ticket, actor(), now=now)
            elif given.get("then") == "dispatch":
                desk.dispatch(ticket, actor(), unit_wanted, now=now)
            return ticket.number

        return kit.db.doing(work)


def written(given: Mapping[str, str], now: datetime) -> NewTicket:
    """Raises Wrong. Numbers in what was written down are masked, as they are in chats; the contact is sealed whole."""
    subject = masked(given.get("subject", ""))
    if len(subject) < 4:
        raise Wrong("subject", "请用一句话写清是什么事，至少 4 个字")
    for name, among in (("source", SOURCES), ("kind", _KINDS), ("urgency", URGENCY_NAMES)):
        if given.get(name) not in among:
            raise Wrong(name, "请选一个")
    contact = given.get("contact", "")
    if given["source"] != "walkin" and sum(map(str.isdigit, contact)) < _DIGITS:
        raise Wrong("contact", "请填能打通的电话号码")
    return NewTicket(
        subject[:190],
        masked(given.get("detail", ""))[:4000] or subject,
        kind=given["kind"],
        topic=given.get("topic", "")[:32],
        contact=contact[:60],
        source=given["source"],
        urgency=given["urgency"],
        confidential="confidential" in given,
        caller=given.get("caller", "")[:40],
        callback_at=_callback(given, now),
    )


def _callback(given: Mapping[str, str], now: datetime) -> datetime | None:
    """A missed call is rung back at once; whoever asked for a call-back has said when."""
    raw = given.get("callback_at", "")
    if not raw:
        if given["source"] == "callback":
            raise Wrong("callback_at", "请填和对方约好的回电时间")
        return now if given["source"] == "missed" else None
    try:
        at = datetime.fromisoformat(raw).replace(tzinfo=SHANGHAI)
    except ValueError:
        raise Wrong("callback_at", "时间看不懂") from None
    if not now - timedelta(minutes=5) <= at <= now + _AHEAD:
        raise Wrong("callback_at", "回电时间要在以后 60 天以内")
    return at


def known_of(kit: Kit, unit: Unit, given: Mapping[str, str]) -> Known:
    now, subject, contact = kit.now(), given.get("subject", "").strip()[:190], given.get("contact", "").strip()
    typed = Typed(subject, given.get("detail", "")[:400], given.get("topic", ""))
    desk = kit.desk(unit)
    same: list[tuple[Ticket, bool]] = []
    if sum(map(str.isdigit, contact)) >= _DIGITS:
        theirs = desk.akin(actor(), openid="", contact_key=desk.key(contact), beside=None, now=now)
        same = [(ticket, score >= LIKELY) for ticket, score in ranked(typed, theirs, kit.library.canonical)]
    if len(subject) < 4:
        return Known(same, [], None, "", [])
    entries = kit.library.search(f"{subject} {typed.detail}".strip(), 3)
    topic = typed.topic or (entries[0].entry.topic if entries else "")
    mine = {ticket.id for ticket, _ in same}
    others = [each for each in _like(kit, unit, typed, now) if each.id not in mine]
    route = kit.rules().route(given.get("kind", "question"), topic)
    return Known(same[:8], others[:_SAME_MATTER], route, topic, entries)


def _like(kit: Kit, unit: Unit, typed: Typed, now: datetime) -> list[Ticket]:
    """Open tickets of late that say much the same, the likest first."""
    rows = Inbox(unit, actor()).page(Filter(state="open", sort="new"), now, limit=_LOOKED_AT).rows
    # Of a row in a list the detail is not read.
    told = [_Told(row.ticket.subject, "", row.ticket.topic, row.ticket) for row in rows]
    found = ranked(Typed(typed.subject, "", typed.topic), told, kit.library.canonical)
    return [each.ticket for each, score in found if score >= LIKELY]
