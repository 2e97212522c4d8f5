"""Greetings, thanks, goodbyes, praise, and rude words answered calmly."""

from __future__ import annotations

import re

from bot.conversation import Context
from bot.reply import Turn
from handlers.chat import citing, commands, manners
from handlers.chat.saying import Saying
from knowledge.entry import NotKnown
from knowledge.text import plain

_HELLO = Saying(
    """你好 您好 妳好 你们好 大家好 老师好 哈喽 哈啰 嗨 hi hello hey 喂 嘿 在吗 在不在 有人吗 有人在吗 早 早上好
    上午好 中午好 下午好 晚上好 请问 请问一下 请问在吗 问一下 想问一下 咨询 咨询一下 想咨询一下 我想咨询
    我想咨询一下 我有个问题 有个问题想问 开始 测试 test 打扰一下 打扰了 在""",
    "啊 呀 吗 呢 哦 老师 同志 亲 我 下",
)
_THANKS = Saying(
    "谢谢 谢了 谢啦 感谢 多谢 感恩 辛苦 辛苦了 麻烦了 麻烦您了 麻烦你了 thanks thankyou thx 3q",
    """好 好的 嗯 非常 十分 太 那 真 真的 很 哦 噢 知道了 明白了 懂了 好嘞 您 你 了 啊 啦 老师 你们 您们 大家
    的 哈 帮助 解答 回复 耐心 这么 没问题了 没有问题了 没别的问题了 服务 真好 很好 太好了 好评 有心了 周到""",
)
_BYE = Saying(
    """再见 拜拜 拜 bye byebye 回见 下次再聊 下次聊 88 886 晚安 没事了 没别的了 就这样 先这样 不打扰了
    没其他问题了 没有别的问题了""",
    "那 好 好的 先 了 啦 吧 啊 谢谢 您",
)
_PRAISE = Saying(
    "厉害 聪明 棒 好用 不错 给力 优秀 贴心 方便 点赞 赞 强 牛 专业 可爱 很好 真好 太好了 好极了 周到 满意",
    "你 您 这 这个 机器人 小助手 汇才通 服务 回答 回答得 真 真的 太 很 好 挺 非常 还 得 啊 呀 了 哦 的 呢 哈 啦 极了",
)
_WHO = Saying(
    """你是谁 您是谁 你叫什么 您叫什么 你是什么 你叫什么名字 你是机器人 您是机器人 你是真人 您是真人 你是人
    你是人还是机器人 你是机器人还是人 你是真人还是机器人 你是ai 你是干什么的 你是干嘛的 你是人工 您是人工
    是机器人 是真人""",
    "请问 吗 啊 呀 呢 的 么 吧 在",
)
_OKAY = Saying(
    """不知道 不清楚 不晓得 好 好的 好吧 好滴 好嘞 嗯 嗯嗯 哦 噢 行 行吧 ok okay 可以 收到 了解 是 是的 对 哈 哈哈
    呵呵 嘻嘻 额 呃 啊 不 不用 不用了 不要 没有 没""",
    """吧
        呀""",
)
_SHOUT = Saying(
    """滚 呸 切 妈的 靠 我靠 垃圾 骗子 大骗子 骗人 骗人的 废话 放屁 狗屁 神经病 有病 饭桶 猪 蠢 笨 真笨 太笨 tmd nmsl sb
    吃干饭 什么玩意 什么东西""",
    "你 您 你们 啊 吧 给 我 远 点 都 是 个 真 太 就 一群 全 全是 的 了 尽 净 说 这 这个 机器人 服务 政府 呀 吗 死 死了",
)  # as a whole message only: 翻滚, 切换 and 靠谱 are innocent
_ELSEWHERE = re.compile(
    r"(?:写|作|来|背|念)(?:一|几)?(?:首|个|篇|段)?.{0,6}(?:诗|歌词|作文|小说|代码|程序|情书|论文)$|讲(?:一?个|点)?.{0,4}(?:笑话|故事)"
    r"|唱(?:一?首|个)?歌|陪我(?:聊|玩)|翻译|成语接龙|算命|星座|(?:今天|最近)(?:有什么)?新闻|^[^你您他她它我谁]{2,8}(?:是谁|是什么人)$"
)
_NAMED_FACE = re.compile(r"\[[^\[\]]{1,6}\]|/:[^\s/]{1,8}")  # [微笑] and /::) as WeChat writes them
_TOO_LITTLE = 2  # characters left when the rude words are gone


def is_hello(context: Context) -> bool:
    return _HELLO.fits(commands.said(context))


def is_thanks(context: Context) -> bool:
    return _THANKS.fits(commands.said(context))


def is_bye(context: Context) -> bool:
    return _BYE.fits(commands.said(context))


def is_praise(context: Context) -> bool:
    return _PRAISE.fits(commands.said(context))


def is_who(context: Context) -> bool:
    return _WHO.fits(commands.said(context))


def is_okay(context: Context) -> bool:
    return _OKAY.fits(commands.said(context))


def is_face(context: Context) -> bool:
    """An emoji, a [微笑] or bare punctuation."""
    return context.message.kind == "text" and not plain(_NAMED_FACE.sub("", context.text))


def is_rude(context: Context) -> bool:
    """Nothing but anger; a question with a rude word in it stays a question."""
    if _SHOUT.fits(commands.said(context)):
        return True
    left = manners.without_rude(context)
    if left == context.text:
        return False
    return len(plain(left)) <= _TOO_LITTLE or isinstance(context.ask(left), NotKnown)


def is_elsewhere(context: Context) -> bool:
    """A poem, a joke, who somebody is: nothing a talent office answers, and nothing the content knows."""
    return bool(_ELSEWHERE.search(commands.said(context))) and isinstance(context.ask(), NotKnown)


def hello(context: Context) -> Turn:
    return Turn(context.say("talk.hello", account=context.kit.office().account), note="hello")


def thanks(context: Context) -> Turn:
    return Turn(context.say("talk.thanks"), note="thanks")


def bye(context: Context) -> Turn:
    return Turn(context.say("talk.bye"), note="bye")


def praise(context: Context) -> Turn:
    return Turn(context.say("talk.praise"), note="praise")


def who(context: Context) -> Turn:
    return Turn(context.say("talk.who", account=context.kit.office().account), note="who")


def okay(context: Context) -> Turn:
    return Turn(context.say("talk.okay"), note="okay")


def face(context: Context) -> Turn:
    return Turn(context.say("talk.face"), note="face")


def elsewhere(context: Context) -> Turn:
    asked = citing.asks(context, "outside", "elsewhere")
    return Turn(context.say("talk.elsewhere", district=context.kit.office().district), note="elsewhere", asked=asked)


def calm(context: Context) -> Turn:
    subject = str(context.recall.get("question", ""))
    return Turn(context.say("talk.calm"), state="ticket:offered", data={"subject": subject}, note="rude")
