from __future__ import annotations

import pytest

from knowledge.entry import Entry
from knowledge.library import Library
from talk import Talk


def test_a_sure_answer_says_where_it_stands(小林: Talk) -> None:
    小林.play("""
        人 人才津贴有多少钱？
        机 没有写明…资料没有写明：…每人金额…依据：…2022年资料，现在是否有效待确认
    """)


def test_a_choice_by_number(小林: Talk) -> None:
    小林.play("""
        人 12345是什么
        机 您想问的是哪一个…1. …2. …0. 都不是
        人 2
        机 依据
    """)


@pytest.mark.parametrize("picked", ["第二个", "②", "２", "选2", "二", "最后一个", "2.", "我选第2个"])
def test_a_choice_in_other_words(小林: Talk, picked: str) -> None:
    小林.say("12345是什么")
    assert "依据" in 小林.say(picked)


def test_a_choice_by_a_part_of_its_title(小林: Talk) -> None:
    小林.play("""
        人 12345是什么
        机 人才工作体系
        人 工作体系
        机 依据
    """)


@pytest.mark.parametrize("said", ["0", "都不是", "都不对", "以上都不是", "不是", "没有我要的"])
def test_none_of_them(小林: Talk, said: str) -> None:
    小林.play(f"""
        人 12345是什么
        人 {said}
        机 都不是您要问的…工单
        人 工单
        机 12345是什么
    """)


def test_a_number_beyond_the_list(小林: Talk) -> None:
    小林.play("""
        人 12345是什么
        人 9
        机 只有
        人 1
        机 依据
    """)


def test_a_choice_gone_since_it_was_offered_moves_no_number(小林: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    offered = 小林.say("12345是什么")
    title = next(line for line in offered.splitlines() if line.startswith("2."))[2:].strip()
    entry = Library.entry
    first: list[str] = []

    def without_the_first(library: Library, entry_id: str) -> Entry | None:
        first.append(entry_id)
        return None if entry_id == first[0] else entry(library, entry_id)

    monkeypatch.setattr(Library, "entry", without_the_first)
    assert "资料正在更新" in 小林.say("1")
    first.clear()
    monkeypatch.undo()
    小林.say("12345是什么")
    monkeypatch.setattr(Library, "entry", without_the_first)
    said = 小林.say("2")
    found = next(each for each in 小林.kit.library.content.entries if each.question == title)
    assert found.answer.split("。")[0] in said


def test_another_question_instead_of_a_choice(小林: Talk) -> None:
    小林.play("""
        人 12345是什么
        人 人才绿卡怎么申请？
        机 探索发放
    """)


def test_the_unknown_is_admitted(小林: Talk) -> None:
    小林.play("""
        人 红烧肉怎么做才好吃
        机 没有可靠的答案…工单
        人 宇宙有多大呀
        机 接连没答上来…工作人员
        人 好
        机 宇宙有多大
    """)


def test_an_answer_in_between_ends_the_misses(小林: Talk) -> None:
    小林.play("""
        人 红烧肉怎么做才好吃
        人 人才津贴有多少钱？
        人 宇宙有多大呀
        机不 接连没答上来
    """)


def test_not_ours_names_whose_it_is(小林: Talk) -> None:
    小林.play("""
        人 公交车末班车几点
        机 不归人才服务管…交通运输…12345
        机不 工单
    """)


@pytest.mark.parametrize(
    "said", ["没用", "你真没用", "没帮助", "不对", "这个回答没用", "答非所问啊", "没解决我的问题", "还是不懂"]
)
def test_useless_offers_a_ticket_with_the_question(小林: Talk, said: str) -> None:
    小林.play(f"""
        人 人才津贴有多少钱？
        人 {said}
        机 抱歉…工单
        人 可以
        机 人才津贴有多少钱
    """)


def test_useless_without_an_answer(小林: Talk) -> None:
    小林.play("""
        人 没用
        机 没帮到您…再说一遍
        人 工单
        机 一句话说说
    """)


@pytest.mark.parametrize("said", ["有用", "明白了", "好的知道了", "懂了，谢谢", "清楚了"])
def test_useful(小林: Talk, said: str) -> None:
    小林.say("人才津贴有多少钱？")
    assert "还有问题随时" in 小林.say(said)


def test_follow_ups_keep_the_topic(小林: Talk) -> None:
    小林.play("""
        人 人才津贴怎么申请？
        人 那需要什么材料
        机 材料…没有写明
        人 多久能办好？
        机 没有写明
        人 人才公寓在哪里？
        人 租金呢
        机 租金
    """)


def test_a_follow_up_without_an_entry_says_so_and_names_the_thing(小林: Talk) -> None:
    小林.play("""
        人 区管专家是什么？
        人 那要收费吗
        机 费用…没有写明…工单
        人 工单
        机 区管专家
    """)


def test_a_choice_on_one_thing_is_kept_in_mind(小林: Talk) -> None:
    小林.play("""
        人 我想住人才公寓
        机 您想问的是哪一个
        人 要多少钱
        机 租金
    """)


def test_a_follow_up_needs_something_before_it(小林: Talk) -> None:
    小林.play("""
        人 那需要什么材料
        机不 人才津贴的材料：
    """)


@pytest.mark.parametrize("name", ["人才津贴", "津贴", "人才公寓", "绿卡", "驿站", "娄山英才计划", "离岗创业"])
def test_a_bare_name_tells_what_it_is(小林: Talk, name: str) -> None:
    assert "依据" in 小林.say(name)


def test_a_question_of_thousands_of_characters(小林: Talk) -> None:
    assert 小林.say("我想问一下人才津贴的事情，" * 300)


def test_when_it_is_paid_is_not_for_how_many_years(小林: Talk) -> None:
    小林.play("""
        人 人才津贴有多少钱
        人 多久能到账
        机 发放时间和周期
        机不 能领几年
    """)


def test_how_much_without_a_thing_asks_which(小林: Talk) -> None:
    小林.play("""
        人 我就想知道到底给多少钱！！
        机 您想问哪一种
    """)


def test_a_thing_that_is_confusable_twice_over_is_not_taken_for_another(小林: Talk) -> None:
    """人才公寓 may be taken for 公租房, and stands in another group with 人才津贴: both groups count."""
    小林.play("""
        人 公租房租金多少
        机不 人才公寓的租金
        机不 公寓租金资料没有写明
    """)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("我的身份证是520303199001011234，帮我查下津贴", True),
        ("津贴打到6222021234567890123这张卡行吗", True),
        ("我电话13812345678，人才津贴有多少钱", False),
        ("人才津贴有多少钱", False),
    ],
)
def test_who_writes_an_id_number_is_told_not_to(小林: Talk, said: str, told: bool) -> None:
    answer = 小林.say(said)
    assert ("没有保存全号" in answer) == told
    assert "津贴" in answer
