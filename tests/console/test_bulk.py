"""The same done to many: each stands for itself, and what came of each is told."""

from __future__ import annotations

from typing import Any


def bulk(seat, verb: str, *numbers: str, **more: Any):
    return seat.post("/bulk", {"verb": verb, "number": list(numbers), **more})


def row(page: str, number: str) -> str:
    return next(part for part in page.split("<tr>") if f">{number}<" in part)


def test_one_that_fails_stops_no_other(desk) -> None:
    lead = desk.sits("lead")
    one, two = desk.ticket("一"), desk.ticket("二")
    with desk.verbs() as verbs:
        verbs.withdraw(verbs.theirs(["o小林"], one.number), now=desk.kit.now())
    page = bulk(lead, "claim", one.number, two.number).text
    assert "已撤销，不能这样做" in row(page, one.number)
    assert "办成" in row(page, two.number)
    assert "办成 1 张，1 张没办成" in page


def test_tickets_of_others_are_none(desk) -> None:
    foreign = desk.sits("lead", "hr")
    ticket = desk.ticket()
    assert "没有这张工单" in bulk(foreign, "note", ticket.number, words="x").text


def test_many_are_assigned_dispatched_and_noted(desk) -> None:
    lead, agent = desk.sits("lead"), desk.sits("agent", name="小周")
    numbers = [desk.ticket().number for _ in range(3)]
    assert "办成 3 张" in bulk(lead, "assign", *numbers, to=agent.actor.id).text
    assert "办成 3 张" in bulk(lead, "note", *numbers, words="一起办").text
    assert "办成 3 张" in bulk(lead, "dispatch", *numbers, unit="hr").text
    assert desk.sits("agent", "hr").get("/?view=tosign").text.count('class="row ') == 3


def test_nobody_is_given_what_they_cannot_see(desk) -> None:
    lead, foreign = desk.sits("lead"), desk.sits("agent", "hr", name="小郑")
    ticket = desk.ticket()
    assert "小郑看不到这张工单" in bulk(lead, "assign", ticket.number, to=foreign.actor.id).text


def test_agents_do_one_at_a_time(desk) -> None:
    assert bulk(desk.sits("agent"), "claim", desk.ticket().number).status_code == 403


def test_what_is_no_verb_is_not_done(desk) -> None:
    assert "没有选工单" in bulk(desk.sits("lead"), "delete", desk.ticket().number).text
