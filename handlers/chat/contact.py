"""How a call-back contact is read, and how it is shown again."""

from __future__ import annotations

import re
import unicodedata

from handlers.chat.saying import Saying
from knowledge.text import plain

_LONGEST = 60
_MOBILE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?(1[3-9]\d)[- ]?(\d{4})[- ]?(\d{4})(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)(?:\(?0\d{2,3}\)?[- ]?)?[2-8]\d{6,7}(?:(?:[- ]|转)\d{1,5})?(?!\d)")
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_WECHAT = re.compile(r"(?:微信号?|wx|vx|v信|qq)\s*(?:是|:)?\s*[a-z0-9][\w-]{4,19}", re.IGNORECASE | re.ASCII)
_DIGITS = re.compile(r"\d(?:[- ]?\d){4,}")
_NUMBER_WORDS = re.compile(
    r"(?:我|的|是|为|叫|联系|方式|电话|手机|座机|号码|号|打|拨|就|这个|可以|请|你们|您|吧|tel|谢谢|有事|找我|回电|到)*"
)
_REFUSED = Saying(
    """不留 不想留 不方便 不方便留 不留电话 不告诉 不告诉你 不想说 不提供 不想提供 不用 不用留 不需要 不必 无 没有 没
    跳过 略 匿名 保密 不给 不要 不 否 微信 微信就行 微信上回复 微信回复 微信联系 用微信 微信里回复 这里回复
    在这里回复 在这里回 公众号回复 在这回复""",
    "我 就 还是 先 暂时 那 行 好 可以 就行 就好 在 吧 了 啊 呀 的 谢谢 您 上 里",
)


def read(text: str) -> str | None:
    """The contact as given; "" when they would rather not; None when the text is neither."""
    given = " ".join(unicodedata.normalize("NFKC", text).split())
    if _MOBILE.search(given) or _MAIL.search(given) or _WECHAT.search(given) or _LANDLINE.search(given):
        return given if len(given) <= _LONGEST else _only(given)
    return "" if _REFUSED.fits(plain(text)) else None


def alone(text: str) -> str | None:
    """The telephone number a message consists of, with no more than 我的电话是 around it."""
    given = " ".join(unicodedata.normalize("NFKC", text).split())
    for form in (_MOBILE, _LANDLINE):
        found = form.search(given)
        if found and _NUMBER_WORDS.fullmatch(plain(given[: found.start()] + given[found.end() :])):
            return found.group()
    return None


def within(text: str) -> str | None:
    """The first mobile number somewhere in a message."""
    found = _MOBILE.search(unicodedata.normalize("NFKC", text))
    return found.group() if found else None


def is_broken_number(text: str) -> bool:
    """Digits that look like a phone number with some missing or too many."""
    return bool(_DIGITS.search(unicodedata.normalize("NFKC", text)))


def masked(contact: str) -> str:
    """A mobile number with its middle hidden; other contacts by their first and last two characters."""
    if _MOBILE.search(contact):
        return _MOBILE.sub(r"\1****\3", contact)
    return f"{contact[:2]}****{contact[-2:]}"


def _only(given: str) -> str:
    for form in (_MOBILE, _MAIL, _WECHAT, _LANDLINE):
        found = form.search(given)
        if found:
            return found.group()
    return given[:_LONGEST]
