"""Whose facts a message tells: one's own, or those of a husband, a friend, a child.

Each mention of a person opens a stretch of the text, up to the next mention; what is told there is theirs. Words before
the first mention belong to it: 双一流硕士，我老公能领吗.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from knowledge.facts import read_facts
from knowledge.text import normalise

ME = ""
SOMEONE = "ta"
_KIN = (
    "老公|老婆|爱人|配偶|丈夫|妻子|媳妇|对象|男朋友|女朋友|男友|女友|未婚夫|未婚妻|好朋友|朋友|闺蜜|同学|室友|同事|儿子|女儿|孩子|小孩"
    "|爸爸|妈妈|父亲|母亲|哥哥|姐姐|弟弟|妹妹|表哥|表姐|表弟|表妹|堂哥|堂姐|堂弟|堂妹|亲戚|侄子|侄女|外甥|女婿|儿媳"
)
_MENTION = re.compile(
    # nobody in particular, and people who only say something
    rf"(?P<neither>我们|咱们|你们|他们|她们|其他|其它|吉他|他人|(?:我|俺|咱)?(?:家|们)?的?(?:{_KIN})们?(?:都)?(?:说|告诉|讲|跟我|问我|推荐)"
    r"|我(?:区|市|县|省|国|州)|(?:津贴|补贴|发放|适用|服务|面向|保障|享受|补助|引进|申请|政策)的?对象|小朋友"
    r"|听(?:别人|同事|朋友|同学)(?:说)?|别人(?:都)?(?:说|告诉))"
    rf"|(?:(?:我|俺|咱)(?:们)?家?的?)?(?:一?个)?(?P<kin>{_KIN})"
    r"|(?:我家)(?P<home>那位|那口子|先生|太太)"
    r"|(?P<they>他|她|别人|人家)(?:本人|自己)?"
    r"|(?P<me>我|本人|俺)(?:自己)?"
)


@dataclass(frozen=True, slots=True)
class Told:
    """`who`: ME, a word for somebody else (SOMEONE when only 他 is said), None when the text names nobody.

    `facts` are those of that person alone. `as_mine` is the text as that person would have written it.
    """

    who: str | None
    facts: Mapping[str, str]
    as_mine: str


@lru_cache(maxsize=4096)  # two routes ask it of every message
def read(text: str) -> Told:
    """The person spoken of last is the one the message is about."""
    said = normalise(text)
    mentions = [found for found in _MENTION.finditer(said) if not found["neither"]]
    if not mentions:
        return Told(None, read_facts(text), text)
    names = [_name(found) for found in mentions]
    known = next((name for name in names if name not in (ME, SOMEONE)), SOMEONE)
    names = [known if name == SOMEONE else name for name in names]
    starts = [0, *(found.start() for found in mentions[1:]), len(said)]
    stretches = [said[start:end] for start, end in pairwise(starts)]
    who = _meant(names, stretches)
    if who == ME and set(names) == {ME}:
        return Told(ME, read_facts(text), text)
    theirs = [part for name, part in zip(names, stretches, strict=True) if name == who]
    text = "".join(theirs)
    return Told(who, read_facts(text), _MENTION.sub(_to_me, text))


def _meant(names: list[str], stretches: list[str]) -> str:
    """“我想问一下他是博士” is about him; “我不知道” after “他是本科” goes on about him."""
    last = names[-1]
    others = [name for name in names if name != ME]
    if last == ME and others and not read_facts(stretches[-1]) and not _ASKS_FOR_ME.search(stretches[-1]):
        return others[-1]
    return last


_ASKS_FOR_ME = re.compile(
    r"我(?:自己)?(?:也|现在|还|就|这种|这样)*(?:可以|能|可不可以|可否|符合|够|有资格|有没有|行|算|呢)"
)


def _name(found: re.Match[str]) -> str:
    if found["kin"] or found["home"]:
        return str(found["kin"] or found["home"])
    return SOMEONE if found["they"] else ME


def _to_me(found: re.Match[str]) -> str:
    return found.group() if found["neither"] else "我"
