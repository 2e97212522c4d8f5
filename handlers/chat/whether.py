"""Whether a message asks “may I have it?”: 我能领吗, 够不够条件, 双一流硕士能住公寓吗."""

from __future__ import annotations

import re
from collections.abc import Collection

from bot.conversation import Context
from handlers.chat.saying import Saying
from knowledge import whose
from knowledge.entry import NotKnown, Sure
from knowledge.text import plain

_EXACT = 0.97  # about oneself, only a question that stands in the content word for word has an answer of its own
_PERSON = {"degree", "title"}  # who tells both speaks of a person, not of a kind of people
_SHORT = 16
_STORY = 40  # characters beyond which a person who names facts is telling something else
_ME = re.compile(r"我|本人|俺|咱|自己")
_NOT_ME = re.compile(r"我们单位|我们公司|我们学校|我单位|我公司|我朋友|我同学|我区")
_US = re.compile(r"我们|咱们|我(?:单位|公司|学校)")  # an employer's question, or that of several: nobody's facts
_WHETHER = re.compile(
    r"(?:能|可以|能够|可不可以|可否)(?:不能|否|不)?(?:够|去|不)?(?:领|拿|申请|申领|享受|住|办|分到|要到|得到|轮到)"
    r"|符合|符不符|够不够|够条件|够格|够得上|够资格|资格|达标|有我的?份|轮得到|有份|满足条件|条件够"
    r"|帮我(?:对|看|查|测)|对一对|对照一下|给不给|有没有我|算不算|有没有津贴|有津贴吗|行不行"
)
_OTHER_SIDE = re.compile(
    r"哪些|哪类|谁|什么人|什么样|啥人|怎么|咋|如何|多少|几[万千年套]|什么时候|何时|哪里|哪儿|在哪|材料|进度"
    r"|为什么|为啥|一起|同时|冲突|影响|没发|没到账"
)
_NAMED_SCHOOL = re.compile(
    r"师范|学院|师大|交大|财大|理工|医科大|(?<![是的读了上过我])[\u4e00-\u9fff]大学(?!本|生|学历|文化|讲师|教师|老师|水平|专科)"
)
_ASKS = re.compile(r"[?？吗]|多少|哪|怎么|什么")
_WHAT_FOR_ME = re.compile(
    r"(?:享受|申请|领|拿|得)(?:得?到)?(?:些|点)?(?:什么|啥|哪些)|有(?:些|点)?(?:什么|啥子?|哪些)(?:人才)?(?:政策|待遇|好处|补贴|福利|支持)"
)
_BY_NOW = re.compile(r"现在|目前|眼下|已经|了吗|了没|了不|了嘛")
_NOTHING_ELSE = Saying(
    """我 本人 俺 咱 自己 请问 想问 问 下 一下 也 想 要 知道 看看 看 帮 查 那 这个 这种 情况 现在 目前
        的 了 呢 吗 不 嘛 呀 啊 吧 呗 到 得 着 是 否 是否 是不是 能 不能 能否 能不能 可以 可不可以 可否 能够 够
        不够 够不够 够得上 格 资格 有没有 有 没有 无 符合 符不符合 满足 达标 达到 条件 要求 领 领取 拿 申请 申领
        享受 住 入住 分 份 要 行 轮 人才 津贴 补贴 补助 公寓 房 住房 房子 人才房 政策 测 对 一 对照 算不算 汇川
        汇川区 区里 你们 麻烦 您 你 好"""
)
_THEN = Saying("我呢 我自己呢 我的呢 换我呢 换成我呢 我怎么样 我行吗 我能吗 我可以吗", "那 那么 要是 如果 换 是 啊 呀")
_WHY = Saying(
    "为什么 为啥 凭什么 为什么不行 为什么不能 为什么不符合 哪里不符合 哪条不符合",
    "我 那 就 不 不能 不够 领 住 符合 条件 行 呢 啊 呀 吗",
)


def names_school(text: str) -> bool:
    return bool(_NAMED_SCHOOL.search(text))


def asks_whether(text: str) -> bool:
    return bool(_WHETHER.search(text))


def is_bare(text: str) -> bool:
    """“我能领津贴吗” and no word more. “公寓现在能住了吗” asks about the place, not about the person."""
    if _BY_NOW.search(text) and not _ME.search(text):
        return False
    return asks_whether(text) and _NOTHING_ELSE.fits(text)


def is_wanted(context: Context, counting: Collection[str]) -> bool:
    """Whether to go through an item's conditions, once it is clear which; `counting` are the facts they ask for."""
    told = whose.read(context.text)
    text = plain(told.as_mine)
    if is_bare(text):
        return told.who in (None, whose.ME) or not _has_own_answer(context, 0.0)
    if _THEN.fits(text) and told.who is not None:
        return told.who != whose.ME or bool(context.recall.get("other"))
    whole = plain(context.text)
    about_me = bool(_ME.search(text)) and not _NOT_ME.search(text)
    if (
        not (set(told.facts) & set(counting) or (about_me and names_school(whole) and asks_whether(text)))
        or _OTHER_SIDE.search(whole)
        or _has_own_answer(context, _EXACT if about_me or set(told.facts) >= _PERSON else 0.0)
    ):
        return False
    return asks_whether(text) or (about_me and len(whole) <= _STORY and not _ASKS.search(whole))


def is_of_another(told: whose.Told) -> bool:
    """Whether a message about another person than the one under way turns to that one: 我老公是本科, 那我呢."""
    text = plain(told.as_mine)
    if told.facts:
        return asks_whether(text) or not _ASKS.search(text)
    return is_bare(text) or _THEN.fits(text)


def asks_why(context: Context) -> bool:
    """“为什么不能领” after the conditions were gone through."""
    return bool(context.recall.get("facts") or context.recall.get("other")) and _WHY.fits(plain(context.text))


def is_about_me(context: Context) -> bool:
    """“我是双一流硕士” and no question: somebody tells what they are, to hear what there is for them. Or they ask for
    that, and the content has no answer of its own: 我是本科，工程师，在厂里上班，能享受啥子."""
    told = whose.read(context.text)
    whole = plain(context.text)
    if not (_ME.search(told.as_mine) and told.facts) or _US.search(whole):
        return False
    if len(whole) <= _SHORT and not _ASKS.search(context.text):
        return True
    return len(whole) <= _STORY and bool(_WHAT_FOR_ME.search(whole)) and isinstance(context.ask(), NotKnown)


def _has_own_answer(context: Context, least: float) -> bool:
    """Of the content; the general “who may have it” does not count."""
    known = context.ask()
    if not isinstance(known, Sure) or known.best.score < least:
        return False
    entry = known.best.entry
    return entry not in context.kit.library.siblings(entry.about, "who")[:1]
