"""A question on a page is one in the chat: the same log, decision, talk and wording; and WeChat hears nothing of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from unittest.mock import Mock

import alike
import pytest
from flask import Flask
from phones import Phone, Phones
from sqlalchemy import select

import wsgi
from activities import hold
from bot.consenting import NoConsent
from bot.deadline import Deadline
from bot.kit import Kit
from bot.message import Message
from bot.pipeline import Pipeline
from handlers.chat.routes import router
from handlers.miniapp.tapping import tapped
from handlers.speaking import Voice
from models import question as questions
from models.interest import Interest
from models.message import MessageRow
from models.outbox import OutboxRow
from models.question import QuestionRow
from models.talk import TalkRow
from talk import Clock, Talk

_MANY = 2**31 - 1
_REPLY = re.compile(r"回复(“|数字| ?\d)")  # what one does in the chat


@pytest.fixture
def 小林(phones: Phones) -> Phone:
    """Somebody who agreed to what asking takes."""
    return phones.agreeing("小林")


def asked(phone: Phone, text: str = "", **more: Any) -> dict[str, Any]:
    answer = phone.post("/ask", {"text": text} if text else more)
    assert answer.status_code == 200, answer.json
    assert answer.json is not None
    data: dict[str, Any] = answer.json["data"]
    return data


def rows(kit: Kit, table: Any) -> list[Any]:
    with kit.db.unit() as unit:
        return list(unit.session.scalars(select(table)))


def test_an_answer_with_its_source_and_date(小林: Phone) -> None:
    data = asked(小林, "人才津贴要哪些材料")
    assert data["decision"] == "answer"
    assert [entry["id"] for entry in data["entries"]] == ["allowance.materials"]
    entry = data["entries"][0]
    assert entry["source"]["as_of"].startswith("2022")
    assert "资料" in entry["source"]["said"]
    assert entry["source"]["said"] not in data["text"]  # it stands with the entry
    assert entry["answer"] in data["text"]
    assert (data["item"], data["choices"], data["offers_ticket"]) == ("talent_allowance", [], False)


def test_nothing_is_asked_without_a_login_or_the_consent(phones: Phones) -> None:
    assert phones.stranger().post("/ask", {"text": "人才津贴是什么"}).status_code == 401
    refused = phones.of("新人").post("/ask", {"text": "人才津贴是什么"})
    assert refused.status_code == 403
    assert refused.json is not None
    assert (refused.json["error"]["code"], refused.json["error"]["field"]) == ("consent_required", "service")
    assert rows(phones.kit, MessageRow) == []


def test_what_is_withdrawn_meanwhile_is_not_kept(小林: Phone, kit: Kit) -> None:
    """The page had looked; until the answer was there they had taken it back."""
    小林.said("DELETE", "/consents/service")
    pipeline = Pipeline(kit, router())
    message = Message("page:1", 小林.talent.openid, "", "text", 0, text="我叫张小明，提工单", page="miniapp")
    with pytest.raises(NoConsent):
        pipeline.handle(message, Deadline())
    pipeline.close()
    assert [rows(kit, table) for table in (MessageRow, QuestionRow, TalkRow)] == [[], [], []]


@pytest.mark.parametrize("way", [("提工单", "津贴三月就批了没有到账", "就这些"), ("预约回电", "1")])
def test_a_number_is_taken_with_the_consent_to_it_only(小林: Phone, kit: Kit, way: tuple[str, ...]) -> None:
    for text in way:
        asked(小林, text)
    refused = 小林.post("/ask", {"text": "13985210000"}, key="the-number")
    assert refused.status_code == 403
    assert refused.json is not None
    assert refused.json["error"]["field"] == "phone"
    小林.said("PUT", "/consents/phone", {"version": 1})
    assert 小林.post("/ask", {"text": "13985210000"}, key="the-number").status_code == 200


def test_a_number_beside_other_words_is_hidden_and_not_kept(小林: Phone, kit: Kit) -> None:
    for text in ("提工单，津贴三月就批了没有到账，我电话13985210000", "就这些"):
        said = asked(小林, text)["text"]
    assert "139" not in said
    asked(小林, "无")
    with kit.db.unit() as unit:
        assert [each.contact for each in kit.desk(unit).listed(小林.talent.all)] == [""]


def test_a_choice_is_tapped_by_its_entry_and_the_pick_is_noted(小林: Phone, kit: Kit) -> None:
    data = asked(小林, "材料")
    assert data["decision"] == "choices"
    assert len(data["choices"]) > 1
    assert data["choices"][-1] == {"id": "none", "text": "都不是"}
    assert "1. " not in data["text"]
    first = data["choices"][0]
    picked = asked(小林, choice=first["id"])
    assert (picked["decision"], picked["entries"][0]["id"]) == ("answer", first["id"])
    noted = [row for row in rows(kit, QuestionRow) if row.picked]
    assert [(row.message, row.picked) for row in noted] == [(data["key"], first["id"])]


def test_a_tapped_choice_may_be_said_as_well(小林: Phone, kit: Kit) -> None:
    data = asked(小林, "材料")
    none = asked(小林, data["choices"][-1]["text"])
    assert none["offers_ticket"] is True
    assert [row.picked for row in rows(kit, QuestionRow)] == ["none"]


def test_what_nobody_knows_is_said_so_and_offers_staff(小林: Phone) -> None:
    data = asked(小林, "区里的天文台几点能看星星")
    assert (data["decision"], data["entries"], data["offers_ticket"]) == ("unknown", [], True)
    assert "不敢乱说" in data["text"]


def test_a_greeting_and_another_office_are_neither(小林: Phone) -> None:
    assert asked(小林, "你好")["decision"] == "other"
    assert asked(小林, "身份证丢了怎么补办")["decision"] == "other"


def test_each_of_several_questions_has_its_entry(小林: Phone) -> None:
    data = asked(小林, "人才津贴要什么材料？人才公寓有多少套？")
    assert [entry["id"] for entry in data["entries"]] == ["allowance.materials", "apartment.phases"]


def test_conditions_are_asked_for_with_what_may_be_tapped(小林: Phone) -> None:
    data = asked(小林, "我能领人才津贴吗")
    assert (data["decision"], data["item"]) == ("choices", "talent_allowance")
    assert [each["id"] for each in data["choices"]][-1] == "unsure"
    while data["decision"] == "choices":
        data = asked(小林, data["choices"][0]["text"])
    assert "对得上" in data["text"]


def test_the_hours_of_a_call_are_tapped(小林: Phone) -> None:
    data = asked(小林, "预约回电")
    assert data["choices"][0]["text"].startswith("尽快")
    assert "1." not in data["text"]
    assert "打哪个号码" in asked(小林, data["choices"][1]["text"])["text"]


def test_a_repeated_key_is_answered_the_same_once(小林: Phone, kit: Kit) -> None:
    first, again = (小林.post("/ask", {"text": "人才公寓在哪"}, key="the-same-key") for _ in range(2))
    assert first.status_code == 200
    assert first.data == again.data
    assert len(rows(kit, MessageRow)) == 1
    assert 小林.post("/ask", {"text": "人才日"}, key="the-same-key").status_code == 409


def test_what_is_no_question_is_refused_with_its_field(小林: Phone) -> None:
    for body, field in (
        ({}, "text"),
        ({"text": " \x01\n"}, "text"),
        ({"text": "好" * 1001}, "text"),
        ({"choice": "never.was"}, "choice"),
        ({"choice": "allowance.what", "text": "好"}, "choice"),
        ({"text": 5}, "text"),
        ({"text": "好", "openid": "oSomebody"}, "openid"),
    ):
        answer = 小林.post("/ask", body)
        assert answer.status_code == 422, body
        assert answer.json is not None
        assert answer.json["error"]["field"] == field


def test_a_long_answer_is_whole_on_a_page(小林: Phone, kit: Kit) -> None:
    longest = max(kit.library.content.entries, key=lambda entry: len(entry.answer))
    data = asked(小林, choice=longest.id)
    assert data["entries"][0]["answer"] == tapped(Voice(kit, kit.now()), longest.answer.strip())
    assert "回复“更多”" not in data["text"]


def test_the_talk_goes_on_in_the_chat(phones: Phones, someone: Callable[[str], Talk]) -> None:
    """A follower who asked on the page of the menu asks on in the chat."""
    asked(phones.agreeing("老友", "service"), "人才公寓是什么")
    assert "资料没有写明" in someone("o老友").say("那材料呢")


def test_a_page_opens_no_window_and_takes_nothing_owed_along(
    phones: Phones, someone: Callable[[str], Talk], kit: Kit
) -> None:
    chat = someone("o老友")
    chat.play("""
        人 人工
        人 想问公寓登记
        人 无
        人 不留
        等 60小时
        答 登记好了，请放心。
    """)
    phone = phones.agreeing("老友", "service")
    before = [(row.dedup, row.state) for row in rows(kit, OutboxRow)]
    assert {state for _, state in before} == {"due"}
    data = asked(phone, "人才日是哪天")
    assert "请放心" not in data["text"]
    assert [(row.dedup, row.state) for row in rows(kit, OutboxRow)] == before
    page = next(row for row in rows(kit, MessageRow) if row.key.startswith("page:"))
    assert page.opens == ""
    assert json.loads(page.offers)["choices"] == []


@pytest.mark.parametrize(("useful", "verdict"), [(True, "useful"), (False, "useless")])
def test_feedback_is_noted_as_the_chat_notes_it(小林: Phone, kit: Kit, useful: bool, verdict: str) -> None:
    data = asked(小林, "人才公寓在哪")
    answer = 小林.post(f"/ask/{data['key']}/feedback", {"useful": useful})
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["data"]["offers_ticket"] is not useful
    assert [row.verdict for row in rows(kit, QuestionRow)] == [verdict]


def test_feedback_reads_its_questions_once(小林: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    data = asked(小林, "人才公寓在哪")
    read = Mock(wraps=questions.of)
    monkeypatch.setattr(questions, "of", read)
    小林.said("POST", f"/ask/{data['key']}/feedback", {"useful": True})
    assert read.call_count == 1


def test_feedback_on_a_picked_choice_is_on_the_question(小林: Phone, kit: Kit) -> None:
    data = asked(小林, "材料")
    picked = asked(小林, choice=data["choices"][0]["id"])
    assert 小林.post(f"/ask/{picked['key']}/feedback", {"useful": True}).status_code == 200
    assert [(row.message, row.verdict) for row in rows(kit, QuestionRow)] == [(data["key"], "useful")]


def test_of_several_only_what_stayed_open_was_useless(小林: Phone, kit: Kit) -> None:
    data = asked(小林, "人才津贴要什么材料？人才公寓有多少套？人才津贴能不能换成购物卡？")
    assert 小林.post(f"/ask/{data['key']}/feedback", {"useful": False}).status_code == 200
    judged = [(row.decision, row.verdict) for row in rows(kit, QuestionRow)]
    assert judged == [("sure", ""), ("sure", ""), ("unknown", "useless")]


def test_nobody_judges_what_another_asked(小林: Phone, phones: Phones, kit: Kit) -> None:
    data = asked(小林, "人才公寓在哪")
    stranger = phones.agreeing("路人")
    assert stranger.post(f"/ask/{data['key']}/feedback", {"useful": False}).status_code == 404
    assert stranger.post(f"/ask/page:{'0' * 64}/feedback", {"useful": False}).status_code == 404
    assert [row.verdict for row in rows(kit, QuestionRow)] == [""]


@pytest.fixture
def eager(kit: Kit, clock: Clock) -> Iterator[Phone]:
    """Somebody whose requests nobody counts."""
    app = Flask(__name__, static_folder=None)
    generous = replace(kit, settings=replace(kit.settings, api_per_minute=_MANY, api_per_address=_MANY))
    pipeline = wsgi.mount(app, generous)
    yield Phones(generous, app, clock).agreeing("小林")
    pipeline.close()


@pytest.mark.parametrize("question", ["附近有人才驿站吗", "有哪些地点"])
def test_nobody_is_told_to_send_a_location_where_there_is_no_way_to(小林: Phone, question: str) -> None:
    said = asked(小林, question)["text"]
    assert "输入框" not in said
    assert "发一个位置" not in said
    assert "点“服务地点”" in said


def test_nobody_is_told_to_reply_where_one_taps(eager: Phone, kit: Kit) -> None:
    said = "你好 帮助 asdfgh 区里的天文台几点能看星星 怎么申请 我能领人才津贴吗 我能住人才公寓吗 身份证丢了怎么补办"
    for text in f"{said} 最近有什么活动 人才日是哪天 热线电话是多少 人才绿卡 离我最近的驿站 我的工单 人工 取消".split():
        alike.forget(kit)
        data = asked(eager, text)
        assert not _REPLY.search(data["text"]), data["text"]
        assert "转人工" not in data["text"] or data["offers_ticket"] or data["entries"], text
    useless = eager.said("POST", f"/ask/{data['key']}/feedback", {"useful": False})["text"]
    assert "点“转人工”" in useless
    assert not _REPLY.search(useless)


def test_chat_and_page_give_the_same_entry_and_source(eager: Phone, someone: Callable[[str], Talk], kit: Kit) -> None:
    """Each asked afresh in both; tests/h5/test_browser_alike.py reads what the page makes of it."""
    answered = 0
    chat = someone("oChat")
    for question in alike.questions(kit.library.content):
        alike.forget(kit)
        said, data = chat.say(question), asked(eager, question)
        assert _compared(kit, data), question
        offered = {choice["text"] for choice in data["choices"]}
        told = {entry["source"]["said"] for entry in data["entries"]}
        lines = [line for line in said.split("\n") if line.partition(". ")[2] not in offered and line not in told]
        plain = "\n".join(lines).strip()
        assert data["text"] == tapped(Voice(kit, kit.now()), plain, choices=bool(offered), asking=True)
        assert not _REPLY.search(data["text"]), question
        for entry in data["entries"]:
            assert entry["source"]["said"] in said
            answered += 1
    assert answered > 200


def _compared(kit: Kit, data: dict[str, Any]) -> bool:
    """The rows of both doors say the same, and the page shows what they say."""
    by: dict[bool, list[Any]] = {True: [], False: []}
    for row in rows(kit, QuestionRow):
        by[row.message.startswith("page:")].append((row.place, row.text, row.decision, row.candidates, row.answered))
    shown = [entry["id"] for entry in data["entries"]]
    known = [each[-1] for each in sorted(by[True]) if kit.library.entry(each[-1])]
    return sorted(by[True]) == sorted(by[False]) and (not by[True] or shown == known)


def interests(kit: Kit) -> int:
    return len(rows(kit, Interest))


def test_a_bare_yes_is_one_to_what_is_offered_where_it_is_said(
    phones: Phones, someone: Callable[[str], Talk], kit: Kit
) -> None:
    """Who read an offer on the page and says 好 in the chat means what stands there."""
    page, chat = phones.agreeing("老友", "service"), someone("o老友")
    offer = "我是引进来的博士，能住人才公寓吗"
    asked(page, offer)
    chat.say("好")
    assert interests(kit) == 0
    chat.say(offer)
    asked(page, "好的")
    assert interests(kit) == 0
    asked(page, offer)
    asked(page, "好的")
    assert interests(kit) == 1


def test_a_ticket_is_not_withdrawn_from_the_other_door_by_a_bare_yes(
    phones: Phones, someone: Callable[[str], Talk], kit: Kit
) -> None:
    page, chat = phones.agreeing("老友", "service"), someone("o老友")
    number = page.said("POST", "/tickets", {"text": "津贴三月就批了，到现在没有到账"})["ticket"]["number"]
    assert "确定要撤销" in asked(page, f"撤销工单 {number}")["text"]
    chat.say("好")
    assert page.said("GET", f"/tickets/{number}")["state"] == "new"


def test_in_the_middle_of_something_a_bare_yes_from_the_other_door_is_asked_first(
    phones: Phones, someone: Callable[[str], Talk], kit: Kit
) -> None:
    page, chat = phones.agreeing("老友", "service"), someone("o老友")
    event = hold(kit, "人才沙龙")
    page.ask("PUT", f"/events/{event}/signup", json={"remind": False})
    assert "取消" in asked(page, "取消报名")["text"]
    assert "人才沙龙" in chat.say("好")
    assert page.said("GET", f"/events/{event}")["mine"]["state"] == "going"
    chat.say("好")
    assert page.said("GET", f"/events/{event}")["mine"] is None


def test_what_says_itself_what_it_means_goes_on_at_the_other_door(
    phones: Phones, someone: Callable[[str], Talk], kit: Kit
) -> None:
    page, chat = phones.agreeing("老友", "service"), someone("o老友")
    asked(page, "我是引进来的博士，能住人才公寓吗")
    assert "已经替您登记" in chat.say("登记")
    assert interests(kit) == 1
