from __future__ import annotations

from models.person import Person
from talk import Talk


def test_a_new_follower_hears_what_the_bot_can_do_in_five_lines(小林: Talk) -> None:
    greeting = 小林.say("[subscribe]")
    assert greeting.startswith("您好，我是汇才通")
    assert len(greeting.splitlines()) <= 6
    assert "人工" in greeting


def test_the_code_they_came_by_is_noted(小林: Talk) -> None:
    小林.say("[subscribe qrscene_station_2]")
    with 小林.kit.db.unit() as unit:
        person = unit.session.get(Person, 小林.openid)
    assert person is not None
    assert (person.scene, person.following) == ("station_2", True)


def test_who_comes_back_is_greeted_as_such(小林: Talk) -> None:
    小林.play("""
        人 [subscribe]
        机 您好，我是汇才通
        人 [unsubscribe]
        机无
        人 [subscribe]
        机 欢迎回来
        机不 1.
    """)


def test_leaving_is_noted(小林: Talk) -> None:
    小林.say("[subscribe]")
    小林.say("[unsubscribe]")
    with 小林.kit.db.unit() as unit:
        person = unit.session.get(Person, 小林.openid)
    assert person is not None
    assert person.following is False
    assert person.left_at == 小林.clock.at


def test_a_scan_keeps_the_flow(小林: Talk) -> None:
    小林.play("""
        人 人工
        人 单位没给我报津贴怎么办
        人 [scan desk_1]
        机 这里是汇才通
        人 无
        机 联系方式
    """)


def test_help_in_many_words(小林: Talk) -> None:
    for words in ("帮助", "帮助一下", "怎么用", "你能做什么？", "菜单", "?", "？", "help", "有什么功能呢"):
        assert "直接打字问就行" in 小林.say(words)


def test_events_that_ask_for_nothing_stay_silent(小林: Talk) -> None:
    小林.play("""
        人 [view https://example.org]
        机无
        人 [click somebody.elses.key]
        机无
    """)


def test_silent_events_keep_the_flow(小林: Talk) -> None:
    小林.play("""
        人 人工
        人 [view https://example.org]
        机无
        人 想问人才津贴怎么还没发
        机 具体情况
    """)
