"""The few words that mean the same everywhere, and how people say yes and no. Only a whole message counts as one."""

from __future__ import annotations

from bot.conversation import Context
from handlers.chat.saying import Saying
from knowledge.text import plain

_AROUND = "请 麻烦 麻烦您 帮我 给我 我要 我想 我想要 那 那就 还是 快 直接 吧 了 啦 呀 啊 一下 谢谢 谢谢您"
_CANCEL = Saying(
    """取消 算了 退出 不问了 不办了 不弄了 不填了 不登记了 不查了 结束 停止 放弃 不聊了 不搞了
    quit exit cancel""",
    _AROUND,
)
_BACK = Saying("返回 上一步 返回上一步 回上一步 回到上一步 退回 退回上一步 后退 back", _AROUND)
_PERSON = Saying(
    """人工 转人工 找人工 人工客服 转人工客服 人工服务 转人工服务 接人工 转接人工 要人工 叫人工 真人 找真人
    转真人 真人客服 客服 找客服 转客服 联系客服 工作人员 找工作人员 联系工作人员 找个人 和人说 找领导 给我打电话
    打电话给我 给我回电话 回电话 跟人说 跟真人说 和真人聊""",
    f"{_AROUND} 有 在吗 有吗 呢 吗",
)
_HELP = Saying(
    """帮助 help 菜单 主菜单 目录 功能 使用说明 说明 指南 怎么用 怎么使用 你能做什么 你能干什么 你会什么 你有什么功能
    能干嘛 你能干嘛 有什么功能 能问什么 可以问什么 能问你什么""",
    f"{_AROUND} 呢 吗 都 你",
)
_MORE = Saying("更多 看更多 查看更多 余下内容 看余下内容 余下 剩下的 看剩下的 还有呢 下一页", _AROUND)
_YES = Saying(
    """是 是的 是滴 对 对的 好 好的 好滴 可以 行 行的 要 要的 需要 嗯 嗯嗯 ok okay 确认 确定 没错 yes y 同意
    就这个 就它 就是 就是这个 可 中 得行""",
    "吧 了 啦 呀 啊 哦 的 谢谢 麻烦 请",
)
_NO = Saying(
    """不 不是 不用 不要 否 没有 no n 不了 不需要 先不 不必 不行 别 暂时不 暂不 不用了 先不用 不转 不转了
    先不转""",
    "吧 了 啦 呀 啊 哦 的 谢谢",
)

_RESTART = Saying(
    "重新来 重新对照 重来 重新开始 重新对 重新填 重新测 从头来 从头对 从头开始 重新问 再来一遍 重新算",
    "我 我要 我想 要 想 请 帮我 吧 了 一遍 一次 一下 那 那就 再 从头 条件 全部 都",
)

# Of events: each is also an answer to the question whether one wants to be reminded.
_LEAVE = Saying(
    """取消报名 退出报名 撤销报名 取消我的报名 不报名了 不参加了 不去了 去不了了 来不了了 参加不了了
    去不了 来不了 参加不了 不能去 不能来 没法去 退出活动 取消活动
    取消参加 取消候补 不候补了 退出候补 取消关注""",
    """我 要 想 请 帮我 把 那个 这个 这场 的 了 吧 一下 活动 给 不好意思 抱歉 可能 算了 临时 突然 有事 今天 明天
    那天 到时 怎么办 啊""",
)
_REMIND = Saying(
    "提醒我 到时候提醒我 要提醒 开提醒 打开提醒 恢复提醒 记得提醒我 需要提醒 给我提醒 我要提醒 开启提醒",
    "请 我 到时 到时候 一下 吧 要 想 也 还是 活动 前",
)
_QUIET = Saying(
    """不要提醒 取消提醒 不要提醒了 关闭提醒 关掉提醒 别提醒 别提醒我 不用提醒 不用提醒了 不需要提醒 停止提醒 不想要提醒
    不要再提醒 别再提醒""",
    "我 请 帮我 把 了 吧 的 活动 都 全部 所有 再",
)


def said(context: Context) -> str:
    """The message as a bare phrase: one script, one case, no punctuation. Empty for what is not words."""
    return plain(context.text) if context.message.kind in ("text", "voice") else ""


def is_cancel(context: Context) -> bool:
    return _CANCEL.fits(said(context))


def is_back(context: Context) -> bool:
    return _BACK.fits(said(context))


def is_person(context: Context) -> bool:
    return _PERSON.fits(said(context))


def is_help(context: Context) -> bool:
    return _HELP.fits(said(context)) or context.text in ("?", "？")


def is_more(context: Context) -> bool:
    return _MORE.fits(said(context))


def is_yes(text: str) -> bool:
    return _YES.fits(plain(text))


def is_no(text: str) -> bool:
    return _NO.fits(plain(text))


def is_restart(text: str) -> bool:
    """重新来: from the first step of what is under way."""
    return _RESTART.fits(plain(text))


def is_leave(said: str) -> bool:
    """取消报名, 不去了; `said` is plain, here and below."""
    return _LEAVE.fits(said)


def is_remind(said: str) -> bool:
    return _REMIND.fits(said)


def is_quiet(said: str) -> bool:
    return _QUIET.fits(said)
