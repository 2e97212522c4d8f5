"""What a ticket waits for: a picture or words sent while it does are taken, unless they surely are another matter."""

from __future__ import annotations

import re

from bot.conversation import Context
from bot.private import masked
from bot.reply import Text, Turn
from handlers.chat import attaching, commands
from handlers.chat.saying import Saying
from handlers.chat.steps import Step
from knowledge.entry import NotKnown, Sure
from knowledge.text import plain
from models.desk import BadMove
from models.ticket import Ticket

_ASKS = re.compile(r"[?？]|[吗呢]$|怎么|咋|为何|什么|多少|哪|能不能|可不可以|为什么|想问|咨询|几")
_WANTS = re.compile(r"^\s*(?:那|我)?(?:就|还|也)?(?:想|要|需要|请|帮|麻烦)|[补去怎]办|丢了|办一|打算")
_SHORT = re.compile(r"[\u4e00-\u9fff]{2,3}")  # 王小明, 农商行
_NEWEST = 5  # tickets that are looked at
_LEAST = 4  # characters of what is taken without asking, if it is no such word
_TELLS = 7  # the same, of what the knowledge may know
_DONE = Saying("好了 没有了 发完了 就这些 没了 齐了 都发了 都发了 完了 发好了 就这样", "我 都 已经 了 啊 吧 谢谢")
_LATER = Saying(
    """稍等 等下 等等 等一下 等会 等会儿 等一会儿 马上 这就 没空 没时间 晚点 晚些 回头 明天 后天 今晚 晚上 下午 上午
    改天 过几天 过两天 稍后 过会 过会儿 待会 待会儿 一会儿 一会""",
    """我 好 好的 行 现在 再 就 来 去 找 拍 发 发过来 发来 发你 发给你 发给您 发给你们 补 补上 交 交上 给你 给您 先
    吧 啊 哈 了""",
)
_EMPTY = Saying(
    "快点 快一点 催催 催一下 抓紧 首页 试试 得嘞 再说 服了 无语 随便 加油 厉害 人呢", "你 们 的 吧 啊 了 点"
)


def is_picture(context: Context) -> bool:
    return _is_media(context) and len(_waiting(context)) == 1


def is_text(context: Context) -> bool:
    """No question nor wish, and the knowledge has no sure answer: the bank of an account is like many a question."""
    said = plain(context.text)
    if context.message.kind != "text" or _ASKS.search(context.text) or _EMPTY.fits(said):
        return False
    if len(said) < _LEAST and not _SHORT.fullmatch(said):
        return False
    known = context.ask()
    if isinstance(known, Sure) or not (isinstance(known, NotKnown) or _tells(context)):
        return False
    return len(_waiting(context)) == 1


def _tells(context: Context) -> bool:
    """津贴材料, 我要补办身份证: a few words of a matter ask for it, and so does a wish."""
    return len(plain(context.text)) >= _TELLS and not _WANTS.search(context.text)


def is_later(context: Context) -> bool:
    """They will send it: nothing has come yet, so the clock stands still."""
    return context.message.kind == "text" and _LATER.fits(plain(context.text)) and len(_waiting(context)) == 1


def later(context: Context) -> Turn:
    return Turn(context.say("material.later", number=_waiting(context)[0].number), note="later")


def picture(context: Context) -> Turn:
    return _attach(context, _waiting(context)[0].number)


def text(context: Context) -> Turn:
    ticket = context.desk.theirs(context.openids, _waiting(context)[0].number)
    try:
        context.desk.add(ticket, masked(context.text), now=context.now)
    except BadMove as fault:
        return Turn(context.say("progress.too_late", number=ticket.number, status=fault.state_name))
    return _taken(context, ticket.number, "material.text")


def more(context: Context) -> Turn | None:
    """Right behind the first: further pictures without asking."""
    number = str(context.data["number"])
    if _is_media(context):
        return _attach(context, number)
    if _DONE.fits(commands.said(context)) or commands.is_no(context.text):
        return Turn(context.say("material.done", number=number), note="all here")
    return None


def _attach(context: Context, number: str) -> Turn:
    turn = attaching.attach(context, number, context.message.kind, context.message.media_id)
    if not turn.note.startswith("attached"):
        return turn
    return _taken(context, number, "material.film" if context.message.kind == "video" else "material.picture")


def _taken(context: Context, number: str, key: str) -> Turn:
    reply = Text(f"{context.phrase(key, number=number)}{context.phrase('material.more')}")
    return Turn(reply, "material:more", {"number": number}, {"ticket": number}, f"material {number}")


def _is_media(context: Context) -> bool:
    kind = context.message.kind
    return bool(context.message.media_id) and (kind in ("image", "video") or (kind == "voice" and not context.text))


def _waiting(context: Context) -> list[Ticket]:
    found = context.tickets.listed(context.openids, limit=_NEWEST)
    return [each for each in found if each.state == "waiting" and not each.suspended]


STEPS = {"material:more": Step(more, kinds=frozenset({"text", "voice", "image", "video"}))}
