"""Numbered choices: how they are shown, and how people pick one (1, ①, 第一个, 选1, or its words)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from handlers.chat.saying import Saying
from knowledge.text import plain

_DIGITS = {**{c: i for i, c in enumerate("零一二三四五六七八九")}, "两": 2}
_PICK = re.compile(
    r"(?:我?选择?|就|要|看|回复|我要|我?想?问的?是)?(?:第|no)?([0-9]{1,2}|[零一二三四五六七八九两])"
    r"(?:个|号|项|条|种)?(?:吧|呢|的|啊)?"
)
_NONE = Saying(
    """都不是 全都不是 以上都不是 都不对 都没有 没有我要的 没有我想问的 没有对的 都不相关 0 零
    不是这些""",
    """的
    啊 了 吧 我 问 呀""",
)
_LAST = Saying("最后一个 最后那个 最下面那个", "就 要 选 吧")
_SHORTEST_PART = 2  # characters of a title that may stand for it


def listed(options: Sequence[str]) -> str:
    return "\n".join(f"{number}. {option}" for number, option in enumerate(options, 1))


def is_listed(line: str) -> bool:
    """Whether this line is a choice that is offered."""
    return re.match(r"[0-9]{1,2}\. ", line) is not None


def number(text: str) -> int | None:
    """The number a message consists of, whatever the list says."""
    found = _PICK.fullmatch(plain(text))
    if found is None:
        return None
    digit = found.group(1)
    return int(digit) if digit.isdigit() else _DIGITS[digit]


def pick(text: str, options: Sequence[str]) -> int | None:
    """The index of the chosen option; None when the message picks none, or more than one."""
    picked = number(text)
    if picked is not None:
        return picked - 1 if 1 <= picked <= len(options) else None
    if _LAST.fits(plain(text)):
        return len(options) - 1
    return _by_words(plain(text), [plain(option) for option in options])


def is_none(text: str) -> bool:
    return _NONE.fits(plain(text))


def _by_words(words: str, options: list[str]) -> int | None:
    if len(words) < _SHORTEST_PART:
        return None
    for found in (
        [at for at, option in enumerate(options) if option == words],
        [at for at, option in enumerate(options) if words in option],
        [at for at, option in enumerate(options) if option and option in words],
    ):
        if len(found) == 1:
            return found[0]
    return None
