"""What an open console asks all the time: unchanged is 304, a change is told, and who is at which ticket."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

from sqlalchemy import update

from handlers.console.listing import Listing
from models.drafts import Drafts
from models.staff import Staff


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
        verbs.add(verbs.theirs(["o小林"], ticket.number), "再补充一句", now=desk.kit.now())
    later(desk)
    assert sorts(agent) == ["new", "assigned", "heard"]
    assert sorts(lead) == ["new"]


def test_what_is_from_before_is_known_from_the_first_time_on(desk) -> None:
    """Later answers say some of it again: ids are not committed in their order."""
    agent = desk.sits("agent")
    desk.ticket()
    first = poll(agent).json
    assert (len(first["known"]), first["news"]) == (1, [])
    desk.ticket("又一件")
    later(desk)
    again = poll(agent, since=first["since"], revision=first["revision"]).json["news"]
    assert [each["subject"] for each in again if each["event"] not in first["known"]] == ["又一件"]


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


def heard(seat, shown: str, view: str, **args: Any) -> dict[str, Any]:
    return poll(seat, view=view, shown=shown, revision="old", since=0, **args).json


def test_who_has_nothing_new_in_the_list_is_told_its_counts_alone(desk) -> None:
    agent = desk.sits("agent")
    shown = poll(agent).json["revision"]
    ticket = desk.ticket()
    later(desk)
    assert heard(agent, shown, "free")["list"] is True
    mine = heard(agent, shown, "mine")
    assert (mine["list"], mine["moved"]) == (False, [ticket.number])
    assert (mine["counts"]["free"], mine["counts"]["mine"]) == (1, 0)
    again = heard(agent, mine["revision"], "free")
    assert (again["list"], again["moved"]) == (False, [])


def test_what_comes_in_behind_the_rows_on_the_screen_is_not_fetched(desk) -> None:
    agent, first = desk.sits("agent"), desk.ticket("早的")
    page = agent.get("/live?view=all&rows=1").text
    assert "after=" not in page
    later(desk, 300)
    second = desk.ticket("晚的")
    page = agent.get("/live?view=all&rows=1").text
    end = re.search(r"after=([\w.]+)", page)[1]
    shown = re.search(r'data-revision="(\d+)"', page)[1]
    assert first.number in page
    assert second.number not in page
    later(desk, 300)
    desk.ticket("最晚的")
    later(desk)
    assert heard(agent, shown, "all", end=end)["list"] is False
    assert heard(agent, shown, "all")["list"] is True
    assert heard(agent, shown, "all", end=end, kind="question")["list"] is True  # its sum is counted with the list


def test_a_ticket_that_goes_out_of_sight_leaves_the_list_and_is_not_named(desk) -> None:
    lead, unit = desk.sits("supervisor"), desk.sits("lead", "hr")
    ticket = desk.ticket()

    def sent(to: str) -> None:
        with desk.verbs() as verbs:
            verbs.dispatch(verbs.hold(lead.actor, ticket.number, "dispatch"), lead.actor, to, now=desk.kit.now())
        later(desk)

    shown = poll(unit).json["revision"]
    sent("hr")
    came = heard(unit, shown, "all")
    assert (came["list"], came["moved"], came["counts"]["all"]) == (True, [ticket.number], 1)
    sent("housing")
    gone = heard(unit, came["revision"], "all")
    assert (gone["list"], gone["moved"], gone["counts"]["all"]) == (True, [], 0)


def test_what_others_may_not_see_of_a_list_that_is_read_for_all_stays_ones_own(desk) -> None:
    agent, other, lead = desk.sits("agent"), desk.sits("agent"), desk.sits("supervisor")
    plain, secret = desk.ticket("大家看的"), desk.ticket("保密的", confidential=True)
    with desk.verbs() as verbs:
        verbs.accept(verbs.hold(lead.actor, secret.number, "accept"), lead.actor, now=desk.kit.now())
    with desk.verbs() as verbs:
        verbs.assign(verbs.hold(lead.actor, secret.number, "assign"), lead.actor, agent.actor.id, now=desk.kit.now())
    for _ in range(2):  # whoever of them asks first
        assert secret.number not in other.get("/live?view=all").text
        found = agent.get("/live?view=all").text
        assert plain.number in found
        assert secret.number in found
    agent.get(f"/tickets/{plain.number}")
    rows = {seat: re.search(f'class="([^"]+)" id="row-{plain.number}"', seat.get("/live?view=all").text)[1]
            for seat in (agent, other)}  # fmt: skip
    assert rows == {agent: "row", other: "row unread"}


def test_what_one_has_just_done_is_in_the_list_at_once(desk) -> None:
    agent = desk.sits("agent")
    ticket = desk.ticket()
    assert ticket.number in agent.get("/live?view=free").text
    agent.post(f"/tickets/{ticket.number}/claim", {"seen": ticket.last_event})
    assert ticket.number not in agent.get("/live?view=free").text


def test_one_list_is_made_at_a_time_and_others_are_sent_away(desk, monkeypatch) -> None:
    agent, other = desk.sits("agent"), desk.sits("agent")
    desk.ticket()
    statuses = []
    live = Listing.live

    def busy(self, limit):
        statuses.append(other.get("/live?view=free").status_code)
        monkeypatch.setattr(Listing, "live", live)
        return self.live(limit)

    monkeypatch.setattr(Listing, "live", busy)
    assert agent.get("/live?view=free").status_code == 200
    assert statuses == [503]
    assert other.get("/live?view=free").status_code == 200


def test_a_session_that_is_ended_or_changed_is_over_with_the_next_poll(desk) -> None:
    seats = [desk.sits("agent") for _ in range(3)]
    assert [poll(seat).status_code for seat in seats] == [200, 200, 200]
    with desk.kit.db.writing() as unit:
        for seat, change in zip(
            seats, ({"role": "auditor"}, {"disabled": True}, {"version": Staff.version + 1}), strict=True
        ):
            unit.execute(update(Staff).where(Staff.id == seat.actor.id).values(change))
    assert [poll(seat).status_code for seat in seats] == [403, 303, 303]
