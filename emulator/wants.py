"""Reading a JSON request: one sentence for whatever is wrong with it."""

from __future__ import annotations

import math
from typing import Any


class BadRequest(ValueError):
    """The request cannot be met as it stands; the text says what to give."""


def text(body: dict[str, Any], name: str, default: str | None = None, most: int = 2000) -> str:
    """A string of 1 to `most` characters; with a default it may be left out or empty."""
    value = body.get(name, default)
    if not isinstance(value, str):
        raise BadRequest(f'"{name}" must be text.')
    if default is None and not value:
        raise BadRequest(f'"{name}" must not be empty.')
    if not _encodes(value):
        raise BadRequest(f'"{name}" holds half a character (a lone surrogate).')
    if len(value) > most:
        raise BadRequest(f'"{name}" may have {most} characters at most.')
    return value


def number(body: dict[str, Any], name: str, default: float | None = None, *, low: float, high: float) -> float:
    value = body.get(name, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise BadRequest(f'"{name}" must be a number.')
    if not low <= value <= high:
        raise BadRequest(f'"{name}" must lie between {low:g} and {high:g}.')
    return value


def flag(body: dict[str, Any], name: str, default: bool = False) -> bool:
    value = body.get(name, default)
    if not isinstance(value, bool):
        raise BadRequest(f'"{name}" must be true or false.')
    return value


def _encodes(value: str) -> bool:
    """JSON may carry lone surrogates, UTF-8 may not."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
