"""What there is to read: topics, entries, one entry, and the office's hours."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from phones import Phone, Phones

from bot.kit import Kit
from handlers.miniapp import cited
from handlers.speaking import Voice


@pytest.fixture
def 读者(phones: Phones) -> Phone:
    """Nobody we know."""
    return phones.stranger()


def data(answer: Any) -> Any:
    assert answer.status_code == 200, answer.json
    return answer.json["data"]


def test_topics_are_those_of_the_content(读者: Phone, kit: Kit) -> None:
    topics = data(读者.get("/topics"))["items"]
    assert {each["id"] for each in topics} <= set(kit.library.words.topics)
    assert sum(each["entries"] for each in topics) == len(kit.library.content.entries)
    assert topics[0] | {"first": []} == {
        "id": "allowance",
        "name": "人才津贴",
        "entries": topics[0]["entries"],
        "first": [],
    }


def test_the_pages_of_a_topic_hold_each_entry_once(读者: Phone, kit: Kit) -> None:
    seen, after = [], ""
    while True:
        page = data(读者.get(f"/entries?topic=housing&limit=7&after={after}"))
        seen += [each["id"] for each in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert seen == [each.id for each in kit.library.content.entries if each.topic == "housing"]


def test_a_page_behind_nothing_is_refused(读者: Phone) -> None:
    answer = 读者.get("/entries?after=never.was")
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["error"]["field"] == "after"


def test_words_find_what_they_mean_and_what_has_them(读者: Phone, kit: Kit) -> None:
    found = data(读者.get("/entries?q=绿卡"))["items"]
    assert found[0]["id"] == "card.what"
    entries = [kit.library.entry(each["id"]) for each in found[1:]]
    assert entries
    assert all(each and "绿卡" in f"{each.question}{each.aliases}{each.answer}" for each in entries)
    assert data(读者.get("/entries?q=绿卡&topic=housing"))["items"] == []
    assert data(读者.get("/entries?q=qqqqqq"))["items"] == []


def test_an_entry_has_its_source_and_says_what_that_leaves_open(读者: Phone) -> None:
    entry = data(读者.get("/entries/apartment.what"))
    assert entry["unknown"] == ["地址", "套数", "租金"]
    assert entry["source"]["as_of"] == "2022"
    assert entry["source"]["validity"] == "unknown"
    assert entry["source"]["owner"] == {"id": "organization", "name": "区委组织部"}
    assert entry["source"]["said"].endswith("2022年资料，现在是否有效待确认")
    assert entry["source"]["url"] is None
    assert {"apartment.who", "apartment.open"} <= {each["id"] for each in entry["siblings"]}
    assert {each["side"] for each in entry["siblings"]} >= {"条件", "时间"}
    assert [(each["kind"], each["item"]) for each in entry["next"]] == [
        ("item", "talent_apartment"),
        ("check", "talent_apartment"),
        ("interest", "talent_apartment"),
        ("ticket", None),
    ]


def test_there_is_no_other_entry(读者: Phone) -> None:
    assert 读者.get("/entries/never.was").status_code == 404
    assert 读者.get("/entries/%20").status_code == 422


def test_the_office_says_what_is_not_known(读者: Phone) -> None:
    office = data(读者.get("/office"))
    assert office["hotline"]["phone"] is None
    assert "号码还没有公布" in office["hotline"]["said"]
    assert office["hours_confirmed"] is False
    assert [day["name"] for day in office["week"]] == ["周一", "周二", "周三", "周四", "周五", "周六", "周日"]
    assert office["week"][0]["hours"] == [{"start": "09:00", "end": "12:00"}, {"start": "13:00", "end": "17:00"}]
    assert office["now"]["open"] is True
    assert office["now"]["until"] == "2026-11-23T12:00:00+08:00"
    assert "正式时间以区里公布为准" in office["now"]["said"]


def test_on_a_weekend_the_office_opens_again_on_monday(读者: Phone, phones: Phones) -> None:
    phones.clock.at = datetime(2026, 11, 28, 2, 0, tzinfo=UTC)
    now = data(读者.get("/office"))["now"]
    assert now["open"] is False
    assert now["next_opening"] == "2026-11-30T09:00:00+08:00"


def test_a_year_nobody_knows_is_not_guessed(读者: Phone, phones: Phones) -> None:
    phones.clock.at = datetime(2031, 3, 3, 2, 0, tzinfo=UTC)
    now = data(读者.get("/office"))["now"]
    assert now["open"] is None
    assert now["next_opening"] is None
    assert "不敢猜" in now["said"]


def test_nothing_to_read_tells_people_to_reply(读者: Phone, kit: Kit) -> None:
    content, reply = kit.library.content, re.compile(r"回复(“|数字| ?\d)")
    for each in content.entries:
        shown = cited.entry(Voice(kit, kit.now()), each)
        assert not reply.search(f"{shown.answer}{shown.contact}"), each.id
    assert "点“转人工”" in data(读者.get("/entries/expert.district"))["answer"]
    for item in content.items:
        assert not reply.search(读者.get(f"/items/{item.id}").text), item.id
