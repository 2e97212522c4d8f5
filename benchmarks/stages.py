"""Where a callback's time goes: one thread, in process, each stage timed where it is called."""

from __future__ import annotations

import functools
import io
import itertools
import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from wechat_side import WeChatSide, text_xml

_spent: dict[str, float] = defaultdict(float)
_inside: list[float] = []  # time spent in stages called from the present one, innermost last


def _timed(owner: Any, name: str, stage: str) -> None:
    call: Callable[..., Any] = getattr(owner, name)

    @functools.wraps(call)
    def timed(*arguments: Any, **named: Any) -> Any:
        start = time.perf_counter()
        _inside.append(0.0)
        try:
            return call(*arguments, **named)
        finally:
            whole = time.perf_counter() - start
            _spent[stage] += whole - _inside.pop()
            if _inside:
                _inside[-1] += whole

    setattr(owner, name, timed)


def _watch() -> None:
    from bot.handling import Handling
    from bot.pipeline import Pipeline
    from bot.router import Router
    from bot.wechat.codec import Codec
    from knowledge.library import Library
    from models.db import Unit

    for owner, names, stage in (
        (Codec, ("admit", "open"), "open: signature, decrypt, parse"),
        (Codec, ("answer",), "answer: render, encrypt, sign"),
        (Library, ("ask",), "match"),
        (Router, ("find",), "route: the order of asking"),
        (Handling, ("run",), "handle: the topic, JSON, the reply"),
        (Unit, ("run", "lock", "execute"), "database: statements"),
        (Unit, ("commit",), "database: commit"),
        (Pipeline, ("answer",), "hand over to the crew and wait"),
    ):
        for name in names:
            _timed(owner, name, stage)


def stages(settings: dict[str, str], questions: Iterator[str], count: int) -> list[tuple[str, float]]:
    """(stage, microseconds a message), the dearest first. The rest is Flask and what carries the request to it."""
    os.environ.update(settings | {"WEB_THREADS": "1", "WEB_CONCURRENCY": "1"})
    import wsgi
    from bot.pipeline import Pipeline

    app = wsgi.serving()
    # Inline, so that the stages lie inside one another; the crew's own price is in the table above.
    Pipeline.answer = lambda self, message: self.handle(message, _Never())  # type: ignore[method-assign,assignment]
    _watch()
    ids = itertools.count(time.time_ns())
    made = [_request(question, next(ids), number) for number, question in zip(range(count), questions, strict=False)]
    _spent.clear()
    start = time.perf_counter()
    for each in made:
        b"".join(app(each, lambda status, headers, trouble=None: None))  # type: ignore[arg-type,return-value]
    whole = time.perf_counter() - start
    _spent["Flask"] += whole - sum(_spent.values())
    return sorted(((stage, spent / count * 1e6) for stage, spent in _spent.items()), key=lambda row: -row[1])


class _Never:
    """A deadline that does not pass."""

    def settle(self) -> bool:
        return True

    def reopen(self) -> None:
        pass


def _request(question: str, msg_id: int, number: int) -> dict[str, Any]:
    at = int(time.time())
    path, body = WeChatSide(at).safe(text_xml(f"oStage{number % 200}", question, msg_id % 2**62, at))
    where = urlsplit(path)
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": where.path,
        "QUERY_STRING": where.query,
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": "text/xml",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.url_scheme": "http",
    }
