"""What people say about the answer they just got: 没用, 有用."""

from __future__ import annotations

from bot.conversation import Context
from bot.question import USEFUL, USELESS
from bot.reply import Turn
from handlers.chat import commands
from handlers.chat.saying import Saying

_AROUND = """这 这个 你 您 说的 回答 回答得 根本 完全 真 真的 太 还是 好像 感觉 对我 并 都 也 啊 呀 吧 呢 嘛 的 了
    我的问题 问题 啥 我"""
_USELESS = Saying(
    """没用 都不是 没有用 没什么用 没啥用 没帮助 没有帮助 不对 答非所问 没解决 没有解决 解决不了 不是这个 不是我要的
    不是我问的 不是我想问的 不满意 看不懂 没看懂 听不懂 没懂 没听懂 不懂 没说清楚 没讲清楚 不准确 错了 没回答
    没有回答 没答到点上 等于没说 说了等于没说 不是我要问的 牛头不对马嘴""",
    _AROUND,
)
_USEFUL = Saying(
    "有用 有帮助 解决了 明白 明白了 知道了 懂了 清楚了 了解了 收到 晓得了 没问题了 没有问题了 有数了",
    f"{_AROUND} 嗯 哦 好 好的 那 这下 很 挺 非常 就 已经 谢谢 谢谢您 感谢 多谢",
)


def is_useless(context: Context) -> bool:
    return _USELESS.fits(commands.said(context))


def is_useful(context: Context) -> bool:
    return _USEFUL.fits(commands.said(context))


def useless(context: Context) -> Turn:
    """Offers a ticket that carries the question and what was tried."""
    question = str(context.recall.get("question", ""))
    key = "feedback.useless" if question else "feedback.useless_alone"
    learnt = context.learnt("verdict", USELESS)
    return Turn(context.say(key), "ticket:offered", {"subject": question}, note="useless", learnt=learnt)


def useful(context: Context) -> Turn:
    learnt = context.learnt("verdict", USEFUL)
    return Turn(context.say("feedback.useful"), recall={"misses": None}, note="useful", learnt=learnt)
