from __future__ import annotations

from dataclasses import replace

import pytest

from bot.pipeline import Pipeline
from handlers.chat.routes import router
from talk import Talk


@pytest.fixture
def demo(小林: Talk) -> Talk:
    """The same bot with the made-up places of the emulated account."""
    kit = replace(小林.kit, settings=replace(小林.kit.settings, demo=True))
    return Talk(kit, Pipeline(kit, router()), 小林.clock, 小林.openid)


def test_by_kind_with_their_state(小林: Talk) -> None:
    小林.play("""
        人 有哪些地点
        机 【人才驿站】…计划中，还没有开放…【人才公寓】…在建，还没有开放
        机不 演示
    """)


def test_one_kind_alone(小林: Talk) -> None:
    小林.play("""
        人 有哪些驿站
        机 【人才驿站】
        机不 【人才公寓】
    """)


def test_no_address_is_known(小林: Talk) -> None:
    小林.play("""
        人 [location 27.72,106.92]
        机 位置收到了…都还没有公布
    """)


def test_the_nearest_made_up_one_is_marked(demo: Talk) -> None:
    demo.play("""
        人 [location 27.7218,106.9307]
        机 （演示）人才之家，约10米…公里…演示数据，不是真实地点
    """)
    demo._check("机", "人才之家…")


def test_nearest_first(demo: Talk) -> None:
    answer = demo.say("[location 27.7352,106.9190]")
    assert answer.index("人才驿站") < answer.index("人才之家") < answer.index("服务中心")


@pytest.mark.parametrize("said", ["离我最近的人才驿站", "附近有没有人才之家", "最近的服务中心在哪"])
def test_nearest_asks_for_a_location(小林: Talk, said: str) -> None:
    assert "选“位置”" in 小林.say(said)


def test_the_bus_is_not_ours(小林: Talk) -> None:
    assert "选“位置”" not in 小林.say("最近的公交站点在哪")


def test_far_away_nothing_is_nearest(demo: Talk) -> None:
    demo.play("""
        人 [location 39.90,116.40]
        机 都很远…公里
        机不 离您最近的：
    """)
