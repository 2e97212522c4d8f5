"""How a call-back contact is read, and how it is shown again."""

from __future__ import annotations

import re
import unicodedata

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


def given(text: str) -> str:
    """The contact in it as it was given, cut to the number or address where the text is long; "" for none."""
    said = " ".join(unicodedata.normalize("NFKC", text).split())
    if not any(form.search(said) for form in (_MOBILE, _MAIL, _WECHAT, _LANDLINE)):
        return ""
    return said if len(said) <= _LONGEST else _only(said)


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
