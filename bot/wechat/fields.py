"""Values of template fields, made to fit WeChat's rules before the call: one that breaks them, and all is refused.

https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-message-management/subscribe-message/sendMessage.html
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from bot.wechat.errors import SendError
from config.calendar import SHANGHAI

_NUMBERED = re.compile(r"([a-z_]+?)[0-9]+")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
_NOTHING = "无"
_CLOCK = re.compile(r"(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?")
_DAY = re.compile(
    r"(?P<year>[0-9]{4})[-/年.](?P<month>[0-9]{1,2})[-/月.](?P<day>[0-9]{1,2})日?(?:[T ]?(?P<clock>[0-9]{1,2}:[0-9]{2})"
    r"(?::[0-9]{2}(?:\.[0-9]+)?)?)?"
)
_AMOUNT = re.compile(r"[¥￥$€£]?[0-9]{1,10}(?:\.[0-9]{1,2})?元?")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_PHONE = re.compile(r"[0-9+*()\- ]{1,17}")
_CAR = re.compile(r"[\u4e00-\u9fff]?[A-Z0-9]{1,7}[\u4e00-\u9fff]?", re.IGNORECASE)


def fitted(fields: Mapping[str, str]) -> dict[str, str]:
    """By the field's name without its number: thing1 is a thing.

    Prose is cut on whole characters and ends in “…”. A number, an amount, a time or a telephone number that does not
    fit would be another one when cut: it raises SendError, refused, and nothing is sent.
    """
    found = {}
    for name, value in fields.items():
        numbered = _NUMBERED.fullmatch(name)
        rule = _RULES.get(numbered[1] if numbered else name, _other)
        made = rule(_plain(value))
        if not made:
            raise _misfit(name)
        found[name] = made
    return found


def _misfit(name: str) -> SendError:
    return SendError("refused", 47003, f"模板里的 {name} 不合微信的规定", "照模板核对 notices.yaml 里各项的名字和内容")


def _plain(value: str) -> str:
    """On one line, without control characters: WeChat takes none."""
    return " ".join("".join(" " if unicodedata.category(each)[0] == "C" and each not in _JOINS else each
                            for each in unicodedata.normalize("NFC", value)).split())  # fmt: skip


_JOINS = "\u200d"


def cut(text: str, most: int, end: str = "…") -> str:
    """At most `most` UTF-16 units, as WeChat's own side counts them; what people see as one character stays whole."""
    if _units(text) <= most:
        return text
    kept, left = "", most - _units(end)
    for piece in _pieces(text):
        left -= _units(piece)
        if left < 0:
            break
        kept += piece
    return kept.rstrip() + end


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _pieces(text: str) -> Iterator[str]:
    piece = ""
    for each in text:
        if piece and not _goes_on(piece, each):
            yield piece
            piece = ""
        piece += each
    if piece:
        yield piece


def _goes_on(piece: str, each: str) -> bool:
    if each in _JOINS or piece[-1] in _JOINS:
        return True
    if unicodedata.category(each) in ("Mn", "Me", "Mc") or "\U0001f3fb" <= each <= "\U0001f3ff":
        return True
    return len(piece) == 1 and _is_flag(piece) and _is_flag(each)


def _is_flag(each: str) -> bool:
    return "\U0001f1e6" <= each <= "\U0001f1ff"


def _thing(value: str) -> str:
    return cut(value, 20) or _NOTHING


def _short_thing(value: str) -> str:
    return cut(value, 5) or _NOTHING


def _other(value: str) -> str:
    """Templates of the old kind: first, keyword1, remark."""
    return cut(value, 200) or _NOTHING


def _character_string(value: str) -> str:
    return cut("".join(each for each in value if " " <= each <= "~").strip(), 32, "...") or "-"


def _letter(value: str) -> str:
    return "".join(each for each in value if each.isascii() and each.isalpha())[:32]


def _symbol(value: str) -> str:
    return "".join(each for each in value if unicodedata.category(each)[0] in "PS")[:5]


def _number(value: str) -> str:
    return value if _NUMBER.fullmatch(value) and len(value) <= 32 else ""


def _amount(value: str) -> str:
    bare = value.replace(",", "").replace(" ", "")
    return bare if _AMOUNT.fullmatch(bare) else ""


def _phone(value: str) -> str:
    return value if _PHONE.fullmatch(value) else ""


def _car(value: str) -> str:
    bare = value.replace("·", "").replace(" ", "")
    return bare if _CAR.fullmatch(bare) and len(bare) <= 8 else ""


def _name(value: str) -> str:
    bare = "".join(each for each in value if not each.isdigit()).strip()
    return (cut(bare, 10, "") if _HAN.search(bare) else cut(bare, 20, "")) or _NOTHING


def _phrase(value: str) -> str:
    return "".join(_HAN.findall(value))[:5] or _NOTHING


def _time(value: str) -> str:
    """A time or two with a “~” between, each with or without its day."""
    return _spans(value, lambda text: _moment(text) or (text if _CLOCK.fullmatch(text) else ""))


def _date(value: str) -> str:
    return _spans(value, _moment)


def _spans(value: str, one: Callable[[str], str]) -> str:
    parts = [one(part.strip()) for part in re.split("[~～]", value)]
    return "~".join(parts) if len(parts) <= 2 and all(parts) else ""


def _moment(text: str) -> str:
    """2026年4月24日 09:00, in the office's time. An ISO time may say its own zone."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is not None and at.tzinfo is not None:
        text = at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    found = _DAY.fullmatch(text)
    if found is None or not 1 <= int(found["month"]) <= 12 or not 1 <= int(found["day"]) <= 31:
        return ""
    if found["clock"] and not _CLOCK.fullmatch(found["clock"]):
        return ""
    day = f"{found['year']}年{int(found['month'])}月{int(found['day'])}日"
    return f"{day} {found['clock']}" if found["clock"] else day


_RULES: dict[str, Callable[[str], str]] = {
    "thing": _thing,
    "short_thing": _short_thing,
    "const": _thing,
    "character_string": _character_string,
    "letter": _letter,
    "symbol": _symbol,
    "number": _number,
    "amount": _amount,
    "phone_number": _phone,
    "car_number": _car,
    "name": _name,
    "phrase": _phrase,
    "time": _time,
    "date": _date,
}
