from __future__ import annotations

import re

import pytest

from talk import Talk


def test_a_title_is_enough(小林: Talk) -> None:
    小林.play("""
        人 我能领人才津贴吗
        机 最多问三个小问题…职称…1. 正高级职称…2. 副高级职称
        人 2
        机 对得上“副高级以上职称”…原文：“副高级以上职称”…名城聚才工程…依据：…2022年资料…工单
        机不 一定能…可以领到
    """)


def test_facts_in_the_first_sentence_are_not_asked_again(小林: Talk) -> None:
    小林.play("""
        人 我是双一流硕士，副高，能领津贴吗
        机 硕士研究生…副高级职称…双一流…对得上
        机不 最高学历是
    """)


def test_the_other_way_to_qualify(小林: Talk) -> None:
    小林.play("""
        人 我够不够格领津贴
        人 没有职称
        机 最高学历
        人 研究生
        机 双一流
        人 是的
        机 对得上“双一流高校硕士研究生以上”…原文：“双一流高校硕士研究生以上人才津贴”
    """)


@pytest.mark.parametrize(
    "asked", ["啥子叫双一流", "什么是双一流", "双一流是什么", "双一流有哪些学校", "我学校算不算双一流"]
)
def test_what_a_word_means_is_asked_and_nothing_claimed(小林: Talk, asked: str) -> None:
    小林.play(f"""
        人 我能领津贴吗
        机 职称是
        人 没有职称
        机 最高学历
        人 硕士
        机 双一流
        人 {asked}
        机 双一流名单由国家公布…接着刚才的：…“双一流”高校吗
        机不 对得上
        机不 够不上
        人 是
        机 对得上“双一流高校硕士研究生以上”
    """)


def test_not_met_says_why_and_offers_a_person(小林: Talk) -> None:
    小林.play("""
        人 我能领津贴吗
        人 中级
        人 本科
        机 没有对上…副高级以上职称：您的情况是中级职称…硕士研究生以上：您的情况是本科…不是审核结论…工单
        人 工单
        机 请核实我是否符合人才津贴的条件
    """)


def test_why_not_is_told_again(小林: Talk) -> None:
    小林.play("""
        人 我没有职称，本科，能领津贴吗
        人 为什么不能领
        机 没有对上…您的情况是本科
    """)


def test_unknown_stays_unknown(小林: Talk) -> None:
    小林.play("""
        人 我有资格领人才津贴吗
        人 初级
        人 硕士
        人 不知道
        机 还对不出结果，差在学校是不是双一流没有弄清…副高级以上职称
    """)


def test_free_text_typos_and_ordinals(小林: Talk) -> None:
    小林.play("""
        人 我能領津貼嗎
        机 职称
        人 我是付高
        机 对得上“副高级以上职称”
    """)


def test_several_facts_in_one_answer(小林: Talk) -> None:
    小林.play("""
        人 我可以申请人才津贴吗
        人 中级，学历是双一流的硕士
        机 对得上“双一流高校硕士研究生以上”
    """)


def test_an_answer_to_another_question_is_noted(小林: Talk) -> None:
    小林.play("""
        人 我可以申请人才津贴吗
        机 职称
        人 我是双一流毕业的硕士
        机 对得上
    """)


def test_a_school_by_name_is_for_them_to_judge(小林: Talk) -> None:
    小林.play("""
        人 我没有职称，硕士，能领津贴吗
        机 双一流
        人 贵州大学
        机 没有“双一流”高校的名单…1. …2.
        人 是
        机 对得上
    """)


def test_asking_again_in_the_middle_asks_the_step_again(小林: Talk) -> None:
    小林.play("""
        人 我能领津贴吗
        人 我能领吗
        机 职称
        机不 放一放
    """)


def test_a_number_that_is_no_choice(小林: Talk) -> None:
    小林.play("""
        人 我可以申请人才津贴吗
        人 8
        机 只有5个选项
        人 1
        机 对得上
    """)


def test_back_forgets_the_last_answer(小林: Talk) -> None:
    小林.play("""
        人 我可以申请人才津贴吗
        人 无职称
        机 最高学历
        人 返回
        机 职称
        人 副高
        机 对得上
    """)


def test_which_is_asked_when_it_is_not_clear(小林: Talk) -> None:
    小林.play("""
        人 我符合条件吗
        机 哪一项…1. 人才津贴…2. 人才公寓
        人 津贴
        机 对照人才津贴的条件
    """)


def test_it_is_not_asked_when_the_talk_is_at_it(小林: Talk) -> None:
    小林.play("""
        人 人才津贴是什么
        人 那我够条件吗
        机 对照人才津贴的条件
    """)


def test_who_says_what_they_are_is_asked_what_for(小林: Talk) -> None:
    小林.play("""
        人 我是副高
        机 哪一项
        人 1
        机 对得上“副高级以上职称”
    """)


def test_what_was_told_is_remembered_for_the_apartments(小林: Talk) -> None:
    小林.play("""
        人 我是双一流硕士，副高，能领津贴吗
        人 那公寓呢
        机 硕士研究生、副高级职称…条件允许…还没有建成开放
    """)


def test_no_amount_is_ever_named(小林: Talk) -> None:
    for said in ("我是博士能领多少津贴", "副高每个月津贴多少钱", "津贴是不是每年3万"):
        heard = 小林.say(said)
        assert any(part in heard for part in ("没有写明", "1. ", "您是想问"))
        assert not re.search(r"\d+ ?(元|万|块)", heard.replace(said, ""))


@pytest.mark.parametrize("said", ["租房补贴我能领吗", "生育津贴能领吗", "技能提升补贴我够条件吗"])
def test_other_allowances_are_not_this_one(小林: Talk, said: str) -> None:
    assert "对照人才津贴的条件" not in 小林.say(said)


def test_the_menu_tells_what_it_is(小林: Talk) -> None:
    小林.play("""
        人 [click menu.subsidy]
        机 人才津贴…依据
        人 我能领吗
        机 对照人才津贴的条件
        人 [click menu.check]
        机 哪一项
    """)


@pytest.mark.parametrize("said", ["有", "有吧", "有职称的", "我有职称"])
def test_having_a_title_is_not_having_none(小林: Talk, said: str) -> None:
    小林.play(f"""
        人 我能领津贴吗
        人 {said}
        机 哪一级…职称…1. 正高级职称
        机不 学历
        人 副高
        机 对得上
    """)


def test_a_title_without_its_level_is_asked_for_once_more_only(小林: Talk) -> None:
    小林.play("""
        人 我能领津贴吗
        人 有
        人 有的
        机 最高学历
        人 硕士
        机 双一流
        人 不是
        机 还对不出结果…差在职称
    """)


def test_a_title_at_the_degree_question_corrects_the_title(小林: Talk) -> None:
    小林.play("""
        人 我能领津贴吗
        人 没有
        机 最高学历
        人 中级
        机 记下了…最高学历
        人 硕士
        机 双一流
        人 不是
        机 您的情况是中级职称
        机不 大专
    """)


def test_another_persons_facts_are_not_mine(小林: Talk) -> None:
    小林.play("""
        人 我是副高，能领津贴吗
        机 对得上
        人 那我老公呢，他是本科
        机 单独对照…您老公…职称
        人 中级
        机 按您说的您老公的情况（本科、中级职称）…没有对上…您老公的情况是中级职称
        机不 副高级职称、
        人 那我呢
        机 按您说的（副高级职称）…对得上
        机不 本科
    """)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("我爱人是副高，我们能领津贴吗", "您爱人的情况（副高级职称）"),
        ("我朋友是正高他能领津贴吗", "您朋友的情况（正高级职称）"),
        ("别人是副高能领津贴吗", "对方的情况（副高级职称）"),
    ],
)
def test_somebody_else_is_checked_alone(小林: Talk, said: str, shown: str) -> None:
    小林.play(f"""
        人 我是双一流硕士，没有职称，能领津贴吗
        机 对得上
        人 {said}
        机 {shown}
        机不 双一流高校硕士研究生以上”这一条
        人 我能领津贴吗
        机 按您说的（
        机不 高级职称）
    """)


def test_somebody_else_in_the_middle_of_my_check_and_back(小林: Talk) -> None:
    小林.play("""
        人 我能领津贴吗
        机 您现在的职称
        人 我朋友是博士他能领吗
        机 您朋友…问的是您朋友的情况…1.
        人 我不清楚
        人 那我呢
        机 您现在的职称
        机不 您朋友
        人 中级
        机 最高学历
    """)


def test_a_spouse_without_a_check_of_mine_leaves_mine_open(小林: Talk) -> None:
    小林.play("""
        人 我爱人是副高，能领津贴吗
        机 您爱人的情况
        人 那我呢
        机 您现在的职称
        人 本科
        人 初级
        机 按您说的（本科、初级职称）
    """)


def test_what_is_said_now_outweighs_what_was_said(小林: Talk) -> None:
    小林.play("""
        人 我是双一流硕士，没有职称，能领津贴吗
        机 对得上
        机不 之前说过
        人 我是遵义师范学院的硕士，能领津贴吗
        机 双一流
        人 不是
        机 没有对上…您之前说过：没有职称…重新来
        人 我是副高，能领津贴吗
        机 副高级职称…对得上
    """)


def test_beginning_again_forgets_what_was_told(小林: Talk) -> None:
    小林.play("""
        人 我是副高，能领津贴吗
        机 对得上
        人 重新来
        机 您现在的职称
        人 没有
        人 重新对照
        机 对照人才津贴…您现在的职称
        人 取消
        人 我能领津贴吗
        机 您现在的职称
    """)


@pytest.mark.parametrize("said", ["我是在读博士，副高，能领津贴吗", "退休返聘的副高，我能领津贴吗"])
def test_students_and_re_employed_hear_that_it_is_not_written(小林: Talk, said: str) -> None:
    小林.play(f"""
        人 {said}
        机 对得上…没有写明在读学生、退休返聘的人算不算…人工
    """)


def test_another_school_opens_the_question_again(小林: Talk) -> None:
    小林.play("""
        人 我是双一流硕士，没有职称，能领津贴吗
        机 对得上
        人 我毕业于贵州师范大学，能领吗
        机 “双一流”高校吗
        人 我爱人是副高，能领吗
        机 您爱人的情况
        人 那我也能领津贴吗
        机 “双一流”高校吗
    """)


def test_a_person_asked_for_half_way_hears_of_the_check_and_not_of_what_was_asked_before(小林: Talk) -> None:
    小林.play("""
        人 人才公寓在哪里
        人 我能领津贴吗
        机 职称
        人 人工
        机 主题就用您的问题…核实我是否符合…津贴
    """)


@pytest.mark.parametrize(
    "said", ["我们公司想引进一个博士，有啥子补贴", "我们单位要招个博士", "我单位想引进硕士，有什么支持"]
)
def test_whom_an_employer_wants_is_not_who_asks(小林: Talk, said: str) -> None:
    小林.play(f"""
        人 {said}
        机不 您想对照
        人 企业能申请人才公寓吗
        机不 按您说的
    """)
