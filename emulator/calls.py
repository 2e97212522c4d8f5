"""What was called at Tencent's API, for the inspector. Secrets are out of it before anything is kept."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

KEPT = 500
LONGEST = 4000
SECRETS = {"access_token", "refresh_token", "secret", "appsecret", "session_key"}
HIDDEN = "***"
_IN_TEXT = re.compile(rf"(\"?\b(?:{'|'.join(SECRETS)})\b\"?\s*[:=]\s*)(\"[^\"]*\"|[^\s&,}}]+)")


@dataclass
class Call:
    """`who` and `person`: name and service openid of whom it meant; `fault`: what was switched on, if anything."""

    id: int
    at: float
    method: str
    path: str
    query: str
    account: str
    openid: str
    who: str
    person: str
    body: str
    answer: str
    status: int
    errcode: int
    fault: str
    ms: int
    revision: int = 0

    def brief(self) -> dict[str, Any]:
        left_out = {"query", "body", "answer", "revision"}
        return {name: value for name, value in vars(self).items() if name not in left_out}

    def as_json(self) -> dict[str, Any]:
        return {**self.brief(), "query": self.query, "body": self.body, "answer": self.answer}


class Calls:
    """The last calls, by id. The world's lock guards them."""

    def __init__(self) -> None:
        self._calls: dict[int, Call] = {}

    def add(self, call: Call) -> None:
        self._calls[call.id] = call
        if len(self._calls) > KEPT:
            del self._calls[next(iter(self._calls))]

    def find(self, call_id: int) -> Call | None:
        return self._calls.get(call_id)

    def all(self) -> list[Call]:
        return list(self._calls.values())


def clean_query(query: dict[str, str]) -> str:
    return urlencode({name: HIDDEN if name in SECRETS else value for name, value in query.items()}, safe="*")


def clean_body(data: bytes, kind: str = "") -> str:
    """JSON in order, without secrets; other text cut short; of files only the size."""
    if not data:
        return ""
    if kind.startswith(("multipart/", "image/", "audio/", "video/")):
        return f"（{kind.split(';')[0]}，{len(data)} 字节）"
    try:
        return json.dumps(_without(json.loads(data)), ensure_ascii=False, indent=1)[:LONGEST]
    except (ValueError, RecursionError):
        return _IN_TEXT.sub(rf"\1{HIDDEN}", data[:LONGEST].decode(errors="replace"))


def _without(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: HIDDEN if name in SECRETS else _without(part) for name, part in value.items()}
    return [_without(part) for part in value] if isinstance(value, list) else value
