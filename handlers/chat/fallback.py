"""What nobody else can take: stickers, kinds WeChat adds one day, messages with nothing in them."""

from __future__ import annotations

import re

from bot.conversation import Context
from bot.reply import Turn
from knowledge.text import plain

# What WeChat puts into a text message for a sticker or another thing it cannot pass on.
_UNSHOWABLE = ("收到不支持的消息类型", "暂不支持的消息类型", "[Unsupported Message]")
_ENGLISH = re.compile(
    r"\b(?:how|what|where|when|who|why|which|the|is|are|am|can|could|do|does|to|my|your|you|for|of|in|any|have|please"
    r"|apply|need|want|talent|allowance|apartment|card)\b",
    re.IGNORECASE,
)
_SENTENCE = 2  # English words from which it is no abbreviation in pinyin
_PHONE = 7  # digits


def is_unshowable(context: Context) -> bool:
    return context.message.kind == "other" or any(words in context.text for words in _UNSHOWABLE)


def is_empty(context: Context) -> bool:
    return context.message.kind == "text" and not context.text


def is_english(context: Context) -> bool:
    return context.text.isascii() and len(_ENGLISH.findall(context.text)) >= _SENTENCE


def english(context: Context) -> Turn:
    return Turn(context.say("fallback.english"), note="english")


def is_number(context: Context) -> bool:
    """A number that answers nothing we asked."""
    return plain(context.text).isdecimal() and context.message.kind == "text"


def number(context: Context) -> Turn:
    long = len(plain(context.text)) >= _PHONE
    return Turn(context.say("fallback.phone" if long else "fallback.number"), note="number")


def unshowable(context: Context) -> Turn:
    return Turn(context.say("fallback.unshowable"), note="unshowable")


def empty(context: Context) -> Turn:
    return Turn(context.say("fallback.empty"), note="empty")
