from __future__ import annotations

from models.consent import Consents
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
