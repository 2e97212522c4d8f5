"""Today is 23 November 2026 in these talks."""

from __future__ import annotations

from dataclasses import replace

import pytest

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
        机 2026年人才日已经确定：5月8日（星期五）
        机不 尚未确认
    """)


def test_signing_up_comes_later(小林: Talk) -> None:
    小林.play("""
        人 怎么报名参加人才日活动？
        机 报名
        机不 按规则应为
    """)
