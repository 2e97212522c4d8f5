from __future__ import annotations

import pytest

from talk import Talk


@pytest.mark.parametrize(
    "said", ["我不活了", "我想自杀", "我想死", "活着没意思", "津贴没发下来，我真的不想活了", "[voice 我想死]"]
)
def test_thoughts_of_death(小林: Talk, said: str) -> None:
    answer = 小林.say(said)
    assert answer.startswith("您一定很难受")
    assert "120" in answer
    assert "110" in answer


@pytest.mark.parametrize("said", ["有人打我", "救命", "救命啊！！", "紧急 有人受伤", "着火了", "我老公打我"])
def test_danger(小林: Talk, said: str) -> None:
    answer = 小林.say(said)
    assert answer.startswith("您先保护好自己")
    assert "110" in answer
    assert "120" in answer


@pytest.mark.parametrize(
    "said",
    [
        "我好难过",
        "好想哭",
        "最近压力好大",
        "我快崩溃了",
        "我抑郁了",
        "撑不下去了",
        "在汇川压力太大了，天天失眠想哭",
        "每天都睡不着",
    ],
)
def test_sadness(小林: Talk, said: str) -> None:
    answer = 小林.say(said)
    assert "不好受" in answer
    assert "回复“人工”" in answer


@pytest.mark.parametrize(
    "said",
    [
        "急死了，津贴什么时候发",
        "笑死",
        "累死了",
        "卡死了",
        "想死你们了",
        "打我电话",
        "有人打我电话说能办津贴",
        "公司活不下去了，人才政策有没有扶持",
        "账号不活跃会怎样",
        "去年有人受伤，工伤怎么赔",
        "材料不全会被打回来吗",
        "评职称压力大吗",
        "睡不着觉去哪个医院看",
        "心理老师算不算紧缺人才",
        "自杀干预的专家算人才吗",
        "这是救命的政策",
        "人才津贴的条件好难",
    ],
)
def test_what_only_sounds_like_it(小林: Talk, said: str) -> None:
    answer = 小林.say(said)
    assert "120" not in answer
    assert "不好受" not in answer


def test_a_ticket_under_way_waits(小林: Talk) -> None:
    小林.play("""
        人 工单
        机 一句话说说
        人 有人打我
        机 110
        人 人才津贴一直没有到账
        机 主题：人才津贴一直没有到账
    """)
