"""Service items: what the source leaves open is said, conditions are gone through as in the chat, interest is noted."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, get_args

import pytest
from phones import Phone, Phones
from sqlalchemy import func, select

from bot.kit import Kit
from handlers.miniapp.items import Facts, _checked
from handlers.miniapp.tapping import tapped
from handlers.speaking import Voice
from knowledge.eligibility import decide
from knowledge.entry import FACTS, UNSURE
from models.interest import Interest
from models.message import MessageRow
from models.talent import Talents
from talk import Talk


@pytest.fixture
def 读者(phones: Phones) -> Phone:
    """Nobody we know."""
    return phones.stranger()


def checked(phone: Phone, item: str, **facts: str) -> dict[str, Any]:
    data: dict[str, Any] = phone.said("POST", f"/items/{item}/check", {"facts": facts})
    return data


def test_the_items_of_a_topic(读者: Phone, kit: Kit) -> None:
    items = 读者.said("GET", "/items?topic=card")["items"]
    assert [each["id"] for each in items] == [each.id for each in kit.library.content.items if each.topic == "card"]
    assert items[0]["status_said"] == "试点"


def test_what_the_source_leaves_open_is_null_beside_its_name(读者: Phone) -> None:
    item = 读者.said("GET", "/items/talent_apartment")
    assert item["where"] == {"name": "地点", "value": None}
    assert item["materials"] == {"name": "材料", "lines": []}
    assert item["conditions"]["lines"][0].startswith("重点保障")
    assert item["department"] is None
    assert item["source"]["owner"]["name"] == "区住建部门"
    assert (item["checkable"], item["awaited"], item["interested"]) == (True, True, None)
    assert "apartment.who" in {each["id"] for each in item["entries"]}


def test_there_is_no_other_item(读者: Phone) -> None:
    for method, path in (("GET", ""), ("POST", "/check")):
        answer = 读者.post(f"/items/never_was{path}") if method == "POST" else 读者.get(f"/items/never_was{path}")
        assert answer.status_code == 404


def test_the_facts_one_may_tell_are_those_of_the_conditions() -> None:
    assert set(Facts.model_fields) == set(FACTS)
    for name, field in Facts.model_fields.items():
        values = next(get_args(each) for each in get_args(field.annotation) if get_args(each))
        assert set(values) == {*FACTS[name], UNSURE}


def test_conditions_are_asked_for_one_by_one(读者: Phone) -> None:
    first = checked(读者, "talent_allowance")
    assert first["result"] == "ask"
    assert first["question"]["text"] == first["text"]
    assert first["question"]["choices"][-1] == {"value": "unsure", "text": "不清楚"}
    facts: dict[str, str] = {}
    told = first
    while told["result"] == "ask":
        facts[told["question"]["fact"]] = told["question"]["choices"][0]["value"]
        told = checked(读者, "talent_allowance", **facts)
    assert told["result"] == "met"
    assert told["clause"] in told["text"]


def test_the_verdict_is_worded_as_in_the_chat(读者: Phone, someone: Callable[[str], Talk], kit: Kit) -> None:
    chat = someone("oSomebody")
    chat.say("我是副高，能领人才津贴吗")
    told = checked(读者, "talent_allowance", title="associate_senior")
    assert told["result"] == "met"
    assert told["text"] == tapped(Voice(kit, kit.now()), chat.heard)
    assert "点“转人工”" in told["text"]


def test_what_does_not_fit_and_what_nobody_can_tell(读者: Phone) -> None:
    told = checked(读者, "talent_allowance", title="none", degree="bachelor")
    assert told["result"] == "not_met"
    assert {each["have"] for each in told["reasons"]} == {"没有职称", "本科"}
    told = checked(读者, "talent_allowance", title="unsure", degree="unsure")
    assert told["result"] == "not_sure"
    assert told["missing"]
    told = checked(读者, "talent_green_card")
    assert (told["result"], told["missing"]) == ("not_sure", [])
    assert "资料没有写明" in told["text"]


def test_no_outcome_of_a_check_tells_people_to_reply(读者: Phone, kit: Kit) -> None:
    """Every way through the questions, to its end."""
    for item in [each for each in kit.library.content.items if each.tiers]:
        ways: list[dict[str, str]] = [{}]
        results = set()
        while ways:
            facts = ways.pop()
            told = _checked(Voice(kit, kit.now()), item, facts, decide(item.tiers, facts, len(facts)))
            results.add(told.result)
            assert not re.search("回复(“|数字)", told.text), told.text
            if told.question:
                ways += [{**facts, told.question.fact: each.value} for each in told.question.choices]
        assert results >= {"ask", "met", "not_sure"}
    assert "点“登记意向”" in checked(读者, "talent_apartment", title="senior", recruited="introduced")["text"]


def test_a_check_keeps_nothing(读者: Phone, kit: Kit) -> None:
    checked(读者, "talent_allowance", title="senior")
    with kit.db.unit() as unit:
        assert unit.session.scalar(select(func.count()).select_from(MessageRow)) == 0


def test_a_fact_nobody_asks_for_is_refused(读者: Phone) -> None:
    for facts, field in (({"title": "king"}, "facts.title"), ({"age": "30"}, "facts.age")):
        answer = 读者.post("/items/talent_allowance/check", {"facts": facts})
        assert answer.status_code == 422
        assert answer.json is not None
        assert answer.json["error"]["field"] == field


def test_interest_is_noted_once_and_seen_in_the_chat(phones: Phones, someone: Callable[[str], Talk], kit: Kit) -> None:
    phone, chat = phones.agreeing("老友", "service"), someone("o老友")
    for _ in range(2):
        assert phone.said("PUT", "/items/talent_apartment/interest")["interested"] is True
    with kit.db.unit() as unit:
        assert unit.session.scalar(select(func.count()).select_from(Interest)) == 1
    assert phone.said("GET", "/items/talent_apartment")["interested"] is True
    assert "在名单上" in chat.say("我登记了吗")
    chat.say("取消登记")
    assert phone.said("GET", "/items/talent_apartment")["interested"] is False


def test_the_registering_is_done_where_it_is_told_of(phones: Phones) -> None:
    phone = phones.agreeing("老友", "service")
    whole = phone.said("GET", "/items/apartment_interest")
    assert (whole["awaited"], whole["interested"]) == (True, False)
    assert "interest" in [each["kind"] for each in phone.said("GET", f"/entries/{whole['entries'][0]['id']}")["next"]]
    assert "人才公寓" in phone.said("PUT", "/items/apartment_interest/interest")["text"]
    for item in ("apartment_interest", "talent_apartment"):
        assert phone.said("GET", f"/items/{item}")["interested"] is True
    assert phone.said("DELETE", "/items/apartment_interest/interest")["interested"] is False
    assert phone.said("GET", "/items/talent_apartment")["interested"] is False


def test_both_openids_of_a_person_count(phones: Phones, someone: Callable[[str], Talk], kit: Kit) -> None:
    one, other = phones.agreeing("小程序里", "miniapp"), phones.agreeing("公众号里", "service")
    one.said("PUT", "/items/talent_apartment/interest")
    kit.db.doing(lambda unit: Talents(unit).join(one.talent.id, other.talent.id, now=kit.now()))
    chat = someone("o公众号里")
    assert "已经登记过" in chat.say("登记")
    assert other.said("GET", "/items/talent_apartment")["interested"] is True
    assert other.said("DELETE", "/items/talent_apartment/interest")["interested"] is False
    assert "没有您的" in chat.say("我登记了吗")


def test_interest_wants_a_login_a_consent_and_something_to_wait_for(读者: Phone, phones: Phones, 小林: Phone) -> None:
    path = "/items/talent_apartment/interest"
    assert 读者.ask("PUT", path).status_code == 401
    assert 小林.ask("PUT", path).status_code == 403
    answer = phones.agreeing("同意了").ask("PUT", "/items/card_medical/interest")
    assert answer.status_code == 409
    assert answer.json is not None
    assert answer.json["error"]["text"] == "本人就医保障不用登记意向。"


def test_a_check_sent_again_is_answered_the_same_and_its_key_is_for_nothing_else(phones: Phones) -> None:
    stranger, path = phones.stranger(), "/items/talent_allowance/check"
    first, again = (stranger.post(path, {"facts": {"degree": "doctor"}}, key="the-same-check") for _ in range(2))
    assert (first.status_code, again.data) == (200, first.data)
    assert stranger.post(path, {"facts": {"degree": "master"}}, key="the-same-check").status_code == 409
    assert phones.of("小林").post(path, {"facts": {"degree": "master"}}, key="the-same-check").status_code == 200
