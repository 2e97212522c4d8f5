from __future__ import annotations

from talk import Talk


def test_a_pilot_with_three_benefits(小林: Talk) -> None:
    小林.play("""
        人 人才绿卡
        机 探索…1. 本人就医保障…2. 配偶就业保障…3. 子女就学保障
        机不 4.
        人 2
        机 配偶就业…依据
        人 第三个
        机 子女就学
        人 4
        机 只有3个选项
    """)


def test_a_benefit_by_its_name(小林: Talk) -> None:
    小林.play("""
        人 [click menu.card]
        人 本人就医
        机 本人就医
    """)


def test_another_question_passes_the_choice_by(小林: Talk) -> None:
    小林.play("""
        人 人才绿卡
        人 人才津贴有多少钱
        机 没有写明…每人金额
    """)


def test_it_is_never_said_to_be_issued(小林: Talk) -> None:
    小林.play("""
        人 人才绿卡开始发了吗？
        机 探索
        机不 已经开始发放
    """)


def test_a_follow_up_keeps_the_card(小林: Talk) -> None:
    小林.play("""
        人 人才绿卡怎么申请？
        人 那需要什么材料
        机 材料…没有写明
    """)
