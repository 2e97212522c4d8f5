"""One's data to take along, and being forgotten: nothing of them is left but what is told to stay."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from unittest.mock import Mock

import pytest
from phones import Phone, Phones

import staffing
from activities import hold, standing
from bot import timely
from bot.kit import Kit
from bot.message import Message
from bot.pipeline import Pipeline
from bot.reminding import remind
from handlers.chat.routes import router
from handlers.console import channel
from models import files, outbox, sending
from models.access import Actor
from models.agreement import Agreements
from models.base import Base
from models.consent import Consents
from models.desk_answer import Said
from models.persons import Persons
from models.seal import Seal
from models.talent import Talents
from models.ticket import FORGOTTEN
from talk import Clock

PHONE = "13985217788"
SAID = "我想问问安家补贴什么时候发"
DETAIL = "我是博士张小明，去年十月落户"
STAYS = {"agreement", "message", "sending"}  # that they agreed, came and were written to: without a word of theirs


@pytest.fixture
def 小林(phones: Phones) -> Phone:
    return phones.agreeing("小林", "miniapp", "service", "phone")


@pytest.fixture
def 路人(phones: Phones) -> Phone:
    return phones.agreeing("路人", "miniapp", "service", "phone")


def lived(kit: Kit, clock: Clock, phone: Phone) -> tuple[str, str, str]:
    """Somebody who did a bit of everything; number of a closed ticket, of an open one, and of an event to come."""
    openid = phone.talent.openid
    pipeline = Pipeline(kit, router())
    pipeline.answer(Message("said", openid, "gh", "text", int(clock.at.timestamp()), text=SAID, page="miniapp"))
    pipeline.close()
    closed = str(phone.said("POST", "/tickets", {"text": DETAIL, "contact": PHONE})["ticket"]["number"])
    staffing.DOES["答"](kit, openid, "下周发放")
    clock.at += timedelta(minutes=1)
    phone.said("POST", f"/tickets/{closed}/rating", {"stars": 5, "words": "谢谢老张"})
    open_ = str(phone.said("POST", "/tickets", {"text": "公寓漏水没人修，请派人来看"})["ticket"]["number"])
    with kit.db.writing() as unit:
        row = Talents(unit).row(phone.talent)
        row.phone = Seal(kit.settings.secret_key).close(PHONE)
        desk = kit.desk(unit)
        files.note(
            unit, desk.events(desk.theirs([openid], open_))[0], "image", "media-1", account="service", now=clock()
        )
    event = hold(kit, capacity=1)
    phone.ask("PUT", f"/events/{event}/signup", json={"remind": True})
    return closed, open_, event


def everything(kit: Kit) -> list[str]:
    """All rows, but for the audit, which nobody can change, and the content."""
    tables = [table.name for table in Base.metadata.sorted_tables if table.name not in ("audit", "content_version")]
    with kit.db.unit() as unit:
        return [
            f"{name} {row}"
            for name in tables
            for row in unit.connection.exec_driver_sql(f"SELECT * FROM {name}")  # noqa: S608 - our own names
        ]


def erased(phone: Phone) -> dict[str, Any]:
    return phone.said("POST", "/me/erase", {"confirm": "注销"})


def test_one_takes_everything_along(kit: Kit, clock: Clock, 小林: Phone, 路人: Phone) -> None:
    closed, open_, event = lived(kit, clock, 小林)
    document = 小林.said("GET", "/me/export")["document"]
    assert document["账号"]["手机号"] == PHONE
    assert [each["编号"] for each in document["工单"]] == [closed, open_]
    first = document["工单"][0]
    assert (first["联系方式"], first["评分"]) == (PHONE, 5)
    assert ("热线", "下周发放") in [(each["谁"], each["内容"]) for each in first["往来"]]
    assert [each["编号"] for each in document["活动"]] == [event]
    assert SAID in str(document["消息"])
    assert "咨询和办事" in {each["用途"] for each in document["同意"]}
    other = str(路人.said("GET", "/me/export"))
    assert [word for word in (closed, open_, event, PHONE, SAID) if word in other] == []


def test_it_is_written_in_chinese(kit: Kit, clock: Clock, 小林: Phone) -> None:
    """Addresses, numbers of ours and kinds of files aside."""
    lived(kit, clock, 小林)
    key = 小林.said("POST", "/ask", {"text": "人才公寓怎么申请"})["key"]
    小林.said("POST", f"/ask/{key}/feedback", {"useful": True})
    name = 小林.said("GET", "/items/talent_apartment")["name"]
    小林.ask("PUT", "/items/talent_apartment/interest")
    with kit.db.writing() as unit:
        Consents(unit).refuse(小林.talent.openid, "template-1", now=clock())
        sending.begin(unit, 1, 小林.talent.openid, part=0, way="service", now=clock())
    document = 小林.said("GET", "/me/export")["document"]
    assert {each["您的评价"] for each in document["问题"]} == {"", "有用"}
    assert document["登记的意向"][0]["事项"] == name
    assert document["订阅消息"][0]["拒绝"] == "是"
    assert document["发送的记录"][0]["结果"] == "不知道到没到"
    assert document["活动提醒"][0]["活动"] == "医疗人才专场"
    assert list(english(document)) == []


def english(value: Any, name: str = "") -> Iterator[str]:
    """Words of ours that nobody has translated."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from english(key)
            yield from english(each, key)
    elif isinstance(value, list):
        for each in value:
            yield from english(each, name)
    elif name not in ("openid", "模板", "类型", "地址", "手机", "来源") and value not in (None, "openid", "unionid"):
        told = re.sub(r"https?://[!-~]+|[TH]\d{8}-\d+|\d\S*T\S*\+08:00", "", str(value))
        yield from re.findall(r"[A-Za-z]{3,}|False|True", told)


def test_what_was_taken_back_or_may_still_be_is_not_in_it(kit: Kit, clock: Clock, 小林: Phone) -> None:
    number = str(小林.said("POST", "/tickets", {"text": DETAIL})["ticket"]["number"])
    actor = Actor(1, "老张", "supervisor", "hotline")
    with kit.db.writing() as unit:
        desk = kit.desk(unit)
        ticket = desk.get(actor, number)
        said = desk.answer(ticket, actor, Said("别人的资料：王五"), now=clock())
        clock.at += timedelta(seconds=3)
        desk.recall(ticket, actor, said, now=clock())
        desk.answer(ticket, actor, Said("下周发放"), now=clock())
    held = str(小林.said("GET", "/me/export")["document"])
    assert ("王五" in held, "下周发放" in held) == (False, False)
    clock.at += timedelta(seconds=11)
    told = 小林.said("GET", "/me/export")["document"]
    assert "王五" not in str(told)
    assert [each["内容"] for each in told["工单"][0]["往来"] if each["谁"] == "热线"] == ["下周发放"]
    assert "下周发放" in str(told["通知"])


def test_what_would_end_is_told_before(kit: Kit, clock: Clock, 小林: Phone) -> None:
    _, open_, _ = lived(kit, clock, 小林)
    told = 小林.said("GET", "/me/erase")
    assert [each["number"] for each in told["tickets"]] == [open_]
    assert told["events"] == ["医疗人才专场"]
    assert (told["gone"], told["stays"]) == (list(kit.privacy().erased.gone), list(kit.privacy().erased.stays))


@pytest.mark.parametrize("confirm", ["", "是", None])
def test_it_takes_the_word(小林: Phone, confirm: Any) -> None:
    assert 小林.post("/me/erase", {"confirm": confirm}).status_code == 422
    assert 小林.get("/me").status_code == 200


def test_nothing_of_them_is_left(kit: Kit, clock: Clock, 小林: Phone) -> None:
    closed, open_, _ = lived(kit, clock, 小林)
    told = erased(小林)
    assert (told["tickets"], told["events"]) == ([open_], ["医疗人才专场"])
    assert 小林.get("/me").status_code == 401
    left = everything(kit)
    for word in (PHONE, SAID, "张小明", "老张", "漏水", "media-1", "落户"):
        assert [row for row in left if word in row] == []
    assert {row.split()[0] for row in left if 小林.talent.openid in row} <= STAYS
    assert [row for row in left if row.startswith("ticket ") and closed in row]


def test_the_desk_goes_on_with_what_is_left(kit: Kit, clock: Clock, 小林: Phone) -> None:
    closed, open_, _ = lived(kit, clock, 小林)
    erased(小林)
    actor = Actor(1, "老张", "supervisor", "hotline")
    with kit.db.unit() as unit:
        desk = kit.desk(unit)
        found = {number: desk.get(actor, number) for number in (closed, open_)}
        assert {number: ticket.state for number, ticket in found.items()} == {closed: "closed", open_: "withdrawn"}
        assert {ticket.subject for ticket in found.values()} == {FORGOTTEN}
        events = desk.events(found[closed])
        assert events[-1].kind == "erased"
        assert "下周发放" in {event.body for event in events}
        way = channel.channel(kit, unit, found[closed], clock())
        assert (way.words, way.ring) == ("对方已注销，没有办法再联系", False)
        assert [each for each in Persons(unit, actor).found("", "") if each.tickets] == []


def test_whoever_waits_gets_the_seat(kit: Kit, clock: Clock, 小林: Phone, 路人: Phone) -> None:
    _, _, event = lived(kit, clock, 小林)
    路人.ask("PUT", f"/events/{event}/signup", json={"remind": False})
    assert standing(kit, event, 路人.talent.openid) == ("waiting", False)
    erased(小林)
    assert standing(kit, event, 路人.talent.openid) == ("going", False)
    assert standing(kit, event, 小林.talent.openid) == ("", False)
    with kit.db.unit() as unit:
        assert [row.kind for row in outbox.rows(unit, openid=路人.talent.openid)] == ["promoted"]


def test_a_seat_of_what_is_over_stays_taken_by_nobody(kit: Kit, clock: Clock, 小林: Phone) -> None:
    lived(kit, clock, 小林)
    clock.at += timedelta(days=20)
    assert erased(小林)["events"] == []
    (left,) = [row for row in everything(kit) if row.startswith("signup ")]
    assert "gone:" in left


def test_agreements_are_ended_once(小林: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    end = Mock()
    monkeypatch.setattr(Agreements, "end", end)
    erased(小林)
    assert end.call_count == 1


def test_no_reminder_leaves_any_more(kit: Kit, clock: Clock, 小林: Phone) -> None:
    lived(kit, clock, 小林)
    clock.at += timedelta(days=5)
    remind(kit)
    with kit.db.unit() as unit:
        (row,) = [each for each in outbox.rows(unit, openid=小林.talent.openid) if each.kind == "reminder"]
        assert timely.over(unit, row, kit.now()) == ""
    erased(小林)
    with kit.db.unit() as unit:
        assert outbox.rows(unit, openid=小林.talent.openid) == []
        assert timely.over(unit, row, kit.now()) == "没有报名"


def test_who_comes_again_is_somebody_new(kit: Kit, clock: Clock, phones: Phones, 小林: Phone) -> None:
    closed, _, event = lived(kit, clock, 小林)
    erased(小林)
    again = phones.of("小林")
    assert again.talent.id != 小林.talent.id
    assert again.get(f"/tickets/{closed}").status_code == 404
    assert {each["standing"] for each in again.said("GET", "/consents")["items"]} <= {"never", "withdrawn"}
    assert again.ask("PUT", f"/events/{event}/signup", json={"remind": True}).status_code == 403
    again.ask("PUT", "/consents/service", json={"version": 1})
    assert again.ask("PUT", f"/events/{event}/signup", json={"remind": True}).status_code == 200


def test_both_openids_of_a_person_are_forgotten(kit: Kit, clock: Clock, phones: Phones, 小林: Phone) -> None:
    follower = phones.agreeing("小林的公众号", "service")
    lived(kit, clock, 小林)
    with kit.db.writing() as unit:
        Talents(unit).join(小林.talent.id, follower.talent.id, now=kit.now())
    erased(follower)
    left = everything(kit)
    assert {row.split()[0] for row in left if 小林.talent.openid in row} <= STAYS


def test_the_others_keep_what_is_theirs(kit: Kit, clock: Clock, 小林: Phone, 路人: Phone) -> None:
    text = "我的工单请别动它"
    number = 路人.said("POST", "/tickets", {"text": text, "contact": "13900000001"})["ticket"]["number"]
    lived(kit, clock, 小林)
    erased(小林)
    ticket = 路人.said("GET", f"/tickets/{number}")
    assert (ticket["subject"], ticket["contact"]) == (text, "139****0001")
