"""What WeChat answered -> an object, or SendError. Its errors keep nothing of what was asked or answered."""

from __future__ import annotations

import json
import re
from typing import Any

from bot.wechat.api import Answer
from bot.wechat.errcode import BUSY, Meaning, meaning
from bot.wechat.errors import SendError

_NO_SENSE = "微信接口的回答不像回答"
_CODE = re.compile(r"-?[0-9]{1,9}")
_RID = re.compile(r"rid: ?([0-9a-f]{1,12}-[0-9a-f]{1,12}-[0-9a-f]{1,12})")
_FIELD = re.compile(r"\b(?:data\.)?([a-z_]{1,20}[0-9]{1,3})\.value\b")
_ADDRESS = re.compile(r"invalid ip ([0-9]{1,3}(?:\.[0-9]{1,3}){3})\b")
_AGAIN = "稍后自动再试；一直这样就检查网络和 WECHAT_API_BASE"


def later(said: str, *, unsure: bool, retry_after: float | None = None, code: int = 0) -> SendError:
    return SendError("later", code, said, _AGAIN, unsure=unsure, retry_after=retry_after)


def nonsense(*, unsure: bool = False) -> SendError:
    """What came is no answer to what was asked."""
    return later(_NO_SENSE, unsure=unsure)


def read(answer: Answer) -> dict[str, Any]:
    """Raises SendError when it is no object, or one that says no."""
    if answer.status != 200:
        raise later(f"微信接口回了 HTTP {answer.status}", unsure=answer.status >= 500)
    found = _object(answer.body)
    if found is None:
        raise nonsense(unsure=True)
    code = _code(found.get("errcode"))
    if code is None:
        raise nonsense(unsure=True)
    if code:
        raise refusal(code, found.get("errmsg"))
    return found


def refusal(code: int, told: object = "") -> SendError:
    """`told` is WeChat's errmsg. Only what is known to be harmless is taken from it: it may quote what was sent."""
    means = meaning(code)
    return SendError(means.kind, code, _sentence(means, code, told), means.cure)


def _sentence(means: Meaning, code: int, told: object) -> str:
    more = []
    if isinstance(told, str):
        if code == 40164 and (address := _ADDRESS.search(told)):
            more.append(f"微信看到的是 {address[1]}")
        if code == 47003 and (name := _FIELD.search(told)):
            more.append(f"是 {name[1]}")
        if code != BUSY and (rid := _RID.search(told)):
            more.append(f"rid: {rid[1]}")
    return f"{means.said}（{'，'.join(more)}）" if more else means.said


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(body.decode())
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _code(value: object) -> int | None:
    """0 when there is none; some gateways write it as text."""
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    text = str(value).strip()
    return int(text) if _CODE.fullmatch(text) else None
