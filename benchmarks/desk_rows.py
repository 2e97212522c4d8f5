"""A desk full of tickets, and people logged in at it."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import insert, select

from bot.desk import Serving
from bot.kit import Kit
from models.access import Actor
from models.db import Database, Unit
from models.desk import NewTicket
from models.desk_answer import Said
from models.entrance import WHOLE, Entrance
from models.schema import upgrade
from models.staff import Staff
from models.ticket import Ticket, TicketEvent

_MATTERS = ("人才津贴没到账", "公寓什么时候摇号", "安家费材料没有回音", "配偶调动要哪些证明", "职称评审材料被退回")
_KINDS = ("question", "help", "complaint", "suggestion", "unpaid", "agency")


def upgraded(url: str) -> None:
    database = Database(url)
    upgrade(database)
    database.close()


def open_one(kit: Kit, number: int) -> None:
    with kit.db.writing() as unit:
        kit.desk(unit).open(f"oDesk{number}", _new(random.Random(number)), now=kit.now())


def add_to_one(kit: Kit, number: int) -> None:
    """The talent of `open_one` says something more."""
    with kit.db.writing() as unit:
        desk = kit.desk(unit)
        desk.add(desk.listed([f"oDesk{number}"], limit=1)[0], "再补充一句", now=kit.now())


def many(kit: Kit, count: int, made: int = 500) -> None:
    """`fill` with so many made by the verbs, and the rest copies of them with what was said in them."""
    fill(kit, made)
    with kit.db.writing() as unit:
        tickets = [dict(row._mapping) for row in unit.execute(select(Ticket.__table__))]
        events = [dict(row._mapping) for row in unit.execute(select(TicketEvent.__table__))]
        newest = max(ticket["id"] for ticket in tickets)
        for copy in range(1, count // made):
            shift = copy * newest
            again = [{**each, "id": each["id"] + shift, "number": f"{each['number']}{copy:02}"} for each in tickets]
            unit.execute(insert(Ticket), again)
            said = [{**each, "id": None, "ticket_id": each["ticket_id"] + shift} for each in events]
            unit.execute(insert(TicketEvent), [{k: v for k, v in each.items() if k != "id"} for each in said])


def fill(kit: Kit, count: int) -> None:
    """Tickets of the last two months, most of them answered, as a desk has them."""
    chance, now = random.Random(3), kit.now()
    with kit.db.writing() as unit:
        who = _hired(unit, "agent-of-rows", now)
    for start in range(0, count, 200):
        with kit.db.writing() as unit:
            verbs = kit.desk(unit)
            for number in range(start, min(count, start + 200)):
                at = now - timedelta(minutes=chance.randint(1, 60 * 24 * 60))
                _one(verbs, who, f"oRow{number // 3}", chance, at)


def sessions(kit: Kit, count: int, role: str = "agent") -> list[str]:
    """Cookies of so many people of the hotline."""
    now = kit.now()
    with kit.db.writing() as unit:
        people = [_hired(unit, f"bench-{number}", now, role) for number in range(count)]
        entrance = Entrance(unit)
        staff = {each.id: each for each in unit.session.query(Staff)}
        return [entrance.begin(staff[who.id], WHOLE, address="", agent="", now=now) for who in people]


def _hired(unit: Unit, login: str, now: datetime, role: str = "agent") -> Actor:
    staff = Staff(login=login, name=f"坐席{login[-3:]}", role=role, created_at=now, updated_at=now)
    unit.session.add(staff)
    unit.session.flush()
    return staff.actor


def _new(chance: random.Random) -> NewTicket:
    matter = chance.choice(_MATTERS)
    return NewTicket(matter, f"{matter}，请帮忙看看", kind=chance.choice(_KINDS), contact="13800001234")


def _one(verbs: Serving, who: Actor, openid: str, chance: random.Random, at: datetime) -> None:
    ticket = verbs.open(openid, _new(chance), now=at)
    fate, after = chance.random(), partial(timedelta, minutes=1)
    if fate < 0.02:
        return
    if fate < 0.06:
        verbs.dispatch(ticket, who, "hr", now=at + after())
        return
    verbs.accept(ticket, who, now=at + after())
    if fate > 0.1:
        verbs.answer(ticket, who, Said("已经办好了，请查收"), now=at + after() * 2)
        if fate > 0.2:
            verbs.close(ticket, "clock", now=at + after() * 3)
