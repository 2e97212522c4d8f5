"""Tickets that staff write down: sealed, due, told of duplicates, and handed on."""

from __future__ import annotations

from typing import Any

import pytest

from models.ticket import HOTLINE, Ticket

FORM = {
    "source": "phone",
    "contact": "13800001234",
    "caller": "林晓东",
    "subject": "人才津贴三个月没到账",
    "detail": "打过两次电话",
    "kind": "help",
    "urgency": "normal",
    "then": "leave",
}


def handed_in(seat, **more: Any):
    return seat.post("/tickets/new", {**FORM, "once": "1", **more})


def ticket_of(desk, answer) -> Ticket:
    number = answer.location.removeprefix("/console/tickets/").partition("?")[0]
    with desk.kit.db.unit() as unit:
        return desk.kit.desk(unit).get(desk.sits("supervisor").actor, number)


def test_a_call_becomes_a_ticket_with_its_times(desk) -> None:
    agent = desk.sits("agent")
    answer = handed_in(agent)
    assert answer.status_code == 303
    ticket = ticket_of(desk, answer)
    assert (ticket.source, ticket.kind, ticket.state, ticket.openid) == ("phone", "help", "new", "")
    assert ticket.first_due is not None
    assert "13800001234" not in ticket.contact
    assert "林晓东" not in ticket.caller
    with desk.kit.db.unit() as unit:
        verbs = desk.kit.desk(unit)
        assert (verbs.contact(ticket), verbs.caller(ticket)) == ("13800001234", "林晓东")
        assert verbs.events(ticket)[0].actor == agent.actor.key


def test_numbers_in_the_text_are_masked(desk) -> None:
    ticket = ticket_of(desk, handed_in(desk.sits("agent"), detail="身份证 520302199001011234，电话 13911112222"))
    assert "520302199001011234" not in ticket.detail
    assert "13911112222" not in ticket.detail


def test_whoever_writes_it_down_may_take_it_or_hand_it_on(desk) -> None:
    agent = desk.sits("agent")
    mine = ticket_of(desk, handed_in(agent, then="mine"))
    assert (mine.state, mine.assignee) == ("working", agent.actor.id)
    theirs = ticket_of(desk, handed_in(agent, once="2", then="dispatch", unit="hr"))
    assert (theirs.state, theirs.unit) == ("dispatched", "hr")


def test_handed_in_twice_is_one_ticket(desk) -> None:
    agent = desk.sits("agent")
    handed_in(agent)
    handed_in(agent)
    assert agent.get("/?view=free").text.count('id="row-') == 1


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("subject", "津贴", "至少 4 个字"),
        ("contact", "12", "能打通的电话"),
        ("kind", "rectify", "请选一个"),
        ("source", "inside", "请选一个"),
        ("callback_at", "昨天", "时间看不懂"),
        ("callback_at", "2020-01-01T10:00", "回电时间要在以后"),
    ],
)
def test_what_will_not_do_is_said_beside_its_field(desk, field: str, value: str, said: str) -> None:
    answer = handed_in(desk.sits("agent"), **{field: value})
    assert answer.status_code == 422
    assert said in answer.text
    assert "打过两次电话" in answer.text


def test_a_call_back_needs_its_time_and_a_missed_call_is_rung_at_once(desk) -> None:
    agent = desk.sits("agent")
    assert "约好的回电时间" in handed_in(agent, source="callback").text
    missed = ticket_of(desk, handed_in(agent, source="missed"))
    assert missed.callback_at == desk.kit.now()
    assert missed.number in agent.get("/?view=callback").text


def test_dispatching_needs_a_unit_and_leaves_nothing_without(desk) -> None:
    agent = desk.sits("agent")
    assert "请选转办给哪个单位" in handed_in(agent, then="dispatch", unit=HOTLINE).text
    assert "这里没有工单" in agent.get("/?view=all").text


def test_the_same_person_and_the_same_matter_are_shown(desk) -> None:
    agent = desk.sits("agent")
    mine = ticket_of(desk, handed_in(agent))
    other = ticket_of(desk, handed_in(agent, once="2", contact="13900000000"))
    page = agent.post("/tickets/new/known", {**FORM, "subject": "津贴三个月了还没到账"}).text
    assert "像是同一件事" in page.split("别人也在问")[0]
    assert mine.number in page.split("别人也在问")[0]
    assert other.number in page.split("别人也在问")[1]


def test_the_dispatch_directory_says_whose_it_is(desk) -> None:
    page = desk.sits("agent").post("/tickets/new/known", {"subject": "人才公寓怎么申请", "topic": "housing"}).text
    assert "转办目录" in page
    assert 'data-value="housing"' in page


def test_units_write_none_down(desk) -> None:
    assert handed_in(desk.sits("agent", "hr")).status_code == 403
