"""Who may look up whom, and that looking behind the mask is on record."""

from __future__ import annotations

import re

from bot import reply as replies
from bot.reply import Text
from console.conftest import Desk, Seat
from models import audit_trail, message
from models.audit_trail import Wanted
from models.person import People
from models.persons import Persons
from models.seal import Seal

OPENID = "oXiaoLin000042"


def named(desk: Desk) -> str:
    return Seal(desk.kit.settings.secret_key).name(OPENID)


def said(desk: Desk, text: str) -> None:
    with desk.kit.db.writing() as unit:
        values = {"key": "m1", "openid": OPENID, "kind": "text", "text": text, "route": "faq", "note": ""}
        values |= {"score": None, "content": "", "reply": replies.dump(Text("蝴蝶兰没有补助")), "owed": False}
        message.add(unit, {**values, "opens": "message", "sent_at": desk.kit.now(), "received_at": desk.kit.now()})


def looked_up(seat: Seat, q: str) -> str:
    return seat.get(seat.post("/people", {"q": q}).location.removeprefix("/console")).text


def test_somebody_is_found_by_telephone_and_shown_short(desk: Desk) -> None:
    desk.ticket("津贴没到账", openid=OPENID, contact="138 0000 0001")
    agent = desk.sits("agent")
    assert "oXia…0042" in looked_up(agent, "13800000001")
    assert "没有查到" in looked_up(agent, "13900000009")
    page = agent.get(f"/people/{named(desk)}").text
    assert "津贴没到账" in page
    assert "13800000001" not in page


def test_a_unit_sees_only_people_of_its_tickets(desk: Desk) -> None:
    desk.ticket("津贴没到账", openid=OPENID)
    stranger = desk.sits("agent", "hr")
    assert "没有查到" in stranger.get("/people").text
    assert stranger.get(f"/people/{named(desk)}").status_code == 404
    assert stranger.post(f"/people/{named(desk)}/reveal").status_code == 404


def test_admins_and_auditors_see_nobody(desk: Desk) -> None:
    desk.ticket(openid=OPENID)
    for role in ("admin", "auditor"):
        assert desk.sits(role).get("/people").status_code == 403


def test_each_look_at_the_whole_openid_is_on_record(desk: Desk) -> None:
    desk.ticket(openid=OPENID)
    agent = desk.sits("agent")
    assert OPENID in agent.post(f"/people/{named(desk)}/reveal").text
    with desk.kit.db.unit() as unit:
        (row,) = audit_trail.rows(unit, Wanted(agent.actor.key, "reveal", f"person:{OPENID}", None), limit=10)
    assert "openid" in row.detail


def test_no_address_tells_an_openid_or_a_number(desk: Desk) -> None:
    desk.ticket("津贴没到账", openid=OPENID, contact="138 0000 0001")
    agent = desk.sits("agent")
    sent = agent.post("/people", {"q": "13800000001"}).location
    assert "13800000001" not in sent
    page = agent.get(sent.removeprefix("/console")).text
    assert OPENID not in page
    assert OPENID not in agent.get(f"/people/{named(desk)}").text
    assert agent.get(f"/people/{OPENID}").status_code == 404
    for wrong in ("x", "人", f"{named(desk)[:-3]}AAA"):
        assert agent.get(f"/people/{wrong}").status_code == 404


def test_the_hotline_finds_people_by_what_they_said_a_unit_does_not(desk: Desk) -> None:
    desk.ticket("津贴没到账", openid=OPENID, kind="unpaid")
    said(desk, "想问问蝴蝶兰补助")
    agent = desk.sits("agent")
    assert "oXia…0042" in looked_up(agent, "蝴蝶兰")
    assert "没有查到" in looked_up(agent, "蝴蝶%")
    assert "没有查到" in looked_up(desk.sits("agent", "hr"), "蝴蝶兰")
    assert "蝴蝶兰没有补助" in agent.get(f"/people/{named(desk)}").text


def test_what_somebody_said_of_a_confidential_matter_finds_nobody_for_others(desk: Desk) -> None:
    desk.ticket("对窗口有意见", openid=OPENID, kind="complaint", confidential=True)
    said(desk, "蝴蝶兰窗口的事")
    assert "没有查到" in looked_up(desk.sits("agent"), "蝴蝶兰")
    assert "oXia…0042" in looked_up(desk.sits("lead"), "蝴蝶兰")


def test_a_line_has_the_name_masked_the_end_of_the_number_and_the_last_matter(desk: Desk) -> None:
    desk.ticket("津贴没到账", openid=OPENID, caller="林晓东", contact="13800000001")
    desk.ticket("公寓什么时候摇号", openid=OPENID)
    page = desk.sits("agent").get("/people").text
    for part in ("林**", "尾号 0001", "公寓什么时候摇号"):
        assert part in page
    for part in ("林晓东", "13800000001", "津贴没到账"):
        assert part not in page


def test_a_name_of_a_confidential_matter_is_not_told_to_others(desk: Desk) -> None:
    secret = {"kind": "complaint", "confidential": True, "caller": "林晓东", "contact": "13800000001"}
    desk.ticket("对窗口有意见", openid=OPENID, **secret)
    page = desk.sits("agent").get("/people").text
    for part in ("林**", "尾号", "对窗口有意见"):
        assert part not in page
    assert "林**" in desk.sits("lead").get("/people").text


def test_who_only_rang_up_is_found_by_number_and_has_a_page(desk: Desk) -> None:
    call = {"openid": "", "source": "phone", "caller": "王小明", "contact": "13900001111"}
    desk.ticket("公寓什么时候摇号", **call)
    desk.ticket("落户要什么材料", **call)
    desk.ticket("别人问的", **{**call, "contact": "13900002222"})
    agent = desk.sits("agent")
    found = looked_up(agent, "139 0000 1111")
    assert "尾号 1111" in found
    assert "尾号 2222" not in found
    (link,) = re.findall(r'href="/console(/people/[^"?]+)"', found)
    page = agent.get(link).text
    for part in ("王**", "公寓什么时候摇号", "落户要什么材料"):
        assert part in page
    for part in ("13900001111", "王小明", "别人问的", "看完整编号"):
        assert part not in page
    assert agent.post(f"{link}/reveal").status_code == 404
    assert "尾号" not in desk.sits("agent", "hr").get("/people").text
    assert desk.sits("agent", "hr").get(link).status_code == 404


def test_pages_of_people_go_on_from_wechat_to_the_telephone(desk: Desk) -> None:
    seal = Seal(desk.kit.settings.secret_key)
    for at in range(2):
        desk.ticket(openid=f"oXiaoLin00000{at}")
        desk.ticket(openid="", source="phone", contact=f"1390000111{at}")
    with desk.kit.db.unit() as unit:
        persons = Persons(unit, desk.sits("agent").actor)
        some, after = [], ""
        while page := persons.found("", after=after, limit=3):
            some += [known.who for known in page]
            after = page[-1].who
    calls = sorted("~" + seal.key(f"1390000111{at}") for at in range(2))
    assert some == ["oXiaoLin000000", "oXiaoLin000001", *calls]


def test_a_number_is_found_by_its_last_four_digits(desk: Desk) -> None:
    desk.ticket("津贴没到账", openid=OPENID, contact="138 0000 0001")
    desk.ticket("公寓什么时候摇号", openid="", source="phone", contact="13911110001")
    desk.ticket("别人问的", openid="oWang000000001", contact="13800000002")
    found = looked_up(desk.sits("agent"), "0001")
    assert "津贴没到账" in found
    assert "公寓什么时候摇号" in found
    assert "别人问的" not in found
    assert "没有查到" in looked_up(desk.sits("agent", "hr"), "0001")


def test_that_names_are_not_looked_for_is_said(desk: Desk) -> None:
    desk.ticket("津贴没到账", openid=OPENID, caller="林晓东")
    found = looked_up(desk.sits("agent"), "林晓东")
    assert "按姓名查不到" in found
    assert "没有查到" in found


def test_people_are_narrowed_down(desk: Desk) -> None:
    now = desk.kit.now()
    with desk.kit.db.writing() as unit:
        for openid in ("oStays00000001", "oLeft000000001"):
            People(unit).follow(openid, scene="", now=now)
        People(unit).leave("oLeft000000001", now=now)
    over, agent = desk.ticket("不办了的", openid="oLeft000000001"), desk.sits("agent")
    desk.ticket("还在办的", openid=OPENID)
    desk.ticket("打电话问的", openid="", source="phone", contact="13911110001")
    with desk.verbs() as verbs:
        verbs.withdraw(verbs.theirs(["oLeft000000001"], over.number), now=now)

    def shown(only: str, page: str = "") -> set[str]:
        page = page or agent.get(f"/people?among={only}").text
        words = {"oSta…0001", "oLef…0001", "还在办的", "打电话问的"}
        return {each for each in words if each in page}

    assert shown("") == {"oSta…0001", "oLef…0001", "还在办的", "打电话问的"}
    assert shown("following") == {"oSta…0001"}
    assert shown("left") == {"oLef…0001"}
    assert shown("rang") == {"打电话问的"}
    assert shown("open") == {"还在办的", "打电话问的"}
    assert shown("nothing") == shown("")
    sent = agent.post("/people", {"q": "还在办", "among": "left"}).location
    assert shown("", agent.get(sent.removeprefix("/console")).text) == set()
    sent = agent.post("/people", {"q": "不办", "among": "left"}).location
    assert shown("", agent.get(sent.removeprefix("/console")).text) == {"oLef…0001"}
