"""What a template's field may hold, by the name of its kind: thing1, time2, phrase3.

https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-message-management/subscribe-message/sendMessage.html
"""

from __future__ import annotations

import re

_HAN = "\u4e00-\u9fff"
_DATE = r"\d{4}(年\d{1,2}月\d{1,2}日|-\d{1,2}-\d{1,2}|/\d{1,2}/\d{1,2})"
_HOUR = r"([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?"
_MOMENT = rf"({_DATE}\s*)?{_HOUR}"
_DAY = rf"{_DATE}(\s*{_HOUR})?"
# Whole patterns; lengths are characters, a Chinese one counts as one.
KINDS = {
    "thing": r"[\s\S]{1,20}",
    "number": r"(?=.{1,32}$)-?\d+(\.\d+)?",
    "letter": r"[A-Za-z]{1,32}",
    "symbol": rf"[^\w\s{_HAN}]{{1,5}}",
    "character_string": r"[\x21-\x7e]([\x20-\x7e]{0,30}[\x21-\x7e])?",
    "time": rf"{_MOMENT}(\s*~\s*{_MOMENT})?",
    "date": rf"{_DAY}(\s*~\s*{_DAY})?",
    "amount": r"[^\d\s]?\d{1,10}(\.\d+)?元?",
    "phone_number": r"[\d\-+()]{1,17}",
    "car_number": rf"[{_HAN}A-Za-z0-9]?[A-Za-z0-9]{{0,6}}[{_HAN}A-Za-z0-9]",
    "name": rf"(?=.*[{_HAN}]).{{1,10}}|[A-Za-z\W_]{{1,20}}",
    "phrase": rf"[{_HAN}]{{1,5}}",
    "const": r"[\s\S]{1,20}",
}
KEY = re.compile(rf"({'|'.join(KINDS)})\d{{1,3}}")


def fits(key: str, value: object) -> bool:
    """Whether Tencent would take this value for this field. A number counts as its text; blank is nothing."""
    found = KEY.fullmatch(key)
    if found is None or isinstance(value, bool) or not isinstance(value, str | int | float):
        return False
    text = str(value)
    return bool(text.strip()) and re.fullmatch(KINDS[found[1]], text) is not None
