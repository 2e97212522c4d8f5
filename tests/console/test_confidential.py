"""What a ticket keeps from somebody is not told to them on other pages."""

from __future__ import annotations

from datetime import timedelta

import pytest

from console.conftest import Desk, Seat
from models.message import MessageRow
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
        "person": f"/people/{ticket.openid}",
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
