"""Numbers and characters that no page of ours sends: nobody gets a fault of the server for them."""

from __future__ import annotations

import pytest

from console.conftest import Desk

ODD = ("\u00b2", "9" * 30, "9" * 90, "-1", "x")
PATHS = (
    "/?assignee={}",
    "/live?rows={}",
    "/poll?since={}",
    "/poll?open={}",
    "/tickets/{number}/news?seen={}",
    "/?after={}",
    "/?after=99999999999999999.{}",
)


@pytest.mark.parametrize("path", PATHS)
def test_a_number_that_is_none_counts_as_not_given(desk: Desk, path: str) -> None:
    number, seat = desk.ticket().number, desk.sits("agent")
    for odd in ODD:
        assert seat.get(path.format(odd, number=number)).status_code in (200, 204), odd


@pytest.mark.parametrize("odd", ODD)
def test_neither_do_the_pages_of_others_choke(desk: Desk, odd: str) -> None:
    assert desk.sits("auditor").get(f"/audit?before={odd}").status_code == 200
    assert desk.sits("admin").get(f"/calendar?year={odd}").status_code == 200
    number, seat = desk.ticket().number, desk.sits("agent")
    draft = {"draft": "note", "text": "x", "seen": odd}
    assert seat.post(f"/tickets/{number}/draft", draft).status_code == 200
    assert seat.post(f"/tickets/{number}/note", {"text": "x", "file": odd, "seen": odd}).status_code == 303
    assert desk.sits("lead").post("/canned", {"id": odd, "title": "x", "body": "x"}).status_code in (200, 303, 404, 422)


def test_a_nul_is_refused_wherever_it_stands(desk: Desk) -> None:
    number, seat = desk.ticket().number, desk.sits("agent")
    for path in ("/?q=%00", "/search?q=a%00", "/people?q=%00"):
        assert seat.get(path).status_code == 400
    assert seat.post(f"/tickets/{number}/note", {"text": "a\0"}).status_code == 400
