"""The same done to many tickets: one transaction each, and what came of each is told."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from typing import NamedTuple

from flask import render_template, request

from bot.desk import Serving
from handlers.console import shell
from handlers.console.gate import Gate, actor, signed
from models import once
from models.access import Actor, Forbidden
from models.db import Stale, Unavailable, Unit
from models.desk import BadMove, Changed, NoSuchTicket
from models.roster import Roster
from models.ticket import Ticket

MOST = 200
_log = logging.getLogger("huicai.console")
_RIGHTS = {"claim", "assign", "release", "dispatch", "note", "close"}


class Outcome(NamedTuple):
    number: str
    done: bool
    words: str


class Refused(Exception):
    """`str()` says why, for staff."""


def make(gate: Gate) -> None:
    kit = gate.kit

    @gate.page("/bulk", "bulk", methods=("POST",))
    def bulk() -> str:
        verb, numbers = request.form.get("verb", ""), list(dict.fromkeys(request.form.getlist("number")))[:MOST]
        found = each_of(verb, numbers) if verb in _RIGHTS else []
        return render_template("console/outcome.html", outcomes=found, token=secrets.token_urlsafe(18))

    def each_of(verb: str, numbers: list[str]) -> list[Outcome]:
        """What came of each, also of those that it did not come to when the database went."""
        found: list[Outcome] = []
        try:
            for number in numbers:
                found.append(done(verb, number))  # noqa: PERF401  what is done is told, whatever comes then
        except Unavailable as fault:
            _log.error("the console has no database in the middle of many tickets: %s", fault)
        return [*found, *(Outcome(each, False, "数据库没有回答，请再试一次") for each in numbers[len(found) :])]

    def done(verb: str, number: str) -> Outcome:
        def one(unit: Unit) -> Outcome:
            if token := request.form.get("once"):
                once.take(unit, f"{actor().id}:{number}:{token}", kit.now())
            desk = signed(kit.desk(unit))
            ticket = desk.hold(actor(), number, verb)
            _VERBS[verb](_Order(unit, desk, ticket, actor(), gate))
            return Outcome(number, True, ticket.state_name)

        try:
            return kit.db.doing(one)
        except once.Again:
            return Outcome(number, True, "已经办过了")
        except BadMove as fault:
            return Outcome(number, False, fault.why or f"{fault.state_name}，不能这样做")
        except (Stale, Changed):
            return Outcome(number, False, "刚才有人改过，请打开看看")
        except (NoSuchTicket, Forbidden):
            return Outcome(number, False, "没有这张工单，或者没有权限")
        except Refused as fault:
            return Outcome(number, False, str(fault))


class _Order(NamedTuple):
    unit: Unit
    desk: Serving
    ticket: Ticket
    by: Actor
    gate: Gate

    @property
    def words(self) -> str:
        return request.form.get("words", "").strip()[:500]


def _claim(order: _Order) -> None:
    order.desk.claim(order.ticket, order.by, now=order.gate.kit.now())


def _release(order: _Order) -> None:
    order.desk.release(order.ticket, order.by.key, why=order.words, now=order.gate.kit.now())


def _assign(order: _Order) -> None:
    """To whoever can see it."""
    to = request.form.get("to", type=int)
    people = {staff.id: staff for staff in Roster(order.unit, order.gate.seal).colleagues()}
    if to not in people:
        raise Refused("请选指派给谁")
    try:
        order.desk.get(people[to].actor, order.ticket.number)
    except NoSuchTicket:
        if not order.ticket.confidential or people[to].unit != order.ticket.unit:
            raise Refused(f"{people[to].name}看不到这张工单，请先转办") from None
    order.desk.assign(order.ticket, order.by, to, now=order.gate.kit.now())


def _dispatch(order: _Order) -> None:
    to = request.form.get("unit", "")
    if to not in shell.answering(order.gate.kit):
        raise Refused("请选转办给哪个单位")
    order.desk.dispatch(order.ticket, order.by, to, why=order.words, now=order.gate.kit.now())


def _note(order: _Order) -> None:
    if not order.words:
        raise Refused("备注是空的")
    order.desk.note(order.ticket, order.by, order.words, now=order.gate.kit.now())


def _close(order: _Order) -> None:
    order.desk.close(order.ticket, order.by.key, why=order.words, now=order.gate.kit.now())


_VERBS: dict[str, Callable[[_Order], None]] = {
    "claim": _claim,
    "release": _release,
    "assign": _assign,
    "dispatch": _dispatch,
    "note": _note,
    "close": _close,
}
