"""Who sees a ticket: the same asked of the database and of a ticket in hand; and who reads what its people said."""

from __future__ import annotations

from itertools import product

import pytest
from sqlalchemy import insert, select

from hotline import NOW, hire, opened, verbs
from models.access import ROLES, Actor, hidden, sees, visible
from models.chatlog import of_person
from models.db import Database
from models.message import MessageRow
from models.sought import Sought
from models.ticket import Ticket


@pytest.fixture
def tickets(database: Database) -> list[str]:
    """Each of them once: public or not, with whom, whose."""
    supervisor, holder = hire(database, "督办", "supervisor"), hire(database, "小王", unit="hr")
    numbers = []
    for confidential, unit, has in product((False, True), ("hotline", "hr", "housing"), (None, holder)):
        number = opened(database, confidential=confidential)
        with verbs(database) as desk:
            ticket = desk.hold(supervisor, number, "edit")
            ticket.unit, ticket.assignee, ticket.helpers = unit, has.id if has else None, " hr " if has else ""
        numbers.append(number)
    return numbers


def test_the_database_and_the_ticket_in_hand_say_the_same(database: Database, tickets: list[str]) -> None:
    actors = [hire(database, f"{role}-{unit}", role, unit) for role in ROLES for unit in ("hotline", "hr")]
    with database.unit() as unit:
        holder = next(each.assignee for each in unit.session.scalars(select(Ticket)) if each.assignee)
        for actor in (*actors, Actor(holder, "小王", "agent", "hr")):
            seen = {each.number for each in unit.session.scalars(select(Ticket)) if sees(actor, each)}
            assert seen == set(unit.session.scalars(select(Ticket.number).where(visible(actor)))), actor
            assert set(tickets) - seen == set(unit.session.scalars(select(Ticket.number).where(hidden(actor)))), actor


@pytest.mark.parametrize("confidential", [False, True])
def test_a_confidential_ticket_keeps_the_talk_of_its_person(database: Database, confidential: bool) -> None:
    opened(database)
    opened(database, confidential=confidential)
    values = {"kind": "text", "route": "faq", "note": "", "content": "", "owed": False, "opens": ""}
    with database.writing() as unit:
        row = {"key": "k", "openid": "o小林", "text": "举报某局长索贿", "received_at": NOW, **values}
        unit.execute(insert(MessageRow), row)
    agent, lead = hire(database, "坐席"), hire(database, "组长", "lead")
    stranger = hire(database, "单位", "lead", "hr")
    with database.unit() as unit:
        for actor, reads in ((agent, not confidential), (lead, True), (stranger, False)):
            assert bool(of_person(unit, actor, "o小林", NOW, NOW)) is reads
            assert bool(Sought(unit, actor).messages("索贿", 5)) is reads
