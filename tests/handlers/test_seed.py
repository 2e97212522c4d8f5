"""The demo's made-up desk: whole, marked, once, and never in production."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot import demo, rounds
from bot.kit import Kit
from bot.sla import Sla
from handlers.seed.seeding import NotTheDemo, seed, stories
from knowledge.entry import Candidate
from knowledge.library import Library
from models.access import ROLES, Actor
from models.audit import Audit
from models.faq import FaqDrafts
from models.inbox import Inbox
from models.moves import STATE_NAMES
from models.outbox import rows
from models.password import fits
from models.reports import Period, report
from models.roster import Roster
from models.seal import Seal
from models.ticket import KIND_NAMES, SOURCE_NAMES, Ticket
from models.views import Filter
from talk import Clock

ALL = Actor(0, "", "supervisor")


@pytest.fixture
def shown(kit: Kit) -> Kit:
    return replace(kit, settings=replace(kit.settings, demo=True))


def tickets(kit: Kit) -> list[Ticket]:
    with kit.db.unit() as unit:
        return [row.ticket for row in Inbox(unit, ALL).page(Filter(), kit.now(), limit=500).rows]


def test_production_is_never_filled(kit: Kit) -> None:
    with pytest.raises(NotTheDemo):
        seed(kit)
    assert demo.accounts(kit.settings) == ()
    assert tickets(kit) == []


def test_every_state_kind_and_source_is_there_and_marked(shown: Kit) -> None:
    assert seed(shown) == len(tickets(shown))
    made = tickets(shown)
    assert {each.state for each in made} == STATE_NAMES.keys()
    assert {each.kind for each in made} == KIND_NAMES.keys()
    assert {each.source for each in made} == SOURCE_NAMES.keys()
    assert {each.card for each in made} == {"", "yellow", "red"}
    assert {each.rating for each in made} == {None, 1, 2, 3, 4, 5}
    assert all(each.demo and "演示" in each.subject for each in made)
    for rare in ("callback_at", "supervised", "confidential", "merged_into"):
        assert [each for each in made if getattr(each, rare)], rare


def test_it_is_done_once(shown: Kit) -> None:
    assert seed(shown)
    before = len(tickets(shown))
    assert seed(shown) == 0
    assert len(tickets(shown)) == before


def test_nobody_waits_while_it_thinks(shown: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    """To build the index and to search takes longer than to write it all: others may write meanwhile."""
    looked: list[str] = []

    def hooked(library: Library, said: str, limit: int) -> list[Candidate]:
        with shown.db.writing(wait=0):
            looked.append(said)
        return real(library, said, limit)

    real = Library.search
    monkeypatch.setattr(Library, "search", hooked)
    assert seed(shown)
    assert looked
    looked.clear()
    assert not seed(shown)
    assert looked == []


def test_everybody_of_the_desk_can_come_in_with_the_password_shown(shown: Kit) -> None:
    seed(shown)
    with shown.db.unit() as unit:
        staff = Roster(unit, Seal(shown.settings.secret_key)).everybody()
    assert {each.role for each in staff} == set(ROLES)
    assert all(each.demo and "演示" in each.name for each in staff)
    assert fits(staff[0].password, demo.password(shown.settings))


def test_nothing_is_left_for_a_worker_to_send_to_people_who_do_not_exist(shown: Kit) -> None:
    seed(shown)
    with shown.db.unit() as unit:
        owed = rows(unit, limit=500)
    assert {each.state for each in owed} == {"sent", "waiting", "dead"}
    assert {"演示" in each.reason for each in owed if each.state == "waiting"} == {True}
    assert [each for each in owed if each.state == "dead" and "演示" in each.reason]


def test_its_audit_holds_and_equal_answers_stand_together(shown: Kit) -> None:
    seed(shown)
    with shown.db.unit() as unit:
        assert Audit(unit, Seal(shown.settings.secret_key).audit_key).broken() == ""
        assert max(group.asked for group in FaqDrafts(unit).groups(ALL)) == 2


@pytest.mark.parametrize("hours", [0, 9, 41, 130])
def test_nothing_happened_later_than_now(shown: Kit, clock: Clock, hours: int) -> None:
    """Whatever the hour, also at night and on a Saturday."""
    clock.at += timedelta(hours=hours)
    seed(shown)
    assert all(each.updated_at <= clock.at and each.created_at < clock.at for each in tickets(shown))


def test_answers_are_those_of_the_content(shown: Kit) -> None:
    cited = [
        str(step["text"])
        for story in stories()["tickets"]
        for step in story.get("then", ())
        if str(step.get("text", "")).startswith("=")
    ]
    assert cited
    assert all(shown.library.entry(each[1:]) for each in cited)


def test_some_questions_became_tickets_and_the_reports_say_so(shown: Kit) -> None:
    seed(shown)
    now = shown.now()
    period = Period(now - timedelta(days=30), now + timedelta(days=1))
    with shown.db.unit() as unit:
        found = report(unit, ALL, period, "day", Sla(shown.rules, shown.calendar), now)
    assert 0 < found.bot.ticketed < found.bot.all


def test_what_people_have_in_hand_stays_theirs(shown: Kit) -> None:
    seed(shown)
    held = {each.id for each in tickets(shown) if each.assignee}
    rounds.lying(shown)
    assert held == {each.id for each in tickets(shown) if each.assignee}
