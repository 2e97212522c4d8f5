"""What a ticket offers next: one primary, no way round what was decided, and the reasons in view."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.notices import of_event
from console.conftest import Desk, Seat
from console.test_ticket import HX, events, now, say, taken, text_of
from handlers.console.steps import steps
from handlers.console.suggesting import spoken, suggestions
from models.outbox import OutboxRow
from models.ticket import Ticket
from models.turns import Turns
from talk import Clock


def primaries(page: str) -> list[str]:
    found = re.search(r'class="actions steps".*?</header>', page, re.S)
    assert found is not None
    return re.findall(r'class="button small primary"[^>]*>([^<]+)<', found[0])


def rectified(desk: Desk, seat: Seat, clock: Clock) -> Ticket:
    """The 整改 ticket of an answer of this seat's that was rated low."""
    ticket = taken(desk, seat, subject="公寓漏水")
    say(seat, ticket, "answer", "请找物业")
    clock.wait("1分钟")
    with desk.verbs() as verbs:
        verbs.rate(verbs.theirs([ticket.openid], ticket.number), 1, "", now=desk.kit.now())
    with desk.kit.db.unit() as unit:
        found = desk.kit.desk(unit).follower(ticket)
    assert found is not None
    return found


def test_whose_answer_was_rated_low_does_not_take_the_ticket_that_puts_it_right(desk: Desk, clock: Clock) -> None:
    one, other = desk.sits("agent"), desk.sits("agent")
    after = rectified(desk, one, clock)
    for verb in ("claim", "accept"):
        refused = one.post(f"/tickets/{after.number}/{verb}", headers=HX)
        assert refused.status_code == 409
        assert "换一位同事" in text_of(refused)
    with desk.kit.db.writing() as unit:
        assert Turns(unit, desk.kit.desk(unit)).take_next(one.actor, desk.kit.now()) is None
    assert now(desk, after).assignee is None
    assert other.post(f"/tickets/{after.number}/accept", headers=HX).status_code == 200
    assert now(desk, after).assignee == other.actor.id


def test_a_lead_may_give_it_to_them_all_the_same(desk: Desk, clock: Clock) -> None:
    one, lead = desk.sits("agent"), desk.sits("lead")
    after = rectified(desk, one, clock)
    assert lead.post(f"/tickets/{after.number}/assign", {"to": one.actor.id}, headers=HX).status_code == 200
    assert now(desk, after).assignee == one.actor.id


def test_an_agent_does_not_give_it_to_who_was_rated_low(desk: Desk, clock: Clock) -> None:
    one, other = desk.sits("agent"), desk.sits("agent")
    after = rectified(desk, one, clock)
    for seat in (one, other):
        assert seat.post(f"/tickets/{after.number}/assign", {"to": one.actor.id}, headers=HX).status_code == 409
    assert now(desk, after).assignee is None


def test_what_is_put_right_is_no_duplicate(desk: Desk, clock: Clock) -> None:
    one, other = desk.sits("agent"), desk.sits("agent")
    after = rectified(desk, one, clock)
    twin = desk.ticket(after.subject, detail=after.detail)
    page = text_of(other.get(f"/tickets/{twin.number}", headers=HX))
    assert after.number in page
    assert "像是同一件事" not in page
    assert after.number not in text_of(other.get(f"/tickets/{twin.number}/step/merge"))
    other.post(f"/tickets/{twin.number}/merge", {"other": after.number, "seen": 10**9}, headers=HX)
    assert now(desk, twin).state == "new"


def test_an_answer_is_added_to_without_moving_the_clock(desk: Desk, clock: Clock) -> None:
    seat = desk.sits("agent")
    ticket = taken(desk, seat)
    say(seat, ticket, "answer", "已经发放")
    clock.wait("1分钟")
    before = now(desk, ticket)
    assert "补充答复" in text_of(seat.get(f"/tickets/{ticket.number}", headers=HX))
    page = text_of(say(seat, ticket, "interim", "银行说明天到账"))
    after = now(desk, ticket)
    assert (after.state, after.resolved_at, after.first_at) == ("answered", before.resolved_at, before.first_at)
    assert page.count("补充答复") >= 2
    with desk.kit.db.unit() as unit:
        (event,) = events(desk, ticket, "interim")
        row = unit.session.scalars(select(OutboxRow).where(OutboxRow.dedup == of_event(event.id))).one()
    assert "还在办" not in row.body
    assert "银行说明天到账" in row.body


def test_one_step_is_the_primary(desk: Desk) -> None:
    hotline, unit, boss = desk.sits("agent"), desk.sits("agent", "housing"), desk.sits("supervisor")
    ticket = desk.ticket("公寓漏水", topic="housing")
    for _ in range(2):
        hotline.post(f"/tickets/{ticket.number}/dispatch", {"unit": "housing", "why": "归您那里"}, headers=HX)
        page = text_of(unit.get(f"/tickets/{ticket.number}", headers=HX))
        assert primaries(page) == ["签收"]
        assert f"{ticket.number}/claim" not in page
        unit.post(f"/tickets/{ticket.number}/send_back", {"why": "不归我们"}, headers=HX)
    assert primaries(text_of(boss.get(f"/tickets/{ticket.number}", headers=HX))) == ["受理"]
    assert {"受理", "指定承办"} <= {step.name for step in steps(boss.actor, now(desk, ticket))}


def test_nobody_is_pressed_to_invite_a_rating(desk: Desk) -> None:
    seat = desk.sits("agent")
    ticket = taken(desk, seat)
    page = text_of(say(seat, ticket, "answer", "发了"))
    assert "请评价" not in primaries(page)
    page = text_of(seat.post(f"/tickets/{ticket.number}/invite", headers=HX))
    assert f"{ticket.number}/invite" not in page
    assert seat.post(f"/tickets/{ticket.number}/invite", headers=HX).status_code == 409


def test_why_it_came_here_stands_in_front_and_why_it_goes_no_further(desk: Desk) -> None:
    hotline, unit = desk.sits("agent"), desk.sits("agent", "housing")
    ticket = desk.ticket("公寓漏水", topic="housing")
    for _ in range(2):
        hotline.post(f"/tickets/{ticket.number}/dispatch", {"unit": "housing", "why": "房子归住建"}, headers=HX)
        head = text_of(unit.get(f"/tickets/{ticket.number}", headers=HX)).partition('id="timeline"')[0]
        assert "房子归住建" in head
        unit.post(f"/tickets/{ticket.number}/send_back", {"why": "这是私人的房子"}, headers=HX)
        head = text_of(hotline.get(f"/tickets/{ticket.number}", headers=HX)).partition('id="timeline"')[0]
        assert "这是私人的房子" in head
    assert "由督办员指定承办" in head
    assert "step/dispatch" not in head


def test_why_there_is_no_final_reply_to_write_stands_where_one_would(desk: Desk) -> None:
    hotline, unit = desk.sits("agent"), desk.sits("agent", "housing")
    ticket = desk.ticket("公寓漏水")
    here = f"/tickets/{ticket.number}"
    hotline.post(f"{here}/dispatch", {"unit": "housing", "helpers": ["hr"]}, headers=HX)
    assert "签收以后才能答复" in text_of(unit.get(here, headers=HX))
    assert "等承办单位签收，由他们答复" in text_of(hotline.get(here, headers=HX))
    unit.post(f"{here}/sign", headers=HX)
    assert "才能答复" not in text_of(unit.get(here, headers=HX))
    assert "由主办单位答复，您可以写阶段答复和备注" in text_of(desk.sits("agent", "hr").get(here, headers=HX))
    say(unit, ticket, "ask", "请发照片", materials="照片")
    assert "要答复请先“继续办理”" in text_of(unit.get(here, headers=HX))
    unit.post(f"{here}/resume", headers=HX)
    say(unit, ticket, "answer", "修好了")
    assert "why-answer" not in text_of(unit.get(here, headers=HX))


def test_what_is_of_the_demo_says_so_once(desk: Desk) -> None:
    seat, ticket = desk.sits("agent"), desk.ticket("公寓漏水（演示）", demo=True)
    row = text_of(seat.get("/?view=all")).partition(f'id="row-{ticket.number}"')[2].partition("</li>")[0]
    assert row.count("演示") == 1
    head = text_of(seat.get(f"/tickets/{ticket.number}", headers=HX)).partition("<h1>")[2].partition("</h1>")[0]
    assert head.count("演示") == 1
    real = desk.ticket("公寓漏水（演示）", openid="o小王")
    assert "公寓漏水（演示）" in text_of(seat.get(f"/tickets/{real.number}", headers=HX))


def test_a_kept_draft_comes_with_its_length(desk: Desk) -> None:
    seat = desk.sits("agent")
    ticket = taken(desk, seat)
    seat.post(f"/tickets/{ticket.number}/draft", {"draft": "reply", "text": "已经查到", "seen": "0"})
    assert "4 字 · 12 字节 · 草稿已存" in text_of(seat.get(f"/tickets/{ticket.number}", headers=HX))


def test_who_sent_it_back_is_not_proposed_again(desk: Desk) -> None:
    hotline, ticket = desk.sits("agent"), desk.ticket("公寓漏水", topic="housing")
    route = desk.kit.rules().route(ticket.kind, ticket.topic)
    assert route is not None
    form = text_of(hotline.get(f"/tickets/{ticket.number}/step/dispatch"))
    assert re.search(rf'<option value="{route.unit}" selected', form)
    hotline.post(f"/tickets/{ticket.number}/dispatch", {"unit": route.unit}, headers=HX)
    desk.sits("agent", route.unit).post(f"/tickets/{ticket.number}/send_back", {"why": "不归我们"}, headers=HX)
    form = text_of(hotline.get(f"/tickets/{ticket.number}/step/dispatch"))
    assert "selected" not in form
    assert "checked" not in form
    assert "建议" not in form
    assert "退回过" in form


def test_suggestions_go_by_subject_detail_and_what_the_bot_had_found(desk: Desk) -> None:
    """A long detail about something else does not bury what the subject asks."""
    subject, detail = "人才津贴什么时候发", "我是去年来的，先住在朋友家，孩子还小，家里老人也在，平时上班远。" * 3
    plain = desk.kit.library.search(subject, 1)[0]
    with desk.kit.db.unit():
        ticket = desk.ticket(subject, detail=detail)
    (first, *_) = suggestions(desk.kit, ticket, desk.kit.now())
    assert (first.id, first.score) == (plain.entry.id, round(100 * plain.score))
    told = desk.ticket("还想问一句", detail="请帮忙", tried=f'[["{plain.entry.id}", 0.9]]')
    (found, *_) = suggestions(desk.kit, told, desk.kit.now())
    assert (found.id, found.score) == (plain.entry.id, 90)


def test_nothing_that_is_suggested_is_in_the_voice_of_the_bot(desk: Desk) -> None:
    """回复“人工”, 点菜单, 问我: nobody at the desk says so."""
    said = [spoken(desk.kit, each).partition("\n\n")[0] for each in desk.kit.library.content.entries]
    assert sum(not each for each in said) < 5
    bots = re.compile(r"回复[“0-9]|回复给|点(?:击|开|菜单)|告诉我(?!们)|问我(?!们)|我(?:会|帮|再|按|是|能)")
    assert [each for each in said if bots.search(each)] == []


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("津贴发多少，我手上的资料没有写明。想知道标准，回复“人工”。", "津贴发多少，手上的资料没有写明。"),
        ("公寓还没有开放，位置公布以后我会更新。", "公寓还没有开放。"),
        ("等定了价，我再告诉您。租金没有写明；回复 1 看条件。", "租金没有写明。"),
        ("点下面的菜单就能登记。引进到我区的博士优先，请先问我们。", "引进到我区的博士优先，请先问我们。"),
        ("卡号请别发给我。", "卡号请别发过来。"),
        ("我是汇才通。有事问我。", ""),
    ],
)
def test_what_is_known_stays_when_the_bots_own_words_go(desk: Desk, answer: str, told: str) -> None:
    entry = desk.kit.library.content.entries[0]
    assert spoken(desk.kit, replace(entry, answer=answer, unknown=())) == told


def test_only_an_answer_that_is_out_and_was_good_becomes_a_draft(desk: Desk, clock: Clock) -> None:
    seat = desk.sits("agent")
    ticket = taken(desk, seat)
    page = text_of(say(seat, ticket, "answer", "请找物业"))
    assert "做成问答草稿" not in page
    (event,) = events(desk, ticket, "answer")
    faq = f"/tickets/{ticket.number}/faq"
    assert seat.post(faq, {"event": event.id}, headers=HX).status_code == 422
    clock.wait("1分钟")
    assert "做成问答草稿" in text_of(seat.get(f"/tickets/{ticket.number}", headers=HX))
    with desk.verbs() as verbs:
        verbs.rate(verbs.theirs([ticket.openid], ticket.number), 1, "", now=desk.kit.now())
    assert "做成问答草稿" not in text_of(seat.get(f"/tickets/{ticket.number}", headers=HX))
    assert seat.post(faq, {"event": event.id}, headers=HX).status_code == 422


def test_asking_tells_of_all_that_is_on_the_list(desk: Desk) -> None:
    seat = desk.sits("agent")
    ticket = taken(desk, seat)
    seat.post(f"/tickets/{ticket.number}/material", {"name": "学历证书"}, headers=HX)
    say(seat, ticket, "ask", "请补材料", materials="社保清单")
    with desk.kit.db.unit() as unit:
        (event,) = events(desk, ticket, "ask")
        row = unit.session.scalars(select(OutboxRow).where(OutboxRow.dedup == of_event(event.id))).one()
    assert "学历证书" in row.body
    assert "社保清单" in row.body


def test_a_picture_that_came_is_taken_for_what_was_wanted(desk: Desk) -> None:
    seat = desk.sits("agent")
    ticket = taken(desk, seat)
    say(seat, ticket, "ask", "请补材料", materials="学历证书")
    assert "收作" not in text_of(seat.get(f"/tickets/{ticket.number}", headers=HX))
    with desk.verbs() as verbs:
        verbs.attach(verbs.theirs([ticket.openid], ticket.number), "image", "m1", account="service", now=desk.kit.now())
    page = text_of(seat.get(f"/tickets/{ticket.number}", headers=HX))
    form = re.search(
        r'name="material" value="(\d+)"><input type="hidden" name="state" value="here"><button[^>]*>收作“学历证书”',
        page,
    )
    assert form is not None
    done = text_of(seat.post(f"/tickets/{ticket.number}/mark", {"material": form[1], "state": "here"}, headers=HX))
    assert "收作" not in done
