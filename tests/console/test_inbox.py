"""The inbox: who finds which tickets in it, what a line tells, views that are kept, taking the next one."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest

from models.desk_answer import Said


def numbers(page: str) -> list[str]:
    return re.findall(r'data-number="([^"]+)"', page)


def test_the_first_view_is_ones_own_work(desk) -> None:
    agent = desk.sits("agent")
    mine, other = desk.ticket("津贴没到账"), desk.ticket("公寓什么时候摇号")
    with desk.verbs() as verbs:
        verbs.accept(verbs.hold(agent.actor, mine.number, "accept"), agent.actor, now=desk.kit.now())
    assert numbers(agent.get("/").text) == [mine.number]
    assert numbers(agent.get("/?view=free").text) == [other.number]


@pytest.mark.parametrize(("role", "to"), [("admin", "/console/staff"), ("auditor", "/console/audit")])
def test_who_sees_no_tickets_begins_elsewhere(desk, role: str, to: str) -> None:
    answer = desk.sits(role).get("/")
    assert (answer.status_code, answer.location) == (303, to)


def test_another_unit_finds_nothing(desk) -> None:
    ticket = desk.ticket()
    page = desk.sits("agent", "hr").get("/?view=all").text
    assert ticket.number not in page
    assert "这里没有工单" in page


def test_a_filter_says_what_it_leaves_out(desk) -> None:
    agent, ticket = desk.sits("agent"), desk.ticket()
    assert "只看" not in agent.get("/?view=all").text
    page = agent.get("/?view=all&kind=complaint&assignee=none&q=津贴&sort=new").text
    assert "只看：类型 投诉，承办人 没人，" in page
    assert "没有搜到" in page
    for path in ("/?view=mine&urgency=urgent", "/live?view=mine&urgency=urgent"):
        assert "筛选以后没有工单" in agent.get(path).text
    wider = unescape(re.findall(r'只看.*?href="/console([^"]+)"', page)[0])
    assert numbers(agent.get(wider).text) == [ticket.number]
    assert "q=" in wider
    assert "sort=new" in wider


def test_a_line_says_what_is_left_and_who_has_it(desk) -> None:
    agent = desk.sits("agent", name="小周")
    ticket = desk.ticket("津贴没到账", source="phone", openid="", caller="林晓东", contact="13800001234")
    with desk.verbs() as verbs:
        verbs.accept(verbs.hold(agent.actor, ticket.number, "accept"), agent.actor, now=desk.kit.now())
    page = agent.get("/").text
    for part in ("津贴没到账", "林**", "小周", "办理中", "首复", "办结"):
        assert part in page
    assert "林晓东" not in page
    assert "13800001234" not in page


def test_a_line_has_the_last_words_and_no_notes(desk) -> None:
    agent, ticket = desk.sits("agent"), desk.ticket("津贴没到账")
    with desk.verbs() as verbs:
        mine = verbs.hold(agent.actor, ticket.number, "accept")
        verbs.accept(mine, agent.actor, now=desk.kit.now())
        verbs.add(mine, "卡号已经发过了", now=desk.kit.now())
        verbs.note(mine, agent.actor, "内部才看的", now=desk.kit.now())
    page = agent.get("/").text
    assert "卡号已经发过了" in page
    assert "内部才看的" not in page


def test_a_reply_taken_back_is_no_last_word(desk) -> None:
    agent, ticket = desk.sits("agent"), desk.ticket("津贴没到账")
    with desk.verbs() as verbs:
        mine = verbs.hold(agent.actor, ticket.number, "accept")
        verbs.accept(mine, agent.actor, now=desk.kit.now())
        verbs.add(mine, "卡号已经发过了", now=desk.kit.now())
        said = verbs.answer(mine, agent.actor, Said("写错了的答复"), now=desk.kit.now())
        verbs.recall(mine, agent.actor, said, now=desk.kit.now())
    page = agent.get("/").text
    assert "写错了的答复" not in page
    assert "卡号已经发过了" in page


def test_what_lies_long_is_marked_before_it_goes_back(desk) -> None:
    agent, ticket = desk.sits("agent"), desk.ticket("津贴没到账")
    with desk.verbs() as verbs:
        now = desk.kit.now()
        verbs.accept(verbs.hold(agent.actor, ticket.number, "accept"), agent.actor, now=now - timedelta(days=7))
    assert "快放回未分派" in agent.get("/").text


def test_a_paused_clock_is_told(desk) -> None:
    agent = desk.sits("agent")
    ticket = desk.ticket()
    with desk.verbs() as verbs:
        held = verbs.hold(agent.actor, ticket.number, "accept")
        verbs.accept(held, agent.actor, now=desk.kit.now())
        verbs.ask(held, agent.actor, Said("请补充身份证明"), now=desk.kit.now())
    assert "计时暂停" in agent.get("/").text


def test_what_was_typed_is_no_markup(desk) -> None:
    ticket = desk.ticket("<img src=x onerror=alert(1)>")
    page = desk.sits("agent").get("/?view=all").text
    assert ticket.number in page
    assert "<img src=x" not in page


def test_more_goes_on_where_the_page_ended(desk) -> None:
    made = []
    for _ in range(60):
        made.append(desk.ticket().number)
        desk.clock.at += timedelta(minutes=1)
    agent = desk.sits("agent")
    first = agent.get("/?view=all&sort=new").text
    more = re.search(r'hx-get="(/console/tickets\?[^"]*after=[^"]+)"', first)
    assert more
    piece = agent.client.get(more[1].replace("&amp;", "&"), headers={"HX-Request": "true"}).text
    assert "<html" not in piece
    assert numbers(first) + numbers(piece) == made[::-1]


def test_every_address_can_be_loaded_anew(desk) -> None:
    desk.ticket()
    agent = desk.sits("agent")
    assert "<html" in agent.get("/tickets?view=all").text
    back = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<html" in agent.get("/?view=all", headers=back).text
    assert "<html" not in agent.get("/?view=all", headers={"HX-Request": "true"}).text


def test_take_next_opens_what_is_due_first(desk) -> None:
    first = desk.ticket("先来的")
    desk.clock.at += timedelta(minutes=5)
    desk.ticket("后来的")
    agent = desk.sits("agent")
    answer = agent.post("/tickets/next")
    assert (answer.status_code, answer.location) == (303, f"/console/tickets/{first.number}?view=mine")
    assert numbers(agent.get("/").text) == [first.number]


def test_take_next_says_that_nothing_is_left(desk) -> None:
    answer = desk.sits("agent").post("/tickets/next", headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert "toast" in answer.headers["HX-Trigger"]


def test_a_view_is_kept_shared_and_dropped(desk) -> None:
    lead, agent, foreign = desk.sits("lead"), desk.sits("agent"), desk.sits("agent", "hr")
    lead.post("/views", {"name": "投诉红牌", "query": "?view=all&kind=complaint&card=red", "shared": "on"})
    for seat, sees in ((lead, True), (agent, True), (foreign, False)):
        assert ("投诉红牌" in seat.get("/").text) is sees
    number = re.search(r"/console/views/(\d+)/drop", lead.get("/").text)
    assert number
    assert agent.post(f"/views/{number[1]}/drop").status_code == 403
    lead.post(f"/views/{number[1]}/drop")
    assert "投诉红牌" not in agent.get("/").text


def test_an_agent_shares_no_view(desk) -> None:
    agent = desk.sits("agent")
    assert agent.post("/views", {"name": "我的", "query": "view=all", "shared": "on"}).status_code == 403
    agent.post("/views", {"name": "我的", "query": "view=all"})
    assert "我的</span>" in agent.get("/").text


def test_away_is_a_switch(desk) -> None:
    agent = desk.sits("agent")
    agent.post("/away", {"back": "/console/?view=free"})
    assert "离开中" in agent.get("/").text
    agent.post("/away")
    assert "离开中" not in agent.get("/").text


def test_away_leads_nowhere_else(desk) -> None:
    assert desk.sits("agent").post("/away", {"back": "//example.com/"}).location == "/console/"


@pytest.mark.parametrize("q", ["津贴", "T20261123-0001", "0001", "138 0000 1234", "再补充"])
def test_search_finds_tickets_by_number_telephone_and_words(desk, q: str) -> None:
    ticket = desk.ticket("津贴没到账", contact="13800001234")
    desk.ticket("公寓", openid="o别人", contact="13900000000", detail="摇号")
    with desk.verbs() as verbs:
        verbs.add(verbs.theirs(["o小林"], ticket.number), "再补充一句", now=desk.kit.now())
    agent, foreign = desk.sits("agent"), desk.sits("agent", "hr")
    for path in ("/search", "/"):
        assert numbers(agent.get(path, query_string={"q": q, "view": "all"}).text) == [ticket.number]
        assert numbers(foreign.get(path, query_string={"q": q, "view": "all"}).text) == []


def test_search_finds_what_was_said_in_chats(desk, someone) -> None:
    someone("o小林").say("凤还巢是什么")
    ticket = desk.ticket("另一件事")
    page = desk.sits("agent").get("/search", query_string={"q": "还巢"}).text
    assert "凤还巢是什么" in page
    assert ticket.number in page
    assert "凤还巢是什么" not in desk.sits("agent", "hr").get("/search", query_string={"q": "还巢"}).text
