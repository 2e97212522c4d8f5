"""The page of a ticket: who sees it, what they may do, and that nothing is said twice or over somebody's head."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from bot.deliveries import deliveries
from bot.desk import UNDO
from bot.rounds import cards
from config.calendar import SHANGHAI
from console.conftest import Desk, Seat
from models.access import ROLES
from models.desk import NewTicket
from models.drafts import Drafts
from models.faq import FaqDrafts
from models.history import data_of
from models.seal import Seal
from models.ticket import Ticket, TicketEvent
from talk import Clock

HX = {"HX-Request": "true"}


def text_of(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def say(seat: Seat, ticket: Ticket, tab: str, text: str, **more: Any) -> TestResponse:
    seen = more.pop("seen", 10**9)
    return seat.post(f"/tickets/{ticket.number}/say", {"tab": tab, "text": text, "seen": seen, **more}, headers=HX)


def events(desk: Desk, ticket: Ticket, *kinds: str) -> list[TicketEvent]:
    with desk.kit.db.unit() as unit:
        return [each for each in desk.kit.desk(unit).events(ticket) if not kinds or each.kind in kinds]


def now(desk: Desk, ticket: Ticket) -> Ticket:
    with desk.kit.db.unit() as unit:
        return desk.kit.desk(unit).theirs([ticket.openid], ticket.number)


def taken(desk: Desk, seat: Seat, **more: Any) -> Ticket:
    """A ticket that this seat is working on."""
    ticket = desk.ticket(**more)
    assert seat.post(f"/tickets/{ticket.number}/accept", headers=HX).status_code == 200
    return ticket


def test_a_ticket_is_shown_whole_and_in_its_pane(desk: Desk) -> None:
    seat, ticket = desk.sits("agent"), desk.ticket("津贴没到账", detail="三月就批了，一直没有到账")
    whole, pane = seat.get(f"/tickets/{ticket.number}"), seat.get(f"/tickets/{ticket.number}", headers=HX)
    assert "<!doctype html>" in text_of(whole)
    assert "<!doctype" not in text_of(pane)
    for page in (whole, pane):
        assert page.status_code == 200
        for words in (ticket.number, "津贴没到账", "三月就批了", "待受理", "受理", "转办", "不予受理"):
            assert words in text_of(page)


def test_only_the_next_steps_of_this_state_and_actor_are_offered(desk: Desk) -> None:
    agent, unit, other = desk.sits("agent"), desk.sits("agent", "housing"), desk.sits("agent", "hr")
    boss, ticket = desk.sits("supervisor"), desk.ticket("公寓漏水")

    def offered(seat: Seat) -> set[str]:
        page = text_of(seat.get(f"/tickets/{ticket.number}", headers=HX))
        return set(re.findall(rf'hx-(?:post|get)="/console/tickets/{ticket.number}/(?:step/)?(\w+)"', page)) & STEPS

    assert offered(agent) == {"accept", "dispatch", "claim", "assign", "callback", "edit", "merge", "refuse"}
    assert other.get(f"/tickets/{ticket.number}").status_code == 404
    agent.post(f"/tickets/{ticket.number}/dispatch", {"unit": "housing", "helpers": ["finance"]}, headers=HX)
    assert now(desk, ticket).unit == "housing"
    assert now(desk, ticket).helpers == " finance "
    assert offered(unit) == {"sign", "send_back", "assign", "callback"}
    assert "sign" not in offered(agent)
    assert "sign" not in offered(boss)
    assert "supervise" in offered(boss)
    assert "supervise" not in offered(unit)
    unit.post(f"/tickets/{ticket.number}/sign", headers=HX)
    assert {"ask_extension", "release", "send_back"} <= offered(unit)


STEPS = {
    "accept", "sign", "claim", "assign", "release", "dispatch", "designate", "send_back", "resume", "ask_extension",
    "suspend", "grant", "deny", "supervise", "refuse", "merge", "unmerge", "callback", "edit", "close", "invite",
    "reopen",
}  # fmt: skip


@pytest.mark.parametrize(
    "verb", sorted(STEPS | {"say", "recall", "resend", "material", "mark", "faq", "reveal", "draft"})
)
def test_a_strangers_ticket_is_not_there_for_any_verb(desk: Desk, verb: str) -> None:
    ticket = desk.ticket("公寓漏水")
    hotline = desk.sits("agent").actor
    with desk.verbs() as verbs:
        verbs.dispatch(verbs.hold(hotline, ticket.number, "dispatch"), hotline, "housing", now=desk.kit.now())
    before = len(events(desk, ticket))
    form = {"tab": "note", "text": "看看", "seen": "0", "event": "1", "draft": "note", "why": "x", "days": "1"}
    for role in ROLES:
        stranger = desk.sits(role, "hr")
        if role == "supervisor":
            continue
        answer = stranger.post(f"/tickets/{ticket.number}/{verb}", form, headers=HX)
        assert answer.status_code in (403, 404), (role, verb, answer.status_code)
        assert "公寓" not in text_of(answer)
    assert len(events(desk, ticket)) == before


def test_what_is_not_legal_is_refused_though_it_is_posted(desk: Desk) -> None:
    seat, ticket = desk.sits("agent"), desk.ticket()
    for verb in ("sign", "resume", "send_back", "close", "unmerge", "reopen"):
        answer = seat.post(f"/tickets/{ticket.number}/{verb}", {"why": "就要"}, headers=HX)
        assert answer.status_code == 409, verb
        assert "待受理" in text_of(answer)
    assert [each.kind for each in events(desk, ticket)] == ["opened"]


def test_an_answer_goes_out_after_ten_seconds_and_its_delivery_is_shown(desk: Desk) -> None:
    seat = desk.sits("agent")
    ticket = taken(desk, seat)
    page = text_of(say(seat, ticket, "answer", "已经查到，本周发放"))
    assert "秒后发出" in page
    (event,) = events(desk, ticket, "answer")
    with desk.kit.db.unit() as unit:
        assert deliveries(unit, [event.id], desk.kit.now())[event.id].state == "held"
    assert "还没发" in page
    assert "已答复" in page


def test_a_reply_is_taken_back_within_the_ten_seconds_and_not_later(desk: Desk) -> None:
    seat = desk.sits("agent")
    ticket = taken(desk, seat)
    say(seat, ticket, "answer", "写错了的答复")
    (event,) = events(desk, ticket, "answer")
    other = desk.sits("agent")
    assert other.post(f"/tickets/{ticket.number}/recall", {"event": event.id}, headers=HX).status_code == 422
    back = seat.post(f"/tickets/{ticket.number}/recall", {"event": event.id}, headers=HX)
    assert back.status_code == 200
    assert now(desk, ticket).state == "working"
    assert "写错了的答复</textarea>" in text_of(back)
    assert "秒后发出" not in text_of(back)
    desk.clock.at += UNDO
    assert "秒后发出" not in text_of(seat.get(f"/tickets/{ticket.number}", headers=HX))


def test_a_form_sent_twice_says_it_once(desk: Desk) -> None:
    seat = desk.sits("agent")
    ticket = taken(desk, seat)
    for _ in range(2):
        assert say(seat, ticket, "interim", "正在核实", once="the-form").status_code == 200
    assert len(events(desk, ticket, "interim")) == 1
    assert say(seat, ticket, "interim", "正在核实", once="another").status_code == 200
    assert len(events(desk, ticket, "interim")) == 2


def test_nobody_answers_over_what_they_have_not_seen(desk: Desk) -> None:
    one, other = desk.sits("agent", name="老王"), desk.sits("agent", name="小李")
    ticket = taken(desk, one)
    seen = now(desk, ticket).last_event
    assert say(other, ticket, "interim", "我来答", seen=seen).status_code == 200
    refused = say(one, ticket, "answer", "辛苦写的答复", seen=seen, once="kept")
    assert refused.status_code == 409
    page = text_of(refused)
    assert "小李" in page
    assert "我来答" in page
    assert "辛苦写的答复</textarea>" in page
    assert "仍要发送" in page
    assert not events(desk, ticket, "answer")
    seen = int(re.findall(r'name="seen" value="(\d+)"', page)[0])
    assert say(one, ticket, "answer", "辛苦写的答复", seen=seen, once="kept").status_code == 200
    assert len(events(desk, ticket, "answer")) == 1


def test_a_note_needs_no_look_at_what_is_new(desk: Desk) -> None:
    seat, ticket = desk.sits("agent"), desk.ticket()
    assert say(desk.sits("agent"), ticket, "note", "先记一笔").status_code == 200
    assert say(seat, ticket, "note", "我也记一笔", seen=0).status_code == 200


def test_drafts_are_kept_and_a_colleague_sees_who_is_writing(desk: Desk) -> None:
    one, other = desk.sits("agent", name="老王"), desk.sits("agent", name="小李")
    ticket = taken(desk, one)
    kept = one.post(
        f"/tickets/{ticket.number}/draft", {"draft": "reply", "text": "写了一半" * 300, "seen": "1"}, headers=HX
    )
    assert "草稿已存" in text_of(kept)
    assert "分 3 条发" in text_of(kept)
    assert "写了一半" in text_of(one.get(f"/tickets/{ticket.number}", headers=HX))
    news = other.get(f"/tickets/{ticket.number}/news?seen=9999")
    assert "老王" in text_of(news)
    assert "正在写答复" in text_of(news)
    was = re.findall(r"was=([^\"]*)", text_of(news))[0]
    assert other.get(f"/tickets/{ticket.number}/news?seen=9999&was={was}").status_code == 204
    assert one.get(f"/tickets/{ticket.number}/news?seen=9999").status_code == 204
    say(one, ticket, "answer", "写完了")
    with desk.kit.db.unit() as unit:
        assert Drafts(unit).mine(ticket.id, one.actor.id) == {}


def test_variables_are_filled_in_and_unknown_ones_never_sent(desk: Desk) -> None:
    seat = desk.sits("agent", name="老王")
    ticket = taken(desk, seat, caller="张先生")
    for text in ("{称呼}，热线是{热线}", "{不认识}您好"):
        refused = say(seat, ticket, "answer", text)
        assert refused.status_code == 422
        assert "这些还没填上" in text_of(refused)
        assert f"{text}</textarea>" in text_of(refused)
    say(seat, ticket, "answer", "{称呼}，您的{工单号}由{坐席}办理")
    (event,) = events(desk, ticket, "answer")
    assert event.body == f"张先生，您的{ticket.number}由老王办理"


def test_a_suggested_entry_is_cited_as_the_bot_does(desk: Desk) -> None:
    seat = desk.sits("agent")
    ticket = taken(desk, seat, subject="人才津贴什么时候发")
    page = text_of(seat.get(f"/tickets/{ticket.number}", headers=HX))
    (entry_id, *_) = re.findall(r'data-suggest="1" data-id="([^"]+)"', page)
    entry = desk.kit.library.entry(entry_id)
    assert entry is not None
    say(seat, ticket, "answer", "见下面", cites=json.dumps([entry_id, "不存在的条目"]))
    (event,) = events(desk, ticket, "answer")
    assert event.body.startswith("见下面\n\n")
    assert entry.source.document in event.body
    assert json.loads(event.data)["cites"] == [entry_id]


def test_what_the_bot_would_not_offer_is_not_suggested(desk: Desk) -> None:
    seat = desk.sits("agent")
    for subject in ("人才津贴什么时候发", "整改：公寓的租金", "想请农业专家到合作社看看"):
        ticket = desk.ticket(subject)
        page = text_of(seat.get(f"/tickets/{ticket.number}", headers=HX))
        found = [each for each in desk.kit.library.search(subject, 3) if each.score >= desk.kit.library.offers_from]
        assert re.findall(r'data-suggest="\d" data-id="([^"]+)"', page) == [each.entry.id for each in found]


def test_the_composer_is_open_for_a_draft_and_where_a_tab_is_named(desk: Desk) -> None:
    seat = desk.sits("agent")
    ticket = taken(desk, seat)
    path = f"/tickets/{ticket.number}"
    assert 'class="composer compact"' in text_of(seat.get(path, headers=HX))
    assert 'class="composer"' in text_of(seat.get(f"{path}?tab=note", headers=HX))
    seat.post(f"{path}/draft", {"draft": "note", "text": "记一半", "seen": "1"}, headers=HX)
    page = text_of(seat.get(path, headers=HX))
    assert 'class="composer"' in page
    assert re.search(r'data-tab="note"[^>]*aria-selected="true"', page)


def test_asking_for_materials_makes_a_checklist_and_stops_the_clock(desk: Desk) -> None:
    seat = desk.sits("agent")
    ticket = taken(desk, seat)
    page = text_of(say(seat, ticket, "ask", "请补材料", materials="学历证书\n· 社保清单\n\n"))
    assert "待补充材料" in page
    assert "学历证书" in page
    (number, *_) = re.findall(r'name="material" value="(\d+)"', page)
    done = seat.post(f"/tickets/{ticket.number}/mark", {"material": number, "state": "here"}, headers=HX)
    assert '<span class="here">学历证书</span>' in text_of(done)
    assert seat.post(f"/tickets/{ticket.number}/resume", headers=HX).status_code == 200
    assert now(desk, ticket).state == "working"


def test_who_is_called_on_in_a_note_finds_it(desk: Desk) -> None:
    seat, called, ticket = desk.sits("agent"), desk.sits("agent", name="小李"), desk.ticket()
    say(seat, ticket, "note", "@小李 您看过这个人吗")
    page = text_of(called.get("/mentions"))
    assert "您看过这个人吗" in page
    assert "unseen" in page
    called.get(f"/tickets/{ticket.number}")
    assert "unseen" not in text_of(called.get("/mentions"))


def test_a_callback_is_offered_the_next_hour_at_work_and_who_is_rung(desk: Desk, clock: Clock) -> None:
    seat = desk.sits("agent")
    ticket = desk.ticket(caller="林晓东", contact="13800000001")
    page = text_of(seat.get(f"/tickets/{ticket.number}/step/callback"))
    assert 'value="2026-11-23T10:30"' in page  # it is ten o'clock
    assert "林**" in page
    assert "尾号 0001" in page
    assert "13800000001" not in page
    clock.wait("7小时")
    seat = desk.sits("agent")
    assert 'value="2026-11-24T09:00"' in text_of(seat.get(f"/tickets/{ticket.number}/step/callback"))
    seat.post(f"/tickets/{ticket.number}/callback", {"at": "2026-11-25T15:00"}, headers=HX)
    assert 'value="2026-11-25T15:00"' in text_of(seat.get(f"/tickets/{ticket.number}/step/callback"))
    nobody = desk.ticket()
    assert "没留电话" in text_of(seat.get(f"/tickets/{nobody.number}/step/callback"))


def test_a_call_is_logged_and_ends_the_callback(desk: Desk) -> None:
    seat = desk.sits("agent")
    ticket = taken(desk, seat)
    at = (desk.clock.at.replace(tzinfo=None)).strftime("%Y-%m-%dT23:00")
    seat.post(f"/tickets/{ticket.number}/callback", {"at": at}, headers=HX)
    assert now(desk, ticket).callback_at is not None
    assert say(seat, ticket, "call", "", outcome="reached").status_code == 422
    assert say(seat, ticket, "call", "说好下周来", outcome="shouted").status_code == 422
    assert say(seat, ticket, "call", "说好下周来", outcome="reached", done="1").status_code == 200
    assert now(desk, ticket).callback_at is None
    assert [each.body for each in events(desk, ticket, "call")] == ["说好下周来"]


def test_looking_at_name_and_number_is_put_on_record(desk: Desk) -> None:
    seat, ticket = desk.sits("agent", name="老王"), desk.ticket(contact="13800138000", caller="张三丰")
    page = text_of(seat.get(f"/tickets/{ticket.number}"))
    assert "13800138000" not in page
    assert "张三丰" not in page
    assert "谁看过" not in text_of(seat.get(f"/tickets/{ticket.number}/history"))
    seen = text_of(seat.post(f"/tickets/{ticket.number}/reveal", headers=HX))
    assert "13800138000" in seen
    assert "张三丰" in seen
    assert "谁看过" in text_of(seat.get(f"/tickets/{ticket.number}/history"))


def test_likely_duplicates_are_shown_and_merged(desk: Desk) -> None:
    seat = desk.sits("agent")
    first, second = desk.ticket("人才津贴没到账"), desk.ticket("人才津贴一直没到账")
    desk.ticket("人才津贴没到账", openid="o别人")
    page = text_of(seat.get(f"/tickets/{second.number}", headers=HX))
    assert page.count("像是同一件事") == 1
    assert first.number in page
    form = text_of(seat.get(f"/tickets/{second.number}/step/merge"))
    assert f'value="{first.number}" checked' in form
    assert (
        seat.post(f"/tickets/{second.number}/merge", {"into": first.number, "seen": "999"}, headers=HX).status_code
        == 200
    )
    assert now(desk, second).state == "merged"
    assert seat.post(f"/tickets/{second.number}/unmerge", headers=HX).status_code == 200
    assert now(desk, second).state == "new"
    wrong = seat.post(f"/tickets/{second.number}/merge", {"into": "", "seen": "999"}, headers=HX)
    assert wrong.status_code == 204
    assert "toast" in wrong.headers["HX-Trigger"]


@pytest.mark.parametrize("verb", ["dispatch", "assign", "merge", "callback", "edit", "refuse"])
def test_every_form_of_a_new_ticket_opens(desk: Desk, verb: str) -> None:
    seat, ticket = desk.sits("agent"), desk.ticket(topic="housing")
    page = seat.get(f"/tickets/{ticket.number}/step/{verb}")
    assert page.status_code == 200
    assert f"/tickets/{ticket.number}/{verb}" in text_of(page)
    assert seat.get(f"/tickets/{ticket.number}/step/grant").status_code == 404


def test_a_ticket_goes_its_whole_way(desk: Desk) -> None:
    hotline, unit, boss = desk.sits("agent"), desk.sits("agent", "housing"), desk.sits("supervisor")
    ticket = desk.ticket("公寓漏水", topic="housing")

    def do(seat: Seat, verb: str, **form: Any) -> str:
        answer = seat.post(f"/tickets/{ticket.number}/{verb}", {"seen": 10**9, **form}, headers=HX)
        assert answer.status_code == (204 if verb == "send_back" else 200), (verb, text_of(answer)[:300])
        return now(desk, ticket).state

    assert do(hotline, "edit", kind="help", urgency="urgent", topic="housing", subject="公寓漏水严重") == "new"
    assert do(hotline, "dispatch", unit="housing", why="归你们管") == "dispatched"
    for _ in range(2):
        assert do(unit, "send_back", why="不归我们") == "returned"
        if now(desk, ticket).dispatches == 1:
            assert do(hotline, "dispatch", unit="housing", why="就归你们") == "dispatched"
    assert do(boss, "designate", unit="housing") == "dispatched"
    assert do(unit, "sign") == "working"
    assert do(boss, "supervise") == "working"
    assert now(desk, ticket).supervised
    assert do(unit, "ask_extension", days="3", why="要等配件") == "extending"
    assert "要等配件" in text_of(boss.get(f"/tickets/{ticket.number}/step/grant"))
    assert do(boss, "deny", why="先上门") == "working"
    assert do(unit, "ask_extension", days="3", why="上过门了") == "extending"
    assert do(boss, "grant", days="2") == "working"
    assert do(unit, "release") == "working"
    assert do(unit, "assign", to=unit.actor.id) == "working"
    assert say(unit, ticket, "answer", "修好了").status_code == 200
    assert do(hotline, "invite") == "rating"
    assert do(hotline, "close") == "closed"
    assert do(hotline, "reopen", why="又漏了") == "working"
    history = text_of(hotline.get(f"/tickets/{ticket.number}/history"))
    for words in ("转办给区住建部门", "指定承办：区住建部门", "列为督办", "同意延期 2 个工作日", "重办"):
        assert words in history


def test_an_answer_becomes_a_draft_entry_beside_equal_questions(desk: Desk, clock: Clock) -> None:
    seat = desk.sits("agent")
    for subject in ("人才津贴什么时候发？", "请问，人才津贴什么时候发"):
        ticket = taken(desk, seat, subject=subject)
        say(seat, ticket, "answer", f"答复{subject}")
        clock.at += UNDO
        (event,) = events(desk, ticket, "answer")
        page = seat.post(f"/tickets/{ticket.number}/faq", {"event": event.id}, headers=HX)
        assert "已做成<a" in text_of(page)
    with desk.kit.db.unit() as unit:
        (group,) = FaqDrafts(unit).groups(seat.actor)
        assert group.asked == 2
    assert seat.post(f"/tickets/{ticket.number}/faq", {"event": event.id - 1}, headers=HX).status_code == 422


def test_without_scripts_a_form_leads_back_to_the_ticket(desk: Desk) -> None:
    seat, ticket = desk.sits("agent"), desk.ticket()
    done = seat.post(f"/tickets/{ticket.number}/accept")
    assert (done.status_code, done.headers["Location"]) == (303, f"/console/tickets/{ticket.number}")
    wrong = seat.post(f"/tickets/{ticket.number}/say", {"tab": "answer", "text": "", "seen": "9999"})
    assert wrong.status_code == 422
    assert "<!doctype html>" in text_of(wrong)
    assert "还没有写内容" in text_of(wrong)


def test_whoever_is_not_on_wechat_is_to_be_rung_up(desk: Desk) -> None:
    seat = desk.sits("agent")
    ticket = desk.ticket(openid="", source="phone", contact="13800138000", caller="老李")
    page = text_of(seat.get(f"/tickets/{ticket.number}", headers=HX))
    assert "对方不在微信上，请打电话答复" in page


def test_the_talk_with_the_bot_stands_in_the_timeline(desk: Desk, 小林: Any) -> None:
    小林.say("人才公寓什么时候能入住")
    小林.say("我的猫不吃饭怎么办")
    ticket = desk.ticket("公寓", openid=小林.openid)
    page = text_of(desk.sits("agent").get(f"/tickets/{ticket.number}", headers=HX))
    for words in ("人才公寓什么时候能入住", "我的猫不吃饭怎么办", "分</span>", "答了", "客服消息 可回复"):
        assert words in page


def test_what_a_draft_cites_is_kept_with_it(desk: Desk) -> None:
    seat = desk.sits("agent")
    ticket = taken(desk, seat)
    entry = desk.kit.library.content.entries[0]
    form = {"draft": "reply", "text": "照这条办", "seen": "1", "cites": json.dumps([entry.id])}
    seat.post(f"/tickets/{ticket.number}/draft", form, headers=HX)
    page = text_of(seat.get(f"/tickets/{ticket.number}", headers=HX))
    assert re.search(rf"name=\"cites\" value='\[\"{re.escape(entry.id)}\"\]'", page)
    assert json.dumps(entry.question)[1:-1] in page  # its chip says the question
    say(seat, ticket, "answer", "照这条办", cites=json.dumps([entry.id]))
    (event,) = events(desk, ticket, "answer")
    back = text_of(seat.post(f"/tickets/{ticket.number}/recall", {"event": event.id}, headers=HX))
    assert f'["{entry.id}"]\'' in back


def test_what_was_written_in_a_dialog_survives_a_lost_race(desk: Desk) -> None:
    one, other = desk.sits("agent", name="老王"), desk.sits("agent", name="小李")
    ticket = desk.ticket()
    seen = now(desk, ticket).last_event
    say(other, ticket, "note", "先别退")
    why = "不归我们管，请到区人社局办理"
    refused = one.post(f"/tickets/{ticket.number}/refuse", {"why": why, "seen": seen, "once": "a"}, headers=HX)
    assert refused.status_code == 409
    page = text_of(refused)
    assert "data-open" in page
    assert f"{why}</textarea>" in page
    say(other, ticket, "answer", "已经办好了")
    gone = one.post(f"/tickets/{ticket.number}/refuse", {"why": why, "seen": 10**9, "once": "a"}, headers=HX)
    assert gone.status_code == 409
    assert f"{why}</textarea>" not in text_of(gone)
    assert f'您写的：<span id="lost">{why}' in text_of(gone)


def test_a_name_sealed_with_another_key_is_told_and_breaks_nothing(desk: Desk) -> None:
    seat, ticket = desk.sits("agent"), desk.ticket(contact="13800138000", caller="张三丰")
    with desk.kit.db.writing() as unit:
        held = desk.kit.desk(unit).theirs([ticket.openid], ticket.number)
        held.contact, held.caller = (Seal("the key of last year").close(each) for each in ("13800138000", "张三丰"))
    assert seat.get("/").status_code == 200
    page = seat.get(f"/tickets/{ticket.number}")
    assert page.status_code == 200
    assert "封存打不开（换过密钥）" in text_of(page)
    seen = seat.post(f"/tickets/{ticket.number}/reveal", headers=HX)
    assert seen.status_code == 200
    assert text_of(seen).count("封存打不开（换过密钥）") >= 2


def test_a_card_says_which_promise_was_missed(desk: Desk, clock: Clock) -> None:
    ticket = desk.ticket()
    clock.at += timedelta(days=10)
    cards(desk.kit)
    assert re.search(
        "红牌：受理、首次答复(、办结)?超时了", text_of(desk.sits("agent").get(f"/tickets/{ticket.number}"))
    )
    assert data_of(events(desk, ticket, "card")[0])["card"] == "red"


def test_what_others_were_answered_on_the_same_matter_can_be_used_again(desk: Desk) -> None:
    seat = desk.sits("lead")
    before = taken(desk, seat, subject="人才津贴怎么还没有到账", openid="o老王")
    say(seat, before, "answer", "财务已经核对，周五补发。有事打 13812345678")
    secret = taken(desk, seat, subject="人才津贴怎么还没有到账", openid="o保密", confidential=True)
    say(seat, secret, "answer", "这是保密工单的答复")
    asked = desk.ticket("人才津贴怎么还没有到账啊", openid="o小李")
    elsewhere = desk.ticket("公寓的门锁坏了", openid="o小赵")
    page = text_of(seat.get(f"/tickets/{desk.ticket('人才津贴还没有到账').number}", headers=HX))
    assert re.findall(r'data-suggest="0" data-text="([^"]*)"', page) == ["财务已经核对，周五补发。有事打 138****5678"]
    side = page[page.index("同类问题") :]
    assert side.index(before.number) < side.index(asked.number)
    assert "保密工单的答复" not in page
    assert elsewhere.number not in page
    stranger = desk.sits("agent", "hr")
    with desk.verbs() as verbs:
        mine = verbs.open("o小钱", NewTicket("人才津贴还没有到账吗", "x"), now=desk.kit.now())
        verbs.dispatch(verbs.hold(seat.actor, mine.number, "dispatch"), seat.actor, "hr", now=desk.kit.now())
    assert before.number not in text_of(stranger.get(f"/tickets/{mine.number}", headers=HX))


def test_the_same_persons_other_ticket_is_no_matter_of_others(desk: Desk) -> None:
    seat = desk.sits("agent")
    before = taken(desk, seat, subject="人才津贴怎么还没有到账")
    say(seat, before, "answer", "财务已经核对，周五补发")
    page = text_of(seat.get(f"/tickets/{desk.ticket('人才津贴还没有到账').number}", headers=HX))
    assert "同类问题" not in page
    assert before.number in page


def test_a_mandate_that_runs_out_is_told_in_the_header(desk: Desk) -> None:
    seat = desk.sits("agent")
    ticket = taken(desk, seat, subject="替同事办服务卡", kind="agency")
    path = f"/tickets/{ticket.number}"
    assert "要委托书" in text_of(seat.get(path, headers=HX))
    page = text_of(seat.post(f"{path}/material", {"name": "委托书"}, headers=HX))
    (number,) = re.findall(r'name="material" value="(\d+)"', page)
    today = desk.kit.now().astimezone(SHANGHAI).date()

    def until(days: int, state: str = "here") -> str:
        form = {"material": number, "state": state, "until": str(today + timedelta(days=days))}
        page = text_of(seat.post(f"{path}/mark", form, headers=HX))
        return "".join(re.findall(r'<span class="chip \w+">委托书(.*?)</span>', page))

    assert until(30) == ""
    assert until(7) == f"{today + timedelta(days=7):%m-%d}到期"
    assert until(0).endswith("到期")
    assert until(-1).endswith("已过期")
    assert until(-1, "waived") == ""
    wrong = seat.post(f"{path}/mark", {"material": number, "state": "here", "until": "2026-02-30"}, headers=HX)
    assert wrong.status_code == 422
