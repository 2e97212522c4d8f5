"""The other side of a talk: what staff of the hotline do, by the verbs of the desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot.desk import Serving
from bot.kit import Kit
from models.access import Actor
from models.desk_answer import Said
from models.ticket import Ticket

AGENT = Actor(1, "小陈", "agent")
LEAD = Actor(2, "老周", "supervisor")


@contextmanager
def serving(kit: Kit, number: str = "T20261123-0001") -> Iterator[tuple[Serving, Ticket]]:
    """The verbs and a ticket held for them."""
    with kit.db.writing() as unit:
        desk = kit.desk(unit)
        yield desk, desk.hold(LEAD, number, "answer")


def newest(kit: Kit, openid: str) -> str:
    with kit.db.unit() as unit:
        return kit.desk(unit).listed([openid], limit=1)[0].number


def _answer(kit: Kit, openid: str, text: str) -> None:
    with serving(kit, newest(kit, openid)) as (desk, ticket):
        who = LEAD if ticket.kind == "rectify" else AGENT  # not whom the low rating was for
        desk.answer(ticket, who, Said(text), now=kit.now())


def _interim(kit: Kit, openid: str, text: str) -> None:
    with serving(kit, newest(kit, openid)) as (desk, ticket):
        desk.interim(ticket, AGENT, Said(text), now=kit.now())


def _ask(kit: Kit, openid: str, text: str) -> None:
    with serving(kit, newest(kit, openid)) as (desk, ticket):
        if ticket.state == "new":
            desk.accept(ticket, AGENT, now=kit.now())
        desk.ask(ticket, AGENT, Said("还差材料。"), materials=text.split("、"), now=kit.now())


def _invite(kit: Kit, openid: str, text: str) -> None:
    with serving(kit, newest(kit, openid)) as (desk, ticket):
        desk.invite(ticket, "clock", now=kit.now())


def _extend(kit: Kit, openid: str, text: str) -> None:
    with serving(kit, newest(kit, openid)) as (desk, ticket):
        desk.ask_extension(ticket, AGENT, 3, text, now=kit.now())
        desk.grant(ticket, LEAD, 3, why=text, now=kit.now())


def _accept(kit: Kit, openid: str, text: str) -> None:
    with serving(kit, newest(kit, openid)) as (desk, ticket):
        desk.accept(ticket, AGENT, now=kit.now())


DOES: dict[str, Callable[[Kit, str, str], None]] = {
    "答": _answer,
    "进": _interim,
    "要": _ask,
    "邀": _invite,
    "延": _extend,
    "受": _accept,
}
