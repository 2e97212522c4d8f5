"""Passwords of staff: how they are kept, and which are too easy to guess."""

from __future__ import annotations

import re
import secrets
import unicodedata
from typing import NamedTuple

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 12, 128
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # argon2id
_NOBODYS = _HASHER.hash(secrets.token_urlsafe(16))  # verified for accounts that are not there: it takes as long
_LETTERS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is taken for another
_KINDS = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^a-zA-Z0-9]")
_LIKE = str.maketrans("@4310$5!7", "aaeioss!t")
# What is left of the passwords people choose most, once what they put around is taken off.
_COMMON = frozenset(
    """
    abc abcd abcde abcdef abcdefg abcdefgh admin administrator asdf asdfgh asdfghjkl baidu changeme china demo dragon
    gongwuyuan guest guizhou hello huichuan huichuanqu huicai huicaitong iloveyou letmein login master monkey mima
    passw passwd password qazwsx qazwsxedc qwe qweasd qweasdzxc qwer qwert qwerty qwertyu qwertyuiop rencai root
    server staff sunshine superman system talent tencent test user wechat weixin welcome woaini woaizhongguo wozuiai
    zhongguo zunyi zunyishi zxcvbn zxcvbnm
    """.split()  # noqa: SIM905 - read as a page of words
)
_STRAY = 2  # letters beside the word that make it no better
_ROWS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn")


class Policy(NamedTuple):
    """`kinds`: how many of small letters, capitals, digits and signs. `days` until it must be changed; 0: never."""

    kinds: int = 3
    days: int = 90


def hashed(password: str) -> str:
    """As kept. Takes tens of milliseconds and 19 MiB: never inside a transaction."""
    return _HASHER.hash(_plain(password))


def fits(kept: str, password: str) -> bool:
    """Whether it is that one; takes as long when nothing is kept."""
    try:
        return _HASHER.verify(kept or _NOBODYS, _plain(password)[:LONGEST]) and kept != ""
    except (VerificationError, InvalidHashError):
        return False


def generated() -> str:
    """One that nobody guesses and somebody can type: about 93 bits."""
    parts = ["".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4)]
    made = "-".join(parts)
    return made if _kinds(made) == len(_KINDS) else generated()


def fault(password: str, policy: Policy, *about: str) -> str:
    """Why it cannot be taken, in a sentence for its owner; "" when it can. `about`: login and name of the owner."""
    plain = _plain(password)
    if len(plain) < SHORTEST:
        return f"密码至少 {SHORTEST} 位"
    if len(plain) > LONGEST:
        return f"密码最多 {LONGEST} 位"
    if _kinds(plain) < policy.kinds:
        return f"大写字母、小写字母、数字、符号，至少要有其中 {policy.kinds} 种"
    if any(len(word) > 2 and word.lower() in plain.lower() for word in about):
        return "密码里不要有自己的用户名或姓名"
    if _is_common(plain):
        return "这个密码太容易猜到，换一个"
    return ""


def _plain(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


def _kinds(plain: str) -> int:
    return sum(re.search(kind, plain) is not None for kind in _KINDS)


def _is_common(plain: str) -> bool:
    """A usual word with numbers and signs around it, a run along the keyboard, or the same few characters."""
    low = plain.lower()
    words = {re.sub(r"[^a-z]", "", form) for form in (low, low.translate(_LIKE))}
    words |= {re.sub(r"^[^a-z]+|[^a-z]+$", "", low).translate(_LIKE)}
    longest = max(re.findall(r"[a-z]+", low), key=len, default="")
    words |= {longest} if sum(each.isascii() and each.isalpha() for each in low) - len(longest) <= _STRAY else set()
    return bool(words & _COMMON) or len(set(low)) < 5 or _longest_run(low) * 3 >= len(low) * 2


def _longest_run(low: str) -> int:
    runs = [row for way in _ROWS for row in (way, way[::-1])]
    best = 0
    for start in range(len(low)):
        end = start + best + 1
        while end <= len(low) and any(low[start:end] in row for row in runs):
            best, end = end - start, end + 1
    return best
