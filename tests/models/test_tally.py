"""What is asked of many tickets at once, and of a ticket in hand, is what the database says of each."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import select

from hotline import DAY, NOW, hire, opened, verbs
from models.access import ROLES, Actor, visible
from models.db import Database
from models.drafts import Drafts
from models.inbox import VIEWS, Filter, Inbox, beyond
from models.moves import LEGAL
from models.tally import Tally, everybody
from models.ticket import Ticket
from models.views import chosen, of_view, takes

_STATES = ["new", *sorted(new for old, new in LEGAL if old == "new")]


@pytest.fixture
def actors(database: Database) -> list[Actor]:
    """Of every role, two of a kind; and tickets of all sorts that stand with some of them."""
    made = [hire(database, f"{role}-{at}", role, ("hotline", "hr")[at % 2]) for role in ROLES for at in range(4)]
    chance, boss = random.Random(5), hire(database, "督办", "supervisor")
    numbers = [opened(database, str(at), confidential=at % 3 == 0, kind="help") for at in range(40)]
    with verbs(database) as desk:
        for number in numbers:
            ticket = desk.hold(boss, number, "edit")
            ticket.assignee = chance.choice([None, *(each.id for each in made)])
            ticket.unit, ticket.helpers = chance.choice(["hotline", "hr", "housing"]), chance.choice(["", " hr "])
            ticket.state, ticket.card = chance.choice(_STATES), chance.choice(["", "yellow", "red"])
            ticket.next_due = chance.choice([None, NOW - DAY, NOW, NOW + DAY / 2, NOW + DAY])
            ticket.callback_at = chance.choice([None, NOW])
    return made


def test_each_share_of_a_tally_is_what_they_would_count_themselves(database: Database, actors: list[Actor]) -> None:
    with database.unit() as unit:
        for actor in actors:
            inbox = Inbox(unit, actor)
            counted = {view: inbox.count(Filter(view), NOW) for view in VIEWS}
            assert Tally(unit, everybody(actor), NOW).of(actor) == counted, actor


def test_who_sees_more_than_others_of_their_kind_is_known(database: Database, actors: list[Actor]) -> None:
    with database.unit() as unit:
        for actor in actors:
            theirs = set(unit.session.scalars(select(Ticket.id).where(visible(actor))))
            others = set(unit.session.scalars(select(Ticket.id).where(visible(everybody(actor)))))
            assert Tally(unit, actor, NOW).sees_more(actor) is (theirs != others), actor


def test_a_filter_takes_the_ticket_in_hand_that_the_database_finds(database: Database, actors: list[Actor]) -> None:
    more = [Filter(assignee="none"), Filter(assignee="me"), Filter(state="open"), Filter(state="working", card="red")]
    with database.unit() as unit:
        tickets = list(unit.session.scalars(select(Ticket)))
        for actor in actors:
            for wanted in (*map(Filter, VIEWS), *more, Filter(unit="hr"), Filter(assignee=str(actor.id))):
                where = of_view(wanted.view, actor, NOW), *chosen(wanted, actor)
                found = set(unit.session.scalars(select(Ticket.id).where(*where)))
                assert found == {each.id for each in tickets if takes(wanted, actor, each, NOW)}, (actor, wanted)


@pytest.mark.parametrize("wanted", [Filter(), Filter(sort="new"), Filter(sort="callback"), Filter("callback")])
def test_what_stands_behind_a_page_is_beyond_it(database: Database, actors: list[Actor], wanted: Filter) -> None:
    boss = next(each for each in actors if each.role == "supervisor")
    with database.unit() as unit:
        tickets = [each for each in unit.session.scalars(select(Ticket)) if takes(wanted, boss, each, NOW)]
        for limit in (1, 3, 10, 25, 39):
            page = Inbox(unit, boss).page(wanted, NOW, limit=limit)
            shown = {row.ticket.id for row in page.rows}
            assert {each.id for each in tickets if not page.next or not beyond(wanted, each, page.next)} == shown


def test_rows_read_for_all_become_ones_own(database: Database) -> None:
    one, other = hire(database, "老王"), hire(database, "小李")
    read, unread = opened(database, "看过的"), opened(database, "没看过的")
    with database.writing() as unit:
        Drafts(unit).see(next(unit.session.scalars(select(Ticket).where(Ticket.number == read))), one.id, NOW)
    with database.unit() as unit:
        page = Inbox(unit, everybody(one)).page(Filter(), NOW)
        for actor, expected in ((one, {read: False, unread: True}), (other, {read: True, unread: True})):
            rows = Inbox(unit, actor).theirs(page.rows)
            assert {row.ticket.number: row.unread for row in rows} == expected
            assert rows == Inbox(unit, actor).page(Filter(), NOW).rows
