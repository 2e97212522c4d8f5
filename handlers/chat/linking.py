"""Being one person here and in the mini-program: a code shown there is typed here, or the other way round."""

from __future__ import annotations

import re

from bot.conversation import Context
from bot.entering import NotLinked
from bot.reply import Text, Turn
from handlers.chat import commands
from handlers.chat.saying import Saying

_TYPED = re.compile(r"(?:绑定|关联)(?:小程序|号码|码|账号)?[\s:：，,]*(\d{8})[。.]?")
_BARE = re.compile(r"\d{8}")
_ASKED = Saying(
    "绑定 关联 绑定小程序 关联小程序 绑定账号 关联账号 账号绑定 账号关联 绑定码 关联码 绑定号码 关联号码",
    "请 我 我要 我想 要 想 怎么 如何 怎样 一下 帮我 我的 吗 呢 和 公众号",
)
_SURE = Saying("确认关联 确认绑定", "我 要 好 好的 是 是的 小程序 吧 了")
_CODE = "link"  # in recall: the code they were asked about


def is_typed(context: Context) -> bool:
    """With the word, any eight digits; alone, only those that are a code now: else they may be anything."""
    if context.message.kind != "text" or context.message.page:
        return False
    if _TYPED.fullmatch(context.text):
        return True
    return bool(_BARE.fullmatch(context.text)) and context.why_not_linked(context.text) not in ("unknown", "many")


def is_sure(context: Context) -> bool:
    return bool(context.recall.get(_CODE)) and _SURE.fits(commands.said(context)) and not context.message.page


def is_asked(context: Context) -> bool:
    return not context.message.page and _ASKED.fits(commands.said(context))


def typed(context: Context) -> Turn:
    """Asked first: it cannot be undone, and the code may be of somebody who talked them into it. Where the talk stands
    stays as it is."""
    found = _TYPED.fullmatch(context.text)
    code = found[1] if found else context.text
    if why := context.why_not_linked(code):
        return _says(context, context.say(f"link.{why}"), why)
    return _says(context, context.say("link.sure"), "link?", context.tickets.seal(code))


def sure(context: Context) -> Turn:
    code = context.tickets.unseal(str(context.recall[_CODE]))
    try:
        talent = context.entering.enter(context.openid, context.message.app, now=context.now)
        context.entering.link(talent, code, context.now, talking=context.openid)
    except NotLinked as error:
        return _says(context, context.say(f"link.{error.why}"), error.why)
    return _says(context, context.say("link.done"), "linked")


def ask(context: Context) -> Turn:
    if context.kit.miniapp is None:
        return _says(context, context.say("link.none"), "no mini-program")
    talent = context.entering.enter(context.openid, context.message.app, now=context.now)
    if len(talent.openids) > 1:
        return _says(context, context.say("link.same"), "same")
    code = context.entering.code(talent, context.now)
    return _says(context, context.say("link.code", code=code), "code")


def _says(context: Context, reply: Text, note: str, code: str | None = None) -> Turn:
    """`code`: sealed, to be confirmed."""
    return Turn(reply, context.state, context.data, {_CODE: code}, note=note)
