"""What the console does when somebody was faster, or the database is busy: nothing is lost, what changed is told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from bot.desk import Serving
from handlers.console.gate import COOKIE, Gate
from handlers.console.shell import settings_of
from models import counter
from models.db import Stale, Unavailable
from models.desk_answer import Said
from models.entrance import Inside
from models.materials import Materials
from models.roster import Roster
from models.seal import Seal


def _once(monkeypatch: pytest.MonkeyPatch, target: object, name: str, fault: Exception, at: int = 1) -> None:
    """The `at`th call fails."""
    real, calls = getattr(target, name), []

    def failing(*args: object, **more: object) -> object:
        calls.append(1)
        if len(calls) == at:
            raise fault
        return real(*args, **more)

    monkeypatch.setattr(target, name, failing)


@contextmanager
def _somebody_writes(desk) -> Iterator[None]:
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with desk.kit.db.unit() as unit:
            unit.lock()
            held.set()
            done.wait(60)

    thread = threading.Thread(target=hold)
    thread.start()
    assert held.wait(60)
    try:
        yield
    finally:
        done.set()
        thread.join()


def test_a_page_is_shown_while_somebody_writes(desk) -> None:
    ticket, agent = desk.ticket(), desk.sits("agent")
    desk.clock.at += timedelta(minutes=2)
    with _somebody_writes(desk):
        assert agent.get(f"/tickets/{ticket.number}").status_code == 200
        assert agent.get("/").status_code == 200


def test_a_new_ticket_is_written_when_somebody_was_faster(desk, monkeypatch: pytest.MonkeyPatch) -> None:
    agent = desk.sits("agent")
    _once(monkeypatch, counter, "take", Stale())
    typed = {"subject": "打来电话问补贴", "source": "phone", "kind": "question", "urgency": "normal", "once": "q1"}
    said = agent.post("/tickets/new", {**typed, "contact": "13800001111", "then": "mine", "detail": "写了很长的话"})
    assert said.status_code in (302, 303)


def test_a_verb_is_done_when_somebody_was_faster(desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket, agent = desk.ticket(), desk.sits("agent")
    _once(monkeypatch, type(desk.kit.desk(desk.kit.db.unit())), "hold", Stale())
    assert agent.post(f"/tickets/{ticket.number}/accept").status_code in (200, 303)


def test_who_lost_reads_what_the_other_did(desk) -> None:
    ticket, agent, lead = desk.ticket(), desk.sits("agent"), desk.sits("lead", name="小吴")
    seen = ticket.last_event
    lead.post(f"/tickets/{ticket.number}/claim")
    said = agent.post(f"/tickets/{ticket.number}/claim", {"seen": seen}, headers={"HX-Request": "true"})
    assert said.status_code == 409
    with desk.kit.db.unit() as unit:
        newest = desk.kit.desk(unit).events(ticket)[-1]
    assert newest.kind == "claim"
    assert said.text.count("小吴") > 0


def test_many_are_noted_once_however_often_it_is_sent(desk) -> None:
    ticket, lead = desk.ticket(), desk.sits("lead")
    sent = {"verb": "note", "number": ticket.number, "words": "同一条", "once": "a token of the form"}
    lead.post("/bulk", sent)
    assert "已经办过了" in lead.post("/bulk", sent).text
    with desk.kit.db.unit() as unit:
        assert [each.kind for each in desk.kit.desk(unit).events(ticket)].count("note") == 1


def test_when_the_database_goes_in_the_middle_it_is_told_how_far_it_came(desk, monkeypatch) -> None:
    lead, numbers = desk.sits("lead"), [desk.ticket(f"第{at}件").number for at in range(3)]
    _once(monkeypatch, desk.kit.db, "doing", Unavailable("gone"), at=2)
    said = lead.post("/bulk", {"verb": "note", "number": numbers, "words": "一起"}).text
    assert "办成 1 张，2 张没办成" in said
    assert said.count("数据库没有回答") == 2


@pytest.mark.parametrize("unit", ["unknown", "hotline", "nothing"])
def test_no_ticket_goes_where_nobody_is(desk, unit: str) -> None:
    ticket, lead = desk.ticket(), desk.sits("lead")
    assert "请选转办给哪个单位" in lead.post("/bulk", {"verb": "dispatch", "number": ticket.number, "unit": unit}).text
    typed = {"subject": "打来电话问补贴", "source": "phone", "kind": "question", "urgency": "normal", "once": "q1"}
    said = lead.post("/tickets/new", {**typed, "contact": "13800001111", "then": "dispatch", "unit": unit})
    assert said.status_code == 422
    assert lead.post(f"/tickets/{ticket.number}/dispatch", {"unit": unit}).status_code == 422


def test_a_number_mistyped_in_the_form_of_merging_is_told(desk) -> None:
    ticket, agent = desk.ticket(), desk.sits("agent")
    said = agent.post(f"/tickets/{ticket.number}/merge", {"other": "T20261123-9999", "why": "同一件事"})
    assert said.status_code == 422
    assert "没有这张工单" in said.text


def test_taking_back_what_asked_for_materials_takes_them_off_the_list(desk) -> None:
    ticket, agent = desk.ticket(), desk.sits("agent")
    agent.post(f"/tickets/{ticket.number}/accept")
    agent.post(f"/tickets/{ticket.number}/material", {"name": "身份证"})
    with desk.verbs() as verbs:
        held = verbs.hold(agent.actor, ticket.number, "ask")
        known = Materials(verbs._unit).of(ticket.id)
        Materials(verbs._unit).mark(ticket.id, known[0].id, "here", agent.actor.id, now=desk.kit.now())
    agent.post(f"/tickets/{ticket.number}/ask", {"text": "请交合同", "materials": "劳动合同\n身份证"})
    with desk.kit.db.unit() as unit:
        asked = next(each for each in desk.kit.desk(unit).events(held) if each.kind == "ask")
        assert [(each.name, each.state) for each in Materials(unit).of(ticket.id)] == [
            ("身份证", "wanted"),
            ("劳动合同", "wanted"),
        ]
    agent.post(f"/tickets/{ticket.number}/recall", {"event": str(asked.id)})
    with desk.kit.db.unit() as unit:
        assert [(each.name, each.state) for each in Materials(unit).of(ticket.id)] == [("身份证", "here")]


def test_only_one_persons_tickets_come_together(desk) -> None:
    """By way of a ticket taken by telephone, one would read what the other is answered."""
    lead = desk.sits("lead")
    one, other = desk.ticket("甲的事", openid="o甲"), desk.ticket("丙的事", openid="o丙")
    phone = desk.ticket("电话的事", openid="", source="phone", contact="13800001111")
    ringing = desk.ticket("另一个电话", openid="", source="phone", contact="13900002222")
    further = desk.ticket("第三个电话", openid="", source="phone", contact="13800001111")

    def merged(ticket, into) -> bool:
        return lead.post(f"/tickets/{ticket.number}/merge", {"into": into.number, "why": "同一件事"}).status_code == 303

    assert merged(one, phone)
    assert not merged(other, phone)
    assert not merged(ringing, phone)
    assert merged(phone, further)
    assert not merged(other, further)
    with desk.verbs() as verbs:
        assert verbs.theirs(["o甲"], further.number).id == further.id
        held = verbs.hold(lead.actor, further.number, "answer")
        verbs.answer(held, lead.actor, Said("办好了"), now=desk.kit.now())


def test_two_settings_at_once_are_both_kept(desk, monkeypatch: pytest.MonkeyPatch) -> None:
    agent, elsewhere = desk.sits("agent"), desk.app.test_client()
    elsewhere.set_cookie(COOKIE, agent.client.get_cookie(COOKIE).value)
    real, meanwhile = Gate._note_seen, [{"of": "sound", "sound": "on"}]

    def noting(gate: Gate, found: Inside) -> None:
        """Who asks has been read by now."""
        real(gate, found)
        if meanwhile:
            elsewhere.post("/console/me/settings", data=meanwhile.pop(), headers={"X-CSRF-Token": agent.csrf})

    monkeypatch.setattr(Gate, "_note_seen", noting)
    agent.post("/me/settings", {"of": "notifications", "notifications": "on"})
    with desk.kit.db.unit() as unit:
        kept = settings_of(Roster(unit, Seal(desk.kit.settings.secret_key)).get(agent.actor.id))
    assert (kept["sound"], kept["notifications"]) == (True, True)


def test_a_unit_that_leaves_the_office_while_a_ticket_goes_there(desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket, agent = desk.ticket(), desk.sits("agent")
    office = desk.kit.office()
    units = {name: each for name, each in office.units.items() if name != "housing"}
    real = Serving.dispatch

    def dispatching(*args: object, **more: object) -> object:
        monkeypatch.setattr(desk.kit.office, "_value", office.model_copy(update={"units": units}))
        return real(*args, **more)

    monkeypatch.setattr(Serving, "dispatch", dispatching)
    said = agent.post(f"/tickets/{ticket.number}/dispatch", {"unit": "housing"}, headers={"HX-Request": "true"})
    assert said.status_code == 200
