"""Facts about a person, read from what they write: in a sentence, or as the answer to a question we asked."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rapidfuzz import fuzz, process

from knowledge.entry import FACTS, UNSURE
from knowledge.pinyin import sounds
from knowledge.text import bigrams, plain


def _words(text: str) -> list[str]:
    return text.split()


# Ways to say each value. Longer words are looked for first: 博士研究生 before 研究生, 助理工程师 before 工程师.
_SAID: dict[str, dict[str, str]] = {
    "degree": {
        "doctor": "博士研究生 博士后 博士 读博 phd",
        "master": "硕士研究生 研究生学历 双硕士 硕士 研究生 研毕业 mba",
        "bachelor": "大学本科 本科生 本科 学士 大学生 大学毕业 一本 二本 三本",
        "other": "大专 专科 高职 中专 职高 高中 初中 技校",
    },
    "title": {
        "associate_senior": """
            副高级职称 副高级 副高职称 副高 副教授 副研究员 副主任医师 副主任护师 副主任药师 副主任技师
            副研究馆员 副编审 高级工程师 高级教师 高级农艺师 高级讲师 高级经济师 高级会计师 高级政工师
            高级实验师 高级兽医师 高工 中学高级 副主任
            """,
        "senior": """
            正高级职称 正高级工程师 正高级教师 正高级农艺师 正高级经济师 正高级会计师 正高级 正高职称 正高
            教授级高级工程师 教授级高工 教授 研究员 主任医师 主任护师 主任药师 主任技师 研究馆员 编审
            """,
        "intermediate": """
            中级职称 中级 讲师 主治医师 主管护师 主管药师 主管技师 助理研究员 工程师 农艺师 经济师 会计师
            一级教师 中教一级 馆员 中职称
            """,
        "junior": """
            初级职称 初级 助理工程师 助理讲师 助教 助工 技术员 住院医师 医师 护师 护士 二级教师 三级教师
            助理会计师 助理经济师
            """,
        "none": "没有职称 没职称 无职称 没评职称 没有评职称 还没评职称 未评职称 暂无职称 没得职称",
    },
    "double_first_class": {
        "no": """
            非双一流 不是双一流 不属于双一流 没在双一流 不在双一流 双非 普通一本 普通本科 普通高校 普通大学
            普通院校 二本 三本 一般大学
            """,
        "yes": "双一流",
    },
    "urgently_needed": {
        "no": "不是急需紧缺 不属于急需紧缺 非急需紧缺 不是紧缺 不属于紧缺 非紧缺 不紧缺 不是急需",
        "yes": "急需紧缺 紧缺急需 紧缺人才 紧缺专业 急需人才 紧缺",
    },
    "recruited": {
        "flexible": "柔性引进 柔性引才 柔性",
        "introduced": "新引进 引进人才 人才引进 引进来 引进过来 被引进 引进",
        "local": "本地培养 本地人才 本地 不是引进 没有引进 非引进 土生土长",
    },
}
_WORDS = {
    fact: sorted(((word, value) for value, some in values.items() for word in some.split()), key=lambda p: -len(p[0]))
    for fact, values in _SAID.items()
}
# How the words of each fact begin: most sentences have none of these pairs, and need no look at a hundred words.
_HEADS = {fact: frozenset([word[:2] for word, _ in words]) for fact, words in _WORDS.items()}
_WHEN_DENIED = {"double_first_class": "no", "urgently_needed": "no", "recruited": "local"}
_DENIALS = ("不是", "不属于", "没有", "没", "非", "不算", "还不是", "未", "无", "不")
# 什么叫副高, 是不是双一流, 双一流有哪些: a word asked about, nothing said of oneself.
_ASKED_BEFORE = re.compile(
    r"(?:(?:什么|啥子?|哪些|哪几个|何|怎么|怎样|咋个?)样?的?(?:大学|学校|高校|院校|人|专业)?才?(?:叫做?|算得?上?|是|属于|为|谓)"
    r"|是不是|算不算|属不属于|在不在|是否(?:属于|是)?|算否)的?$"
)
_ASKED_AFTER = re.compile(
    r"的?(?:大学|学校|高校|院校|学科|职称|专业|人才)?的?"
    r"(?:是(?:什么|啥子?|么子)(?:意思|概念|东西|来着|呢|啊|呀|嘛)*$|(?:是)?(?:什么|啥子?)意思|指(?:什么|啥|的是|哪些)"
    r"|怎么(?:认定|界定)|(?:都)?有(?:哪些|哪几)|(?:都)?是哪些|包[括含](?:哪些|什么))"
)
_RULE = re.compile(r"[及或]?以[上下内外]")  # 硕士以上 speaks of the rule, not of the person
_CHOICE_WORDS: dict[str, dict[str, str]] = {
    "degree": {
        "doctor": "博士 博士研究生 博",
        "master": "硕士 研究生 硕士研究生 硕",
        "bachelor": "本科 学士 大学",
        "other": "大专 专科 其他 其它 高中 以下",
    },
    "title": {
        "senior": "正高 正高级 教授",
        "associate_senior": "副高 副高级 副教授 高级",
        "intermediate": "中级 讲师",
        "junior": "初级 助理",
        "none": "没有 无 没 没有职称 无职称 还没有 没评",
    },
    "recruited": {
        "introduced": "引进 新引进 全职引进 是引进",
        "flexible": "柔性 柔性引进",
        "local": "本地 本地的 不是 不是引进 没有",
    },
}
_YES = frozenset(_words("是 是的 对 对的 嗯 有 属于 算 yes y 是滴 要得 没错 当然 在"))
_NO = frozenset(_words("不是 不是的 否 没有 没 不 不属于 不算 不在 no n 非 无 不对 不是滴 没得"))
_UNSURE = frozenset(_words("不知道 不清楚 不确定 不晓得 不了解 说不清 不太清楚 没把握 不好说 忘了 不懂 不会看"))
# Choices are numbered as offered: best first.
CHOICES: Mapping[str, tuple[str, ...]] = {
    "degree": ("doctor", "master", "bachelor", "other"),
    "title": ("senior", "associate_senior", "intermediate", "junior", "none"),
    "double_first_class": ("yes", "no"),
    "urgently_needed": ("yes", "no"),
    "recruited": ("introduced", "flexible", "local"),
}
_NUMBER = re.compile(r"(?:第|选|选择)?([1-9一二三四五六两]|[a-e])(?:个|项|号|种|条|吧|的|\)|、)*")
_COUNT = "一二三四五六"
_NEGATIVE = frozenset("没不无非未")
_HAS_ONE = re.compile(r"(?:我|本人|是|当然|肯定)*(?:有|评了|评过|评上)(?:的|吧|啊|呀|哦|了|过|个|一个|职称|评)*")


def read_facts(text: str) -> dict[str, str]:
    """What the sentence asserts. 985 and 211 are not 双一流 as the list stands, so they leave it open."""
    said = plain(text)
    heads = bigrams(said)
    stated = {fact: _stated(said, _WORDS[fact]) for fact, some in _HEADS.items() if not some.isdisjoint(heads)}
    found = {fact: _settle(fact, values) for fact, values in stated.items() if values}
    if len({value for value, denied in stated.get("degree", ()) if not denied}) > 1:
        # “本科双一流，硕士普通院校”: two schools, and the rule asks about one of them.
        found.pop("double_first_class", None)
    return {fact: value for fact, value in found.items() if value}


def read_choice(fact: str, text: str) -> str | None:
    """The value meant by an answer to "which of these?": its number, its name or a slip of it, 是/不是, or None.

    不知道 is UNSURE.
    """
    said = plain(text)
    if not said or fact not in FACTS:
        return None
    if any(word in said for word in _UNSURE):
        return UNSURE
    number = _NUMBER.fullmatch(said)
    if number:
        return _nth(fact, number.group(1))
    for value, words in _CHOICE_WORDS.get(fact, {}).items():
        if said in words.split():
            return value
    if FACTS[fact] == ("no", "yes"):
        plainly = _yes_or_no(said)
        if plainly:
            return plainly
    facts = read_facts(text)
    return facts.get(fact) or (None if facts else _slip(fact, said))


def has_some_title(text: str) -> bool:
    """“有” to “which title?”: one of them, but not which."""
    return bool(_HAS_ONE.fullmatch(plain(text)))


def _stated(said: str, words: list[tuple[str, str]]) -> list[tuple[str, bool]]:
    """(value, whether it is denied) of each word found, longer words first; no word is found inside a longer one."""
    found = []
    for word, value in words:
        at = said.find(word)
        if at < 0:
            continue
        end = at + len(word)
        before = said[:at]
        if not (_RULE.match(said, end) or _is_asked(before, word) or _ASKED_AFTER.match(said, end)):
            found.append((value, value not in ("no", "none") and before.endswith(_DENIALS)))
        said = said[:at] + "\0" * len(word) + said[end:]
    return found


def _is_asked(before: str, word: str) -> bool:
    """什么叫, 算不算 stand before the word; 是不是 may share its 不是 with it."""
    return bool(_ASKED_BEFORE.search(before)) or (word[0] == "不" and before.endswith(word[1]))


def _settle(fact: str, stated: list[tuple[str, bool]]) -> str:
    """Of several degrees or titles the highest counts; of yes and no, the longer wording; a plain denial may say no."""
    asserted = [value for value, denied in stated if not denied]
    if not asserted:
        return _WHEN_DENIED.get(fact, "") if stated else ""
    return max(asserted, key=FACTS[fact].index) if fact in ("degree", "title") else asserted[0]


def _nth(fact: str, number: str) -> str | None:
    if number.isdigit():
        place = int(number) - 1
    elif number.isascii():
        place = ord(number) - ord("a")
    else:
        place = _COUNT.index(number.replace("两", "二"))
    offered = CHOICES[fact]
    return offered[place] if place < len(offered) else None


def _yes_or_no(said: str) -> str:
    if said in _YES:
        return "yes"
    return "no" if said in _NO else ""


def _slip(fact: str, said: str) -> str | None:
    """A mistyped name: one character off, or another spelling of the same sound. 有 is no slip of 没有."""
    denied = not _NEGATIVE.isdisjoint(said)
    names = {
        word: value
        for value, some in _CHOICE_WORDS.get(fact, {}).items()
        for word in some.split()
        if len(word) > 1 and denied != _NEGATIVE.isdisjoint(word)
    }
    if not 1 < len(said) <= 8 or not names:
        return None
    sound = sounds().of
    heard = sound(said)
    for word, value in names.items():
        if heard and sound(word) == heard:
            return value
    near = process.extract(said, list(names), scorer=fuzz.ratio, score_cutoff=50, limit=2)
    values = {names[word] for word, _, _ in near}
    # The lowest degree closes doors: only its own words say it.
    return values.pop() if len(values) == 1 and values != {"other"} else None
