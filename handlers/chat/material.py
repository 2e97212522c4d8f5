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

_ASKS = re.compile(r"[?？]|[吗呢]$|怎么|什么|多少|哪|能不能|可不可以|为什么|想问|咨询|几")
_WANTS = re.compile(r"^\s*(?:那|我)?(?:就|还|也)?(?:想|要|需要|请|帮|麻烦)|[补去怎]办|丢了|办一|打算")
_LEAST = 4  # characters of what is taken without asking
_TELLS = 7  # the same, of what the knowledge may know
_DONE = Saying("好了 没有了 发完了 就这些 没了 齐了 都发了 都发了 完了 发好了 就这样", "我 都 已经 了 啊 吧 谢谢")


def is_picture(context: Context) -> bool:
    return _is_media(context) and len(_waiting(context)) == 1


def is_text(context: Context) -> bool:
    """No question nor wish, and the knowledge has no sure answer: the bank of an account is like many a question."""
    if context.message.kind != "text" or len(plain(context.text)) < _LEAST or _ASKS.search(context.text):
        return False
    known = context.ask()
    if isinstance(known, Sure) or not (isinstance(known, NotKnown) or _tells(context)):
        return False
    return len(_waiting(context)) == 1


def _tells(context: Context) -> bool:
    """津贴材料, 我要补办身份证: a few words of a matter ask for it, and so does a wish."""
    return len(plain(context.text)) >= _TELLS and not _WANTS.search(context.text)


def picture(context: Context) -> Turn:
    return _attach(context, _waiting(context)[0].number)


def text(context: Context) -> Turn:
    ticket = context.desk.find(context.openid, _waiting(context)[0].number)
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
    return [each for each in context.tickets.of(context.openid) if each.state == "waiting" and not each.suspended]


STEPS = {"material:more": Step(more, kinds=frozenset({"text", "voice", "image", "video"}))}
