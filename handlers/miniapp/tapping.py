"""What the chat says, as a page says it: where one replies a word in the chat, one taps or sends it on a page.

The content and the phrases tell people to reply “人工”, “登记”, a number. Pages show the same texts, so that nobody
writes them twice; what stands there instead is in the phrases of `page`.
"""

from __future__ import annotations

import re

from handlers.speaking import Speaker

_ANYWHERE = {
    "page.reply_staff": re.compile(r"回复“(?:人工|工单)”"),
    "page.reply_to_staff": re.compile(r"回复给“人工”"),
    "page.reply_unsure": re.compile(r"回复“不知道”"),
}
_OFFERED = {
    "page.reply_number": re.compile(r"回复(?:其中的)?数字"),
    "page.reply_yes": re.compile(r"回复“是”"),
    "page.reply_none": re.compile(r"回复“0”"),
}
_IN_A_TICKET = {
    "page.reply_unsolved": re.compile(r"回复“没解决”"),
    "page.reply_rate": re.compile(r"回复“评价”"),
}
_REST = re.compile(r"回复(?=“|数字| ?\d)")


def tapped(speaker: Speaker, text: str, *, choices: bool = False, asking: bool = False) -> str:
    """`choices`: what it offers by numbers can be tapped below it. `asking`: words can be sent where it stands."""
    rest = {"page.reply_rest" if asking else "page.reply_elsewhere": _REST}
    return _said(speaker, text, _ANYWHERE | (_OFFERED if choices else {}) | rest)


def noted(speaker: Speaker, text: str) -> str:
    """A notice's, which leads to its ticket and has no buttons of its own."""
    return _said(speaker, text, _IN_A_TICKET | {"page.reply_elsewhere": _REST})


def _said(speaker: Speaker, text: str, instead: dict[str, re.Pattern[str]]) -> str:
    for key, replied in instead.items():
        if replied.search(text):
            text = replied.sub(speaker.phrase(key), text)
    return text


def offers_staff(speaker: Speaker, text: str) -> bool:
    """Whether `text`, as a page says it, sends people to the button that hands the question to staff."""
    return speaker.phrase("page.reply_staff") in text
