"""What staff keep at a ticket: drafts, what they have read, being called on by name, forms handed in twice."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from bot.sla import Sla
from config.calendar import Calendar
from config.desk import load_desk
from config.office import load_office
from config.settings import ROOT
from models import once
from models.access import Actor
from models.db import Database, Unit
from models.desk import NewTicket
from models.desk_join import Joining
from models.drafts import Drafts
from models.faq import FaqDrafts
from models.materials import Materials, NoSuchMaterial
from models.seal import Seal
from models.staff import Staff
from models.stock import NoSuchReply, Stock
from models.ticket import Ticket

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
RULES = load_desk(ROOT / "config/desk.yaml")
CALENDAR = Calendar(load_office(ROOT / "config/office.yaml"))


def desk(unit: Unit) -> Joining:
    return Joining(unit, Seal("a secret of the tests"), Sla(lambda: RULES, lambda: CALENDAR))


def hired(database: Database, name: str, unit: str = "hotline") -> Actor:
    with database.writing() as work:
        staff = Staff(login=name, name=name, role="agent", unit=unit, created_at=NOW, updated_at=NOW)
        work.session.add(staff)
        work.session.flush()
        return staff.actor


def opened(database: Database, subject: str = "津贴没到账") -> Ticket:
    with database.writing() as unit:
        return desk(unit).open("o小林", NewTicket(subject, subject), now=NOW)


def test_a_draft_is_kept_and_colleagues_see_it(database: Database) -> None:
    wang, li, ticket = hired(database, "老王"), hired(database, "小李"), opened(database)
    for body in ("您好", "您好，已查到"):
        with database.writing() as unit:
            Drafts(unit).save(ticket.id, wang.id, "reply", body, seen=3, now=NOW)
    with database.unit() as unit:
        assert Drafts(unit).mine(ticket.id, wang.id)["reply"].body == "您好，已查到"
        assert Drafts(unit).mine(ticket.id, li.id) == {}
        (seen,) = Drafts(unit).others(ticket.id, li.id, NOW - timedelta(minutes=1))
        assert (seen.name, seen.tab, seen.body) == ("老王", "reply", "您好，已查到")
        assert Drafts(unit).others(ticket.id, li.id, NOW) == []
    with database.writing() as unit:
        Drafts(unit).save(ticket.id, wang.id, "reply", "  ", seen=3, now=NOW)
    with database.unit() as unit:
        assert Drafts(unit).mine(ticket.id, wang.id) == {}


def test_who_is_called_on_has_seen_it_when_they_open_the_ticket(database: Database) -> None:
    wang, li, ticket = hired(database, "老王"), hired(database, "小李"), opened(database)
    with database.writing() as unit:
        held = desk(unit).hold(wang, ticket.number, "note")
        event = desk(unit).note(held, wang, "@小李 请看", mentions=[li.id], now=NOW)
        Drafts(unit).call_on(event, [li.id, li.id], NOW)
    with database.unit() as unit:
        assert Drafts(unit).calls(li) == 1
        (called,) = Drafts(unit).called(li)
        assert (called.number, called.words, called.seen_at) == (ticket.number, "@小李 请看", None)
    with database.writing() as unit:
        Drafts(unit).see(held, li.id, NOW)
    with database.unit() as unit:
        assert Drafts(unit).calls(li) == 0
        assert Drafts(unit).has_read(ticket.id, li.id) == held.last_event


def test_nobody_is_told_of_a_ticket_they_may_not_see(database: Database) -> None:
    wang, stranger, ticket = hired(database, "老王"), hired(database, "外人", "hr"), opened(database)
    with database.writing() as unit:
        held = desk(unit).hold(wang, ticket.number, "note")
        event = desk(unit).note(held, wang, "@外人", mentions=[stranger.id], now=NOW)
        Drafts(unit).call_on(event, [stranger.id], NOW)
    with database.unit() as unit:
        assert (Drafts(unit).calls(stranger), Drafts(unit).called(stranger)) == (0, [])


def test_a_form_handed_in_twice_is_done_once(database: Database) -> None:
    with database.writing() as unit:
        once.take(unit, "token", NOW)
    with pytest.raises(once.Again), database.writing() as unit:
        once.take(unit, "token", NOW)


def test_of_two_forms_at_the_same_time_one_is_done(database: Database) -> None:
    wang, ticket = hired(database, "老王"), opened(database)
    both, done = threading.Barrier(2), []

    def send() -> None:
        both.wait()
        try:
            with database.writing() as unit:
                once.take(unit, "the same", NOW)
                held = desk(unit).hold(wang, ticket.number, "note")
                desk(unit).note(held, wang, "记一下", now=NOW)
            done.append("done")
        except once.Again:
            done.append("again")

    threads = [threading.Thread(target=send) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(done) == ["again", "done"]
    with database.unit() as unit:
        notes = [each for each in desk(unit).events(ticket) if each.kind == "note"]
    assert len(notes) == 1


def test_materials_are_wanted_and_ticked_off(database: Database) -> None:
    wang, ticket, other = hired(database, "老王"), opened(database), opened(database)
    with database.writing() as unit:
        Materials(unit).want(ticket.id, ["学历证书", " 学历证书", "", "社保清单"], wang.id, now=NOW)
    with database.writing() as unit:
        first, second = Materials(unit).of(ticket.id)
        assert (first.name, second.name) == ("学历证书", "社保清单")
        Materials(unit).mark(ticket.id, first.id, "here", wang.id, now=NOW)
        for bad in ((other.id, first.id, "here"), (ticket.id, first.id, "lost"), (ticket.id, 0, "here")):
            with pytest.raises(NoSuchMaterial):
                Materials(unit).mark(*bad, wang.id, now=NOW)
    with database.writing() as unit:
        assert [each.state for each in Materials(unit).of(ticket.id)] == ["here", "wanted"]
        Materials(unit).want(ticket.id, ["学历证书"], wang.id, now=NOW)
    with database.unit() as unit:
        assert [each.state for each in Materials(unit).of(ticket.id)] == ["wanted", "wanted"]


def test_replies_in_stock_are_everybodys_or_a_units(database: Database) -> None:
    wang, housing = hired(database, "老王"), hired(database, "小李", "housing")
    with database.writing() as unit:
        common = Stock(unit).add(wang, "问候", "{称呼}，您好", "", now=NOW)
        own = Stock(unit).add(housing, "公寓", "请稍等", "housing", now=NOW)
        Stock(unit).used(own.id)
    with database.writing() as unit:
        assert [each.title for each in Stock(unit).all(housing)] == ["公寓", "问候"]
        assert [each.title for each in Stock(unit).all(wang)] == ["问候"]
        with pytest.raises(NoSuchReply):
            Stock(unit).change(wang, own.id, "x", "y", "", now=NOW)
        Stock(unit).remove(wang, common.id, now=NOW)
    with database.unit() as unit:
        assert Stock(unit).all(wang) == []


def test_equal_questions_stand_together(database: Database) -> None:
    wang = hired(database, "老王")
    for subject, form in (("津贴几时发", "津贴时间"), ("公寓在哪", "公寓地点"), ("津贴啥时候发", "津贴时间")):
        ticket = opened(database, subject)
        with database.writing() as unit:
            event = desk(unit).events(ticket)[0]
            for answer in ("头一稿", "每年一次"):
                FaqDrafts(unit).add(ticket, event, wang, form=form, question=subject, answer=answer, now=NOW)
    with database.unit() as unit:
        first, second = FaqDrafts(unit).groups(wang)
        assert (first.form, first.asked, second.asked) == ("津贴时间", 2, 1)
        assert [each.question for each in first.drafts] == ["津贴啥时候发", "津贴几时发"]
        assert {each.answer for each in first.drafts} == {"每年一次"}
