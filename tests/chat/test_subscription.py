from __future__ import annotations

import pytest
from sqlalchemy import insert, update

from bot import notices
from models.consent import LASTING, Consents
from models.outbox import OutboxRow
from models.sending import SendingRow
from talk import Talk


def left(talk: Talk, template: str = "t1") -> int:
    with talk.kit.db.unit() as unit:
        return Consents(unit).left(talk.openid, template)


def test_each_allowed_popup_is_one_send(小林: Talk, 路人: Talk) -> None:
    小林.play("""
        人 [popup t1 accept]
        机无
        人 [popup t1 accept]
        机无
    """)
    assert (left(小林), left(小林, "t2"), left(路人)) == (2, 0, 0)


def test_a_refusal_in_the_popup_or_the_settings_leaves_none(小林: Talk) -> None:
    for refusal in ("[popup t1 reject]", "[change t1 reject]"):
        小林.say("[popup t1 accept]")
        小林.say(refusal)
        assert left(小林) == 0
    小林.say("[change t1 accept]")
    assert left(小林) == 0


def test_what_wechat_filtered_or_banned_is_no_refusal(小林: Talk) -> None:
    小林.say("[popup t1 accept]")
    小林.say("[popup t1 filter]")
    assert left(小林) == 1


def test_a_popup_in_the_middle_of_a_ticket_keeps_it(小林: Talk) -> None:
    小林.play("""
        人 人工
        人 [popup t1 accept]
        机无
        人 [change t1 reject]
        机无
        人 想问人才津贴怎么还没发
        机 具体情况
    """)


def test_a_lasting_template_is_allowed_for_good(小林: Talk) -> None:
    小林.say("[popup emu-lasting-notice accept]")
    assert left(小林, "emu-lasting-notice") == LASTING
    小林.say("[change emu-lasting-notice reject]")
    assert left(小林, "emu-lasting-notice") == 0


def taken(talk: Talk, msgid: str) -> None:
    """A notice that WeChat took as a template under this number."""
    now = talk.clock.at
    data = {"title": "工单有了答复", "when": "", "note": "请查看", "text": "答复在这里", "url": ""}
    with talk.kit.db.writing() as unit:
        notices.owe(unit, "ticket_answer", talk.openid, data, dedup=msgid, now=now)
        unit.execute(update(OutboxRow).values(state="sent", way="template", sent_at=now))
        row = {"outbox_id": 1, "part": 0, "openid": talk.openid, "way": "template", "msgid": msgid, "at": now}
        unit.execute(insert(SendingRow), row | {"outcome": "ok", "template": "t1"})


@pytest.mark.parametrize("event", ["[templatesendjobfinish - failed:userblock m1]", "[sent t1 43101 m1]"])
def test_what_did_not_arrive_is_told_with_the_next_reply(小林: Talk, event: str) -> None:
    taken(小林, "m1")
    小林.play(f"""
        人 {event}
        机无
        人 {event}
        机无
        人 你好
        机 答复在这里
    """)


@pytest.mark.parametrize(
    "event", ["[templatesendjobfinish - success m1]", "[sent t1 success m1]", "[sent t1 43101 m9]"]
)
def test_what_arrived_is_not_told_again(小林: Talk, 路人: Talk, event: str) -> None:
    taken(小林, "m1")
    路人.say("[sent t1 43101 m1]")  # somebody else's word on it is none
    小林.play(f"""
        人 {event}
        机无
        人 你好
        机不 答复在这里
    """)
