"""The desk looks at tickets of somebody who was forgotten: everything opens, and tells nothing of them."""

from __future__ import annotations

from console.conftest import Desk
from console.test_ticket import HX, text_of
from talk import Talk


def test_the_console_goes_on_with_what_is_left(desk: Desk, 小林: Talk) -> None:
    for said in ("人工", "单位没给我报津贴", "无", "13812345678"):
        小林.say(said)
    小林.play("""
        答 名单已经报到财政。
        等 11秒
        送
    """)
    seat = desk.sits("supervisor")
    with desk.verbs() as verbs:
        verbs.erase(1, [小林.openid], now=desk.kit.now())
    page = text_of(seat.get("/tickets/T20261123-0001", headers=HX))
    assert "本人已注销" in page
    assert "名单已经报到财政" in page
    for path in ("/tickets/T20261123-0001", "/", "/people", "/audit", "/reports"):
        answer = seat.get(path)
        assert answer.status_code in (200, 403), path
        assert "没给我报津贴" not in answer.text, path
        assert "13812345678" not in answer.text, path
