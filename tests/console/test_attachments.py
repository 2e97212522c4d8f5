"""Files of tickets at the console: for those who may see the ticket, and never as anything a browser would run."""

from __future__ import annotations

import re
from io import BytesIO

import pytest

from console.conftest import Desk, Seat
from models.access import ROLES
from models.ticket import Ticket

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)
HX = {"HX-Request": "true"}


def put(seat: Seat, ticket: Ticket, name: str, data: bytes, status: int = 200) -> str:
    sent = {"upload": (BytesIO(data), name)}
    answer = seat.post(f"/tickets/{ticket.number}/attach", sent, headers=HX, content_type="multipart/form-data")
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def shown(seat: Seat, ticket: Ticket, page: str) -> str:
    """The address of the file once it stands in a note."""
    (number, *_) = re.findall(r'name="file" value="(\d+)"', page)
    said = seat.post(f"/tickets/{ticket.number}/say", {"tab": "note", "text": "见附件", "file": number}, headers=HX)
    (*_, address) = re.findall(r'href="/console(/attachments/[^"?]+)', said.get_data(as_text=True))
    return address


def test_a_picture_is_shown_and_everything_else_saved(desk: Desk) -> None:
    seat, ticket = desk.sits("agent"), desk.ticket()
    picture = seat.get(shown(seat, ticket, put(seat, ticket, "证书.html", PNG)))
    assert picture.data == PNG
    assert picture.content_type == "image/png"
    assert picture.headers["Content-Disposition"].startswith("inline")
    paper = seat.get(shown(seat, ticket, put(seat, ticket, "证书.png", b"%PDF-1.7\n<script>1</script>")))
    assert paper.content_type == "application/pdf"
    assert paper.headers["Content-Disposition"].startswith("attachment")
    for answer in (picture, paper):
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_file_is_for_those_who_may_see_its_ticket(desk: Desk) -> None:
    seat, ticket = desk.sits("agent"), desk.ticket()
    address = shown(seat, ticket, put(seat, ticket, "证书.png", PNG))
    for role in ROLES:
        if role != "supervisor":
            assert desk.sits(role, "hr").get(address).status_code in (403, 404), role
    assert seat.get("/attachments/no-such-name").status_code == 404
    assert desk.app.test_client().get(f"/console{address}").status_code in (302, 303)


@pytest.mark.parametrize("data", [b"<svg onload=alert(1)>", b"<html><script>1</script>", b"MZ\x90", b""])
def test_what_is_no_file_we_keep_is_refused(desk: Desk, data: bytes) -> None:
    seat, ticket = desk.sits("agent"), desk.ticket()
    assert 'class="wrong"' in put(seat, ticket, "证书.png", data, 422)
