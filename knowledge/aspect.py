"""Follow-ups: "那需要什么材料" after an answer asks for another aspect of the same thing."""

from __future__ import annotations

from functools import lru_cache

from knowledge import language, text
from knowledge.entry import Aspect, Words

# Ways to ask for one aspect with no thing named; the longest found decides.
_ASKS: dict[Aspect, str] = {
    "what": "是什么 什么意思 是啥 啥意思 指什么 介绍",
    "who": "哪些人 什么人 谁能 谁可以 什么条件 有什么条件 条件 要求 资格 我能领 我可以 能申请 可以申请 能领 符合",
    "amount": "多少钱 有多少 多少 金额 额度 标准 几万 待遇 给多少 发多少 领多少 补多少",
    "how": """
        怎么申请 怎么办理 如何办理 怎样办理 怎么领取 怎么办 怎么领 怎么弄 怎么报名 怎么走流程 流程 步骤 手续
        如何申请 如何办 怎样申请 申请 怎么操作 咋办 咋申请 咋弄
        """,
    "materials": "材料 资料 证件 带什么 带哪些 准备什么 准备哪些 交什么 提交什么 什么东西 哪些东西 要件 表格",
    "where": """
        在哪里 在哪儿 去哪里 去哪儿 到哪里 到哪儿 在哪 哪里 哪儿 去哪 到哪 地址 地点 哪个部门 哪个窗口 怎么走
        找谁 位置
        """,
    "when": "什么时候 何时 啥时候 几时 截止 时间 哪天 几月 几号 哪天开始 到账 打款 发下来 要等多久 还要多久 还有多久",
    "time_limit": "多久 多长时间 几天 多少天 时限 办多久 住多久 能住多久 期限",
    "fee": "收费 费用 要钱 免费 手续费 交钱 花钱 房租 租金",
    "contact": "电话 联系方式 热线 联系谁 怎么联系 号码 电话是多少 电话多少 号码是多少 号码多少 热线是多少",
    "progress": "进度 办到哪 到哪一步 结果 查询 批了没 审核",
    "why": "为什么 为啥 为何 凭什么 原因",
}
# What may stand around such a question without naming a thing of its own.
_AROUND = """
    那 那么 它 这 这个 那个 需要 要 请问 还 都 又 具体 大概 一般 我 你 们 吗 呢 啊 呀 吧 的 了 是 有 没有 些
    哪些 什么 啥 怎么 如何 能 可以 去 到 在 办 办理 申请 领 领取 拿 给 发 交 准备 提供 提交 带 下 一下 说 说说
    讲 问 想 知道 查 一共 总共 每月 每年 一年 一个月 个 多少 几 钱 会 才 就 得 用 不 不用 还要 该 最 快 长 联系
    咨询 打 好 啦 嘛 呗 谢谢 后 之后 然后 接下来 以后 开始 以 及 和 跟
"""


class FollowUps:
    """`follow_up` for one words.yaml: the district's fillers and regions name no thing either."""

    def __init__(self, words: Words) -> None:
        asks = sorted(
            ((text.plain(w), aspect) for aspect, some in _ASKS.items() for w in some.split()), key=lambda p: -len(p[0])
        )
        self._asks: list[tuple[str, Aspect]] = asks
        around = [*_AROUND.split(), *language.FILLERS, *language.PARTICLES, *words.fillers, *words.regions]
        self._rest = text.Table([*((word, "") for word, _ in asks), *((text.plain(word), "") for word in around)])

    def follow_up(self, said: str, about: str) -> Aspect | None:
        """The aspect asked for, when `said` names no thing of its own and something was talked about."""
        plain = text.plain(said)
        if not about or not plain or len(plain) > 20 or self._rest.replace(plain):
            return None
        return next((aspect for word, aspect in self._asks if word in plain), None)


@lru_cache(maxsize=1)
def _language_alone() -> FollowUps:
    return FollowUps(Words())


def follow_up(said: str, about: str) -> Aspect | None:
    """`FollowUps.follow_up` with the words of the language alone."""
    return _language_alone().follow_up(said, about)
