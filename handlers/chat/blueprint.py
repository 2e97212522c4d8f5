"""The WeChat door: GET /wechat proves the address, POST /wechat takes one message and answers it."""

from __future__ import annotations

import logging
import secrets
import threading
import time

from flask import Blueprint, Response, request

from bot.kit import Kit
from bot.pipeline import Pipeline
from bot.reply import Silence
from bot.wechat.codec import SUCCESS, Codec
from bot.wechat.crypto import Forged, Unreadable
from config import logs
from models.db import Unavailable

_log = logging.getLogger("huicai.door")


def make(kit: Kit, codec: Codec, pipeline: Pipeline) -> Blueprint:
    """Strangers learn nothing: an empty body and a number. Our own failure is a 500, so that WeChat asks again."""
    door = Blueprint("wechat", __name__)
    reading = _Reading(kit.settings.body_limit)

    @door.get("/wechat")
    def verify() -> Response:
        # text/plain, or a browser would run what somebody put into echostr
        return _plain(codec.verify(request.args))

    @door.post("/wechat")
    def receive() -> Response:
        logs.request_id.set(secrets.token_hex(4))
        body = reading.body(proved=codec.admit(request.args))
        if body is None:
            return Response(status=413)
        opened = codec.open(request.args, body)
        answer = pipeline.answer(opened.message)
        if isinstance(answer.reply, Silence):
            return _plain(SUCCESS)
        return Response(codec.answer(opened, answer.reply), content_type="text/xml; charset=utf-8")

    refused = _Seldom()

    @door.errorhandler(Forged)
    def forged(error: Forged) -> Response:
        refused.tell(f"refused a callback: {error}")
        return Response(status=403)

    @door.errorhandler(Unreadable)
    def unreadable(error: Unreadable) -> Response:
        refused.tell(f"unreadable callback: {error}")
        return Response(status=400)

    @door.errorhandler(Unavailable)
    def unavailable(error: Unavailable) -> Response:
        _log.error("nothing could be stored: %s", error)
        return Response(status=500)

    @door.errorhandler(Exception)
    def failed(error: Exception) -> Response:
        _log.exception("a message could not be handled")
        return Response(status=500)

    return door


def _plain(text: str) -> Response:
    return Response(text, content_type="text/plain; charset=utf-8")


class _Seldom:
    """Refusals in the log, ten in ten seconds and then their number: a stranger must not be able to fill the disk."""

    def __init__(self) -> None:
        self._since, self._count = 0.0, 0

    def tell(self, line: str) -> None:
        now = time.monotonic()
        if now - self._since > 10:
            if self._count > 10:
                _log.warning("%s more were refused", self._count - 10)
            self._since, self._count = now, 0
        self._count += 1
        if self._count <= 10:
            _log.warning("%s", line)


class _Reading:
    """Reads bodies. Those who have proved nothing yet share one place: they can't keep every thread waiting."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._strangers = threading.Lock()

    def body(self, *, proved: bool) -> bytes | None:
        """The body, or None when it is over the limit: not a byte more is read."""
        if request.content_length is not None and request.content_length > self._limit:
            return None
        if proved:
            return self._read()
        if not self._strangers.acquire(blocking=False):
            raise Forged("too many strangers at once")
        try:
            return self._read()
        finally:
            self._strangers.release()

    def _read(self) -> bytes | None:
        body = request.stream.read(self._limit + 1)
        return None if len(body) > self._limit else body
