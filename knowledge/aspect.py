"""Follow-ups: "那需要什么材料" after an answer asks for another aspect of the same thing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from knowledge import language, text
from knowledge.entry import Aspect, Words

# What people call them; "other" has no name.
NAMES: Mapping[Aspect, str] = {
    "what": "具体内容",
    "who": "条件",
    "amount": "金额",
    "how": "办理步骤",
    "materials": "材料",
    "where": "地点",
    "when": "时间",
    "time_limit": "时限",
    "fee": "费用",
    "contact": "联系方式",
    "progress": "进展",
    "why": "原因",
}
# Ways to ask for one aspect with no thing named; the longest found decides.
_ASKS: dict[Aspect, str] = {
    "what": "是什么 什么意思 是啥 啥意思 指什么 介绍",
    "who": "哪些人 什么人 谁能 谁可以 什么条件 有什么条件 条件 要求 资格 我能领 我可以 能申请 可以申请 能领 符合",
    "amount": "多少钱 有多少 多少 金额 额度 标准 几万 待遇 给多少 发多少 领多少 补多少",
    "how": """
        怎么申请 怎么办理 如何办理 怎样办理 怎么领取 怎么办 怎么领 怎么弄 怎么报名 怎么走流程 流程 步骤 手续
        如何申请 如何办 怎样申请 申请 怎么操作 咋办 咋申请 咋弄 怎么申报 如何申报 怎样申报 咋申报 申报 怎么预约
        怎么预订 怎么参加 如何参加
        """,
    "materials": "材料 资料 证件 带什么 带哪些 准备什么 准备哪些 交什么 提交什么 什么东西 哪些东西 要件 表格",
    "where": """
        在哪里 在哪儿 去哪里 去哪儿 到哪里 到哪儿 在哪 哪里 哪儿 去哪 到哪 地址 地点 哪个部门 哪个窗口 怎么走
        找谁 位置
        """,
    "when": """
        什么时候 何时 啥时候 几时 开放 截止 时间 哪天 几月 几号 哪天开始 到账 打款 发下来 要等多久 还要多久 还有多久
        """,
    "time_limit": "多久 多长时间 几天 多少天 时限 办多久 住多久 能住多久 期限",
    "fee": "收费 费用 要钱 免费 手续费 交钱 花钱 房租 租金",
    "contact": """
        电话 联系方式 哪个部门管 归谁管 谁管 哪个单位管 联系谁 怎么联系 号码 电话是多少 电话多少 号码是多少 号码多少
        """,
    "progress": "怎么查 在哪查 哪里查 在哪里查 怎么查询 结果在哪查 进度 办到哪 到哪一步 结果 查询 批了没 审核",
    "why": "为什么 为啥 为何 凭什么 原因",
}
# What may stand around such a question without naming a thing of its own.
_AROUND = """
    那 那么 它 这 这个 那个 需要 要 请问 还 都 又 具体 大概 一般 我 你 们 吗 呢 啊 呀 吧 的 了 是 有 没有 些
    哪些 什么 啥 怎么 如何 能 可以 去 到 在 办 办理 申请 申报 评 办上 领 领取 拿 给 发 交 准备 提供 提交 带 下 一下 说
    说说 讲 问 想 知道 查 一共 总共 每月 每年 一年 一个月 个 多少 几 钱 会 才 就 得 用 不 不用 还要 该 最 快 长 联系
    咨询 打 好 啦 嘛 呗 谢谢 后 之后 然后 接下来 以后 开始 以 及 和 跟 分别 各 各自
"""


_BY_WORD: dict[str, Aspect] = {text.plain(word): aspect for aspect, some in _ASKS.items() for word in some.split()}
_ASKING = text.Table((word, word) for word in _BY_WORD)
ASK_WORDS = tuple(sorted(_BY_WORD, key=lambda word: (-len(word), word)))


def aspect_of(word: str) -> Aspect:
    """Of one of ASK_WORDS."""
    return _BY_WORD[word]


# “多久” and “时间” ask different things of different matters: with a thing named, only these say which entry is meant.
_PLAIN: frozenset[Aspect] = frozenset({"who", "how", "materials", "where", "contact", "amount"})
_VALUES = {
    text.plain(word): (kind, value)
    for kind in ("degree", "title", "sex_or_kin")
    for value, some in language.VALUES[kind].items()
    for word in some
}
_INSTEAD = re.compile(
    r"(?P<lead>那么|那|换成|换做|要是|如果是|如果|假如)?(?:是)?(?P<rest>.{1,14}?)(?P<end>的?呢|又?怎么样|怎么说)?"
)
_WHOSE = re.compile(r"(?:我|他|她|您|你|本人|咱)(?:们)?(?:家)?的?(?=.)|(?:学历|学位|职称|毕业|毕业生|的)+$")


class FollowUps:
    """`follow_up` for one words.yaml: the district's fillers and regions name no thing either."""

    def __init__(self, words: Words, things: Mapping[str, str] | None = None) -> None:
        """`things`: the names of what entries are about, each with its about."""
        self._about = {text.plain(name): about for name, about in (things or {}).items()}
        self._things = text.Table(self._about.items())
        self._unnamed = text.Table((name, "") for name in self._about)
        self._asks: list[tuple[str, Aspect]] = [(word, _BY_WORD[word]) for word in ASK_WORDS]
        around = [*_AROUND.split(), *language.FILLERS, *language.PARTICLES, *words.fillers, *words.regions]
        self._rest = text.Table((text.plain(word), "") for word in (*ASK_WORDS, *around))

    def left(self, said: str) -> str:
        """What `said` says beside asking: the thing it names, if any."""
        return self._rest.replace(text.plain(said))

    def of_thing(self, said: str) -> tuple[str, Aspect] | None:
        """(about, aspect) when `said` is the name of one thing, one plain aspect and nothing else: 津贴的申请条件."""
        plain = text.plain(said)
        named = set(self._things.spot(plain))
        rest = self._unnamed.replace(plain) if len(named) == 1 else ""
        if not rest or self.left(rest):
            return None
        words = set(_ASKING.spot(rest))
        # 申请条件 asks for 条件, and 条件是什么 too.
        aspects = {_BY_WORD[word] for word in words if word != "申请" or len(words) == 1}
        if len(aspects) > 1:
            aspects.discard("what")
        found = aspects.pop() if len(aspects) == 1 else None
        return (named.pop(), found) if found in _PLAIN else None

    def thing(self, said: str) -> str | None:
        """The about of the thing that `said` is the name of."""
        return self._about.get(text.plain(said))

    def follow_up(self, said: str, about: str) -> Aspect | None:
        """The aspect asked for, when `said` names no thing of its own and something was talked about."""
        plain = text.plain(said)
        if not about or not plain or len(plain) > 20 or self.left(said):
            return None
        return next((aspect for word, aspect in self._asks if word in plain), None)


@lru_cache(maxsize=1)
def _language_alone() -> FollowUps:
    return FollowUps(Words())


def follow_up(said: str, about: str) -> Aspect | None:
    """`FollowUps.follow_up` with the words of the language alone."""
    return _language_alone().follow_up(said, about)


def instead(said: str) -> str:
    """“那博士呢” -> 博士: what is to stand for something in the question before; empty when nothing is put that way."""
    found = _INSTEAD.fullmatch(text.plain(said))
    return found["rest"] if found and (found["lead"] or found["end"]) else ""


def value(rest: str) -> str:
    """The degree, title or kin that `rest` names and nothing else; empty otherwise: 他老婆 -> 老婆."""
    word = _WHOSE.sub("", rest)
    return word if word in _VALUES else ""


def is_kin(word: str) -> bool:
    return _VALUES[word][0] == "sex_or_kin"


def swapped(question: str, word: str) -> str:
    """The question with its value of the same kind replaced by `word`; empty when it has none, or the same."""
    kind = _VALUES[word][0]
    same = sorted((known for known, (its, _) in _VALUES.items() if its == kind), key=len, reverse=True)
    old = next((known for known in same if known in question), "")
    return question.replace(old, word) if old and old != word else ""
