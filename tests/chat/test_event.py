"""Today is 23 November 2026 in these talks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from activities import propose, settle, standing
from knowledge.library import Library
from talk import Talk


@pytest.mark.parametrize(
    "said", ["人才日是哪一天？", "今年人才日是几号", "人才日啥时候", "[click menu.day]", "2026年的人才日是哪天"]
)
def test_a_passed_day_brings_the_next(小林: Talk, said: str) -> None:
    小林.play(f"""
        人 {said}
        机 2026年人才日按规则应为4月24日（星期五），尚未确认，这天已经过了
        机 2027年人才日按规则应为4月23日（星期五），尚未确认…报名还没有开放…依据
    """)


def test_a_named_year(小林: Talk) -> None:
    小林.play("""
        人 明年的人才日是哪天
        机 2027年人才日按规则应为4月23日
        机不 2026年人才日
        人 2028年呢
        机 4月21日（星期五）或4月28日（星期五）…两种算法
        人 那2029
        机 4月20日（星期五）或4月27日（星期五）
    """)


def test_a_confirmed_date_is_told_as_such(小林: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    day = replace(小林.kit.library.days[0], confirmed={2026: "2026-05-08"})
    monkeypatch.setattr(Library, "days", (day,))
    小林.play("""
        人 今年人才日是哪天
        机 2026年人才日已经确定：5月8日（星期五），这天已经过了
        机不 2026年人才日按规则
    """)


def test_signing_up_comes_later(小林: Talk) -> None:
    小林.play("""
        人 怎么报名参加人才日活动？
        机 报名
        机不 按规则应为
    """)


def test_a_settled_day_that_is_over_brings_the_next_and_noting_means_that(小林: Talk) -> None:
    settle(小林.kit, propose(小林.kit, "人才日", year=2026), datetime(2026, 4, 23, 16, 0, tzinfo=UTC))
    number = propose(小林.kit, "人才日")
    小林.play("""
        人 人才日是哪天
        机 2026年人才日已经确定：4月24日（星期五），这天已经过了…2027年人才日按规则应为4月23日…回复“登记”
        人 登记
        机 登记好了：2027年人才日
        机不 公寓
    """)
    assert standing(小林.kit, number, 小林.openid) == ("going", True)


@pytest.mark.parametrize("said", ["人才日是哪天", "人才日是什么", "人才日"])
def test_noting_after_any_talk_of_the_day_is_never_for_the_apartments(小林: Talk, said: str) -> None:
    小林.play(f"""
        人 {said}
        人 登记
        机 人才日的安排还没有发布
        机不 公寓
    """)


@pytest.mark.parametrize("said", ["人才日", "人才日是什么", "谁能参加人才日", "人才日有什么活动"])
def test_a_settled_date_is_told_whatever_is_asked_of_the_day(小林: Talk, said: str) -> None:
    settle(小林.kit, propose(小林.kit, "人才日"), datetime(2027, 4, 22, 16, 0, tzinfo=UTC))
    小林.play(f"""
        人 {said}
        机 4月23日（星期五）…回复“报名
        人 报名人才日
        机 报名人才日，2027年4月23日（星期五）
    """)
