"""What WeChat gives us, as values. Those that hold what nobody else may see do not show it when they are printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, repr=False)
class Media:
    """`type` is told by the first bytes, whatever the sender says; `name` is the sender's, "" for none."""

    data: bytes
    type: str
    name: str


@dataclass(frozen=True, slots=True)
class Qr:
    """`url` is what the code says, `image` the address of its picture."""

    ticket: str
    url: str
    image: str


@dataclass(frozen=True, slots=True, repr=False)
class Login:
    """`session_key` stays on the server. `unionid` is "" unless the account is bound to an open platform."""

    openid: str
    session_key: str
    unionid: str


@dataclass(frozen=True, slots=True, repr=False)
class Visitor:
    """Who opened a page in WeChat. `snapshot`: WeChat only shows the page, and lends it a person who is none."""

    openid: str
    unionid: str
    snapshot: bool


@dataclass(frozen=True, slots=True, repr=False)
class Phone:
    """`number` without its country, `country` as 86."""

    number: str
    country: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """`label`: 100 normal, 10001 advertising, 20001 politics, 20002 pornography, 20003 abuse, 20006 crime, 20008 fraud,
    20012 vulgar, 20013 copyright, 21000 other.
    """

    suggest: Literal["pass", "review", "risky"]
    label: int
