"""What a ticket keeps from somebody is not told to them on other pages."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest

from bot.desk import UNDO
from conftest import SETTINGS
from console.conftest import Desk, Seat
from models.message import MessageRow
from models.seal import Seal
from models.ticket import Ticket

OPENID = "oXiaoLin000042"
SAID = ("公寓还有吗", "津贴几时发", "体检在哪")


def says(desk: Desk, text: str) -> None:
    """In the chat, a minute after whatever was before."""
    desk.clock.at += timedelta(minutes=1)
    now = desk.kit.now()
    values = {
        "kind": "text",
        "route": "faq",
        "note": "",
        "content": "",
        "reply": "好",
        "score": 0.0,
        "opens": "message",
    }
    with desk.kit.db.writing() as unit:
        row = MessageRow(key=f"{text}{now}", openid=OPENID, text=text, received_at=now, sent_at=now, **values)
        unit.session.add(row)


def opens(desk: Desk, subject: str, *, confidential: bool = False) -> Ticket:
    desk.clock.at += timedelta(minutes=1)
    return desk.ticket(subject, openid=OPENID, confidential=confidential)


def given_to(desk: Desk, ticket: Ticket, unit: str) -> None:
    supervisor = desk.sits("supervisor").actor
    with desk.verbs() as verbs:
        verbs.dispatch(verbs.hold(supervisor, ticket.number, "dispatch"), supervisor, unit, now=desk.kit.now())


def reads(seat: Seat, ticket: Ticket, said: str) -> list[str]:
    """Where somebody reads that; it is searched for by its last two characters."""
    pages = {
        "pane": f"/tickets/{ticket.number}",
        "search": f"/search?q={said[-2:]}",
        "person": f"/people/{Seal(SETTINGS.secret_key).name(ticket.openid)}",
    }
    return [name for name, path in pages.items() if said in seat.get(path).text]


@pytest.mark.parametrize("first", ["public", "confidential"])
def test_what_was_said_about_a_confidential_ticket_is_not_in_the_chat_of_another(desk: Desk, first: str) -> None:
    if first == "confidential":
        says(desk, "举报某局长索贿")
        opens(desk, "举报某局", confidential=True)
    ticket = opens(desk, "津贴没到账")
    if first == "public":
        says(desk, "举报某局长索贿")
        opens(desk, "举报某局", confidential=True)
    given_to(desk, ticket, "hr")
    assert reads(desk.sits("agent"), ticket, "举报某局长索贿") == []
    assert reads(desk.sits("agent", "hr"), ticket, "举报某局长索贿") == []
    assert reads(desk.sits("lead"), ticket, "举报某局长索贿") == ["pane", "search", "person"]


def test_what_led_to_a_ticket_is_read_all_the_same(desk: Desk) -> None:
    says(desk, "津贴几时发")
    ticket = opens(desk, "津贴没到账")
    opens(desk, "举报某局", confidential=True)
    given_to(desk, ticket, "hr")
    assert reads(desk.sits("agent"), ticket, "津贴几时发") == ["pane"]
    assert reads(desk.sits("agent", "hr"), ticket, "津贴几时发") == ["pane"]


def test_a_unit_reads_only_what_led_to_its_own_ticket(desk: Desk) -> None:
    says(desk, "公寓还有吗")
    opens(desk, "公寓")
    says(desk, "津贴几时发")
    ticket = opens(desk, "津贴没到账")
    says(desk, "体检在哪")
    given_to(desk, ticket, "hr")
    unit, hotline = desk.sits("agent", "hr"), desk.sits("agent")
    assert [reads(unit, ticket, word) for word in SAID] == [[], ["pane"], []]
    assert all(reads(hotline, ticket, word) for word in SAID)


def answered(desk: Desk, *, confidential: bool) -> tuple[Ticket, int]:
    """The ticket, and the answer's event."""
    ticket = opens(desk, "宿舍漏水", confidential=confidential)
    lead = desk.sits("lead")
    assert lead.post(f"/tickets/{ticket.number}/answer", {"text": "已经修好了"}).status_code == 303
    desk.clock.at += UNDO
    with desk.kit.db.unit() as unit:
        verbs = desk.kit.desk(unit)
        event = verbs.events(verbs.get(lead.actor, ticket.number))[-1]
    return ticket, event.id


def test_an_answer_to_a_confidential_ticket_becomes_no_draft(desk: Desk) -> None:
    ticket, event = answered(desk, confidential=True)
    lead = desk.sits("lead")
    page = lead.post(f"/tickets/{ticket.number}/faq", {"event": event}, headers={"HX-Request": "true"})
    assert page.status_code == 422
    assert "保密工单的答复不能做成问答" in page.text
    assert "做成问答草稿" not in lead.get(f"/tickets/{ticket.number}").text
    assert "已经修好了" not in lead.get("/drafts").text


def test_drafts_are_read_and_decided_by_who_sees_their_ticket(desk: Desk) -> None:
    ticket, event = answered(desk, confidential=False)
    lead, stranger = desk.sits("lead"), desk.sits("lead", "hr")
    lead.post(f"/tickets/{ticket.number}/faq", {"event": event})
    address = re.search(r'action="/console(/drafts/\d+/dropped)"', lead.get("/drafts").text)
    assert address
    assert "已经修好了" not in stranger.get("/drafts").text
    stranger.post(address[1])
    assert "已经修好了" in lead.get("/drafts").text
    lead.post(address[1])
    assert "已经修好了" not in lead.get("/drafts").text


def test_who_does_not_see_a_ticket_is_not_called_on_and_the_note_says_so(desk: Desk) -> None:
    ticket = opens(desk, "举报某局", confidential=True)
    desk.sits("agent", name="小张")
    chief, seat = desk.sits("lead", name="老王"), desk.sits("supervisor")
    path, hx = f"/tickets/{ticket.number}/note", {"HX-Request": "true"}
    page = seat.get(f"/tickets/{ticket.number}", headers=hx).text
    assert "老王" in page
    assert "小张" not in page
    told = json.loads(seat.post(path, {"text": "@小张 @老王 看看"}, headers=hx).headers["HX-Trigger"])
    assert "没有通知的：小张" in json.dumps(told, ensure_ascii=False)
    assert "看看" in chief.get("/mentions").text
    told = json.loads(seat.post(path, {"text": "@老王 再看看"}, headers=hx).headers["HX-Trigger"])
    assert "没有通知" not in json.dumps(told, ensure_ascii=False)


def test_nobody_is_shown_at_a_ticket_they_do_not_see(desk: Desk) -> None:
    ticket = opens(desk, "举报某局", confidential=True)
    seat, stranger = desk.sits("supervisor"), desk.sits("agent", name="小张")
    stranger.get(f"/poll?open={ticket.number}&writing=1")
    assert seat.get("/poll").json["at"] == {}
