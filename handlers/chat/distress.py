"""Somebody in danger or in grief: a human line and whom to call at once, before anything else."""

from __future__ import annotations

import re

from bot.conversation import Context
from bot.reply import Turn
from handlers.chat import commands
from handlers.chat.saying import Saying

_HARM = re.compile(
    r"(?<!公司)(?<!企业)(?<!生意)(?<!合作社)(?<!厂)(?<!店)(?:不想活(?![动跃])|不活了|活不下去|活够了|活着没(?:有)?(?:意思|意义)|不如死|死了算了)"
    r"|自杀(?!式|干预|预防|防控)|(?<!防)自残|轻生|割腕|服毒|喝农药|结束(?:自己的)?生命|(?:想|要|去|准备)(?:跳楼|上吊|跳河)(?!价)"
    r"|(?:我|真|就|好|只|都|很)想(?:去)?死(?![你您他她它们心磕守板]|大家|家)|^想死$"
)
_DANGER = re.compile(
    r"有人(?:在|要|想)?(?:打|砍|杀|捅)(?:我|人)(?!电话|手机|座机|小报告|主意|招呼|们电话)|(?:他|她|老公|老婆|丈夫|男友|家里人)(?:在|又|要|总是|天天)?打我(?!电话|手机)"
    r"|要杀(?:我|人)|杀人了|被家暴|有人(?:受了?伤|晕倒|昏倒|落水|溺水|触电|中毒)|(?:晕|昏)倒了|流血不止|着火了|起火了|失火了|煤气中毒|喘不上气"
)
_HELP = Saying("救命 救救我 救我 来人啊 快来人", "啊 呀 快 快点 谁来 请 来人 了 帮帮 帮帮我 求求 求求你们 求求您")
_OUR_MATTER = re.compile(r"津贴|补贴|公寓|绿卡|政策|申请|报销|赔|工伤|保险|去年|前年|以前|上次|培训|专家|消防")
_SAD = Saying(
    """难过 难受 伤心 想哭 崩溃 绝望 抑郁 抑郁症 孤独 委屈 心情不好 心情很差 撑不下去 撑不住 坚持不下去 熬不下去
    太难了 好难啊 活得好累 活得太累 活着好累 活着太累 心累 压力好大 压力太大 压力大 失眠 睡不着 睡不好 焦虑 焦虑症
    想家""",
    """我 好 很 太 真 真的 最近 今天 现在 心里 心里好 觉得 感到 感觉 有点 快 快要 要 了 啊 呀 呜呜 呜 特别 非常 死了 得
    的 一直 也 都 哎 唉 怎么办 得了 是 能 跟 您 你 说说 吗
    天天 每天 整天 晚上 总是 老是 经常 在 在汇川 这里 工作 上班 生活""",
)


def is_harm(context: Context) -> bool:
    """Thoughts of ending one's life; jokes (笑死, 累死) and 不活跃 are none."""
    return bool(_HARM.search(commands.said(context)))


def is_danger(context: Context) -> bool:
    said = commands.said(context)
    return _HELP.fits(said) or (bool(_DANGER.search(said)) and not _OUR_MATTER.search(said))


def is_sad(context: Context) -> bool:
    """Nothing but grief; a question told with it stays a question."""
    return _SAD.fits(commands.said(context))


def harm(context: Context) -> Turn:
    return Turn(context.say("distress.harm"), context.state, context.data, note="harm")


def danger(context: Context) -> Turn:
    return Turn(context.say("distress.danger"), context.state, context.data, note="danger")


def sad(context: Context) -> Turn:
    return Turn(context.say("distress.sad"), context.state, context.data, note="sad")
