"""Tickets on a page: handed in, answered, added to, withdrawn, rated, taken up again; nobody else's."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from phones import Phone, Phones

import staffing
from bot.kit import Kit
from models import outbox, question
from models.access import Actor
from models.desk import NewTicket
from models.desk_answer import Said
from models.desk_dispatch import TooLate
from models.seal import Seal
from models.talent import Talents

TEXT = "津贴三月就批了，到现在没有到账"


@pytest.fixture
def 小林(phones: Phones) -> Phone:
    return phones.agreeing("小林", "miniapp", "service", "phone")


@pytest.fixture
def 路人(phones: Phones) -> Phone:
    return phones.agreeing("路人")


def opened(phone: Phone, text: str = TEXT, **more: Any) -> str:
    return str(phone.said("POST", "/tickets", {"text": text, **more})["ticket"]["number"])


def answered(kit: Kit, phone: Phone, text: str = "下周发放", *, what: str = "答") -> None:
    """The hotline says it, and ten seconds go by."""
    staffing.DOES[what](kit, phone.talent.openid, text)
    kit.now.at += timedelta(seconds=11)  # type: ignore[attr-defined]


def page(phone: Phone, number: str) -> dict[str, Any]:
    return phone.said("GET", f"/tickets/{number}")


def test_a_ticket_is_handed_in(小林: Phone) -> None:
    told = 小林.said("POST", "/tickets", {"text": TEXT, "contact": "13985210000"})
    ticket = told["ticket"]
    assert told["akin"] == []
    assert (ticket["subject"], ticket["kind"], ticket["state_name"]) == (TEXT, "unpaid", "待受理")
    assert ticket["contact"] == "139****0000"
    assert ticket["status"] == "待受理，还没有工作人员接手"
    assert ticket["may"] == ["message", "withdraw", "contact"]
    assert [(each["whose"], each["text"]) for each in ticket["lines"]] == [("me", TEXT)]
    listed = 小林.said("GET", "/tickets")
    assert [each["number"] for each in listed["items"]] == [ticket["number"]]
    assert listed["next"] is None


def test_nothing_is_taken_without_the_consent(phones: Phones) -> None:
    answer = phones.of("小周").post("/tickets", {"text": TEXT})
    assert answer.status_code == 403
    assert answer.json is not None
    assert answer.json["error"]["field"] == "service"


def test_a_number_is_kept_with_the_consent_to_it_only(phones: Phones) -> None:
    phone = phones.agreeing("小周")
    answer = phone.post("/tickets", {"text": TEXT, "contact": "13985210000"})
    assert answer.status_code == 403
    assert answer.json is not None
    assert answer.json["error"]["field"] == "phone"
    told = phone.said("POST", "/tickets", {"text": "津贴没到账，我电话13985210000"})["ticket"]
    assert (told["contact"], "13985210000" in str(told)) == ("", False)


def test_a_ticket_handed_over_from_an_answer_knows_its_question(小林: Phone, kit: Kit) -> None:
    asked = 小林.said("POST", "/ask", {"text": "材料"})
    picked = 小林.said("POST", "/ask", {"choice": asked["choices"][0]["id"]})
    for key in (asked["key"], picked["key"]):  # the choices, and the answer to the one that was tapped
        number = opened(小林, question_key=key)
        with kit.db.unit() as unit:
            assert [each.ticket for each in question.of(unit, asked["key"])] == [number]
            tried = json.loads(kit.desk(unit).theirs(小林.talent.all, number).tried)
        assert asked["choices"][0]["id"] in [entry for entry, _ in tried]


def test_nobody_hands_over_what_another_asked(小林: Phone, 路人: Phone, kit: Kit) -> None:
    asked = 小林.said("POST", "/ask", {"text": "区里的天文台几点能看星星"})
    opened(路人, question_key=asked["key"])
    with kit.db.unit() as unit:
        assert [each.ticket for each in question.of(unit, asked["key"])] == [""]
    assert 路人.post("/tickets", {"text": TEXT, "question_key": "a\0b"}).status_code == 422


def test_what_is_the_same_matter_is_told(小林: Phone) -> None:
    first = opened(小林)
    opened(小林, "想问问人才公寓怎么申请入住")
    again = 小林.said("POST", "/tickets", {"text": "三月批的津贴没有到账"})
    assert [each["number"] for each in again["akin"]] == [first]


def test_numbers_in_the_text_are_hidden_and_kept_as_the_contact(小林: Phone) -> None:
    told = 小林.said("POST", "/tickets", {"text": "津贴没到账，我电话13985210000"})["ticket"]
    assert "13985210000" not in str(told)
    assert told["contact"] == "139****0000"


def test_their_proved_number_is_used_when_they_say_so(小林: Phone, kit: Kit) -> None:
    assert 小林.post("/tickets", {"text": TEXT, "my_phone": True}).status_code == 422
    with kit.db.writing() as unit:
        Talents(unit).keep_phone(小林.talent, Seal(kit.settings.secret_key), "13985211111")
    told = 小林.said("POST", "/tickets", {"text": TEXT, "my_phone": True, "call_me": True})["ticket"]
    assert told["contact"] == "139****1111"
    assert told["callback_at"] is not None


def test_what_may_be_taken_back_has_not_moved_the_ticket_yet(小林: Phone, kit: Kit) -> None:
    number = opened(小林)
    staffing.DOES["受"](kit, 小林.talent.openid, "")
    before = page(小林, number)
    kit.now.at += timedelta(minutes=1)  # type: ignore[attr-defined]
    staffing.DOES["答"](kit, 小林.talent.openid, "下周发放")
    held = page(小林, number)
    same = ("state", "state_name", "status", "since", "due", "lines", "heard_at", "unread")
    assert {name: held[name] for name in same} == {name: before[name] for name in same}
    assert held["may"] == ["message"]
    assert 小林.said("GET", "/tickets")["items"][0]["state_name"] == "办理中"
    refused = 小林.post(f"/tickets/{number}/rating", {"stars": 1})
    assert refused.status_code == 409
    assert "办理中" in refused.text
    kit.now.at += timedelta(seconds=11)  # type: ignore[attr-defined]
    told = page(小林, number)
    assert (told["state_name"], told["due"]) == ("已答复", "")
    assert told["may"] == ["message", "rate", "unsolved"]


def test_what_is_asked_for_is_not_wanted_before_it_is_told(小林: Phone, kit: Kit) -> None:
    number = opened(小林)
    staffing.DOES["要"](kit, 小林.talent.openid, "银行卡复印件")
    assert (page(小林, number)["state"], page(小林, number)["wanted"]) == ("working", [])
    kit.now.at += timedelta(seconds=11)  # type: ignore[attr-defined]
    assert (page(小林, number)["state"], page(小林, number)["wanted"]) == ("waiting", ["银行卡复印件"])


def test_an_answer_is_unread_until_it_is_opened(小林: Phone, kit: Kit) -> None:
    number = opened(小林)
    answered(kit, 小林)
    assert [each["unread"] for each in 小林.said("GET", "/tickets")["items"]] == [True]
    told = page(小林, number)
    assert told["lines"][-1]["text"] == "下周发放"
    assert told["lines"][-1]["whose"] == "hotline"
    assert told["state_name"] == "已答复"
    assert told["may"] == ["message", "rate", "unsolved"]
    assert [each["unread"] for each in 小林.said("GET", "/tickets")["items"]] == [False]


def test_what_happened_is_called_as_in_the_chat(小林: Phone, kit: Kit) -> None:
    """And what they did themselves by a name of its own."""
    number = opened(小林)
    for does in ("受", "进", "要"):
        staffing.DOES[does](kit, 小林.talent.openid, "身份证")
    kit.now.at += timedelta(seconds=11)  # type: ignore[attr-defined]
    小林.said("POST", f"/tickets/{number}/messages", {"text": "发过来了"})
    answered(kit, 小林)
    小林.said("POST", f"/tickets/{number}/rating", {"stars": 2, "words": ""})
    小林.said("POST", f"/tickets/{number}/unsolved", {"words": "还没到账"})
    said = kit.library.phrase
    assert [each["name"] for each in page(小林, number)["lines"]] == [
        "提交工单",
        "已受理",
        said("progress.reply_interim"),
        said("progress.reply_ask"),
        "补充",
        said("progress.reply_answer"),
        "评价：不满意",
        "要求重新办理",
    ]


def test_a_reply_stands_on_the_page_only_when_it_cannot_be_taken_back(小林: Phone, kit: Kit) -> None:
    number = opened(小林)
    staffing.DOES["进"](kit, 小林.talent.openid, "在查了")
    assert len(page(小林, number)["lines"]) == 1
    kit.now.at += timedelta(seconds=11)  # type: ignore[attr-defined]
    assert page(小林, number)["lines"][-1]["text"] == "在查了"
    with staffing.serving(kit, number) as (desk, ticket):
        event = next(each for each in desk.events(ticket) if each.kind == "interim")
        with pytest.raises(TooLate):
            desk.recall(ticket, staffing.AGENT, event, now=kit.now())


def test_notes_among_colleagues_are_not_shown(小林: Phone, kit: Kit) -> None:
    number = opened(小林)
    with staffing.serving(kit, number) as (desk, ticket):
        desk.note(ticket, Actor(1, "小陈", "agent"), "财政还没拨款", now=kit.now())
    assert "财政" not in str(page(小林, number))


def test_more_is_said_and_what_was_wanted_is_answered(小林: Phone, kit: Kit) -> None:
    number = opened(小林)
    answered(kit, 小林, "银行卡复印件", what="要")
    told = page(小林, number)
    assert (told["state"], told["wanted"]) == ("waiting", ["银行卡复印件"])
    assert told["status"].startswith("待补充，还差：银行卡复印件")
    told = 小林.said("POST", f"/tickets/{number}/messages", {"text": "卡号已经发给你们了"})
    assert (told["state"], told["lines"][-1]["text"]) == ("working", "卡号已经发给你们了")
    assert 小林.post(f"/tickets/{number}/messages", {"text": ""}).status_code == 422


def test_withdrawn_once(小林: Phone) -> None:
    number = opened(小林)
    assert 小林.said("POST", f"/tickets/{number}/withdraw")["state"] == "withdrawn"
    again = 小林.post(f"/tickets/{number}/withdraw")
    assert again.status_code == 409
    assert again.json is not None
    assert again.json["error"]["text"] == "工单现在是“已撤销”，不能这样操作"


def test_rated_once_and_a_low_one_is_put_right(小林: Phone, kit: Kit) -> None:
    number = opened(小林)
    assert 小林.post(f"/tickets/{number}/rating", {"stars": 1}).status_code == 409
    answered(kit, 小林)
    told = 小林.said("POST", f"/tickets/{number}/rating", {"stars": 1, "words": "没说什么时候发"})
    assert told["rating"]["name"] == "非常不满意"
    assert told["rating"]["words"] == "没说什么时候发"
    assert told["state"] == "closed"
    again = 小林.post(f"/tickets/{number}/rating", {"stars": 5})
    assert again.status_code == 409
    assert again.json is not None
    assert again.json["error"]["text"] == "这个工单已经评价过了"
    assert [each["kind"] for each in 小林.said("GET", "/tickets")["items"]] == ["rectify", "unpaid"]


def test_words_follow_a_rating_once(小林: Phone, kit: Kit) -> None:
    number = opened(小林)
    answered(kit, 小林)
    assert "comment" in 小林.said("POST", f"/tickets/{number}/rating", {"stars": 4})["may"]
    told = 小林.said("POST", f"/tickets/{number}/comment", {"words": "回得很快"})
    assert told["rating"]["words"] == "回得很快"
    assert 小林.post(f"/tickets/{number}/comment", {"words": "再说一句"}).status_code == 409


def test_unsolved_begins_another_round_for_thirty_days(小林: Phone, kit: Kit, phones: Phones) -> None:
    number = opened(小林)
    answered(kit, 小林)
    told = 小林.said("POST", f"/tickets/{number}/unsolved", {"words": "还是没有到账"})
    assert (told["state"], told["lines"][-1]["text"]) == ("working", "还是没有到账")
    answered(kit, 小林)
    phones.clock.at += timedelta(days=29)
    assert 小林.get("/me").status_code == 200
    phones.clock.at += timedelta(days=2)
    assert 小林.post(f"/tickets/{number}/unsolved", {"words": "还是没有到账"}).status_code == 409


def test_a_number_is_left_later(小林: Phone) -> None:
    number = opened(小林)
    assert 小林.post(f"/tickets/{number}/contact", {"contact": "1398"}).status_code == 422
    assert 小林.said("POST", f"/tickets/{number}/contact", {"contact": "13985210000"})["contact"] == "139****0000"


def test_nobody_else_s(小林: Phone, 路人: Phone) -> None:
    number = opened(小林)
    for phone, status in ((路人, 404), (小林, 200)):
        assert phone.get(f"/tickets/{number}").status_code == status
    assert 路人.get("/tickets/T20261123-9999").json == 路人.get(f"/tickets/{number}").json
    assert 路人.said("GET", "/tickets")["items"] == []


def test_the_list_goes_on_by_its_cursor(小林: Phone, 路人: Phone) -> None:
    numbers = [opened(小林, f"{what}的事情想问一下") for what in ("津贴", "公寓", "落户")]
    first = 小林.said("GET", "/tickets?limit=2")
    rest = 小林.said("GET", f"/tickets?limit=2&after={first['next']}")
    assert [each["number"] for each in (*first["items"], *rest["items"])] == numbers[::-1]
    assert rest["next"] is None
    assert 路人.get(f"/tickets?after={first['next']}").status_code == 404


def test_tickets_of_the_chat_are_there_too(phones: Phones, kit: Kit) -> None:
    """One who has come by the service account: what they do here is known by it."""
    phone = phones.agreeing("小吴", "service")
    number = opened(phone)
    with kit.db.unit() as unit:
        ticket = kit.desk(unit).theirs(["o小吴"], number)
        assert ticket.source == "page"
        assert kit.desk(unit).listed(["o小吴"])[0].number == number


def test_who_came_by_the_mini_program_is_answered_by_it(小林: Phone, kit: Kit) -> None:
    number = opened(小林)
    with staffing.serving(kit, number) as (desk, ticket):
        desk.answer(ticket, staffing.AGENT, Said("下周发放"), now=kit.now())
    with kit.db.unit() as unit:
        assert {row.account for row in outbox.rows(unit, openid="o小林")} == {"miniapp"}


def test_a_suspended_one_takes_words_and_stays_suspended(小林: Phone, kit: Kit) -> None:
    number = opened(小林, kind="agency")
    with staffing.serving(kit, number) as (desk, ticket):
        desk.accept(ticket, staffing.AGENT, now=kit.now())
        desk.suspend(ticket, staffing.AGENT, "市里的系统在升级", now=kit.now())
    told = 小林.said("POST", f"/tickets/{number}/messages", {"text": "请问还要多久"})
    assert told["lines"][-1]["text"] == "请问还要多久"
    with staffing.serving(kit, number) as (_, ticket):
        assert ticket.is_suspended


def test_what_an_answer_to_a_post_showed_is_not_taken_back(小林: Phone, kit: Kit) -> None:
    number = opened(小林)
    answered(kit, 小林, "在查了", what="进")
    told = 小林.said("POST", f"/tickets/{number}/messages", {"text": "谢谢"})
    assert "在查了" in [each["text"] for each in told["lines"]]
    with staffing.serving(kit, number) as (desk, ticket):
        event = next(each for each in desk.events(ticket) if each.kind == "interim")
        with pytest.raises(TooLate):
            desk.recall(ticket, staffing.AGENT, event, now=kit.now())


def test_of_a_call_theirs_was_merged_into_nothing_of_the_caller_is_shown_or_changed(小林: Phone, kit: Kit) -> None:
    """The hotline took it by telephone; it may hold what somebody else said."""
    mine = opened(小林)
    call = NewTicket("王五来电问补贴", "王五说的话", contact="13711112222", callback_at=kit.now())
    with kit.db.writing() as unit:
        desk = kit.desk(unit)
        into = desk.open("", call, now=kit.now(), by=staffing.AGENT.key)
        desk.merge(desk.hold(staffing.LEAD, mine, "merge"), into, staffing.LEAD, now=kit.now())
        number = into.number
    told = page(小林, number)
    assert (told["subject"], told["contact"], told["callback_at"]) == (TEXT, "", None)
    assert told["may"] == ["message"]
    for what, body in (("contact", {"contact": "13900001111"}), ("withdraw", {})):
        assert 小林.post(f"/tickets/{number}/{what}", body).status_code == 409
    with staffing.serving(kit, number) as (desk, ticket):
        assert (desk.readable(ticket.contact), ticket.is_open) == ("13711112222", True)


def test_a_day_holds_so_many_tickets(小林: Phone, kit: Kit) -> None:
    with kit.db.writing() as unit:
        for _ in range(20):
            kit.desk(unit).open(小林.talent.openid, NewTicket(TEXT, TEXT), now=kit.now())
    assert 小林.post("/tickets", {"text": TEXT}).status_code == 429
    kit.now.at += timedelta(days=1)  # type: ignore[attr-defined]
    assert opened(小林)
