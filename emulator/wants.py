"""Reading a JSON request: one sentence for whatever is wrong with it.

The sentences are Chinese because the phones show them too."""

from __future__ import annotations

import math
from typing import Any


class BadRequest(ValueError):
    """The request cannot be met as it stands; the text says what to give."""


def text(body: dict[str, Any], name: str, default: str | None = None, most: int = 2000) -> str:
    """A string of 1 to `most` characters; with a default it may be left out or empty."""
    value = body.get(name, default)
    if not isinstance(value, str):
        raise BadRequest(f"{name} 应为文字。")
    if default is None and not value:
        raise BadRequest(f"{name} 不能为空。")
    if not _encodes(value):
        raise BadRequest(f"{name} 里有半个字符（孤立的代理项）。")
    if len(value) > most:
        raise BadRequest(f"{name} 最多 {most} 个字。")
    return value


def number(body: dict[str, Any], name: str, default: float | None = None, *, low: float, high: float) -> float:
    value = body.get(name, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise BadRequest(f"{name} 应为数字。")
    if not low <= value <= high:
        raise BadRequest(f"{name} 应在 {low:g} 到 {high:g} 之间。")
    return value


def flag(body: dict[str, Any], name: str, default: bool = False) -> bool:
    value = body.get(name, default)
    if not isinstance(value, bool):
        raise BadRequest(f"{name} 应为 true 或 false。")
    return value


def _encodes(value: str) -> bool:
    """JSON may carry lone surrogates, UTF-8 may not."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
