"""The talent allowance: whether somebody may have it."""

from __future__ import annotations

import re

from bot.conversation import Context
from bot.reply import Text, Turn
from handlers.chat import citing, qualify, whether
from knowledge.eligibility import Verdict
from knowledge.text import plain

_ALLOWANCE = re.compile(r"津贴|补贴|补助")
_OTHER_ALLOWANCES = re.compile(
    r"(?:租房|购房|买房|住房|房租|生活|技能|培训|交通|就业|创业|见习|社保|高温|生育|一次性|招聘|提升|考证|安家|实习|稳岗)"
    r"(?:的|费)?(?:津贴|补贴|补助)"
)
_OTHER_THINGS = re.compile(r"公寓|人才房|住房|房子|绿卡|驿站|热线|人才日|工作室|专家|职称评|编制|户口|档案|社保|证")
_TAKE = re.compile(r"领|拿")


def is_check(context: Context) -> bool:
    text = plain(context.text)
    if context.recall.get("item") == CHECK.item and whether.asks_why(context):
        return True
    return _is_meant(context, text) and whether.is_wanted(context, CHECK.counting(context))


def check(context: Context) -> Turn:
    return CHECK.begin(context)


def about(context: Context) -> Turn:
    """What the allowance is, for whoever taps it in the menu."""
    return citing.show_item(context, CHECK.item)


def _is_meant(context: Context, text: str) -> bool:
    if _ALLOWANCE.search(_OTHER_ALLOWANCES.sub("", text)):
        return True
    if _OTHER_THINGS.search(text) or _ALLOWANCE.search(text):
        return False
    topic = context.recall.get("topic")
    return topic == CHECK.topic or (not topic and bool(_TAKE.search(text)))


def _close(context: Context, body: str, verdict: Verdict) -> Turn:
    subject = context.phrase("qualify.question", name=CHECK.name(context))
    return Turn(Text(body), state="ticket:offered", data={"subject": subject})


CHECK = qualify.Check("talent_allowance", "allowance", "subsidy:fact", _close)
STEPS = CHECK.step()
