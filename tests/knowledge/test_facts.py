"""What people write about themselves, as facts; and their answers to a question with choices."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.entry import FACTS, UNSURE
from knowledge.facts import CHOICES, has_some_title, read_choice, read_facts

SENTENCES = {
    "我是双一流硕士，副高，能领津贴吗": {"degree": "master", "double_first_class": "yes", "title": "associate_senior"},
    "985硕士可以吗": {"degree": "master"},
    "211本科毕业": {"degree": "bachelor"},
    "我是博士研究生": {"degree": "doctor"},
    "研究生学历，中级职称": {"degree": "master", "title": "intermediate"},
    "本科双一流，硕士普通院校": {"degree": "master"},
    "双一流本科、普通高校硕士": {"degree": "master"},
    "双硕士": {"degree": "master"},
    "大专学历没有职称": {"degree": "other", "title": "none"},
    "我是副教授": {"title": "associate_senior"},
    "教授一个": {"title": "senior"},
    "主任医师": {"title": "senior"},
    "副主任医师，博士": {"title": "associate_senior", "degree": "doctor"},
    "正高级工程师": {"title": "senior"},
    "高级工程师": {"title": "associate_senior"},
    "中学高级教师": {"title": "associate_senior"},
    "助理工程师": {"title": "junior"},
    "我是一名工程师": {"title": "intermediate"},
    "大学讲师": {"title": "intermediate"},
    "主治医师能住公寓吗": {"title": "intermediate"},
    "硕士，不是双一流": {"degree": "master", "double_first_class": "no"},
    "非双一流硕士": {"degree": "master", "double_first_class": "no"},
    "普通一本毕业": {"degree": "bachelor", "double_first_class": "no"},
    "我毕业于雙一流高校": {"double_first_class": "yes"},
    "新引进的博士": {"degree": "doctor", "recruited": "introduced"},
    "柔性引进的专家": {"recruited": "flexible"},
    "我是本地人，不是引进的": {"recruited": "local"},
    "急需紧缺专业硕士": {"degree": "master", "urgently_needed": "yes"},
    "不是紧缺专业": {"urgently_needed": "no"},
    "我不是博士，是硕士": {"degree": "master"},
    "没有副高，只有中级": {"title": "intermediate"},
    "副高以下": {},
    "硕士以上才能领吗": {},
    "今天天气不错": {},
    "": {},
    # asked about a word, they tell nothing of themselves
    "啥子叫双一流": {},
    "什么是双一流？": {},
    "双一流是什么": {},
    "双一流大学是啥意思": {},
    "哪些学校才算双一流": {},
    "双一流有哪些学校": {},
    "我是博士，什么是双一流": {"degree": "doctor"},
    "什么叫副高": {},
    "急需紧缺是什么": {},
    "怎么才算引进": {},
    "我学校算不算双一流": {},
    "是不是双一流我不知道": {},
    "是否双一流": {},
    "我算不算引进": {},
    "我是副高，是什么待遇": {"title": "associate_senior"},
}


@pytest.mark.parametrize("said", SENTENCES)
def test_a_sentence_asserts(said: str) -> None:
    assert read_facts(said) == SENTENCES[said]


@pytest.mark.parametrize(
    ("fact", "said", "value"),
    [
        ("degree", "1", "doctor"),
        ("degree", "一", "doctor"),
        ("degree", "第二个", "master"),
        ("degree", "2.", "master"),
        ("degree", "选3", "bachelor"),
        ("degree", "B", "master"),
        ("degree", "9", None),
        ("degree", "硕士", "master"),
        ("degree", "我是硕士", "master"),
        ("degree", "硕土", "master"),
        ("degree", "说是", "master"),
        ("degree", "shuoshi", "master"),
        ("degree", "本课", "bachelor"),
        ("title", "副高", "associate_senior"),
        ("title", "没有", "none"),
        ("title", "付高", "associate_senior"),
        ("title", "中级吧", "intermediate"),
        ("double_first_class", "是", "yes"),
        ("double_first_class", "是的", "yes"),
        ("double_first_class", "不是", "no"),
        ("double_first_class", "没有", "no"),
        ("double_first_class", "2", "no"),
        ("double_first_class", "双非", "no"),
        ("urgently_needed", "不知道", UNSURE),
        ("recruited", "不太清楚哦", UNSURE),
        ("recruited", "引进", "introduced"),
        ("recruited", "本地", "local"),
        ("degree", "多少钱", None),
        ("degree", "", None),
        ("no_such_fact", "1", None),
    ],
)
def test_an_answer_to_choices(fact: str, said: str, value: str | None) -> None:
    assert read_choice(fact, said) == value


def test_choices_offer_every_value_once() -> None:
    assert {fact: set(values) for fact, values in CHOICES.items()} == {f: set(values) for f, values in FACTS.items()}


@given(st.text(max_size=60))
def test_only_known_values_come_out(said: str) -> None:
    for fact, value in read_facts(said).items():
        assert value in FACTS[fact]
    for fact, values in FACTS.items():
        assert read_choice(fact, said) in (*values, UNSURE, None)


@pytest.mark.parametrize(
    ("fact", "said"),
    [("title", "有"), ("title", "有吧"), ("title", "有职称的"), ("recruited", "有"), ("recruited", "是")]
    + [("degree", said) for said in ("中级", "以上", "没有", "高级", "中等")],
)
def test_what_is_near_to_a_name_only_by_chance_is_no_answer(fact: str, said: str) -> None:
    assert read_choice(fact, said) is None


def test_having_a_title_says_not_which() -> None:
    assert all(has_some_title(said) for said in ("有", "有吧", "有职称的", "我有职称", "评过"))
    assert not any(has_some_title(said) for said in ("没有", "有中级", "没有职称", "有问题吗", "副高"))
