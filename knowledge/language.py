"""What Chinese itself says, whatever the district: politeness, ways to ask, degrees and titles.

Admins teach the rest in words.yaml.
"""

from __future__ import annotations


def _words(text: str) -> list[str]:
    return text.split()


# Said around a question, never what it is about. The longest match wins, so a longer word may protect a shorter one.
FILLERS = _words(
    """
    你好 您好 老师好 请问 请问一下 请问下 麻烦 麻烦问下 麻烦问一下 麻烦告知一下 想问 想问一下 想问下 我想问
    我想问问 我想问一下 我想问下 问一下 问下 问问 想咨询 我想咨询 咨询一下 咨询下 想了解 我想了解 了解一下
    了解下 想知道 我想知道 我想知道一下 不知道 不清楚 不太清楚 我不清楚 不懂 不明白 请教 请教一下 谢谢 谢谢您
    谢谢你 多谢 感谢 谢了 辛苦 辛苦了 打扰 打扰了 打扰一下 求助 求解 求告知 急 在线等 帮我 帮忙 告诉我 跟我说
    告知 告知一下 说说 能说说 说一下 讲一下 讲讲 介绍 介绍一下 介绍下 能介绍一下 详细 详细介绍 详细介绍下
    详细说说 请详细介绍 关于 有关 对于 针对 这个 那个 一下 就是 然后 的话 而言 来说 我想 想要 我要 打算 我 俺
    我们 咱 咱们 你 您 你们 您们 老师 亲 各位 大家 有人知道 有谁知道 有没有人知道 是这样的 是这样 情况是 嗯 呃
    额 的信息 相关信息 信息 相关 具体 一个 一下子 现在 目前 如今 到底 究竟 其实 比如 比如说 那 那么 还有 另外
    顺便 噢 麻烦您 劳驾 有劳 hi hello
    """
)

# Endings and softeners: gone wherever they stand, unless inside one of KEEP.
PARTICLES = _words("吗 呢 啊 呀 吧 哦 嘛 哈 喔 诶 哎 唉 的 了 么 哒 咯 哟 呗 滴")

# Words that hold a particle or a filler and must not lose it.
KEEP = _words(
    """
    什么 怎么 怎么样 多么 要么 了解 目的 目标 急需 急诊 紧急 额度 金额 名额 差额 余额 数额 总额 限额 全额 自我
    我国 我区 老师傅 老师资格 额外 亲属 母亲 父亲 双亲 亲子 亲人 亲自 迷你 信息化 信息工程 信息技术 信息中心
    信息产业 个人信息 相关性 那里 那边 哈尔滨 吧台 哦 现在起 具体化 目前为止 了结 详细地址 介绍信
    """
)

# Different words, one way to ask; the first of a group stands for all.
SAME = [
    _words(
        """
        怎么 如何 怎样 怎么样 咋 咋个 咋样 怎么弄 怎么搞 怎的 怎么才能 如何才能 怎样才能 要怎么 该怎么 应该怎么
        应该如何 该如何
        """
    ),
    _words("哪里 哪儿 在哪 在哪里 在哪儿 去哪 去哪里 去哪儿 到哪 到哪里 何处 什么地方 啥地方 哪个地方 哪块"),
    _words("什么 啥 甚么 神马 哪些 有哪些 有什么 有啥 哪几种 那些"),
    _words("什么时候 何时 啥时候 几时 哪天 什么时间 啥时间 何时候 哪一天 几号"),
    _words("多久 多长时间 几天 多少天 多少时间 多长 要多长时间 需要多久 需要多长时间 多少个工作日 几个工作日"),
    _words("多少钱 几多钱 好多钱 多少元 几块钱 有多少钱 是多少钱 要多少钱 给多少钱 大概多少钱"),
    _words("能 能不能 能否 可否 可不可以 是否可以 可以 能够 是否能 是否能够 可不可 行不行 得行不 可以不可以"),
    _words("是否 是不是 有没有 有无 是不"),
    _words("为什么 为啥 为何 什么原因 咋回事 怎么回事 怎么会"),
    _words("办 办理 申办 办一下 办个 代办一下"),
    _words("材料 资料 要件 证件材料 申请材料 申报材料 什么东西 哪些东西 啥东西 哪些证件 什么证件"),
    _words("条件 要求 资格条件 准入条件 申请条件 申报条件"),
    _words("流程 程序 步骤 办理流程 申请流程 办事流程 手续"),
    _words("电话 电话号码 联系电话 联系方式 咨询电话 客服电话 联系号码 怎么联系 如何联系 服务电话"),
    _words("查询 查 查看 查一下 看看 在哪查"),
    _words("需要 要 需 须 必须 需不需要 要不要 用不用 需要不需要"),
]

# What kind of question it is. A phrase may be of several kinds; disagreeing kinds speak against a match.
FACETS: dict[str, list[str]] = {
    "what": _words("是什么 什么是 是啥 啥是 什么意思 含义 指什么 叫什么 啥叫 什么叫 有什么用 干什么 做什么 干啥"),
    "who": _words(
        """
        什么人 哪些人 谁 条件 要求 资格 够不够 符合 满足 对象 范围 门槛 标准 哪类人 能不能领 能领 可以领 能申请
        可以申请 能不能申请 能享受 是否符合 够格
        """
    ),
    "amount": _words(
        """
        多少钱 金额 额度 多少元 几万 多少万 几千 待遇 标准是多少 补多少 发多少 给多少 领多少 多少补贴 多少津贴
        """
    ),
    "how": _words("怎么办 怎么 怎么申请 如何 怎样 流程 程序 步骤 手续 方式 途径 渠道 办法 咋 怎么报名 怎么弄"),
    "materials": _words("材料 资料 证件 证明 要带什么 带什么 准备什么 要件 提交什么 交什么 什么东西 哪些东西 表格"),
    "where": _words(
        """
        哪里 哪儿 在哪 去哪 到哪 地址 地点 位置 何处 什么地方 网点 受理点 服务点 办事处 窗口 哪个部门 哪个单位
        怎么走 找谁 找哪
        """
    ),
    "when": _words("什么时候 何时 啥时候 几时 哪天 几号 日期 时间 截止 几月 哪年 几点 开始 周末 上班时间 办公时间"),
    "time_limit": _words("多久 多长时间 几天 多少天 时限 工作日 多快 期限 有效期 周期 到账 能住几年 几年"),
    "fee": _words("收费 费用 要钱 免费 手续费 交钱 房租 租金 工本费 押金 花钱"),
    "contact": _words("电话 联系方式 热线 号码 客服 联系人 微信 联系 找人工"),
    "progress": _words("进度 查询 查 结果 审核 批了 办到哪 通过没 状态 下来 到账没 受理"),
    "why": _words("为什么 为啥 为何 原因 怎么回事 凭什么 没通过 被拒"),
    "lost": _words("丢 丢失 遗失 补办 补卡 挂失"),
    "cancel": _words("注销 取消 撤销 退出 终止 停止 解除 退卡 退款 消户 断 中断 停"),
    "change": _words("变更 修改 更改 改 换 更换 更新 续 续期 延期 转 转移 迁移 转出 转入"),
    "whether": _words("能不能 能否 可以 可否 是否 是不是 有没有 吗 行不行 会不会 要不要 需不需要 用不用"),
}

# Exclusive values: a question about one is not answered by a phrase about another. Kind, then value, then its words.
VALUES: dict[str, dict[str, list[str]]] = {
    "degree": {
        "doctor": _words("博士 博士生 博士研究生"),
        "master": _words("硕士 硕士生 硕士研究生 研究生"),
        "bachelor": _words("本科 本科生 学士 大学本科"),
        "college": _words("大专 专科 专科生 高职"),
    },
    "title": {
        "senior": _words("正高 正高级 正高职称 教授 研究员 主任医师"),
        "associate_senior": _words("副高 副高级 副高职称 副教授 副研究员 副主任医师 高级工程师"),
        "intermediate": _words("中级 中级职称 讲师 主治医师"),
        "junior": _words("初级 初级职称 助理工程师"),
    },
    "sex_or_kin": {
        "spouse": _words("配偶 老婆 老公 爱人 妻子 丈夫 家属"),
        "child": _words("子女 孩子 小孩 儿子 女儿 娃"),
    },
    "side": {
        "person": _words("个人 自己 灵活就业"),
        "firm": _words("单位 公司 企业 员工 职工"),
    },
}

# Words that any question may have: one of these alone names nothing.
VAGUE = _words(
    """
    办 弄 搞 做 去 到 找 领 拿 交 看 说 有 是 要 会 能 行 可以 需要 怎么 什么 哪里 哪个 多少 多久 几 钱 谁 时候 时间
    地方 材料 条件 流程 手续 费用 标准 政策 办理 申请 查询 问题 情况 东西 事 事情 不 没 没有 和 在 还 都 就
    """
)

NEGATIONS = frozenset("不没未无非否")
