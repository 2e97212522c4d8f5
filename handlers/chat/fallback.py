"""What nobody else can take: stickers, kinds WeChat adds one day, messages with nothing in them."""

from __future__ import annotations

from bot.conversation import Context
from bot.reply import Turn

# What WeChat puts into a text message for a sticker or another thing it cannot pass on.
_UNSHOWABLE = ("收到不支持的消息类型", "暂不支持的消息类型")


def is_unshowable(context: Context) -> bool:
    return context.message.kind == "other" or any(words in context.text for words in _UNSHOWABLE)


def is_empty(context: Context) -> bool:
    return context.message.kind == "text" and not context.text


def unshowable(context: Context) -> Turn:
    return Turn(context.say("fallback.unshowable"), note="unshowable")


def empty(context: Context) -> Turn:
    return Turn(context.say("fallback.empty"), note="empty")
