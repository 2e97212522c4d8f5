"""What an open console asks all the time: unchanged is 304, a change is told, and who is at which ticket."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

from models.drafts import Drafts


def poll(seat, tag: str = "", **args: Any):
    return seat.get("/poll", query_string=args, headers={"If-None-Match": tag} if tag else {})


def later(desk, seconds: float = 2) -> None:
    desk.clock.at += timedelta(seconds=seconds)


def test_nothing_new_is_304_and_empty(desk) -> None:
    desk.ticket()
    agent = desk.sits("agent")
    first = poll(agent)
    again = poll(agent, first.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")


def test_whatever_happens_to_a_ticket_is_a_change(desk) -> None:
    agent, other = desk.sits("agent"), desk.sits("agent")
    ticket = desk.ticket()
    tag = poll(agent).headers["ETag"]
    with desk.verbs() as verbs:
        verbs.claim(verbs.hold(other.actor, ticket.number, "claim"), other.actor, now=desk.kit.now())
    later(desk)
    assert poll(agent, tag).status_code == 200


def test_colleagues_see_who_views_and_who_writes(desk) -> None:
    agent, other = desk.sits("agent"), desk.sits("agent", name="小吴")
    ticket = desk.ticket()
    poll(other, open=ticket.number)
    assert poll(agent).json["at"] == {ticket.number: [[other.actor.id, "小吴", False]]}
    poll(other, open=ticket.number, writing=1)
    later(desk)
    assert poll(agent).json["at"] == {ticket.number: [[other.actor.id, "小吴", True]]}


def test_who_was_hired_a_moment_ago_is_seen_too(desk) -> None:
    agent, ticket = desk.sits("agent"), desk.ticket()
    poll(agent, open=ticket.number)
    later(desk)
    new = desk.sits("agent", name="小新")
    poll(new, open=ticket.number, writing=1)
    later(desk)
    assert [new.actor.id, "小新", True] in poll(agent).json["at"][ticket.number]


def test_who_is_at_a_foreign_ticket_is_not_told(desk) -> None:
    agent, foreign = desk.sits("agent"), desk.sits("agent", "hr")
    ticket = desk.ticket()
    poll(agent, open=ticket.number)
    assert poll(foreign).json["at"] == {}


def test_news_are_told_to_whom_they_concern(desk) -> None:
    agent, lead, other = desk.sits("agent"), desk.sits("lead"), desk.sits("agent", "hr")
    since = {seat: poll(seat).json["since"] for seat in (agent, lead, other)}
    ticket = desk.ticket("津贴没到账")
    later(desk)

    def sorts(seat) -> list[str]:
        return [each["sort"] for each in poll(seat, since=since[seat], revision="old").json["news"]]

    assert sorts(agent) == ["new"]
    assert sorts(other) == []
    with desk.verbs() as verbs:
        verbs.assign(verbs.hold(lead.actor, ticket.number, "assign"), lead.actor, agent.actor.id, now=desk.kit.now())
    with desk.verbs() as verbs:
        verbs.add(verbs.find("o小林", ticket.number), "再补充一句", now=desk.kit.now())
    later(desk)
    assert sorts(agent) == ["new", "assigned", "heard"]
    assert sorts(lead) == ["new"]


def test_a_mention_is_news(desk) -> None:
    agent, lead = desk.sits("agent"), desk.sits("lead")
    ticket = desk.ticket()
    since = poll(agent).json["since"]
    with desk.kit.db.writing() as unit:
        verbs = desk.kit.desk(unit)
        held = verbs.hold(lead.actor, ticket.number, "note")
        event = verbs.note(held, lead.actor, "请看一下", mentions=[agent.actor.id], now=desk.kit.now())
        Drafts(unit).call_on(event, [agent.actor.id], desk.kit.now())
    later(desk)
    found = poll(agent, since=since).json["news"]
    assert [(each["sort"], each["number"]) for each in found][-1] == ("mention", ticket.number)


def test_the_open_ticket_tells_how_far_it_is(desk) -> None:
    agent = desk.sits("agent")
    ticket = desk.ticket()
    assert poll(agent, open=ticket.number).json["last"] == ticket.last_event
    assert poll(desk.sits("agent", "hr"), open=ticket.number).json["last"] is None


def test_polling_keeps_no_session_alive(desk) -> None:
    agent = desk.sits("agent")
    for _ in range(40):
        desk.clock.at += timedelta(minutes=1)
        answer = poll(agent)
    assert answer.status_code in (302, 303, 401)


def test_the_list_is_had_anew_with_its_counts(desk) -> None:
    agent = desk.sits("agent")
    ticket = desk.ticket()
    page = agent.get("/live?view=free").text
    assert f'id="row-{ticket.number}"' in page
    assert "free=1" in page
    assert "<html" not in page


def test_how_often_one_was_called_on_comes_with_it_and_goes_when_one_looks(desk) -> None:
    agent, lead = desk.sits("agent"), desk.sits("lead")
    ticket = desk.ticket()
    before = poll(agent)
    assert before.json["calls"] == 0
    with desk.kit.db.writing() as unit:
        verbs = desk.kit.desk(unit)
        held = verbs.hold(lead.actor, ticket.number, "note")
        event = verbs.note(held, lead.actor, "请看一下", mentions=[agent.actor.id], now=desk.kit.now())
        Drafts(unit).call_on(event, [agent.actor.id], desk.kit.now())
    later(desk)
    assert poll(agent, before.headers["ETag"], since=before.json["since"]).json["calls"] == 1
    seen = agent.get(f"/tickets/{ticket.number}", headers={"HX-Request": "true"})
    assert json.loads(seen.headers["HX-Trigger-After-Settle"]) == {"calls": {"count": 0}}
    again = agent.get(f"/tickets/{ticket.number}", headers={"HX-Request": "true"})
    assert "HX-Trigger-After-Settle" not in again.headers


def test_an_open_ticket_asks_for_nothing_by_itself(desk) -> None:
    ticket = desk.ticket()
    page = desk.sits("agent").get(f"/tickets/{ticket.number}").text
    assert not re.search(r'hx-trigger="[^"]*(every|load)', page)
    assert f'data-last="{ticket.last_event}"' in page
