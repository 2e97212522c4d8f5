"""What goes out, as immutable values. The codec renders them; nothing here knows XML."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from bot.question import Asked, Learnt


@dataclass(frozen=True, slots=True)
class Text:
    body: str


@dataclass(frozen=True, slots=True)
class Article:
    """One picture-and-link card; WeChat shows at most one in a passive reply (since 2018-10-12)."""

    title: str
    description: str
    url: str
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture uploaded to WeChat before; its media_id lives three days. Or `file`, one of ours (attachment.id): it is
    uploaded when it goes out."""

    media_id: str
    file: int = 0


@dataclass(frozen=True, slots=True)
class Choices:
    """A msgmenu: lines to tap, each (id, text). Only customer-service messages have it; else it is numbered.

    `bare`: not numbered, for numbers would mean something else there (5 分).
    """

    head: str
    lines: tuple[tuple[str, str], ...]
    tail: str = ""
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """A page of the mini-program, with the media_id of its picture. Only customer-service messages have it."""

    title: str
    page: str
    thumb: str


@dataclass(frozen=True, slots=True)
class Silence:
    """WeChat is told `success`, the person sees nothing."""


Reply = Text | Article | Picture | Choices | Card | Silence


@dataclass(frozen=True, slots=True)
class Turn:
    """What a handler decided: what to say, and where the talk stands afterwards.

    `state` names the handler of the next message ("ticket:detail"), "" ends the flow; `data` belongs to that state and
    must be JSON. `recall` is what later messages may refer to (last entry, its subject ...): it outlives states, is
    merged key by key, and a key with the value None is forgotten. `note` goes to the message's row: the entry id or
    decision. `asked` are the questions the message held, `learnt` what it says about earlier ones. `yields`: the reply
    only says that there is nothing to say; an owed answer takes its place.
    """

    reply: Reply
    state: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    recall: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""
    score: float | None = None
    asked: tuple[Asked, ...] = ()
    learnt: tuple[Learnt, ...] = ()
    yields: bool = False


_TIED = re.compile(r"<a\s[^>]*?href=[\"']([^\"'>]*)[\"'][^>]*>(.*?)</a>", re.IGNORECASE | re.DOTALL)
_ADDRESS = re.compile(r"https?://[!-~]+", re.IGNORECASE)
_LINK = re.compile(r"<a\s[^>]*>.*?</a>|https?://[!-~]+", re.IGNORECASE | re.DOTALL)
_SENTENCE_ENDS = "\n。！？；!?;"
_SOFT_ENDS = "，、,：: "


def fit(text: str, characters: int, size: int) -> tuple[str, str]:
    """Split `text` into a head of at most `characters` and `size` UTF-8 bytes, and the rest ("" when all fits).

    The cut falls behind a sentence if one ends in the second half, else behind a comma, and never inside a link.
    WeChat refuses texts over about 2,048 bytes; 600 characters and 1,800 bytes leave room for what is added.
    """
    if len(text) <= characters and len(text.encode()) <= size:
        return text, ""
    end = min(characters, len(text))
    while len(text[:end].encode()) > size:
        end -= 1
    end = _outside_links(text, _border(text, end))
    return text[:end].rstrip(), text[end:].lstrip()


def _border(text: str, end: int) -> int:
    for ends in (_SENTENCE_ENDS, _SOFT_ENDS):
        at = max(text.rfind(mark, end // 2, end) for mark in ends)
        if at >= 0:
            return at + 1
    return end


def _outside_links(text: str, end: int) -> int:
    for link in _LINK.finditer(text):
        if link.start() < end < link.end():
            return link.start() if link.start() > 0 else end
    return end


def untied(text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """A text without markup, and its links as (what it is called, address); what only WeChat can follow is left out."""
    tied = [(shown, unescape(address)) for address, shown in _TIED.findall(text)]
    plain = _TIED.sub(r"\2", text)
    bare = [(address, address) for address in _ADDRESS.findall(_TIED.sub("", text))]
    return plain, tuple((shown, to) for shown, to in [*tied, *bare] if _ADDRESS.fullmatch(to))


def as_text(reply: Reply) -> str:
    """The reply for channels that carry text alone."""
    if isinstance(reply, Article):
        return f"{reply.title}\n{reply.description}\n{reply.url}".strip()
    if isinstance(reply, Choices):
        lines = (text if reply.bare else f"{number}. {text}" for number, (_, text) in enumerate(reply.lines, 1))
        return "\n".join(filter(None, [reply.head, *lines, reply.tail]))
    if isinstance(reply, Card):
        return reply.title
    return reply.body if isinstance(reply, Text) else ""


def dump(reply: Reply) -> str:
    values = {name: getattr(reply, name) for name in reply.__slots__}
    return json.dumps({"kind": type(reply).__name__, **values}, ensure_ascii=False)


def parse(text: str) -> Reply:
    values = json.loads(text)
    if "lines" in values:
        values["lines"] = tuple((key, shown) for key, shown in values["lines"])
    return _KINDS[values.pop("kind")](**values)


_KINDS: dict[str, type[Reply]] = {each.__name__: each for each in (Text, Article, Picture, Choices, Card, Silence)}
