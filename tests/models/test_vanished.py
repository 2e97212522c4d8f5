"""Rows that go while somebody works with them: it is done anew on what is left, or refused; never half done."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import event, update

from hotline import DayByDay, verbs
from models import linking, outbox, retention
from models.access import Actor
from models.db import Database, Stale, Unit
from models.desk import NewTicket, NoSuchTicket
from models.desk_after import Aftermath
from models.erasing import erase
from models.events import Events, NewEvent
from models.faq import FaqDrafts
from models.interest import Interests
from models.linking import LinkCodes
from models.login import Logins
from models.outbox import OutboxRow
from models.roster import NewStaff, Roster
from models.saved_views import SavedViews
from models.seal import Seal
from models.talent import NoSuchTalent, Talent, Talents
from models.ticket import Ticket, TicketEvent
from models.upload import Uploads

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SEAL = Seal("a key for the tests, long enough to be one")
GIF = b"GIF89a" + b"\0" * 40


@contextmanager
def after_a_look(unit: Unit, do: Callable[[], object], at: str = "") -> Iterator[None]:
    """Once, as soon as the unit has run a statement that says `at`."""
    engine, todo = unit.connection.engine, [do]

    def ran(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if todo and connection is unit.connection and at in statement:
            todo.pop()()

    event.listen(engine, "after_cursor_execute", ran)
    try:
        yield
    finally:
        event.remove(engine, "after_cursor_execute", ran)


def enter(db: Database, openid: str, app: str = "miniapp") -> Talent:
    return db.doing(lambda unit: Talents(unit).enter(openid, app, unionid="", now=NOW))  # type: ignore[arg-type]


def hired(db: Database) -> Actor:
    with db.writing() as unit:
        return Roster(unit, SEAL).add("cli:t", NewStaff("wang", "老王", "supervisor"), now=NOW).actor


def join(db: Database, one: Talent, into: Talent) -> None:
    with db.writing() as unit:
        Talents(unit).join(one.id, into.id, now=NOW)


@pytest.fixture
def gone(database: Database) -> Talent:
    """Whoever asked as this one has just turned out to be somebody who was known already."""
    into, one = enter(database, "oService", "service"), enter(database, "oMini")
    join(database, one, into)
    return one


@pytest.mark.parametrize(
    "work",
    [
        lambda unit, who: LinkCodes(unit, SEAL).make(who.id, NOW),
        lambda unit, who: LinkCodes(unit, SEAL).make_ticket(who.id, NOW),
        lambda unit, who: Logins(unit).begin("t" * 43, who, "oMini", "miniapp", agent="", now=NOW),
        lambda unit, who: Uploads(unit, SEAL, who.id).put("a.gif", GIF, now=NOW),
    ],
    ids=["link code", "ticket", "login", "upload"],
)
def test_who_has_become_somebody_else_is_looked_for_anew(
    database: Database, gone: Talent, monkeypatch: pytest.MonkeyPatch, work: Callable[[Unit, Talent], object]
) -> None:
    """A code that could not be kept was taken for somebody else's, and drawn anew for ever with the lock held."""
    tries = count(1)

    def drawn(most: int) -> int:
        assert next(tries) < 5, "still drawing"
        return 0

    monkeypatch.setattr(linking.secrets, "randbelow", drawn)
    with pytest.raises(Stale), database.writing() as unit:
        work(unit, gone)


def test_nobody_is_left_of_an_openid_that_was_erased(database: Database) -> None:
    """Their row stays, and nobody comes by it: it is not somebody without an openid."""
    talent = enter(database, "oMini")
    with database.writing() as unit:
        erase(unit, talent, NOW)
    with database.unit() as unit, pytest.raises(NoSuchTalent):
        Talents(unit).get(talent.id)
    with pytest.raises(Stale), database.writing() as unit:
        LinkCodes(unit, SEAL).make(talent.id, NOW)


def test_who_an_openid_is_is_asked_in_one_look(database: Database) -> None:
    """Between two they may have become somebody else."""
    into, one = enter(database, "oService", "service"), enter(database, "oMini")
    with database.unit() as unit, after_a_look(unit, lambda: join(database, one, into)):
        found = Talents(unit).of("oMini")
    assert found is not None
    assert "oMini" in found.all


def joined_between(db: Database, work: Callable[[Unit], object]) -> None:
    """`work` reads a row that then goes by a joining, and writes it. On SQLite nobody comes between."""
    into, one = enter(db, "oService", "service"), enter(db, "oMini")
    with db.unit() as unit:
        work(unit)
        join(db, one, into)
        with pytest.raises(Stale):
            unit.commit()


def test_a_setting_of_somebody_who_becomes_another_is_begun_anew(database: Database) -> None:
    def elder(unit: Unit) -> None:
        talents = Talents(unit)
        found = talents.of("oMini")
        assert found is not None
        talents.look(found, elder=True)

    joined_between(database, elder)


def test_an_interest_that_moves_is_noted_anew(database: Database) -> None:
    for openid, app in (("oService", "service"), ("oMini", "miniapp")):
        enter(database, openid, app)
        with database.writing() as unit:
            Interests(unit).register(openid, "housing", note="", now=NOW)
    joined_between(database, lambda unit: Interests(unit).register("oMini", "housing", note="两室", now=NOW + HOUR))


def test_a_saved_view_that_is_dropped_meanwhile(database: Database) -> None:
    who = hired(database)
    with database.writing() as unit:
        view = SavedViews(unit, who).save("我的", "view=mine", shared=False, now=NOW).id
    with database.unit() as unit:
        found = SavedViews(unit, who).all()[0]
        with database.writing() as other:
            SavedViews(other, who).drop(view)
        found.query = "view=open"
        with pytest.raises(Stale):
            unit.commit()


def test_who_rates_still_has_the_seat(database: Database) -> None:
    with database.writing() as unit:
        events = Events(unit)
        made = events.add(NewEvent("沙龙", starts_at=NOW + HOUR, ends_at=NOW + 3 * HOUR), now=NOW)
        number = events.open(made, now=NOW).event.number
        events.sign_up(made, "o1", remind=False, now=NOW)
    later, with_a_seat = NOW + 2 * HOUR, []

    def withdraw() -> None:
        with database.writing() as unit:
            events = Events(unit)
            event = events.find(number)
            events.withdraw(event, "o1", now=later)
            signup = events.signup(event, "o1")
            with_a_seat.append(signup is not None and signup.rating is not None)

    other = threading.Thread(target=withdraw)

    def meanwhile() -> None:
        other.start()
        other.join(0.5)

    with database.unit() as unit:
        events = Events(unit)
        event = events.find(number)
        with after_a_look(unit, meanwhile, "FROM signup"):
            events.rate(event, "o1", 5, "很好", now=later)
        unit.commit()
    other.join(10)
    assert with_a_seat == [True]  # first the one, then the other


def test_a_photo_is_handed_in_or_taken_away(database: Database) -> None:
    talent = enter(database, "oMini")
    with database.writing() as unit:
        name = Uploads(unit, SEAL, talent.id).put("a.gif", GIF, now=NOW).name
        event = handed(unit)
    took: list[bool] = []

    def take_away() -> None:
        with database.writing() as unit:
            took.append(Uploads(unit, SEAL, talent.id).remove(name))

    other = threading.Thread(target=take_away)

    def meanwhile() -> None:
        other.start()
        other.join(0.5)

    with database.unit() as unit:
        given = unit.session.get_one(TicketEvent, event)
        unit.lock()
        with after_a_look(unit, meanwhile, "FROM upload"):
            Uploads(unit, SEAL, talent.id).hand_in(given, [name])
        unit.commit()
    other.join(10)
    assert took == [False]


def handed(unit: Unit) -> int:
    """The event of a ticket, for files to be put to."""
    ticket = Ticket(number="T20261123-0001", openid="oMini", kind="help", subject="s", detail="d")
    ticket.created_at = ticket.updated_at = NOW
    unit.session.add(ticket)
    unit.session.flush()
    event = TicketEvent(ticket_id=ticket.id, at=NOW, actor="talent", kind="opened", old="new", new="new")
    unit.session.add(event)
    unit.session.flush()
    return event.id


def test_a_draft_that_is_decided_while_the_page_is_read_is_left_out(database: Database) -> None:
    who = hired(database)
    with database.writing() as unit:
        event = unit.session.get_one(TicketEvent, handed(unit))
        ticket = unit.session.get_one(Ticket, event.ticket_id)
        draft = FaqDrafts(unit).add(ticket, event, who, form="f", question="q", answer="a", now=NOW).id

    def decide() -> None:
        with database.writing() as unit:
            FaqDrafts(unit).decide(who, draft, "dropped", now=NOW)

    with database.unit() as unit, after_a_look(unit, decide):
        assert FaqDrafts(unit).groups(who) == []


def test_what_somebody_comes_back_for_is_not_forgotten_at_that_moment(database: Database) -> None:
    with database.writing() as unit:
        outbox.add(unit, "o1", "reply", "{}", dedup="d", now=NOW)
        unit.execute(update(OutboxRow).values(state="waiting"))
    later = NOW + 400 * 24 * HOUR

    def comes() -> None:
        with database.writing() as unit:
            assert outbox.wake(unit, ["o1"], later) == 1

    with database.unit() as unit, after_a_look(unit, comes):
        assert retention.delete_owed(unit, later - HOUR).done == 0
        unit.commit()
    with database.unit() as unit:
        assert [row.state for row in outbox.rows(unit)] == ["due"]


def test_a_ticket_that_is_parted_from_theirs_while_they_wait_for_it_is_not_theirs(database: Database) -> None:
    if database.kind == "sqlite":
        return  # who holds one there writes alone
    who = hired(database)
    with verbs(database) as desk:
        mine, call = (desk.open(openid, NewTicket("落户", "x"), now=NOW).number for openid in ("o1", ""))
    with verbs(database) as desk:
        desk.merge(desk.hold(who, mine, "merge"), desk.hold(who, call, "merge"), who, now=NOW)

    def part() -> None:
        with verbs(database) as desk:
            desk.unmerge(desk.hold(who, mine, "unmerge"), who, now=NOW)

    with database.unit() as unit, after_a_look(unit, part, "merged_into IN"):
        desk = Aftermath(unit, SEAL, DayByDay())
        with pytest.raises(NoSuchTicket):
            desk.theirs(["o1"], call, hold=True)
